"""Builds in the test's own process, and all that they show."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment
from msgspec import Struct

from sitegen.build import Request, Summary, build
from sitegen.errors import SitegenError
from sitegen.incremental import files
from sitegen.publish import tree as publish_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import CodeType

    from sitegen.build import Progress

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
"""The clock of builds in tests."""

SETTLING = 0.03
"""Seconds after which, with `quick_builds`, a file's stamp is trusted."""


class Outcome(Struct, frozen=True):
    """What a build showed: everything it had to tell, what it did (None: it failed), its exit status."""

    told: tuple[str, ...]
    summary: Summary | None
    status: int

    @property
    def written(self) -> set[str]:
        """The files written; none by a build that failed."""
        return set(self.summary.written) if self.summary else set()


def built(folder: Path, now: datetime = NOON, progress: Progress = lambda *_: None, **options: object) -> Outcome:
    """What a build of the site in *folder* shows; *options* are those of a `Request`."""
    request = Request(folder=folder, now=now, elsewhen=True, **options)  # type: ignore[arg-type]  # checked where it is made
    try:
        summary = build(request, progress, lambda _: None)
    except SitegenError as error:
        return Outcome(tuple(sorted(map(str, error.problems))), None, error.exit_status)
    return Outcome(tuple(sorted(map(str, summary.warnings))), summary, 0)


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """All that is below *folder*, by its path: its mode, and its bytes, or where a link leads."""
    found = {}
    for path in folder.rglob("*"):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            content = os.fsencode(path.readlink())
        else:
            content = path.read_bytes() if stat.S_ISREG(mode) else b""
        found[path.relative_to(folder).as_posix()] = mode, content
    return found


def stamps(folder: Path) -> dict[str, int]:
    """When each file below *folder* was last written, by its path."""
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@contextmanager
def quick_builds() -> Iterator[None]:
    """Hundreds of builds in a minute: what does not change between two of them is not done twice.

    A layout of the same text is compiled once for all builds of this process, which is most of what a build of a small
    site takes; and stamps of files settle in 20 milliseconds instead of 2 seconds, as those of this disk do.
    """
    compiled: dict[tuple[object, ...], CodeType] = {}
    compile_ = Environment.compile

    def once(self: Environment, source: str, name: str | None = None, filename: str | None = None) -> CodeType:
        key = (type(self), source, name, filename)
        if key not in compiled:
            compiled[key] = compile_(self, source, name, filename)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "compile", once)
        patch.setattr(files, "_RACY_NS", 20_000_000)
        patch.setattr(publish_tree, "_RACY_NS", 20_000_000)
        yield
