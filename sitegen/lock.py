"""One build of a site at a time, or one deploy to a folder, by a lock that a dead process cannot keep."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, Final

from sitegen.errors import Location, MachineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BUILDS: Final = 120.0
"""For how long, in seconds, a build waits for another one."""

DEPLOYS: Final = 600.0
"""For how long, in seconds, a deploy waits for another one."""

_PAUSE: Final = 0.05
_BUILD: Final = "build of this site"


@contextmanager
def held(
    path: Path,
    tell: Callable[[str], None],
    work: str = _BUILD,
    otherwise: str = "or build with --no-cache",
    patience: float = BUILDS,
) -> Iterator[IO[str]]:
    """Hold the lock file at *path* for *work*; wait for whoever else does, and *tell* who that is.  The file, open.

    The system lets go of the lock when its holder ends, however it ends, and so does every process that was given the
    open file (`passed_on`).  Raises MachineError when the other takes longer than *patience*, or when there is no
    place for the file; *otherwise* is what to do then.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds text that is not public yet
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        fix = f"check the folder's permissions, {otherwise}"
        raise MachineError.at(Location(str(path)), f"cannot be written: {reason}", fix) from error
    with file:
        _take(file, path, tell, work, patience)
        if not path.exists() or not os.path.samestat(os.fstat(file.fileno()), path.stat()):
            # The file was removed meanwhile, so this lock keeps nobody out.
            with held(path, tell, work, otherwise, patience) as other:
                yield other
            return
        passed_on(file, os.getpid())
        yield file


def passed_on(file: IO[str], process: int) -> None:
    """Tell those who wait for the lock *file* that it is held by *process*."""
    file.seek(0)
    file.truncate()
    file.write(str(process))
    file.flush()


def let_go(file: IO[str]) -> None:
    """Let others have the lock *file* at once, though a process that was given it may live on."""
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def tried(path: Path) -> Iterator[bool]:
    """Whether the lock file at *path* is ours until the end: not if another process holds it, or there is no place."""
    with ExitStack() as held_open:
        yield _is_taken(path, held_open)


def _is_taken(path: Path, held_open: ExitStack) -> bool:
    try:
        import fcntl

        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = held_open.enter_context(path.open("a+", encoding="ascii"))
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True


def _take(file: IO[str], path: Path, tell: Callable[[str], None], work: str, patience: float) -> None:
    try:
        import fcntl
    except ImportError:  # Windows, where one process builds at a time anyway
        return
    until = time.monotonic() + patience
    told = False
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            if time.monotonic() > until:
                fix = "wait for it to end, or end it"
                raise MachineError.at(Location(str(path)), f"is held by process {holder}", fix) from None
            if not told:
                tell(f"waiting for another {work} (process {holder})")
                told = True
            time.sleep(_PAUSE)
        else:
            return
