"""Page, structured data, card, feeds and sitemaps agree on what a story is, as programs that are not ours read them."""

from __future__ import annotations

from calendar import timegm
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import extruct
import feedparser
import pytest
from usp.tree import sitemap_tree_for_homepage

from support import dom
from support.crawling import Files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from time import struct_time

    from support.published import Published

Said = dict[str, object]
"""What one output says of a story, by what it is: headline, url, published, updated, authors, profiles, partner …"""

SITES: Final = pytest.mark.parametrize("site", ["published", "published_kinds"])


@pytest.fixture
def stories(site: str, request: pytest.FixtureRequest) -> list[Story]:
    """Every story of *site* that is not a copy of one elsewhere."""
    published: Published = request.getfixturevalue(site)
    found = (Story(published, path) for path in published.files("*.html"))
    return [story for story in found if story.published.document(story.path).kind == "article" and not story.is_copy]


class Story:
    """The page of a story, read in three ways."""

    def __init__(self, published: Published, path: Path) -> None:
        """Read the page at *path*."""
        html = path.read_text(encoding="utf-8")
        self.published, self.path, self.address = published, path, published.address(path)
        self.root = dom.parsed(html)
        found = extruct.extract(html, syntaxes=["json-ld", "opengraph"])
        self.data: dict[str, Any] = found["json-ld"][0] if found["json-ld"] else {}
        self.card: list[tuple[str, str]] = found["opengraph"][0]["properties"] if found["opengraph"] else []

    @property
    def is_copy(self) -> bool:
        """Whether the story stands elsewhere."""
        return str(self.data.get("url")).startswith("https://first.example/")

    @property
    def is_withdrawn(self) -> bool:
        """Whether a notice stands in its place."""
        return any(dom.has_class(each, "retraction") for each in dom.elements(self.root))

    def carded(self, name: str) -> list[str]:
        """What the card has under *name*, in its order."""
        return [content for each, content in self.card if each == name]

    def shown(self) -> Said:
        """What readers see."""
        host = "/".join(self.published.url.split("/", 3)[:3])
        moments = [each.get("datetime") for each in self._of("times", "time")]
        return {
            "headline": dom.words(dom.one(self.root, "h1")),
            "url": next(each.get("href") for each in dom.elements(self.root) if each.get("rel") == "canonical"),
            "published": moments[0],
            "updated": moments[-1],
            "authors": [dom.words(each) for each in self._of("byline", "bdi")],
            "profiles": [host + each.get("href") for each in self._of("byline", "a")],
            "roles": [dom.words(each) for each in self._of("roles", "li")],
            "contacts": [dom.words(each) for each in self._of("contact", "a")],
            "written to": [each.get("href").removeprefix("mailto:") for each in self._of("contact", "a")],
            "partner": next(map(dom.words, self._of("partner", "p")), None),
            "section": next(map(dom.words, self._of("kicker", "a")), None),
        }

    def _of(self, name: str, tag: str) -> list[dom.Element]:
        """The elements *tag* in the story's first element of the class *name*."""
        found = next((each for each in dom.elements(self.root) if dom.has_class(each, name)), None)
        return [] if found is None else [each for each in dom.elements(found) if each.tag == tag]

    def structured(self) -> Said:
        """What its structured data says."""
        authors = self.data.get("author", [])
        contacts = list(dict.fromkeys(author["email"] for author in authors if "email" in author))
        return {
            "headline": self.data["headline"],
            "url": self.data["url"],
            "published": self.data["datePublished"],
            "updated": self.data["dateModified"],
            "authors": [author["name"] for author in authors],
            "profiles": [author["url"] for author in authors if "url" in author],
            "roles": [f"{author['name']}: {author['jobTitle']}" for author in authors if "jobTitle" in author],
            "contacts": contacts,
            "written to": contacts,
            "partner": self.data.get("creditText"),
            "section": self.data.get("articleSection"),
        }

    def shared(self) -> Said:
        """What its card says."""
        (published,), (updated,) = self.carded("article:published_time"), self.carded("article:modified_time")
        return {
            "headline": self.carded("og:title")[0],
            "url": self.carded("og:url")[0],
            "published": published,
            "updated": updated,
            "authors": dom.meta(self.root, "author"),
            "profiles": self.carded("article:author"),
            "section": next(iter(self.carded("article:section")), None),
        }


@SITES
def test_page_structured_data_and_card_agree(stories: list[Story]) -> None:
    """On headline, address, both times to the letter, and on authors: who, in which order, where they are reached."""
    assert stories
    for story in stories:
        shown, shared = story.shown(), story.shared()
        assert story.structured() == shown
        assert {name: shown[name] for name in shared} == shared
        assert story.data.get("keywords", []) == story.carded("article:tag")
        assert story.data.get("description", "") == "".join(story.carded("og:description"))


@SITES
def test_feeds_agree(stories: list[Story]) -> None:
    """On headline, address, time of publication, and authors in their order."""
    known = {story.address: story for story in stories}
    found = [entry for story in stories[:1] for entry in entries(story.published) if entry.link in known]
    assert found
    for entry in found:
        said = known[entry.link].structured()
        expected = said["headline"], instant(str(said["published"])), said["authors"]
        authors = [author.name for author in entry.get("authors", [])]
        assert expected == (entry.title, utc(entry.published_parsed), authors)
        if "updated" in entry.keys():  # noqa: SIM118 - get() answers with `published`
            assert instant(str(said["updated"])) == utc(entry.updated_parsed)


@SITES
def test_sitemaps_agree(stories: list[Story]) -> None:
    """Every story that may be found is listed, with its address and last update, and in news sitemaps its headline."""
    pages = {page.url: page for page in listed(stories[0].published)}
    for story in stories:
        if dom.meta(story.root, "robots")[0].startswith("noindex") or story.is_withdrawn:
            assert story.data["url"] not in pages
            continue
        said, page = story.structured(), pages[story.data["url"]]
        assert instant(str(said["updated"])) == page.last_modified
        if page.news_story:
            assert said["headline"] == page.news_story.title
            assert instant(str(said["published"])) == page.news_story.publish_date


def instant(text: str) -> datetime:
    """The moment that RFC 3339 text names."""
    return datetime.fromisoformat(text).astimezone(UTC)


def utc(parsed: struct_time) -> datetime:
    """A moment as feedparser has it."""
    return datetime.fromtimestamp(timegm(parsed), UTC)


def entries(published: Published) -> Iterator[Any]:
    """What is in the feeds."""
    for path in published.files("*.xml"):
        yield from feedparser.parse(str(path)).entries


def listed(published: Published) -> Iterator[Any]:
    """What is in the sitemaps that robots.txt names."""
    tree = sitemap_tree_for_homepage(
        f"{published.url}/", Files(published), use_known_paths=False, normalize_homepage_url=False
    )
    yield from tree.all_pages()
