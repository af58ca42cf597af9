"""The entries of a live story as they stand in its file, and its text without those that are to come.

What is held is cut out of the Markdown before anything reads it, so that no step after that can let out a word of it:
not a heading, a footnote, a picture or a warning.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_NOTE = re.compile(r"\[\^([^\s\[\]^]+)\]")
_LINK = re.compile(r"\[([^\[\]]+)\]")
_NEWLINE = re.compile(r"\r\n?|\n")


class Mark(Struct, frozen=True, kw_only=True):
    """An entry as the line that opens it says: when, what it is called, its id.

    *line* is the index of that line in the text, *start* that of the first line of its attributes, and *end* that of
    the first line after it.  *at* is None where the time cannot be read, which is an error elsewhere.
    """

    id: str
    at: datetime | None
    title: str
    line: int
    start: int
    end: int


class Definition(Struct, frozen=True):
    """The lines that say what a footnote is, or where a link leads, for whatever refers to them by *label*."""

    kind: Literal["note", "link"]
    label: str
    start: int
    end: int


class Coverage(Struct, frozen=True):
    """The entries of a text in its order, and the definitions outside of them."""

    marks: tuple[Mark, ...] = ()
    definitions: tuple[Definition, ...] = ()


def label_of(text: str) -> str:
    """What a label is known by: case and space do not count (CommonMark 0.31.2, "matches")."""
    return " ".join(text.split()).casefold()


def without(text: str, coverage: Coverage, held: Collection[Mark]) -> str:
    """*text* without the entries *held* and the definitions that only they use; every other line stays where it is."""
    if not held:
        return text
    lines = _NEWLINE.split(text)
    gone = {number for mark in held for number in range(mark.start, mark.end)}
    apart = {number for each in coverage.definitions for number in range(each.start, each.end)}
    rest = _reached((line for number, line in enumerate(lines) if number not in gone | apart), lines, coverage)
    lost = _reached((lines[number] for number in sorted(gone)), lines, coverage)
    gone |= {number for each in lost if each not in rest for number in range(each.start, each.end)}
    return "\n".join("" if number in gone else line for number, line in enumerate(lines))


def _reached(start: Iterable[str], lines: list[str], coverage: Coverage) -> dict[Definition, None]:
    """The definitions that the lines *start* refer to, and those that these refer to in turn."""
    known: dict[tuple[str, str], list[Definition]] = {}
    for each in coverage.definitions:
        known.setdefault((each.kind, each.label), []).append(each)
    found: dict[Definition, None] = {}
    waiting = sorted(_labels(start))
    while waiting:
        for each in known.pop(waiting.pop(), ()):
            found[each] = None
            waiting += sorted(_labels(lines[each.start : each.end]))
    return found


def _labels(lines: Iterable[str]) -> set[tuple[str, str]]:
    """What *lines* may refer to: kinds and labels."""
    text = "\n".join(lines)
    notes = {("note", label) for label in _NOTE.findall(text)}
    return notes | {("link", label_of(label)) for label in _LINK.findall(text)}
