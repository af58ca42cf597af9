"""What goes wrong while questions are answered: failures, cycles, impurity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sitegen.errors import ContentError, CoreError, CycleError, ImpureError, Location, Problem
from sitegen.incremental import Memo, fingerprint, settle
from support.sheet import Sheet, built, log, stored

if TYPE_CHECKING:
    from sitegen.incremental import Key


def test_cycle_names_the_chain() -> None:
    """A question that needs its own answer is an error that tells the way round."""
    with pytest.raises(CycleError, match=r"value\('a'\) → value\('b'\) → value\('a'\)$"):
        Sheet({"a": "b", "b": "a"}).value("a")
    with pytest.raises(CycleError, match=r"answer: value\('a'\) → value\('a'\)$"):
        Sheet({"a": "a"}).value("a")


@pytest.mark.parametrize("start", ["a", "b", "c", "far"])
def test_cycle_is_told_alike_wherever_it_is_entered(start: str) -> None:
    """The way into a cycle is no part of it, so it is one problem, and the same in every build."""
    cells = {"a": "b", "b": "c", "c": "a", "far": "c"}
    sheet = Sheet(cells)
    problems = settle(sheet, [("value", start), ("value", "a"), ("value", "b"), ("value", "c"), ("value", "far")])
    chain = "value('a') → value('b') → value('c') → value('a')"
    assert [Problem(None, f"a question needs its own answer: {chain}")] == list(problems)
    assert [CycleError] == list(problems.values())


def test_cycle_met_while_proving_an_old_memo() -> None:
    """A cycle made by an edit is found when old memos are proved, and told as in a build from nothing."""
    old = built({"a": "b", "b": "c", "c": "1"}, [("value", "a")])
    new = Sheet({"a": "b", "b": "c", "c": "a"}, stored(old))
    clean = Sheet({"a": "b", "b": "c", "c": "a"})
    assert settle(clean, [("value", "a")]) == settle(new, [("value", "a")])
    assert {("cell", "a"), ("cell", "b"), ("cell", "c")} == set(new.memos)


def test_cycle_closed_by_an_old_memo() -> None:
    """The way round leads through questions that are run and questions whose old memos are checked: all are told."""
    keys: list[Key] = [("value", "a"), ("value", "c")]
    old = built({"a": "1", "b": "a", "c": "b"}, keys)
    new = Sheet({"a": "c", "b": "a", "c": "b"}, stored(old))
    chain = "value('a') → value('c') → value('b') → value('a')"
    assert [f"error: a question needs its own answer: {chain}"] == list(map(str, settle(new, keys)))


def test_cycle_can_be_mended() -> None:
    """After a cycle the database goes on, and the next build is as if there had been none."""
    broken = Sheet({"a": "b", "b": "a", "c": "1"})
    assert [CycleError] == list(settle(broken, [("value", "a"), ("value", "c")]).values())
    assert 1 == broken.value("c")
    assert 2 == built({"a": "b", "b": "2"}, [("value", "a")], stored(broken)).value("a")


def test_impure_question_is_found() -> None:
    """A query that looks at the world unasked is found out when its memo and its answer disagree."""
    old = built({"a": "1"}, [("length", "a")])
    new = Sheet({"a": "1000"}, stored(old))
    with pytest.raises(ImpureError, match=r"length\('a'\) gave two different answers in one build; it reads something"):
        new.length("a")


def test_failure_is_met_once() -> None:
    """A broken cell that a hundred cells add is worked out once, and is one problem."""
    cells = {"broken": ""} | {f"c{number}": "broken" for number in range(100)}
    sheet = Sheet(cells)
    problems = settle(sheet, [("value", name) for name in cells])
    assert {Problem(Location("broken"), "is empty"): ContentError} == problems
    assert 1 == sheet.tried.count("broken")
    assert [f"cell {name}" for name in cells] == log(sheet)


def test_failure_is_never_stored() -> None:
    """What fails has no memo: the next build tries again, and tells it again."""
    old = Sheet({"a": "b", "b": ""})
    told = settle(old, [("value", "a")])
    assert {("cell", "a"), ("cell", "b")} == set(old.memos)
    new = Sheet({"a": "b", "b": ""}, stored(old))
    assert told == settle(new, [("value", "a")])
    assert ["a", "b"] == new.tried
    assert not new.changed


def test_failure_lived_with_is_a_read() -> None:
    """Who catches a failure holds while it lasts, and is asked again when it is mended or fails otherwise."""
    key: Key = ("at_least_nothing", "a")
    broken = built({"a": ""}, [key])
    assert 0 == broken.at_least_nothing("a")
    assert [("value", "a")] == [read for read, _ in broken.memos[key].reads]

    still = built({"a": ""}, [key], stored(broken))
    assert ["cell a"] == log(still)
    assert not still.changed

    gone = built({}, [key], stored(still))
    assert ["cell a", "at_least_nothing a"] == log(gone)

    mended = built({"a": "4"}, [key], stored(gone))
    assert 4 == mended.at_least_nothing("a")
    assert ["cell a", "value a", "at_least_nothing a"] == log(mended)

    again = built({"a": ""}, [key], stored(mended))
    assert 0 == again.at_least_nothing("a")


def test_failure_is_raised_to_all_who_ask() -> None:
    """Asking again for what failed raises the same error."""
    sheet = Sheet({})
    for _ in range(2):
        with pytest.raises(ContentError, match=r"^a: error: is not there$"):
            sheet.value("a")
    assert ["a"] == sheet.tried


def test_fault_of_ours_passes_through() -> None:
    """An exception that is not about the site is no answer; it leaves nothing behind."""
    sheet = Sheet({"a": "b", "b": "--1", "c": "1"})
    with pytest.raises(ValueError, match="invalid literal"):
        sheet.value("a")
    assert 1 == sheet.value("c")
    assert [("cell", "c")] == [key for key, _ in sheet.memos["value", "c"].reads]


def test_failed_build_keeps_what_nobody_looked_at() -> None:
    """What a failure kept from being asked is still good for a later build."""
    old = built({"a": "b+c", "b": "1", "c": "2"}, [("value", "a")])
    failed = Sheet({"a": "b+c", "b": "", "c": "2"}, stored(old))
    settle(failed, [("value", "a")])
    assert {("cell", "c"), ("value", "c")} == set(failed.leftover())
    mended = built({"a": "b+c", "b": "5", "c": "2"}, [("value", "a")], failed.leftover() | stored(failed))
    assert {("value", "a"), ("value", "b")} == set(mended.because) - {("cell", name) for name in "abc"}


def test_memo_of_a_question_there_is_no_more() -> None:
    """An old memo that read an unknown question does not hold, and neither does its own."""
    memos: dict[Key, Memo] = {
        ("value", "a"): Memo(fingerprint(9), ((("gone", "a"), fingerprint(9)),)),
        ("gone", "a"): Memo(fingerprint(9)),
    }
    new = built({"a": "1"}, [("value", "a")], memos)
    assert 1 == new.value("a")
    with pytest.raises(CoreError, match=r"there is no question gone\('a'\)"):
        new.ask(("gone", "a"))
