"""What is to be done to the output folder, written down before it is begun, and the doing of it.

Publishing into a folder is renaming what is staged into it and removing what is no longer wanted.  All of it may be
done twice, so a build that was killed, or met a full disk, is rolled forward by doing it again: what was renamed is
staged no more, what was removed is not there.  A journal counts while the marker in the output names its stage.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from sitegen.publish.disk import (
    is_folder,
    is_there,
    locked,
    packed,
    remove,
    remove_empty,
    replace,
    undisturbed,
    unpacked,
    write,
)
from sitegen.publish.place import MARKER, NEW, is_below, marker, unfinished
from sitegen.urls import folders_of

if TYPE_CHECKING:
    from pathlib import Path

_JOURNAL: Final = "journal"


class Journal(Struct, frozen=True):
    """What publishing does: files *moved* into the folder, in this order, then others *removed*, and *emptied* folders.

    Each removed file has, at its place in *twins*, the published one whose name differs by its case alone, or ``""``.
    """

    moved: list[str]
    removed: list[str]
    twins: list[str]
    emptied: list[str]


class _Written(Struct, frozen=True, array_like=True):
    """A journal as it is stored, with where it is for, as seen from the stage."""

    folder: bytes
    moved: bytes
    removed: bytes
    twins: bytes
    emptied: bytes


def begin(journal: Journal, stage: str, folder: str, how: str = "") -> None:
    """Write the journal down, and tell of it in the marker of *folder*.  From then on it is to be carried out.

    *how*: see `marker`.
    """
    written = _Written(
        os.fsencode(os.path.relpath(folder, stage)),
        *(packed(paths) for paths in (journal.moved, journal.removed, journal.twins, journal.emptied)),
    )
    write(os.path.join(stage, NEW, MARKER), marker(folder, how=how))  # the last to be moved
    write(os.path.join(stage, _JOURNAL), msgspec.msgpack.encode(written))
    write(os.path.join(stage, MARKER), marker(folder, stage, how))
    os.replace(os.path.join(stage, MARKER), os.path.join(folder, MARKER))


def carry_out(journal: Journal, stage: str, folder: str) -> None:
    """Do what is written, all of it or what is left of it; the last thing is that the marker says that it is done."""
    new = os.path.join(stage, NEW)
    for path in sorted(folders_of(journal.moved)):
        if not is_folder(place := os.path.join(folder, path)):
            remove(place)
    for path in journal.moved:
        if is_there(source := os.path.join(new, path)):
            replace(source, os.path.join(folder, path), folder)
    for path, twin in zip(journal.removed, journal.twins, strict=True):
        _remove(os.path.join(folder, path), os.path.join(folder, twin) if twin else "")
    for path in journal.emptied:
        remove_empty(os.path.join(folder, path))
    os.replace(os.path.join(new, MARKER), os.path.join(folder, MARKER))


def completed(folder: str) -> bool:
    """Whether an earlier build had left *folder* half done and it is done now.

    Raises OSError.  Where the stage is gone too, nothing can be done, and the next publishing puts all right.
    """
    if not unfinished(folder):
        return False
    with locked(folder), undisturbed():
        stage = unfinished(folder)  # once more: nobody else is at it now
        found = _read(stage)
        if found is None or not _same(os.path.join(stage, os.fsdecode(found.folder)), folder):
            return False
        carry_out(_journal(found), stage, folder)
    return True


def complete_of(stage: Path | str) -> None:
    """Complete the output folder that the journal in *stage* is for, as far as the disk lets us.

    It need not be the one that is built into now: what cannot be done is put right when that one is built.
    """
    stage = os.path.realpath(stage)
    found = _read(stage)
    if found is not None:
        with suppress(OSError):
            completed(os.path.normpath(os.path.join(stage, os.fsdecode(found.folder))))


def _read(stage: str) -> _Written | None:
    """The journal in *stage*, if there is one, and it is for what is below the output folder only."""
    try:
        with open(os.path.join(stage, _JOURNAL), "rb") as file:
            found = msgspec.msgpack.decode(file.read(), type=_Written)
    except (FileNotFoundError, NotADirectoryError, msgspec.MsgspecError):
        return None
    paths = (path for each in (found.moved, found.removed, found.twins, found.emptied) for path in unpacked(each))
    return found if all(is_below(path) for path in paths if path) else None


def _journal(written: _Written) -> Journal:
    removed = unpacked(written.removed)
    twins = unpacked(written.twins) or [""] * len(removed)  # of one there is nothing to tell it from none
    return Journal(unpacked(written.moved), removed, twins, unpacked(written.emptied))


def _remove(place: str, twin: str) -> None:
    """Remove a file.  On a disk that ignores case, one that only its case keeps from being *twin* is the wanted."""
    if twin and _same(place, twin):
        os.rename(place, twin)
    else:
        remove(place)


def _same(one: str, other: str) -> bool:
    """Whether both are there, and one thing."""
    try:
        return os.path.samefile(one, other)
    except (FileNotFoundError, NotADirectoryError):
        return False
