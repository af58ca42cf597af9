"""Queries, and the memos of their answers."""

from __future__ import annotations

import typing
from array import array
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast, overload

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sitegen.errors import Problem
    from sitegen.incremental.fingerprint import Print
    from sitegen.incremental.trace import Key

_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Absent:
    """The value of a memo that holds but whose value is not at hand."""


ABSENT: Final = _Absent()
_NOTHING: Final = array("I")


class Memo:
    """What a query answered: *print* stands for it, *kept* is its canonical form, for queries that keep theirs.

    *number* is that of its question, *reads* are those of the questions it asked, in order (empty for a memo that is
    reused, whose reads the trace has), *notes* what was to be told on the way.
    """

    __slots__ = ("kept", "notes", "number", "print", "reads", "value")

    def __init__(  # noqa: PLR0913 - it is a record
        self,
        number: int,
        answer: Print,
        reads: Sequence[int] = _NOTHING,
        *,
        value: object = ABSENT,
        kept: bytes | None = None,
        notes: tuple[Problem, ...] = (),
    ) -> None:
        """Remember an answer by its print."""
        self.number = number
        self.print = answer
        self.reads = reads
        self.value = value
        self.kept = kept
        self.notes = notes


class Blobs(Protocol):
    """Where answers too big for the trace are kept, by their prints."""

    def get(self, answer: Print) -> bytes | None:
        """The bytes whose print that is, if they are there."""
        ...

    def add(self, answer: Print, data: bytes) -> None:
        """Keep *data*."""
        ...


class Frame:
    """What the query that now runs has read and noted; *weak*: a failure is among what it read."""

    __slots__ = ("needs", "notes", "reads", "weak")

    def __init__(self, needs: frozenset[str]) -> None:
        """Nothing so far; *needs* is what the query says that it needs."""
        self.needs = needs
        self.reads: dict[int, None] = {}
        self.notes: list[Problem] = []
        self.weak = False


class Answering(Protocol):
    """What queries are methods of: see `sitegen.incremental.database.Database`."""

    queries: typing.ClassVar[Mapping[str, Query]]
    memos: dict[Key, Memo]
    frames: list[Frame]

    def ask(self, key: Key) -> Any:  # noqa: ANN401 - as many types as queries
        """The answer to *key*."""
        ...


class Query:
    """A method whose answers are remembered.  Call it on a database as the method that it is."""

    def __init__(  # noqa: PLR0913 - one for each flag
        self,
        function: Callable[..., Any],
        *,
        keep: bool,
        aside: bool,
        volatile: bool,
        dear: bool,
        fleeting: bool,
        needs: tuple[str, ...],
    ) -> None:
        """Wrap *function*; see `query` for the flags."""
        self.__doc__ = function.__doc__
        self.function = function
        self.keep = keep
        self.aside = aside
        self.volatile = volatile
        self.dear = dear
        self.fleeting = fleeting
        self.needs = frozenset(needs)
        self.name = function.__name__

    def __set_name__(self, owner: type[Answering], name: str) -> None:
        """Enter the owner's table of queries, which its base classes do not share."""
        owner.queries = {**owner.queries, name: self}

    def __get__(self, database: Answering | None, owner: type[Answering]) -> Any:  # noqa: ANN401 - any method's type
        """The question as a bound method, which later look-ups find on the instance."""
        if database is None:
            return self
        name, ask, memos, frames = self.name, database.ask, database.memos, database.frames

        def question(*arguments: str | int) -> object:
            key = (name, *arguments)
            memo = memos.get(key)
            if memo is None or memo.value is ABSENT:
                return ask(key)
            if frames:  # as `ask` does, for what is asked most: an answer at hand
                frames[-1].reads[memo.number] = None
            return memo.value

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
def query(
    *,
    keep: bool = ...,
    aside: bool = ...,
    volatile: bool = ...,
    dear: bool = ...,
    fleeting: bool = ...,
    needs: tuple[str, ...] = ...,
) -> Callable[[_Function], _Function]: ...
def query(  # noqa: PLR0913 - one for each flag
    function: _Function | None = None,
    /,
    *,
    keep: bool = False,
    aside: bool = False,
    volatile: bool = False,
    dear: bool = False,
    fleeting: bool = False,
    needs: tuple[str, ...] = (),
) -> _Function | Callable[[_Function], _Function]:
    """Make a method of a `Database` a question whose answer is remembered.

    Its arguments are text and numbers, its answer an immutable value, and it asks the world nothing but queries.
    *keep*: the answer itself is stored, not only its print; for what is dear to compute and small.
    *aside*: the same for what is dear and big: it is stored apart, and read when somebody asks for it.
    *volatile*: the answer comes from outside, so it is computed anew in every build; it asks nothing itself.
    *dear*: it takes so long that many of them are worth sharing out over processes.
    *fleeting*: it is big, and asked for by little more than the one question that is settled at the moment, so its
    value is let go of after that.
    *needs*: the names of queries that it only asks to have an answer (`Database.need`), whatever that is: another
    answer of one of these is no reason to ask it anew.
    """

    def made(function: _Function) -> _Function:
        flags = {"keep": keep, "aside": aside, "volatile": volatile, "dear": dear, "fleeting": fleeting}
        return cast("_Function", Query(function, **flags, needs=needs))

    return made if function is None else made(function)
