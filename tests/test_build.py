"""A build: what it writes, what it leaves, and what it tells."""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sitegen import cache
from support.building import NOON, SETTLING, built, quick_builds, stamps, tree
from support.newsroom import Newsroom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Builds are many here, so they are quick."""
    with quick_builds():
        yield


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A site of six stories, published, whose stamps have settled."""
    room = Newsroom(tmp_path / "site")
    outcome = built(room.root)
    assert 0 == outcome.status, outcome.told
    time.sleep(SETTLING)
    return room


def untouched(room: Newsroom) -> None:
    """Change nothing."""


def touched(room: Newsroom) -> None:
    """Give every source another time."""
    for path in room.sources():
        os.utime(room.root / path, (1, 1))


def rewritten(room: Newsroom) -> None:
    """Write every source anew, as it is."""
    for path, data in room.sources().items():
        room.remove(path)
        room.write_bytes(path, data)


@pytest.mark.parametrize("change", [untouched, touched, rewritten])
def test_nothing_changed(room: Newsroom, change: Callable[[Newsroom], None]) -> None:
    """A build after a build writes nothing and touches nothing, also where sources have another time."""
    public = room.root / "public"
    before = tree(public), stamps(public)
    change(room)
    outcome = built(room.root)
    assert (0, set()) == (outcome.status, outcome.written)
    assert before == (tree(public), stamps(public))


@pytest.mark.parametrize("name", "abcdef")
def test_a_text_is_one_page(room: Newsroom, name: str) -> None:
    """An edit of a text writes the story's page and the feeds that show it, and nothing else."""
    before = tree(room.root / "public")
    room.put(name, room.stories[name][0] | {"summary": "As it was."}, room.stories[name][1])
    assert 0 == built(room.root).status
    shown = {path for path, (_, data) in tree(room.root / "public").items() if f"story-{name}/".encode() in data}
    room.put(name, room.stories[name][0], room.stories[name][1] + "\n\nA word more.")
    outcome = built(room.root)
    page = f"2026/06/story-{name}/index.html"
    feeds = {path for path in shown if path.endswith(("feed.xml", "atom.xml", "feed.json"))}
    assert page in outcome.written
    assert outcome.written <= {page, *feeds}
    assert set(before) == set(tree(room.root / "public"))


def test_a_static_file_is_one_file(room: Newsroom) -> None:
    """An edit of a static file writes its copy; of a style sheet, its copy under another name and what names it."""
    room.write("static/robots-of-ours.txt", "be kinder\n")
    assert {"robots-of-ours.txt"} == built(room.root).written


def test_a_data_file_is_what_prints_it(room: Newsroom) -> None:
    """An edit of data writes the pages whose layout prints it."""
    room.write("content/data/numbers.yaml", "boats: 12\n")
    assert {"2026/06/story-b/index.html"} == built(room.root).written
    assert "12 boats" in (room.root / "public/2026/06/story-b/index.html").read_text()


def test_a_partial_is_what_includes_it(room: Newsroom) -> None:
    """An edit of a partial writes the pages that include it."""
    room.write("layouts/partials/note.html", "<p>Another note.</p>\n")
    assert {"2026/06/story-b/index.html"} == built(room.root).written


def test_a_partial_that_comes(room: Newsroom) -> None:
    """A file that did not exist was asked for too: one that comes to shadow the theme's is used, and given up again."""
    before = tree(room.root / "public")
    room.write("layouts/partials/footer.html", '<footer id="site-footer">ours</footer>\n')
    outcome = built(room.root)
    pages = {path for path in before if path.endswith(".html")}
    assert pages == outcome.written
    room.remove("layouts/partials/footer.html")
    assert pages == built(room.root).written
    assert before == tree(room.root / "public")


def test_an_author_renamed(room: Newsroom) -> None:
    """A name in authors.yaml is on all pages and feeds that credit its owner, and on no other."""
    room.write("content/authors.yaml", "ana:\n  name: Ana Ruiz-Oh\n  bio: Ana covers the harbor.\ncy:\n  name: Cy Oh\n")
    outcome = built(room.root)
    assert "authors/ana/index.html" in outcome.written
    assert "authors/cy/index.html" not in outcome.written
    assert not any(b"Ana Ruiz<" in data for _, data in tree(room.root / "public").values())


