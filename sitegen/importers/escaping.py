"""Words as Markdown that shows just these words: nothing in them is markup, whatever it looks like.

Only what could be read as markup by `sitegen.content.markdown` gets a backslash, so that an editor can read the draft.
Quotes, dashes and ellipses stay as typed: how they are set is the site's business, as in every story.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# An underscore between letters is one; brackets and braces are harmless where one of their two sides is.
_MARK: Final = re.compile(r"[\\`*~\[<}]|&(?=[#A-Za-z]|\Z)|(?<![^\W_])_|_(?![^\W_])")
# Headings, quotes, tables, definitions, directives; items of lists; rules, underlines and the second line of a table.
_START: Final = re.compile(r"(?=[#>:|=])|(?=[-+](?:\s|\Z))|(?=[-=:|\s]+\Z)")
_NUMBERED: Final = re.compile(r"([0-9]{1,9})([.)])(?=\s|\Z)")
# Marks of bytes order and controls are no text; the others part words.
_PARTS: Final = re.compile("[\t\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
SPACES: Final = re.compile(r"[ \t\r\n\x0b\x0c]+")
"""White space that is one space in print; no-break spaces are not."""


def printable(text: str) -> str:
    """*text* without characters that neither HTML nor XML may have; those that part words become spaces."""
    return _NO_TEXT.sub("", _PARTS.sub(" ", text))


def unprintable(text: str) -> re.Match[str] | None:
    """The first character of *text* that `printable` leaves out."""
    return _NO_TEXT.search(text)


def escaped(words: str) -> str:
    """*words* that stand within a line, with a backslash before what Markdown would read."""
    return _MARK.sub(r"\\\g<0>", words)


def begun(line: str) -> str:
    """An escaped *line* as the first of a block, or as one within it: its start is no mark either."""
    line = line.strip()
    if _START.match(line):
        return f"\\{line}"
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line


def paragraph(lines: Iterable[str], *, broken: bool = False) -> str:
    """Escaped *lines* as one paragraph; *broken*: each line stays one for readers.  ``""`` if there are no words."""
    kept = [start for line in lines if (start := begun(line))]
    return ("\\\n" if broken else "\n").join(kept)


def heading(words: str, level: int) -> str:
    """Escaped *words* as a heading; ``""`` if there are none."""
    line = " ".join(words.split("\n")).strip()
    return f"{'#' * level} {line.replace('#', chr(92) + '#')}" if line else ""


def plain_paragraph(words: str) -> str:
    """*words* as typed, as one paragraph on one line."""
    return paragraph([escaped(SPACES.sub(" ", printable(words)))])
