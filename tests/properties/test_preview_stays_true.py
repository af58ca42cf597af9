"""A preview that runs stays true: after every edit, what it sends is what a build from nothing writes at this moment.

Where a story is broken, it sends what a build without it writes, and beneath the story's errors its last good page.
"""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from support.building import NOON, built
from support.newsroom import Newsroom
from support.serving import Served
from support.tinkering import Tinkerer

if TYPE_CHECKING:
    from support.building import Outcome

PAGES: Final = 5
PROC: Final = Path("/proc")


@pytest.mark.parametrize("edits", [25, pytest.param(1_000, marks=pytest.mark.long)])
def test_every_page_is_that_of_a_clean_build(tmp_path: Path, edits: int) -> None:
    """After each of many edits, of all kinds; and the server holds at most a fifth more than at first."""
    chance = random.Random(4)  # noqa: S311 - no secret
    room = Newsroom(tmp_path / "site")
    tinkerer = Tinkerer(room, chance)
    with Served(room.root) as served, served.messages("/") as messages:
        messages.next()
        compare(room, served, chance, [], 1_000)  # all of them, so that what is needed once is there
        before = held(served)
        done: list[str] = []
        for _ in range(edits):
            done.append(tinkerer.edit())
            try:
                compare(room, served, chance, tinkerer.broken, PAGES)
            except AssertionError as error:
                error.add_note(f"after {len(done)} edits, the last ones {', '.join(done[-5:])}")
                raise
        assert held(served) <= 1.2 * before
        assert "Traceback" not in served.told()


def compare(room: Newsroom, served: Served, chance: random.Random, broken: list[str], pages: int) -> None:
    """Compare some of what is served with what a clean build, without what is *broken*, writes."""
    clean = room.root.parent / "clean"
    wanted = build(room, served, clean, tuple(sorted(broken)))
    assert wanted.summary, wanted.told
    if broken:
        assert build(room, served, clean.with_name("none"), ()).summary is None
    files = sorted(path.relative_to(clean).as_posix() for path in clean.rglob("*") if path.is_file())
    files = [path for path in files if not path.startswith(".sitegen")]
    for path in chance.sample(files, min(pages, len(files))):
        assert (clean / path).read_bytes() == served.page("/" + path.removesuffix("index.html")), path
    if not broken:
        assert (clean / "404.html").read_bytes() == served.page("/nowhere/")


def build(room: Newsroom, served: Served, output: Path, without: tuple[str, ...]) -> Outcome:
    """A build from nothing for the address of *served*."""
    shutil.rmtree(output, ignore_errors=True)
    return built(room.root, NOON, drafts=True, cache=False, output=output, url=served.url, without=without, jobs=1)


def held(served: Served) -> int:
    """The kilobytes that the server holds at rest, less what it shares; 0 where the system does not tell."""
    time.sleep(1)
    rollup = PROC / str(served.process.pid) / "smaps_rollup"
    if not rollup.exists():
        return 0
    return sum(int(line.split()[1]) for line in rollup.read_text().splitlines() if line.startswith("Private_"))
