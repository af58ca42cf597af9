"""What was in the output folder after a build, kept for the next one."""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from operator import itemgetter
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from sitegen.publish.disk import packed, unpacked
from sitegen.publish.tree import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable

_VERSION: Final = 2
_DIGEST: Final = 32  # of a file, in hex


class _Columns(Struct, frozen=True, array_like=True):
    """A ledger as it is stored: a column for each part of what is known of a folder or file."""

    version: int
    root: bytes
    folders: bytes
    folder_stats: tuple[list[int], ...]
    files: bytes
    digests: bytes
    file_stats: tuple[list[int], ...]
    others: bytes


class LedgerFile:
    """Where the ledger of the output folder *root* is kept; None: nowhere.

    Unreadable, it is as good as none; that it cannot be written costs time only: files are read again.
    """

    def __init__(self, path: str | None, root: str) -> None:
        """Read nothing yet."""
        self._path = path
        self._root = os.fsencode(root)
        self._data = b""

    def read(self) -> Ledger:
        """What is kept, if it is of this folder."""
        if self._path is None:
            return Ledger()
        try:
            with open(self._path, "rb") as file:
                self._data = file.read()
            columns = msgspec.msgpack.decode(memoryview(self._data)[4:], type=_Columns)
            if zlib.crc32(memoryview(self._data)[4:]) != int.from_bytes(self._data[:4], "little"):
                return Ledger()
            if columns.root != self._root or columns.version != _VERSION:
                return Ledger()
            return _ledger(columns)
        except (OSError, ValueError, msgspec.MsgspecError):  # ValueError: columns of several lengths
            return Ledger()

    def write(self, ledger: Ledger) -> None:
        """Keep *ledger*, if it is not what is kept."""
        if self._path is None:
            return
        columns = _Columns(
            _VERSION,
            self._root,
            packed(ledger.folders),
            _columns(ledger.folders.values(), (0, 1, 2)),
            packed(ledger.files),
            bytes.fromhex("".join(seen[0] for seen in ledger.files.values())),
            _columns(ledger.files.values(), (1, 2, 3, 4)),
            packed(ledger.others),
        )
        data = msgspec.msgpack.encode(columns)
        data = zlib.crc32(data).to_bytes(4, "little") + data
        if data == self._data:
            return
        beside = self._path + ".new"
        with suppress(OSError):
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with open(beside, "wb") as file:
                file.write(data)
            os.replace(beside, self._path)
            self._data = data


def _ledger(columns: _Columns) -> Ledger:
    digests = columns.digests.hex()
    each = (digests[at : at + _DIGEST] for at in range(0, len(digests), _DIGEST))
    folders = unpacked(columns.folders) or [""]  # the root alone
    return Ledger(
        dict(zip(folders, zip(*columns.folder_stats, strict=True), strict=True)),
        dict(zip(unpacked(columns.files), zip(each, *columns.file_stats, strict=True), strict=True)),
        tuple(unpacked(columns.others)),
    )


def _columns(rows: Iterable[tuple[object, ...]], at: tuple[int, ...]) -> tuple[list[int], ...]:
    return tuple([*map(itemgetter(place), rows)] for place in at)
