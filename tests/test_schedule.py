"""What is due, and when: for people, for scripts, and as the engine itself sees it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sitegen.build import Request
from sitegen.schedule import schedule
from support.building import NOON, built, quick_builds, tree
from support.command import sitegen
from support.newsroom import Fields, Newsroom

if TYPE_CHECKING:
    from pathlib import Path

NOW: Final = "2026-06-15T12:00:00Z"


def due(room: Newsroom, now: datetime = NOON) -> list[str]:
    """What is due, a line each."""
    return list(map(str, schedule(Request(folder=room.root, now=now)).due))


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A site of six old stories."""
    return Newsroom(tmp_path / "site")


def test_all_that_can_be_due(room: Newsroom) -> None:
    """Each kind of change is told with its instant in the site's zone, the next first."""
    notes = [
        {"date": "2026-06-18T09:00:00+09:00", "text": "Wrong.", "kind": "clarification"},
        {"date": "2026-06-17T09:00:00+09:00", "text": "Wrong.", "kind": "correction"},
        {"date": "2026-06-14T09:00:00+09:00", "text": "Wrong.", "kind": "correction"},
    ]
    room.change("a", expires="2026-06-16T00:00:00Z", updated="2026-06-15T21:30:00+09:00")
    room.change("b", corrections=notes)
    room.change("c", published="2026-06-15T14:00:00Z")
    room.change("d", published="2026-06-15T11:00:00Z")
    assert [
        "2026-06-15T21:30:00+09:00 update content/a.md",
        "2026-06-15T23:00:00+09:00 publish content/c.md",
        "2026-06-16T09:00:00+09:00 expire content/a.md",
        "2026-06-17T09:00:00+09:00 correct content/b.md",
        "2026-06-17T20:00:00+09:00 leave-news content/d.md",
        "2026-06-17T23:00:00+09:00 leave-news content/c.md",
        "2026-06-18T09:00:00+09:00 clarify content/b.md",
    ] == due(room)


def test_a_live_story(room: Newsroom) -> None:
    """Its entries are due at their times, and so is its end."""
    entry = "::: entry 2026-06-{}\nMore.\n:::\n\n"
    fields: Fields = {"kind": "live", "closed": "2026-06-17T09:00:00+09:00", "expires": "2026-06-19"}
    text = "".join(entry.format(at) for at in ("14 09:00", "16 09:00", "20 09:00"))
    room.put("a", room.stories["a"][0] | fields, text)
    assert [
        "2026-06-16T09:00:00+09:00 update content/a.md",
        "2026-06-17T09:00:00+09:00 close content/a.md",
        "2026-06-19T00:00:00+09:00 expire content/a.md",
    ] == due(room)


@pytest.mark.parametrize(
    "fields",
    [
        {"draft": True, "published": "2026-06-20", "expires": "2026-06-30"},
        {"expires": "2026-06-14", "updated": "2026-06-20"},
        {"published": "2026-06-15T11:00:00Z", "noindex": True},
        {"published": "2026-06-15T11:00:00Z", "kind": "sponsored"},
        {"published": "2026-06-15T11:00:00Z", "canonical": "https://other.example/x"},
        {"published": None, "draft": None},
    ],
    ids=["draft", "expired", "not indexed", "paid for", "elsewhere", "undated"],
)
def test_what_is_not_due(room: Newsroom, fields: Fields) -> None:
    """Nothing becomes of a draft or of what has expired, and not every story is news."""
    room.change("a", **fields)
    assert [] == due(room)


def test_what_ends_before(room: Newsroom) -> None:
    """Nothing is due of a story after it expired, and a retracted one is no news."""
    room.change("a", published="2026-06-15T09:00:00Z", expires="2026-06-16T09:00:00Z", updated="2026-06-16T09:00:01Z")
    retraction = {"date": "2026-06-16T10:00:00Z", "text": "Made up.", "kind": "retraction"}
    room.change("b", published="2026-06-15T09:00:00Z", corrections=[retraction])
    assert [
        "2026-06-16T18:00:00+09:00 expire content/a.md",
        "2026-06-16T19:00:00+09:00 retract content/b.md",
    ] == due(room)


def test_a_live_story_that_is_withdrawn(room: Newsroom) -> None:
    """No entry and no end of it is due any more."""
    retraction = {"date": "2026-06-16T10:00:00Z", "text": "Made up.", "kind": "retraction"}
    entry = "::: entry 2026-06-17 09:00 Later\nLater.\n:::\n"
    fields = {"kind": "live", "closed": "2026-06-18T09:00:00Z", "corrections": [retraction]}
    room.put("b", {**room.stories["b"][0], "published": "2026-06-15T09:00:00Z", **fields}, entry)
    assert ["2026-06-16T19:00:00+09:00 retract content/b.md"] == due(room)


