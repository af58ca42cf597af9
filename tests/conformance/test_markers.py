"""Text that is hard to escape reads back as it was typed: on the page, in structured data, cards, feeds and maps."""

from __future__ import annotations

import json
from html import unescape
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import extruct
import feedparser
import pytest

from support import dom, fed
from support.newsroom import PICTURE, story
from support.published import Published, built

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HARD: Final = (
    *("&", "&amp;", "<", ">", '"', "'", "]]>", "</script>", "<!--", "\\u003c", "{{ 1 }}"),
    *("👩‍🚀", "ليلى", "שלום", "x\u0331"),
)
"""What must be escaped somewhere, and what some programs cut in two or turn around."""

FIELDS: Final = ("title", "summary", "author", "role", "partner", "alt", "caption", "credit", "dateline", "tag", "note")


def texts() -> list[dict[str, str]]:
    """For every two pieces, side by side, a story that has them in each of its fields; and one with all of them."""
    pairs = [first + second for first, second in product(HARD, HARD)]
    return [
        {field: f"{field} {number}{hard}{number} {field}" for field in FIELDS}
        for number, hard in enumerate((*pairs, "".join(HARD)))
    ]


def front(fields: dict[str, str], number: int) -> dict[str, object]:
    """The front matter of a story that says *fields*."""
    return {
        "title": fields["title"],
        "slug": f"story-{number}",
        "published": "2026-06-01T09:00:00+09:00",
        "summary": fields["summary"],
        "authors": [{"name": fields["author"], "role": fields["role"]}],
        "partner": {"name": fields["partner"]},
        "image": {name: fields[name] for name in ("alt", "caption", "credit")} | {"src": "/pier.png"},
        "dateline": fields["dateline"],
        "tags": [fields["tag"]],
        "corrections": [{"date": "2026-06-01T10:00:00+09:00", "text": fields["note"]}],
    }


def said(html: str) -> Iterator[tuple[str, object]]:
    """Each field, with what a place of the page *html* says of it."""
    found = extruct.extract(html, syntaxes=["json-ld", "opengraph"])
    data: dict[str, Any] = found["json-ld"][0]
    card = dict(found["opengraph"][0]["properties"])
    page = dom.parsed(html)
    yield from (("title", text) for text in (data["headline"], card["og:title"], dom.words(dom.one(page, "h1"))))
    yield "title", data["mainEntityOfPage"]["breadcrumb"]["itemListElement"][-1]["name"]
    yield from (("summary", text) for text in (data["description"], card["og:description"]))
    yield from (("author", text) for text in (data["author"][0]["name"], *dom.meta(page, "author")))
    yield "role", data["author"][0]["jobTitle"]
    yield from (("partner", text) for text in (data["contributor"]["name"], data["creditText"].removeprefix("With ")))
    yield from (("alt", text) for text in (card["og:image:alt"], *dom.meta(page, "twitter:image:alt")))
    yield from (("caption", data["image"]["caption"]), ("credit", data["image"]["creditText"]))
    yield from (("dateline", data["dateline"]), ("note", data["correction"][0]["text"]))
    yield from (("tag", text) for text in (*data["keywords"], card["article:tag"]))


def smithed(feeds: list[dict[str, Any]]) -> Iterator[tuple[str, str, object]]:
    """Of each story in an RSS, an Atom and a JSON Feed, as feedsmith reads them: its id, each field with its text."""
    rss, atom, feed = feeds
    for each in rss["items"]:
        yield from ((each["guid"]["value"], *pair) for pair in fed_in_rss(each))
    for each in atom["entries"]:
        (picture,) = each["media"]["contents"]
        yield from ((each["id"], field, each[field]["value"]) for field in ("title", "summary"))
        yield each["id"], "author", each["authors"][0]["name"]
        yield each["id"], "partner", each["contributors"][0]["name"]
        yield each["id"], "tag", each["categories"][0]["label"]
        yield from ((each["id"], *pair) for pair in pictured(picture))
    for each in feed["items"]:
        yield from ((each["id"], field, each[field]) for field in ("title", "summary"))
        yield each["id"], "author", each["authors"][0]["name"]
        yield each["id"], "tag", each["tags"][0]


