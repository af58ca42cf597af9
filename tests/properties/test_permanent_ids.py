"""Feeds parse and say what was written; ids survive every edit that leaves a story itself: P9, and R9 of feeds."""

from __future__ import annotations

import json
import re
import tempfile
import xml.etree.ElementTree as ET
from itertools import chain
from pathlib import Path
from typing import Final

import feedparser
import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from sitegen.build import Request
from sitegen.look import looked
from support.building import NOON, built, quick_builds, tree
from support.newsroom import Fields, Newsroom

FEW: Final = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a failure takes minutes
    suppress_health_check=list(HealthCheck),
)
EDITS: Final = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Another headline", "부두의 배", "<b> & more"]),
        "slug": st.sampled_from(["another", "ferry"]),
        "published": st.sampled_from(["2026-05-01T09:00:00+09:00", "2025-12-31T23:59:59Z"]),
        "updated": st.just("2026-06-14T09:00:00+09:00"),
        "section": st.sampled_from(["sport", None]),
        "tags": st.just(["harbor", "other"]),
        "authors": st.just(["Di Yu"]),
        "summary": st.just("In short."),
    },
)
SITES: Final = st.sampled_from(
    [
        ("harborwire.example", "example.org/wire"),
        ("https://", "http://"),
        ("paginate: 2", "paginate: 2\npermalink: /{section}/{year}/{month}/{day}/{slug}/"),
        ("Harbor Wire", "Another Wire"),
        ("Asia/Seoul", "America/New_York"),
        ("paginate: 2", "paginate: 2\nlang: ko"),
    ]
)
ATOM: Final = {"a": "http://www.w3.org/2005/Atom"}
ID: Final = re.compile(r"<guid[^>]*>([^<]+)|<entry>(?:(?!</entry>).)*?<id>([^<]+)|\"id\":\s*\"([^\"]+)", re.DOTALL)


def ids(root: Path) -> dict[str, set[str]]:
    """The ids of stories in each feed of the whole site."""
    names = ("feed.xml", "atom.xml", "feed.json")
    found = {name: (root / "public" / name).read_text() for name in names if (root / "public" / name).exists()}
    return {name: {"".join(groups) for groups in ID.findall(text)} for name, text in found.items()}


@FEW
@given(site=SITES, edits=st.lists(st.tuples(st.sampled_from("abde"), EDITS), min_size=1, max_size=3))
def test_ids_are_for_ever(site: tuple[str, str], edits: list[tuple[str, Fields]]) -> None:
    """Whatever becomes of its headline, slug, dates, section, tags, the site's address: the id of a story stays."""
    with tempfile.TemporaryDirectory(prefix="sitegen-test-") as folder, quick_builds():
        room = Newsroom(Path(folder) / "site")
        room.write("site.yaml", (room.root / "site.yaml").read_text().replace("feed_limit: 4", "feed_limit: 20"))
        for name in "abcdef":
            fields, _ = room.stories[name]
            room.put(name, fields, "Text.")
        assert 0 == built(room.root).status
        before = ids(room.root)
        assert all(len(found) == len(room.stories) for found in before.values()), before
        for name, fields in edits:
            room.change(name, **{key: f"{value}-{name}" if key == "slug" else value for key, value in fields.items()})
        room.write("site.yaml", (room.root / "site.yaml").read_text().replace(*site))
        outcome = built(room.root)
        assert 0 == outcome.status, outcome.told
        assert before == ids(room.root)


EVERY_ID: Final = re.compile(r"<guid[^>]*>[^<]+|<id>[^<]+|\"id\":\s*\"[^\"]+")


def every_id(root: Path) -> dict[str, list[str]]:
    """All ids in each feed of the site, its own among them."""
    files = tree(root / "public").items()
    return {path: EVERY_ID.findall(data.decode()) for path, (_, data) in files if re.search(r"(feed|atom)\.", path)}


