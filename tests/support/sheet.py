"""A toy spreadsheet, to try the incremental core on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.errors import ContentError, Location, Problem
from sitegen.incremental import Database, Trace, alive, query, refresh, settle
from sitegen.incremental.columns import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sitegen.incremental import Key


class Sheet(Database):
    """Cells that hold a number, or names of cells to be added up."""

    def __init__(self, cells: Mapping[str, str], old: Trace | None = None) -> None:
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


def built(cells: Mapping[str, str], keys: Iterable[Key], old: Trace | None = None) -> Sheet:
    """A sheet of *cells* with *keys* proved, which are what it is for."""
    sheet = Sheet(cells, old)
    refresh(sheet)
    assert {} == settle(sheet, keys)
    for key in keys:
        sheet.root(key)
    return sheet


def stored(database: Database, flags: bytearray | None = None) -> Trace:
    """What *database* knows as the next build gets it; *flags* say what is alive, where the build failed."""
    found = columns(database, alive(database) if flags is None else flags, partial=flags is not None)
    sections = {name: memoryview(bytes(memoryview(data).cast("B"))) for name, data in found.items()}
    return Trace(lambda name: sections.get(name, memoryview(b"")))


def shown(database: Database, flags: bytearray | None = None) -> dict[Key, tuple[object, ...]]:
    """The memos that are alive, or those that *flags* name, comparable: each one's print, its reads, what it keeps."""
    found: dict[Key, tuple[object, ...]] = {}
    for number, flag in enumerate(alive(database) if flags is None else flags):
        key = database.key(number)
        if flag and database.known(key):
            memo = database.prove(key)
            found[key] = (memo.print, [database.key(read) for read in database.reads(number)], memo.kept)
    return found


def log(sheet: Database) -> list[str]:
    """What *sheet* executed, in order, such as ``value a``."""
    return [" ".join(map(str, key)) for key in sheet.executed]
