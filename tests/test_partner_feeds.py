"""Feeds for partners hold what was agreed upon: which stories, when, how much of them, and which pictures."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import feedparser
import pytest

from sitegen.build import Request
from sitegen.content.markdown.passed_on import is_passed_on, without_pictures
from sitegen.schedule import schedule
from support.building import NOON, built, tree
from support.command import sitegen
from support.newsroom import PICTURE, Newsroom

if TYPE_CHECKING:
    from pathlib import Path

SECOND: Final = timedelta(seconds=1)
PICTURES: Final = """\
![Ours](ours.png "Caption one."){credit="Ana Ruiz"}

![Theirs](theirs.png "Caption two."){credit="An Agency"}

![Nobody's](nobodys.png "Caption three.")

Words around ![a small one](small.png) of them.

See [the *big* one](theirs.png) and [the sea](https://agency.example/sea.JPG?w=1#top) [there](https://agency.example/ai).
"""


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A site of six stories of June: those of harbor are in all parts, half of them have the tag weather."""
    return Newsroom(tmp_path / "site")


def agreed(room: Newsroom, *lines: str) -> None:
    """Give a partner, the Coast, a feed as the *lines* say."""
    partner = "".join(f"      {line}\n" for line in lines)
    settings = (room.root / "site.yaml").read_text(encoding="utf-8").partition("feeds:")[0]
    room.write("site.yaml", f"{settings}feeds:\n  partners:\n    coast:\n{partner}")


def feed(room: Newsroom, now: datetime = NOON, name: str = "feed.xml") -> str:
    """The feed of the Coast in a site that is built at *now*."""
    outcome = built(room.root, now)
    assert 0 == outcome.status, outcome.told
    return (room.root / "public/feeds/coast" / name).read_text(encoding="utf-8")


def titles(text: str) -> list[str]:
    """The last words of the headlines in a feed, in its order."""
    return [entry.title.split()[-1] for entry in feedparser.parse(text).entries]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["title: All"], "fedc"),
        (["tags: [Weather]"], "fdb"),
        (["sections: [news]"], "cba"),
        (["authors: [cy]"], "fc"),
        (["authors: [Bo Li]", "sections: [sport]"], "f"),
        (["tags: [weather]", "sections: [news]"], "b"),
        (["tags: [nothing]"], ""),
    ],
)
def test_which_stories(room: Newsroom, lines: list[str], expected: str) -> None:
    """Where one of sections, tags and authors names any, a story has one of them; the newest come first."""
    agreed(room, *lines)
    assert list(expected) == titles(feed(room))
    assert list(expected) == titles(feed(room, name="atom.xml"))
    found = json.loads(feed(room, name="feed.json"))["items"]
    assert list(expected) == [item["title"].split()[-1] for item in found]


def test_only_what_is_ours(room: Newsroom) -> None:
    """Nobody can pass on what is another's, was paid for, was withdrawn, or is not out."""
    agreed(room, "sections: [news, sport]")
    room.change("f", syndicated="Coast Radio")
    room.change("e", kind="sponsored")
    room.change("d", corrections=[{"date": "2026-06-10", "text": "No.", "kind": "retraction"}])
    room.change("c", draft=True)
    room.change("b", published="2026-06-16")
    assert ["a"] == titles(feed(room))


def test_a_delay(room: Newsroom) -> None:
    """A story joins so long after its publication, to the second; a correction does not wait; the schedule knows."""
    agreed(room, "tags: [other]", "delay: 90 minutes")
    start = datetime(2026, 6, 15, 9, tzinfo=UTC)
    joins = start + timedelta(minutes=90)
    room.change("a", published=start.isoformat(), tags=["other"])
    assert [[], []] == [titles(feed(room, at)) for at in (start, joins - SECOND)]
    due = list(map(str, schedule(Request(folder=room.root, now=start)).due))
    assert "2026-06-15T19:30:00+09:00 join-feed content/a.md" == due[0]
    before = tree(room.root / "public")
    outcome = built(room.root, joins)
    assert {f"feeds/coast/{name}" for name in ("feed.xml", "atom.xml", "feed.json")} == outcome.written
    assert before != tree(room.root / "public")
    read = feedparser.parse(feed(room, joins))
    assert (["a"], "Mon, 15 Jun 2026 10:30:00 +0000") == ([each.title[-1] for each in read.entries], read.feed.updated)
    room.change("a", corrections=[{"date": (joins + SECOND).isoformat(), "text": "The south pier."}])
    assert "The south pier." not in feed(room, joins)
    assert "The south pier." in feed(room, joins + SECOND)


