"""Proving many questions and keeping all that goes wrong."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from sitegen.errors import ContentError, Location, MachineError, Problem, SitegenError
from sitegen.incremental import Database, fork, query, settle

if TYPE_CHECKING:
    from sitegen.incremental import Key


class Fruit(Database):
    """Fruit, some of it bad."""

    @query
    def fruit(self, name: str) -> str:
        """The fruit, if it is good."""
        if name == "worm":
            raise ContentError([Problem(Location("worm"), "is no fruit"), Problem(Location("worm", 2), "moves")])
        if name == "jam":
            raise MachineError.at(None, "the press is jammed")
        if name == "marmalade":
            raise ContentError.at(None, "the press is jammed")
        return name

    @query
    def basket(self, *names: str) -> str:
        """Several pieces of fruit."""
        return " ".join(self.fruit(name) for name in names)


def test_all_problems_are_kept_and_each_once() -> None:
    """One bad thing does not stop the others; a thing that many need is one problem; the kind of error is told."""
    database = Fruit()
    found = settle(database, [("basket", "fig", "worm"), ("fruit", "jam"), ("fruit", "pear"), ("basket", "worm")])
    expected: dict[Problem, type[SitegenError]] = {
        Problem(Location("worm"), "is no fruit"): ContentError,
        Problem(Location("worm", 2), "moves"): ContentError,
        Problem(None, "the press is jammed"): MachineError,
    }
    assert (expected, list(expected)) == (found, list(found))
    assert {("fruit", "fig"), ("fruit", "pear")} == {*map(database.key, database.made)}


def test_first_kind_of_error_counts() -> None:
    """A problem met as two kinds of error is of the kind met first."""
    found = settle(Fruit(), [("fruit", "jam"), ("fruit", "marmalade")])
    assert {Problem(None, "the press is jammed"): MachineError} == found


def test_nothing_to_prove() -> None:
    """Nothing asked, nothing wrong."""
    assert {} == settle(Fruit(), [])


def test_other_exceptions_stop() -> None:
    """A fault of ours is not a problem of the site."""
    with pytest.raises(TypeError):
        settle(Fruit(), [("fruit",)])


def test_problems_of_what_is_shared_out_are_those_of_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many processes prove them: the same answers, problems and kinds of error, in the same order."""
    monkeypatch.setattr(sys.modules["sitegen.incremental.settle"], "MANY", 4)
    monkeypatch.setattr(fork, "can_fork", lambda: True)  # whoever runs the tests may have a thread of its own
    keys: list[Key] = [("basket", "fig", name) for name in ("worm", "pear", "jam", "marmalade", "plum")]
    alone = Fruit()
    expected = settle(alone, keys)
    for jobs in (2, 3, 7):
        told: list[tuple[int, int]] = []
        database = Fruit()
        found = settle(database, keys, jobs, lambda done, of, told=told: told.append((done, of)))  # type: ignore[misc]
        assert (expected, list(expected)) == (found, list(found))
        assert {*map(alone.key, alone.made)} == {*map(database.key, database.made)}
        assert (5, 5) == told[-1]
        assert all(done <= of for done, of in told)
        assert sorted(told) == told


def test_few_are_not_shared_out() -> None:
    """For few questions no process is started: they are proved in the order asked."""
    database = Fruit()
    settle(database, [("fruit", name) for name in ("fig", "pear")], jobs=7)
    assert [("fruit", "fig"), ("fruit", "pear")] == database.executed


def test_progress_of_one_process() -> None:
    """Progress is told before each question, and at the end."""
    told: list[tuple[int, int]] = []
    settle(Fruit(), [("fruit", "fig"), ("fruit", "worm")], progress=lambda done, of: told.append((done, of)))
    assert [(0, 2), (1, 2), (2, 2)] == told
