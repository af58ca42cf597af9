"""Memoised queries that remember what they read.

**Claim.** When `Database.prove` returns a memo, its print is that of the answer which a build from nothing would give.

*Proof*, by induction along the calls, which are finite and without cycles.  If the query was executed, it asked only
queries, whose answers are right by induction, and it is a function of them.  If a memo of an earlier build was reused,
all its reads have the prints that they had (`sitegen.incremental.refresh` sees to that); a build from nothing asks the
first of them unconditionally and gets, by induction, the same answer; hence it asks the second, and so on, and returns
what was returned.
"""

from __future__ import annotations

import typing
from array import array
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sitegen.errors import CoreError, CycleError, ImpureError, Problem
from sitegen.incremental.fingerprint import canonical, digest, fingerprint
from sitegen.incremental.query import ABSENT, Blobs, Frame, Memo, Query
from sitegen.incremental.trace import DamagedError, Key, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sitegen.incremental.fingerprint import Print

_ARGUMENTS: Final = frozenset((str, int))


class Failure:
    """Why a query has no answer in this build, and what it had read when it failed."""

    __slots__ = ("error", "reads")

    def __init__(self, error: Exception, reads: Sequence[int]) -> None:
        """Remember *error*."""
        self.error = error
        self.reads = reads


class Database:
    """The answers of one build, proved with the *trace* of an earlier one.

    *memos* are those asked for here so far, *made* those worked out in this build, by number, *executed* the log of
    queries that ran to an answer, *because* the first read whose answer differed: the reason why a query was asked
    anew.  *levels* says of each number how far its question is from those that ask nothing; *dropped* are numbers whose
    memo in the trace was found not to hold; *roots* and *asked* what the build asked for itself.
    """

    queries: typing.ClassVar[Mapping[str, Query]] = {}

    def __init__(self, trace: Trace | None = None, blobs: Blobs | None = None) -> None:
        """Start with what an earlier build left; `sitegen.incremental.refresh` brings it up to date."""
        self.trace = trace or Trace()
        self.blobs = blobs
        self.memos: dict[Key, Memo] = {}
        self.made: dict[int, Memo] = {}
        self.weak: set[int] = set()
        self.dropped: set[int] = set()
        self.failures: dict[Key, Failure] = {}
        self.executed: list[Key] = []
        self.because: dict[Key, Key] = {}
        self.levels = array("I", self.trace.levels)
        self.roots: dict[int, None] = {}
        self.asked: dict[int, None] = {}
        self.holds: Callable[[int], bool] = lambda _: True  # whether the memo of the trace with that number does
        self.frames: list[Frame] = []
        self._numbers: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._fleeting: list[Memo] = []
        self._asked: dict[Key, None] = {}  # the way to the question that is now looked at

    def ask(self, key: Key) -> Any:  # noqa: ANN401 - as many types as queries
        """The answer to *key*, remembered as a read of whichever query is asking.

        Raises what the query raises: a failure is remembered as a read as well, so that who lives with it is asked
        again when it is mended.
        """
        try:
            memo = self.prove(key)
            if memo.value is ABSENT:
                self._fill(key, memo)
        except Exception:
            self._read_failure(key)
            raise
        if self.frames:
            self.frames[-1].reads[memo.number] = None
        return memo.value

    def prove(self, key: Key) -> Memo:
        """A memo for *key* that holds now: one of the trace, else a new one."""
        memo = self.memos.get(key) or self._reused(key)
        if memo is None:
            memo = self._execute(key)
            self._put_above(memo.number, memo.reads)
            self.made[memo.number] = self.memos[key] = memo
        return memo

    def root(self, key: Key) -> Memo:
        """`prove` *key*, as one of the questions that the build is for: what none of them needs is forgotten."""
        number = self.number(key)
        self.roots[number] = self.asked[number] = None
        return self.prove(key)

    def need(self, *key: str | int) -> None:
        """Remember *key* as a read of whichever query is asking, which has it among its `needs`.

        Raises what the query raises.
        """
        if self.frames and key[0] not in self.frames[-1].needs:
            raise CoreError.at(None, f"{words(key)} is needed by a query that does not say so", "name it in `needs`")
        try:
            memo = self.prove(key)
        except Exception:
            self._read_failure(key)
            raise
        if self.frames:
            self.frames[-1].reads[memo.number] = None

    def known(self, key: Key) -> bool:
        """Whether *key* has a memo that holds, so that `prove` would execute nothing for it."""
        return (self.memos.get(key) or self._reused(key)) is not None

    def print_of(self, key: Key) -> Print | None:
        """The print of the answer to *key*, as it was last known; None if it was never asked."""
        number = self.number(key)
        if number in self.made:
            return self.made[number].print
        return self.trace.print(number) if number < len(self.trace) and self.trace.alive[number] else None

    def recompute(self, key: Key) -> None:
        """Run a proved query once more, for what it does besides answering.  Raises ImpureError as `ask` does."""
        self._agreeing(key, self.prove(key))

    def let_go(self) -> None:
        """Let go of fleeting values.  Whoever asks again gets them as from an earlier build."""
        for memo in self._fleeting:
            memo.value = ABSENT
        self._fleeting.clear()

    def note(self, problem: Problem) -> None:
        """Tell *problem* with the answer that is being worked out, in this build and in all that reuse the answer."""
        self.frames[-1].notes.append(problem)

    def notes(self, alive: bytearray) -> tuple[Problem, ...]:
        """What is to be told with the answers whose numbers are *alive*, each once, in the order of the files."""
        made = self.made
        found: dict[Problem, None] = {}
        for number, notes in self.trace.notes.items():
            if alive[number] and number not in made:
                found.update(dict.fromkeys(notes))
        for number, memo in made.items():
            if alive[number]:
                found.update(dict.fromkeys(memo.notes))
        return tuple(sorted(found, key=lambda problem: (problem.order, str(problem))))

    @property
    def changed(self) -> bool:
        """Whether there is anything that the trace does not know."""
        return self.trace.roots != self.roots.keys() or any(map(self._is_new, self.made.values()))

    def _is_new(self, memo: Memo) -> bool:
        trace, number = self.trace, memo.number
        if number >= len(trace) or not trace.alive[number] or trace.print(number) != memo.print:
            return True
        return list(trace.reads(number)) != list(memo.reads) or trace.notes.get(number, ()) != memo.notes

    def number(self, key: Key) -> int:
        """The number of *key*, given to it now if it has none."""
        number = self.trace.slot(key)
        if number is None:
            number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.levels)
            self._keys.append(key)
            self.levels.append(0)
        return number

    def end(self) -> None:
        """Hold nothing any more: nobody will ask.  Its questions hold it, so it would else wait to be collected."""
        vars(self).clear()

    def key(self, number: int) -> Key:
        """The question with that *number*."""
        first = len(self.trace)
        return self.trace.key(number) if number < first else self._keys[number - first]

    def reads(self, number: int) -> Sequence[int]:
        """What question *number* asks, as far as it is known, in order."""
        memo = self.made.get(number)
        if memo is not None:
            return memo.reads
        failure = self.failures.get(self.key(number)) if self.failures else None
        if failure is not None:
            return failure.reads
        return self.trace.reads(number) if number < len(self.trace) else ()

    def looks_at(self, reader: int, number: int) -> bool:
        """Whether question *reader*, by its memo in the trace, is a function of what question *number* answers."""
        trace = self.trace
        query = self.queries.get(trace.names[trace.name_of[reader]])
        if query and query.needs and trace.names[trace.name_of[number]] in query.needs:
            return False
        return number in trace.reads(reader)

    def new_keys(self, start: int = 0) -> list[Key]:
        """The questions that the trace does not know, from the *start*-th on, in the order of their numbers."""
        return self._keys[start:]

    def adopt(self, memos: Iterable[Memo]) -> list[Problem]:
        """Take over memos that another process made; one problem for each that differs from one made here."""
        problems: list[Problem] = []
        for memo in memos:
            known = self.made.setdefault(memo.number, memo)
            if known.print != memo.print:
                problems += _impure(self.key(memo.number)).problems
        return problems

    def failed(self, key: Key, error: Exception, reads: Sequence[int]) -> None:
        """Remember that *key* has no answer in this build.

        It is no lower than before: its memo of an earlier build may be kept for the next, with all that it read.
        """
        self.failures[key] = Failure(error, reads)
        number = self.number(key)
        before = self.levels[number]
        self._put_above(number, reads)
        self.levels[number] = max(self.levels[number], before)

    def before_work(self) -> None:
        """Write what waits to be written: other processes are about to begin with a copy of all that is in memory."""

    def at_work(self) -> None:
        """Begin to work as one of several processes that will send home what they made."""

    def luggage(self) -> bytes:
        """What a worker has done besides answering, for `unload`."""
        return b""

    def unload(self, luggage: bytes) -> None:
        """Take note of what a worker has done besides answering."""

    def _read_failure(self, key: Key) -> None:
        if self.frames:
            self.frames[-1].reads[self.number(key)] = None
            self.frames[-1].weak = True

    def _reused(self, key: Key) -> Memo | None:
        """What another process made for *key*, or the memo of the trace, if it holds.

        Raises DamagedError where that cannot be told.
        """
        try:
            number = self.trace.slot(key)
            number = self._numbers.get(key) if number is None else number
            if number is None:
                return None
            if (memo := self.made.get(number)) is not None:
                self.memos[key] = memo
                return memo
            if number >= len(self.trace) or not self.trace.alive[number] or str(key[0]) not in self.queries:
                return None
            if key in self.failures or not self.holds(number):
                return self.memos.get(key)  # which looking whether it holds may have made
            memo = Memo(number, self.trace.print(number), kept=self.trace.kept(number))
        except (ArithmeticError, LookupError, TypeError, ValueError, msgspec.MsgspecError) as error:
            raise DamagedError(words(key)) from error
        self.memos[key] = memo
        return memo

    def _fill(self, key: Key, memo: Memo) -> None:
        """Give a proved memo its value.

        Raises ImpureError when the query now answers otherwise, DamagedError when what was kept is something else.
        """
        query, kept = self.queries[str(key[0])], memo.kept
        if kept is not None and digest(kept) != memo.print:
            raise DamagedError(words(key))
        if kept is None and query.aside and self.blobs is not None:
            kept = self.blobs.get(memo.print)
        if kept is None:
            memo.value = self._agreeing(key, memo)
        else:
            try:
                memo.value = query.decoded(kept)
            except msgspec.MsgspecError as error:
                raise DamagedError(words(key)) from error
        if query.fleeting:
            self._fleeting.append(memo)

    def _agreeing(self, key: Key, memo: Memo) -> object:
        """The value of a query run once more, if it agrees with its memo."""
        again = self._execute(key)
        if again.print != memo.print:
            raise _impure(key)
        return again.value

    def _execute(self, key: Key) -> Memo:
        """Run the query, noting what it asks.  A failure is remembered for this build, never stored."""
        if key in self.failures:
            raise self.failures[key].error.with_traceback(None)
        query = self.queries.get(str(key[0]))
        if query is None:
            raise CoreError.at(None, f"there is no question {words(key)}")
        if not _ARGUMENTS.issuperset(map(type, key)):  # 2, 2.0 and True would be one key
            raise CoreError.at(None, f"{words(key)} was asked", "ask with texts and whole numbers")
        if key in self._asked:
            raise CycleError.at(None, "a question needs its own answer: " + _round(list(self._asked), key))
        frame = Frame(query.needs)
        self._asked[key] = None
        self.frames.append(frame)
        try:
            value = query.function(self, *key[1:])
        except Exception as error:
            self.failed(key, error, array("I", frame.reads))
            raise
        finally:
            self.frames.pop()
            del self._asked[key]
        return self._memo(key, query, value, frame)

    def _memo(self, key: Key, query: Query, value: object, frame: Frame) -> Memo:
        self.executed.append(key)
        kept = None
        if query.keep or query.aside:
            kept = canonical(value)
            answer = digest(kept)
            if query.aside and self.blobs is not None:
                self.blobs.add(answer, kept)
                kept = None
        else:
            answer = fingerprint(value)
        number = self.number(key)
        if frame.weak:
            self.weak.add(number)
        else:
            self.weak.discard(number)
        notes = tuple(frame.notes)
        memo = Memo(number, answer, array("I", frame.reads), value=value, kept=kept, notes=notes)
        if query.fleeting:
            self._fleeting.append(memo)
        return memo

    def _put_above(self, number: int, reads: Iterable[int]) -> None:
        self.levels[number] = 1 + max((self.levels[read] for read in reads), default=-1)

    @contextmanager
    def looking_at(self, number: int) -> Iterator[None]:
        """While what question *number* depends on is looked into, it is on the way to what is worked out for that."""
        key = self.key(number)
        self._asked[key] = None
        try:
            yield
        finally:
            del self._asked[key]

    def executing(self, number: int) -> bool:
        """Whether question *number* is being worked out, or looked into, at this moment."""
        return bool(self._asked) and self.key(number) in self._asked


def words(key: Key) -> str:
    """A key as a call: ``article('content/a.md')``."""
    return f"{key[0]}({', '.join(map(repr, key[1:]))})"


def _impure(key: Key) -> ImpureError:
    return ImpureError.at(
        None,
        f"{words(key)} gave two different answers in one build",
        "it reads something that is not a query, or its file changed during the build; run the build again",
    )


def _round(asked: list[Key], key: Key) -> str:
    """The cycle that *key* closes, told from the first in the alphabet: the same wherever it was entered."""
    cycle = [words(each) for each in asked[asked.index(key) :]]
    first = cycle.index(min(cycle))
    return " → ".join(cycle[first:] + cycle[: first + 1])
