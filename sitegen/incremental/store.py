"""Memos between two builds, in one file.

The store is an accelerator, never a source of truth: one that is damaged, truncated, foreign or made by other tools is
ignored, and removing it costs time only.  It is data: nothing in it is ever executed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta, Struct

from sitegen.errors import Problem
from sitegen.incremental.database import Key, Memo
from sitegen.incremental.fingerprint import Print, digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MAGIC: Final = b"sitegen memos 1\n"


class _Columns(Struct, frozen=True, array_like=True):
    """All memos, by number.  A read is a pair: the number of a key, the number of a print."""

    keys: list[Annotated[list[str | int], Meta(min_length=1)]]
    prints: list[bytes]
    answers: list[int]
    reads: list[list[int]]
    kept: dict[int, bytes]
    notes: dict[int, list[Problem]]


class Store:
    """Where the memos of one site lie.  *tools* is the print of what made them."""

    def __init__(self, path: Path, tools: Print) -> None:
        """Use the file at *path*."""
        self.path = path
        self.tools = tools

    def load(self) -> tuple[dict[Key, Memo], str]:
        """The stored memos, and why there are none: ``""``, ``damaged`` or ``made by another version``."""
        try:
            data = self.path.read_bytes()
        except OSError:
            return {}, ""
        head, body = data[: len(_MAGIC) + 32], data[len(_MAGIC) + 32 :]
        if head[: len(_MAGIC)] != _MAGIC or head[len(_MAGIC) + 16 :] != digest(body):
            return {}, "damaged"
        if head[len(_MAGIC) : len(_MAGIC) + 16] != self.tools:
            return {}, "made by another version"
        try:
            return _memos(msgspec.msgpack.decode(body, type=_Columns)), ""
        except (msgspec.MsgspecError, LookupError, ValueError):  # well sealed, but not by us
            return {}, "damaged"

    def save(self, memos: Mapping[Key, Memo]) -> None:
        """Replace the stored memos, whole or not at all.  Raises OSError when the disk does not let us."""
        body = msgspec.msgpack.encode(_columns(memos))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(self.path.name + ".new")
        try:
            beside.write_bytes(_MAGIC + self.tools + digest(body) + body)
            beside.replace(self.path)
        finally:
            beside.unlink(missing_ok=True)


def _columns(memos: Mapping[Key, Memo]) -> _Columns:
    """The memos as columns.  A read need not be a memo: a failure is read too, and never stored."""
    keys: dict[Key, int] = {key: number for number, key in enumerate(memos)}
    prints: dict[Print, int] = {}
    reads: list[list[int]] = []
    for memo in memos.values():
        row: list[int] = []
        for key, answer in memo.reads:
            row += keys.setdefault(key, len(keys)), prints.setdefault(answer, len(prints))
        reads.append(row)
    numbered = list(enumerate(memos.values()))
    return _Columns(
        answers=[prints.setdefault(memo.print, len(prints)) for memo in memos.values()],
        reads=reads,
        kept={number: memo.kept for number, memo in numbered if memo.kept is not None},
        notes={number: list(memo.notes) for number, memo in numbered if memo.notes},
        keys=[list(key) for key in keys],
        prints=list(prints),
    )


def _memos(columns: _Columns) -> dict[Key, Memo]:
    keys = [tuple(key) for key in columns.keys]
    prints = columns.prints
    found: dict[Key, Memo] = {}
    for number, row in enumerate(columns.reads):
        numbers = iter(row)
        found[keys[number]] = Memo(
            prints[columns.answers[number]],
            tuple((keys[key], prints[answer]) for key, answer in zip(numbers, numbers, strict=True)),
            kept=columns.kept.get(number),
            notes=tuple(columns.notes.get(number, ())),
        )
    return found
