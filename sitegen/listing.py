"""Lists of stories: their order, their pages, and what stands beside a story.  Pure functions on tuples of entries."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.model.article import Article, Entry
from sitegen.model.page import Part
from sitegen.model.taxonomy import Author, Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# A draft that has no date yet is the newest of all: it is what its writer looks for.
_UNDATED: Final = datetime.max.replace(tzinfo=UTC)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Month(Struct, frozen=True):
    """A month in which stories were published, in the site's zone, and how many."""

    year: int
    month: int
    count: int


class Neighbours(Struct, frozen=True):
    """The stories published just after and just before a story."""

    newer: Article | None = None
    older: Article | None = None


class TagCount(Struct, frozen=True):
    """A tag and the number of its stories."""

    tag: Tag
    count: int


class AuthorCount(Struct, frozen=True):
    """An author and the number of their stories."""

    author: Author
    count: int


class Front(Struct, frozen=True):
    """The stories of the home page: one that leads, those with a place of their own, and the rest, newest first."""

    lead: Article | None = None
    pinned: tuple[Article, ...] = ()
    rest: tuple[Article, ...] = ()


class Places(Struct, frozen=True):
    """The home page's arrangement, by path."""

    lead: str = ""
    pinned: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


class Dated(Struct, frozen=True, array_like=True):
    """A story of a list, and when it was published: microseconds since 1970."""

    at: int
    path: str


def newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """*entries* by publication, newest first; those of one instant by path, so that every machine agrees."""
    by_path = sorted(entries, key=lambda entry: entry.path)
    return tuple(sorted(by_path, key=lambda entry: entry.published or _UNDATED, reverse=True))


def dated(entry: Entry) -> Dated:
    """*entry* as related stories are found by."""
    return Dated(((entry.published or _UNDATED) - _EPOCH) // timedelta(microseconds=1), entry.path)


def older_pages(total: int, size: int) -> int:
    """How many pages a list of *total* stories has beside its first one; a *size* below 1 puts all on the first.

    Each of them holds exactly *size* stories, counted from the oldest, so that it never changes when newer ones come.
    The first page holds the rest: *size* to ``2 * size - 1`` stories, or fewer where there are no more.
    """
    return max(0, total // size - 1) if size > 0 else 0


def page_of(paths: tuple[str, ...], number: int, size: int, url_of: Callable[[int], str]) -> Part:
    """Page *number* of the list of *paths*, newest first: 0 is the first, 1 the oldest.

    *url_of* answers the URL of a page by its number.

    Raises:
        IndexError: The list has no such page.
    """
    pages = older_pages(len(paths), size) + 1
    if not 0 <= number < pages:
        raise IndexError(f"{url_of(0)} has no page {number}")
    end = len(paths) - (number - 1 if number else pages - 1) * size
    # From the first page back in time the numbers are 0, pages - 1, pages - 2, …, 1: a ring.
    older = (number - 1) % pages
    return Part(
        paths=paths[end - size if number else 0 : end],
        number=number,
        count=pages,
        newer=url_of((number + 1) % pages) if number else "",
        older=url_of(older) if older else "",
    )


def parts(sizes: Sequence[int], most: int, longest: int) -> tuple[tuple[int, int], ...]:
    """Where a list of things of those *sizes* is cut, from where to where: *most* of them a part, of *longest* in all.

    No part is empty; one thing alone may be longer.
    """
    found, first, held = [], 0, 0
    for at, size in enumerate(sizes):
        if at > first and (at - first == most or held + size > longest):
            found.append((first, at))
            first, held = at, 0
        held += size
    return (*found, (first, len(sizes))) if sizes else ()


def months(entries: Iterable[Entry]) -> tuple[Month, ...]:
    """The months in which *entries* were published, each in its own zone, newest first."""
    counts = Counter((at.year, at.month) for entry in entries if (at := entry.published))
    return tuple(Month(*month, count) for month, count in sorted(counts.items(), reverse=True))


def neighbours(paths: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """The newer and the older neighbour of each of *paths* (newest first); ``""`` where there is none."""
    return {path: (newer, older) for path, newer, older in zip(paths, ("", *paths), (*paths[1:], ""), strict=False)}


def related(path: str, lists: Iterable[Iterable[Dated]], n: int) -> tuple[str, ...]:
    """The *n* stories that are on most of *lists*, those of the tags of the story at *path*.

    Of those that are on as many, the newest; of one instant, by path.
    """
    shared = Counter(dated for entries in lists for dated in entries)
    found = sorted((-count, -dated.at, dated.path) for dated, count in shared.items() if dated.path != path)
    return tuple(other for _, _, other in found[:n])


def places(entries: tuple[Entry, ...]) -> Places:
    """The home page's arrangement of *entries* (newest first).

    The newest story with ``front: lead`` leads; others that want to follow it, newest first, then those with a number,
    by number and then newest.  Hidden ones are left out.
    """
    leads = tuple(entry.path for entry in entries if entry.front == "lead")
    numbered = [(entry.front, entry.path) for entry in entries if isinstance(entry.front, int)]
    numbered.sort(key=lambda placed: placed[0])
    return Places(
        lead=leads[0] if leads else "",
        pinned=(*leads[1:], *(path for _, path in numbered)),
        rest=tuple(entry.path for entry in entries if entry.front == ""),
    )
