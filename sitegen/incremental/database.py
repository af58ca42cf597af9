"""Memoised queries that remember what they read.

**Claim.** When `Database.prove` returns a memo, its print is that of the answer which a build from nothing would give.

*Proof*, by induction along the calls, which are finite and without cycles.  If the query was executed, it asked only
queries, whose answers are right by induction, and it is a function of them.  If its old memo was reused, a build from
nothing asks the first recorded read unconditionally and gets, by induction, an answer with the recorded print, so the
old answer; hence it asks the second, and so on, and returns what it returned.

*Corollary.* Reads are proved in order, each only after its predecessors agreed, so nothing is proved that a build from
nothing would not ask: what was proved is exactly what such a build has, errors and notes included.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, overload

import msgspec

from sitegen.errors import CoreError, CycleError, ImpureError, Problem, SitegenError
from sitegen.incremental.fingerprint import Print, canonical, digest, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Key = tuple[str | int, ...]
"""A question: the name of a query, then its arguments."""

_ARGUMENTS: Final = frozenset((str, int))
_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Absent:
    """The value of a memo that holds but whose value was not kept."""


ABSENT: Final = _Absent()


class Memo:
    """What a query answered and every question it asked to get there, in order, with the prints of their answers.

    *kept* is the answer in canonical form, for queries that keep theirs; *notes* are what was to be told on the way.
    """

    __slots__ = ("kept", "notes", "print", "reads", "value")

    def __init__(
        self,
        answer: Print,
        reads: tuple[tuple[Key, Print], ...] = (),
        *,
        value: object = ABSENT,
        kept: bytes | None = None,
        notes: tuple[Problem, ...] = (),
    ) -> None:
        """Remember an answer by its print."""
        self.print = answer
        self.reads = reads
        self.value = value
        self.kept = kept
        self.notes = notes


class Query:
    """A method whose answers are remembered.  Call it on a database as the method that it is."""

    def __init__(self, function: Callable[..., Any], *, keep: bool, volatile: bool) -> None:
        """Wrap *function*; see `query` for the flags."""
        self.__doc__ = function.__doc__
        self.function = function
        self.keep = keep
        self.volatile = volatile
        self.name = function.__name__

    def __set_name__(self, owner: type[Database], name: str) -> None:
        """Enter the owner's table of queries, which its base classes do not share."""
        owner.queries = {**owner.queries, name: self}

    def __get__(self, database: Database | None, owner: type[Database]) -> Any:  # noqa: ANN401 - any method's type
        """The question as a bound method, which later look-ups find on the instance."""
        if database is None:
            return self
        name, ask = self.name, database.ask

        def question(*arguments: str | int) -> object:
            if not all(type(argument) in _ARGUMENTS for argument in arguments):  # 2, 2.0 and True would be one key
                raise CoreError.at(None, f"{name} was asked with {arguments!r}", "ask with texts and whole numbers")
            return ask((name, *arguments))

        database.__dict__[name] = question
        return question

    def decoded(self, kept: bytes) -> object:
        """The answer whose canonical form is *kept*."""
        return self._decoder.decode(kept)

    @cached_property
    def _decoder(self) -> msgspec.json.Decoder[Any]:
        return msgspec.json.Decoder(typing.get_type_hints(self.function)["return"])


@overload
def query(function: _Function, /) -> _Function: ...
@overload
def query(*, keep: bool = ..., volatile: bool = ...) -> Callable[[_Function], _Function]: ...
def query(
    function: _Function | None = None, /, *, keep: bool = False, volatile: bool = False
) -> _Function | Callable[[_Function], _Function]:
    """Make a method of a `Database` a question whose answer is remembered.

    Its arguments are text and numbers, its answer an immutable value, and it asks the world nothing but queries.
    *keep*: the answer itself is stored, not only its print; for what is dear to compute and small.
    *volatile*: the answer comes from outside, so it is computed anew in every build; who read it holds if it is equal.
    """

    def made(function: _Function) -> _Function:
        return cast("_Function", Query(function, keep=keep, volatile=volatile))

    return made if function is None else made(function)


class _Frame:
    """What the query that now runs has read and noted."""

    __slots__ = ("notes", "reads")

    def __init__(self) -> None:
        self.reads: dict[Key, Print] = {}
        self.notes: list[Problem] = []


