"""Any uploader: a command, with the plan, the checks and the order of questions before it.

What it is given is a folder of ours with the site in it, and nothing else.  What it did with an earlier one cannot be
looked up, so the manifest stays here, in the cache, for each command line: another one may upload to another place.

::

    .sitegen/deploy/live/5f0c…/current        what the command was last given, and uploaded
    .sitegen/deploy/live/5f0c…/begun.json     while it runs, and until it succeeds: all that may be up by now
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Final

from sitegen.build import CACHE
from sitegen.deploy.folder import Folder
from sitegen.deploy.manifest import LOCK, read
from sitegen.deploy.target import AS_IT_WAS, Found
from sitegen.errors import MachineError
from sitegen.lock import let_go, passed_on, tried
from sitegen.model.deploy import FolderPlace
from sitegen.publish.disk import refusals, remove, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sitegen.deploy.target import Count, Local, Tell
    from sitegen.model.deploy import CommandPlace

_PUBLIC: Final = "{public}"
_BEGUN: Final = "begun.json"
_LEAVE: Final = 5.0
"""For how many seconds a command that was told to end is waited for."""

_PAUSE: Final = 0.05


class Uploader:
    """A command, and the folder of what it was last given."""

    whole = True

    def __init__(self, settings: CommandPlace, site: Path) -> None:
        """Run nothing yet."""
        self._settings = settings
        self._site = site
        line = hashlib.blake2b("\0".join(settings.command).encode(errors="surrogateescape"), digest_size=8).hexdigest()
        self._base = site / CACHE / "deploy" / settings.name / line
        self._given = Folder(FolderPlace(name=settings.name, path=str(self._base), releases=1), site)
        self._begun = self._base / _BEGUN
        self._possible = b""
        self._group = 0
        self._lives = False
        self._lock: IO[str] | None = None

    @property
    def place(self) -> str:
        """The command, as it stands in site.yaml."""
        return f"`{' '.join(self._settings.command)}`"

    @property
    def seen(self) -> str:
        """Once the command ran, only its own words tell."""
        if self._lives:
            return f"the command goes on (process {self._group}), and what readers see depends on it"
        return "what readers see now depends on the command" if self._group else AS_IT_WAS

    def manifest(self) -> bytes | None:
        """That of what this command line was last given from here, or from where the cache came from.

        After one that did not succeed that is all that may be up.
        """
        with refusals(self._base), suppress(FileNotFoundError):
            return self._begun.read_bytes()
        return self._given.manifest()

    def listing(self) -> Mapping[str, Found]:
        """What it was last given, and what it may have uploaded without having succeeded."""
        listed = dict(self._given.listing())
        with refusals(self._base), suppress(FileNotFoundError):
            begun = read(self._begun.read_bytes(), str(self._begun)).files
            return {path: Found(entry.size) for path, entry in begun.items()} | listed
        return listed

    def form(self, file: Local) -> str:
        """Nothing: the host decides."""
        return self._given.form(file)

    def holding(self, pairs: Sequence[tuple[Found, Local]]) -> set[str]:
        """Of which the command was given the same bytes."""
        return self._given.holding(pairs)

    def session(self, tell: Tell) -> AbstractContextManager[None]:
        """Nothing: the command has its own."""
        return self._given.session(tell)

    @contextmanager
    def lock(self, who: str, tell: Tell) -> Iterator[None]:
        """A lock of this checkout, which the command holds too: it may outlive us, and reads the folder.

        What it leaves behind once it has ended, such as a daemon, holds nobody up.
        """
        with self._given.lock(who, tell) as self._lock:
            try:
                yield
            finally:
                if self._group and not self._lives:
                    let_go(self._lock)

    def begin(self, manifest: bytes) -> None:
        """Begin a folder."""
        self._possible = manifest
        self._given.begin(manifest)

    def put(self, files: Sequence[Local], count: Count) -> Mapping[str, str]:
        """Put files into the folder."""
        return self._given.put(files, count)

    def delete(self, paths: Sequence[str]) -> None:
        """Leave files out of it."""
        self._given.delete(paths)

    def finish(self, manifest: bytes, message: str) -> None:
        """Run the command, without a shell; only if it succeeds was the site deployed.

        What may be up from then on is written down before: nobody knows how far one came that did not succeed.
        """
        command = [part.replace(_PUBLIC, str(self._given.new)) for part in self._settings.command]
        fix = f"see what it says above; run it by hand, or mend the target `{self._settings.name}` in site.yaml"
        with refusals(self._base):
            write_whole(str(self._begun), self._possible)
        if status := self._status(command):
            raise MachineError.at(None, f"`{command[0]}` ended with status {status}", fix)
        self._given.finish(manifest, message)
        with refusals(self._base):
            remove(str(self._begun))
            self._forget_others()

    def _status(self, command: list[str]) -> int:
        """Run *command*, which ends with us where we are told to end: what it ended with.

        It is the first of a group of processes, which is told to end as a whole, and by nobody but us.  Raises
        MachineError if it cannot be run.
        """
        lock = self._lock
        assert lock is not None, "lock() comes first"  # noqa: S101 - for types: the protocol says so
        given = [lock.fileno()]
        try:
            process = subprocess.Popen(  # noqa: S603 - no shell
                command, cwd=self._site, stdin=subprocess.DEVNULL, stdout=2, pass_fds=given, start_new_session=True
            )
        except OSError as error:
            why = os.strerror(error.errno or 0).lower()
            raise MachineError.at(
                None, f"`{command[0]}` cannot be run: {why}", "install it, or mend its name"
            ) from error
        self._group, self._lives = process.pid, True
        passed_on(lock, process.pid)
        try:
            status = process.wait()
            self._lives = False
        except BaseException:
            self._end(process)
            raise
        finally:
            if not self._lives:
                passed_on(lock, os.getpid())
        return status

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Have *process* and all that it started end, if they do so soon; else they keep the lock."""
        until = time.monotonic() + _LEAVE
        try:
            os.killpg(self._group, signal.SIGTERM)
            while time.monotonic() < until:
                process.poll()
                os.killpg(self._group, 0)
                time.sleep(_PAUSE)
        except ProcessLookupError:  # nobody is left in it
            self._lives = False
        except PermissionError:  # it became another user's, and goes on
            return

    def _forget_others(self) -> None:
        """Remove what other command lines of this target were given, unless one is at work."""
        for other in self._base.parent.iterdir():
            if other != self._base and other.is_dir() and not other.is_symlink():
                with tried(other / LOCK) as free:
                    if free:
                        shutil.rmtree(other, ignore_errors=True)
