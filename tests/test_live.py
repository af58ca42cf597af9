"""Live stories: dated entries, newest first, with anchors that stay and none before its time."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import dom
from support.building import NOON, built
from support.newsroom import picture
from support.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "2026/06/storm/index.html"
FEEDS = {"feed.xml", "atom.xml", "feed.json", "tags/weather/feed.xml"}
FRONT = "title: The storm\nslug: storm\npublished: 2026-06-15T08:00:00Z\nkind: live\ntags: [weather]\n"
INTRO = "The storm comes.\n\n"


def entry(time: str, title: str = "", text: str = "Words.", above: str = "") -> str:
    """An entry as a reporter writes it."""
    return f"{above}::: entry {time} {title}".rstrip() + f"\n{text}\n:::\n\n"


EARLY = entry("2026-06-15T09:00:00Z", "The boats stay", "No boat *sails*.")
LATE = entry("2026-06-15 20:30", "Stay inside", "The pier is closed.")  # 11:30 UTC


@pytest.fixture
def site(tmp_path: Path) -> Workspace:
    """A site with one live story and another one."""
    found = Workspace(tmp_path / "site")
    write(found, INTRO + EARLY + LATE + "The end.\n")
    return found


def write(site: Workspace, body: str, front: str = "") -> None:
    """Give the live story of *site* its text."""
    site.write("content/storm/index.md", f"---\n{FRONT}{front}---\n{body}")


def build(site: Workspace, now: datetime = NOON) -> set[str]:
    """The files that a build writes; it must succeed and warn of nothing."""
    outcome = built(site.root, now)
    assert (0, ()) == (outcome.status, outcome.told)
    return outcome.written


def entries(site: Workspace) -> list[tuple[str, str]]:
    """The ids of the entries on the page, and their titles, in its order."""
    root = dom.parsed(site.read(PAGE))
    found = [each for each in dom.elements(root) if each.tag == "article" and dom.has_class(each, "entry")]
    return [(each.get("id"), "".join(dom.words(span) for span in dom.one(each, "h2").iter("span"))) for each in found]


def structured(site: Workspace) -> dict[str, object]:
    """The structured data of the page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', site.read(PAGE), re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def test_newest_first_wherever_they_are_written(site: Workspace) -> None:
    """The entries stand together, newest first; the text around them stays in its order."""
    build(site)
    newest = [("entry-2026-06-15-2030", "Stay inside"), ("entry-2026-06-15-1800", "The boats stay")]
    assert newest == entries(site)
    write(site, INTRO + LATE + "The end.\n\n" + EARLY)
    build(site)
    assert newest == entries(site)
    words = dom.words(dom.one(dom.parsed(site.read(PAGE)), "main"))
    places = [words.index(each) for each in ("The storm comes.", "The pier is closed.", "No boat sails.", "The end.")]
    assert sorted(places) == places


def test_anchors_stay(site: Workspace) -> None:
    """Entries keep their anchors when others come in between, are retitled, moved in the file, or fixed."""
    build(site)
    before = {own for own, _ in entries(site)}
    between = entry("2026-06-15T10:00:00Z", "In between", above="{#halfway}\n")
    write(site, INTRO + LATE.replace("Stay inside", "Stay in") + between + EARLY.replace("boat", "ship"))
    build(site)
    assert before | {"halfway"} == {own for own, _ in entries(site)}
    assert ["entry-2026-06-15-2030", "halfway", "entry-2026-06-15-1800"] == [own for own, _ in entries(site)]


def test_headings_in_entries_keep_their_anchors(site: Workspace) -> None:
    """Two entries with the same heading: the older one's stays as it is when the newer one joins."""
    heading = "## Result\n\nOne."
    old = entry("2026-06-15T09:00:00Z", "A", heading)
    write(site, old)
    build(site)
    first = site.read(PAGE)
    write(site, entry("2026-06-15T10:00:00Z", "B", heading) + old)
    build(site)
    assert '<h3 id="result">' in first
    root = dom.parsed(site.read(PAGE))
    ids = [each.get("id") for each in dom.elements(root) if each.tag == "h3"]
    assert ["result-2", "result"] == ids


HELD = """\
{#zxheld-own}
:::: entry 2026-06-15T13:00:00Z ZXHELD title
ZXHELD words.[^held] ^[ZXHELD in place] See [it][zxheld] and [it](zxheld.pdf).

## ZXHELD heading

![ZXHELD](zxheld.png)

::: factbox ZXHELD
ZXHELD
:::
::::

"""