def test_the_clock_alone(room: Newsroom) -> None:
    """A story comes out and goes although no file changes; a clock that is set back hides it again."""
    room.change("c", published="2026-06-15T12:00:01Z", expires="2026-06-16T12:00:00Z")
    page = room.root / "public/2026/06/story-c/index.html"
    for seconds, out in ((0, False), (1, True), (86399, True), (86400, False), (2, True), (-5, False)):
        outcome = built(room.root, NOON + timedelta(seconds=seconds))
        assert 0 == outcome.status
        assert out == page.exists()
        assert out == any(b"Story c" in data for _, data in tree(room.root / "public").values())


def test_a_link_to_a_hidden_story(room: Newsroom) -> None:
    """A link to a story that is not out is plain text with a warning at its line; strictly, an error."""
    room.change("c", draft=True)
    outcome = built(room.root)
    assert 0 == outcome.status
    (told,) = [line for line in outcome.told if "content/c.md is a draft" in line]
    assert told.startswith("content/b.md:10:5: warning: ")
    page = (room.root / "public/2026/06/story-b/index.html").read_text()
    assert "story-c" not in page
    assert 1 == built(room.root, strict=True).status


def test_a_picture_goes_with_its_story(room: Newsroom) -> None:
    """A picture is published beside its story, and is gone with it."""
    picture = room.root / "public/2026/06/story-f/pier.png"
    assert picture.exists()
    room.put("b", room.stories["b"][0], "No link to it.")
    room.change("f", draft=True)
    assert 0 == built(room.root).status
    assert not picture.exists()


def test_an_edit_made_while_something_was_broken(room: Newsroom) -> None:
    """It is published once that is mended; what is not concerned is not written again."""
    room.write("content/a.md", "no front matter")
    room.change("d", title="Another headline")
    before = tree(room.root / "public")
    assert 1 == built(room.root).status
    assert before == tree(room.root / "public")
    room.put("a", *room.stories["a"])
    outcome = built(room.root)
    assert "2026/06/another-headline/index.html" in outcome.written
    assert "about-us/index.html" not in outcome.written


def test_an_output_of_its_own(room: Newsroom, tmp_path: Path) -> None:
    """Another output folder is filled from the cache, and the first stays as it is."""
    before = stamps(room.root / "public")
    outcome = built(room.root, output=tmp_path / "staging/deep")
    assert 0 == outcome.status
    assert tree(room.root / "public") == tree(tmp_path / "staging/deep")
    assert before == stamps(room.root / "public")
    assert set() == built(room.root).written


def test_a_cache_of_another_version(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that another version made is thrown away with a remark, and the output stays as it is."""
    before = stamps(room.root / "public")
    monkeypatch.setattr(cache, "toolchain", lambda *_: bytes(16))
    outcome = built(room.root)
    assert outcome.summary
    assert ("the cache was made by another version, so everything is made anew",) == outcome.summary.remarks
    assert set() == outcome.written
    assert before == stamps(room.root / "public")


@pytest.mark.parametrize("seed", range(5))
def test_a_damaged_cache(room: Newsroom, seed: int) -> None:
    """A cache with a byte changed or its end missing is never believed."""
    chance = random.Random(seed)  # noqa: S311 - where to damage a file is no secret
    memos = room.root / ".sitegen/trace"
    data = bytearray(memos.read_bytes())
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    memos.write_bytes(data if seed % 2 else data[:at])
    room.change("a", title="Another headline")
    outcome = built(room.root)
    assert outcome.summary
    assert outcome.summary.remarks
    clean = room.root.parent / "clean"
    assert 0 == built(room.root, cache=False, output=clean).status
    assert tree(clean) == tree(room.root / "public")


def test_the_cache_moves_with_the_site(room: Newsroom) -> None:
    """A site that is copied with its cache to another folder is built from it, to the same bytes."""
    before = tree(room.root / "public")
    elsewhere = room.root.rename(room.root.parent / "elsewhere")
    outcome = built(elsewhere)
    assert (0, set()) == (outcome.status, outcome.written)
    assert before == tree(elsewhere / "public")


def test_the_progress_of_a_build(room: Newsroom) -> None:
    """Progress tells phases, each from nothing to all."""
    told: list[tuple[str, int, int]] = []
    assert 0 == built(room.root, progress=lambda *step: told.append(step), cache=False).status
    phases = list(dict.fromkeys(phase for phase, _, _ in told))
    assert phases
    for phase in phases:
        steps = [(done, total) for name, done, total in told if name == phase]
        assert list(range(steps[0][1] + 1)) == [done for done, _ in steps]
        assert {steps[0][1]} == {total for _, total in steps}


def test_far_clocks(room: Newsroom) -> None:
    """A build of any moment that a clock can show succeeds."""
    for now in (datetime(1, 1, 2, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)):
        assert 0 == built(room.root, now).status
