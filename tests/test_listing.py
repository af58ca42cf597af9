"""Lists of stories: order, pages, months, neighbours, related stories, the home page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.listing import (
    Front,
    Month,
    Neighbours,
    front,
    months,
    neighbours,
    newest_first,
    older_pages,
    page_of,
    related,
)
from sitegen.model.article import Article
from sitegen.model.page import Listing
from sitegen.model.taxonomy import Tag

START = datetime(2026, 6, 1, tzinfo=UTC)


def story(
    name: str,
    published: datetime | None = START,
    tags: str = "",
    front: int | Literal["lead", "hidden", ""] = "",
) -> Article:
    """A story of that name."""
    return Article(
        path=f"content/{name}.md",
        id=name,
        slug=name,
        url=f"/2026/06/{name}/",
        title=name,
        lang="en",
        published=published,
        tags=tuple(Tag(slug, slug.title()) for slug in tags.split()),
        front=front,
    )


def url(number: int) -> str:
    """The URL of a page of the list under test."""
    return f"/page/{number}/" if number else "/"


def stories(total: int) -> tuple[Article, ...]:
    """That many stories, newest first; ``story(0)`` is the oldest."""
    return newest_first(story(str(number), START + timedelta(hours=number)) for number in range(total))


def names(articles: tuple[Article, ...]) -> str:
    """The names of *articles*, for short assertions."""
    return " ".join(article.slug for article in articles)


def pages(articles: tuple[Article, ...], size: int) -> list[Listing]:
    """All pages of a list, as a reader walks them: from the first back in time."""
    first = page_of(articles, 0, size, url)
    return [first, *(page_of(articles, number, size, url) for number in range(first.count - 1, 0, -1))]


def test_newest_first() -> None:
    """The newest stories come first, whatever the order they were found in."""
    found = (story("b", START), story("c", START + timedelta(days=1)), story("a", START - timedelta(days=1)))
    assert "c b a" == names(newest_first(found))


def test_one_instant_is_sorted_by_path() -> None:
    """Stories of one instant have one order, also where the instant is written in different zones."""
    seoul = START.astimezone(ZoneInfo("Asia/Seoul"))
    assert "a b c" == names(newest_first((story("c"), story("a", seoul), story("b"))))


def test_undated_drafts_are_newest() -> None:
    """A draft without a date stands on top."""
    assert "draft a" == names(newest_first((story("a"), story("draft", None))))


@pytest.mark.parametrize(
    ("total", "size", "expected"),
    [(0, 5, 0), (1, 5, 0), (5, 5, 0), (9, 5, 0), (10, 5, 1), (14, 5, 1), (15, 5, 2), (3, 1, 2), (9, 0, 0), (9, -1, 0)],
)
def test_older_pages(total: int, size: int, expected: int) -> None:
    """A page is split off when it would be full and leave a full first page."""
    assert expected == older_pages(total, size)


def test_a_list_of_three_pages() -> None:
    """Page 1 is the oldest; each page links to the next newer and older one."""
    seven = stories(7)
    assert [
        Listing(articles=seven[:3], number=0, count=3, newer="", older="/page/2/"),
        Listing(articles=seven[3:5], number=2, count=3, newer="/", older="/page/1/"),
        Listing(articles=seven[5:], number=1, count=3, newer="/page/2/", older=""),
    ] == pages(seven, 2)


def test_an_empty_list_has_one_page() -> None:
    """A list without stories still has its first page."""
    assert Listing(articles=(), number=0, count=1) == page_of((), 0, 5, url)


@pytest.mark.parametrize("number", [-1, 3])
def test_a_page_that_is_not_there(number: int) -> None:
    """Asking for a page that the list does not have is an error."""
    with pytest.raises(IndexError, match="has no page"):
        page_of(stories(7), number, 2, url)


@given(total=st.integers(0, 60), size=st.integers(1, 9))
def test_every_story_is_on_one_page(total: int, size: int) -> None:
    """Walking back from the first page meets every story once, in order, by the links of the pages."""
    articles = stories(total)
    walked = pages(articles, size)
    assert articles == tuple(article for page in walked for article in page.articles)
    urls = [url(page.number) for page in walked]
    assert [*urls[1:], ""] == [page.older for page in walked]
    assert ["", *urls[:-1]] == [page.newer for page in walked]


@given(total=st.integers(0, 60), size=st.integers(1, 9))
def test_pages_are_full(total: int, size: int) -> None:
    """Older pages are exactly full; the first is never nearly empty, nor twice as long as the others."""
    first, *others = pages(stories(total), size)
    assert {size} >= {len(page.articles) for page in others}
    assert min(total, size) <= len(first.articles) < 2 * size


@given(total=st.integers(0, 60), more=st.integers(0, 30), size=st.integers(1, 9))
def test_older_pages_never_change(total: int, more: int, size: int) -> None:
    """When newer stories come, every older page keeps its number and its stories."""
    before, after = pages(stories(total), size), pages(stories(total + more), size)
    kept = {page.number: page.articles for page in after}
    assert [kept[page.number] for page in before[1:]] == [page.articles for page in before[1:]]


def test_months_are_those_of_the_site() -> None:
    """A story of New Year's night belongs to the month that its own zone shows."""
    night = datetime(2026, 1, 1, 0, 30, tzinfo=ZoneInfo("Asia/Seoul"))  # still 2025 in UTC
    found = (story("a", night), story("b", night - timedelta(hours=1)), story("c", night), story("d", None))
    assert (Month(2026, 1, 2), Month(2025, 12, 1)) == months(found)


def test_neighbours() -> None:
    """Each story has the one before and the one after; the ends have one neighbour."""
    newest, middle, oldest = stories(3)
    assert {
        newest.path: Neighbours(None, middle),
        middle.path: Neighbours(newest, oldest),
        oldest.path: Neighbours(middle, None),
    } == neighbours((newest, middle, oldest))
    assert {} == neighbours(())


def test_related_stories_share_tags() -> None:
    """More shared tags first, then newer, then by path; the story itself and strangers are not related."""
    of = story("of", tags="sea port ferry")
    found = (
        story("stranger", tags="police"),
        story("one", tags="sea"),
        of,
        story("newer", START + timedelta(days=1), tags="sea police"),
        story("three", START - timedelta(days=9), tags="ferry port sea"),
        story("also", tags="port"),
        story("one", tags="sea"),
    )
    assert "three newer also one" == names(related(of, found, 9))
    assert "three newer" == names(related(of, found, 2))
    assert () == related(story("untagged"), found, 9)


def test_the_home_page_is_arranged() -> None:
    """The newest lead leads, former leads and numbers follow, hidden stories are left out."""
    found = (
        story("plain"),
        story("old-lead", START, front="lead"),
        story("second", front=2),
        story("first-b", front=1),
        story("hidden", front="hidden"),
        story("first-a", front=1),
        story("lead", START + timedelta(days=1), front="lead"),
        story("newer", START + timedelta(days=2)),
        story("zero", START - timedelta(days=2), front=0),
    )
    arranged = front(found)
    assert arranged.lead is not None
    assert "lead" == arranged.lead.slug
    assert "old-lead zero first-a first-b second" == names(arranged.pinned)
    assert "newer plain" == names(arranged.rest)


def test_a_home_page_without_stories() -> None:
    """Nothing leads where there is nothing."""
    assert Front(None, (), ()) == front(())
