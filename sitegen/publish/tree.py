"""What is in the output folder, found out at the cost of one stat for each file and folder.

While the stat signature of a folder is the one under which it was last listed, nothing was added to it or removed from
it; while that of a file is the one under which it was last read, its bytes are what they were.  One stamped so shortly
before it was looked at that it could change again without a new stamp has no signature: git's rule.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.publish.place import MARKER, NOT_LISTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_RACY_NS: Final = 2_000_000_000
_CHUNK: Final = 1 << 20
_OURS: Final = (MARKER, *NOT_LISTED)

Signature = tuple[int, int, int]
"""When a folder was last modified, when changed, and its inode."""

Seen = tuple[str, int, int, int, int]
"""The digest of a file in hex, and its size, times as for a folder, and inode when its bytes were read."""

RACY: Final[Signature] = (0, 0, 0)
UNREAD: Final[Seen] = ("0" * 32, -1, 0, 0, 0)
"""What no folder's signature and no file is equal to."""


class Ledger(Struct, frozen=True):
    """All that was in the output folder after a build: its folders, ``""`` first, published files, and others."""

    folders: dict[str, Signature] = {}
    files: dict[str, Seen] = {}
    others: tuple[str, ...] = ()


class Tree:
    """What is in *root* now: *folders* by their signatures, and *files*, with links among them, as paths in it.

    *known* is what was there once.  *certain* is whether nothing had to be listed or read to know what there is;
    *closed* are folders that may not be read.  A folder that is never looked into counts as a file.
    """

    def __init__(self, root: str, known: Ledger) -> None:
        """Look.  Raises OSError, also for a known folder that may not be read: what is ours in it may have to go.

        Of others that may not be read, such as ``lost+found``, nothing is known but that they are there.
        """
        self._base = root + os.sep
        self._known = known
        self._settled = time.time_ns() - _RACY_NS
        self.certain = True
        self.closed: set[str] = set()
        self.folders = self._known_folders()
        changed = [path for path, signature in self.folders.items() if signature != known.folders.get(path, RACY)]
        if not changed and self.folders.keys() == known.folders.keys():
            self.files = {*known.files, *known.others}
            return
        self.certain = False
        unchanged = self.folders.keys() - changed
        paths = (*known.files, *known.others)
        self.files = {path for path in paths if path.rpartition("/")[0] in unchanged}
        while changed:
            changed += self._list(changed.pop())

    def right(self, digests: Mapping[str, str], *, trusted: bool = False) -> dict[str, Seen]:
        """What is seen of those files in *digests* whose bytes have the digest given there.

        They are read where what was known of them does not tell, unless they are *trusted* to have it.
        """
        found: dict[str, Seen] = {}
        base, files, known, lstat = self._base, self.files, self._known.files, os.lstat
        for path, digest in digests.items():
            if path not in files:
                continue
            try:
                now = lstat(base + path)
            except OSError:  # removed meanwhile
                continue
            seen = (digest, now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino)
            if known.get(path) != seen:
                self.certain = False
                if not trusted and (not stat.S_ISREG(now.st_mode) or _digest_of(base + path) != digest):
                    continue
                if not 0 <= min(seen[2:4]) <= max(seen[2:4]) < self._settled:
                    seen = UNREAD
            found[path] = seen
        return found

    def signature(self, path: str) -> Signature:
        """That of the folder *path*, if it was there, and its stamp is old enough to tell of the next change."""
        found = self.folders.get(path, RACY)
        return found if 0 <= min(found[:2]) <= max(found[:2]) < self._settled else RACY

    def _known_folders(self) -> dict[str, Signature]:
        """Those of the folders known, and the root, that are there now, and not behind a link."""
        found: dict[str, Signature] = {}
        lost = False
        base, lstat, is_folder = self._base, os.lstat, stat.S_ISDIR
        for path in self._known.folders or {"": RACY}:
            try:
                now = lstat(base + path)
            except (FileNotFoundError, NotADirectoryError):
                lost = True
                continue
            if is_folder(now.st_mode):
                found[path] = (now.st_mtime_ns, now.st_ctime_ns, now.st_ino)
            else:
                lost = True
        if lost:
            for path in sorted(found):
                if path and path.rpartition("/")[0] not in found:
                    del found[path]
        return found

    def _list(self, folder: str) -> Iterable[str]:
        """Note what is in *folder*; the folders in it that were not known."""
        inside = f"{folder}/" if folder else ""
        new: list[str] = []
        try:
            with os.scandir(self._base + folder) as entries:
                for entry in entries:
                    path = inside + entry.name
                    if entry.name in NOT_LISTED or not entry.is_dir(follow_symlinks=False):
                        if path not in _OURS:
                            self.files.add(path)
                    elif path not in self.folders:
                        now = entry.stat(follow_symlinks=False)
                        self.folders[path] = (now.st_mtime_ns, now.st_ctime_ns, now.st_ino)
                        new.append(path)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                self.folders.pop(folder, None)
            elif error.errno in (errno.EACCES, errno.EPERM) and folder not in self._known.folders:
                self.folders[folder] = RACY
                self.closed.add(folder)
            else:
                raise
        return new


def _digest_of(place: str) -> str:
    """The digest of a file in hex; ``""`` if it cannot be read: then it is replaced."""
    total = hashlib.blake2b(digest_size=16)
    try:
        with open(place, "rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                total.update(chunk)
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise
        return ""
    return total.hexdigest()
