"""The use case: judge the site of now, and that of every instant at which something is due."""

from __future__ import annotations

import fnmatch
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from sitegen.build import build
from sitegen.check.ahead import Ahead
from sitegen.check.aliases import Proposal, amended, changed, proposals
from sitegen.check.embargo import embargo_leaks
from sitegen.check.links import Links
from sitegen.check.material import lacking, orphans
from sitegen.check.scan import Scan
from sitegen.errors import BuildFailed, ContentError, Location, MachineError, Problem, SitegenError, UsageError
from sitegen.lock import held
from sitegen.look import looked
from sitegen.schedule import Due, Schedule, schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sitegen.build import Request
    from sitegen.edition import Edition

    Progress = Callable[[str, int, int], None]

_KEPT: Final = ("trace", "kept")


class Checked(Struct, frozen=True):
    """What was found: *problems* in the order of places, *fixed* files, how many instants *ahead* were judged."""

    problems: tuple[Problem, ...]
    fixed: tuple[str, ...] = ()
    ahead: int = 0


def checked(
    request: Request,
    *,
    fix: bool = False,
    progress: Progress = lambda *_: None,
    tell: Callable[[str], None] = lambda _: None,
) -> Checked:
    """Judge the site of *request*: it is built in a folder for the moment, now and as of each instant ahead.

    Nothing is published, and nothing is kept.  With *fix*, the aliases that are proposed are written into the stories.
    Raises MachineError, UsageError.
    """
    beside = Path(tempfile.mkdtemp(prefix="sitegen-check-"))
    try:
        with held(request.store / "lock", tell):
            _copied(request.store, beside / "cache")
        return _Check(request, beside, progress).run(fix=fix)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def leaks_in_output(request: Request) -> Checked:
    """What the site's output folder, as it lies there, tells of what is held.  Raises UsageError if there is none."""
    output = looked(request, lambda edition: request.folder / edition.settings().output)
    if not output.is_dir():
        raise UsageError.at(Location(str(output)), "there is no output to look at", "build the site first")
    return Checked(embargo_leaks(request.folder, output, request.now))


