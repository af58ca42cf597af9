"""The slips of people who do not think in YAML, found in the lines of a file that YAML cannot read.

YAML says where it lost the thread ("did not find expected key"), often lines after the slip; an editor needs the line
where the slip is, and the line as it should be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUOTED = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'"
# Nothing is tried twice: a line of spaces costs no more than its length.
_KEY = rf"(?:{_QUOTED})\s*+|[^\s:#\"'\[\]{{}}-][^:#]*+"
_LINE = re.compile(rf"(?P<lead>\s*+(?:-\s++)*+)(?:(?P<key>{_KEY}):(?=\s|$))?\s*+(?P<value>.*+)")
_BLOCK = re.compile(r"[|>][0-9+-]{0,2}\s*(?:#.*)?")
_PAIR = re.compile(r":(?:\s|$)")
_NO_SPACE = re.compile(r"(?P<key>[A-Za-z_][\w-]*):(?P<value>[^\s/].*)")

_STARTERS = {
    "`": "a value cannot start with a backtick",
    "@": "a value cannot start with @",
    "%": "a value cannot start with %",
    "*": "a value that starts with * is an alias in YAML",
    "&": "a value that starts with & is an anchor in YAML",
    "!": "a value that starts with ! is a tag in YAML",
    "|": "a value that starts with | is a block of lines in YAML",
    ">": "a value that starts with > is a block of lines in YAML",
    "-": "a value that starts with - and a space is a list item in YAML",
    "?": "a value that starts with ? and a space is a key in YAML",
    ",": "a value cannot start with a comma",
    "]": "a value cannot start with ]",
    "}": "a value cannot start with }",
}
# Starters that some values may have: aliases, anchors and tags of one word, heads of blocks, negative numbers.
_ALLOWED = re.compile(r"\*[\w-]+|&[\w-]+(?:\s.*)?|!\S*(?:\s.*)?|[|>][0-9+-]{0,2}|[-?]\S.*", re.DOTALL)


class Slip(Struct, frozen=True):
    """A slip: the index of its line, the column from 1, what it is and how to mend it."""

    line: int
    column: int
    what: str
    fix: str


class _Line(Struct, frozen=True):
    """A line of YAML taken apart: *label* is what precedes the value, *next_starts*: no line continues it."""

    index: int
    label: str
    value: str
    column: int
    next_starts: bool

    def slip(self, what: str, text: str) -> Slip:
        """This line's slip, with the line as it should be: *text* in quotes."""
        return Slip(self.index, self.column, what, f"put the text in quotes: {self.label.strip()} {in_quotes(text)}")


