"""The trace of a build in one file.

The store is an accelerator, never a source of truth: one that is damaged, truncated, foreign or made by other tools is
ignored, and removing it costs time only.  It is data: nothing in it is ever executed.

The file is a magic line, the print of the tools, the digest of the table of contents, its length, the table, and the
sections that it names.  A section is checked against its checksum when it is first used, so that a build which needs
little reads little.
"""

from __future__ import annotations

import mmap
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from sitegen.incremental.fingerprint import SIZE, digest
from sitegen.incremental.trace import DamagedError, Trace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sitegen.incremental.fingerprint import Print
    from sitegen.incremental.trace import Section

_MAGIC: Final = b"sitegen trace 2\n"
_HEAD: Final = len(_MAGIC) + 2 * SIZE + 4
_ALIGNED: Final = 4

_Table = dict[str, tuple[int, int, int]]
"""Where each section starts, its length and its CRC-32."""


class Store:
    """Where the trace of one site lies.  *tools* is the print of what made it."""

    def __init__(self, path: Path, tools: Print) -> None:
        """Use the file at *path*."""
        self.path = path
        self.tools = tools

    def load(self) -> tuple[Trace, str]:
        """The stored trace, and why there is none: ``""``, ``damaged`` or ``made by another version``.

        Using the trace raises DamagedError where a section is not as it was written.
        """
        try:
            with self.path.open("rb") as file:
                data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError):  # ValueError: the file is empty
            return Trace(), "damaged" if self.path.is_file() else ""
        if bytes(data[: len(_MAGIC)]) != _MAGIC or len(data) < _HEAD:
            return Trace(), "damaged"
        tools = bytes(data[len(_MAGIC) : len(_MAGIC) + SIZE])
        length = int.from_bytes(data[_HEAD - 4 : _HEAD], "little")
        table = data[_HEAD : _HEAD + length]
        if digest(bytes(table)) != bytes(data[len(_MAGIC) + SIZE : _HEAD - 4]):
            return Trace(), "damaged"
        if tools != self.tools:
            return Trace(), "made by another version"
        try:
            contents = msgspec.msgpack.decode(table, type=_Table)
        except (msgspec.MsgspecError, ValueError):  # ValueError: a name that is not UTF-8
            return Trace(), "damaged"
        if any(not 0 <= start <= start + size <= len(data) for start, size, _ in contents.values()):
            return Trace(), "damaged"
        return Trace(_Sections(data, contents).get), ""

    def removed(self) -> bool:
        """Whether there was something stored; there is nothing any more, if the disk lets us."""
        there = self.path.is_file()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        return there

    def save(self, sections: Mapping[str, Section]) -> None:
        """Replace what is stored by *sections*, whole or not at all.  Raises OSError when the disk does not let us."""
        table: _Table = {}
        parts: list[bytes | bytearray | memoryview] = []
        position = 0
        for name, data in sections.items():
            view = memoryview(data).cast("B")
            table[name] = (position, len(view), zlib.crc32(view))
            gap = -len(view) % _ALIGNED
            parts += [view, bytes(gap)]
            position += len(view) + gap
        # Where sections start depends on how long the table is, which depends on where they start.
        length, packed = 0, b""
        while len(packed) != length or not packed:
            length = len(packed)
            first = _HEAD + length + (-(_HEAD + length) % _ALIGNED)
            moved = {name: (start + first, size, check) for name, (start, size, check) in table.items()}
            packed = msgspec.msgpack.encode(moved)
        head = _MAGIC + self.tools + digest(packed) + length.to_bytes(4, "little") + packed
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(self.path.name + ".new")
        try:
            with beside.open("wb", buffering=0) as file:
                file.write(head + bytes(-len(head) % _ALIGNED))
                for part in parts:
                    file.write(part)
            beside.replace(self.path)
        finally:
            beside.unlink(missing_ok=True)


class _Sections:
    """The sections of a file, each checked once."""

    def __init__(self, data: memoryview, table: _Table) -> None:
        self._data = data
        self._table = table
        self._checked: dict[str, memoryview] = {}

    def get(self, name: str) -> memoryview:
        found = self._checked.get(name)
        if found is None:
            start, size, check = self._table.get(name, (0, 0, 0))
            found = self._data[start : start + size]
            if zlib.crc32(found) != check:
                raise DamagedError(name)
            self._checked[name] = found
        return found
