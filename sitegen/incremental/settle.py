"""Prove many keys, and keep all that goes wrong."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sitegen.errors import SitegenError
from sitegen.incremental.fork import share_out
from sitegen.incremental.refresh import MANY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sitegen.errors import Problem
    from sitegen.incremental.database import Database
    from sitegen.incremental.trace import Key


def settle(
    database: Database,
    keys: Iterable[Key],
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> dict[Problem, type[SitegenError]]:
    """Prove all of *keys*; answer with the problems met, each once, and the kind of error that brought it.

    A file that a thousand answers need is one problem, not a thousand.  Many that do not hold are shared out over
    *jobs* processes; *progress* is told how many are done, and of how many.
    """
    keys = list(keys)
    database.asked.update(dict.fromkeys(map(database.number, keys)))
    missing = [key for key in keys if not database.known(key)]
    told = 0

    def tell(done: int) -> None:
        nonlocal told
        told = max(told, done)
        progress(told, len(missing))

    if jobs > 1 and len(missing) >= MANY:
        # The first is proved here: what all of them need and is not at hand yet is then worked out once.
        with suppress(SitegenError):
            database.prove(missing[0])
        share_out(database, missing[1:], jobs, lambda done: tell(min(done + 1, len(missing))))
    problems: dict[Problem, type[SitegenError]] = {}
    for done, key in enumerate(missing):
        tell(done)
        try:
            database.prove(key)
        except SitegenError as error:
            for problem in error.problems:
                problems.setdefault(problem, type(error))
        database.let_go()
    tell(len(missing))
    return problems
