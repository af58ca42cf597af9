"""Bring the trace of an earlier build up to date, at the cost of what changed.

From what comes from outside, changes are carried upwards: a question is worked out anew if the answer to one that it
read is another than before, and what read it is looked at only if its own answer is another.  Questions are taken by
level, so what a question reads is right before it is asked.

**Claim.** After `refresh`, a memo of the trace for which `Database.holds` is true has the prints of its reads that it
had, but for what its query only needs to have an answer.  *Proof* by induction over the levels: what asks nothing comes
from outside, and was asked anew.  Any other memo was either worked out anew, or none of its reads that it looks at got
another print, since each that did pushed its readers.  ∎

What is worked out here may be asked by nobody any more: a story that is gone is read before it is known that it is
gone.  So nothing that fails here is told.  A failure is not carried upwards; once there is one, whatever depends on it
is in doubt, and holds only if its reads are found to hold, in order, when it is asked for.  And memos that no root
needs are left out at the end (`sitegen.incremental.alive`).

Who wants a few answers only, as a preview does, names queries to be left alone until they are asked for.  What waits
of these, and what depends on it, is then in doubt like what depends on a failure.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from heapq import heappop, heappush
from itertools import repeat
from typing import TYPE_CHECKING, Final

from sitegen.incremental.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sitegen.incremental.database import Database
    from sitegen.incremental.trace import Key

    ShareOut = Callable[[Database, list[Key]], None]
    Same = Callable[[Key], bool]

MANY: Final = 64
"""From how many dear questions on it is worth while to share them out."""


def refresh(database: Database, share_out: ShareOut | None = None) -> None:
    """Make *database* answer for now.  *share_out* proves many dear questions, as it sees fit."""
    work = Refresh(database, share_out)
    work.begin()
    work.finish()


class Refresh:
    """The same in two steps: between them the database answers, so that what the rest is done with can be asked."""

    def __init__(
        self, database: Database, share_out: ShareOut | None = None, on_demand: frozenset[str] = frozenset()
    ) -> None:
        """Do nothing yet.  The queries called *on_demand* are not worked out before somebody asks."""
        self._database = database
        self._trace = database.trace
        self._share_out = share_out
        self._on_demand = on_demand
        self._left: set[int] = set()  # what is left until somebody asks
        self._unsure: set[int] = set()  # that, and what depends on it
        self._level = 0
        self._levels: list[int] = []  # a heap of the levels where something waits
        self._waiting: dict[int, list[int]] = {}
        self._queued: set[int] = set()
        self._done: set[int] = set()
        self._looked_at: set[int] = set()
        self._changed: set[int] = set()
        self._failed: set[int] = set()

    def begin(self, same: Same = lambda _: False) -> None:
        """Ask what comes from outside; from then on, what is asked for is renewed if it has to be.

        *same* says of a question about the outside that its answer is known to be what it was.
        """
        self._database.holds = self._is_settled
        self._look_outside(same)
        for number in self._trace.weak:
            self._queue(number)

    def finish(self) -> None:
        """Renew all that changed, level by level."""
        while self._levels:
            self._level = heappop(self._levels)
            numbers = sorted(self._waiting.pop(self._level))
            self._share(numbers)
            for number in numbers:
                self._renew(number)
        in_doubt = self._failed | (self._left - self._done)
        if in_doubt:
            self._database.dropped |= in_doubt
            self._database.holds = _Doubt(self._database, in_doubt).holds
        else:
            self._database.holds = lambda number: number not in self._done

    def _look_outside(self, unchanged: Same) -> None:
        """Ask what comes from outside."""
        database, trace = self._database, self._trace
        for name, query in database.queries.items():
            if not query.volatile:
                continue
            for number, key in trace.keys_of(name):
                if unchanged(key):
                    continue
                try:
                    same = fingerprint(query.function(database, *key[1:])) == trace.print(number)
                except Exception:  # noqa: BLE001 - told when it is asked, if it is
                    same = False
                if not same:
                    self._renew(number, key)

    def _queue(self, number: int) -> None:
        if number in self._done or number in self._queued or not self._trace.alive[number]:
            return
        if number in self._trace.roots and not any(True for _ in self._trace.readers(number)):
            # Nothing waits for it here, and the build will ask for it, with all processes at hand.
            self._done.add(number)
            self._database.dropped.add(number)
            self._give_reason(number)
            return
        self._queued.add(number)
        if self._is_on_demand(number):
            self._leave(number)
            return
        level = self._database.levels[number]
        if level not in self._waiting:
            self._waiting[level] = []
            heappush(self._levels, level)
        self._waiting[level].append(number)

    def _is_on_demand(self, number: int) -> bool:
        return bool(self._on_demand) and self._trace.names[self._trace.name_of[number]] in self._on_demand

    def _leave(self, number: int) -> None:
        """Leave question *number* until it is asked for, and all that depends on it in doubt."""
        self._left.add(number)
        pending = [number]
        while pending:
            number = pending.pop()
            if number not in self._unsure:
                self._unsure.add(number)
                pending += self._trace.readers(number)

    def _share(self, numbers: list[int]) -> None:
        """Let the dear ones among many be worked out elsewhere; `_renew` then finds them done."""
        if self._share_out is None or len(numbers) < MANY:
            return
        database = self._database
        dear = {
            number: database.key(number) for number in numbers if number not in self._done and self._is_dear(number)
        }
        if len(dear) < MANY:
            return
        for number in dear:
            self._give_reason(number)
        self._done.update(dear)
        self._share_out(database, list(dear.values()))
        for number, key in dear.items():
            self._carry(number, key)

    def _is_dear(self, number: int) -> bool:
        query = self._database.queries.get(self._trace.names[self._trace.name_of[number]])
        return query is not None and query.dear

    def _is_settled(self, number: int) -> bool:
        """Whether the memo of the trace holds; what it depends on and is still waiting is renewed first."""
        if number in self._done:
            return False
        if number in self._looked_at:
            return True
        levels, lowest, unsure = self._database.levels, self._level, self._unsure
        if levels[number] < lowest and number not in unsure:
            return True
        with self._database.looking_at(number):
            for read in self._trace.reads(number):
                if levels[read] < lowest and read not in unsure:
                    continue
                if self._database.executing(read):  # a cycle, which working it out will tell
                    return False
                if not self._is_settled(read) and read not in self._done:
                    return False
        self._looked_at.add(number)
        if number in self._queued:
            self._renew(number)
        return number not in self._done

    def _renew(self, number: int, key: Key | None = None) -> None:
        """Work question *number*, which is *key*, out anew, and carry on what became of it."""
        if number in self._done:
            return
        self._done.add(number)
        self._give_reason(number)
        key = key or self._database.key(number)
        with suppress(Exception):  # kept by the database, and told when it is asked for
            self._database.prove(key)
        self._carry(number, key)

    def _give_reason(self, number: int) -> None:
        """Say why question *number* is asked: the first of its reads with another answer than before, or a new one."""
        made, alive = self._database.made, self._trace.alive
        for read in self._trace.reads(number):
            if read in self._changed or read in self._failed or (read in made and not alive[read]):
                self._database.because[self._database.key(number)] = self._database.key(read)
                return

    def _carry(self, number: int, key: Key) -> None:
        """Queue what read question *number*, if its answer is another now."""
        trace = self._trace
        if self._database.because.get(key) is None:  # what it lived without may have an answer again
            self._give_reason(number)
        memo = self._database.made.get(number)
        if memo is None or key in self._database.failures:
            self._failed.add(number)
            return
        if memo.print == trace.print(number):
            return
        self._changed.add(number)
        for reader in trace.readers(number):
            if reader not in self._queued and self._database.looks_at(reader, number):
                self._queue(reader)


class _Doubt:
    """Which memos hold after something failed: those that depend on it are looked into when they are asked for."""

    def __init__(self, database: Database, failed: Iterable[int]) -> None:
        self._database = database
        self._trace = database.trace
        self._unsure = self._depending(failed)
        self._verdicts: dict[int, bool] = {}
        for number in failed:
            self._verdicts[number] = False
        for key, memo in list(database.memos.items()):
            if memo.number in self._unsure:
                del database.memos[key]
        for number in database.made.keys() & self._unsure:
            del database.made[number]
            self._verdicts[number] = False
            if number < len(database.trace):
                database.dropped.add(number)
            self._lower(number)
        # What failed may have failed for what was in doubt.  Whoever asks will see.
        for key in list(database.failures):
            if (number := database.number(key)) in self._unsure:
                del database.failures[key]
                self._lower(number)

    def _lower(self, number: int) -> None:
        """Put a question where its memo of the trace has it, which is the one that it has again."""
        if number < len(self._trace):
            self._database.levels[number] = self._trace.levels[number]

    def holds(self, number: int) -> bool:
        """Whether the memo of the trace with that *number* has the reads that it had."""
        if number in self._database.dropped:
            return False
        if number not in self._unsure:
            return number not in self._database.made
        verdict = self._verdicts.get(number)
        if verdict is None:
            self._verdicts[number] = False  # should it be asked for on the way, it is worked out, which tells the cycle
            with self._database.looking_at(number):
                verdict = all(map(self._is_same, self._trace.reads(number), repeat(number)))
            self._verdicts[number] = verdict
        return verdict

    def _is_same(self, read: int, reader: int) -> bool:
        database = self._database
        if read not in self._unsure and read not in database.made:
            return True
        key = database.key(read)
        try:
            same = database.prove(key).print == self._trace.print(read)
        except Exception:  # noqa: BLE001 - kept by the database, and told when it is asked for
            same = False
        if not same:
            database.because[database.key(reader)] = key
        return same

    def _depending(self, failed: Iterable[int]) -> set[int]:
        """What read one of *failed*, or read what did; what was made anew reads what it did then, not what it had."""
        later: dict[int, list[int]] = defaultdict(list)
        made = self._database.made
        for memo in made.values():
            for read in memo.reads:
                later[read].append(memo.number)
        for key, failure in self._database.failures.items():
            for read in failure.reads:
                later[read].append(self._database.number(key))
        found: set[int] = set()
        pending = list(failed)
        while pending:
            number = pending.pop()
            if number not in found:
                found.add(number)
                pending += later.get(number, ())
                if number < len(self._trace):
                    pending += (reader for reader in self._trace.readers(number) if reader not in made)
        return found
