"""Events from the file system.  They are hints: a lost one costs time, never truth."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from sitegen.site import leftover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from watchdog.observers.api import BaseObserver, ObservedWatch

_QUIET = frozenset(("opened", "closed_no_write"))


def refused(error: OSError, pause: float) -> str:
    """What to say of *error*, for which we do not watch but look every *pause* seconds."""
    full = error.errno in (errno.ENOSPC, errno.EMFILE, errno.ENFILE)
    why = "the system watches no more files for us" if full else f"files cannot be watched: {error.strerror or error}"
    mend = "; raise fs.inotify.max_user_watches and max_user_instances" if full else ""
    return f"{why}, so we look every {pause} s instead, as with --poll{mend}"


class _Watched(NamedTuple):
    """A folder that is watched, and which one it was: of another in its place its watch knows nothing."""

    watch: ObservedWatch
    identity: tuple[int, int]


class Watcher:
    """Calls *stirred*, from a thread of its own, when something may have changed in the folders that are watched."""

    def __init__(self, root: Path, stirred: Callable[[], None]) -> None:
        """Watch *root* itself, not yet what is below it."""
        self._root = root
        self._handler = _Handler(stirred)
        self._observer: BaseObserver | None = None
        self._watched: dict[str, _Watched] = {}

    def start(self) -> None:
        """Begin.  Raises OSError where the system watches no more."""
        self._observer = Observer()  # which takes one of the few that the system has
        self._observer.daemon = True
        self._observer.start()
        self._add(str(self._root))

    def follow(self, folders: Iterable[str]) -> bool:
        """Watch *folders* of the root, also where links in them lead, as far as they are there; and no other.

        Answers whether one was added, in which something may have changed before.  Raises OSError where the system
        watches no more.
        """
        wanted = {str(self._root), *self._places(folders)}
        for place in {*self._lost(), *(self._watched.keys() - wanted)}:
            with suppress(KeyError, OSError):  # gone with its folder
                self._observing.unschedule(self._watched[place].watch)
            del self._watched[place]
        added = sorted(wanted - self._watched.keys())
        for place in added:
            with suppress(FileNotFoundError):  # it went as we looked
                self._add(place)
        return any(place in self._watched for place in added)

    def has_lost(self) -> bool:
        """Whether a folder that was to be watched is so no more: it went, or another came to its place."""
        return bool(self._lost())

    def stop(self) -> None:
        """Watch no more."""
        if self._observer:
            self._observer.stop()

    @property
    def _observing(self) -> BaseObserver:
        if self._observer is None:
            raise RuntimeError("nothing is watched before the start")
        return self._observer

    def _add(self, place: str) -> None:
        identity = _identity(place)  # before it is watched: a folder that comes between is another one
        watch = self._observing.schedule(self._handler, place, recursive=place != str(self._root))
        self._watched[place] = _Watched(watch, identity)

    def _lost(self) -> list[str]:
        """The folders that are watched no more; a new folder may have the number of one that is gone."""
        alive = {emitter.watch for emitter in self._observing.emitters if emitter.should_keep_running()}
        return [
            place
            for place, watched in self._watched.items()
            if watched.watch not in alive or watched.identity != _identity(place)
        ]

    def _places(self, folders: Iterable[str]) -> set[str]:
        """*folders*, and the folders that links in them lead to, each watched once."""
        places: set[str] = set()
        for folder in folders:
            top = os.path.realpath(self._root / folder)
            if not os.path.isdir(top):  # noqa: PTH112 - as texts, as watchdog has them
                continue
            places.add(top)
            for above, names, _ in os.walk(top):
                names[:] = [name for name in names if not leftover(name)]
                links = [os.path.realpath(each) for name in names if os.path.islink(each := os.path.join(above, name))]  # noqa: PTH114, PTH118
                places.update(link for link in links if os.path.isdir(link))  # noqa: PTH112
        return {place for place in places if not any(_is_below(place, other) for other in places)}


def _identity(place: str) -> tuple[int, int]:
    """Which folder is at *place*, zeros for none."""
    try:
        found = os.stat(place)  # noqa: PTH116 - as texts, as watchdog has them
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def _is_below(place: str, other: str) -> bool:
    return place != other and place.startswith(other + os.sep)


class _Handler(FileSystemEventHandler):
    def __init__(self, stirred: Callable[[], None]) -> None:
        self._stirred = stirred

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Tell of what may be a change: not of readers, nor of what editors leave lying about."""
        if event.event_type in _QUIET:
            return
        names = [os.path.basename(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path]  # noqa: PTH119
        if not all(map(leftover, names)):
            self._stirred()
