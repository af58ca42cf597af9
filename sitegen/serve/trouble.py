"""Problems as the preview shows them: with the lines of the source, and a link that opens the editor there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.errors import Problem, Severity, SitegenError
from sitegen.serve.pages import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sitegen.serve.editors import Editor

_AROUND: Final = 2  # lines shown above and below the one that is wrong
_LONGEST: Final = 2000  # characters of the line that is wrong
_GLIMPSE: Final = 160  # characters of the others: a paragraph is often one line


class Described(Struct, frozen=True, kw_only=True):
    """A problem, its fields as in `Problem` and `Location`, with what helps to mend it.

    *lines* are numbered lines of the source around it, *editor* is the address that opens it; both are empty where
    there is no such file of the site.
    """

    path: str = ""
    line: int = 0
    column: int = 0
    severity: Severity = "error"
    what: str
    fix: str = ""
    lines: tuple[tuple[int, str], ...] = ()
    editor: str = ""

    @property
    def place(self) -> str:
        """Where it is, as on the terminal: ``content/a.md:4:7``."""
        return ":".join([self.path, *(str(number) for number in (self.line, self.column) if number)])


def described(problem: Problem, read: Callable[[str], bytes | None], editor: Editor | None = None) -> Described:
    """*problem* as the preview shows it.

    *read* answers with the bytes of a file of the site, None where there is none.
    """
    where = problem.where
    data = None
    if where and where.path:
        with suppress(SitegenError):  # it cannot be read, which may be just what is wrong
            data = read(where.path)
    return Described(
        path=where.path if where else "",
        line=where.line if where else 0,
        column=where.column if where else 0,
        severity=problem.severity,
        what=problem.what,
        fix=problem.fix,
        lines=_lines_around(data, where.line) if where and data is not None else (),
        editor=editor.link(where.path, where.line, where.column) if where and editor and data is not None else "",
    )


def ordered(problems: Iterable[Described]) -> list[Described]:
    """*problems*, errors first, else as they come."""
    return sorted(problems, key=lambda problem: problem.severity != "error")


def problem_page(problems: Sequence[Described], title: str) -> bytes:
    """The page, called *title*, for an address at which there is no good page to show, with the reasons.

    Like any page it is sent with the client's script, so that it goes away by itself.
    """
    return filled("problems.html", title=title, problems=ordered(problems))


def _lines_around(data: bytes, line: int) -> tuple[tuple[int, str], ...]:
    """The numbered lines of *data* about the one with the number *line*; none if there is no such line."""
    lines = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not 0 < line <= len(lines):
        return ()
    first, last = max(1, line - _AROUND), min(len(lines), line + _AROUND)
    return tuple(
        (number, _cut(lines[number - 1], _LONGEST if number == line else _GLIMPSE)) for number in range(first, last + 1)
    )


def _cut(line: str, longest: int) -> str:
    return line if len(line) <= longest else line[:longest] + "…"
