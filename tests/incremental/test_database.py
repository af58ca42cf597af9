"""The core on a toy spreadsheet.

What is asserted is mostly the log of executions: right answers alone would also come from a core that does everything
anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sitegen.errors import ContentError, CoreError, ImpureError, Location, Problem
from sitegen.incremental import Database, alive, query, refresh, settle
from support.sheet import Sheet, built, log, shown, stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sitegen.incremental import Key, Trace


def told(database: Database) -> tuple[Problem, ...]:
    """The notes of what is alive."""
    return database.notes(alive(database))


def worked_out(sheet: Sheet) -> list[str]:
    """The log of *sheet* without cells, whose text is asked for again when it is used."""
    return [line for line in log(sheet) if not line.startswith("cell ")]


def test_first_build_executes_everything_once() -> None:
    """From nothing each question is worked out once, however often it is asked."""
    sheet = built({"a": "b+b", "b": "2"}, [("value", "a"), ("value", "b"), ("words", "a")])
    assert ["cell a", "cell b", "value b", "value a", "odd a", "words a"] == log(sheet)
    assert 4 == sheet.value("a")


def test_nothing_changed_executes_nothing() -> None:
    """Where nothing changed, the cells are looked at and nothing is worked out, and there is nothing to store."""
    old = built({"a": "b", "b": "2"}, [("words", "a")])
    new = built({"a": "b", "b": "2"}, [("words", "a")], stored(old))
    assert [] == log(new)
    assert old.changed
    assert not new.changed
    assert {("cell", "a"), ("cell", "b"), ("value", "b"), ("value", "a"), ("odd", "a"), ("words", "a")} == set(
        shown(old)
    )
    assert shown(old) == shown(new)


def test_edit_executes_what_shows_it_and_nothing_else() -> None:
    """An edited cell is worked out again with those that add it up; its neighbor is not."""
    keys: list[Key] = [("value", "a"), ("value", "b"), ("value", "c")]
    old = built({"a": "b", "b": "2", "c": "7"}, keys)
    new = built({"a": "b", "b": "3", "c": "7"}, keys, stored(old))
    assert ["cell b", "value b", "cell a", "value a"] == log(new)
    assert new.changed


def test_each_level_is_worked_out_once() -> None:
    """What is read over a short way and a long one is worked out once, when both are right."""
    old = built({"a": "b+d", "b": "c", "c": "d", "d": "1"}, [("words", "a")])
    new = built({"a": "b+d", "b": "c", "c": "d", "d": "2"}, [("words", "a")], stored(old))
    assert ["value d", "value c", "value b", "value a", "odd a"] == worked_out(new)


def test_what_comes_to_be_read_is_right_before_it_is_asked() -> None:
    """A cell that names others than before gets the new values of those, whatever they need."""
    cells = {"a": "1", "b": "c", "c": "d", "d": "2", "z": "b"}
    keys: list[Key] = [("words", "a"), ("words", "z")]
    old = built(cells, keys)
    new = built(cells | {"a": "b", "d": "3"}, keys, stored(old))
    assert ["value d", "value c", "value b", "value a", "value z"] == [
        line for line in worked_out(new) if line.startswith("value")
    ]
    assert "odd" == new.words("a")


def test_early_cutoff() -> None:
    """A new value that is as odd as the old one changes no words."""
    old = built({"a": "1"}, [("words", "a")])
    new = built({"a": "3"}, [("words", "a")], stored(old))
    assert ["cell a", "value a", "odd a"] == log(new)


def test_answer_that_comes_back_is_new_where_it_changed() -> None:
    """A memo is checked against answers, not against times: undoing an edit works things out once more, no less."""
    first = built({"a": "1"}, [("words", "a")])
    second = built({"a": "2"}, [("words", "a")], stored(first))
    third = built({"a": "1"}, [("words", "a")], stored(second))
    assert ["cell a", "value a", "odd a", "words a"] == log(third)
    assert "odd" == third.words("a")


def test_kept_answer_is_told_without_executing() -> None:
    """The value of a kept answer is in the memo; that of another is worked out when somebody asks."""
    old = built({"a": "5"}, [("square", "a")])
    new = built({"a": "5"}, [("square", "a")], stored(old))
    assert 25 == new.square("a")
    assert [] == log(new)
    assert 5 == new.value("a")
    assert ["cell a", "value a"] == log(new)


def test_value_worked_out_again_is_no_change() -> None:
    """Asking for a value that was not kept executes its query, yet there is nothing new to store."""
    old = built({"a": "5"}, [("value", "a")])
    new = built({"a": "5"}, [("value", "a")], stored(old))
    assert 5 == new.value("a")
    assert not new.changed
    assert new.number(("value", "a")) not in new.made


@pytest.mark.parametrize("typed", ["", "null", "\N{GREEK SMALL LETTER PI}", "a" * 1000])
def test_kept_bytes_come_back(typed: str) -> None:
    """Bytes and None are kept and told as they were."""
    keys: list[Key] = [("letters", "a"), ("letters", "b")]
    new = built({"a": typed}, keys, stored(built({"a": typed}, keys)))
    assert (typed.encode(), None) == (new.letters("a"), new.letters("b"))
    assert [] == log(new)


def test_null_is_not_none() -> None:
    """Bytes that spell ``null`` are another answer than None, and bytes that spell a failure are none."""
    old = built({"a": "null"}, [("letters", "a")])
    new = built({}, [("letters", "a")], stored(old))
    assert old.memos["letters", "a"].print != new.memos["letters", "a"].print
    assert new.letters("a") is None


def test_deleted_thing_is_forgotten() -> None:
    """A cell that is named no more is not told of, though it cannot be worked out any more, and is not alive."""
    old = built({"a": "b+c", "b": "1", "c": "2"}, [("value", "a")])
    new = built({"a": "7"}, [("value", "a")], stored(old))
    assert {("cell", "a"), ("value", "a")} == set(shown(new))
    assert 7 == new.value("a")
    next_time = built({"a": "7"}, [("value", "a")], stored(new))
    assert [] == next_time.tried
    assert not next_time.changed


def test_read_again_is_recorded_once() -> None:
    """A memo lists each read once, where it was first asked."""
    sheet = built({"a": "b+c+b", "b": "1", "c": "2"}, [("value", "a")])
    assert [("cell", "a"), ("value", "b"), ("value", "c")] == shown(sheet)["value", "a"][1]


def test_need_is_a_read() -> None:
    """What is needed and not looked at is a read like any other, also where it fails."""

    class Checked(Sheet):
        @query(needs=("value",))
        def checked(self, name: str) -> bool:
            """Whether the value can be worked out."""
            try:
                self.need("value", name)
            except ContentError:
                return False
            return True

    key: Key = ("checked", "a")
    first = Checked({"a": "1"})
    assert first.checked("a")
    first.root(key)
    second = Checked({"a": ""}, stored(first))
    refresh(second)
    assert not second.checked("a")
    second.root(key)
    assert [("value", "a")] == [second.key(read) for read in second.reads(second.number(key))]
    third = Checked({"a": "2"}, stored(second))
    refresh(third)
    assert third.checked("a")
    assert third.need("value", "a") is None  # type: ignore[func-returns-value]


def test_what_is_needed_may_change() -> None:
    """Another answer of what a query only needs is no reason to ask it anew, in this build and in the next."""

    class Checked(Sheet):
        @query(needs=("value",))
        def checked(self, names: str) -> None:
            """Holds while all values can be worked out."""
            for name in names.split("+"):
                self.need("value", name)

    key: Key = ("checked", "a+b")
    trace = None
    for typed in ("1", "2", "2", "3"):
        sheet = Checked({"a": typed, "b": "a"}, trace)
        refresh(sheet)
        assert {} == settle(sheet, [key])
        sheet.root(key)
        assert ("checked a+b" in log(sheet)) == (trace is None)
        trace = stored(sheet)
    broken = Checked({"a": "3"}, trace)
    refresh(broken)
    assert ["b is not there"] == [f"{problem.where} {problem.what}" for problem in settle(broken, [key])]


def test_what_is_needed_is_declared() -> None:
    """A query that does not say what it needs would be reused where what it needs has failed, or for too long."""

    class Undeclared(Sheet):
        @query
        def checked(self) -> None:
            """Needs what it does not name."""
            self.need("value", "a")

    with pytest.raises(CoreError, match="needed by a query that does not say so"):
        Undeclared({"a": "1"}).checked()


def test_notes_are_replayed() -> None:
    """A warning is told in every build whose answers it belongs to, whether they were worked out or not, each once."""
    negative = Problem(Location("b"), "is negative", severity="warning")
    keys: list[Key] = [("value", "a"), ("square", "b"), ("words", "b")]
    old = built({"a": "b+b", "b": "-2"}, keys)
    assert (negative,) == told(old)
    new = built({"a": "b+b", "b": "-2"}, keys, stored(old))
    assert -2 == new.value("b")
    assert (negative,) == told(new)
    assert () == told(built({"a": "b+b", "b": "2"}, keys, stored(new)))


def test_notes_go_down_the_files() -> None:
    """Warnings are in the order of the files, not of the questions."""
    keys: list[Key] = [("value", name) for name in "cab"]
    notes = told(built({"a": "-1", "b": "-2", "c": "-3"}, keys))
    assert ["a", "b", "c"] == [str(note.where) for note in notes]


def test_order_of_notes_does_not_show_who_asked_first() -> None:
    """Two warnings of one place and one wording stand in the same order in every build."""

    class Told(Database):
        @query
        def told(self, fix: str) -> str:
            self.note(Problem(Location("a"), "is odd", fix, "warning"))
            return fix

    orders = []
    for fixes in ("xy", "yx"):
        database = Told()
        for fix in fixes:
            database.root(("told", fix))
        orders.append([note.fix for note in told(database)])
    assert [["x", "y"], ["x", "y"]] == orders


def test_trace_is_not_used_up() -> None:
    """Another database may start from the same trace."""
    trace = stored(built({"a": "1"}, [("value", "a")]))
    first, second = (built({"a": "2", "b": "a"}, [("value", "a"), ("value", "b")], trace) for _ in range(2))
    assert log(first) == log(second)
    assert shown(first) == shown(second)


def test_recompute_runs_even_what_is_kept() -> None:
    """A proved query can be run once more for what it does besides; that is no change."""
    old = built({"a": "5"}, [("square", "a")])
    new = built({"a": "5"}, [("square", "a")], stored(old))
    new.recompute(("square", "a"))
    assert ["cell a", "value a", "square a"] == log(new)
    assert 25 == new.square("a")
    assert not new.changed


def test_recompute_finds_another_answer() -> None:
    """A query that is run once more must answer as before."""
    sheet = built({"a": "1"}, [("length", "a")])
    sheet.cells = {"a": "1000"}
    with pytest.raises(ImpureError, match="gave two different answers"):
        sheet.recompute(("length", "a"))


def test_reason_is_the_first_difference() -> None:
    """A query that ran remembers the read that made its old memo fail, if it had one."""
    old = built({"a": "b+c", "b": "1", "c": "1"}, [("value", "a")])
    new = built({"a": "b+c", "b": "2", "c": "2", "d": "1"}, [("value", "a"), ("value", "d")], stored(old))
    assert ("value", "b") == new.because["value", "a"]
    assert ("cell", "b") == new.because["value", "b"]
    assert ("value", "d") not in new.because


def test_queries_of_a_class_are_not_its_bases() -> None:
    """A class adds its questions to those of its base, and the base has none of them."""

    class More(Sheet):
        @query
        def double(self, name: str) -> int:
            """Twice the value."""
            return 2 * self.value(name)

    assert 8 == More({"a": "4"}).double("a")
    assert "Twice the value." == More.double.__doc__
    assert {"double"} == set(More.queries) - set(Sheet.queries)
    assert not Database.queries


def test_memos_are_those_of_a_build_from_nothing() -> None:
    """However a build came about, its memos are the clean build's: same questions, reads, prints."""
    keys: list[Key] = [("words", "a"), ("square", "b"), ("at_least_nothing", "c")]
    old = built({"a": "b+c", "b": "1", "c": "2"}, keys)
    cells = {"a": "b", "b": "4"}
    assert shown(built(cells, keys)) == shown(built(cells, keys, stored(old)))


