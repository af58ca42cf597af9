"""A story: what the newsroom says about it, and its text."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from sitegen.model.settings import Extra
from sitegen.model.taxonomy import Byline, Tag

_ADDRESS: Final = re.compile(r'https?://[^\s<>"/?#@]+(?:[/?#][^\s<>"]*)?', re.IGNORECASE)

Kind = Literal["news", "analysis", "opinion", "explainer", "feature", "live", "sponsored"]
CorrectionKind = Literal["correction", "clarification", "update", "retraction"]
Severity = Literal["major", "minor", ""]


class Partner(Struct, frozen=True, kw_only=True):
    """Whom a story was made with, or who paid for it.  *line* replaces the usual "With …", "Paid for by …"."""

    name: str
    url: str = ""
    line: str = ""


class Image(Struct, frozen=True, kw_only=True):
    """A picture as front matter names it; *src* as written.

    On a page, *src* is its address, and *width* and *height* are its pixels as it is shown; 0 where that is not known.
    """

    src: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    width: int = 0
    height: int = 0


class Correction(Struct, frozen=True, kw_only=True):
    """A note that says what was wrong and what is right.

    *id* is its anchor on the page of the story, which nothing but its date decides; *severity* is ``""`` where its kind
    says how grave it is.
    """

    date: datetime
    text: str
    kind: CorrectionKind = "correction"
    severity: Severity = ""
    id: str = ""

    @property
    def serious(self) -> bool:
        """Whether readers must know before they read the story: what was wrong, and not what was added to it."""
        if self.kind == "retraction" or not self.severity:
            return self.kind in {"correction", "retraction"}
        return self.severity == "major"


class Syndicated(Struct, frozen=True, kw_only=True):
    """Where a republished story first appeared: *url* is its address there, *feed* that of the feed it came in."""

    name: str
    url: str = ""
    feed: str = ""


class Article(Struct, frozen=True, kw_only=True):
    """Everything that front matter says of a story.  Times are aware, in the site's zone; *url* is a path of the site.

    *published* is None in a draft that has no date yet; no other article lacks it.  *closed* is when a live story
    ends, *entered* when the newest entry that readers may see was made.  *related* and *aliases* are as
    written; *tags* are as this story spells them.
    """

    path: str
    id: str
    slug: str
    url: str
    title: str
    lang: str
    published: datetime | None = None
    updated: datetime | None = None
    closed: datetime | None = None
    entered: datetime | None = None
    expires: datetime | None = None
    draft: bool = False
    authors: tuple[Byline, ...] = ()
    email: str = ""
    partner: Partner | None = None
    summary: str = ""
    section: str = ""
    tags: tuple[Tag, ...] = ()
    image: Image | None = None
    front: int | Literal["lead", "hidden", ""] = ""
    dateline: str = ""
    corrections: tuple[Correction, ...] = ()
    kind: Kind = "news"
    aliases: tuple[str, ...] = ()
    canonical: str = ""
    layout: str = ""
    related: tuple[str, ...] = ()
    noindex: bool = False
    syndicated: Syndicated | None = None
    source: str = ""
    extra: Extra = Extra()

    @property
    def modified(self) -> datetime | None:
        """When readers last got something new: the newest of publication, declared update, notes and entries.

        The editor's word alone: no time of a file, so that a mended comma is no news (RFC 4287, 4.2.15).
        """
        moments = (self.published, self.updated, self.entered, *(note.date for note in self.corrections))
        return max(filter(None, moments), default=None)

    @property
    def based_on(self) -> str:
        """The address of what the story is based on, if it has one; any other *source* is for the newsroom alone."""
        is_said = self.syndicated is not None and self.syndicated.url == self.source
        return self.source if not is_said and _ADDRESS.fullmatch(self.source) else ""

    @property
    def ours(self) -> bool:
        """Whether the story is the newsroom's own: it did not first appear elsewhere, and nobody paid for it."""
        return self.syndicated is None and self.kind != "sponsored"

    @property
    def retracted(self) -> bool:
        """Whether the newsroom has withdrawn the story."""
        return any(note.kind == "retraction" for note in self.corrections)


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What lists, addresses and maps go by: a story less its words, so that a word changed in one changes no list.

    *out*: readers may see it now.  *listed*: lists and feeds show it; what is withdrawn has a page only.  *authors* are
    the ids of its bylines; *hidden*: search engines are to leave it out; *layout* is as written.  *corrections* are
    the dates and ids of its notes.  *ours*: the newsroom's own, neither from elsewhere nor paid for; *paid*: paid for.
    *to_come*: it is to have more on its page that is held until then, entries or notes.
    """

    path: str
    id: str
    url: str
    out: bool = True
    listed: bool = True
    published: datetime | None = None
    modified: datetime | None = None
    front: int | Literal["lead", "hidden", ""] = ""
    section: str = ""
    tags: tuple[Tag, ...] = ()
    authors: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    layout: str = ""
    corrections: tuple[tuple[datetime, str], ...] = ()
    ours: bool = True
    to_come: bool = False
    paid: bool = False


class StandingPage(Struct, frozen=True, kw_only=True):
    """A page that is not a story: about, corrections policy.  No dates, no feeds."""

    path: str
    slug: str
    url: str
    title: str
    lang: str
    summary: str = ""
    draft: bool = False
    image: Image | None = None
    aliases: tuple[str, ...] = ()
    canonical: str = ""
    layout: str = ""
    noindex: bool = False
    extra: Extra = Extra()


class Heading(Struct, frozen=True):
    """An entry of a text's outline."""

    level: int
    id: str
    title: str


class Update(Struct, frozen=True, kw_only=True):
    """An entry of a live story, rendered.  *id* is its anchor, *title* plain text; *html* is safe to print."""

    id: str
    at: datetime
    title: str
    html: str


class Body(Struct, frozen=True, kw_only=True):
    """A text, rendered.  *html* is safe to print; *styles* says which optional style sheets it needs (``code``).

    The *updates* of a live story, newest first, stand between *html* and *after*; other texts have neither.
    """

    html: str
    updates: tuple[Update, ...] = ()
    after: str = ""
    outline: tuple[Heading, ...] = ()
    styles: tuple[str, ...] = ()