def fed_in_rss(each: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Each field, with what an item of RSS says of it; a description is HTML."""
    yield "title", each["title"]
    yield "summary", unescape(each["description"])
    yield "author", each["dc"]["creators"][0]
    yield "partner", each["dc"]["contributors"][0]
    yield "tag", each["categories"][0]["name"]
    yield from pictured(each["media"]["contents"][0])
    yield from shown(each["content"]["encoded"])


def pictured(picture: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Each field, with what Media RSS says of it."""
    yield "alt", picture["title"]["value"]
    yield "caption", picture["description"]["value"]
    yield "credit", picture["credits"][0]["value"]


def shown(html: str) -> Iterator[tuple[str, object]]:
    """Each field, with what the text of a feed shows of it."""
    page = dom.parsed(html)
    paragraphs = [dom.words(each) for each in dom.elements(page) if each.tag == "p"]
    author = paragraphs[0].removeprefix("By ")
    yield from (("author", author), ("role", paragraphs[1].removeprefix(f"{author}: ")))
    yield "partner", paragraphs[2].removeprefix("With ")
    yield "note", paragraphs[3].partition(": ")[2]
    yield "dateline", paragraphs[4].removesuffix(" — Text.")
    yield "alt", dom.one(page, "img").get("alt")
    yield "credit", dom.words(dom.one(page, "small"))
    yield "caption", dom.words(dom.one(page, "figcaption")).partition(" credit ")[0]


def in_extension(item: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Each field, with what the extension of an item of JSON Feed says of it."""
    said = item["_news"]
    yield from ((name, said["picture"][name]) for name in ("alt", "caption", "credit"))
    yield from (("partner", said["partner"]["name"]), ("dateline", said["dateline"]))
    yield "note", said["corrections"][0]["text"]
    yield from (("author", said["roles"][0]["name"]), ("role", said["roles"][0]["role"]))


@pytest.mark.needs("feedsmith")
def test_hard_text_reads_back_from_feeds(published_markers: Published) -> None:
    """The same of feeds in each of their formats, and of the news sitemap."""
    folder, expected = published_markers.folder, texts()
    items = json.loads((folder / "feed.json").read_text(encoding="utf-8"))["items"]
    stories = feedparser.parse(str(folder / "atom.xml")).entries
    known = {story.id: expected[int(story.link.rstrip("/").rpartition("-")[2])] for story in stories}
    assert len(expected) == len(known) > len(items) > 150  # a JSON feed ends where it would be too long
    feeds = fed.smith([folder / name for name in ("feed.xml", "atom.xml", "feed.json")])
    found = [*smithed(feeds)]
    found += [(item["id"], *pair) for item in items for pair in in_extension(item)]
    found += [(story.id, "credit", story.media_credit[0]["content"]) for story in stories]
    found += [(story.id, "tag", story.tags[0]["label"]) for story in stories]
    assert set(FIELDS) == {field for _, field, _ in found}
    assert [] == [(field, text) for own, field, text in found if known[own][field] != text]
    html = {each["guid"]["value"]: each["content"]["encoded"] for each in feeds[0]["items"]}  # which `smithed` looks at
    assert html == {each["id"]: each["content"]["value"] for each in feeds[1]["entries"]}
    assert {item["id"]: html[item["id"]] for item in items} == {
        item["id"]: item["content_html"].rstrip() for item in items
    }
    assert ["".join(HARD)] * 3 == [feeds[0]["title"], feeds[1]["title"]["value"], feeds[2]["title"]]
    news = [node.text for node in fed.root(folder / "news-sitemap.xml").iter(f"{{{fed.NAMES['news']}}}title")]
    assert {fields["title"] for fields in expected} == set(news)


@pytest.fixture(scope="module")
def published_markers(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A site of the stories of `texts`."""
    site: Path = tmp_path_factory.mktemp("markers") / "site"
    (site / "content").mkdir(parents=True)
    (site / "static").mkdir()
    (site / "static/pier.png").write_bytes(PICTURE)
    configuration: dict[str, object] = {"title": "".join(HARD), "url": "https://markers.example"}
    configuration |= {"timezone": "Asia/Seoul", "feed_limit": 1000}
    (site / "site.yaml").write_text(json.dumps(configuration, ensure_ascii=False), encoding="utf-8")
    for number, fields in enumerate(texts()):
        text = story(front(fields, number), "Text.")
        (site / f"content/story-{number}.md").write_text(text, encoding="utf-8")
    return built(site, site / "public", "https://markers.example", "2026-06-02T00:00:00Z")


def test_hard_text_reads_back(published_markers: Published) -> None:
    """Each two pieces side by side, in each field of a story, are what they were to each reader."""
    for number, fields in enumerate(texts()):
        found = list(
            said((published_markers.folder / f"2026/06/story-{number}/index.html").read_text(encoding="utf-8"))
        )
        assert set(FIELDS) == {field for field, _ in found}
        assert [] == [(field, text) for field, text in found if fields[field] != text]