def test_what_was_asked_and_is_no_root_is_not_alive() -> None:
    """A build is for its roots; what was worked out beside them is forgotten, and no news."""
    sheet = built({"a": "1", "b": "2"}, [("value", "a")])
    trace = stored(sheet)
    again = built({"a": "1", "b": "2"}, [("value", "a")], trace)
    assert not again.changed
    assert 2 == again.value("b")
    assert {("cell", "a"), ("value", "a")} == set(shown(again))


def test_fewer_roots_are_a_change() -> None:
    """A build that is for less than the one before has something to store, and more so one that is for more."""
    both: list[Key] = [("value", "a"), ("value", "b")]
    old = built({"a": "1", "b": "2"}, both)
    fewer = built({"a": "1", "b": "2"}, both[:1], stored(old))
    assert fewer.changed
    assert {("cell", "a"), ("value", "a")} == set(shown(fewer))
    more = built({"a": "1", "b": "2"}, both, stored(fewer))
    assert ["cell b", "value b"] == log(more)
    assert more.changed
    assert shown(old) == shown(more)


def test_only_texts_and_numbers_are_arguments() -> None:
    """1, 1.0 and True would be one key, so a question with another argument is a fault."""
    with pytest.raises(CoreError, match=r"cell\(True\) was asked; ask with texts and whole numbers"):
        Sheet({}).ask(("cell", True))


