"""What a trace says after many builds: each from the one before, of sheets that are edited at random.

The cells name cells further on only, so there are no cycles; what else can go wrong does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.incremental import Trace, alive, everything, fingerprint, query, reachable, refresh, settle
from sitegen.incremental.columns import columns
from support.sheet import Sheet, built, log, shown, stored

if TYPE_CHECKING:
    from sitegen.incremental import Database, Key

NAMES = [f"c{number:02}" for number in range(12)]
KINDS = ["value", "odd", "words", "square", "letters", "at_least_nothing", "twice"]


class Chains(Sheet):
    """Sheets where something is made of what lives with failures."""

    @query(keep=True)
    def twice(self, name: str) -> int:
        """Twice what it is at least."""
        return 2 * self.at_least_nothing(name)


def cell(number: int) -> st.SearchStrategy[str]:
    """What is typed in the cell with that number: a number, nothing, or the names of some cells further on."""
    plain = st.sampled_from(["1", "2", "3", "-4", ""])
    if number + 1 == len(NAMES):
        return plain
    return plain | st.lists(st.sampled_from(NAMES[number + 1 :]), min_size=1, max_size=4).map("+".join)


sheets = st.tuples(*map(cell, range(len(NAMES)))).map(lambda texts: dict(zip(NAMES, texts, strict=True)))
edits = st.lists(
    st.integers(0, len(NAMES) - 1).flatmap(lambda number: st.tuples(st.just(NAMES[number]), cell(number))), max_size=3
)
roots = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(NAMES)), min_size=1, max_size=8, unique=True)
builds = st.lists(st.tuples(edits, st.none() | roots), min_size=1, max_size=12)


def agree(trace: Trace) -> None:
    """Assert what is true of every trace: levels rise, readers are known, what is read of a memo is there."""
    weak = trace.weak
    for number in range(len(trace)):
        if not trace.alive[number]:
            continue
        assert trace.number(trace.key(number)) == trace.slot(trace.key(number)) == number
        for read in trace.reads(number):
            assert trace.alive[read] or number in weak
            assert trace.levels[read] < trace.levels[number] or (number in weak and not trace.alive[read])
            assert number in set(trace.readers(read))
        kept = trace.kept(number)
        assert kept is None or fingerprint(value_of(kept)) == trace.print(number)
    for number in (*trace.weak, *trace.notes):
        assert trace.alive[number]
    for number in trace.roots:
        assert trace.alive[number] or trace.partial


def value_of(kept: bytes) -> object:
    """The answer whose canonical form is *kept*."""
    return msgspec.json.decode(kept)


def size(trace: Trace) -> int:
    """How many memos there are."""
    return sum(trace.alive)


@settings(deadline=None)
@given(cells=sheets, wanted=roots, builds=builds)
def test_many_builds(
    cells: dict[str, str], wanted: list[Key], builds: list[tuple[list[tuple[str, str]], list[Key]]]
) -> None:
    """After each of many builds: what is alive is what is reachable, and all that is stored is right."""
    trace = Trace()
    for changes, other in [([], None), *builds]:
        cells |= dict(changes)
        wanted = other or wanted
        sheet = Chains(cells, trace)
        refresh(sheet)
        problems = settle(sheet, wanted)
        clean = Chains(cells)
        assert problems == settle(clean, wanted)
        if problems:
            trace = stored(sheet, everything(sheet))
            agree(trace)
            continue
        for database in (sheet, clean):
            for key in wanted:
                database.root(key)
        flags = alive(sheet)
        assert shown(clean) == shown(sheet, flags)
        assert clean.notes(alive(clean)) == sheet.notes(flags)
        assert memos(sheet, reachable(sheet, sheet.roots)) == memos(sheet, flags)
        trace = stored(sheet)
        agree(trace)
        assert set(shown(clean)) == {trace.key(number) for number in range(len(trace)) if trace.alive[number]}
        again = Chains(cells, trace)
        refresh(again)
        assert {} == settle(again, wanted)
        for key in wanted:
            again.root(key)
        assert not again.changed
        assert shown(clean) == shown(again)


def memos(database: Database, flags: bytearray) -> set[Key]:
    """The questions that *flags* name and that have a memo."""
    return {key for number, flag in enumerate(flags) if flag and database.known(key := database.key(number))}


def lengths(trace: Trace) -> tuple[int, int, int]:
    """How much is stored: reads, kept answers, readers."""
    return len(trace.reads_flat), len(trace.kept_bytes), len(trace.readers_flat) + len(trace.readers_later) // 2


def test_what_was_left_behind_is_cleared_away() -> None:
    """A hundred edits of the same cells leave no more than twice of what one build needs; all answers are right."""
    cells = {name: "+".join(NAMES[number + 1 :]) or "1" for number, name in enumerate(NAMES)}
    keys: list[Key] = [(kind, name) for name in NAMES for kind in ("square", "letters")]
    first = built(cells, keys)
    trace = stored(first)
    needed = lengths(trace)
    for edit in range(100):
        cells[NAMES[-1]] = str(edit)
        if edit % 3 == 0:
            cells[NAMES[2]] = "+".join(NAMES[3 + edit % 5 :])
        sheet = built(cells, keys, trace)
        trace = stored(sheet)
        agree(trace)
        assert all(now <= 3 * need for now, need in zip(lengths(trace), needed, strict=True))
    assert shown(built(cells, keys)) == shown(sheet)
    assert [] == log(built(cells, keys, trace))


def test_few_edits_of_many_are_appended() -> None:
    """Readers that come later are found beside those sorted in, and sorted in when they are many."""
    cells = {f"c{number}": "end" for number in range(100)} | {"end": "1", "new": "2"}
    keys: list[Key] = [("value", f"c{number}") for number in range(100)]
    trace = stored(built(cells, keys))
    assert not len(trace.readers_later)
    seen = set()
    for number in range(40):
        cells[f"c{number}"] = "new"
        trace = stored(built(cells, keys, trace))
        agree(trace)
        seen.add(bool(len(trace.readers_later)))
    assert {True, False} == seen
    cells["new"] = "3"
    assert shown(built(cells, keys)) == shown(built(cells, keys, trace))


def test_question_that_rises_lifts_its_readers() -> None:
    """What reads a question stays above it, though it is not worked out itself."""
    keys: list[Key] = [("words", "a"), ("words", "z")]
    trace = stored(built({"a": "1", "b": "c", "c": "d", "d": "3", "z": "a"}, keys))
    sheet = built({"a": "b", "b": "c", "c": "d", "d": "1", "z": "a"}, keys, trace)
    assert ("value", "z") not in sheet.executed
    agree(stored(sheet))


def test_name_that_comes_later() -> None:
    """A query that was never asked before gets its own columns."""
    trace = stored(built({"a": "1"}, [("value", "a")]))
    assert (["cell", "value"], 2) == (sorted(trace.names), size(trace))
    trace = stored(built({"a": "1"}, [("odd", "a")], trace))
    assert (["cell", "odd", "value"], 3) == (sorted(trace.names), size(trace))
    agree(trace)


def test_empty_trace_knows_nothing() -> None:
    """Where there is no earlier build, there is nothing in it."""
    trace = Trace()
    assert (0, None, [], frozenset()) == (
        len(trace),
        trace.number(("value", "a")),
        list(trace.keys_of("value")),
        trace.roots,
    )
    assert not trace.partial
    sheet = Sheet({})
    refresh(sheet)
    assert not sheet.changed
    assert columns(sheet, alive(sheet))["prints"] == b""
