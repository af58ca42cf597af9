"""The lines of a text, and what a mail puts around them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from msgspec import Struct

from sitegen.errors import ContentError, Location, Problems
from sitegen.importers.escaping import printable, unprintable

_HEADER: Final = re.compile(
    r"(?:from|to|cc|bcc|reply-to|subject|date|sent|message-id|return-path|received|mime-version|content-[a-z-]+|x-[a-z-]+|"
    r"importance|priority|보낸\s?사람|받는\s?사람|제목|날짜)\s*:.*",
    re.IGNORECASE,
)
_SENDER: Final = re.compile(r"(?:from|보낸\s?사람|return-path|received|to|subject|date|message-id)\s*:", re.IGNORECASE)
_ENCODED: Final = re.compile(
    r"content-transfer-encoding\s*:\s*(?:quoted-printable|base64)|content-type\s*:\s*multipart/", re.IGNORECASE
)
_FORWARDED: Final = re.compile(
    r"-{2,}\s*(?:original message|forwarded message|begin forwarded message|원본 메시지|전달된 메시지)\s*:?\s*-{2,}"
    r"|begin forwarded message:|on .{6,120} wrote:|.{6,120}님이 작성:",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"(?:>\s?)+")
_SIGNATURE: Final = re.compile(r"-- ?")
_SHOWN: Final = 60


class Line(Struct, frozen=True):
    """A line of the source: its words without white space around them, and where they begin."""

    text: str
    where: Location

    @property
    def shown(self) -> str:
        """What messages show of it."""
        return self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…"


def lines_of(text: str, path: str, problems: Problems) -> list[Line]:
    """The lines of *text*, the content of the file at *path*; characters that are no text are left out and told."""
    lines = []
    for number, raw in enumerate(text.split("\n"), 1):
        if odd := unprintable(raw):
            where = Location(path, number, odd.start() + 1)
            problems.warning(where, f"a character that is no text (U+{ord(odd[0]):04X}) was left out", "check the word")
        clean = unicodedata.normalize("NFC", printable(raw))
        words = clean.strip()
        lines.append(Line(words, Location(path, number, len(clean) - len(clean.lstrip()) + 1)))
    return lines


def unwrapped(lines: list[Line], problems: Problems) -> list[Line]:
    """*lines* without what a mail has around the copy: its head, a covering note, marks of quotation, a signature.

    All that is left out is told.  Raises ContentError for a mail as servers pass it on, encoded or in parts.
    """
    start = _after_head(lines, problems)
    rest = lines[start:]
    mark = next((index for index, line in enumerate(rest) if _FORWARDED.fullmatch(line.text)), None)
    if mark is not None and _is_cover(rest[:mark], rest[mark + 1 :]):
        for line in rest[: mark + 1]:
            _left_out(line, "a covering note", problems)
        rest = rest[mark + 1 :]
        rest = rest[_after_head([_unquoted(line) for line in rest], problems) :]
    end = next((index for index, line in enumerate(rest) if index and _SIGNATURE.fullmatch(line.text)), len(rest))
    for line in rest[end:]:
        _left_out(line, "the signature of a mail", problems)
    copy = rest[:end]
    is_quoted = all(line.text.startswith(">") for line in copy if line.text)
    return [_unquoted(line) for line in copy] if is_quoted else copy


def _is_cover(before: list[Line], after: list[Line]) -> bool:
    """Whether what stands *before* the mark of a forwarded mail only accompanies what comes *after* it: some words."""
    head = _after_head([_unquoted(line) for line in after], Problems())
    return any(line.text for line in after[head:]) and sum(len(line.text) for line in before) < sum(
        len(line.text) for line in after
    )


def _after_head(lines: list[Line], problems: Problems) -> int:
    """The index of the first line after the head of a mail; 0 if there is none."""
    index = next((index for index, line in enumerate(lines) if line.text), len(lines))
    first = index
    while index < len(lines) and _HEADER.fullmatch(lines[index].text):
        index += 1
    head = lines[first:index]
    if len(head) < len(("From", "Subject")) or not _SENDER.match(head[0].text):
        return 0
    for line in head:
        if _ENCODED.match(line.text):
            what = "this is a mail as servers pass it on, and its words are encoded"
            raise ContentError.at(line.where, what, "save its text from your mail program")
        _left_out(line, "the head of a mail", problems)
    return index


def _unquoted(line: Line) -> Line:
    """*line* without the marks of quotation at its start."""
    marks = _QUOTED.match(line.text)
    if not marks:
        return line
    where = Location(line.where.path, line.where.line, line.where.column + marks.end())
    return Line(line.text[marks.end() :].strip(), where)


def _left_out(line: Line, kind: str, problems: Problems) -> None:
    """Tell that *line* was left out, as it is of that *kind*."""
    if line.text:
        problems.warning(line.where, f"{kind} was left out: `{line.shown}`", "put it back if it belongs to the story")
