"""Kinds of change: what a correction, a clarification, an update and a retraction do to every output."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import feedparser
import pytest

from support import dom
from support.building import NOON, built
from support.newsroom import picture
from support.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

FRONT = """\
---
title: Ferry returns
published: 2026-06-10T08:00:00Z
authors: [Ana Ruiz]
tags: [harbor]
section: news
image: {src: /pier.png, alt: The secret pier}
summary: The secret standfirst.
"""
BODY = """\
---
The secret text.

![A secret boat](boat.png)
"""
PAGE = "2026/06/ferry/index.html"
FEEDS = {
    *("feed.xml", "atom.xml", "feed.json", "news/feed.xml", "news/atom.xml", "news/feed.json"),
    *("tags/harbor/feed.xml", "authors/ana-ruiz/feed.xml"),
}


def room(folder: Path, notes: str = "", more: str = "") -> Workspace:
    """A site of three stories, one of which has *notes* and *more* in its front matter."""
    found = Workspace(folder)
    found.delete("content/ferry.md")
    (found.root / "content/ferry").mkdir(parents=True)
    (found.root / "content/ferry/boat.png").write_bytes(picture("picture of the secret boat"))
    (found.root / "static").mkdir()
    (found.root / "static/pier.png").write_bytes(picture("pier"))
    noted(found, notes, more)
    for number, name in enumerate(("storm", "tide"), 9):
        head = f"title: A story of the {name}\npublished: 2026-06-{number:02}\nauthors: [Bo Li]\ntags: [weather]\n"
        found.write(f"content/{name}.md", f"---\n{head}---\nThe {name}.\n")
    return found


def noted(site: Workspace, notes: str, more: str = "") -> None:
    """Give the story of *site* its *notes*."""
    corrections = f"corrections:\n{notes}" if notes else ""
    site.write("content/ferry/index.md", FRONT + "slug: ferry\n" + more + corrections + BODY)


def note(date: str, text: str, kind: str = "", severity: str = "") -> str:
    """A note as front matter has it."""
    tail = (f", kind: {kind}" if kind else "") + (f", severity: {severity}" if severity else "")
    return f"  - {{date: {date}, text: {text}{tail}}}\n"


def build(site: Workspace, now: datetime = NOON) -> set[str]:
    """The files that a build writes; it must succeed."""
    outcome = built(site.root, now)
    assert 0 == outcome.status, outcome.told
    return outcome.written


def anchors(site: Workspace, page: str = PAGE) -> list[str]:
    """The ids of the notes on a page, in its order."""
    return [each.get("id") for each in dom.elements(dom.parsed(site.read(page))) if dom.has_class(each, "note")]


def structured(site: Workspace, page: str = PAGE) -> dict[str, object]:
    """The structured data of a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', site.read(page), re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


@pytest.mark.parametrize(
    ("kind", "severity", "is_before"),
    [
        ("", "", True),
        ("correction", "", True),
        ("correction", "minor", False),
        ("clarification", "", False),
        ("clarification", "major", True),
        ("update", "", False),
    ],
)
def test_gravity_decides_the_place(tmp_path: Path, kind: str, severity: str, is_before: bool) -> None:  # noqa: FBT001
    """What is serious stands before the text, the rest after it; on the page and in feeds alike."""
    site = room(tmp_path / "site", note("2026-06-11", "It was the north pier.", kind, severity))
    build(site)
    for file, text in ((PAGE, "The secret text"), ("feed.xml", "The secret text")):
        html = site.read(file).partition("</head>")[2] or site.read(file)
        assert is_before == (html.index("north pier") < html.index(text)), file


@pytest.mark.parametrize("kind", ["correction", "clarification", "update", "retraction"])
def test_each_kind_has_its_label(tmp_path: Path, kind: str) -> None:
    """A note is called what it is: on its page, in the list of corrections and in both feeds that tell of it."""
    site = room(tmp_path / "site", note("2026-06-11", "It was the north pier.", kind))
    build(site)
    root = dom.parsed(site.read(PAGE))
    assert dom.words(dom.of_class(root, "note")).startswith(f"{kind.title()} ")
    assert kind.title() == dom.words(dom.of_class(dom.parsed(site.read("corrections/index.html")), "label"))
    entry = feedparser.parse(site.read("corrections/feed.xml")).entries[0]
    assert f"{kind.title()}: Ferry returns" == entry.title
    assert "<p>It was the north pier.</p>" == entry.summary


