"""Page, structured data, card, feeds and sitemaps agree on what a story is, as programs that are not ours read them."""

from __future__ import annotations

from calendar import timegm
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

import extruct
import feedparser
import pytest
from usp.tree import sitemap_tree_for_homepage

from support import dom, fed
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
            "written to": [unquote(each.get("href").removeprefix("mailto:")) for each in self._of("contact", "a")],
            "partner": next(map(dom.words, self._of("partner", "p")), None),
            "section": next(map(dom.words, self._of("kicker", "a")), None),
            "from": self.origins(),
            "picture": self.figure()[:1] + self.figure()[2:],
            "on it": self.figure()[:2],
            "notes": sorted(note[1:] for note in self.notes() if note[0] != "update"),
            "entries": [
                (each.get("id"), dom.one(each, "time").get("datetime"))
                for each in dom.elements(self.root)
                if each.tag == "article" and dom.has_class(each, "entry")
            ],
            "withdrawn": self.is_withdrawn,
        }

    def origins(self) -> list[str]:
        """The addresses that readers are told the story comes from."""
        return [each.get("href") for name in ("syndicated", "source") for each in self._of(name, "a")]

    def figure(self) -> tuple[str, ...]:
        """The lead picture that readers see: its address, what is on it, its caption, who made it; () for none."""
        images = self._of("lead-picture", "img")
        if not images:
            return ()
        host = "/".join(self.published.url.split("/", 3)[:3])
        credit = "".join(map(dom.words, self._of("credit", "span")))
        caption = "".join(map(dom.words, self._of("lead-picture", "figcaption"))).removesuffix(credit).strip()
        return urljoin(host, images[0].get("src")), images[0].get("alt"), caption, credit

    def notes(self) -> list[tuple[str, ...]]:
        """The notes that readers see: the kind of each, what it is called, its time, words, and anchor."""
        found = [each for each in dom.elements(self.root) if dom.has_class(each, "note")]
        return [
            (
                each.get("class").split()[-1],
                dom.words(dom.one(each, "strong")),
                dom.one(each, "time").get("datetime"),
                dom.words([part for part in dom.elements(each) if part.tag == "p"][-1]),
                each.get("id"),
            )
            for each in found
        ]

    def _of(self, name: str, tag: str) -> list[dom.Element]:
        """The elements *tag* in the story's first element of the class *name*."""
        found = next((each for each in dom.elements(self.root) if dom.has_class(each, name)), None)
        return [] if found is None else [each for each in dom.elements(found) if each.tag == tag]

    def structured(self) -> Said:
        """What its structured data says."""
        authors = self.data.get("author", [])
        image = self.data.get("image", {})
        shared = [unquote(each["target"].removeprefix("mailto:")) for each in self.data.get("potentialAction", [])]
        contacts = [*dict.fromkeys(author["email"] for author in authors if "email" in author), *shared]
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
            "from": [each if isinstance(each, str) else each["url"] for each in self.data.get("isBasedOn", [])],
            "picture": (image["url"], image.get("caption", ""), image.get("creditText", "")) if image else (),
            "notes": sorted(
                (note["name"], note["datePublished"], note["text"], note["url"].partition("#")[2])
                for note in self.data.get("correction", [])
            ),
            "entries": [
                (each["url"].partition("#")[2], each["datePublished"]) for each in self.data.get("liveBlogUpdate", [])
            ],
            "withdrawn": self.data.get("creativeWorkStatus") == "Retracted",
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
            "on it": (*self.carded("og:image"), *self.carded("og:image:alt")) if "image" in self.data else (),
        }


@SITES
def test_page_structured_data_and_card_agree(stories: list[Story]) -> None:
    """On headline, address, times to the letter, authors in their order and how they are reached, picture, notes."""
    assert stories
    for story in stories:
        shown, shared, structured = story.shown(), story.shared(), story.structured()
        assert structured == {name: shown[name] for name in structured}
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
def test_json_feeds_agree(stories: list[Story]) -> None:
    """On what is data there alone: authors with their links, the picture, every note, where a story comes from."""
    known = {story.address: story for story in stories}
    found = [item for feed in fed.jsons(stories[0].published).values() for item in feed["items"]]
    told = [item for item in found if item["url"] in known]
    assert told
    for item in told:
        story, news = known[item["url"]], item["_news"]
        shown, picture = story.shown(), news.get("picture", {})
        assert shown["headline"] == item["title"]
        assert instant(str(shown["published"])) == instant(item["date_published"])
        assert instant(str(shown["updated"])) == instant(item.get("date_modified", item["date_published"]))
        assert shown["authors"] == [author["name"] for author in item.get("authors", [])]
        assert shown["profiles"] == [author["url"] for author in item.get("authors", []) if "url" in author]
        assert shown["roles"] == [f"{each['name']}: {each['role']}" for each in news.get("roles", [])]
        if "image" in item:
            assert story.figure() == (item["image"], *(picture.get(name, "") for name in ("alt", "caption", "credit")))
        notes = [
            (note["kind"], instant(note["date"]), note["text"], note["url"]) for note in news.get("corrections", [])
        ]
        assert sorted(notes) == sorted(
            (kind, instant(at), text, f"{story.address}#{anchor}") for kind, _, at, text, anchor in story.notes()
        )
        origins = [news.get("syndicated_from", {}).get("url"), news.get("based_on")]
        assert list(map(quoted, story.origins())) == [each for each in origins if each]


def quoted(address: str) -> str:
    """*address* in ASCII."""
    host = urlsplit(address).netloc
    return quote(address.replace(host, host.encode("idna").decode(), 1), safe=":/?&=")


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