def test_what_is_to_come_is_nowhere(site: Workspace) -> None:
    """Before its time there is no byte of an entry, its picture, its footnotes or its links; then it is there."""
    notes = "[^held]: ZXHELD note, and[^deep].\n\n[^deep]: ZXHELD deep note.\n\n[zxheld]: https://zxheld.example/\n"
    for name in ("zxheld.png", "zxheld.pdf"):
        (site.root / "content/storm" / name).write_bytes(picture("zxheld"))
    write(site, INTRO + EARLY + HELD + notes)
    build(site)
    before = site.tree()
    assert [] == [path for path, data in before.items() if b"zxheld" in path.encode() + data.lower()]
    build(site, datetime(2026, 6, 15, 12, 59, 59, tzinfo=UTC))
    assert before == site.tree()
    written = build(site, datetime(2026, 6, 15, 13, tzinfo=UTC))
    assert {PAGE, "2026/06/storm/zxheld.png", "2026/06/storm/zxheld.pdf", "feed.xml", "sitemap.xml"} < written
    text = site.read(PAGE)
    for word in ("ZXHELD title", "ZXHELD note", "ZXHELD deep note", "ZXHELD in place", 'id="zxheld-own"'):
        assert word in text
    assert "2026-06-15T13:00:00+00:00" in site.read("sitemap.xml")


def test_an_entry_to_come_leaves_the_rest_as_it_is(site: Workspace) -> None:
    """The tree with a held entry is that of a site that does not have it yet."""
    build(site)
    before = site.tree()
    write(site, INTRO + EARLY + entry("2026-06-15T13:00:00Z", "Later") + LATE + "The end.\n")
    assert set() == build(site)
    assert before == site.tree()
    assert 0 == built(site.root, drafts=True).status
    assert "Later" in site.read(PAGE)


@settings(max_examples=12, deadline=None)
@given(
    offsets=st.lists(st.integers(-300, 300), max_size=6, unique=True),
    clock=st.integers(-230, 301),
)
def test_at_any_clock_what_is_out_is_there(
    tmp_path_factory: pytest.TempPathFactory, offsets: list[int], clock: int
) -> None:
    """Of entries in any order, exactly those whose time has come are on the page, newest first, built on or clean."""
    site = Workspace(tmp_path_factory.mktemp("live") / "site")
    times = {f"ZX{offset + 1000}X": NOON + timedelta(minutes=offset) for offset in offsets}
    write(site, "".join(entry(f"{at:%Y-%m-%dT%H:%M:%SZ}", name) for name, at in times.items()))
    now = NOON + timedelta(minutes=clock)
    build(site)
    build(site, now)
    out = sorted((name for name, at in times.items() if at <= now), key=lambda name: times[name], reverse=True)
    assert out == [title for _, title in entries(site)]
    told = {name for data in site.tree().values() for name in times if name.encode() in data}
    assert set(out) == told
    updates = structured(site).get("liveBlogUpdate", [])
    assert isinstance(updates, list)
    assert out == [each["headline"] for each in updates]
    clean = site.root.parent / "clean"
    assert 0 == built(site.root, now, output=clean, cache=False).status
    assert {str(p.relative_to(clean)): p.read_bytes() for p in clean.rglob("*") if p.is_file()} == site.tree()


def test_structured_data(site: Workspace) -> None:
    """A live story is a LiveBlogPosting: its times, and each entry with its text and its address."""
    text = 'Only words.[^1]\n\n![Waves](https://elsewhere.example/a.png){credit="Ana Ruiz"}'
    write(site, INTRO + EARLY + entry("2026-06-15T11:30:00Z", "", text) + "[^1]: A note.\n")
    build(site)
    data = structured(site)
    page = "https://harbourwire.example/2026/06/storm/"
    assert ["NewsArticle", "LiveBlogPosting"] == data["@type"]
    assert "2026-06-15T17:00:00+09:00" == data["datePublished"] == data["coverageStartTime"]
    assert "2026-06-15T20:30:00+09:00" == data["dateModified"]
    assert "coverageEndTime" not in data
    words = {"@type": "BlogPosting", "headline": "Only words.", "articleBody": "Only words."}
    boats = {"@type": "BlogPosting", "headline": "The boats stay", "articleBody": "No boat sails."}
    assert [
        words | {"datePublished": "2026-06-15T20:30:00+09:00", "url": f"{page}#entry-2026-06-15-2030"},
        boats | {"datePublished": "2026-06-15T18:00:00+09:00", "url": f"{page}#entry-2026-06-15-1800"},
    ] == data["liveBlogUpdate"]


