"""Lists of stories: their order, their pages, and what stands beside a story.  Pure functions on tuples of articles."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.model.article import Article
from sitegen.model.page import Listing
from sitegen.model.taxonomy import Author, Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# A draft that has no date yet is the newest of all: it is what its writer looks for.
_UNDATED: Final = datetime.max.replace(tzinfo=UTC)


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


def newest_first(articles: Iterable[Article]) -> tuple[Article, ...]:
    """*articles* by publication, newest first; those of one instant by path, so that every machine agrees."""
    by_path = sorted(articles, key=lambda article: article.path)
    return tuple(sorted(by_path, key=lambda article: article.published or _UNDATED, reverse=True))


def older_pages(total: int, size: int) -> int:
    """How many pages a list of *total* stories has beside its first one; a *size* below 1 puts all on the first.

    Each of them holds exactly *size* stories, counted from the oldest, so that it never changes when newer ones come.
    The first page holds the rest: *size* to ``2 * size - 1`` stories, or fewer where there are no more.
    """
    return max(0, total // size - 1) if size > 0 else 0


def page_of(articles: tuple[Article, ...], number: int, size: int, url_of: Callable[[int], str]) -> Listing:
    """Page *number* of the list of *articles* (newest first): 0 is the first, 1 the oldest.

    *url_of* answers the URL of a page by its number.  The listing's ``count`` is the number of all pages.

    Raises:
        IndexError: The list has no such page.
    """
    pages = older_pages(len(articles), size) + 1
    if not 0 <= number < pages:
        raise IndexError(f"{url_of(0)} has no page {number}")
    end = len(articles) - (number - 1 if number else pages - 1) * size
    # From the first page back in time the numbers are 0, pages - 1, pages - 2, …, 1: a ring.
    older = (number - 1) % pages
    return Listing(
        articles=articles[end - size : end] if number else articles[:end],
        number=number,
        count=pages,
        newer=url_of((number + 1) % pages) if number else "",
        older=url_of(older) if older else "",
    )


def months(articles: Iterable[Article]) -> tuple[Month, ...]:
    """The months in which *articles* were published, each in its own zone, newest first."""
    counts = Counter((at.year, at.month) for article in articles if (at := article.published))
    return tuple(Month(*month, count) for month, count in sorted(counts.items(), reverse=True))


def neighbours(articles: tuple[Article, ...]) -> dict[str, Neighbours]:
    """The neighbours of each of *articles* (newest first), by path."""
    beside = zip(articles, (None, *articles), (*articles[1:], None), strict=False)
    return {article.path: Neighbours(newer, older) for article, newer, older in beside}


def related(article: Article, others: Iterable[Article], n: int) -> tuple[Article, ...]:
    """The *n* of *others* that share most tags with *article*; of those that share as many, the newest.

    Only stories that share a tag are related.  *others* may hold *article* itself, and a story more than once.
    """
    own = frozenset(tag.slug for tag in article.tags)
    shared = {
        other.path: (sum(tag.slug in own for tag in other.tags), other)
        for other in others
        if other.path != article.path and not own.isdisjoint(tag.slug for tag in other.tags)
    }
    newest = newest_first(other for _, other in shared.values())
    return tuple(sorted(newest, key=lambda other: -shared[other.path][0])[:n])


def front(articles: Iterable[Article]) -> Front:
    """The home page's arrangement of *articles*.

    The newest story with ``front: lead`` leads; others that want to follow it, newest first, then those with a number,
    by number and then newest.  Hidden ones are left out.
    """
    newest = newest_first(articles)
    leads = tuple(article for article in newest if article.front == "lead")
    numbered = [(article.front, article) for article in newest if isinstance(article.front, int)]
    numbered.sort(key=lambda placed: placed[0])
    return Front(
        lead=leads[0] if leads else None,
        pinned=(*leads[1:], *(article for _, article in numbered)),
        rest=tuple(article for article in newest if article.front == ""),
    )
