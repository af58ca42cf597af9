"""Proving many questions and keeping all that goes wrong."""

from __future__ import annotations

import pytest

from sitegen.errors import ContentError, Location, MachineError, Problem, SitegenError
from sitegen.incremental import Database, query, settle


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
    assert {("fruit", "fig"), ("fruit", "pear")} == set(database.memos)


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
