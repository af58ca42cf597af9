"""What is still to follow a deploy: kept in the cache until it is done, so that it does not hang on a single run.

A site that is up, but whose change no cache was told of, is old to readers, and a later deploy has nothing to send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sitegen.build import CACHE
from sitegen.publish.disk import refusals, write

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

    def add(self, paths: Iterable[str]) -> None:
        """Owe word of *paths*, too."""
        with refusals(self._path):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write(str(self._path), msgspec.json.encode(sorted({*self.paths(), *paths})))

    def settled(self) -> None:
        """Owe nothing any more."""
        self._path.unlink(missing_ok=True)