class Database:
    """The answers of one build, proved from the memos of an earlier one.

    *memos* are those proved so far, *old* those of the earlier build not yet looked at, *executed* the log of queries
    that ran to an answer, *because* the first read that made an old memo fail: the reason why a query was asked anew,
    None where it had no memo; *changed*: whether a memo is another than the earlier build's, so worth storing.
    """

    queries: typing.ClassVar[Mapping[str, Query]] = {}

    def __init__(self, old: Mapping[Key, Memo] | None = None) -> None:
        """Start with the memos of an earlier build."""
        self.old = dict(old or {})
        self.memos: dict[Key, Memo] = {}
        self.executed: list[Key] = []
        self.because: dict[Key, Key | None] = {}
        self.changed = False
        self._was: dict[Key, Print] = {}
        self._failures: dict[Key, SitegenError] = {}
        self._frames: list[_Frame] = []
        self._asked: list[Key] = []  # the way to the question now looked at, its old memo being checked or it being run

    def ask(self, key: Key) -> Any:  # noqa: ANN401 - as many types as queries
        """The answer to *key*, remembered as a read of whichever query is asking.

        Raises what the query raises: a failure is an answer too, and remembered as a read as well, so that who lives
        with it is asked again when it is mended.
        """
        try:
            memo = self.prove(key)
            if memo.value is ABSENT:
                self._fill(key, memo)
        except SitegenError as error:
            self._read(key, _print_of_failure(error))
            raise
        self._read(key, memo.print)
        return memo.value

    def prove(self, key: Key) -> Memo:
        """A memo for *key* that holds now: the old one if its reads still hold, else a new one."""
        memo = self.reuse(key)
        if memo is None:
            memo = self.memos[key] = self._execute(key)
            self.because.setdefault(key, None)
            self.changed = self.changed or self._was.get(key) != memo.print
        return memo

    def reuse(self, key: Key) -> Memo | None:
        """The memo for *key*, if one holds without running the query.  An old memo is looked at once."""
        memo = self.memos.get(key)
        if memo is None and (old := self.old.pop(key, None)) is not None:
            self._asked.append(key)
            try:
                if self._still_holds(key, old):
                    memo = self.memos[key] = old
            finally:
                self._asked.pop()
        return memo

    def recompute(self, key: Key) -> None:
        """Run a proved query once more, for what it does besides answering.  Raises ImpureError as `ask` does."""
        self._agreeing(key, self.prove(key))

    def note(self, problem: Problem) -> None:
        """Tell *problem* with the answer that is being worked out, in this build and in all that reuse the answer."""
        self._frames[-1].notes.append(problem)

    def notes(self) -> tuple[Problem, ...]:
        """What was to be told with the answers proved, each once, in the order of the files."""
        found = {note: None for memo in self.memos.values() for note in memo.notes}
        return tuple(sorted(found, key=lambda problem: (problem.order, str(problem))))

    def leftover(self) -> dict[Key, Memo]:
        """Old memos nobody looked at.  A failed build keeps them: a memo is checked against answers, so never ages."""
        return {key: memo for key, memo in self.old.items() if key not in self.memos}

    def _still_holds(self, key: Key, old: Memo) -> bool:
        query = self.queries.get(str(key[0]))
        if query is None or query.volatile:
            self._was[key] = old.print
            return False
        for read, was in old.reads:
            if self._print_of(read) != was:
                self.because[key] = read
                return False
        return True

    def _print_of(self, key: Key) -> Print:
        try:
            return self.prove(key).print
        except SitegenError as error:
            return _print_of_failure(error)

    def _fill(self, key: Key, memo: Memo) -> None:
        """Give a proved memo its value.  Raises ImpureError when the query now answers otherwise."""
        kept = memo.kept
        memo.value = self._agreeing(key, memo) if kept is None else self.queries[str(key[0])].decoded(kept)

    def _agreeing(self, key: Key, memo: Memo) -> object:
        """The value of a query run once more, if it agrees with its memo."""
        again = self._execute(key)
        if again.print != memo.print:
            raise ImpureError.at(
                None,
                f"{words(key)} gave two different answers in one build",
                "it reads something that is not a query, or its file changed during the build; run the build again",
            )
        return again.value

    def _execute(self, key: Key) -> Memo:
        """Run the query, noting what it asks.  A failure is remembered for this build, never stored."""
        if key in self._failures:
            raise self._failures[key].with_traceback(None)
        query = self.queries.get(str(key[0]))
        if query is None:
            raise CoreError.at(None, f"there is no question {words(key)}")
        if key in self._asked:
            raise CycleError.at(None, "a question needs its own answer: " + _round(self._asked, key))
        try:
            with self._frame(key) as frame:
                value = query.function(self, *key[1:])
        except SitegenError as error:
            self._failures[key] = error
            raise
        self.executed.append(key)
        kept = canonical(value) if query.keep else None
        answer = fingerprint(value) if kept is None else digest(kept)
        return Memo(answer, tuple(frame.reads.items()), value=value, kept=kept, notes=tuple(frame.notes))

    @contextmanager
    def _frame(self, key: Key) -> Iterator[_Frame]:
        self._asked.append(key)
        self._frames.append(_Frame())
        try:
            yield self._frames[-1]
        finally:
            self._frames.pop()
            self._asked.pop()

    def _read(self, key: Key, answer: Print) -> None:
        if self._frames:
            self._frames[-1].reads.setdefault(key, answer)


def words(key: Key) -> str:
    """A key as a call: ``article('content/a.md')``."""
    return f"{key[0]}({', '.join(map(repr, key[1:]))})"


def _round(asked: list[Key], key: Key) -> str:
    """The cycle that *key* closes, told from the first in the alphabet: the same wherever it was entered."""
    cycle = [words(each) for each in asked[asked.index(key) :]]
    first = cycle.index(min(cycle))
    return " → ".join(cycle[first:] + cycle[: first + 1])


def _print_of_failure(error: SitegenError) -> Print:
    return digest(b"failed\n" + str(error).encode(errors="backslashreplace"))
