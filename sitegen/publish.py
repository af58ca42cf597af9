"""The output folder: staged beside, published when all of it is there, and holding nothing else.

With any error nothing is published, so the folder stays as it was.  Files are written beside their place and renamed
into it, and only if they differ, so a reader never meets half of one and an unchanged file keeps its time.
"""

from __future__ import annotations

import errno
import fnmatch
import hashlib
import os
import shutil
import signal
import stat
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from sitegen.errors import CoreError, Location, MachineError, UsageError
from sitegen.urls import folded, stays_inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sitegen.model.page import File

MARKER: Final = ".sitegen-output"
_MARKER_TEXT: Final = b"This folder is made by sitegen, which removes from it what it did not make.\n"
_RACY_NS: Final = 2_000_000_000
_CHUNK: Final = 1 << 20


class Published(Struct, frozen=True):
    """What publishing did: how many files were written, which were removed, how many were right already."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


class _Seen(Struct, frozen=True, array_like=True):
    """The bytes of a published file, and the stat signature under which they need not be read again."""

    digest: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Output:
    """The folder that holds the published site.

    *stage* is a folder of ours on the same file system, *ledger* a file where the stat signatures of what was
    published are kept between builds; *keep* are patterns of files that are not ours to remove.
    """

    def __init__(self, folder: Path, stage: Path, ledger: Path | None, keep: Iterable[str] = ()) -> None:
        """Publish into *folder*.  Nothing is written yet."""
        self.folder = folder
        self._stage = stage
        self._ledger_path = ledger
        self._keep = tuple(keep)
        self._ledger = self._read_ledger()
        self._right: dict[str, _Seen] = {}

    def prepare(self, sources: Path) -> None:
        """Clear what a build that was killed left in the stage.

        Raises UsageError if the folder is no place to publish into: it holds sources, or files of somebody else.
        """
        with _disk(self.folder):
            self.discard()
            self._refuse(sources)

    def _refuse(self, sources: Path) -> None:
        real, site = Path(os.path.realpath(self.folder)), Path(os.path.realpath(sources))
        place = Location(str(self.folder))
        if real == site or real in site.parents:
            fix = "name a folder of its own, such as public"
            raise UsageError.at(place, "the output folder would hold the site's own sources", fix)
        if any(real == site / part or (site / part) in real.parents for part in _SOURCES):
            raise UsageError.at(
                place, "the output folder is inside the site's sources", "choose another, such as public"
            )
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError.at(
                place, "the output is to be a folder, and is a file", "remove it, or choose another name"
            )
        if self.folder.is_dir() and not (self.folder / MARKER).exists() and any(self.folder.iterdir()):
            fix = f"choose an empty folder; if it may be replaced, put an empty file {MARKER} into it"
            raise UsageError.at(place, "the output folder holds files that sitegen did not make", fix)

    def stage(self, path: str, data: bytes) -> None:
        """Keep *data* to be published at *path*.  Raises MachineError when it cannot be written."""
        target = self._stage / _inside(path)
        with _disk(self._stage):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def stage_copy(self, path: str, source: Path) -> None:
        """Keep a copy of the file *source* to be published at *path*."""
        target = self._stage / _inside(path)
        with _disk(self._stage):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)

    def publish(self, files: Iterable[File], again: Callable[[File], None]) -> Published:
        """Make the folder hold *files* and nothing else, but for what is kept.

        *again* stages a file whose bytes are missing here although its answer still holds.
        """
        wanted = {file.path: file for file in files}
        written = [file for file in wanted.values() if not self._is_right(file)]
        for file in written:
            if not os.path.lexists(self._stage / file.path):
                again(file)
        with _disk(self.folder), _undisturbed():
            if not self.folder.exists():
                return self._publish_whole(wanted)
            return self._publish_into(wanted, written)

    def _publish_into(self, wanted: dict[str, File], written: list[File]) -> Published:
        """Publish where something is: one build at a time, whichever site and cache it is of."""
        with _locked(self.folder):
            # Before anything is moved: a build that ends half-way leaves a folder that the next one can mend.
            if not (self.folder / MARKER).exists():
                (self.folder / MARKER).write_bytes(_MARKER_TEXT)
            present = [path for path in self._present() if path not in wanted]
            stray = sorted(path for path in present if not self._kept(path))
            missing = {file.path for file in written}
            self._leave_what_is_kept(missing, present)
            rest = self._clear_the_way(missing, stray)
            for file in sorted(written, key=_order):
                self._move_in(file)
            self._remove(rest, wanted)
            self._remove_empty_folders()
            self._write_ledger()
        return Published(tuple(file.path for file in written), tuple(stray), len(wanted) - len(written))

    def _publish_whole(self, wanted: dict[str, File]) -> Published:
        """Publish where nothing was: the staged folder becomes the output at once."""
        self._stage.mkdir(parents=True, exist_ok=True)
        (self._stage / MARKER).write_bytes(_MARKER_TEXT)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._stage.replace(self.folder)
        except OSError:
            if not self.folder.exists():
                raise
            return self._publish_into(wanted, list(wanted.values()))  # another build was first
        return Published(tuple(wanted), (), 0)

    def discard(self) -> None:
        """Forget what was staged, also by a build that was killed."""
        if self._stage.is_symlink():  # which is not followed to what it leads to
            self._stage.unlink()
        shutil.rmtree(self._stage, ignore_errors=True)

    def _is_right(self, file: File) -> bool:
        """Whether the bytes at the file's place are its bytes; read only if the stat signature is not the one kept."""
        place = self.folder / file.path
        try:
            found = place.lstat()
        except OSError:
            return False
        if not stat.S_ISREG(found.st_mode) or not os.access(place, os.R_OK) or self._through_a_link(file.path):
            return False
        seen = _Seen(file.digest, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        if self._ledger.get(file.path) != seen and _digest_of(place) != file.digest:
            return False
        self._right[file.path] = seen
        return True

    def _through_a_link(self, path: str) -> bool:
        parents = Path(path).parents
        return any((self.folder / parent).is_symlink() for parent in parents if str(parent) != ".")

    def _present(self) -> Iterator[str]:
        """The files in the folder, links among them, as paths in it; not the marker, nor version control's own."""
        for at, folders, names in os.walk(self.folder):
            links = [name for name in folders if (Path(at) / name).is_symlink()]
            folders[:] = sorted(name for name in folders if name not in links and name not in _OURS)
            for name in sorted(names + links):
                path = (Path(at) / name).relative_to(self.folder).as_posix()
                if path not in (MARKER, ".git"):
                    yield path

    def _kept(self, path: str) -> bool:
        return any(
            fnmatch.fnmatchcase(path, pattern) or path.startswith(pattern.rstrip("/") + "/") for pattern in self._keep
        )

    def _leave_what_is_kept(self, written: set[str], present: list[str]) -> None:
        """Raise UsageError if a file that is kept is where one of *written* needs a folder, or a folder is one."""
        for path in filter(self._kept, present):
            in_the_way = [file for file in written if file.startswith(path + "/") or path.startswith(file + "/")]
            if in_the_way:
                what = f"is kept, as site.yaml says, and is in the way of {min(in_the_way)}"
                fix = "move it away, or take it out of `keep`"
                raise UsageError.at(Location(str(self.folder / path)), what, fix)

    def _clear_the_way(self, written: set[str], stray: list[str]) -> list[str]:
        """Remove strays that are files where folders are needed, or in folders where files are; answer the rest."""
        folders = {str(parent) for path in written for parent in Path(path).parents}
        rest = []
        for path in stray:
            if path in folders or any(str(parent) in written for parent in Path(path).parents):
                (self.folder / path).unlink(missing_ok=True)
            else:
                rest.append(path)
        for path in written:
            place = self.folder / path
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
        return rest

    def _move_in(self, file: File) -> None:
        place = self.folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        (self._stage / file.path).replace(place)

    def _remove(self, stray: list[str], wanted: Iterable[str]) -> None:
        """Remove files.  On a disk that ignores case, one that only its case keeps from being wanted is the wanted."""
        by_name = {folded(path): path for path in wanted} if stray else {}
        for path in stray:
            place, twin = self.folder / path, self.folder / by_name.get(folded(path), path)
            if twin != place and twin.exists() and twin.samefile(place):
                place.rename(twin)
            else:
                place.unlink(missing_ok=True)

    def _remove_empty_folders(self) -> None:
        for at, _, _ in os.walk(self.folder, topdown=False):
            inside = Path(at).relative_to(self.folder)
            if inside.parts and ".git" not in inside.parts and not any(Path(at).iterdir()):
                Path(at).rmdir()

    def _read_ledger(self) -> dict[str, _Seen]:
        if self._ledger_path is None:
            return {}
        try:
            found = msgspec.msgpack.decode(self._ledger_path.read_bytes(), type=dict[str, dict[str, _Seen]])
        except (OSError, msgspec.MsgspecError):
            return {}
        return found.get(os.path.realpath(self.folder), {})

    def _write_ledger(self) -> None:
        """Keep the signatures of the files that were right, but for those that could still change unseen.

        That they cannot be kept costs time only: files are read again.
        """
        settled = time.time_ns() - _RACY_NS
        ledger = {path: seen for path, seen in self._right.items() if max(seen.mtime_ns, seen.ctime_ns) < settled}
        if self._ledger_path is not None and ledger != self._ledger:
            with suppress(OSError):
                self._ledger_path.parent.mkdir(parents=True, exist_ok=True)
                self._ledger_path.write_bytes(msgspec.msgpack.encode({os.path.realpath(self.folder): ledger}))


STAGE: Final = ".sitegen-stage"
_OURS: Final = (".git", STAGE)
_SOURCES: Final = ("content", "layouts", "static", ".sitegen", ".git")
_LAST: Final = (".xml", ".json", ".txt")
_PAGES: Final = (".html",)


def _order(file: File) -> tuple[int, str]:
    """What a page needs comes before it, and what tells of it after it."""
    turn = 1 if file.path.endswith(_PAGES) else 2 if file.path.endswith(_LAST) else 0
    return turn, file.path


def _inside(path: str) -> str:
    """*path*, if it is one below the output folder, whoever made it up."""
    if not stays_inside(path):
        raise CoreError.at(Location(path), "would be published outside of the output folder")
    return path


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder itself, so that two builds into it come one after the other; the system lets go of it."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _digest_of(place: Path) -> str:
    total = hashlib.blake2b(digest_size=16)
    with place.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
    return total.hexdigest()


@contextmanager
def _disk(place: Path) -> Iterator[None]:
    """Say what the disk refused as an error that a person can act on."""
    try:
        yield
    except OSError as error:
        reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
        fix = _MENDS.get(error.errno or 0, "check the disk")
        where = Location(str(error.filename or place))
        raise MachineError.at(where, f"cannot be written: {reason}", fix) from error


_ENDS: Final = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C and a polite request to end wait for what is quickly done, so that it is not left half done."""
    if threading.current_thread() is not threading.main_thread():  # which alone is told of signals
        yield
        return
    met: list[int] = []
    before = {number: signal.signal(number, lambda number, _: met.append(number)) for number in _ENDS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for number in met:
            signal.raise_signal(number)


_MENDS: Final = {
    errno.ENOSPC: "free some space, and run the build again",
    errno.EACCES: "check the permissions of the folder",
    errno.EPERM: "check the permissions of the folder",
    errno.ENAMETOOLONG: "choose shorter names",
    errno.EROFS: "the disk is read-only; choose another output folder",
}