class Shelf:
    """Blobs in memory; *taken* counts how often one was asked for and there."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.blobs: dict[bytes, bytes] = {}
        self.taken = 0

    def get(self, answer: bytes) -> bytes | None:
        """The bytes whose print that is, if they are there."""
        found = self.blobs.get(answer)
        self.taken += found is not None
        return found

    def add(self, answer: bytes, data: bytes) -> None:
        """Keep *data*."""
        self.blobs[answer] = data


class Essays(Sheet):
    """Sheets that also write at length."""

    def __init__(self, shelf: Shelf, cells: Mapping[str, str], old: Trace | None = None) -> None:
        """Answer about *cells*, and put what is long on the *shelf*."""
        super().__init__(cells, old)
        self.blobs = shelf

    @query(aside=True)
    def essay(self, name: str) -> str:
        """The value, many times."""
        return f"{self.value(name)} " * 100


def test_what_is_kept_aside_is_told_without_executing() -> None:
    """An answer kept aside is not in the trace, and comes from where it lies; if it is lost, it is worked out."""
    shelf = Shelf()
    first = Essays(shelf, {"a": "5"})
    first.root(("essay", "a"))
    assert (1, None) == (len(shelf.blobs), first.memos["essay", "a"].kept)
    second = Essays(shelf, {"a": "5"}, stored(first))
    refresh(second)
    assert "5 " * 100 == second.essay("a")
    assert (1, []) == (shelf.taken, log(second))
    shelf.blobs.clear()
    third = Essays(shelf, {"a": "5"}, stored(first))
    refresh(third)
    assert "5 " * 100 == third.essay("a")
    assert ["cell a", "value a", "essay a"] == log(third)


def test_notes_of_what_is_not_alive_are_not_told() -> None:
    """A warning about what the build turns out not to be for is not told."""
    sheet = built({"a": "1", "b": "-2"}, [("value", "a")])
    assert -2 == sheet.value("b")
    assert () == told(sheet)
