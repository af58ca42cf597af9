"""ninjs, news in JSON (IPTC, 1.x to 3.x: https://iptc.org/std/ninjs/userguide/).

Versions differ in their names: ``byline`` and ``by``, ``versioncreated`` and ``versionCreated``, ``body_xhtml`` and
``bodies``.  So names are compared without their capitals, and each fact has the names that it ever had.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import structs

from sitegen.content.forms import is_email
from sitegen.errors import ContentError, Location
from sitegen.importers.bodies import blocks
from sitegen.importers.bylines import Byline, credit, read_byline
from sitegen.importers.copy import Copy
from sitegen.importers.markup import read_html
from sitegen.importers.plain import text_blocks
from sitegen.importers.records import read_records
from sitegen.importers.tally import Tally, letters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sitegen.errors import Problems
    from sitegen.importers.copy import Credit
    from sitegen.importers.markup import Element

_PASSED: Final = frozenset(("$schema", "mimetype", "profile", "representationtype", "standard"))
_CALLED: Final = {
    "ednote": "a note to editors",
    "usageterms": "a rule for its use",
    "copyrightnotice": "a notice of rights",
    "creditline": "a credit line",
}
_MARKED: Final = re.compile(r"<(?:p|br|div|section|h[1-6]|ul|ol|blockquote)[\s>/]", re.IGNORECASE)
_ROLES: Final = ("", "main", "richtext", "html")
_WRITERS: Final = frozenset(("", "author", "byline", "correspondent", "journalist", "reporter", "writer"))


def read_ninjs(text: str, path: str, zone: ZoneInfo, problems: Problems) -> tuple[Copy, ...]:
    """The stories in the JSON *text* of the file at *path*: one, or a list of them.  Raises ContentError."""
    stories = []
    items = read_records(text, path)
    if not items:
        raise ContentError.at(Location(path, 1), "there is no item in this JSON", "ask the wire for ninjs")
    for item in items:
        if not item.text("uri") and not item.text("guid"):
            what, fix = "this is JSON, and no item of ninjs: it has no `uri`", "ask the wire for ninjs"
            raise ContentError.at(Location(path, item.where.line), what, fix)
        tally = Tally(zone, problems, _PASSED, _CALLED, lambda way: f"`{'.'.join(way)}`")
        if story := _Item(item, tally).copy():
            stories.append(tally.tell_rest(item, story))
    return tuple(stories)


class _Item:
    """One item, and what was used of it so far."""

    def __init__(self, item: Element, tally: Tally) -> None:
        self._item = item
        self._tally = tally
        self._problems = tally.problems

    def copy(self) -> Copy | None:
        """The story; None if the item is no text, or is canceled."""
        kind, status = self._used("type"), self._used("pubstatus")
        named = self._field("uri", "guid") or self._item
        if kind not in {"", "text", "composite", "article"}:
            where = (self._field("type") or named).where
            self._tally.tell(where, f"an item of the type `{kind}`", self._item.words, "only stories are imported")
            return None
        if status in {"canceled", "cancelled"}:
            where = (self._field("pubstatus") or named).where
            self._problems.error(where, "the wire has canceled this story", "do not use it")
            return None
        byline = self._byline()
        headline, second = self._headlines()
        return Copy(
            form="ninjs",
            where=named.where,
            headline=headline,
            blocks=self._body(named),
            id=named.words,
            version=self._used("version"),
            published=self._published(status, named),
            updated=self._tally.moment(self._plain("contentmodified"), "updated"),
            expires=self._tally.moment(self._plain("expires"), "expires"),
            credits=byline.credits,
            email=byline.email,
            partner=byline.partner,
            tags=tuple(dict.fromkeys(self._names("keywords", "subject", "subjects"))),
            dateline=self._word("dateline").strip(" -–—") or next(self._names("located"), ""),
            summary=self._summary() or second,
            lang=self._used("language"),
            source=next(self._names("infosource", "infosources"), "")
            or self._word("source", "provider", "copyrightholder"),
        )

    def _field(self, *keys: str) -> Element | None:
        """The first of the fields *keys* that has words."""
        found = (field for key in keys for field in self._item.all(key))
        return next((field for field in found if field.words), None)

    def _word(self, *keys: str) -> str:
        """The words of the first of *keys* that has any and is no record."""
        field = self._plain(*keys)
        return field.words if field else ""

    def _plain(self, *keys: str) -> Element | None:
        """The first of the fields *keys* that has words and is no record."""
        found = (field for key in keys for field in self._item.all(key) if not list(field.elements()))
        return next((field for field in found if field.words), None)

    def _used(self, key: str) -> str:
        """The words of the field *key*, which are used up."""
        field = self._plain(key)
        return self._tally.use(field).words if field else ""

    def _names(self, *keys: str) -> Iterator[str]:
        """The names in the lists *keys*, of records or of texts."""
        for field in (field for key in keys for field in self._item.all(key)):
            words = field.text("name") or field.text("literal")
            if name := words or ("" if list(field.elements()) else field.words):
                yield name

    def _valued(self, key: str) -> dict[str, str]:
        """The main text of each record of the list *key* by its role, those that are main first."""
        found: dict[str, str] = {}
        for field in self._item.all(key):
            if words := field.text("value"):
                found.setdefault(field.get("role"), words)
        return {role: found[role] for role in (*(role for role in _ROLES if role in found), *found)}

    def _headlines(self) -> tuple[str, str]:
        """The headline (1.x: ``headline``, from 2.0 records with a role), and one that stands below it."""
        found = self._valued("headlines")
        below = next((words for role, words in found.items() if "sub" in role.casefold()), "")
        main = next((words for words in found.values() if words != below), "")
        return main or self._word("headline", "headline_main", "headline_text", "title") or below, below

    def _body(self, named: Element) -> tuple[str, ...]:
        """The body: as HTML where there is one, else as text; one that says something else is told."""
        listed = [(f"{each.get('contenttype')} {each.get('role')}", each) for each in self._item.all("bodies")]
        named_ = [(each.name, each) for each in self._item.elements() if each.name.startswith("body")]
        bodies = [(form, self._value(body)) for form, body in (*listed, *named_)]
        given = [(form, value) for form, value in bodies if value.words and not list(value.elements())]
        read = sorted(given, key=lambda body: not _is_html(body[0], body[1].raw))
        first: tuple[str, ...] | None = None
        said = ""
        for form, value in read:
            self._tally.use(value)
            is_html = _is_html(form, value.raw)
            inner = read_html(value.raw, value.where) if is_html else value
            if first is None:
                first, said = blocks(inner, self._problems) if is_html else text_blocks(value.raw), inner.words
            elif letters(inner.words) != letters(said):
                self._tally.tell(value.where, "another form of the text", inner.words, "compare the two")
        if not first:
            self._problems.warning(named.where, "there is a headline and no story", "ask the wire for it")
        return first or ()

    def _value(self, body: Element) -> Element:
        """What has the words of *body*: its value, if it is a record, of which nothing else was used then."""
        value = body.first("value")
        if value is None:
            return body
        self._tally.use(body, but=tuple(child.name for child in body.elements()))
        return value

    def _byline(self) -> Byline:
        """The byline as printed, and the authors by name (a field that Superdesk adds)."""
        field = self._plain("byline", "by")
        printed = read_byline(self._tally.use(field).words, field.where, self._problems) if field else Byline()
        known = {letters(each.name): each for each in printed.credits}
        authors = list(self._authors(known))
        if not printed.credits:
            return structs.replace(printed, credits=tuple(authors))
        for author in authors:
            if letters(author.name) not in known:
                what = f"`{author.name}` is an author for the wire, and not in its byline: added as the last one"
                self._problems.warning(author.where, what, "check who is to be credited")
        found = {letters(each.name): each for each in (*printed.credits, *authors)}
        return structs.replace(printed, credits=tuple(found.values()))

    def _authors(self, known: dict[str, Credit]) -> Iterator[Credit]:
        """The credits of those authors whose role is to write; an address is that of the byline, if it is known so."""
        for field in self._item.all("authors"):
            name = field.text("name") or ("" if list(field.elements()) else field.words)
            if name and field.get("role").rpartition(":")[2].casefold() in _WRITERS:
                email = field.text("email")
                made = credit(name, field.where, self._problems, email=email if is_email(email) else "")
                yield made if made.email else known.get(letters(made.name), made)

    def _published(self, status: str, named: Element) -> datetime | None:
        """When the story may be public: after its embargo, else when it was made first."""
        embargo = self._item.first("embargoed") or self._item.first("embargoedreason")
        if embargo is not None:
            self._tally.has_embargo = True
            until = self._tally.moment(self._plain("embargoed"), "embargoed")
            if until is None:
                fix = "set `published` to the end of the embargo before you remove `draft: true`"
                self._problems.warning(embargo.where, "an embargo whose end is not known", fix)
            return until
        if status == "withheld":
            where = (self._field("pubstatus") or named).where
            self._problems.warning(where, "the wire withholds this story", "ask the wire before you set `published`")
            return None
        made = self._plain("published", "contentcreated", "firstcreated", "versioncreated")
        return self._tally.moment(made, "published")

    def _summary(self) -> str:
        """The description, as words."""
        found = self._valued("descriptions")
        given = next(iter(found.values()), "") or self._word(
            "description", "description_main", "description_text", "description_summary", "description_html"
        )
        return read_html(given, self._item.where).words if "<" in given else given


def _is_html(form: str, value: str) -> bool:
    """Whether a body of that *form*, or by its look, is HTML."""
    return "html" in form or _MARKED.search(value) is not None