def test_the_schedule_knows_whom_a_story_is_for(room: Newsroom) -> None:
    """Nothing is due where a story is for no partner, is gone before, or does not wait."""
    now = datetime(2026, 6, 15, 9, tzinfo=UTC)
    for name in "abcd":
        room.change(name, published="2026-06-15T08:59:00Z", section="news", tags=["one"])
    room.change("a", section="sport")
    room.change("b", expires="2026-06-15T10:00:00Z")
    room.change("c", kind="sponsored")

    def due() -> list[str]:
        return [each.path for each in schedule(Request(folder=room.root, now=now)).due if each.what == "join-feed"]

    agreed(room, "sections: [news]", "delay: 1 day")
    assert ["content/d.md"] == due()
    agreed(room, "sections: [news]")
    assert [] == due()


def test_a_summary(room: Newsroom) -> None:
    """Less than the text: byline, standfirst, and the line that leads to the whole."""
    agreed(room, "tags: [weather]", "text: summary")
    room.change("f", summary="In short.", tags=["weather"])
    text = feed(room)
    assert "A heading" not in text
    address = "https://harborwire.example/2026/06/story-f/"
    expected = f"""<p>By Cy Oh and Bo Li</p>
<p>In short.</p>
<p><a href="{address}">First published by Harbor Wire</a></p>"""
    assert [expected] * 3 == [
        feedparser.parse(text, sanitize_html=False).entries[0].summary,
        feedparser.parse(feed(room, name="atom.xml"), sanitize_html=False).entries[0].content[0].value,
        json.loads(feed(room, name="feed.json"))["items"][0]["content_html"],
    ]


def test_a_credit(room: Newsroom) -> None:
    """The line that was agreed upon ends each story and leads to it; our own feeds have none."""
    agreed(room, "credit: First in <The Wire> & here.", "title: For the Coast")
    found = json.loads(feed(room, name="feed.json"))
    line = '<p><a href="https://harborwire.example/2026/06/story-f/">First in &#x3C;The Wire&#x3E; &#x26; here.</a></p>'
    assert found["items"][0]["content_html"].endswith(line)
    assert "For the Coast" == found["title"]
    assert "First in" not in (room.root / "public/feed.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("pictures", "shown"),
    [
        ("none", set()),
        ("all", {"lead", "ours", "theirs", "nobodys", "small"}),
        ("[Ana Ruiz]", {"lead", "ours"}),
        ("[ana *, nobody]", {"lead", "ours"}),
        ("[An Agency]", {"theirs"}),
        ("[Ana, Ruiz]", set()),
    ],
)
def test_pictures(room: Newsroom, pictures: str, shown: set[str]) -> None:
    """Those whose whole credit allows it are passed on, as lead and in the text, in every format."""
    names = ("lead", "ours", "theirs", "nobodys", "small")
    for name in names:
        room.write_bytes(f"content/{name}.png", PICTURE)
    agreed(room, "tags: [pictured]", f"pictures: {pictures}")
    lead = {"src": "lead.png", "alt": "Lead", "caption": "Lead caption", "credit": "Ana Ruiz"}
    room.put("a", room.stories["a"][0] | {"tags": ["pictured"], "image": lead}, PICTURES)
    for name in ("feed.xml", "atom.xml", "feed.json"):
        text = feed(room, name=name)
        assert shown == {each for each in names if f"/{each}.png" in text}, name
        captions = {"ours": "Caption one", "theirs": "Caption two", "nobodys": "Caption three", "lead": "Lead caption"}
        assert shown - {"small"} == {each for each, caption in captions.items() if caption in text}, name
        assert "Words around" in text
        assert ("sea.JPG" in text) == (pictures == "all")
        assert "https://agency.example/ai" in text
        assert "the sea" in text
    own = (room.root / "public/feed.xml").read_text(encoding="utf-8")
    assert all(f"/{each}.png" in (room.root / "public/tags/pictured/feed.xml").read_text() for each in names), own


