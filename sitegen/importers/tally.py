"""What of an item its story says, and all else, which is told line by line.

Nobody lists what is left out: whatever the finished story does not say, and no reader of a form used, is told where it
stands.  So a field that nobody thought of is told like any other.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from msgspec import structs

from sitegen.content.dates import DateError
from sitegen.importers.times import moment, seems_held, told_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sitegen.errors import Location, Problems
    from sitegen.importers.copy import Copy
    from sitegen.importers.markup import Element

_LONGEST: Final = 160
_CUT: Final = 500
_MOST: Final = 12  # fields of a record that is told as one
_SURE: Final = 6  # digits: a short number may be another
_DATE: Final = re.compile(r"\d{4}[\d-]{4}")


def letters(words: str) -> str:
    """What two ways to write the same *words* have in common: letters and digits, without capitals and marks."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", words).casefold()))


class Tally:
    """What was used of one item.  *zone* is that of times without an offset; *problems* has what is told.

    *passed* are the names of elements and attributes that speak of the format and not of the story, *called* what some
    are in words of the newsroom; *mark* makes of the names on the way to an element what others are called.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        problems: Problems,
        passed: frozenset[str],
        called: Mapping[str, str],
        mark: Callable[[tuple[str, ...]], str] = lambda way: f"<{way[-1]}>",
    ) -> None:
        """Start with nothing used."""
        self.zone = zone
        self.problems = problems
        self._passed = passed
        self._called = called
        self._mark = mark
        self._used: set[int] = set()
        self._used_attributes: set[tuple[int, str]] = set()
        self._said: set[str] = set()
        self._moments: set[datetime] = set()
        self._lang = ""
        self._holds: list[tuple[Location, str]] = []
        self.has_embargo = False  # whether the item itself says from when it may be public

    def use(self, element: Element, but: tuple[str, ...] = ()) -> Element:
        """Count *element* as used, with all in it but for elements that are called *but*."""
        waiting = [element]
        while waiting:
            each = waiting.pop()
            self._used.add(id(each))
            waiting.extend(child for child in each.elements() if child.name not in but)
        return element

    def attribute(self, element: Element | None, name: str) -> str:
        """The value of an attribute, which counts as used; ``""`` if there is none."""
        if element is None:
            return ""
        self._used_attributes.add((id(element), name))
        return element.get(name)

    def moment(self, element: Element | None, called: str, attribute: str = "") -> datetime | None:
        """The moment that *element*, or its *attribute*, says for *called*; what cannot be read is told now."""
        if element is None:
            return None
        text = element.get(attribute) if attribute else element.words
        found = told_moment(text, called, element.where, self.zone, self.problems)
        if found is None:
            self._used.add(id(element))
        return found

    def tell(self, where: Location, what: str, words: str, fix: str = "add what readers should know") -> None:
        """Tell that *words*, which are *what*, were left out."""
        shown = words if len(words) <= _CUT else f"{words[:_CUT]}…"
        self.problems.warning(where, f"{what} was left out: `{shown}`", fix)
        if seems_held(words):
            self._holds.append((where, words))

    def tell_rest(self, root: Element, copy: Copy) -> Copy:
        """Tell all in *root* that was not used and that *copy* does not say; answer with *copy*.

        It has no date if anything seems to hold it, in its text or in what was left out, and the item does not say
        itself from when it may be public.
        """
        people = (word for credit in copy.credits for word in (credit.name, credit.email, credit.role))
        facts = (copy.headline, copy.id, copy.email, copy.partner, copy.dateline, copy.summary, copy.source)
        self._said = {letters(words) for words in (*facts, *copy.tags, *people)} - {""}
        self._moments = {found for found in (copy.published, copy.updated, copy.expires) if found}
        self._lang = copy.lang
        self._rest(root, ())
        texts = (copy.headline, copy.summary, *copy.blocks)
        holds = [*self._holds, *((copy.where, text) for text in texts if seems_held(text))]
        if self.has_embargo or not holds:
            return copy
        for where, words in holds:
            what = f"this seems to hold the story, which has no date therefore: `{words}`"
            self.problems.warning(where, what, "set `published` to when it may be public")
        return structs.replace(copy, published=None)

    def _rest(self, element: Element, way: tuple[str, ...]) -> None:
        """Tell what is left of *element*, which is *way* below the root."""
        if element.name in self._passed:
            return
        children = list(element.elements())
        if id(element) not in self._used:
            has_words = any(isinstance(child, str) and child.strip() for child in element.children)
            if has_words and self._says(element.words):  # and its attributes are codes for the same
                children = [child for child in children if not child.words]
            elif has_words or self._is_one(element):
                self._tell_one(element, way)
                children = []
            elif not any(self._says(child.words) for child in children if not list(child.elements())):
                self._tell_attributes(element, way)
        for child in children:
            self._rest(child, (*way, child.name))

    def _is_one(self, element: Element) -> bool:
        """Whether *element* is a short record of plain words, none of them used, so that it can be told as one."""
        children = list(element.elements())
        is_record = bool(children[1:] or element.attributes or not children) and len(children) <= _MOST
        are_words = all(
            not list(child.elements())
            and not child.attributes
            and id(child) not in self._used
            and not self._says(child.words)
            and child.name not in self._called
            for child in children
        )
        return is_record and are_words and len(self._shown(element)) <= _LONGEST

    def _tell_one(self, element: Element, way: tuple[str, ...]) -> None:
        if shown := self._shown(element):
            self.tell(element.where, self._name(way or (element.name,)), shown)

    def _tell_attributes(self, element: Element, way: tuple[str, ...]) -> None:
        if shown := ", ".join(self._left(element)):
            self.tell(element.where, self._name(way or (element.name,)), shown)

    def _name(self, way: tuple[str, ...]) -> str:
        return self._called.get(way[-1]) or self._mark(way)

    def _shown(self, element: Element) -> str:
        """What is left of *element* on one line: ``Busan, qcode="x:1"``."""
        if any(isinstance(child, str) and child.strip() for child in element.children):
            pieces: Iterable[str] = (element.words, *self._left_within(element))
        else:
            children = ((child, self._shown(child)) for child in element.elements() if child.name not in self._passed)
            pieces = (f"{child.name}: {shown}" for child, shown in children if shown)
        return ", ".join((*pieces, *self._left(element)))

    def _left_within(self, element: Element) -> Iterator[str]:
        """What is left of the attributes of all elements in *element*."""
        for child in element.elements():
            yield from self._left(child)
            yield from self._left_within(child)

    def _left(self, element: Element) -> Iterator[str]:
        """The attributes of *element* that were not used, and that nothing says."""
        for name, value in element.attributes.items():
            is_used = name in self._passed or (id(element), name) in self._used_attributes
            if value.strip() and not is_used and not self._says(value) and not self._is_lang(name, value):
                yield f'{name}="{" ".join(value.split())}"'

    def _says(self, words: str) -> bool:
        """Whether the story says *words*: as they are, or as the moment that they mean."""
        found = letters(words)
        if found in self._said:
            return len(found) >= _SURE or not found.isdecimal()
        if not _DATE.match(words):
            return False
        try:
            return moment(words, self.zone).value in self._moments
        except DateError:
            return False

    def _is_lang(self, name: str, value: str) -> bool:
        """Whether an attribute only says that it is in the language of the story."""
        return name == "lang" and value.partition("-")[0] == self._lang.partition("-")[0]
