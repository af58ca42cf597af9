"""What is still to follow a deploy: kept in the cache until it is done, so that it does not hang on a single run.

A site that is up, but whose change no cache was told of, is old to readers, and a later deploy has nothing to send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sitegen.build import CACHE
from sitegen.publish.disk import refusals, remove, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Owed:
    """The paths of files that changed at the target *name*, of which nobody was told yet; for the site in *folder*."""

    def __init__(self, folder: Path, name: str) -> None:
        """Look at nothing yet."""
        self._path = folder / CACHE / "deploy" / f"{name}.owed"

    def paths(self) -> tuple[str, ...]:
        """Those of earlier deploys; none where that cannot be read, as with a cache that is gone."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=tuple[str, ...])
        except (OSError, ValueError, msgspec.MsgspecError):
            return ()

    def note(self, paths: Iterable[str]) -> None:
        """Owe word of *paths*, and of no others."""
        with refusals(self._path):
            if found := sorted(set(paths)):
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_whole(str(self._path), msgspec.json.encode(found))
            else:
                remove(str(self._path))
