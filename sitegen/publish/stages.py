"""Stages that killed builds left beside the output: text in them may not be public any more, so it does not stay."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from sitegen.publish.place import STAGE

if TYPE_CHECKING:
    from pathlib import Path


def stage_beside(folder: Path) -> Path:
    """A stage beside the output *folder* for this process alone."""
    return folder.parent / f"{_prefix(folder.name)}{os.getpid()}{STAGE}"


def claimed(stage: str) -> int | None:
    """Make the folder *stage* and hold it while this process and those that it forks live; None where that cannot be.

    What holds it is to be closed.
    """
    with suppress(OSError, ImportError):
        import fcntl

        os.makedirs(stage, exist_ok=True)
        handle = os.open(stage, os.O_RDONLY)
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return handle
    return None


def sweep(folder: str) -> None:
    """Remove the stages beside the output *folder*, and in it, that nobody holds."""
    with suppress(OSError, ImportError):
        import fcntl

        beside, mine = os.path.split(folder)
        names = [name for name in os.listdir(beside) if name.startswith(_prefix(mine)) and name.endswith(STAGE)]
        for name in (*names, os.path.join(mine, STAGE)):
            stage = os.path.join(beside, name)
            with suppress(OSError):
                handle = os.open(stage, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(stage, ignore_errors=True)
                finally:
                    os.close(handle)


def _prefix(name: str) -> str:
    return f".{name}."