def test_the_feed_in_each_format(tmp_path: Path) -> None:
    """Where `feeds.lists` asks for it, and the list leads to each; all say the same of a note, and name it alike."""
    text = "It was the north pier; write to desk@wire.example."
    site = room(tmp_path / "site", note("2026-06-11", text) + note("2026-06-12 18:22", "Two.", "update"))
    settings = (site.root / "site.yaml").read_text(encoding="utf-8")
    site.write("site.yaml", f"{settings}id: tag:wire.example,2026:harbor\nfeeds: {{lists: [rss, atom, json]}}\n")
    build(site)
    links = [each for each in dom.elements(dom.parsed(site.read("corrections/index.html"))) if each.tag == "link"]
    names = [f"/corrections/{name}" for name in ("feed.xml", "atom.xml", "feed.json")]
    assert names == [each.get("href") for each in links if each.get("href", "").startswith("/corrections/")]
    rss, atom = (feedparser.parse(site.read(f"corrections/{name}")) for name in ("feed.xml", "atom.xml"))
    json_ = json.loads(site.read("corrections/feed.json"))
    assert [False, False] == [each.bozo for each in (rss, atom)]
    assert rss.feed.title == atom.feed.title == json_["title"]
    found = [(each.id, each.link, each.title, each.summary, each.published_parsed) for each in rss.entries]
    assert found == [
        (each.id, each.link, each.title, each.content[0].value, each.updated_parsed) for each in atom.entries
    ]
    assert [each[:4] for each in found] == [
        (each["id"], each["url"], each["title"], each["content_html"]) for each in json_["items"]
    ]
    (told,) = json_["items"][1]["_news"]["corrections"]
    assert (found[1][1], "correction") == (told["url"], told["kind"])
    assert "2026-06-10T15:00:00+00:00" == told["date"]
    assert "desk [at] wire.example" in told["text"]
    assert "@" not in site.read("corrections/feed.json") + site.read("corrections/atom.xml")
    assert "urn:uuid:" in atom.feed.id


def test_anchors_stay(tmp_path: Path) -> None:
    """A note keeps its anchor and its id in the feed when others join it, before and after, and when it is reworded."""
    first = note("2026-06-11", "One.") + note("2026-06-12 18:22", "Two.", "update")
    site = room(tmp_path / "site", first)
    build(site)
    assert ["correction-2026-06-11", "correction-2026-06-12-1822"] == anchors(site)
    before = {entry.link: entry.id for entry in feedparser.parse(site.read("corrections/feed.xml")).entries}
    noted(
        site,
        note("2026-06-11", "One, in other words.")
        + note("2026-06-10 20:00", "Zero.")
        + note("2026-06-12 18:22", "Two.", "update")
        + note("2026-06-12 18:22", "Two as well.", "update"),
        "front: 2\n",
    )
    build(site)
    assert {"correction-2026-06-11", "correction-2026-06-12-1822", "correction-2026-06-12-1822-2"} < set(anchors(site))
    after = {entry.link: entry.id for entry in feedparser.parse(site.read("corrections/feed.xml")).entries}
    assert before == {link: after[link] for link in before}
    assert len(after) == len(set(after.values()))
    assert all(link.partition("#")[2] in anchors(site) for link in after)


def test_feed_ids_outlive_address_and_headline(tmp_path: Path) -> None:
    """Another headline, address and host of the story leave the ids of its notes as they are."""
    site = room(tmp_path / "site", note("2026-06-11", "It was the north pier."))
    build(site)
    before = feedparser.parse(site.read("corrections/feed.xml")).entries[0]
    text = (site.root / "content/ferry/index.md").read_text(encoding="utf-8")
    site.write("content/ferry/index.md", text.replace("Ferry returns", "Boat").replace("slug: ferry", "slug: boat"))
    assert 0 == built(site.root, url="https://other.example/path").status
    after = feedparser.parse(site.read("corrections/feed.xml")).entries[0]
    assert before.id == after.id
    assert before.link != after.link


