"""One text while it is being rendered: where its lines stand in the file, and what was found in it so far."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sitegen.content.markdown.ids import Ids
from sitegen.errors import Location, Problems
from sitegen.model.settings import Markdown

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from markdown_it.token import Token

    from sitegen.content.coverage import Mark

_CAPITALS = re.compile("[A-Z]+")


class Source(Struct, frozen=True):
    """Where a text comes from: its file, the line of the file where it starts, and its language (BCP 47)."""

    path: str = ""
    first_line: int = 1
    lang: str = ""


class Reading:
    """The state that the rules of one rendering share.

    *lines* are those of the text; *line* is the index of the line where the block begins whose words are being read.
    """

    def __init__(
        self,
        text: str,
        source: Source | None = None,
        settings: Markdown | None = None,
        problems: Problems | None = None,
        marks: tuple[Mark, ...] | None = None,
    ) -> None:
        """Start to read *text*; without *problems*, what is found is told to nobody.

        *marks* are the entries of a live story; None for any other text.
        """
        self.lines = text.split("\n")
        self.source = source or Source()
        self.settings = settings or Markdown()
        self.problems = problems or Problems()
        self.ids = Ids()
        self.line = 0
        self.has_html = False
        self.has_code = False
        self.notes: list[Note] = []
        self.note_numbers: dict[str, int] = {}
        self.note_lines: dict[str, int] = {}
        self.references_used: set[str] = set()
        self.directive_ends: dict[tuple[int, int], int] = {}
        self.frames: list[str] = []
        self.is_live = marks is not None
        self.marks = {mark.line: mark for mark in marks or ()}
        self._content, self._at, self._passed, self._start = "", 0, 0, 0
        self._text = text
        self._last: dict[str, int] = {}
        self._told: set[tuple[int, str]] = set()

    @functools.cached_property
    def lower(self) -> str:
        """The text with its ASCII letters in lower case, each character in its place."""
        return self._text.lower() if self._text.isascii() else _CAPITALS.sub(lambda found: found[0].lower(), self._text)

    def last(self, piece: str) -> int:
        """Where *piece*, in lower case, stands last in the text; -1: nowhere."""
        if piece not in self._last:
            self._last[piece] = self.lower.rfind(piece)
        return self._last[piece]

    def at_line(self, line: int, column: int = 0) -> Location:
        """The place of the line with index *line*."""
        return Location(self.source.path, self.source.first_line + line, column)

    def place(self, content: str, at: int, line: int = -1) -> Location:
        """The place of character *at* of *content*, words of a block that begins at *line* (default: the current)."""
        if content is not self._content or at < self._at:
            self._content, self._at, self._passed, self._start = content, 0, 0, 0
        # Places are asked for from the first to the last, so that only the words between two of them are looked at.
        self._passed += content.count("\n", self._at, at)
        self._start = max(self._start, content.rfind("\n", self._at, at) + 1)
        self._at, start = at, self._start
        index = (self.line if line < 0 else line) + self._passed
        end = content.find("\n", at, at + 40)
        snippet = content[at : end if end >= 0 else at + 40]
        source = self.lines[index] if index < len(self.lines) else ""
        return self.at_line(index, source.find(snippet, at - start) + 1)

    def warn(self, where: Location, what: str, fix: str = "") -> None:
        """Tell a warning, once for its line."""
        if (where.line, what) not in self._told:
            self._told.add((where.line, what))
            self.problems.warning(where, what, fix)

    def error(self, where: Location, what: str, fix: str = "") -> None:
        """Tell an error, once for its line."""
        if (where.line, what) not in self._told:
            self._told.add((where.line, what))
            self.problems.error(where, what, fix)


class Note:
    """A footnote: its words, and how often the text refers to it."""

    def __init__(self, label: str, tokens: list[Token], line: int) -> None:
        """A note with *label* (``""``: written where it is referred to)."""
        self.label = label
        self.tokens = tokens
        self.line = line
        self.references = 0


def reading_of(env: MutableMapping[str, Any]) -> Reading:
    """The reading that markdown-it hands its rules in *env*."""
    reading = env["reading"]
    assert isinstance(reading, Reading)  # noqa: S101
    return reading
