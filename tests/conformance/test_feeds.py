"""The feeds of the microsite, as a feed reader that is not ours reads them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import feedparser
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.published import Published


def feeds(published: Published) -> list[Path]:
    """All feeds of stories in XML: of the site, its sections, tags and authors."""
    found = [*published.files("feed.xml"), *published.files("atom.xml")]
    return [path for path in found if path.parent.name != "corrections"]


def story_data(published: Published, link: str) -> dict[str, Any]:
    """The structured data of the story at *link*."""
    path = published.file(link)
    assert path, link
    data: dict[str, Any] = json.loads(published.document(path).data[0])
    return data


def test_feeds_have_no_fault(published: Published) -> None:
    """A reader has nothing to forgive, and finds stories in the feed of the site."""
    assert feedparser.parse(str(published.folder / "feed.xml")).entries
    for path in feeds(published):
        parsed = feedparser.parse(str(path))
        assert not parsed.bozo, (path, parsed.get("bozo_exception"))


def test_feeds_credit_everybody(published: Published) -> None:
    """A story's authors, all of them and in their order, are the same in feed and page."""
    for path in feeds(published):
        for entry in feedparser.parse(str(path)).entries:
            authors = story_data(published, entry.link).get("author", [])
            names = [author["name"] for author in authors]
            assert names == [author.name for author in entry.get("authors", [])], (path, entry.link)


def test_feeds_and_pages_agree(published: Published) -> None:
    """Headline and time of a story are the same in feed and page, and its id is permanent text."""
    for path in feeds(published):
        entries = feedparser.parse(str(path)).entries
        for entry in entries:
            data = story_data(published, entry.link)
            assert data["headline"] == entry.title
            assert utc(data["datePublished"]) == entry.published_parsed[:6]
        assert len(entries) == len({entry.id for entry in entries})


def utc(moment: str) -> tuple[int, ...]:
    """Year to second, in UTC, of an RFC 3339 time."""
    return datetime.fromisoformat(moment).astimezone(UTC).timetuple()[:6]


@pytest.mark.parametrize("attribute", ["href", "src"])
def test_feeds_have_only_absolute_addresses(published: Published, attribute: str) -> None:
    """A text is read far from its page, so every link and picture in it is absolute."""
    for path in feeds(published):
        for entry in feedparser.parse(str(path), sanitize_html=False, resolve_relative_uris=False).entries:
            for content in entry.get("content", []):
                assert f'{attribute}="/' not in content.value, (path, entry.link)
                assert f'{attribute}="."' not in content.value, (path, entry.link)