def test_a_closing_time(site: Workspace) -> None:
    """Until it has come the story is live, and no output tells it; then it has ended, on the page and for machines."""
    write(site, INTRO + EARLY, "closed: 2026-06-15T14:00:00Z\n")
    build(site)
    open_tree = site.tree()
    write(site, INTRO + EARLY)
    assert set() == build(site)
    assert open_tree == site.tree()
    write(site, INTRO + EARLY, "closed: 2026-06-15T14:00:00Z\n")
    build(site, datetime(2026, 6, 15, 14, tzinfo=UTC))
    assert "2026-06-15T23:00:00+09:00" == structured(site)["coverageEndTime"]
    root = dom.parsed(site.read(PAGE))
    assert "As it happened" == dom.words(dom.of_class(root, "label"))
    assert "Ended Jun 15, 2026" in dom.words(dom.of_class(root, "times"))
    assert "2026-06-15T18:00:00+09:00" == structured(site)["dateModified"]


def test_feeds_have_the_entries(site: Workspace) -> None:
    """A feed shows the whole text, its entries newest first under their times; the newest is the story's update."""
    build(site)
    item = next(each for each in feedparser.parse(site.read("feed.xml")).entries if each.title == "The storm")
    html = item.content[0].value
    places = [html.index(each) for each in ("The storm comes.", "Stay inside", "The boats stay", "The end.")]
    assert sorted(places) == places
    assert 'href="https://harbourwire.example/2026/06/storm/#entry-2026-06-15-2030"' in html
    assert "2026-06-15T11:30:00+00:00" == item.updated


def test_a_new_entry_makes_only_what_shows_it(site: Workspace) -> None:
    """A new entry is written to the page, to the feeds that have the story, and to the sitemaps."""
    build(site)
    write(site, INTRO + EARLY + LATE + "The end.\n" + "\n" + entry("2026-06-15T11:45:00Z", "New"))
    assert {PAGE, *FEEDS, "sitemap.xml", "news-sitemap.xml"} == build(site)


def test_words_changed_in_an_entry_move_no_date(site: Workspace) -> None:
    """A typo mended in an entry changes the page and the feeds, and no time."""
    build(site)
    before = structured(site)["dateModified"]
    write(site, INTRO + EARLY.replace("No boat", "No boats") + LATE + "The end.\n")
    assert {PAGE, *FEEDS} == build(site)
    assert before == structured(site)["dateModified"]


@pytest.mark.parametrize(
    "link",
    [
        "[it](storm/index.md#{})",
        "[it](/2026/06/storm/#{})",
        "[it](/old/#{})",
        "[it](https://harbourwire.example/2026/06/storm/index.html#{})",
        '<a href="/2026/06/storm#{}">it</a>',
    ],
)
@pytest.mark.parametrize("place", ["entry-2026-06-15-2200", "pier-closed", "waves-come", "correction-2026-06-16"])
def test_links_to_what_is_to_come(site: Workspace, link: str, place: str) -> None:
    """A link to an entry to come, a heading in it, or a note, is its words, with a warning that says when it is out."""
    entries = entry("2026-06-15T13:00:00Z", "Later", "### Waves come") + entry(
        "2026-06-15T13:00:01Z", above="{#pier-closed}\n"
    )
    note = "corrections: [{date: 2026-06-16, text: Wrong.}]\naliases: [/old/]\n"
    write(site, INTRO + EARLY + entries, note)
    site.write("content/t.md", f"---\ntitle: T\npublished: 2026-06-12\n---\n{link.format(place)}")
    outcome = built(site.root)
    (told,) = [line for line in outcome.told if line.startswith("content/t.md:5:")]
    assert f"warning: content/storm/index.md#{place} is not public before 2026-06-1" in told
    assert place not in site.read("2026/06/t/index.html")
    later = built(site.root, NOON + timedelta(days=1))
    assert not [line for line in later.told if line.startswith("content/t.md")]
    assert f"#{place}" in site.read("2026/06/t/index.html") + site.read("2026/06/storm/index.html")


