"""Which memos the roots of a build need.

What is published is what is alive: the memos that a build from nothing would have made.  A memo that was reused or
worked out on the way to what nobody asks any more is not among them.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sitegen.incremental.database import Database


def alive(database: Database) -> bytearray:
    """For each number whether it has a memo that the roots of *database* need, at the cost of what changed.

    Where something failed, at the cost of everything: a failure that somebody lives with is needed like an answer, and
    so is what it had read, but no memo tells what that was.
    """
    if database.trace.partial or database.trace.weak or database.failures:
        return reachable(database, database.roots)
    return _Counted(database).flags()


def reachable(database: Database, roots: Iterable[int]) -> bytearray:
    """The same for any *roots*, told by going through all that they need, also what failures had read."""
    found = bytearray(len(database.levels))
    pending = array("I", roots)
    while pending:
        number = pending.pop()
        if not found[number]:
            found[number] = 1
            pending.extend(database.reads(number))
    for key in database.failures:  # it may have a memo of an earlier build, which is not needed
        found[database.number(key)] = 0
    return found


def everything(database: Database) -> bytearray:
    """For each number whether it has a memo: what a build that failed keeps, as it does not know what it needs."""
    flags = bytearray(database.trace.alive)
    flags.extend(bytes(len(database.levels) - len(flags)))
    for number in database.made:
        flags[number] = 1
    return flags


class _Counted:
    """Memos are without cycles, so one that no memo reads any more is needed by none."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._trace = database.trace
        self._flags = bytearray(self._trace.alive)
        self._flags.extend(bytes(len(database.levels) - len(self._flags)))
        for number in database.made:
            self._flags[number] = 1

    def flags(self) -> bytearray:
        """The flags, once what nobody reads has lost its own."""
        pending = self._candidates()
        while pending:
            number = pending.pop()
            if self._flags[number] and number not in self._database.roots and not self._is_read(number):
                self._flags[number] = 0
                pending += self._database.reads(number)
        return self._flags

    def _candidates(self) -> list[int]:
        """What may have lost its last reader, or never had one."""
        trace, roots, made = self._trace, self._database.roots, self._database.made
        found = [number for number in trace.roots if number not in roots]
        read = bytearray(len(self._flags))  # by what was made: nearly all of it, in a build from nothing
        for memo in made.values():
            for each in memo.reads:
                read[each] = 1
        for number, memo in made.items():
            if number < len(trace) and trace.alive[number]:
                found += set(trace.reads(number)).difference(memo.reads)
            elif not read[number]:
                found.append(number)
        return found

    def _is_read(self, number: int) -> bool:
        flags, trace, made = self._flags, self._trace, self._database.made
        if any(flags[reader] for reader in self._later.get(number, ())):
            return True
        if number >= len(trace):
            return False
        return any(
            flags[reader] and reader not in made and number in trace.reads(reader) for reader in trace.readers(number)
        )

    @cached_property
    def _later(self) -> Mapping[int, list[int]]:
        """What was made, by what it reads."""
        found: dict[int, list[int]] = defaultdict(list)
        for number, memo in self._database.made.items():
            for read in memo.reads:
                found[read].append(number)
        return found
