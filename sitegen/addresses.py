"""Where stories were when the site was built last, and before: what `check` proposes aliases from.

It is kept beside the cache and, like it, safe to remove: then nothing is proposed.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FILE: Final = "addresses"
_MOST: Final = 20


class Address(Struct, frozen=True, array_like=True):
    """Where a story with a permanent *id*, from the file at *path*, is published: *url*, a path of the site."""

    id: str
    path: str
    url: str


class Known(Struct, frozen=True, array_like=True):
    """The address of a story when the site was built last, and its *former* ones, the newest first."""

    last: Address
    former: tuple[str, ...] = ()

    @property
    def urls(self) -> tuple[str, ...]:
        """Every address that it is known to have had."""
        return self.last.url, *self.former


class Addresses:
    """The addresses that are kept in *folder*, that of the cache."""

    def __init__(self, folder: Path) -> None:
        """Look at what there is; what cannot be read is as if it were not there."""
        self._file = folder / _FILE
        try:
            self.known = msgspec.msgpack.decode(self._file.read_bytes(), type=tuple[Known, ...])
        except (OSError, ValueError, msgspec.MsgspecError):
            self.known = ()
        self._by_id = {each.last.id: each for each in self.known}
        self._by_path = {each.last.path: each for each in self.known}

    def of(self, address: Address) -> Known | None:
        """What is known of the story that is now at *address*: by its id, or else by its file."""
        return self._by_id.get(address.id) or self._by_path.get(address.path)

    def save(self, now: Iterable[Address], held: Iterable[str]) -> None:
        """Keep where stories are *now*; of the files that are *held*, what was known of them.

        That it cannot be kept costs proposals, and fails nothing.
        """
        known = [self._after(address) for address in now]
        ids = {each.last.id for each in known}
        known += [
            self._by_path[path] for path in held if path in self._by_path and self._by_path[path].last.id not in ids
        ]
        beside = self._file.with_name(_FILE + ".new")
        with suppress(OSError):
            beside.write_bytes(msgspec.msgpack.encode(known))
            beside.replace(self._file)

    def _after(self, address: Address) -> Known:
        before = self.of(address)
        urls = dict.fromkeys(before.urls if before else ())
        urls.pop(address.url, None)
        return Known(address, tuple(urls)[:_MOST])