def test_a_link_to_an_entry_of_its_own_to_come(site: Workspace) -> None:
    """So it is within the story; a link to one that is out is a link."""
    write(
        site, "[a](#entry-2026-06-15-1800) and [b](#entry-2026-06-15-2200).\n\n" + EARLY + entry("2026-06-15T13:00:00Z")
    )
    (told,) = built(site.root).told
    assert "content/storm/index.md#entry-2026-06-15-2200 is not public before 2026-06-15T22:00:00+09:00" in told
    assert 'href="#entry-2026-06-15-1800"' in site.read(PAGE)
    assert "2200" not in site.read(PAGE)


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("::: entry\nx\n:::\n", 8, "begins with its date and time"),
        ("::: entry Goal\nx\n:::\n", 8, "begins with its date and time"),
        ("::: entry 12:00 Goal\nx\n:::\n", 8, "begins with its date and time"),
        ("::: entry 2026-06-15 Goal\nx\n:::\n", 8, "begins with its date and time"),
        ("::: entry 2026-06-15 12:00: Goal\nx\n:::\n", 8, "begins with its date and time"),
        ("::: entry 2026-06-15 25:00 Goal\nx\n:::\n", 8, "no clock shows"),
        ("::: entry 2026-02-30 12:00 Goal\nx\n:::\n", 8, "has the day 30"),
        ("::: entry 2026-06-15 6:00 p.m. Goal\nx\n:::\n", 8, "may be part of it"),
        ("::: entry 2026-06-15 6:00 PM\nx\n:::\n", 8, "may be part of it"),
        ("::: entry 2026-06-15 12:00 +09:00 Goal\nx\n:::\n", 8, "may be part of it"),
        ("::: entry 2026-06-15 12:00 KST Goal\nx\n:::\n", 8, "may be part of it"),
        (EARLY + EARLY, 12, "would have the anchor of the one in line 8"),
        (EARLY.replace("\n:::\n", "\n"), 8, "is never closed"),
        ("> ::: entry 2026-06-15 12:00 Goal\n> x\n> :::\n", 8, "stands by itself"),
        (":::: factbox\n::: entry 2026-06-15 12:00 Goal\nx\n:::\n::::\n", 9, "stands by itself"),
    ],
)
def test_what_is_wrong_with_an_entry_is_told_at_its_line(site: Workspace, body: str, line: int, what: str) -> None:
    """A time that is not certain publishes nothing: it is an error with its line."""
    write(site, body)
    outcome = built(site.root)
    assert 1 == outcome.status
    assert [
        each for each in outcome.told if each.startswith(f"content/storm/index.md:{line}:1: error:") and what in each
    ]


def test_a_wrong_entry_that_is_held_is_told_today(site: Workspace) -> None:
    """Nobody is at work when its time comes: an entry that would swallow others is an error now."""
    later = "::: entry 2026-06-20 12:00 Later\nx\n\n"
    write(site, EARLY + later + LATE)
    assert "is never closed" in " ".join(built(site.root).told)
    text = (site.root / "content/storm/index.md").read_text(encoding="utf-8")
    site.write("content/storm/index.md", text.replace("published: 2026-06-15", "published: 2026-06-18"))
    assert "is never closed" in " ".join(built(site.root).told)


def test_entries_are_for_live_stories(site: Workspace) -> None:
    """In another kind of story an entry is an error, whatever its time."""
    site.write("content/storm/index.md", f"---\n{FRONT.replace('live', 'news')}---\n{EARLY}")
    assert "entries are for live stories" in built(site.root).told[0]


@pytest.mark.parametrize(
    ("front", "what"),
    [
        ("closed: 2026-06-15T07:00:00Z\n", "not after `published`"),
        ("closed:\n", "is empty"),
    ],
)
def test_a_closing_time_that_cannot_be(site: Workspace, front: str, what: str) -> None:
    """It comes after the story began."""
    write(site, EARLY, front)
    outcome = built(site.root)
    assert (1, True) == (outcome.status, what in outcome.told[0])


def test_a_closing_time_of_another_kind(site: Workspace) -> None:
    """Only live stories end: a warning."""
    head = FRONT.replace("live", "news") + "closed: 2026-06-16\n"
    site.write("content/storm/index.md", f"---\n{head}---\nx\n")
    assert ["says when a live story ends" in each for each in built(site.root).told] == [True]


def test_a_withdrawn_live_story(site: Workspace) -> None:
    """Its entries are gone with its text."""
    write(site, INTRO + EARLY + LATE, "corrections: [{date: 2026-06-15, kind: retraction, text: Made up.}]\n")
    build(site)
    assert [] == entries(site)
    assert [] == [path for path, data in site.tree().items() if b"boat stays" in data or b"pier is closed" in data]
    assert "liveBlogUpdate" not in structured(site)
    assert b'class="label now"' not in site.tree()[PAGE], "a story that is over is not live"