def test_a_change_of_clocks(room: Newsroom) -> None:
    """Instants are ordered and written right across the hour that exists twice."""
    room.write("site.yaml", (room.root / "site.yaml").read_text().replace("Asia/Seoul", "Europe/Berlin"))
    room.change("a", published="2026-10-25T01:30:00Z")
    room.change("b", published="2026-10-25T00:30:00Z")
    now = datetime(2026, 10, 24, tzinfo=UTC)
    assert [
        "2026-10-25T02:30:00+02:00 publish content/b.md",
        "2026-10-25T02:30:00+01:00 publish content/a.md",
    ] == due(room, now)[:2]


def test_next(room: Newsroom) -> None:
    """`--next` prints one line; where nothing is due it prints none, and its status says so."""
    room.change("c", published="2026-06-15T14:00:00Z")
    done = sitegen("schedule", "--next", "--site", str(room.root), "--now", NOW)
    assert (0, "2026-06-15T23:00:00+09:00 publish content/c.md\n", "") == (done.status, done.out, done.err)
    done = sitegen("schedule", "--next", "--site", str(room.root), "--now", "2026-06-15T14:00:00Z")
    assert (0, "2026-06-17T23:00:00+09:00 leave-news content/c.md\n") == (done.status, done.out)
    done = sitegen("schedule", "--next", "--site", str(room.root), "--now", "2026-06-17T14:00:00Z")
    assert (4, "", "") == (done.status, done.out, done.err)
    done = sitegen("schedule", "--site", str(room.root), "--now", "2026-06-17T14:00:00Z")
    assert (0, "nothing is due\n") == (done.status, done.out)


def test_json(room: Newsroom) -> None:
    """For machines there is one document."""
    room.change("c", published="2026-06-15T14:00:00Z")
    done = sitegen("schedule", "--next", "--json", "--site", str(room.root), "--now", NOW)
    assert {
        "ok": True,
        "due": [{"at": "2026-06-15T23:00:00+09:00", "what": "publish", "path": "content/c.md"}],
        "problems": [],
    } == json.loads(done.out)
    done = sitegen("schedule", "--next", "--json", "--site", str(room.root), "--now", "2026-07-15T12:00Z")
    assert (4, []) == (done.status, json.loads(done.out)["due"])


def test_a_story_that_cannot_be_read(room: Newsroom) -> None:
    """The others are told, and the status says that something may be missing; broken settings are an error."""
    room.change("c", published="2026-06-15T14:00:00Z")
    room.write("content/b.md", "no front matter")
    done = sitegen("schedule", "--next", "--site", str(room.root), "--now", NOW)
    assert (1, "2026-06-15T23:00:00+09:00 publish content/c.md\n") == (done.status, done.out)
    assert done.err.startswith("content/b.md:1: error: there is no front matter")
    room.write("site.yaml", "title: [")
    assert 1 == sitegen("schedule", "--site", str(room.root)).status


def test_a_damaged_cache_changes_nothing(room: Newsroom) -> None:
    """With a cache, without, and with one that lies about what it holds, the same is due."""
    room.change("c", published="2026-06-15T14:00:00Z")
    expected = due(room)
    assert 0 == built(room.root).status
    before = tree(room.root)
    assert expected == due(room)
    assert before == tree(room.root)
    trace = room.root / ".sitegen/trace"
    trace.write_bytes(trace.read_bytes()[:-9] + b"x" * 9)
    assert expected == due(room)


MOMENTS: Final = st.integers(-60, 60).map(lambda hours: (NOON + timedelta(hours=hours)).isoformat())
STORIES: Final = st.fixed_dictionaries(
    {"published": MOMENTS},
    optional={
        "updated": MOMENTS,
        "expires": MOMENTS,
        "draft": st.booleans(),
        "noindex": st.booleans(),
        "corrections": st.lists(
            st.builds(
                lambda date, kind: {"date": date, "text": "Wrong.", "kind": kind},
                MOMENTS,
                st.sampled_from(["correction", "update", "retraction"]),
            ),
            min_size=1,
            max_size=2,
        ),
    },
)


@given(stories=st.lists(STORIES, min_size=1, max_size=3))
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a failure takes minutes
    suppress_health_check=list(HealthCheck),
)
def test_nothing_changes_between(tmp_path_factory: pytest.TempPathFactory, stories: list[Fields]) -> None:
    """From one instant that is told to just before the next, the site is the same to the byte."""
    room = Newsroom(tmp_path_factory.mktemp("site") / "site")
    partners = "feeds: {partners: {coast: {sections: [news], delay: 5 hours}}}\n"
    room.write("site.yaml", (room.root / "site.yaml").read_text() + partners)
    for name, fields in zip("abc", stories, strict=False):
        room.change(name, **fields)
    coming = [each.at for each in schedule(Request(folder=room.root, now=NOON)).due]
    with quick_builds():
        for at, following in pairwise((NOON, *coming)[:5]):
            if built(room.root, at).status:
                return  # such as an update before publication
            before = tree(room.root / "public")
            assert 0 == built(room.root, max(at, following - timedelta(microseconds=1))).status
            assert before == tree(room.root / "public")
