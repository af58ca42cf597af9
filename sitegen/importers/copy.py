"""Copy: a story as somebody else sent it, taken apart, before it is an article of the site."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from sitegen.errors import Location


class Credit(Struct, frozen=True, kw_only=True):
    """One name of a byline, its capitals set, and where it stood."""

    name: str
    where: Location
    email: str = ""
    role: str = ""


class Copy(Struct, frozen=True, kw_only=True):
    """A story: what its source says, and nothing else.  Times are aware; texts are plain, and *blocks* are Markdown.

    *form* is what its form is called (``NewsML-G2``); *id* and *version* are those of the source, if it has any.
    """

    form: str
    where: Location
    headline: str
    blocks: tuple[str, ...] = ()
    id: str = ""
    version: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    expires: datetime | None = None
    credits: tuple[Credit, ...] = ()
    email: str = ""
    partner: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    dateline: str = ""
    summary: str = ""
    lang: str = ""
    source: str = ""
