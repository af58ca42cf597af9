"""The core on a toy spreadsheet.

What is asserted is mostly the log of executions: right answers alone would also come from a core that does everything
anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sitegen.errors import ImpureError, Location, Problem
from sitegen.incremental import Database, query, settle
from support.sheet import Sheet, built, log, stored

if TYPE_CHECKING:
    from sitegen.incremental import Key


def test_first_build_executes_everything_once() -> None:
    """From nothing each question is worked out once, however often it is asked."""
    sheet = built({"a": "b+b", "b": "2"}, [("value", "a"), ("value", "b"), ("words", "a")])
    assert ["cell a", "cell b", "value b", "value a", "odd a", "words a"] == log(sheet)
    assert 4 == sheet.value("a")


def test_nothing_changed_executes_only_what_comes_from_outside() -> None:
    """Where nothing changed, nothing but the cells is looked at, and there is nothing to store."""
    old = built({"a": "b", "b": "2"}, [("words", "a")])
    new = built({"a": "b", "b": "2"}, [("words", "a")], stored(old))
    assert ["cell a", "cell b"] == log(new)
    assert old.changed
    assert not new.changed
    assert list(old.memos) != []
    assert set(old.memos) == set(new.memos)


def test_edit_executes_what_shows_it_and_nothing_else() -> None:
    """An edited cell is worked out again with those that add it up; its neighbor is not."""
    keys: list[Key] = [("value", "a"), ("value", "b"), ("value", "c")]
    old = built({"a": "b", "b": "2", "c": "7"}, keys)
    new = built({"a": "b", "b": "3", "c": "7"}, keys, stored(old))
    assert ["cell a", "cell b", "value b", "value a", "cell c"] == log(new)
    assert new.changed


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
    assert ["cell a"] == log(new)
    assert 5 == new.value("a")
    assert ["cell a", "value a"] == log(new)


def test_value_worked_out_again_is_no_change() -> None:
    """Asking for a value that was not kept executes its query, yet there is nothing new to store."""
    old = built({"a": "5"}, [("value", "a")])
    new = built({"a": "5"}, [("value", "a")], stored(old))
    assert 5 == new.value("a")
    assert not new.changed
    assert ("value", "a") not in new.because


@pytest.mark.parametrize("typed", ["", "null", "\N{GREEK SMALL LETTER PI}", "a" * 1000])
def test_kept_bytes_come_back(typed: str) -> None:
    """Bytes and None are kept and told as they were."""
    keys: list[Key] = [("letters", "a"), ("letters", "b")]
    new = built({"a": typed}, keys, stored(built({"a": typed}, keys)))
    assert (typed.encode(), None) == (new.letters("a"), new.letters("b"))
    assert ["cell a", "cell b"] == log(new)


def test_null_is_not_none() -> None:
    """Bytes that spell ``null`` are another answer than None, and bytes that spell a failure are none."""
    old = built({"a": "null"}, [("letters", "a")])
    new = built({}, [("letters", "a")], stored(old))
    assert old.memos["letters", "a"].print != new.memos["letters", "a"].print
    assert new.letters("a") is None


def test_deleted_thing_is_never_asked() -> None:
    """A cell that is named no more is not looked at: reads are checked in order, and the first difference decides."""
    old = built({"a": "b+c", "b": "1", "c": "2"}, [("value", "a")])
    new = built({"a": "7"}, [("value", "a")], stored(old))
    assert ["cell a", "value a"] == log(new)
    assert {("cell", "a"), ("value", "a")} == set(new.memos)
    assert {("cell", "b"), ("value", "b"), ("cell", "c"), ("value", "c")} == set(new.leftover())


def test_read_again_is_recorded_once() -> None:
    """A memo lists each read once, where it was first asked."""
    sheet = built({"a": "b+c+b", "b": "1", "c": "2"}, [("value", "a")])
    reads = [key for key, _ in sheet.memos["value", "a"].reads]
    assert [("cell", "a"), ("value", "b"), ("value", "c")] == reads


def test_notes_are_replayed() -> None:
    """A warning is told in every build whose answers it belongs to, whether they were worked out or not, each once."""
    negative = Problem(Location("b"), "is negative", severity="warning")
    keys: list[Key] = [("value", "a"), ("square", "b"), ("words", "b")]
    old = built({"a": "b+b", "b": "-2"}, keys)
    assert (negative,) == old.notes()
    new = built({"a": "b+b", "b": "-2"}, keys, stored(old))
    assert -2 == new.value("b")
    assert (negative,) == new.notes()
    assert () == built({"a": "b+b", "b": "2"}, keys, stored(new)).notes()


def test_notes_go_down_the_files() -> None:
    """Warnings are in the order of the files, not of the questions."""
    keys: list[Key] = [("value", name) for name in "cab"]
    notes = built({"a": "-1", "b": "-2", "c": "-3"}, keys).notes()
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
        settle(database, [("told", fix) for fix in fixes])
        orders.append([note.fix for note in database.notes()])
    assert [["x", "y"], ["x", "y"]] == orders


def test_old_memos_are_not_touched() -> None:
    """The mapping handed in is not used up: another database may start from it."""
    memos = stored(built({"a": "1"}, [("value", "a")]))
    before = dict(memos)
    built({"a": "2"}, [("value", "a")], memos)
    assert before == memos


def test_recompute_runs_even_what_is_kept() -> None:
    """A proved query can be run once more for what it does besides; that is no change."""
    old = built({"a": "5"}, [("square", "a")])
    new = Sheet({"a": "5"}, stored(old))
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
    """A query that ran remembers the read that made its old memo fail; None if it had no memo."""
    old = built({"a": "b+c", "b": "1", "c": "1"}, [("value", "a")])
    new = built({"a": "b+c", "b": "2", "c": "2", "d": "1"}, [("value", "a"), ("value", "d")], stored(old))
    assert ("value", "b") == new.because["value", "a"]
    assert ("cell", "b") == new.because["value", "b"]
    assert new.because["value", "d"] is None


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
    new, clean = built(cells, keys, stored(old)), built(cells, keys)
    assert {key: (m.print, m.reads, m.kept) for key, m in clean.memos.items()} == {
        key: (m.print, m.reads, m.kept) for key, m in new.memos.items()
    }
