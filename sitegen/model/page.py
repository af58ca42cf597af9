"""What is published: pages, lists, files."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from sitegen.model.article import Article, Correction

PageKind = Literal[
    "article",
    "page",
    "home",
    "section",
    "tag",
    "tags",
    "author",
    "authors",
    "archive",
    "year",
    "month",
    "corrections",
    "not-found",
    "feed",
    "corrections-feed",
    "sitemap",
    "news-sitemap",
    "robots",
    "redirect",
    "redirects",
    "headers",
    "static",
]


class Page(Struct, frozen=True, kw_only=True):
    """A planned output.

    *url* is its address below the site (``/tags/``, ``/feed.xml``), *subject* what it is about (a content path, a tag's
    slug, ``2026-06``; of a feed, the list that it follows: ``tag ferry``), *number* which page of a list (0: the first,
    newest one) or which part of a sitemap (0: the whole, or the index).  *path* is the file that asks for it,
    if one does, and *label* says in words who does where none does.
    """

    url: str
    kind: PageKind
    subject: str = ""
    number: int = 0
    path: str = ""
    label: str = ""

    @property
    def source(self) -> str:
        """Who asks for the page, for people."""
        return self.path or self.label or self.url

    @property
    def file(self) -> str:
        """The path of its file below the output folder."""
        return (self.url + "index.html" if self.url.endswith("/") else self.url).removeprefix("/")


class Part(Struct, frozen=True, kw_only=True):
    """One page of a list of stories, newest first, by their *paths*; the list has *count* pages.

    Older pages are numbered from the oldest, so *number* 1 is the oldest and never changes once full; the first page
    has number 0.  *newer* and *older* are URLs, ``""`` where there is none.
    """

    paths: tuple[str, ...]
    number: int
    count: int
    newer: str = ""
    older: str = ""


class Listing(Struct, frozen=True, kw_only=True):
    """A `Part` of a list with its stories."""

    articles: tuple[Article, ...]
    number: int
    count: int
    newer: str = ""
    older: str = ""


class Noted(Struct, frozen=True, kw_only=True):
    """A note of a story, and the story, less its other notes but for a retraction."""

    article: Article
    note: Correction


class NoteListing(Struct, frozen=True, kw_only=True):
    """One page of the list of corrections: see `Part`."""

    notes: tuple[Noted, ...]
    number: int
    count: int
    newer: str = ""
    older: str = ""


class File(Struct, frozen=True):
    """A published file: its path below the output folder and the digest (hex) of its bytes."""

    path: str
    digest: str
