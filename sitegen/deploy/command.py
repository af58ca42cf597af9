"""Any uploader: a command, with the plan, the checks and the order of questions before it.

What it is given is a folder of ours with the site in it, and nothing else.  What it did with an earlier one cannot be
looked up, so the manifest stays here, in the cache.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from sitegen.build import CACHE
from sitegen.deploy.folder import Folder
from sitegen.deploy.target import AS_IT_WAS
from sitegen.errors import MachineError
from sitegen.lock import passed_on
from sitegen.model.deploy import FolderPlace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sitegen.deploy.target import Count, Found, Local, Tell
    from sitegen.model.deploy import CommandPlace

_PUBLIC: Final = "{public}"


class Uploader:
    """A command, and the folder of what it was last given."""

    whole = True

    def __init__(self, settings: CommandPlace, site: Path) -> None:
        """Run nothing yet."""
        self._settings = settings
        self._site = site
        path = str(site / CACHE / "deploy" / settings.name)
        self._given = Folder(FolderPlace(name=settings.name, path=path, releases=1), site)
        self._ran = False
        self._lock: IO[str] | None = None

    @property
    def place(self) -> str:
        """The command, as it stands in site.yaml."""
        return f"`{' '.join(self._settings.command)}`"

    @property
    def seen(self) -> str:
        """Once the command ran, only its own words tell."""
        return "what readers see now depends on the command" if self._ran else AS_IT_WAS

    def manifest(self) -> bytes | None:
        """That of what the command was last given from this machine, or from one that the cache came from."""
        return self._given.manifest()

    def listing(self) -> Mapping[str, Found]:
        """What it was last given."""
        return self._given.listing()

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
        """A lock of this machine, which the command holds too: it may outlive us, and reads the folder."""
        with self._given.lock(who, tell) as self._lock:
            yield

    def begin(self, manifest: bytes) -> None:
        """Begin a folder."""
        self._given.begin(manifest)

    def put(self, files: Sequence[Local], count: Count) -> Mapping[str, str]:
        """Put files into the folder."""
        return self._given.put(files, count)

    def delete(self, paths: Sequence[str]) -> None:
        """Leave files out of it."""
        self._given.delete(paths)

    def finish(self, manifest: bytes, message: str) -> None:
        """Run the command, without a shell; only if it succeeds was the site deployed."""
        command = [part.replace(_PUBLIC, str(self._given.new)) for part in self._settings.command]
        fix = f"see what it says above; run it by hand, or mend the target `{self._settings.name}` in site.yaml"
        if status := self._status(command):
            raise MachineError.at(None, f"`{command[0]}` ended with status {status}", fix)
        self._given.finish(manifest, message)

    def _status(self, command: list[str]) -> int:
        """Run *command*, which ends with us where we are told to end: what it ended with.

        Raises MachineError if it cannot be run.
        """
        lock = self._lock
        assert lock is not None, "lock() comes first"  # noqa: S101 - for types: the protocol says so
        try:
            process = subprocess.Popen(  # noqa: S603 - no shell
                command, cwd=self._site, stdin=subprocess.DEVNULL, stdout=2, pass_fds=[lock.fileno()]
            )
        except OSError as error:
            why = os.strerror(error.errno or 0).lower()
            raise MachineError.at(
                None, f"`{command[0]}` cannot be run: {why}", "install it, or mend its name"
            ) from error
        self._ran = True
        passed_on(lock, process.pid)
        with process:
            try:
                return process.wait()
            except BaseException:
                process.terminate()
                raise
            finally:
                passed_on(lock, os.getpid())
