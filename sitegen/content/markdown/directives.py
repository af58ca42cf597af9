"""Directives, the blocks that news is told in: ``::: factbox``, ``::: pullquote``, ``::: timeline``, ``::: entry``.

A line of three or more colons and a name opens one, a line of colons alone closes it.  They nest: a closing line closes
the innermost open one with as many colons, else the innermost with fewer.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from sitegen.content.markdown.reading import Reading, reading_of

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

NAMES = ("factbox", "pullquote", "timeline", "embed", "entry")
"""The directives there are."""

_OPENING = re.compile(r"(:{3,}+)[ \t]*+([^\s:{][^\s{]*+)[ \t]*+(.*)")
_CLOSING = re.compile(r"(:{3,}+)[ \t]*")
_FENCE = re.compile(r"(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]+|>[ \t]*)*+(?:(`{3,}+)[^`]*|(~{3,}+).*)")
_NEVER = -1


def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A directive, or a line of colons that closes none."""
    first = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(":::", first) or state.is_code_block(start):
        return False
    line = state.src[first : state.eMarks[start]].rstrip()
    found = _OPENING.fullmatch(line)
    reading = reading_of(state.env)
    if not found:
        if not silent and _CLOSING.fullmatch(line):
            where = reading.at_line(start, 1)
            reading.warn(where, f"{line} closes nothing, and is shown as text", "remove it, or open a directive above")
        return False
    if silent:
        return True
    stop = _end(state, start, end, reading)
    token = state.push("directive_open", "div", 1)
    token.info, token.content = found[2], found[3].strip()
    _read_inside(state, start + 1, end if stop == _NEVER else stop)
    state.push("directive_close", "div", -1)
    closed = stop != _NEVER and state.line >= stop  # the list around it may end before
    state.line = stop + 1 if closed else max(state.line, start + 1)
    token.map = [start, state.line]
    _check(found[2], start, closed=closed, colons=found[1], reading=reading)
    return True


def _read_inside(state: StateBlock, start: int, end: int) -> None:
    """Read the blocks between a directive's lines."""
    kept = state.lineMax, state.parentType
    # A paragraph looks for its end up to lineMax, and must not run over the closing line.
    state.lineMax, state.parentType = min(end, state.lineMax), "directive"
    state.line = start
    state.md.block.tokenize(state, start, end)
    state.lineMax, state.parentType = kept


def _check(name: str, line: int, *, closed: bool, colons: str, reading: Reading) -> None:
    """Tell what is wrong with the line that opens a directive."""
    where = reading.at_line(line, 1)
    if name not in NAMES:
        near = difflib.get_close_matches(name.lower(), NAMES, 1)
        known = ", ".join(NAMES)
        fix = f"did you mean {colons} {near[0]}?" if near else f"there are {known}"
        reading.error(where, f"there is no directive {name}", fix)
    if not closed:
        fix = f"write {colons} on a line of its own where it ends"
        reading.error(where, f"this {colons} {name} is never closed", fix)


def _end(state: StateBlock, start: int, end: int, reading: Reading) -> int:
    """The index of the line that closes the directive opened at *start*; _NEVER if none before *end* does."""
    depth = state.bMarks[start]  # within a quote the same line starts later, and is another line
    if (start, depth) not in reading.directive_ends:
        _match(state, start, end, reading)
    found = reading.directive_ends.get((start, depth), _NEVER)
    return found if found < end else _NEVER


def _match(state: StateBlock, start: int, end: int, reading: Reading) -> None:
    """Find for every directive from *start* to *end* the line that closes it; each line is looked at once."""
    opened = _Opened()
    fence = ""
    for line in range(start, end):
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        if fence:
            inside = text.lstrip("> \t")
            fence = "" if inside.startswith(fence) and not inside.strip(fence[0]) else fence
        elif marks := _FENCE.fullmatch(text):
            fence = marks[1] or marks[2]
        elif opening := _OPENING.fullmatch(text):
            opened.add(len(opening[1]), line)
            reading.directive_ends.setdefault((line, state.bMarks[line]), _NEVER)
        elif _CLOSING.fullmatch(text) and (closed := opened.closed_by(len(text))) is not None:
            reading.directive_ends[closed, state.bMarks[closed]] = line
        if not opened.lines:
            break


class _Opened:
    """The directives that are open: their *lines*, and for each number of colons which of these have it."""

    def __init__(self) -> None:
        self.lines: list[int] = []
        self._colons: list[int] = []
        self._by_colons: dict[int, list[int]] = {}

    def add(self, colons: int, line: int) -> None:
        """Open one more."""
        self._by_colons.setdefault(colons, []).append(len(self.lines))
        self.lines.append(line)
        self._colons.append(colons)

    def closed_by(self, colons: int) -> int | None:
        """The line of the directive that a line of *colons* closes; it and all inside it are open no more."""
        same = self._by_colons.get(colons)
        fewer = [indices[-1] for count, indices in self._by_colons.items() if count < colons and indices]
        if not same and not fewer:
            return None
        index = same[-1] if same else max(fewer)
        line = self.lines[index]
        for count in self._colons[index:]:
            self._by_colons[count].pop()
        del self.lines[index:], self._colons[index:]
        return line


def span(tokens: list[Token], start: int) -> int:
    """The index of the token that closes the one at *start*."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return len(tokens) - 1
