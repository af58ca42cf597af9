"""Prove many keys, and keep all that goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.errors import SitegenError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sitegen.errors import Problem
    from sitegen.incremental.database import Database, Key


def settle(database: Database, keys: Iterable[Key]) -> dict[Problem, type[SitegenError]]:
    """Prove all of *keys*; answer with the problems met, each once, and the kind of error that brought it.

    A file that a thousand answers need is one problem, not a thousand.
    """
    problems: dict[Problem, type[SitegenError]] = {}
    for key in keys:
        try:
            database.prove(key)
        except SitegenError as error:
            for problem in error.problems:
                problems.setdefault(problem, type(error))
    return problems