def _copied(store: Path, to: Path) -> None:
    """What *store* has for builds, in *to* as well: nothing of it is ever written again, only replaced."""
    to.mkdir()

    def linked(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:  # another disk
            shutil.copyfile(source, target)

    for name in _KEPT:
        if (store / name).is_dir():
            shutil.copytree(store / name, to / name, copy_function=linked)
        elif (store / name).is_file():
            linked(str(store / name), str(to / name))


class _Check:
    """One check: what it works with."""

    def __init__(self, request: Request, beside: Path, progress: Progress) -> None:
        self._request = replace(request, output=beside / "site", kept=beside / "cache")
        self._store = request.store
        self._progress = progress

    def run(self, *, fix: bool) -> Checked:
        """Build and judge."""
        request = self._request
        try:
            summary = build(request, self._progress)
        except MachineError:
            raise
        except SitegenError as error:
            if error.exit_status != BuildFailed.exit_status:
                raise
            return Checked(error.problems)
        found = dict.fromkeys(summary.warnings)
        links, shown = looked(request, self._links)
        links.look(summary.written, ())
        found |= dict.fromkeys(links.problems(shown))
        coming = schedule(request)
        wanted, more, scan = looked(request, partial(self._judged, links, shown, coming))
        found |= dict.fromkeys(more)
        fixed, unfixed = self._fixed(wanted) if fix else ((), ())
        found |= dict.fromkeys(unfixed if fix else (each.problem for each in wanted))
        ahead = list(self._ahead(coming, found, links, scan))
        found |= dict.fromkeys(ahead)
        instants = len({each.at for each in coming.due})
        return Checked(tuple(sorted(found, key=lambda problem: problem.order)), fixed, instants)

    def _links(self, edition: Edition) -> tuple[Links, str]:
        settings = edition.settings()

        def kept(path: str) -> bool:
            return any(
                fnmatch.fnmatchcase(path, each) or path.startswith(each.rstrip("/") + "/") for each in settings.keep
            )

        def text(path: str) -> str:
            return (self._site / path).read_text("utf-8", "replace")

        return Links(text, settings.url, kept), settings.output

    @property
    def _site(self) -> Path:
        return self._request.output or self._request.folder

    def _judged(
        self, links: Links, shown: str, coming: Schedule, edition: Edition
    ) -> tuple[tuple[Proposal, ...], tuple[Problem, ...], Scan]:
        """The aliases to add, and what is found in the sources and in the bytes of the site."""
        found = [*lacking(edition, self._request.now), *orphans(edition, links.used()), *changed(edition, self._store)]
        leaving = {due.path for due in coming.due if due.what in ("expire", "retract")}
        scan = Scan(lambda path: (self._site / path).read_bytes(), shown, edition, sorted(leaving))
        scan.look(links.files, ())
        found += scan.problems(edition)
        return tuple(proposals(edition, self._store)), tuple(found), scan

    def _fixed(self, wanted: tuple[Proposal, ...]) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
        """The files that were written, and what could not be."""
        fixed: list[str] = []
        problems: list[Problem] = []
        for each in wanted:
            file = self._request.folder / each.path
            beside = file.with_name(f".{file.name}.new")
            try:
                beside.write_bytes(amended(file.read_bytes(), each.path, each.aliases))
                shutil.copymode(file, beside)
                beside.replace(file.resolve())
            except ContentError as error:
                problems += [each.problem, *error.problems]
            except OSError as error:
                what = f"cannot be written: {(error.strerror or str(error)).lower()}"
                raise MachineError.at(Location(each.path), what, "check its permissions") from error
            else:
                fixed.append(each.path)
        return tuple(fixed), tuple(problems)

    def _ahead(self, coming: Schedule, now: Iterable[Problem], links: Links, scan: Scan) -> Iterator[Problem]:
        """What goes wrong at the instants to come, and does not now; each is told for the first of them."""
        instants: dict[object, list[Due]] = {}
        for each in coming.due:
            instants.setdefault(each.at, []).append(each)
        if not instants:
            return
        known = {*now, *map(_unplaced, now)}
        ahead = Ahead(self._request, self._site)
        links.text, scan.read = ahead.text, ahead.data
        try:
            for done, events in enumerate(instants.values()):
                self._progress("ahead", done, len(instants))
                yield from self._at(events[0], ahead, links, scan, known)
        finally:
            ahead.close()
        self._progress("ahead", len(instants), len(instants))

    @staticmethod
    def _at(first: Due, ahead: Ahead, links: Links, scan: Scan, known: set[Problem]) -> Iterator[Problem]:
        """What goes wrong from *first* on that is not *known* yet."""
        when = f"from {first.at.isoformat()} on ({first.what} {first.path})"
        try:
            step = ahead.step(first.at)
        except MachineError:
            raise
        except SitegenError as error:
            new = [problem for problem in error.problems if problem.severity == "error" and problem not in known]
            known.update(error.problems)
            for problem in new:
                yield replace(problem, what=f"{when} the build will fail: {problem.what}")
            return
        links.look(step.written, step.removed)
        scan.look(step.written, step.removed)
        for problem in (*step.warnings, *links.problems(scan.shown)):
            if problem not in known:
                known.add(problem)
                yield replace(problem, what=f"{when}: {problem.what}")
        for problem in scan.problems(ahead.edition):
            if _unplaced(problem) not in known:  # what moves down in a file as others join it is the same leak
                known.add(_unplaced(problem))
                yield replace(problem, what=f"{when}: {problem.what}")


def _unplaced(problem: Problem) -> Problem:
    """*problem* without its line."""
    return replace(problem, where=Location(problem.where.path)) if problem.where else problem
