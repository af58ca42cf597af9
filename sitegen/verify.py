"""The proof on the real site: what was built with the cache is what a build from nothing makes, byte for byte."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from sitegen.build import build
from sitegen.errors import CoreError, Location, Problem

if TYPE_CHECKING:
    from sitegen.build import Request, Summary

_MOST: Final = 20


def verify(request: Request, summary: Summary) -> int:
    """Build *request* from nothing beside what *summary* tells of, and compare; answer with the number of files.

    Raises CoreError naming the files that are not the same: a fault of sitegen, never of the site.
    """
    beside = Path(tempfile.mkdtemp(prefix="sitegen-verify-"))
    try:
        clean = build(replace(request, cache=False, output=beside / "clean"))
        made = {*clean.written}
        problems = [
            Problem(Location(path), "is not what a build from nothing makes", "please report it; --no-cache mends it")
            for path in sorted(made)
            if not _same(Path(summary.output) / path, Path(clean.output) / path)
        ]
        problems += [
            Problem(problem.where, f"is told by one of the two builds alone: {problem.what}")
            for problem in sorted(set(summary.warnings) ^ set(clean.warnings), key=lambda each: each.order)
        ]
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    count = len(summary.written) + summary.unchanged
    if count != len(made):
        problems.append(Problem(None, f"{count} files were built, and a build from nothing makes {len(made)}"))
    if problems:
        raise CoreError(problems[:_MOST])
    return count


def _same(one: Path, other: Path) -> bool:
    try:
        return one.read_bytes() == other.read_bytes()
    except FileNotFoundError:
        return False
