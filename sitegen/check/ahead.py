"""The site at one moment after another: each is worked out in memory, from what is known of the one before."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sitegen.build import processors
from sitegen.cache import Cache
from sitegen.clock import Clock
from sitegen.edition import Edition, Memory
from sitegen.errors import CoreError, Problem, SitegenError
from sitegen.incremental import Key, Snapshot, Trace, everything, in_memory
from sitegen.proof import Proof
from sitegen.site import Options, leftover
from sitegen.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sitegen.build import Request
    from sitegen.model.page import File


class Step(Struct, frozen=True):
    """What a moment brings: what a build has to tell then, and which files differ from those of the last good one."""

    warnings: tuple[Problem, ...]
    written: tuple[str, ...]
    removed: tuple[str, ...]


class Ahead:
    """The site of *request*, which was built into *folder*, at moments to come.

    *edition* is the site at the last good one.  Nothing is published or kept: what comes from outside is looked at
    once, so that all moments are of the same sources, and of what is made the bytes are in the pack of the request's
    cache, which is to be thrown away.
    """

    def __init__(self, request: Request, folder: Path) -> None:
        """Begin with what the build knew."""
        self._request = request
        self._folder = folder
        self._cache = Cache(request.store)
        self._trace = self._cache.trace
        self._snapshot = Snapshot(request.folder, lru_cache(maxsize=None)(leftover))
        self._theme = Theme()
        self._then: datetime | None = None
        self.edition = self._at(request.now)
        self._files = self.edition.published(bytearray(self._trace.alive))
        self._built = {file.path: file.digest for file in self._files.values()}
        self._keys = {file.path: key for key, file in self._files.items()}

    def close(self) -> None:
        """Let go of all files."""
        self._cache.pack.close()

    def step(self, now: datetime) -> Step:
        """What the moment *now* brings.  Raises what a build raises then."""
        try:
            return self._step(now)
        except SitegenError as error:
            if not isinstance(error, CoreError) or not len(self._trace):
                raise
        except Exception:
            if not len(self._trace):
                raise
        self._trace, self._then = Trace(), None  # so not all that was known is right
        return self._step(now)

    def data(self, path: str) -> bytes:
        """The bytes of the file at *path* at the last good moment."""
        key = self._keys[path]
        file = self._files[key]
        if file.digest == self._built.get(path):
            return (self._folder / path).read_bytes()
        return self.edition.contents(key, Memory())

    def text(self, path: str) -> str:
        """The same as text."""
        return self.data(path).decode("utf-8", "replace")

    def _at(self, now: datetime) -> Edition:
        request = self._request
        options = Options(now=now, url=request.url, drafts=request.drafts, without=request.without)
        edition = Edition(self._snapshot, self._theme, options, self._trace, self._cache.pack)
        edition.stage_on(_Nowhere())
        return edition

    def _step(self, now: datetime) -> Step:
        edition = self._at(now)
        proof = Proof(edition, self._request.jobs or processors(), Clock())
        proof.begin(self._same(now))
        proof.refresh()
        try:
            needed = proof.needed(strict=self._request.strict)
            files = edition.placed(needed)
        except CoreError:
            raise
        except SitegenError:
            self._know(edition, now, None)
            raise
        step = self._difference(edition.notes(needed), files)
        self._know(edition, now, needed)
        self.edition, self._files = edition, files
        self._keys = {file.path: key for key, file in files.items()}
        return step

    def _difference(self, warnings: tuple[Problem, ...], files: dict[Key, File]) -> Step:
        before = {file.path: file.digest for file in self._files.values()}
        after = {file.path: file.digest for file in files.values()}
        written = tuple(path for path, digest in after.items() if before.get(path) != digest)
        return Step(warnings, written, tuple(path for path in before if path not in after))

    def _know(self, edition: Edition, now: datetime, needed: bytearray | None) -> None:
        """Go on from what *edition* knows: what is *needed*, or where it failed, all."""
        if edition.changed or edition.trace.partial:
            flags = everything(edition) if needed is None else needed
            self._trace = in_memory(edition, flags, partial=needed is None)
        self._then = now

    def _same(self, now: datetime) -> Callable[[Key], bool]:
        then = self._then

        def same(key: Key) -> bool:
            if then is None:
                return False
            if key[0] != "passed":
                return True
            instant = datetime.fromisoformat(str(key[1]))
            return (instant <= then) == (instant <= now)

        return same


class _Nowhere:
    """Where files need not wait, as their bytes are kept aside."""

    def stage(self, path: str, data: bytes) -> None:
        """Let go of them."""

    def stage_copy(self, path: str, source: Path) -> None:
        """Leave them where they are."""
