"""A cache in a fresh clone: other times, another path, no output; nothing is read or rendered again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from sitegen.build import Request, explained
from sitegen.incremental.refresh import MANY
from support.building import NOON, SETTLING, built, quick_builds, tree
from support.newsroom import Newsroom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEAR = {"written", "standing_page", "settings", "author_book", "rendered", "feed_text", "anchors", "layout"}
"""What a build with a cache has no need to work out."""


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with quick_builds():
        yield


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A site that was built."""
    room = Newsroom(tmp_path / "first" / "site")
    assert 0 == built(room.root).status
    return room


def clone(room: Newsroom, folder: Path) -> Path:
    """A fresh clone in *folder*, to which the cache alone was restored."""
    shutil.copytree(room.root, folder, ignore=shutil.ignore_patterns("public"), copy_function=shutil.copyfile)
    time.sleep(SETTLING)
    return folder


def test_nothing_is_parsed_again(room: Newsroom, tmp_path: Path) -> None:
    """Files are read, as their times say nothing; no text is parsed and no page rendered, and the bytes are equal."""
    outcome = built(clone(room, tmp_path / "second"))
    assert outcome.summary
    assert set() == DEAR & outcome.summary.executed.keys()
    assert outcome.summary.executed["source"]
    assert 1 == outcome.summary.executed["output"]  # the static file, which is copied
    assert tree(room.root / "public") == tree(tmp_path / "second/public")
    assert outcome.written == set(built(room.root, output=tmp_path / "all", cache=False).summary.written)  # type: ignore[union-attr]


def test_nothing_of_what_workers_made_is_lost(room: Newsroom) -> None:
    """A cache that several processes filled holds every page that is rendered, also those made before they forked."""
    for number in range(MANY):
        room.write(
            f"content/many/{number}.md", f"---\ntitle: Boat {number}\npublished: 2026-06-0{number % 9 + 1}\n---\n"
        )
    for jobs in ("--jobs=2", "--jobs=2"):
        shutil.rmtree(room.root / "public", ignore_errors=True)
        command = [sys.executable, "-m", "sitegen", "build", "--json", "--now", NOON.isoformat(), jobs]
        done = subprocess.run(command, cwd=room.root, capture_output=True, check=True, text=True)
    executed = json.loads(done.stdout)["executed"]
    assert {} == {name: times for name, times in executed.items() if name in {"rendered", "article", "written"}}


def test_an_edit_beside_a_restored_cache(room: Newsroom, tmp_path: Path) -> None:
    """What changed since the cache was kept is made anew, and nothing else."""
    folder = clone(room, tmp_path / "second")
    (folder / "content/a.md").write_text(
        (room.root / "content/a.md").read_text(encoding="utf-8") + "\nOne word more.\n", encoding="utf-8"
    )
    outcome = built(folder)
    assert outcome.summary
    assert 1 == outcome.summary.executed["rendered"]
    assert "written" not in outcome.summary.executed
    assert 0 == built(folder, output=tmp_path / "clean", cache=False).status
    assert tree(tmp_path / "clean") == tree(folder / "public")


def test_an_edit_where_a_layout_writes_addresses(room: Newsroom) -> None:
    """It asks which of them are held, and that is known: nobody looks at all stories for it."""
    room.write("layouts/article.html", '<!doctype html><title>x</title><a href="/tags/">Tags</a>{{ article.title }}')
    assert 0 == built(room.root).status
    file = room.root / "content/a.md"
    room.write("content/a.md", file.read_text(encoding="utf-8") + "\nOne word more.\n")
    outcome = built(room.root)
    assert outcome.summary
    assert 1 == outcome.summary.executed["rendered"]
    assert set() == {"held_at", "_held_urls", "held_texts", "held_files"} & outcome.summary.executed.keys()


@pytest.mark.parametrize("lost", [False, True])
def test_without_what_was_kept_aside(room: Newsroom, tmp_path: Path, *, lost: bool) -> None:
    """Texts and pages that were kept aside and are lost or damaged are made again, to the same bytes."""
    folder = clone(room, tmp_path / "second")
    kept = sorted((folder / ".sitegen/kept").iterdir())
    assert kept
    for path in kept:
        if lost:
            path.unlink()
        else:
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)
    assert (0, ()) == (built(folder).status, built(folder).told)
    assert tree(room.root / "public") == tree(folder / "public")


def test_a_failed_build_keeps_what_was_proved(room: Newsroom) -> None:
    """After a mistake and its mending nothing is made but what the mistake touched."""
    room.write("content/new.md", "---\ntitle: [\n---\n")
    assert 1 == built(room.root).status
    room.remove("content/new.md")
    outcome = built(room.root)
    assert outcome.summary
    assert set() == DEAR & outcome.summary.executed.keys()
    assert set() == outcome.written


def test_why_a_page_was_made(room: Newsroom) -> None:
    """The reason of the last making is kept, and that of the next is told before it happens."""
    request = Request(folder=room.root, now=NOON)
    assert "made in a build from nothing" == explained(request, "/tags/").made
    room.write("layouts/tags.html", "{% extends 'theme/tags.html' %}{% block header %}Tags{% endblock %}")
    assert "layouts/tags.html was added → the layout tags.html" == explained(request, "/tags/").now
    assert 0 == built(room.root).status
    found = explained(request, "https://harborwire.example/tags/")
    assert ("layouts/tags.html was added → the layout tags.html", "") == (found.made, found.now)
    assert "the list of tags" in found.asks
