"""A toy spreadsheet, to try the incremental core on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.errors import ContentError, Location, Problem
from sitegen.incremental import Database, Memo, query, settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sitegen.incremental import Key


class Sheet(Database):
    """Cells that hold a number, or names of cells to be added up."""

    def __init__(self, cells: Mapping[str, str], old: Mapping[Key, Memo] | None = None) -> None:
        """Answer about *cells*; *tried* are the cells whose value was worked out, with success or without."""
        super().__init__(old)
        self.cells = cells
        self.tried: list[str] = []

    @query(volatile=True)
    def cell(self, name: str) -> str | None:
        """What is typed in the cell."""
        return self.cells.get(name)

    @query
    def value(self, name: str) -> int:
        """The number in the cell, or the sum of the cells it names.  A negative number is worth a warning."""
        self.tried.append(name)
        typed = self.cell(name)
        if not typed:
            raise ContentError.at(Location(name), "is empty" if typed == "" else "is not there")
        if typed.lstrip("-").isdecimal():
            if typed.startswith("-"):
                self.note(Problem(Location(name), "is negative", severity="warning"))
            return int(typed)
        return sum(self.value(other) for other in typed.split("+"))

    @query
    def odd(self, name: str) -> bool:
        """Whether the value is odd."""
        return bool(self.value(name) % 2)

    @query
    def words(self, name: str) -> str:
        """The value in words."""
        return "odd" if self.odd(name) else "even"

    @query(keep=True)
    def square(self, name: str) -> int:
        """The value times itself: worth keeping."""
        return self.value(name) ** 2

    @query(keep=True)
    def letters(self, name: str) -> bytes | None:
        """What is typed in the cell, as bytes."""
        typed = self.cell(name)
        return None if typed is None else typed.encode()

    @query
    def at_least_nothing(self, name: str) -> int:
        """The value, or 0 where there is none: lives with a failure."""
        try:
            return self.value(name)
        except ContentError:
            return 0

    @query
    def length(self, name: str) -> int:
        """How much is typed in the cell; wrongly, as it looks there without asking."""
        return len(self.cells.get(name) or "")


def built(cells: Mapping[str, str], keys: Iterable[Key], old: Mapping[Key, Memo] | None = None) -> Sheet:
    """A sheet of *cells* with *keys* proved."""
    sheet = Sheet(cells, old)
    assert {} == settle(sheet, keys)
    return sheet


def stored(sheet: Sheet) -> dict[Key, Memo]:
    """The memos of *sheet* as the next build gets them: without the answers that are not kept."""
    return {key: Memo(m.print, m.reads, kept=m.kept, notes=m.notes) for key, m in sheet.memos.items()}


def log(sheet: Sheet) -> list[str]:
    """What *sheet* executed, in order, such as ``value a``."""
    return [" ".join(map(str, key)) for key in sheet.executed]
