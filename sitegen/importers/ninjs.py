"""ninjs, news in JSON (IPTC, 1.x to 3.x: https://iptc.org/std/ninjs/userguide/).

Versions differ in their names: ``byline`` and ``by``, ``versioncreated`` and ``versionCreated``, ``body_xhtml`` and
``bodies``.  So names are compared without their capitals, and each fact has the names that it ever had.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.content.jsontext import read_json
from sitegen.errors import ContentError, Location
from sitegen.importers.bodies import blocks
from sitegen.importers.bylines import Byline, credit, read_byline
from sitegen.importers.copy import Copy
from sitegen.importers.markup import read_html
from sitegen.importers.plain import text_blocks
from sitegen.importers.times import told_moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sitegen.errors import Problems

_TOLD: Final = {
    "ednote": "a note to editors",
    "usageterms": "terms of use",
    "copyrightnotice": "a notice of rights",
    "creditline": "a credit line",
    "associations": "pictures or other items with the story",
    "trustindicators": "indicators of trust",
}
_MARKED: Final = re.compile(r"<(?:p|br|div|section|h[1-6]|ul|ol|blockquote)[\s>/]", re.IGNORECASE)
_ROLES: Final = ("", "main", "richtext", "html")


def read_ninjs(text: str, path: str, zone: ZoneInfo, problems: Problems) -> tuple[Copy, ...]:
    """The stories in the JSON *text* of the file at *path*: one, or a list of them.  Raises ContentError."""
    value = read_json(text, path)
    items = value if isinstance(value, list) else [value]
    stories = []
    for item in items:
        if not isinstance(item, dict) or not {"uri", "guid"} & set(item):
            what, fix = "this is JSON, and no item of ninjs: it has no `uri`", "ask the wire for ninjs"
            raise ContentError.at(Location(path, 1), what, fix)
        stories.append(_Item(item, text, path, problems).copy(zone))
    return tuple(story for story in stories if story)


class _Item:
    """One item, and where its fields stand in the text of its file."""

    def __init__(self, item: dict[str, object], text: str, path: str, problems: Problems) -> None:
        self._fields = {key.casefold(): value for key, value in item.items()}
        self._path = path
        self._problems = problems
        self._text = text
        self._start = max(text.find(str(item.get("uri") or item.get("guid"))), 0)

    def copy(self, zone: ZoneInfo) -> Copy | None:
        """The story; None if the item is no text, or is canceled."""
        kind = self._word("type")
        if kind not in {"", "text", "composite", "article"}:
            where = self._where("type")
            self._problems.warning(where, f"an item of the type `{kind}` was left out", "only stories are imported")
            return None
        status = self._word("pubstatus")
        if status in {"canceled", "cancelled"}:
            self._problems.error(self._where("pubstatus"), "the wire has canceled this story", "do not use it")
            return None
        byline = self._byline()
        self._tell()
        return Copy(
            form="ninjs",
            where=self._where("uri", "guid"),
            headline=self._valued("headline", "headlines") or self._word("title"),
            blocks=self._body(),
            id=self._word("uri", "guid"),
            version=self._word("version"),
            published=self._published(status, zone),
            updated=self._time(zone, "updated", "contentmodified"),
            expires=self._time(zone, "expires", "expires"),
            credits=byline.credits,
            email=byline.email,
            partner=byline.partner,
            tags=tuple(dict.fromkeys((*self._names("keywords"), *self._names("subject"), *self._names("subjects")))),
            dateline=self._word("dateline"),
            summary=self._summary(),
            lang=self._word("language"),
            source=next(self._names("infosource"), "")
            or next(self._names("infosources"), "")
            or self._word("source", "provider", "copyrightholder"),
        )

    def _where(self, *keys: str) -> Location:
        """Where the first of *keys* that is there stands."""
        for key in keys:
            pattern = re.compile(rf'"{re.escape(key)}"\s*:', re.IGNORECASE)
            if found := pattern.search(self._text, 0 if key in {"uri", "guid"} else self._item_start()):
                before = self._text[: found.start()]
                return Location(self._path, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return Location(self._path, 1)

    def _item_start(self) -> int:
        """Where the record of this item begins, as far as its identifier tells."""
        return max(self._text.rfind("\n{", 0, self._start), 0)

    def _word(self, *keys: str) -> str:
        """The text of the first of *keys* that has one."""
        values = (self._fields.get(key) for key in keys)
        return next((" ".join(value.split()) for value in values if isinstance(value, str) and value.strip()), "")

    def _records(self, key: str) -> Iterator[dict[str, object]]:
        """The records in the list *key*, names of fields in small letters."""
        found = self._fields.get(key)
        for record in found if isinstance(found, list) else [found]:
            if isinstance(record, dict):
                yield {str(name).casefold(): value for name, value in record.items()}

    def _names(self, key: str) -> Iterator[str]:
        """The names in the list *key*, of records or of texts."""
        found = self._fields.get(key)
        for each in found if isinstance(found, list) else [found]:
            name = each.get("name") or each.get("literal") if isinstance(each, dict) else each
            if isinstance(name, str) and name.strip():
                yield " ".join(name.split())

    def _valued(self, one: str, many: str) -> str:
        """The main text of *one* (1.x: ``headline``, ``headline_main``) or *many* (from 2.0: records with a role)."""
        found = {str(record.get("role", "")): record.get("value") for record in self._records(many)}
        values = [*(found[role] for role in _ROLES if role in found), *found.values()]
        given = next((value for value in values if isinstance(value, str) and value.strip()), "")
        return " ".join(given.split()) or self._word(one, f"{one}_main", f"{one}_text")

    def _body(self) -> tuple[str, ...]:
        """The body: as HTML where there is one, else as text."""
        listed = (
            (f"{record.get('contenttype', '')} {record.get('role', '')}", record.get("value"), "bodies")
            for record in self._records("bodies")
        )
        named = ((key, value, key) for key, value in self._fields.items() if key.startswith("body"))
        bodies = [(form, value, key) for form, value, key in (*listed, *named) if isinstance(value, str)]
        for form, value, key in sorted(bodies, key=lambda body: not _is_html(body[0], body[1])):
            where = self._where(key)
            if _is_html(form, value):
                return blocks(read_html(value, where), self._problems)
            if value.strip():
                return text_blocks(value)
        self._problems.warning(self._where("uri", "guid"), "there is a headline and no story", "ask the wire for it")
        return ()

    def _byline(self) -> Byline:
        """The byline as printed, else the authors by name (a field that Superdesk adds)."""
        if printed := self._word("byline", "by"):
            return read_byline(printed, self._where("byline", "by"), self._problems)
        where = self._where("authors")
        return Byline(tuple(credit(name, where, self._problems) for name in self._names("authors")))

    def _published(self, status: str, zone: ZoneInfo) -> datetime | None:
        """When the story may be public: after its embargo, else when it was made first."""
        if "embargoed" in self._fields or "embargoedreason" in self._fields:
            until = self._time(zone, "embargoed", "embargoed")
            if until is None:
                fix = "set `published` to the end of the embargo before you remove `draft: true`"
                where = self._where("embargoed", "embargoedreason")
                self._problems.warning(where, "an embargo whose end is not known", fix)
            return until
        if status == "withheld":
            where = self._where("pubstatus")
            self._problems.warning(where, "the wire withholds this story", "ask the wire before you set `published`")
            return None
        return self._time(zone, "published", "contentcreated", "firstcreated", "versioncreated")

    def _time(self, zone: ZoneInfo, called: str, *keys: str) -> datetime | None:
        key = next((key for key in keys if self._word(key)), "")
        return told_moment(self._word(key), called, self._where(key), zone, self._problems) if key else None

    def _summary(self) -> str:
        """The description, as words."""
        given = self._valued("description", "descriptions") or self._word("description_summary", "description_html")
        return read_html(given, self._where("descriptions")).words if "<" in given else given

    def _tell(self) -> None:
        """Tell what an editor should know, and front matter has no key for."""
        for key, called in _TOLD.items():
            value = self._fields.get(key)
            if isinstance(value, str) and value.strip():
                what = f"{called}: `{' '.join(value.split())[:200]}`"
                self._problems.warning(self._where(key), what, "mind it: it is not imported")
            elif value and not isinstance(value, str):
                self._problems.warning(self._where(key), f"{called}: `{key}`", "add what you have the right to")


def _is_html(form: str, value: str) -> bool:
    """Whether a body of that *form*, or by its look, is HTML."""
    return "html" in form or _MARKED.search(value) is not None
