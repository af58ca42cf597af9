"""What can go wrong, said so that a person can mend it.

A problem is a value: where, what, what to do, and how bad.  An exception carries one or more of them::

    SitegenError                 problems of the site or of the machine
    ├─ ContentError              content, data, site.yaml: what people write         exit 1
    ├─ LayoutError               a layout: its file and line, and the page being made exit 1
    ├─ CollisionError            two sources for one address                         exit 1
    ├─ BuildFailed               every problem of one build                          exit 1
    ├─ UsageError                a wrong flag or folder                              exit 2
    ├─ MachineError              disk, permission, lock, a missing extra             exit 3
    └─ CoreError                 a broken promise of ours                            exit 3
       ├─ CycleError             a question that needs its own answer
       └─ ImpureError            a question that gave two answers in one build
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, Self

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning"]

# Messages quote what people typed; a terminal obeys these, and a line end would look like another message.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class Location(Struct, frozen=True):
    """A place in a source file: path relative to the site, line and column from 1 (0: not known)."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """The place as editors and terminals understand it: ``content/a.md:4:7``."""
        numbers = [self.line, self.column] if self.column else [self.line] if self.line else []
        return ":".join([self.path, *map(str, numbers)])


class Problem(Struct, frozen=True):
    """One thing that is wrong: *what* is a clause without a final stop, *fix* says what to do."""

    where: Location | None
    what: str
    fix: str = ""
    severity: Severity = "error"

    @property
    def order(self) -> tuple[str, int, int, str]:
        """The key that sorts problems as a reader meets them: by file, then downwards."""
        where = self.where or Location("")
        return where.path, where.line, where.column, self.what

    def softened(self) -> Problem:
        """This problem as a warning: what an error in a draft is."""
        return Problem(self.where, self.what, self.fix, "warning")

    def __str__(self) -> str:
        """The problem on one line: ``path:line:column: error: what is wrong; what to do``."""
        place = f"{self.where}: " if self.where else ""
        line = f"{place}{self.severity}: {self.what}" + (f"; {self.fix}" if self.fix else "")
        return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], line)


class SitegenError(Exception):
    """Something that stops the work, as one problem or several."""

    exit_status = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Carry *problems*, in the order in which they were found."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def at(cls, where: Location | None, what: str, fix: str = "") -> Self:
        """An error of this class with one problem."""
        return cls([Problem(where, what, fix)])


class ContentError(SitegenError):
    """What people write is not right: an article, a page, data, site.yaml."""


class LayoutError(SitegenError):
    """A layout cannot be read or rendered."""


class CollisionError(SitegenError):
    """Two sources claim one address."""


class BuildFailed(SitegenError):
    """Everything that went wrong in one build."""


class UsageError(SitegenError):
    """The command was called wrongly."""

    exit_status = 2


class MachineError(SitegenError):
    """The machine failed, not the site: disk, permission, lock, network, a missing extra."""

    exit_status = 3


class CoreError(SitegenError):
    """A promise of the incremental core was broken; never the fault of the site."""

    exit_status = 3


class CycleError(CoreError):
    """A question needs its own answer."""


class ImpureError(CoreError):
    """A question gave two different answers in one build."""


class Problems:
    """The problems met while reading one thing: all of them are kept, so that all of them can be told."""

    def __init__(self) -> None:
        """Start with none."""
        self.found: list[Problem] = []

    def error(self, where: Location | None, what: str, fix: str = "") -> None:
        """Keep an error."""
        self.found.append(Problem(where, what, fix))

    def warning(self, where: Location | None, what: str, fix: str = "") -> None:
        """Keep a warning."""
        self.found.append(Problem(where, what, fix, "warning"))

    @property
    def errors(self) -> bool:
        """Whether anything found is an error."""
        return any(problem.severity == "error" for problem in self.found)
