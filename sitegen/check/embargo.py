"""What the output says of stories that are not out: the last look before readers get it.

The gate keeps what is held out of all that is made; this looks at what lies in a folder, whoever put it there: an
output of yesterday, one that was built with ``--drafts``, a file copied by hand, or a fault of ours.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sitegen.build import Request
from sitegen.check.scan import Scan
from sitegen.incremental import settle
from sitegen.look import looked
from sitegen.publish import MARKER, STAGE
from sitegen.site.inputs import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sitegen.edition import Edition
    from sitegen.errors import Problem, Severity


def embargo_leaks(folder: Path, output: Path, now: datetime, gone: Severity = "error") -> tuple[Problem, ...]:
    """What files in *output* tell of what the site in *folder* holds back at *now*: an error for each, with its place.

    *gone* is what it is where the story was public before: who takes it from readers must not fail over its name.

    Held are drafts, stories to come and expired ones, corrections to come.  Looked for are titles, addresses, ids,
    files, and phrases of their texts that nothing public has as well.  A story that cannot be read is an error, as
    nobody can tell what of it is held.  Raises BuildFailed if the settings cannot be read.
    """
    shown = output.relative_to(folder) if output.is_relative_to(folder) else output
    return looked(Request(folder=folder, now=now), partial(leaks, output, shown.as_posix(), gone))


def leaks(output: Path, shown: str, gone: Severity, edition: Edition) -> tuple[Problem, ...]:
    """The same of the site of *edition*; *output* is *shown* under that name."""
    paths = (*edition.story_paths(), *edition.page_paths())
    keys = [("standing_page" if path.startswith(PAGES) else "entry", path) for path in paths]
    if unread := settle(edition, [*keys, ("author_book",)]):
        return tuple(sorted(unread, key=lambda problem: problem.order))
    scan = Scan(lambda path: (output / path).read_bytes(), shown, edition)
    scan.look(_files(output), ())
    return scan.problems(edition, gone)


def _files(output: Path) -> Iterator[str]:
    """The files below *output*, less what is never deployed."""
    for path in sorted(output.rglob("*")):
        inside = path.relative_to(output)
        if path.is_file() and inside.parts[0] not in {MARKER, STAGE, ".git"}:
            yield inside.as_posix()
