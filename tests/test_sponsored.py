"""Stories that somebody paid for, and opinions: readers and search engines are told before they follow a link."""

from __future__ import annotations

import json
from html import unescape
from typing import TYPE_CHECKING

import pytest

from support import dom
from support.building import built
from support.published import Document
from support.workspace import SITE, Workspace

if TYPE_CHECKING:
    from pathlib import Path

AD = """\
---
title: Rope
published: 2026-06-12
kind: sponsored
tags: [harbor]
partner: {name: Rope Co, url: https://rope.example}
---
Good [rope](https://rope.example/r), <a href="https://rope.example/b">better</a>, and [us](ferry.md).
"""
PAGE = "2026/06/rope/index.html"


@pytest.fixture
def site(tmp_path: Path) -> Workspace:
    """A story, and one that is paid for."""
    found = Workspace(tmp_path / "site")
    found.write("content/rope.md", AD)
    assert (0, ()) == ((outcome := built(found.root)).status, outcome.told)
    return found


def test_links_that_are_paid_for_say_so(site: Workspace) -> None:
    """Every one that leaves the site from such a story, and no other (Google: qualify outbound links)."""
    found: dict[str, str] = {}
    for page in (PAGE, "2026/06/ferry-returns/index.html"):
        links = [each for each in dom.elements(dom.one(dom.parsed(site.read(page)), "main")) if each.tag == "a"]
        found |= {each.get("href"): each.get("rel", "") for each in links if each.get("rel") != "tag"}
    paid = {href for href, rel in found.items() if "sponsored" in rel.split()}
    assert {"https://rope.example", "https://rope.example/r", "https://rope.example/b"} == paid
    assert "/2026/06/ferry-returns/" in found


@pytest.mark.parametrize(("kind", "label"), [("sponsored", "Sponsored"), ("opinion", "Opinion"), ("feature", "")])
def test_a_headline_alone_has_its_label(site: Workspace, kind: str, label: str) -> None:
    """Beside a story, among the related ones, in the archive."""
    site.write("content/rope.md", AD.replace("kind: sponsored", f"kind: {kind}"))
    assert 0 == built(site.root).status
    story = dom.parsed(site.read("2026/06/ferry-returns/index.html"))
    archive = dom.parsed(site.read("archive/2026/06/index.html"))
    for place in (dom.of_class(story, "related"), dom.of_class(story, "neighbours"), dom.of_class(archive, "dated")):
        assert [label][: bool(label)] == [
            dom.words(each) for each in dom.elements(place) if dom.has_class(each, "label")
        ]


@pytest.mark.parametrize(
    ("lang", "line", "expected"),
    [
        ("en", "", "Paid for by Rope Co"),
        ("ko", "", "광고비 지급: Rope Co"),
        ("en", "Brought to you by the rope makers", "Brought to you by the rope makers"),
    ],
)
def test_readers_are_told_who_paid(site: Workspace, lang: str, line: str, expected: str) -> None:
    """In the same words on the page, in feeds, in JSON-LD and on cards; and nobody says that they worked on it."""
    about = AD.replace("url: https", f"line: '{line}', url: https").replace("title:", f"lang: {lang}\ntitle:")
    site.write("content/rope.md", about)
    site.write("site.yaml", f"{SITE}feeds: {{lists: [rss, atom, json]}}\n")
    assert (0, ()) == ((outcome := built(site.root)).status, outcome.told)
    page = site.read(PAGE)
    root, data = dom.parsed(page), json.loads(Document(page).data[0])
    assert expected == dom.words(dom.of_class(root, "partner"))
    assert (expected, "Rope Co") == (data["creditText"], data["sponsor"]["name"])
    label = dom.words(dom.of_class(dom.of_class(root, "story"), "label"))
    assert ([label], [expected]) == (dom.meta(root, "twitter:label1"), dom.meta(root, "twitter:data1"))
    feeds = {name: site.read(f"tags/harbor/{name}") for name in ("feed.xml", "atom.xml", "feed.json")}
    item = next(each for each in json.loads(feeds["feed.json"])["items"] if each["title"] == "Rope")
    assert ("Rope Co", None) == (item["_news"]["sponsor"]["name"], item["_news"].get("partner"))
    linked = f'<p><a href="https://rope.example">{expected}</a></p>'
    assert linked in item["content_html"]
    for name in ("feed.xml", "atom.xml"):
        assert linked in unescape(feeds[name])
        assert "contributor" not in feeds[name]


def test_the_main_feed_is_news(site: Workspace) -> None:
    """What was paid for is in the feed of its tag, and in none of the whole site."""
    for name in ("feed.xml", "atom.xml", "feed.json"):
        assert "/2026/06/ferry-returns/" in site.read(name)
        assert "/2026/06/rope/" not in site.read(name)
    assert "/2026/06/rope/" in site.read("tags/harbor/feed.xml")
