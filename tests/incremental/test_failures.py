"""What goes wrong while questions are answered: failures, cycles, impurity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sitegen.errors import ContentError, CoreError, CycleError, ImpureError, Location, Problem
from sitegen.incremental import Database, alive, everything, query, refresh, settle
from support.sheet import Sheet, built, log, shown, stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sitegen.incremental import Key


def again(cells: Mapping[str, str], old: Database) -> Sheet:
    """A sheet of *cells* that starts from what *old* knows."""
    sheet = Sheet(cells, stored(old))
    refresh(sheet)
    return sheet


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
    """A cycle made by an edit is found when old memos are looked into, and told as in a build from nothing."""
    old = built({"a": "b", "b": "c", "c": "1"}, [("value", "a")])
    cells = {"a": "b", "b": "c", "c": "a"}
    new = again(cells, old)
    clean = Sheet(cells)
    assert settle(clean, [("value", "a")]) == settle(new, [("value", "a")])
    assert not any(new.known(("value", name)) for name in "abc")


def test_cycle_closed_by_an_old_memo() -> None:
    """The way round leads through questions that are run and questions whose old memos are checked: all are told."""
    keys: list[Key] = [("value", "a"), ("value", "c")]
    old = built({"a": "1", "b": "a", "c": "b"}, keys)
    new = again({"a": "c", "b": "a", "c": "b"}, old)
    chain = "value('a') → value('c') → value('b') → value('a')"
    assert [f"error: a question needs its own answer: {chain}"] == list(map(str, settle(new, keys)))


def test_cycle_can_be_mended() -> None:
    """After a cycle the database goes on, and the next build is as if there had been none."""
    broken = Sheet({"a": "b", "b": "a", "c": "1"})
    assert [CycleError] == list(settle(broken, [("value", "a"), ("value", "c")]).values())
    assert 1 == broken.value("c")
    trace = stored(broken, everything(broken))
    assert 2 == built({"a": "b", "b": "2"}, [("value", "a")], trace).value("a")


def test_impure_question_is_found() -> None:
    """A query that looks at the world unasked is found out when its memo and its answer disagree."""
    new = again({"a": "1000"}, built({"a": "1"}, [("length", "a")]))
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
    trace = stored(old, everything(old))
    assert [("cell", "a"), ("cell", "b")] == [key for name in old.queries for _, key in trace.keys_of(name)]
    new = Sheet({"a": "b", "b": ""}, trace)
    refresh(new)
    assert told == settle(new, [("value", "a")])
    assert ["a", "b"] == new.tried
    assert not new.changed


def test_failure_lived_with_is_a_read() -> None:
    """Who catches a failure holds while it lasts, and is asked again when it is mended or fails otherwise."""
    key: Key = ("at_least_nothing", "a")
    broken = built({"a": ""}, [key])
    assert 0 == broken.at_least_nothing("a")
    assert [("value", "a")] == shown(broken)[key][1]

    still = built({"a": ""}, [key], stored(broken))
    assert shown(broken) == shown(still)
    assert not still.changed

    gone = built({}, [key], stored(still))
    assert shown(built({}, [key])) == shown(gone)

    mended = built({"a": "4"}, [key], stored(gone))
    assert 4 == mended.at_least_nothing("a")
    assert not {"cell a", "value a", "at_least_nothing a"}.difference(log(mended))

    held = built({"a": "4"}, [key], stored(mended))
    assert [] == log(held)

    broken_again = built({"a": ""}, [key], stored(held))
    assert 0 == broken_again.at_least_nothing("a")
    assert shown(broken) == shown(broken_again)


def test_what_a_failure_read_is_alive() -> None:
    """Notes of what was read on the way to a failure that somebody lives with are told, whatever build came before."""
    cells = {"a": "b+c", "b": "-1", "c": ""}
    keys: list[Key] = [("at_least_nothing", "a")]
    told = (Problem(Location("b"), "is negative", severity="warning"),)
    clean = built(cells, keys)
    assert told == clean.notes(alive(clean))
    for trace in (stored(clean), stored(clean, everything(clean))):
        new = built(cells, keys, trace)
        assert told == new.notes(alive(new))
        assert not new.changed


def test_note_of_what_fails_now_is_not_told() -> None:
    """A failure has no notes, whatever its last answer had."""
    keys: list[Key] = [("at_least_nothing", "a")]
    new = built({"a": ""}, keys, stored(built({"a": "-1"}, keys)))
    assert () == new.notes(alive(new))


def test_memo_of_a_failure_is_not_kept_without_what_it_needs() -> None:
    """A question that fails for a while is not given the answer of before, when what it reads is as it was."""
    first = built({"a": "b+c", "b": "1", "c": "2", "x": "1"}, [("at_least_nothing", "a"), ("value", "x")])
    second = again({"a": "b+c", "b": "", "c": "2", "x": ""}, first)
    settle(second, [("at_least_nothing", "a"), ("value", "x")])
    keys: list[Key] = [("at_least_nothing", "a"), ("value", "x")]
    third = built({"a": "b+c", "b": "", "c": "2", "x": "1"}, keys, stored(second, everything(second)))
    fourth = built({"a": "b+c", "b": "1", "c": "5", "x": "1"}, keys, stored(third))
    assert 6 == fourth.at_least_nothing("a")


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
    sheet.root(("value", "c"))
    assert [("cell", "c")] == shown(sheet)["value", "c"][1]


def test_failed_build_keeps_what_nobody_looked_at() -> None:
    """What a failure kept from being asked is still good for a later build."""
    old = built({"a": "b+c", "b": "1", "c": "2"}, [("value", "a")])
    failed = again({"a": "b+c", "b": "", "c": "2"}, old)
    settle(failed, [("value", "a")])
    mended = built({"a": "b+c", "b": "5", "c": "2"}, [("value", "a")], stored(failed, everything(failed)))
    assert {("cell", "b"), ("value", "a"), ("value", "b")} == {mended.key(number) for number in mended.made}
    assert 7 == mended.value("a")


def test_build_that_ends_before_it_asks_keeps_no_stale_answer() -> None:
    """What a failed build did not come to ask is asked by the next, if what it reads has changed."""
    keys: list[Key] = [("value", "a")]
    failed = again({"a": "2"}, built({"a": "1"}, keys))
    assert 2 == built({"a": "2"}, keys, stored(failed, everything(failed))).value("a")


class Shouts(Sheet):
    """Sheets that also tell loudly what they live with."""

    @query
    def shout(self, name: str) -> str:
        """The value, or 0, loudly."""
        return f"{self.at_least_nothing(name)}!"


@pytest.mark.parametrize("known", [False, True])
def test_what_lives_with_a_failure_changes_what_nobody_asks(known: bool) -> None:  # noqa: FBT001 - both ways
    """A reader of what lives with a new failure is not believed later, whether or not it was looked into."""
    first = Shouts({"a": "1"})
    first.root(("shout", "a"))
    second = Shouts({"a": ""}, stored(first))
    refresh(second)
    if known:
        assert not second.known(("shout", "a"))
    else:
        assert {} == settle(second, [("at_least_nothing", "a")])
    third = Shouts({"a": ""}, stored(second, everything(second)))
    refresh(third)
    assert "0!" == third.shout("a")


def test_memo_that_a_failure_put_in_doubt_and_that_holds() -> None:
    """What depends on a failure is looked into when it is asked for, and holds if its reads are what they were."""
    first = Shouts({"a": "0"})
    first.root(("shout", "a"))
    second = Shouts({"a": ""}, stored(first))
    refresh(second)
    assert second.known(("shout", "a"))
    assert ("at_least_nothing", "a") in second.executed
    assert ("shout", "a") not in second.executed


def test_root_that_nobody_reads_beside_a_failure() -> None:
    """A root whose cell was edited is asked anew, though something else fails."""
    keys: list[Key] = [("value", "a"), ("at_least_nothing", "b")]
    new = built({"a": "2", "b": ""}, keys, stored(built({"a": "1", "b": "1"}, keys)))
    assert 2 == new.value("a")


def test_memo_of_a_question_there_is_no_more() -> None:
    """An old memo of an unknown question does not hold, and what read it is asked anew if it was, as well."""

    class Before(Sheet):
        @query
        def gone(self, name: str) -> int:
            """Nine."""
            return 9 + self.value(name)

    old = Before({"a": "1"})
    old.root(("gone", "a"))
    new = Sheet({"a": "2"}, stored(old))
    refresh(new)
    assert not new.known(("gone", "a"))
    with pytest.raises(CoreError, match=r"there is no question gone\('a'\)"):
        new.ask(("gone", "a"))
    assert {} == settle(new, [("value", "a")])
    new.root(("value", "a"))
    assert {("cell", "a"), ("value", "a")} == set(shown(new))