def moments(site: Workspace) -> set[str | None]:
    """When the story last changed, as each output says, in UTC."""
    root = dom.parsed(site.read(PAGE))
    shown = [each.get("datetime") for each in dom.elements(dom.of_class(root, "times")) if each.tag == "time"][-1]
    entry = next(each for each in feedparser.parse(site.read("feed.xml")).entries if each.title == "Ferry returns")
    places = re.search(r"ferry/</loc><lastmod>(.*?)<", site.read("sitemap.xml"))
    assert places
    found = {
        shown,
        dom.meta(root, "article:modified_time")[0],
        str(structured(site)["dateModified"]),
        dict(entry).get("updated", entry.published),
        places[1],
    }
    parsed = {each if "," not in each else feed_time(each) for each in found}
    return {datetime.fromisoformat(each).astimezone(UTC).isoformat() for each in parsed}


def feed_time(text: str) -> str:
    """A time of RSS as ISO 8601."""
    return datetime.strptime(text, "%a, %d %b %Y %H:%M:%S %z").isoformat()


@pytest.mark.parametrize(
    ("updated", "corrected", "expected"),
    [
        ("", "", "2026-06-10T08:00:00+00:00"),
        ("2026-06-11T10:00:00Z", "", "2026-06-11T10:00:00+00:00"),
        ("", "2026-06-12T10:00:00Z", "2026-06-12T10:00:00+00:00"),
        ("2026-06-11T10:00:00Z", "2026-06-12T10:00:00Z", "2026-06-12T10:00:00+00:00"),
        ("2026-06-13T10:00:00Z", "2026-06-12T10:00:00Z", "2026-06-13T10:00:00+00:00"),
        ("2026-06-11T10:00:00Z", "2026-06-20T10:00:00Z", "2026-06-11T10:00:00+00:00"),
        ("", "2026-06-20T10:00:00Z", "2026-06-10T08:00:00+00:00"),
    ],
)
def test_every_output_tells_the_same_update(tmp_path: Path, updated: str, corrected: str, expected: str) -> None:
    """The newest of update and notes that is not to come: on the page, in its metadata, the feed and the sitemap."""
    notes = note(corrected, "It was the north pier.") if corrected else ""
    site = room(tmp_path / "site", notes, f"updated: {updated}\n" if updated else "")
    built(site.root)
    assert {expected} == moments(site)


def test_a_typo_moves_nothing(tmp_path: Path) -> None:
    """A mended comma, saved today, is no update: no time in any output changes, and no list or sitemap."""
    site = room(tmp_path / "site", note("2026-06-11", "It was the north pier."), "updated: 2026-06-12\n")
    build(site)
    before = moments(site)
    text = (site.root / "content/ferry/index.md").read_text(encoding="utf-8")
    site.write("content/ferry/index.md", text.replace("secret text", "secret texts"))
    written = build(site, NOON + timedelta(days=3))
    assert before == moments(site)
    assert {PAGE, *FEEDS} == written


def test_only_what_shows_a_correction_is_written(tmp_path: Path) -> None:
    """A correction changes its story, the feeds that have the story, the sitemap and the list of corrections."""
    site = room(tmp_path / "site")
    build(site)
    noted(site, note("2026-06-11", "It was the north pier."))
    assert {PAGE, "sitemap.xml", *FEEDS, "corrections/index.html", "corrections/feed.xml"} == build(site)
    alone = tmp_path / "alone"
    assert 0 == built(site.root, output=alone, cache=False).status
    found = {str(path.relative_to(alone)): path.read_bytes() for path in alone.rglob("*") if path.is_file()}
    assert found == site.tree()


def test_a_correction_waits_for_its_time(tmp_path: Path) -> None:
    """Before its date no byte of a note is in the output; when the clock passes it, it is there without an edit."""
    site = room(tmp_path / "site", note("2026-06-16T09:00:00Z", "It was the ZXNORTH pier.", "correction"))
    build(site)
    before = site.tree()
    assert not any(b"ZXNORTH" in data or b"correction-2026" in data for data in before.values())
    build(site, datetime(2026, 6, 16, 8, 59, 59, tzinfo=UTC))
    assert before == site.tree()
    build(site, datetime(2026, 6, 16, 9, tzinfo=UTC))
    shows = {path for path, data in site.tree().items() if b"ZXNORTH" in data}
    assert {PAGE, "corrections/index.html", "corrections/feed.xml", "feed.xml"} < shows


