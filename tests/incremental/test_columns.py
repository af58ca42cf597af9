"""What a trace says after many builds: each from the one before, of sheets that are edited at random.

The cells name cells further on only, so there are no cycles; what else can go wrong does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sitegen.errors import ContentError, Location
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

    @query
    def area(self, name: str) -> str:
        """The square, with its unit."""
        return f"{self.square(name)} m²"


class Lenient(Sheet):
    """Sheets where a cell such as ``?a`` is the value of another, or 0."""

    @query
    def value(self, name: str) -> int:
        """The number in the cell, the sum of the cells it names, or the value of one that may fail."""
        typed = self.cell(name) or ""
        if not typed:
            raise ContentError.at(Location(name), "is empty")
        if typed.startswith("?"):
            return self.at_least_nothing(typed[1:])
        return int(typed) if typed.isdecimal() else sum(map(self.value, typed.split("+")))


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
    """Assert what is true of every trace: readers are known, what is read of a memo is there.

    Each memo is above all that it reads, so that it is looked at after them, unless it is weak: asked anew anyway.
    """
    weak = trace.weak
    for number in range(len(trace)):
        if not trace.alive[number]:
            continue
        assert trace.number(trace.key(number)) == trace.slot(trace.key(number)) == number
        for read in trace.reads(number):
            assert trace.alive[read] or number in weak
            assert trace.levels[read] < trace.levels[number] or number in weak
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
    many_builds(cells, wanted, builds)


def many_builds(
    cells: dict[str, str], wanted: list[Key], builds: list[tuple[list[tuple[str, str]], list[Key]]]
) -> None:
    """Build again and again, and compare each with a build from nothing."""
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


@pytest.mark.usefixtures("_always_anew")
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=sheets, wanted=roots, builds=builds)
def test_many_builds_whose_numbers_change(
    cells: dict[str, str], wanted: list[Key], builds: list[tuple[list[tuple[str, str]], list[Key]]]
) -> None:
    """The same, where numbers are given anew whenever most are dead."""
    many_builds(cells, wanted, builds)


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


def test_numbers_are_given_anew() -> None:
    """A sheet that is edited for years, none of whose cells is there for long, has a trace of what it is now."""

    def cells(edit: int) -> dict[str, str]:
        return {f"c{number}": f"c{number + 1}" for number in range(edit, edit + 20)} | {f"c{edit + 20}": str(-edit)}

    trace = Trace()
    for edit in range(120):
        keys: list[Key] = [(kind, f"c{number}") for number in range(edit, edit + 20) for kind in ("square", "letters")]
        sheet = built(cells(edit), keys, trace)
        clean = built(cells(edit), keys)
        assert shown(clean) == shown(sheet)
        assert clean.notes(alive(clean)) == sheet.notes(alive(sheet))
        trace, whole = stored(sheet), stored(clean)
        agree(trace)
        assert len(trace) <= 2 * len(whole)
        assert weight(trace) <= 3 * weight(whole)
        assert not built(cells(edit), keys, trace).changed


def weight(trace: Trace) -> int:
    """How many bytes are stored for all questions, but for the names of the queries."""
    names = [f"{part} {name}" for name in trace.names for part in ("arguments", "numbers")]
    names += ["alive", "prints", "levels", "kept", "kept start", "kept length", "name of", "place of", "notes"]
    names += ["reads", "reads start", "reads count", "readers", "readers start", "readers later"]
    return sum(len(trace.section(name)) for name in names)


def test_query_that_nobody_asks_any_more() -> None:
    """When numbers are given anew, a query without any loses its columns."""
    cells = {f"c{number}": "1" for number in range(100)}
    trace = stored(built(cells, [("odd", name) for name in cells]))
    sections = columns(sheet := built(cells, [("letters", "c7")], trace), alive(sheet))
    assert ["arguments cell", "arguments letters"] == sorted(name for name in sections if name.startswith("arguments"))
    trace = stored(sheet)
    agree(trace)
    assert 2 == len(trace)
    assert shown(built(cells, [("odd", "c7")])) == shown(built(cells, [("odd", "c7")], trace))


@pytest.fixture
def _always_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers are given anew also where there are few."""
    monkeypatch.setattr(sys.modules["sitegen.incremental.renumber"], "_FEW", 0)


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


def test_question_that_rises_lifts_those_who_come_later() -> None:
    """So does what is worked out in the same build, before that is known."""
    before, now = {"a": "1", "b": "c", "c": "d", "d": "3"}, {"a": "b", "b": "c", "c": "d", "d": "1"}
    sheet = Chains(now, stored(built(before, [("square", "a")])))
    refresh(sheet)
    sheet.root(("area", "a"))
    assert ("square", "a") not in sheet.executed
    agree(stored(sheet))


def test_memo_that_lives_with_its_reader() -> None:
    """A question that failed keeps its memo, though what it had read has now read the failure: a circle of memos."""
    keys: list[Key] = [("value", "a"), ("value", "b")]
    trace = stored(built({"a": "x+b", "x": "1", "b": "0"}, keys))
    broken, mended = {"a": "x+b", "x": "", "b": "?a"}, {"a": "x+b", "x": "1", "b": "0"}
    sheet = Lenient(broken, trace)
    refresh(sheet)
    problems = settle(sheet, keys)
    assert settle(Lenient(broken), keys) == problems != {}
    trace = stored(sheet, everything(sheet))
    agree(trace)
    circle: list[Key] = [("value", "a"), ("value", "b"), ("at_least_nothing", "a")]
    a, b, lenient = map(trace.slot, circle)
    assert a in {*trace.readers(b or 0)}
    assert b in {*trace.readers(lenient or 0)}
    assert lenient in {*trace.readers(a or 0)}
    assert {lenient} == trace.weak & {a, b, lenient}
    assert shown(built(mended, keys)) == shown(built(mended, keys, trace))


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
