"""What is done to the disk, and what is said when it refuses."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from sitegen.errors import Location, MachineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@contextmanager
def refusals(place: Path | str, elsewhere: str = "") -> Iterator[None]:
    """Say what the disk refused, at *place* if it does not say where, as a MachineError that a person can act on.

    *elsewhere* is how to choose another place, if that is not the output folder.
    """
    try:
        yield
    except OSError as error:
        reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
        fix = _MENDS.get(error.errno or 0, "check the disk")
        if elsewhere and error.errno in _NO_PLACE:
            fix = elsewhere
        where = Location(os.fsdecode(error.filename2 or error.filename or place))
        raise MachineError.at(where, f"cannot be written: {reason}", fix) from error


@contextmanager
def locked(folder: Path | str) -> Iterator[None]:
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


@contextmanager
def undisturbed() -> Iterator[None]:
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


def write(path: str, data: bytes) -> None:
    """Make the file *path* hold *data*; folders are made as they are needed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags, 0o666)
    except FileNotFoundError:
        make_folder(os.path.dirname(path))
        handle = os.open(path, flags, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
    finally:
        os.close(handle)


def write_whole(path: str, data: bytes) -> None:
    """The same in one step: whoever reads *path* finds what was there, or all of *data*."""
    beside = f"{path}.new"
    write(beside, data)
    os.replace(beside, path)


def make_folder(path: str, top: str = "") -> None:
    """Make the folder *path*, and those above it up to *top*, but never that, if they are not there."""
    if len(path) <= len(top):
        return
    try:
        os.mkdir(path)
    except FileExistsError:
        pass
    except FileNotFoundError:
        make_folder(os.path.dirname(path), top)
        with suppress(FileExistsError):  # another process was first
            os.mkdir(path)


def replace(source: str, place: str, top: str) -> None:
    """Rename *source* to *place*, below the folder *top*, whatever is there; folders are made as they are needed."""
    try:
        os.replace(source, place)
    except FileNotFoundError:
        make_folder(os.path.dirname(place), top)
        os.replace(source, place)
    except OSError:
        if not is_folder(place):
            raise
        shutil.rmtree(place)
        os.replace(source, place)


def remove(path: str) -> None:
    """Remove the file or link *path*; nothing, if there is none, or a folder by now."""
    try:
        os.unlink(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError:
        if not is_folder(path):
            raise


def remove_empty(path: str) -> bool:
    """Remove the folder *path* if nothing is in it; whether it is gone."""
    try:
        os.rmdir(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            return False
        raise
    return True


def is_there(path: str) -> bool:
    """Whether there is anything at *path*, be it a link to nothing."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def is_folder(path: str) -> bool:
    """Whether *path* is a folder, and no link to one."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def packed(paths: Iterable[str]) -> bytes:
    """*paths* as one text of bytes, whatever bytes are in them."""
    return "\0".join(paths).encode(errors="surrogateescape")


def unpacked(data: bytes) -> list[str]:
    """The paths that were packed."""
    return data.decode(errors="surrogateescape").split("\0") if data else []


_ENDS: Final = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_ROOM: Final = "free some space, and run the build again"
_FILES: Final = "let a process have more open files (ulimit -n)"
_RIGHTS: Final = "check the permissions of the folder"
_NO_PLACE: Final = (errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.EROFS, errno.EACCES, errno.EPERM)
_MENDS: Final = {
    errno.ENOSPC: _ROOM,
    getattr(errno, "EDQUOT", errno.ENOSPC): _ROOM,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENAMETOOLONG: "choose shorter names",
    errno.ENOENT: "it was there before; run the build again",
    errno.EROFS: "the disk is read-only; choose another output folder",
}
