"""Big answers and the bytes of outputs, by their prints, beside the trace.

A segment is a file of blobs, one after the other, that is written once.  Where each blob lies is told by an index that
is stored with the trace; a blob is checked against its print when it is read, so a damaged one is as good as none.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.incremental.fingerprint import SIZE, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from sitegen.incremental.fingerprint import Print

_MOST_SEGMENTS: Final = 24
_SMALL: Final = 8  # this part of the whole, or less
_NAME: Final = re.compile("[0-9a-f]{16}")


class Index(Struct, frozen=True, array_like=True):
    """Where blobs lie: the names of the segments, and of each its prints, and the end of each blob."""

    segments: dict[str, tuple[bytes, list[int]]] = {}


class Pack:
    """The blobs in *folder*, as *index* has them."""

    def __init__(self, folder: Path, index: Index) -> None:
        """Open nothing yet."""
        self._folder = folder
        self._index = {name: segment for name, segment in index.segments.items() if _NAME.fullmatch(name)}
        self._places: dict[Print, tuple[str, int, int]] | None = None
        self._open: dict[str, IO[bytes]] = {}
        self._new: _Segment | None = None
        self._made: dict[str, tuple[bytes, list[int]]] = {}
        self._full = False

    def get(self, answer: Print) -> bytes | None:
        """The bytes whose print that is, if they are there and undamaged."""
        place = self._known().get(answer)
        if place is None:
            return None
        name, start, end = place
        try:
            if self._new is not None and name == self._new.name:
                self._new.file.flush()
            file = self._open.get(name) or self._open.setdefault(name, (self._folder / name).open("rb"))
            data = os.pread(file.fileno(), end - start, start)
        except OSError:
            return None
        return data if digest(data) == answer else None

    def add(self, answer: Print, data: bytes) -> None:
        """Keep *data*, whose print is *answer*.  That the disk does not let us costs time later."""
        known = self._known()
        if answer in known or self._full:
            return
        try:
            if self._new is None:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._new = _Segment(self._folder)
            known[answer] = (self._new.name, *self._new.append(answer, data))
        except OSError:
            self._full = True

    def fork(self) -> None:
        """Go on in a process of one's own: what is added goes into a segment of its own, and nothing is shared."""
        self.added()
        self._new, self._open, self._made = None, {}, {}

    def added(self) -> Index:
        """Where what was added here lies; it is all written by then."""
        if self._new is not None:
            with suppress(OSError):  # then what is missing at the end will not have its print
                self._new.file.flush()
            self._made[self._new.name] = (bytes(self._new.prints), self._new.ends)
        return Index(dict(self._made))

    def adopt(self, index: Index) -> None:
        """Know what another process added."""
        self._made.update(index.segments)
        if self._places is not None:
            for name, segment in index.segments.items():
                self._places.update(_places(name, *segment))

    def index(self, needed: Callable[[], Iterable[Print]]) -> Index:
        """Where everything lies.

        Once there are many segments, those that are small, or hold little of what is *needed*, are written anew.
        """
        segments = {**self._index, **self.added().segments}
        if len(segments) <= _MOST_SEGMENTS:
            return Index(segments)
        live = set(needed())
        whole = sum(ends[-1] for _, ends in segments.values() if ends)
        kept = {name: segment for name, segment in segments.items() if _is_full(segment, live, whole)}
        held = {answer for name, segment in kept.items() for answer, _ in _places(name, *segment)}
        return Index({**kept, **self._packed(live - held)})

    def sweep(self, index: Index) -> None:
        """Remove the segments that *index* does not name: also those of builds that were killed."""
        try:
            names = os.listdir(self._folder)  # noqa: PTH208 - names are what is wanted
        except OSError:
            return
        for name in names:
            if name not in index.segments:
                (self._folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of all files."""
        for file in self._open.values():
            file.close()
        if self._new is not None:
            with suppress(OSError):
                self._new.file.close()

    def _packed(self, needed: Iterable[Print]) -> dict[str, tuple[bytes, list[int]]]:
        """A segment of what is needed."""
        packed = _Segment(self._folder)
        for answer in sorted(needed, key=lambda each: self._known().get(each, ("", 0, 0))):
            data = self.get(answer)
            if data is not None:
                packed.append(answer, data)
        packed.file.close()
        return {packed.name: (bytes(packed.prints), packed.ends)}

    def _known(self) -> dict[Print, tuple[str, int, int]]:
        if self._places is None:
            self._places = {}
            for name, segment in self._index.items():
                self._places.update(_places(name, *segment))
        return self._places


def _is_full(segment: tuple[bytes, list[int]], live: Collection[Print], whole: int) -> bool:
    """Whether a segment is big, and most of it is needed."""
    size = segment[1][-1] if segment[1] else 0
    used = sum(end - start for answer, (_, start, end) in _places("", *segment) if answer in live)
    return size * _SMALL > whole and used * 2 > size


class _Segment:
    """A segment that is being written."""

    def __init__(self, folder: Path) -> None:
        self.name = os.urandom(8).hex()
        self.file = (folder / self.name).open("wb", buffering=1 << 20)
        self.prints = bytearray()
        self.ends: list[int] = []
        self._end = 0

    def append(self, answer: Print, data: bytes) -> tuple[int, int]:
        """Write a blob; where it starts and ends."""
        start = self._end
        self.file.write(data)
        self._end += len(data)
        self.prints += answer
        self.ends.append(self._end)
        return start, self._end


def _places(name: str, prints: bytes, ends: list[int]) -> Iterable[tuple[Print, tuple[str, int, int]]]:
    starts = [0, *ends[:-1]]
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        yield prints[place * SIZE : place * SIZE + SIZE], (name, start, end)