def test_a_retraction_leaves_a_tombstone(tmp_path: Path) -> None:
    """The address stays, with the headline marked, the reason and noindex; the story is nowhere, nor its pictures."""
    notes = note("2026-06-11", "It was the north pier.") + note("2026-06-12", "The source made it up.", "retraction")
    site = room(tmp_path / "site", note("2026-06-11", "It was the north pier."))
    build(site)
    assert "2026/06/ferry/boat.png" in site.tree()
    noted(site, notes, "extra: {intro: A secret introduction}\naliases: [/old/]\n")
    build(site)
    root = dom.parsed(site.read(PAGE))
    assert "Retracted: Ferry returns" == dom.words(dom.one(root, "h1"))
    assert dom.words(dom.one(root, "title")).startswith("Retracted: Ferry returns")
    assert "The source made it up." in dom.words(dom.of_class(root, "notices"))
    assert ["noindex, max-image-preview:large"] == dom.meta(root, "robots")
    assert [] == [path for path, data in site.tree().items() if b"secret" in data or b"pier.png" in data]
    assert "2026/06/ferry/boat.png" not in site.tree()
    shows = {path for path, data in site.tree().items() if b"Ferry returns" in data}
    assert {PAGE, "old/index.html", "corrections/index.html", "corrections/feed.xml"} == shows
    leads = {path for path, data in site.tree().items() if b"/2026/06/ferry/" in data}
    assert shows | {"_redirects"} == leads


def test_a_retraction_that_is_to_come_changes_nothing(tmp_path: Path) -> None:
    """A story is whole until the moment of its retraction."""
    site = room(tmp_path / "site")
    build(site)
    before = site.tree()
    noted(site, note("2026-06-20", "The source made it up.", "retraction"))
    assert set() == build(site)
    assert before == site.tree()
    build(site, NOON + timedelta(days=9))
    assert "secret" not in site.read(PAGE)


def test_a_layout_of_a_withdrawn_story_is_still_used(tmp_path: Path) -> None:
    """The tombstone has the usual layout; the one that the story names is not told to be unused."""
    site = room(tmp_path / "site", note("2026-06-12", "Made up.", "retraction"), "layout: special\n")
    site.write("layouts/special.html", "<p>{{ article.extra.intro }}</p>")
    assert () == built(site.root).told
    assert "Made up." in site.read(PAGE)


def test_a_link_to_a_note_is_followed(tmp_path: Path) -> None:
    """Another story may link to a note, and one that is not there is told."""
    site = room(tmp_path / "site", note("2026-06-11", "It was the north pier."))
    site.write(
        "content/tide.md", "---\ntitle: T\npublished: 2026-06-12\n---\nSee [it](ferry/index.md#correction-2026-06-11)."
    )
    assert () == built(site.root).told
    assert 'href="/2026/06/ferry/#correction-2026-06-11"' in site.read("2026/06/t/index.html")
    noted(site, "")
    assert "no heading or anchor #correction-2026-06-11" in built(site.root).told[0]


def test_pages_of_the_list_of_corrections(tmp_path: Path) -> None:
    """The list is newest first, in pages numbered from the oldest, and is there while there is no correction."""
    site = room(tmp_path / "site")
    site.write("site.yaml", (site.root / "site.yaml").read_text(encoding="utf-8") + "paginate: 2\n")
    build(site)
    assert "There are no corrections." in site.read("corrections/index.html")
    assert [] == feedparser.parse(site.read("corrections/feed.xml")).entries
    noted(site, "".join(note(f"2026-06-1{day}", f"Note {day}.") for day in range(1, 6)))
    build(site)
    pages = ["corrections/index.html", "corrections/page/1/index.html"]
    texts = [re.findall(r"Note \d", site.read(page)) for page in pages]
    assert [["Note 5", "Note 4", "Note 3"], ["Note 2", "Note 1"]] == texts
    feed = feedparser.parse(site.read("corrections/feed.xml"))
    assert [f"<p>Note {day}.</p>" for day in (5, 4, 3, 2, 1)] == [entry.summary for entry in feed.entries]


def test_notes_of_a_story_that_is_not_out_are_nowhere(tmp_path: Path) -> None:
    """The list of corrections has none of an embargoed, an expired or an unfinished story."""
    site = room(tmp_path / "site")
    heads = ("published: 2026-06-20", "published: 2026-06-10\nexpires: 2026-06-14", "draft: true")
    for number, head in enumerate(heads):
        notes = "corrections: [{date: 2026-06-12, text: ZXHELD}]"
        site.write(f"content/held{number}.md", f"---\ntitle: ZXHELD\n{head}\n{notes}\n---\nx\n")
    assert 0 == built(site.root).status
    assert [] == [path for path, data in site.tree().items() if b"ZXHELD" in data]
