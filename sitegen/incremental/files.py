"""Files as answers: a snapshot of a folder tree, and the queries that read through it.

A file is read again only when its stat signature changed.  *Racily clean*, git's rule: a file stamped so shortly before
the snapshot that it could change again without a new stamp has no signature, so it is read again in the next build.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sitegen.errors import ContentError, Location, MachineError, Problem
from sitegen.incremental.database import Database
from sitegen.incremental.query import query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sitegen.incremental.query import Blobs
    from sitegen.incremental.trace import Trace

_RACY_NS: Final = 2_000_000_000
_CHUNK: Final = 1 << 20
_SEEN: Final = " seen "


class Snapshot:
    """The files below *root* as they were found: each folder is listed once, each file's stat taken once.

    *ignored* tells which names are nobody's content, such as editors' leftovers.
    """

    def __init__(self, root: Path, ignored: Callable[[str], bool] = lambda _: False) -> None:
        """Look at *root* from now on; nothing is read yet."""
        self.root = root
        self._base = os.fspath(root) + os.sep
        self._ignored = ignored
        self._began = time.time_ns()
        self._real = os.path.realpath(root)
        self._signatures: dict[str, str] = {}
        self._listings: dict[str, tuple[tuple[str, ...], tuple[Problem, ...]]] = {}

    def paths(self, folder: str) -> tuple[str, ...]:
        """The files below *folder*, sorted, as paths relative to the root.

        Raises ContentError naming every link that leads out of the root or to nothing, and every name not in UTF-8.
        """
        if folder not in self._listings:
            found: list[str] = []
            bad: list[Problem] = []
            if self._leads_inside(folder):
                found = sorted(self._walk(folder, bad, frozenset()))
            elif os.path.lexists(self.root / folder):
                bad.append(Problem(Location(folder), *_BAD_LINK))
            self._listings[folder] = tuple(found), tuple(sorted(bad, key=lambda problem: problem.order))
        paths, problems = self._listings[folder]
        if problems:
            raise ContentError(problems)
        return paths

    def signature(self, path: str) -> str:
        """What stands for the bytes of *path* until it changes; ``""`` if there is no such file inside the root.

        A file that may still change unseen gets one that no later snapshot gives.
        """
        if path not in self._signatures:
            self._signatures[path] = self._signature(path)
        return self._signatures[path]

    def stamp(self, path: str) -> str:
        """The signature of *path* as the disk tells it, also where the file may still change unseen."""
        return self.signature(path).partition(_SEEN)[0]

    def read(self, path: str) -> bytes | None:
        """The bytes of the file at *path*; None if there is none inside the root."""
        if not self.signature(path):
            return None
        try:
            # A Path for each of thousands of files takes as long as to read them.
            with open(self._base + path, "rb", buffering=0) as file:  # noqa: PTH123
                return file.read()
        except FileNotFoundError as error:
            raise _vanished(path) from error
        except OSError as error:
            raise _unreadable(path, error) from error

    def digest(self, path: str) -> str:
        """The BLAKE2b-128 of the file's bytes, in hex, read in pieces; ``""`` if there is no such file."""
        if not self.signature(path):
            return ""
        total = hashlib.blake2b(digest_size=16)
        try:
            with (self.root / path).open("rb") as file:
                while chunk := file.read(_CHUNK):
                    total.update(chunk)
        except FileNotFoundError as error:
            raise _vanished(path) from error
        except OSError as error:
            raise _unreadable(path, error) from error
        return total.hexdigest()

    @contextmanager
    def pieces(self, path: str) -> Iterator[Callable[[int, int], bytes]]:
        """A file to read here and there: a function that answers the bytes from a place on, so many of them.

        Fewer where the file ends, and none of a file that there is not.
        """
        if not self.signature(path):
            yield lambda _at, _count: b""
            return
        try:
            with (self.root / path).open("rb") as file:

                def piece(at: int, count: int) -> bytes:
                    file.seek(at)
                    return file.read(count)

                yield piece
        except FileNotFoundError as error:
            raise _vanished(path) from error
        except OSError as error:
            raise _unreadable(path, error) from error

    def agrees(self, earlier: Snapshot, path: str) -> bool:
        """Whether *path* has the signature that *earlier* found, if it looked there."""
        return self.signature(path) == earlier._signatures.get(path)

    def tells_nothing(self, earlier: Snapshot, path: str) -> bool:
        """Whether *path* differs from what *earlier* found only by having been saved too lately to tell."""
        one, other = self.signature(path), earlier._signatures.get(path, "")
        return bool(one) and one.partition(_SEEN)[0] == other.partition(_SEEN)[0]

    def trust(self, earlier: Snapshot, path: str) -> None:
        """Give *path* the signature that *earlier* gave: it was read, and has the bytes that it had."""
        self._signatures[path] = earlier._signatures[path]

    def agrees_on_folder(self, earlier: Snapshot, folder: str) -> bool:
        """Whether the same files lie below *folder* as *earlier* found, if it looked there."""
        with suppress(ContentError):
            self.paths(folder)
        return self._listings[folder] == earlier._listings.get(folder)

    def _walk(self, folder: str, bad: list[Problem], above: frozenset[str]) -> Iterator[str]:
        real = os.path.realpath(self.root / folder)
        if real in above:
            return  # a link to a folder that contains it
        for entry in self._entries(folder):
            path = f"{folder}/{entry.name}"
            if not path.isascii() and (shown := _printable(path)) != path:
                bad.append(Problem(Location(shown), "has a name that is not UTF-8", "rename it"))
            elif entry.is_symlink() and not self._leads_inside(path):
                bad.append(Problem(Location(path), *_BAD_LINK))
            elif entry.is_dir():
                yield from self._walk(path, bad, above | {real})
            elif signature := self._of_entry(entry, path):
                self._signatures.setdefault(path, signature)
                yield path

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / folder) as found:
                return [entry for entry in found if not self._ignored(entry.name)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise _unreadable(folder, error) from error

    def _of_entry(self, entry: os.DirEntry[str], path: str) -> str:
        """The signature of a file just listed; ``""`` if it is gone by now, or a device."""
        try:
            return self._of_stat(entry.stat()) if entry.is_file() else ""
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise _unreadable(path, error) from error

    def _signature(self, path: str) -> str:
        try:
            found = (self.root / path).stat()
        except (OSError, ValueError):  # ValueError: a NUL in the path
            return ""
        return self._of_stat(found) if stat.S_ISREG(found.st_mode) and self._leads_inside(path) else ""

    def _of_stat(self, found: os.stat_result) -> str:
        racy = found.st_mtime_ns > self._began - _RACY_NS or found.st_ctime_ns > self._began - _RACY_NS
        seen = f"{_SEEN}{self._began}" if racy else ""
        return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}{seen}"

    def _leads_inside(self, path: str) -> bool:
        """Whether *path*, with all links followed, is an existing place below the root, and one that is not ignored.

        A link to a folder that holds it leads nowhere new, and would be followed for ever.
        """
        try:
            real = os.path.realpath(self.root / path, strict=True)
            beside = os.path.realpath((self.root / path).parent, strict=True)
        except (OSError, ValueError):
            return False
        if not real.startswith(self._real + os.sep) or f"{beside}{os.sep}".startswith(real + os.sep):
            return False
        return not any(map(self._ignored, Path(real).relative_to(self._real).parts))


