"""What is said: on the terminal for people, as JSON for machines."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Final, TextIO

import msgspec
from msgspec.structs import asdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sitegen.build import Summary
    from sitegen.check import Checked
    from sitegen.deploy import Outcome, Telling
    from sitegen.errors import Problem
    from sitegen.explain import Explanation
    from sitegen.importers.filing import Imported
    from sitegen.schedule import Schedule

_PATIENCE: Final = 1.0
_PAUSE: Final = 0.1
_MOST_REMOVED: Final = 20


class Report:
    """Where a command tells what it does: problems and progress on stderr, its result on stdout."""

    def __init__(self, *, quiet: bool = False, as_json: bool = False, folder: Path | None = None) -> None:
        """Tell everything, errors alone (*quiet*) or one JSON document; quote sources from *folder*."""
        self._quiet = quiet
        self.as_json = as_json
        self.folder = folder
        self._progress = Progress(sys.stderr) if sys.stderr.isatty() and not quiet and not as_json else None
        self._facts: dict[str, object] = {}  # for the document, however it ends
        self._warned: list[Problem] = []

    def remark(self, line: str) -> None:
        """Tell something in passing."""
        if not self._quiet and not self.as_json:
            self._write(f"note: {line}")

    def result(self, line: str) -> None:
        """Tell what a command did."""
        if not self._quiet and not self.as_json:
            print(line, flush=True)

    def done(self, line: str, **facts: object) -> None:
        """Tell what a command did: as a line, or its *facts* as the JSON document."""
        if self.as_json:
            self.document(ok=True, **facts)
        self.result(line)

    def progress(self, phase: str, done: int, total: int) -> None:
        """Show how far a long work is."""
        if self._progress:
            self._progress.show(phase, done, total)

    def problems(self, problems: Iterable[Problem]) -> None:
        """Tell each problem on a line of its own; on a terminal with the line of the source beneath it."""
        if self.as_json:
            self._warned += problems
            return
        for problem in problems:
            if self._quiet and problem.severity == "warning":
                continue
            self._write(str(problem))
            if sys.stderr.isatty():
                self._quote(problem)

    def built(self, summary: Summary, verified: int | None = None) -> None:
        """Tell what a build did; *verified*: how many files were compared with those of a build from nothing."""
        if self.as_json:
            self.document(
                ok=True,
                output=summary.output,
                written=list(summary.written),
                removed=list(summary.removed),
                unchanged=summary.unchanged,
                seconds=round(sum(summary.seconds.values()), 3),
                phases={name: round(spent, 3) for name, spent in summary.seconds.items()},
                executed=summary.executed,
                **({"reasons": summary.reasons} if summary.reasons else {}),
                **({"verified": verified} if verified is not None else {}),
                problems=[_record(problem) for problem in summary.warnings],
            )
            return
        for line in summary.remarks:
            self.remark(line)
        self.problems(summary.warnings)
        for path, why in summary.reasons.items():
            self.result(f"{path}: {why}")
        for path in summary.removed[:_MOST_REMOVED]:
            self.result(f"removed {path}")
        if len(summary.removed) > _MOST_REMOVED:
            self.result(f"removed {len(summary.removed) - _MOST_REMOVED} more")
        written, removed = len(summary.written), len(summary.removed)
        pages = "page" if written == 1 else "pages"
        spent = sum(summary.seconds.values())
        self.result(f"{written} {pages} written, {removed} removed, {summary.unchanged} unchanged in {spent:.2f} s")
        if verified is not None:
            self.result(f"verified: all {verified} files are what a build from nothing makes")

    def desk(self, *, ask: bool) -> Desk:
        """The person who deploys; on a terminal they are asked before anything is done, if *ask*."""
        return Desk(self, ask=ask and sys.stdin.isatty() and sys.stderr.isatty() and not self.as_json)

    def planned(self, place: str, telling: Telling) -> None:
        """Keep the plan of a deploy for the document, which has it also where the deploy is refused or fails."""
        self._facts = {"place": place, "telling": msgspec.to_builtins(telling)}

    def deployed(self, outcome: Outcome) -> None:
        """Tell what a deploy did, or would do."""
        if self.as_json:
            warnings = [_record(problem) for problem in self._warned]
            self.document(ok=True, **msgspec.to_builtins(outcome), problems=warnings)
        elif outcome.done:
            verified = f"; {outcome.verified} pages were fetched back" if outcome.verified else ""
            sent, deleted = len(outcome.sent), len(outcome.deleted)
            self.result(f"{sent} files sent to {outcome.place}, {deleted} deleted{verified}")

    def explained(self, explanation: Explanation) -> None:
        """Tell why a file is as it is."""
        if self.as_json:
            self.document(ok=True, **asdict(explanation))
            return
        self.result(f"{explanation.url} is {explanation.file}, made for {explanation.source}")
        self.result(f"last made: {explanation.made}")
        self.result(f"now: {f'would be made anew, as {explanation.now}' if explanation.now else 'up to date'}")
        self.result("made anew when one of these changes:")
        for line in explanation.asks:
            self.result(f"  {line}")

    def imported(self, imported: Imported) -> None:
        """Tell what an import did."""
        if self.as_json:
            present = [{"file": file, "path": path} for file, path in imported.present]
            problems = [_record(problem) for problem in imported.problems]
            self.document(ok=True, made=list(imported.made), present=present, problems=problems)
            return
        self.problems(imported.problems)
        for file, path in imported.present:
            self.result(f"{file} is already imported: {path}")
        for path in imported.made:
            self.result(f"{path} is a draft; remove `draft: true` to publish it")

    def checked(self, checked: Checked) -> None:
        """Tell what was found, and how much of it."""
        errors = sum(problem.severity == "error" for problem in checked.problems)
        if self.as_json:
            problems = [_record(problem) for problem in checked.problems]
            self.document(ok=not errors, fixed=list(checked.fixed), ahead=checked.ahead, problems=problems)
            return
        self.problems(checked.problems)
        for path in checked.fixed:
            self.result(f"{path}: its former address is among its aliases now")
        warnings = len(checked.problems) - errors
        ahead = f"; {checked.ahead} instants ahead were judged" if checked.ahead else ""
        self.result(f"{errors} errors, {warnings} warnings{ahead}")

    def scheduled(self, schedule: Schedule, *, only_next: bool) -> None:
        """Tell what is due, or of that the next alone; and what could not be read."""
        due = schedule.due[:1] if only_next else schedule.due
        if self.as_json:
            told = [{"at": each.at.isoformat(), "what": each.what, "path": each.path} for each in due]
            problems = [_record(problem) for problem in schedule.problems]
            self.document(ok=not problems, due=told, problems=problems)
            return
        self.problems(schedule.problems)
        for each in due:
            print(each, flush=True)
        if not due and not only_next:
            self.result("nothing is due")

    def failed(self, problems: Iterable[Problem]) -> None:
        """Tell why nothing was done."""
        found = tuple(problems)
        if self.as_json:
            self.document(ok=False, **self._facts, problems=[_record(problem) for problem in (*self._warned, *found)])
            return
        self.problems(found)
        errors = sum(problem.severity == "error" for problem in found)
        if errors > 1:
            self._write(f"{errors} errors; nothing was changed")

    def document(self, **content: object) -> None:
        """Print the one JSON document of a command."""
        print(json.dumps(content, ensure_ascii=False, indent=2), flush=True)

    def _write(self, line: str) -> None:
        if self._progress:
            self._progress.clear()
        print(line, file=sys.stderr, flush=True)

    def _quote(self, problem: Problem) -> None:
        where = problem.where
        if not where or not where.line or not self.folder:
            return
        try:
            lines = (self.folder / where.path).read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError:
            return
        if where.line <= len(lines):
            line = lines[where.line - 1].rstrip().replace("\t", " ")
            self._write(f"{where.line:>6} | {line[:200]}")
            if where.column:
                self._write(f"       | {' ' * (where.column - 1)}^")


class Desk:
    """The person who deploys, or the machine that does."""

    def __init__(self, report: Report, *, ask: bool) -> None:
        """Tell *report*; *ask* on the terminal before anything is changed."""
        self._report = report
        self._ask = ask
        self.progress = report.progress
        self.remark = report.remark

    def built(self, summary: Summary) -> None:
        """Tell what was warned of when the site was built."""
        for line in summary.remarks:
            self.remark(line)
        self._report.problems(summary.warnings)

    def planned(self, place: str, telling: Telling) -> None:
        """Tell what would be done."""
        from sitegen.deploy import lines

        self._report.planned(place, telling)
        for line in (f"to {place}:", *lines(telling)):
            if self._ask:  # of which nobody could know what it is about, if they were not told
                print(line, file=sys.stderr, flush=True)
            else:
                self._report.result(line)

    def agrees(self) -> bool:
        """Whether that is to be done: yes, where nobody can be asked."""
        if not self._ask:
            return True
        print("go on? [y/N] ", end="", file=sys.stderr, flush=True)
        agreed = sys.stdin.readline().strip().casefold() in ("y", "yes")
        if not agreed:
            self.remark("nothing was deployed")
        return agreed


class Progress:
    """One line of a terminal that is drawn over; nothing is drawn in the first second."""

    def __init__(self, stream: TextIO) -> None:
        """Draw on *stream*."""
        self._stream = stream
        self._next = time.monotonic() + _PATIENCE
        self._drawn = False

    def show(self, phase: str, done: int, total: int) -> None:
        """Draw how much of *phase* is done."""
        now = time.monotonic()
        if done == total:
            self.clear()
        elif now >= self._next:
            self._next = now + _PAUSE
            self._drawn = True
            self._stream.write(f"\r\x1b[K{phase} {done} of {total}")
            self._stream.flush()

    def clear(self) -> None:
        """Leave the line as it was found."""
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._drawn = False


def _record(problem: Problem) -> dict[str, object]:
    where = problem.where
    return {
        "path": where.path if where else "",
        "line": where.line if where else 0,
        "column": where.column if where else 0,
        "severity": problem.severity,
        "what": problem.what,
        "fix": problem.fix,
    }
