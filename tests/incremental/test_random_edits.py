"""Random edits of a folder of small files: after each, the build from memos is the build from nothing.

The files are real.  Their stamps are those of a coarse file system, and of a clock that the test moves: stamps of two
seconds and no time of change, as on a memory card, so that an edit within the stamp shows in nothing but the bytes.

`SITEGEN_LONG=1` makes it long.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sitegen.errors import ContentError, Location, Problem, SitegenError
from sitegen.incremental import (
    DamagedError,
    FileDatabase,
    Snapshot,
    Store,
    Trace,
    alive,
    everything,
    fingerprint,
    fork,
    query,
    reachable,
    refresh,
    settle,
    share_out,
)
from sitegen.incremental.columns import columns
from support.sheet import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sitegen.incremental import Key

LONG = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long

SECOND_NS = 1_000_000_000
STAMP_NS = 2 * SECOND_NS
TOOLS = fingerprint("test")


class Coarse(Snapshot):
    """A snapshot taken at *now* on a file system that knows no time of change."""

    def __init__(self, root: Path, now: int) -> None:
        """Look at *root* at the moment *now*."""
        super().__init__(root)
        self._began = now

    def _of_stat(self, found: os.stat_result) -> str:
        fields = list(found)
        fields[9] = fields[8]
        return super()._of_stat(
            os.stat_result(fields, {"st_mtime_ns": found.st_mtime_ns, "st_ctime_ns": found.st_mtime_ns})
        )


class Sums(FileDatabase):
    """Files of words: a number, the name of another file, or ``hour``; their sum is the value of the file."""

    def __init__(self, snapshot: Snapshot, hour: int, old: Trace | None = None) -> None:
        """Answer from *snapshot*, at *hour*."""
        super().__init__(snapshot, old)
        self._hour = hour

    @query(volatile=True)
    def hour(self) -> int:
        """The hour of the day."""
        return self._hour

    @query(dear=True)
    def value(self, name: str) -> int:
        """The sum of the words of the file."""
        source = self.source(f"cells/{name}")
        if source is None:
            raise ContentError.at(Location(f"cells/{name}"), "is not there")
        return sum(self.word(name, word) for word in source.decode().split())

    @query(dear=True)
    def word(self, name: str, word: str) -> int:
        """What a word of the file is worth."""
        if word == "hour":
            return self.hour()
        if word == "late":
            return 1 if self.late() else 0
        if word.isalpha():
            return self.value(word)
        try:
            number = int(word)
        except ValueError:
            raise ContentError.at(Location(f"cells/{name}"), f"{word!r} is no number") from None
        if number < 0:
            self.note(Problem(Location(f"cells/{name}"), f"{number} is negative", severity="warning"))
        return number

    @query
    def late(self) -> bool:
        """Whether it is after noon."""
        return self.hour() > 12

    @query(keep=True)
    def odd(self, name: str) -> bool:
        """Whether the value is odd."""
        return bool(self.value(name) % 2)

    @query(dear=True)
    def label(self, name: str) -> str:
        """Name and value in words; where there is no value, the bytes that are to blame."""
        try:
            return f"{name} is {'odd' if self.odd(name) else 'even'}"
        except ContentError as error:
            return f"{name}: {error} {self.digest(f'cells/{name}')}"

    @query
    def headline(self, name: str) -> str:
        """The label, louder."""
        return self.label(name).upper() + "!"

    @query
    def labels(self) -> tuple[str, ...]:
        """The labels of all files."""
        return tuple(self.label(path.removeprefix("cells/")) for path in self.paths("cells"))

    @query(needs=("headline",))
    def every(self) -> None:
        """Holds while every file has a headline."""
        for name in self.names():
            self.need("headline", name)

    @query(volatile=True)
    def names(self) -> tuple[str, ...]:
        """The names of all files."""
        return tuple(path.removeprefix("cells/") for path in self.paths("cells"))


Result = tuple[object, ...]
KINDS = ("label", "value", "odd", "headline")


def built(database: Sums, kinds: Iterable[str], jobs: int = 1) -> tuple[Result, bytearray, bool]:
    """All that a build of *database* can show, which of its memos are alive, and whether it went without errors.

    It is for the labels, and for what *kinds* say of each file.
    """
    refresh(database, lambda database, keys: share_out(database, keys, jobs))
    keys: list[Key] = [("names",)]
    problems = settle(database, keys)
    if not problems:
        keys += [("labels",), ("every",), *((name, cell) for cell in database.names() for name in kinds)]
        problems = settle(database, keys, jobs)
    for key in keys:
        with suppress(SitegenError):
            database.root(key)
    flags = reachable(database, database.roots) if problems else alive(database)
    proved = shown(database, flags)
    answers: list[object] = []
    for key in keys:
        try:
            answers.append(database.ask(key))
        except SitegenError as error:
            answers.append(str(error))
    return (problems, list(problems), proved, database.notes(flags), answers), flags, not problems


names = st.sampled_from(["a", "b", "c", "d", "e"])
words = st.sampled_from(["1", "2", "3", "-1", "10", "a", "b", "c", "d", "e", "hour", "late", "?", "null"])
texts = st.lists(words, max_size=3).map(" ".join) | st.sampled_from(["1", "2", "3", "null"])


class Edits(RuleBasedStateMachine):
    """Edits of the files, each followed by a build with the memos of those before and a build without."""

    jobs = 1

    def __init__(self) -> None:
        """Make a site without files, on a day long ago."""
        super().__init__()
        self.top = Path(tempfile.mkdtemp(prefix="sitegen-test-"))
        self.cells = self.top / "site" / "cells"
        self.cells.mkdir(parents=True)
        self.store = Store(self.top / "build", TOOLS)
        self.now = 1_000_000 * SECOND_NS
        self.hour = 9
        self.kinds: tuple[str, ...] = KINDS

    def teardown(self) -> None:
        """Remove the site."""
        shutil.rmtree(self.top)

    def stamp(self, path: Path) -> None:
        """Stamp *path* with the time of the test's clock, as coarse as it is."""
        stamp = self.now // STAMP_NS * STAMP_NS
        os.utime(path, ns=(stamp, stamp))

    @initialize(texts=st.lists(texts, min_size=5, max_size=5))
    def start(self, texts: list[str]) -> None:
        """Some files to begin with."""
        for name, text in zip("abcde", texts, strict=True):
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """Write *text* into a file, in place if it is there."""
        if (self.cells / name).is_symlink():
            (self.cells / name).unlink()
        (self.cells / name).write_text(text)
        self.stamp(self.cells / name)

    @rule(name=names, text=texts)
    def edit(self, name: str, text: str) -> None:
        """A file is written or made."""
        self.write(name, text)

    @rule(name=names, digit=st.sampled_from("123456789"))
    def edit_of_the_same_size(self, name: str, digit: str) -> None:
        """A file of one digit gets another."""
        self.write(name, digit)

    @rule(name=names)
    def edit_one_byte(self, name: str) -> None:
        """The first byte of a file changes and its size does not."""
        path = self.cells / name
        if path.is_file() and (data := path.read_bytes()):
            path.write_bytes((b"7" if data[:1] != b"7" else b"8") + data[1:])
            self.stamp(path)

    @rule(name=names, garbage=st.sampled_from(["?", "x" * 9, "1 ?", "--1"]))
    def break_(self, name: str, garbage: str) -> None:
        """A file is broken."""
        self.write(name, garbage)

    @rule()
    def mend(self) -> None:
        """All that is broken is mended."""
        for path in self.cells.iterdir():
            if path.is_symlink() or not path.read_text().isdecimal():
                self.write(path.name, "4")

    @rule(name=names)
    def delete(self, name: str) -> None:
        """A file goes."""
        (self.cells / name).unlink(missing_ok=True)

    @rule(name=names, other=names)
    def rename(self, name: str, other: str) -> None:
        """A file takes another's name, with its stamp."""
        if (self.cells / name).exists():
            (self.cells / name).replace(self.cells / other)

    @rule(name=names)
    def touch(self, name: str) -> None:
        """A file gets a new stamp."""
        if (self.cells / name).is_file():
            self.stamp(self.cells / name)

    @rule(name=names)
    def link_to_nothing(self, name: str) -> None:
        """A file becomes a link that leads nowhere."""
        (self.cells / name).unlink(missing_ok=True)
        (self.cells / name).symlink_to("nothing")

    @rule(hour=st.integers(0, 23))
    def move_the_clock(self, hour: int) -> None:
        """It is another hour."""
        self.hour = hour

    @rule(kinds=st.lists(st.sampled_from(KINDS), unique=True).map(tuple))
    def ask_for_other_things(self, kinds: tuple[str, ...]) -> None:
        """From now on builds are for more or less."""
        self.kinds = kinds

    @rule(keys=st.lists(st.tuples(st.sampled_from(KINDS), names), max_size=3), known=st.booleans())
    def give_up(self, keys: list[Key], *, known: bool) -> None:
        """A build ends before it has asked for all it is for, and stores what it has."""
        self.now += 1
        old, _ = self.store.load()
        database = Sums(Coarse(self.top / "site", self.now), self.hour, old)
        with suppress(DamagedError):
            refresh(database)
            if known:
                for key in keys:
                    database.known(key)
            else:
                settle(database, keys)
            self.store.save(columns(database, everything(database), partial=True))

    @rule(seconds=st.sampled_from([1, 2, 5, 60]))
    def wait(self, seconds: int) -> None:
        """Time passes, so stamps settle."""
        self.now += seconds * SECOND_NS

    @rule(moment=st.integers(0, STAMP_NS))
    def wait_a_moment(self, moment: int) -> None:
        """Time passes, but maybe no stamp does."""
        self.now += moment

    @precondition(lambda self: self.store.path.exists())
    @rule(where=st.floats(0, 1, exclude_max=True), cut=st.booleans())
    def damage_the_store(self, where: float, *, cut: bool) -> None:
        """The store loses its end, or a byte changes."""
        data = bytearray(self.store.path.read_bytes())
        if data:
            place = int(where * len(data))
            data[place] ^= 1
            self.store.path.write_bytes(data[:place] if cut else data)

    @rule()
    def build_again_when_all_is_settled(self) -> None:
        """A build after a build with nothing between them has nothing to store."""
        self.now += 60 * SECOND_NS
        self.build()
        self.now += 60 * SECOND_NS
        assert not self.build().changed

    @invariant()
    def same_as_from_nothing(self) -> None:
        """The answers, the errors, the notes and the memos are those of a build from nothing."""
        self.build()

    def build(self) -> Sums:
        """A build from the store, compared with one from nothing."""
        self.now += 1  # no two builds begin at one moment
        old, _ = self.store.load()
        try:
            database = Sums(Coarse(self.top / "site", self.now), self.hour, old)
            result, flags, whole = built(database, self.kinds, self.jobs)
            columns(database, everything(database))  # all that is stored is looked at
            assert database.changed in {True, False}  # and so here
        except DamagedError:
            database = Sums(Coarse(self.top / "site", self.now), self.hour)
            result, flags, whole = built(database, self.kinds, self.jobs)
        clean, _, _ = built(Sums(Coarse(self.top / "site", self.now), self.hour), self.kinds)
        assert clean == result
        if database.changed:
            stored = flags if whole else everything(database)
            self.store.save(columns(database, stored, partial=not whole))
        return database


class ForkedEdits(Edits):
    """The same, where two dear questions are enough to be shared out over processes."""

    jobs = 2

    def __init__(self) -> None:
        """Find two to be many, and any process fit to fork."""
        super().__init__()
        self.patches = pytest.MonkeyPatch()
        self.patches.setattr(sys.modules["sitegen.incremental.refresh"], "MANY", 2)
        self.patches.setattr(sys.modules["sitegen.incremental.settle"], "MANY", 2)
        # pytest-xdist's worker has a thread of its own, which waits for orders.
        self.patches.setattr(fork, "can_fork", lambda: True)

    def teardown(self) -> None:
        """Count as usual."""
        self.patches.undo()
        super().teardown()


TestRandomEdits = Edits.TestCase
TestRandomEdits.settings = settings(
    max_examples=3000 if LONG else 40,
    stateful_step_count=60 if LONG else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestForkedEdits = ForkedEdits.TestCase
TestForkedEdits.settings = settings(
    TestRandomEdits.settings, max_examples=500 if LONG else 6, stateful_step_count=60 if LONG else 20
)