_BAD_LINK: Final = (
    "is a link that leads out of the site, to what is never published, to a folder that holds it, or to nothing",
    "put the file itself there, or remove the link",
)


def _printable(path: str) -> str:
    """*path* without the half characters that stand for bytes which are not UTF-8."""
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _vanished(path: str) -> ContentError:
    return ContentError.at(Location(path), "vanished during the build", "run the build again")


def _unreadable(path: str, error: OSError) -> MachineError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    fix = "check its permissions" if error.errno in (errno.EACCES, errno.EPERM) else "check the disk"
    return MachineError.at(Location(path), f"cannot be read: {reason.lower()}", fix)


class FileDatabase(Database):
    """A database whose inputs are the files of a snapshot."""

    def __init__(self, snapshot: Snapshot, trace: Trace | None = None, blobs: Blobs | None = None) -> None:
        """Answer from *snapshot*, with what an earlier build left."""
        super().__init__(trace, blobs)
        self.snapshot = snapshot

    @query(volatile=True)
    def paths(self, folder: str) -> tuple[str, ...]:
        """The files below *folder*, sorted."""
        return self.snapshot.paths(folder)

    @query(volatile=True)
    def signature(self, path: str) -> str:
        """What stands for the bytes of *path* until it changes; ``""`` if there is no such file."""
        return self.snapshot.signature(path)

    @query
    def present(self, path: str) -> bool:
        """Whether there is a file at *path*: an answer that an edit does not change."""
        return bool(self.signature(path))

    @query(fleeting=True)
    def source(self, path: str) -> bytes | None:
        """The bytes of the file at *path*, or None."""
        return self.snapshot.read(path) if self.signature(path) else None

    @query
    def digest(self, path: str) -> str:
        """The BLAKE2b-128 of the file at *path* in hex, or ``""``; for files too big to hold."""
        return self.snapshot.digest(path) if self.signature(path) else ""

    @query
    def size(self, path: str) -> int:
        """The number of bytes of the file at *path*; 0 if there is no such file."""
        signature = self.signature(path)
        return int(signature.partition(" ")[0]) if signature else 0
