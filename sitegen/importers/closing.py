"""The lines of plain text that say who made the story: bylines, addresses alone, the partner, at its end or start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.importers.bylines import (
    Byline,
    address_alone,
    has_address,
    is_like_byline,
    is_shouted,
    names_of,
    partner_name,
    partner_of,
    quiet_names_of,
    read_byline,
)
from sitegen.importers.lines import Line
from sitegen.importers.tally import letters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sitegen.errors import Location, Problems
    from sitegen.importers.copy import Credit

_OTHER_CREDIT: Final = re.compile(
    r"(?:translated|edited|compiled|photo(?:graph)?s?|additional reporting)\s+by\b.*", re.IGNORECASE
)
_FIRST: Final = 4  # lines of text at the start where a byline may stand
_LAST: Final = 8  # and at the end
_NEAR: Final = 3  # lines around a byline where its partner may stand
_BESIDE: Final = 2  # and where another byline, or its address, may
_SENTENCE: Final = 40  # characters
_LONGEST_CREDIT: Final = 90


def without_credits(
    lines: list[Line], known: Byline, headline: Location, problems: Problems
) -> tuple[list[Line], Byline]:
    """*lines* without those that say who made the story, and what they say; *known* is what was said before them.

    What is doubtful or has no place is told, at *headline* where no line is to blame.
    """
    reader = _Credits(lines, known, problems)
    reader.take()
    reader.tell(headline)
    return reader.lines, reader.byline


class _Credits:
    """The lines that are left of a text, and who made it as far as they told."""

    def __init__(self, lines: list[Line], known: Byline, problems: Problems) -> None:
        self.lines = lines
        self.byline = known
        self._problems = problems
        self._places = [index for index, line in enumerate(lines) if line.text]

    def take(self) -> None:
        """Take the bylines, the addresses beside them and the line of the partner out of the text."""
        places = self._places
        ends = (*reversed(places[-_LAST:]), *places[:_FIRST])
        main = self._main(ends)
        if main is None:
            self._take_partner(ends)
            return
        is_last = self._is_closing(main)
        bylines = sorted({main, *self._others(main, ends)})
        around = [index for each in bylines for index in self._beside(each, _BESIDE)]
        self._read(main, bylines)
        self._take_addresses(around)
        at = places.index(main)
        self._take_partner((*places[at + 1 : at + _NEAR], *places[max(at - _NEAR, 0) : at], *ends))
        if is_last:
            self._tell_after(bylines[-1])

    def _take(self, index: int) -> None:
        """Take a line out of the text; what stood on both sides of it stays apart."""
        self.lines[index] = Line("", self.lines[index].where)

    def _main(self, ends: tuple[int, ...]) -> int | None:
        """The index of the line that is the byline; one in capitals with an address is, wherever it stands."""
        for index in reversed(self._places):
            text = self.lines[index].text
            if has_address(text) and is_shouted(text) and names_of(text):
                return index
        return next((index for index in ends if self._is_byline(index)), self._quiet())

    def _quiet(self) -> int | None:
        """The index of a byline in small letters: the first or the last line, alone."""
        last = [index for index in self._places if not _is_beside(self.lines[index].text)][-1:]
        ends = (*last, *self._places[:1])
        return next((each for each in ends if quiet_names_of(self.lines[each].text) and self._stands_alone(each)), None)

    def _others(self, main: int, ends: tuple[int, ...]) -> list[int]:
        """The indices of further bylines: beside the first, and at the other end of the text."""
        found = [each for each in {*ends, *self._beside(main, 1)} if each != main]
        return [each for each in found if self._is_byline(each) or (abs(each - main) == 1 and self._names(each))]

    def _beside(self, index: int, count: int) -> list[int]:
        """The indices of the next *count* lines with words on both sides of a line."""
        at = self._places.index(index)
        return [*self._places[max(at - count, 0) : at], *self._places[at + 1 : at + 1 + count]]

    def _names(self, index: int) -> str:
        text = self.lines[index].text
        return names_of(text)

    def _is_byline(self, index: int) -> bool:
        """Whether the line at *index* is a byline: in capitals, or alone between blank lines."""
        return bool(self._names(index)) and (is_shouted(self.lines[index].text) or self._stands_alone(index))

    def _read(self, main: int, bylines: list[int]) -> None:
        """Read all *bylines* as one: people in the order of the lines, the address and partner of *main* first."""
        read = {
            index: read_byline(self.lines[index].text, self.lines[index].where, self._problems) for index in bylines
        }
        lists = [self.byline.credits, *(read[index].credits for index in bylines)]
        for index in bylines:
            if index != main:
                where, shown = self.lines[index].where, self.lines[index].shown
                what = f"a second byline, which is read with the other: `{shown}`"
                self._problems.warning(where, what, "check `authors`")
            self._take(index)
        said = [self.byline, read[main], *read.values()]
        emails = list(dict.fromkeys(each.email for each in said if each.email))
        for other in emails[1:]:
            what = f"the bylines have more than one address: `{other}` is nobody's"
            self._problems.warning(self.lines[main].where, what, "add it to its author")
        partner = next((each.partner for each in said if each.partner), "")
        self.byline = Byline(_united(lists), emails[0] if emails else "", partner)

    def _take_addresses(self, around: Iterable[int]) -> None:
        """Take an address that stands alone beside a byline: it is that of the byline, unless that has one."""
        for index in dict.fromkeys(around):
            found = address_alone(self.lines[index].text)
            own = {self.byline.email, *(credit.email for credit in self.byline.credits)} - {""}
            if found and (found in own or not own):
                self.byline = Byline(self.byline.credits, self.byline.email or found, self.byline.partner)
                if found not in self.lines[index].text:
                    what = f"an address was spelled out: `{self.lines[index].text}` is read as `{found}`"
                    self._problems.warning(self.lines[index].where, what, "check the address")
                self._take(index)

    def _is_closing(self, byline: int) -> bool:
        """Whether the line at *byline* ends the story: it is in the second half, or in capitals after a sentence."""
        at = self._places.index(byline)
        has_words = any(len(self.lines[index].text) >= _SENTENCE for index in self._places[:at])
        return at * 2 >= len(self._places) or (has_words and is_shouted(self.lines[byline].text))

    def _take_partner(self, candidates: tuple[int, ...]) -> None:
        """Take the line of the partner, the first of *candidates* that is one, and all that repeat it."""
        for index in candidates:
            line = self.lines[index]
            found = partner_of(line.text)
            if not found or not self._stands_alone(index):
                continue
            name = self.byline.partner
            if not name:
                name = partner_name(found, line.where, self._problems)
                self.byline = Byline(self.byline.credits, self.byline.email, name)
            if letters(found) == letters(name):
                self._take(index)

    def _stands_alone(self, index: int) -> bool:
        """Whether no words stand in the lines above and below, but for other credits."""
        around = self.lines[max(index - 1, 0) : index] + self.lines[index + 1 : index + 2]
        return all(not line.text or _is_credit(line.text) for line in around)

    def _tell_after(self, byline: int) -> None:
        """Tell which lines follow the closing byline: they may be no part of the story."""
        for line in self.lines[byline + 1 :]:
            if line.text and not _OTHER_CREDIT.fullmatch(line.text):
                what = f"this line stands after the byline: `{line.shown}`"
                self._problems.warning(line.where, what, "it stays in the text: remove it if it is not the story's")

    def tell(self, headline: Location) -> None:
        """Tell which credits have no place in front matter, and if nobody is credited."""
        for line in self.lines:
            if _OTHER_CREDIT.fullmatch(line.text) and len(line.text) <= _LONGEST_CREDIT:
                what = f"this credit was not understood: `{line.shown}`"
                self._problems.warning(line.where, what, "it stays in the text: move or remove it")
            elif address_alone(line.text):
                what = f"this address is nobody's: `{line.shown}`"
                self._problems.warning(line.where, what, "it stays in the text: move or remove it")
        if not self.byline.credits:
            self._tell_no_byline(headline)

    def _tell_no_byline(self, headline: Location) -> None:
        """Tell that nobody is credited: at the line that was to do it, if there is one, and what stands after it."""
        quiet = {
            index for index in (*self._places[:1], *self._places[-1:]) if quiet_names_of(self.lines[index].text, 1)
        }
        like = [index for index, line in enumerate(self.lines) if index in quiet or is_like_byline(line.text)]
        if not like:
            self._problems.warning(headline, "no byline was found", "add `authors:` if it is known who wrote it")
        for index in like:
            line = self.lines[index]
            what = f"this byline was not understood: `{line.shown}`"
            self._problems.warning(line.where, what, "it stays in the text: add `authors:`, and remove it")
        if like:
            self._tell_after(like[-1])


def _is_credit(text: str) -> bool:
    """Whether the line *text* says who did something, so that a byline beside it still stands alone."""
    return bool(_OTHER_CREDIT.fullmatch(text) or names_of(text) or quiet_names_of(text) or _is_beside(text))


def _is_beside(text: str) -> bool:
    """Whether the line *text* is of those that stand beside a byline: a partner, or an address."""
    return bool(partner_of(text) or address_alone(text))


def _united(lists: list[tuple[Credit, ...]]) -> tuple[Credit, ...]:
    """The people of several bylines, each once; of a byline that another repeats with more names, that one's order."""
    keys = [[letters(credit.name) for credit in each] for each in lists]
    whole = [
        each
        for index, each in enumerate(lists)
        if not any(set(keys[index]) < set(other) for number, other in enumerate(keys) if number != index)
    ]
    people: dict[str, Credit] = {}
    for credit in (credit for each in whole for credit in each):
        people.setdefault(letters(credit.name), credit)
    return tuple(people.values())