@pytest.mark.parametrize(
    "name", ["", "tag:harborwire.example,2026:wire", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"]
)
def test_a_site_that_moves_stays_what_it_is(tmp_path: Path, name: str) -> None:
    """With a permanent name of its own, or with the address that was its name, every feed and story keeps its id."""
    room = Newsroom(tmp_path / "site")
    settings = f"{(room.root / 'site.yaml').read_text()}feeds: {{lists: [rss, atom, json]}}\n"
    room.write("site.yaml", f"{settings}id: {name}\n" if name else settings)
    assert 0 == built(room.root).status
    before = every_id(room.root)
    assert any("<id>" in found[0] for path, found in before.items() if path.endswith("tags/harbor/atom.xml"))
    assert bool(name) != ("<id>https://harborwire.example/atom.xml" in before["atom.xml"])
    moved = f"{settings.replace('harborwire.example', 'example.org/wire')}id: {name or 'https://harborwire.example'}\n"
    room.write("site.yaml", moved)
    assert 0 == built(room.root).status
    assert before == every_id(room.root)
    room.write("site.yaml", f"{settings}id: tag:another.example,2026:wire\n")
    assert 0 == built(room.root).status
    mine, theirs = (set(chain.from_iterable(found.values())) for found in (before, every_id(room.root)))
    assert not mine & theirs  # another site with stories of the same name


# What no field of ours may hold is refused or taken out when it is read, which other tests see to.
TEXT: Final = st.text(st.characters(exclude_categories=["Cs", "Cn", "Cc"]), min_size=1, max_size=30) | st.sampled_from(
    ["]]>", "&amp;", "<script>alert(1)</script>", "a\u202eb", "e\u0301", "🚢", "</title>", '"', "'", "&#x0;", "—"]
)


def parsed(data: bytes) -> ET.Element:
    """An XML document of ours."""
    return ET.fromstring(data)  # noqa: S314 - we wrote it


@FEW
@given(title=TEXT, summary=TEXT, body=TEXT, site=TEXT)
def test_feeds_read_back(title: str, summary: str, body: str, site: str) -> None:
    """With any text in them, all XML parses, and two readers find the headline and the date that were written."""
    with tempfile.TemporaryDirectory(prefix="sitegen-test-") as folder, quick_builds():
        room = Newsroom(Path(folder) / "site")
        room.change("a", title=f"x{title}", summary=f"x{summary}", published="2026-06-14T09:00:00+09:00", slug="here")
        room.put("a", room.stories["a"][0], f"{body}\n\n## A heading")
        room.write("site.yaml", (room.root / "site.yaml").read_text().replace("Harbor Wire", json.dumps(f"x{site}")))
        outcome = built(room.root)
        event("refused" if outcome.status else "built")
        if outcome.status:
            return  # such as a control character, which is refused
        story = looked(Request(folder=room.root, now=NOON), lambda edition: edition.article("content/a.md"))
        for path, (_, data) in tree(room.root / "public").items():
            if path.endswith(".xml"):
                parsed(data)
        feeds = {name: (room.root / "public" / name).read_bytes() for name in ("feed.xml", "atom.xml", "feed.json")}
        item = parsed(feeds["feed.xml"]).find("channel/item")
        assert item is not None
        assert story.title == item.findtext("title")
        assert "Sun, 14 Jun 2026 00:00:00 +0000" == item.findtext("pubDate")
        entry = parsed(feeds["atom.xml"]).find("a:entry", ATOM)
        assert entry is not None
        (first, *_) = json.loads(feeds["feed.json"])["items"]
        for name in ("feed.xml", "atom.xml"):
            read = feedparser.parse(feeds[name]).entries[0]
            assert (item.findtext("guid"), (2026, 6, 14, 0, 0, 0)) == (read.id, read.published_parsed[:6])
        at = "2026-06-14T00:00:00+00:00"
        expected = story.title, story.summary, item.findtext("guid"), at
        found = [entry.findtext(f"a:{name}", None, ATOM) for name in ("title", "summary", "id", "published")]
        assert expected == tuple(found)
        assert expected == tuple(first[name] for name in ("title", "summary", "id", "date_published"))
        assert item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") == first["content_html"]
        assert entry.findtext("a:content", None, ATOM) == first["content_html"]
        news = parsed((room.root / "public/news-sitemap.xml").read_bytes())
        assert story.title == news.findtext(".//{http://www.google.com/schemas/sitemap-news/0.9}title")
        listed = {found.text for found in parsed((room.root / "public/sitemap.xml").read_bytes()).iter() if found.text}
        assert "https://harborwire.example/2026/06/here/" in listed
