"""Lists of stories: order, pages, months, neighbours, related stories, the home page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.listing import (
    Dated,
    Month,
    Places,
    dated,
    months,
    neighbours,
    newest_first,
    older_pages,
    page_of,
    places,
    related,
)
from sitegen.model.article import Entry
from sitegen.model.page import Part
from sitegen.model.taxonomy import Tag

START = datetime(2026, 6, 1, tzinfo=UTC)


def entry(
    name: str,
    published: datetime | None = START,
    tags: str = "",
    front: int | Literal["lead", "hidden", ""] = "",
) -> Entry:
    """A story of that name, as lists see it."""
    found = tuple(Tag(slug, slug.title()) for slug in tags.split())
    return Entry(path=name, id=name, url=f"/2026/06/{name}/", published=published, tags=found, front=front)


def url(number: int) -> str:
    """The URL of a page of the list under test."""
    return f"/page/{number}/" if number else "/"


def stories(total: int) -> tuple[str, ...]:
    """The paths of that many stories, newest first; ``0.md`` is the oldest."""
    return tuple(f"{number}.md" for number in reversed(range(total)))


def names(entries: tuple[Entry, ...]) -> str:
    """The names of *entries*, for short assertions."""
    return " ".join(entry.path for entry in entries)


def pages(paths: tuple[str, ...], size: int) -> list[Part]:
    """All pages of a list, as a reader walks them: from the first back in time."""

    def page(number: int) -> Part:
        return page_of(paths, number, size, url)

    first = page(0)
    return [first, *map(page, range(first.count - 1, 0, -1))]


def test_newest_first() -> None:
    """The newest stories come first, whatever the order they were found in."""
    found = (entry("b", START), entry("c", START + timedelta(days=1)), entry("a", START - timedelta(days=1)))
    assert "c b a" == names(newest_first(found))


def test_one_instant_is_sorted_by_path() -> None:
    """Stories of one instant have one order, also where the instant is written in different zones."""
    seoul = START.astimezone(ZoneInfo("Asia/Seoul"))
    assert "a b c" == names(newest_first((entry("c"), entry("a", seoul), entry("b"))))


def test_undated_drafts_are_newest() -> None:
    """A draft without a date stands on top."""
    assert "draft a" == names(newest_first((entry("a"), entry("draft", None))))


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
        Part(paths=seven[:3], number=0, count=3, newer="", older="/page/2/"),
        Part(paths=seven[3:5], number=2, count=3, newer="/", older="/page/1/"),
        Part(paths=seven[5:], number=1, count=3, newer="/page/2/", older=""),
    ] == pages(seven, 2)


def test_an_empty_list_has_one_page() -> None:
    """A list without stories still has its first page."""
    assert Part(paths=(), number=0, count=1) == page_of((), 0, 5, url)


@pytest.mark.parametrize("number", [-1, 3])
def test_a_page_that_is_not_there(number: int) -> None:
    """Asking for a page that the list does not have is an error."""
    with pytest.raises(IndexError, match="has no page"):
        page_of(stories(7), number, 2, url)


@given(total=st.integers(0, 60), size=st.integers(1, 9))
def test_every_story_is_on_one_page(total: int, size: int) -> None:
    """Walking back from the first page meets every story once, in order, by the links of the pages."""
    paths = stories(total)
    walked = pages(paths, size)
    assert paths == tuple(path for page in walked for path in page.paths)
    urls = [url(page.number) for page in walked]
    assert [*urls[1:], ""] == [page.older for page in walked]
    assert ["", *urls[:-1]] == [page.newer for page in walked]


@given(total=st.integers(0, 60), size=st.integers(1, 9))
def test_pages_are_full(total: int, size: int) -> None:
    """Older pages are exactly full; the first is never nearly empty, nor twice as long as the others."""
    first, *others = pages(stories(total), size)
    assert {size} >= {len(page.paths) for page in others}
    assert min(total, size) <= len(first.paths) < 2 * size


@given(total=st.integers(0, 60), more=st.integers(0, 30), size=st.integers(1, 9))
def test_older_pages_never_change(total: int, more: int, size: int) -> None:
    """When newer stories come, every older page keeps its number and its stories."""
    before, after = pages(stories(total), size), pages(stories(total + more), size)
    kept = {page.number: page.paths for page in after}
    assert [kept[page.number] for page in before[1:]] == [page.paths for page in before[1:]]


def test_months_are_those_of_the_site() -> None:
    """A story of New Year's night belongs to the month that its own zone shows."""
    night = datetime(2026, 1, 1, 0, 30, tzinfo=ZoneInfo("Asia/Seoul"))  # still 2025 in UTC
    found = (entry("a", night), entry("b", night - timedelta(hours=1)), entry("c", night), entry("d", None))
    assert (Month(2026, 1, 2), Month(2025, 12, 1)) == months(found)


def test_neighbours() -> None:
    """Each story has the one before and the one after; the ends have one neighbour."""
    assert {"c": ("", "b"), "b": ("c", "a"), "a": ("b", "")} == neighbours(("c", "b", "a"))
    assert {} == neighbours(())


def test_related_stories_share_tags() -> None:
    """More shared tags first, then newer, then by path; the story itself is not related."""
    of, one, newer, three, also = (
        dated(entry("of")),
        dated(entry("one")),
        dated(entry("newer", START + timedelta(days=1))),
        dated(entry("three", START - timedelta(days=9))),
        dated(entry("also")),
    )
    tags = [[one, of, newer, three], [of, three, also], [of, three]]
    assert ("three", "newer", "also", "one") == related("of", tags, 9)
    assert ("three", "newer") == related("of", tags, 2)
    assert () == related("of", [], 9)


def test_undated_drafts_are_the_newest_relations() -> None:
    """A draft without a date comes first, and the zone of a date does not matter."""
    seoul = START.astimezone(ZoneInfo("Asia/Seoul"))
    assert dated(entry("a")) == dated(entry("a", seoul)) == Dated(int(START.timestamp()) * 1_000_000, "a")
    assert ("draft", "a") == related("of", [[dated(entry("a")), dated(entry("draft", None))]], 9)


def test_the_home_page_is_arranged() -> None:
    """The newest lead leads, former leads and numbers follow, hidden stories are left out."""
    found = newest_first(
        (
            entry("plain"),
            entry("old-lead", START, front="lead"),
            entry("second", front=2),
            entry("first-b", front=1),
            entry("hidden", front="hidden"),
            entry("first-a", front=1),
            entry("lead", START + timedelta(days=1), front="lead"),
            entry("newer", START + timedelta(days=2)),
            entry("zero", START - timedelta(days=2), front=0),
        )
    )
    pinned = ("old-lead", "zero", "first-a", "first-b", "second")
    assert Places("lead", pinned, ("newer", "plain")) == places(found)


def test_a_home_page_without_stories() -> None:
    """Nothing leads where there is nothing."""
    assert Places() == places(())
