"""What a build keeps for the next one, in `.sitegen`.

It is an accelerator: all of it may be removed, or put into a fresh clone of the site on another machine.  It holds text
that is not public yet.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from sitegen.explain import reasons
from sitegen.incremental import DamagedError, Index, Pack, Store, Trace, toolchain
from sitegen.incremental.columns import columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.edition import Edition

DEPENDENCIES: Final = (
    *("babel", "jinja2", "markdown-it-py", "markupsafe", "mdit-py-plugins", "mdurl", "msgspec"),
    *("nh3", "pygments", "pyyaml", "tzdata"),
)
"""The distributions whose version decides what an answer is."""


class Cache:
    """What an earlier build left in *folder*: its trace, and what it kept aside.

    *lost* says why nothing could be used, if there was something.
    """

    def __init__(self, folder: Path) -> None:
        """Look at what there is."""
        self.folder = folder
        self._store = Store(folder / "trace", toolchain(Path(__file__).parent, DEPENDENCIES))
        self.trace, self.lost = self._store.load()
        self.pack = Pack(folder / "kept", self._index())

    def dropped(self, why: str) -> bool:
        """Forget all that was kept, for this build and the next, as it is *why*; whether there was anything."""
        self.pack.close()
        self.trace, self.lost = Trace(), why
        self.pack = Pack(self.folder / "kept", Index())
        return self._store.removed()

    @property
    def reasons(self) -> dict[str, str]:
        """Why each file was made when it was made last, by its path; files of a build from nothing are left out."""
        data = self.trace.section("reasons")
        return msgspec.msgpack.decode(data, type=dict[str, str]) if data else {}

    def save(self, edition: Edition, alive: bytearray, tell: Callable[[str], None], *, partial: bool = False) -> None:
        """Keep what *edition* knows.  That it cannot be kept costs time, and fails nothing."""
        try:
            index = self.pack.index(lambda: edition.needed_blobs(alive))
            sections = columns(edition, alive, partial=partial)
            sections["kept aside"] = msgspec.msgpack.encode(index)
            sections["reasons"] = self._reasons(edition)
            self._store.save(sections)
            self.pack.sweep(index)
            # No repository is to have it.
            (self.folder / ".gitignore").write_text("*\n", encoding="ascii")
        except OSError as error:
            tell(f"the cache could not be written: {(error.strerror or str(error)).lower()}")

    def _reasons(self, edition: Edition) -> bytes | memoryview:
        made = reasons(edition) if len(self.trace) else {}
        return msgspec.msgpack.encode(self.reasons | made) if made else self.trace.section("reasons")

    def _index(self) -> Index:
        try:
            data = self.trace.section("kept aside")
            return msgspec.msgpack.decode(data, type=Index) if data else Index()
        except (DamagedError, ValueError, msgspec.MsgspecError):  # ValueError: a name that is not UTF-8
            return Index()
