"""The memos of an earlier build as columns, looked into without being taken apart.

Each question has a number.  What a memo says of it stands at that place of a column, so that a build which needs ten of
two hundred thousand memos makes objects of ten.  What is no longer asked stays as a number that is not alive, until
most are such (`sitegen.incremental.renumber`).

A memo's reads are numbers alone.  The memos of one trace agree with one another, so what a read answered is the print
that the trace has for it.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from sitegen.errors import Problem
from sitegen.incremental.fingerprint import SIZE

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sitegen.incremental.fingerprint import Print

Key = tuple[str | int, ...]
"""A question: the name of a query, then its arguments."""

Section: TypeAlias = "bytes | bytearray | memoryview | array[int]"
"""A column, or some, as they are stored."""

NO_VALUE: Final = 2**32 - 1
_ARRAY: Final = b"\xdd"  # the mark of a msgpack array with a count of four bytes
_arguments = msgspec.msgpack.Decoder(list[list[str | int]])


class DamagedError(Exception):
    """The columns do not say what a build of ours would have written."""


class Trace:
    """What one build remembers of an earlier one, which *section* hands out by name; ``b""`` where it has none."""

    def __init__(self, section: Callable[[str], memoryview] = lambda _: memoryview(b"")) -> None:
        """Look at nothing yet."""
        self.section = section
        self._slots: dict[str, dict[tuple[str | int, ...], int]] = {}
        self._known_arguments: dict[str, list[list[str | int]]] = {}

    def __len__(self) -> int:
        """How many numbers there are."""
        return len(self.levels)

    def number(self, key: Key) -> int | None:
        """The number of the memo of *key*; None if it has none."""
        number = self.slot(key)
        return number if number is not None and self.alive[number] else None

    def slot(self, key: Key) -> int | None:
        """The number of *key*, whether or not it has a memo; None if it has none.

        Raises DamagedError, as whoever asks, be it a layout, may take any other error for its own.
        """
        name = str(key[0])
        slots = self._slots.get(name)
        if slots is None:
            try:
                slots = dict(zip(map(tuple, self.arguments(name)), self.numbers(name), strict=True))
            except (TypeError, ValueError, msgspec.MsgspecError) as error:
                raise DamagedError(f"arguments {name}") from error
            self._slots[name] = slots
        return slots.get(key[1:])

    def key(self, number: int) -> Key:
        """The question with that number."""
        name = self.names[self.name_of[number]]
        return (name, *self.arguments(name)[self.place_of[number]])

    def keys_of(self, name: str) -> Iterator[tuple[int, Key]]:
        """The numbers and keys of the questions called *name* that have a memo."""
        alive = self.alive
        for number, arguments in zip(self.numbers(name), self.arguments(name), strict=True):
            if alive[number]:
                yield number, (name, *arguments)

    def arguments(self, name: str) -> list[list[str | int]]:
        """With which arguments the query *name* was asked."""
        found = self._known_arguments.get(name)
        if found is None:
            count = len(self.numbers(name))
            items = self.section(f"arguments {name}")
            found = self._known_arguments[name] = _arguments.decode(_ARRAY + count.to_bytes(4, "big") + items)
        return found

    def numbers(self, name: str) -> Sequence[int]:
        """The numbers of the questions called *name*, in the order of its `arguments`."""
        return self.section(f"numbers {name}").cast("I")

    def print(self, number: int) -> Print:
        """The print of the answer to question *number*."""
        return bytes(self.prints[number * SIZE : number * SIZE + SIZE])

    def reads(self, number: int) -> Sequence[int]:
        """What question *number* asked, in order."""
        start = self.reads_start[number]
        return self.reads_flat[start : start + self.reads_count[number]]

    def readers(self, number: int) -> Iterator[int]:
        """Who asked question *number*: each of them, and some who no longer do."""
        if number + 1 < len(self.readers_start):
            yield from self.readers_flat[self.readers_start[number] : self.readers_start[number + 1]]
        yield from self._later_readers.get(number, ())

    def kept(self, number: int) -> bytes | None:
        """The answer to question *number* in canonical form, if it was kept."""
        length = self.kept_length[number]
        if length == NO_VALUE:
            return None
        start = self.kept_start[number]
        return bytes(self.kept_bytes[start : start + length])

    @cached_property
    def names(self) -> list[str]:
        """The names of the queries."""
        return self._decoded("names", list[str]) or []

    @cached_property
    def notes(self) -> Mapping[int, tuple[Problem, ...]]:
        """What was to be told with answers, by number."""
        return self._decoded("notes", dict[int, tuple[Problem, ...]]) or {}

    @cached_property
    def alive(self) -> memoryview:
        """Whether a number has a memo."""
        return self.section("alive")

    @cached_property
    def prints(self) -> memoryview:
        """All prints, side by side."""
        return self.section("prints")

    @cached_property
    def levels(self) -> memoryview:
        """How far each question is from those that ask nothing: higher than all that it asks."""
        return self.ints("levels")

    @cached_property
    def name_of(self) -> memoryview:
        """The place of a question's name in `names`."""
        return self.ints("name of")

    @cached_property
    def place_of(self) -> memoryview:
        """The place of a question in the `arguments` of its name."""
        return self.ints("place of")

    @cached_property
    def reads_start(self) -> memoryview:
        """Where in `reads_flat` the reads of a question start."""
        return self.ints("reads start")

    @cached_property
    def reads_count(self) -> memoryview:
        """How many reads a question has."""
        return self.ints("reads count")

    @cached_property
    def reads_flat(self) -> memoryview:
        """All reads."""
        return self.ints("reads")

    @cached_property
    def readers_start(self) -> memoryview:
        """Where in `readers_flat` the readers of a question start; one more at the end."""
        return self.ints("readers start")

    @cached_property
    def readers_flat(self) -> memoryview:
        """All readers, as of the last time that they were written anew."""
        return self.ints("readers")

    @cached_property
    def readers_later(self) -> memoryview:
        """Readers that came since, in pairs: who is read, who reads."""
        return self.ints("readers later")

    @cached_property
    def _later_readers(self) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        pairs = iter(self.readers_later)
        for read, reader in zip(pairs, pairs, strict=True):
            found[read].append(reader)
        return found

    @cached_property
    def kept_start(self) -> memoryview:
        """Where in `kept_bytes` the answer of a question starts."""
        return self.ints("kept start")

    @cached_property
    def kept_length(self) -> memoryview:
        """How many bytes that answer has; `NO_VALUE` if it was not kept."""
        return self.ints("kept length")

    @cached_property
    def kept_bytes(self) -> memoryview:
        """All kept answers."""
        return self.section("kept")

    @cached_property
    def weak(self) -> frozenset[int]:
        """Questions that are to be asked anew: they lived with a failure, or read what has changed since."""
        return frozenset(self.ints("weak"))

    @cached_property
    def roots(self) -> frozenset[int]:
        """Questions that the build was for; every other memo is there because one of these needs it."""
        return frozenset(self.ints("roots"))

    @cached_property
    def partial(self) -> bool:
        """Whether the build failed, so that some memos may be there for nothing."""
        return bool(self.section("partial"))

    def ints(self, name: str) -> memoryview:
        """A section of whole numbers."""
        return self.section(name).cast("I")

    def _decoded(self, name: str, form: Any) -> Any:  # noqa: ANN401 - what msgspec takes and gives
        data = self.section(name)
        return msgspec.msgpack.decode(data, type=form) if data else None