def test_pictures_in_doubt_stay() -> None:
    """Nested figures, pictures without one, films, credits with markup: what is not surely allowed is not passed on."""
    credit = '<figcaption><span class="credit">{}</span></figcaption>'
    ours, theirs = credit.format("Ana &amp; <b>Bo</b>"), credit.format("Agency")
    keep = ("Ana & Bo",)
    figure = f'<figure><img src="a.png" alt="a > b">{ours}</figure>'
    assert figure == without_pictures(figure, keep)
    assert "<p>x</p>" == without_pictures(f'<figure><img src="a">{ours}<img src="b">{theirs}</figure><p>x</p>', keep)
    assert "" == without_pictures(f'<figure><figure><img src="a">{theirs}</figure>{ours}</figure>', keep)
    assert "" == without_pictures('<p><a href="x"><img src="a" alt="</figure>"></a></p>', keep)
    assert "" == without_pictures('<video src="a"><track src="b"></video><audio src="c"></audio>', keep)
    assert "" == without_pictures('<picture><source srcset="a"><img src="b"></picture>', keep)
    assert "" == without_pictures('<p><source srcset="a.jpg"></p>', keep)
    quote = "<figure><blockquote><p>Said.</p></blockquote></figure>"
    assert quote == without_pictures(quote, ())
    assert [True, True, False, False] == [
        is_passed_on(credit, ("Wire/*", "ana")) for credit in ("wire/bo", " Ana ", "Ana/AFP", "The Wire/bo")
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="https://x.ai/b">w</a>', None),
        ('<a href="https://x.mov">w</a>', None),
        ('<a href="https://x/my.raw/b">w</a>', None),
        ('<a href="https://x/b.jpgs" title="a > b.jpg">w</a>', None),
        ('<a>w</a><a href="mailto:a@b.png">w</a>', None),
        ('<a href="https://x/b.JPG">w <em>x</em></a>', "w <em>x</em>"),
        ('<a title="a > b" href="https://x/b.mp4#t=1">w</a>', "w"),
        ('<a href="https://x/b.webp?w=1&amp;h=2">w</a>', "w"),
        ('<a href="https://x/?f=b.png&amp;w=1">w</a>', "w"),
        ('<img src="https://x/1"><a href="https://x/1#a">w</a>', "w"),
        ('<img srcset="https://x/1 1x, https://x/2 2x"><a href="https://x/2">w</a>', "w"),
        ('<p><a href="https://x/b.jpg"><img src="https://x/s.jpg"></a></p>', ""),
        ('<a href="{}">w</a>', None),
        ('<a href="https://x/other.jpg">w</a>', "w"),
    ],
)
def test_a_link_to_a_picture_is_its_words(html: str, expected: str | None) -> None:
    """By its address or by what it shows; a link to one that is passed on, or that opens it, stays."""
    big, small = "https://x/big.jpg", "https://x/small.jpg"
    credit = '<figcaption><span class="credit">Ana</span></figcaption>'
    figure = f'<figure><a href="{big}"><img src="{small}"></a>{credit}</figure>'
    for address in (big, small):
        text = figure + html.format(address)
        assert (text if expected is None else figure + expected) == without_pictures(text, ("Ana",))
    assert "w" == without_pictures(f'<a href="{big}">w</a>', ())


def test_no_page_leads_there(room: Newsroom) -> None:
    """The feed of a partner is named nowhere else, and its formats are those that were asked for."""
    agreed(room, "formats: [rss]")
    feed(room)
    found = {path: data for path, (_, data) in tree(room.root / "public").items()}
    assert ["feeds/coast/feed.xml"] == [path for path in found if path.startswith("feeds/coast/")]
    assert ["feeds/coast/feed.xml"] == [path for path, data in found.items() if b"/feeds/" in data]


@pytest.mark.parametrize(
    ("line", "at", "told"),
    [
        ("feeds: {partners: {coast: {tag: [x]}}}", "tag:", "unknown key `coast.tag`; did you mean `tags`?"),
        ("feeds: {partners: {coast: {delay: soon}}}", "soon", "`coast.delay` is `soon`, which is no span of time;"),
        ("feeds: {partners: {coast: {delay: 99 days}}}", "99", "`coast.delay` is longer than 90 days;"),
        ("feeds: {partners: {coast: {sections: [nwes]}}}", "nwes", "`nwes` is not a section of this site;"),
        ("feeds: {partners: {coast: {pictures: some}}}", "some", '`coast.pictures` is "some", which is none of'),
        ("feeds: {partners: {A b: {}}}", "A b", "the name of a partner's feed is not in its plain form"),
        ("feeds: {partners: {coast: [a]}}", "[a]", "`feeds.partners.coast` must be a mapping;"),
        ("feeds: {formats: [atmo]}", "atmo", "`atmo` is no format of a feed; did you mean atom?"),
        ("feeds: {hubs: [hub.example]}", "hub.", "the hub `hub.example` is no web address;"),
        ("feeds: {hub: x}", "hub:", "unknown key `feeds.hub`; did you mean `hubs`?"),
    ],
)
def test_slips(room: Newsroom, line: str, at: str, told: str) -> None:
    """What cannot be meant is told at its place."""
    settings = (room.root / "site.yaml").read_text(encoding="utf-8")
    room.write("site.yaml", f"{line}\n{settings}")
    done = sitegen("build", "--site", str(room.root))
    assert (1, True) == (done.status, f"site.yaml:1:{line.index(at) + 1}: error: {told}" in done.err), done.err
