"""``build --watch``: the same build again whenever a source changed or a story comes, changes or goes by itself.

It is for people with a server of their own.

Each build is the command itself in a process of its own, as it forks workers, which one with threads must not.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from sitegen.content.settings import read_settings
from sitegen.errors import ContentError, SitegenError
from sitegen.incremental import Snapshot
from sitegen.schedule import schedule
from sitegen.serve.watch import Watcher, refused
from sitegen.site import leftover

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sitegen.build import Request

_CONFIGURATION: Final = "site.yaml"
_QUIET: Final = 0.05  # seconds without an event after which we look
_SLOW: Final = 5.0  # seconds after which we look though no event came: events can be lost
_POLL: Final = 0.5


def rebuild(request: Request, arguments: Sequence[str], remark: Callable[[str], None]) -> None:
    """Run ``sitegen`` with *arguments*, which ask for *request*, now and again until Ctrl-C.

    It is run again whenever a source changed, and at each instant at which something is due, unless the clock stands.
    *remark* is called with what is to be known in passing.
    """
    with suppress(KeyboardInterrupt):
        _rebuild(request, arguments, remark)


def _rebuild(request: Request, arguments: Sequence[str], remark: Callable[[str], None]) -> None:
    folder = request.folder
    stirred = Event()
    pause = _SLOW
    watcher = Watcher(folder, stirred.set)
    try:
        watcher.start()
    except OSError as error:
        remark(refused(error, _POLL))
        pause = _POLL
    while True:
        known, began = _sources(folder), datetime.now(UTC)
        _run(arguments)
        due = None if request.elsewhen else _due(replace(request, now=began))
        while known == _sources(folder) and not (due and due <= datetime.now(UTC)):
            if pause == _SLOW:
                try:
                    if watcher.follow(_folders(folder)):
                        continue  # something may have changed in it before
                except OSError as error:
                    remark(refused(error, _POLL))
                    pause = _POLL
            left = (due - datetime.now(UTC)).total_seconds() if due else pause
            if stirred.wait(max(0, min(pause, left))):
                while stirred.wait(_QUIET):
                    stirred.clear()


def _due(request: Request) -> datetime | None:
    """When something is due next after the moment of *request*; None for never, or if nobody can tell."""
    with suppress(SitegenError):  # of which the build told
        due = schedule(request).due
        return due[0].at.astimezone(UTC) if due else None
    return None


def _run(arguments: Sequence[str]) -> None:
    """Run the command, and let it end as it likes, also when Ctrl-C is meant for both of us."""
    # -P: not from the current folder, which may hold something called sitegen
    child = subprocess.Popen([sys.executable, "-P", "-m", "sitegen", *arguments])  # noqa: S603 - ourselves
    try:
        child.wait()
    except KeyboardInterrupt:
        child.wait()
        raise


def _sources(folder: Path) -> dict[str, str]:
    """The signature of each file that the site is made of, by its path; those of files saved just now do not last."""
    snapshot = Snapshot(folder, leftover)
    paths = [_CONFIGURATION]
    for each in _folders(folder):
        try:
            paths += snapshot.paths(each)
        except ContentError as error:  # a link that leads away, of which the build tells
            paths += [str(problem.where) for problem in error.problems]
    return {path: snapshot.stamp(path) for path in paths}


def _folders(folder: Path) -> tuple[str, ...]:
    """The folders of the sources, by their usual names where site.yaml cannot be read."""
    layouts, static = "layouts", "static"
    try:
        settings, _ = read_settings((folder / _CONFIGURATION).read_bytes(), _CONFIGURATION)
        layouts, static = settings.layouts, settings.static
    except (OSError, ContentError):
        pass
    return "content", layouts, static