def in_quotes(text: str) -> str:
    """*text* as YAML in quotes, as an editor would type it."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def slip(lines: list[str], problem: int, context: int) -> Slip | None:
    """The first slip in *lines* up to index *problem*, where YAML stopped; None if there is none.

    What stopped there began at index *context*.  Lists and mappings in brackets may go over lines, so their brackets
    are looked at in these two lines only.
    """
    for line in _taken_apart(lines, problem):
        if isinstance(line, Slip):
            return line
        found = _of_quotes(line) or _of_start(line) or _of_colon(line)
        if not found and line.index in {problem, context}:
            found = _of_brackets(line)
        if found:
            return found
    return _no_pair(lines, problem) or _no_space(lines, problem) or _of_margin(lines, problem)


def _taken_apart(lines: list[str], last: int) -> Iterator[_Line | Slip]:
    """The lines up to index *last* that start a value, without blocks of text; a tab for indentation is a slip."""
    block = -1  # the indentation of the line whose block of text we are in
    for index, raw in enumerate(lines[: last + 1]):
        text = raw.strip()
        indent = len(raw) - len(raw.lstrip())
        if not text or text.startswith("#") or (0 <= block < indent):
            continue
        block = -1
        if "\t" in raw[:indent]:
            column = raw.index("\t") + 1
            yield Slip(index, column, "a tab indents this line, and YAML forbids that", "use spaces")
            return
        if indent == 0 and (match := _NO_SPACE.fullmatch(raw.rstrip())):
            yield Slip(index, match.start("value") + 1, *_space_missing(match))
            return
        parts = _LINE.fullmatch(raw)
        if parts is None:
            continue
        value = re.split(r"\s#", parts["value"], maxsplit=1)[0].rstrip()
        if _BLOCK.fullmatch(parts["value"]):
            block = indent
        if value and (parts["key"] or parts["lead"].strip()):
            start = parts.start("value")
            yield _Line(index, raw[:start], value, start + 1, _starts(lines, index + 1))


def _starts(lines: list[str], index: int) -> bool:
    """Whether the line at *index* starts something new, and does not continue the one before."""
    if index >= len(lines) or not lines[index].strip():
        return True
    parts = _LINE.fullmatch(lines[index])
    return parts is not None and bool(parts["key"] or parts["lead"].strip())


def _of_quotes(line: _Line) -> Slip | None:
    """A quote that is not closed, or text after the closing one."""
    value = line.value
    quote = value[0]
    if quote not in "\"'":
        return None
    closed = re.match(_QUOTED, value)
    if not closed:
        if not line.next_starts:
            return None
        what = f"a quote ({quote}) opens here and is never closed"
        return Slip(line.index, line.column, what, f"close the quote: {line.label.strip()} {in_quotes(value[1:])}")
    if not value[closed.end() :].strip() or value[closed.end() :].lstrip().startswith(":"):
        return None
    inner = value[1:-1] if len(value) > 1 and value.endswith(quote) else value
    if quote == "'":
        fix = f"use double quotes, or write each apostrophe twice: {line.label.strip()} {in_quotes(inner)}"
        return Slip(line.index, line.column + closed.end() - 1, "an apostrophe ends the quoted text early", fix)
    fix = f"use single quotes around it: {line.label.strip()} {in_quotes(inner)}"
    return Slip(line.index, line.column + closed.end() - 1, "a quote inside of the text ends it early", fix)


def _of_start(line: _Line) -> Slip | None:
    """A character that means something in YAML at the start of a value."""
    first = line.value[0]
    if line.value.startswith(("{{", "{%")):
        return line.slip("braces mean something in YAML, and templates are not run here", line.value)
    if first not in _STARTERS or _ALLOWED.fullmatch(line.value):
        return None
    return line.slip(_STARTERS[first], line.value)


def _of_colon(line: _Line) -> Slip | None:
    """A colon within a text without quotes."""
    if line.value[0] in "\"'[{&!|>" or not (": " in line.value or line.value.endswith(":")):
        return None
    return line.slip("a text with a colon needs quotes", line.value)


def _of_brackets(line: _Line) -> Slip | None:
    """A text that starts with a bracket, and goes on after it."""
    first, last = line.value[0], line.value[-1]
    if first not in "[{" or (first + last in ("[]", "{}") and line.value.count(first) == line.value.count(last)):
        return None
    what = "a value that starts with [ is a list" if first == "[" else "a value that starts with { is a mapping"
    what += ", and this one does not end as one"
    close = "]" if first == "[" else "}"
    if close in line.value:
        return line.slip(what, line.value)
    closed = f"{line.value.rstrip(', ')}{close}"
    return Slip(line.index, line.column, what, f"close it: {line.label.strip()} {closed}; text needs quotes")


def _no_pair(lines: list[str], last: int) -> Slip | None:
    """The first line at the margin, up to index *last*, that is no ``key: value`` pair."""
    for index, raw in enumerate(lines[: last + 1]):
        if raw.strip() and raw[0] not in " \t#-\"'[]{}" and not _PAIR.search(raw):
            fix = "give it a key, or indent it to continue the line above"
            return Slip(index, 1, "this line is not `key: value`", fix)
    return None


def _no_space(lines: list[str], last: int) -> Slip | None:
    """The last line up to index *last* that is a key without a space after its colon.

    One at the margin is found before; an indented one may be words of a text, so it is looked for when all else fails.
    """
    for index in range(last, -1, -1):
        if match := _NO_SPACE.fullmatch(lines[index].strip()):
            column = lines[index].index(":") + 2
            return Slip(index, column, *_space_missing(match))
    return None


def _space_missing(match: re.Match[str]) -> tuple[str, str]:
    fix = f"put a space after the colon: {match['key']}: {match['value']}"
    return f"there is no space after `{match['key']}:`", fix


def _of_margin(lines: list[str], last: int) -> Slip | None:
    """The first line, if it is indented and one up to index *last* is not."""
    indents = [(len(raw) - len(raw.lstrip()), index) for index, raw in enumerate(lines[: last + 1]) if raw.strip()]
    if not indents or not indents[0][0] or min(indents)[0]:
        return None
    indent, index = indents[0]
    return Slip(index, indent + 1, "this line is indented, and nothing stands above it", "add its key, or move it left")
