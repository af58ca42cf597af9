"""SVG (https://www.w3.org/TR/SVG2/): the size that its root has, and whether something in it runs."""

from __future__ import annotations

import re
from typing import Final

from sitegen.content.pictures.kinds import CUT, Picture, Read

_HEAD: Final = 1 << 16
_WHOLE: Final = 1 << 23
# What may stand before the root: a declaration, comments, the type of the document.
_BEFORE: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?+(?:\s++|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*+(?:\[.*?\])?+[^>]*+>)*+", re.DOTALL
)
_ROOT: Final = re.compile(rb"""<(?:[\w-]+:)?svg\b((?:[^>"']|"[^"]*"|'[^']*')*+)>""")
_ATTRIBUTE: Final = re.compile(rb"""(?<![\w-])(width|height|viewBox)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_LENGTH: Final = re.compile(rb"\s*(\d+(?:\.\d+)?)(?:px)?\s*")
_NUMBER: Final = re.compile(rb"-?\d+(?:\.\d+)?")
_RUNS: Final = re.compile(rb"<(?:[\w-]+:)?script\b|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
_FIELDS: Final = 4


def is_svg(start: bytes) -> bool:
    """Whether a file that begins with *start* is one: its root comes before any other element."""
    return re.match(rb"<(?:[\w-]+:)?svg\b", start[_after(start) :]) is not None


def _after(text: bytes) -> int:
    """Where in *text* its root begins."""
    found = _BEFORE.match(text)
    return found.end() if found else 0


def look(read: Read, size: int) -> Picture:
    """What the root says of the SVG of *size* bytes that *read* reads."""
    text = read(0, min(size, _WHOLE))
    root = _ROOT.match(text[:_HEAD], _after(text[:_HEAD]))
    if root is None or (len(text) == size and b">" not in text[-8:]):
        return Picture(kind="svg", fault=CUT)
    given = {found[1].lower(): found[2] or found[3] or b"" for found in _ATTRIBUTE.finditer(root[1])}
    box = [float(number) for number in _NUMBER.findall(given.get(b"viewbox", b""))]
    sides = [_pixels(given.get(name, b"")) for name in (b"width", b"height")]
    if not all(sides) and len(box) == _FIELDS and box[2] > 0 and box[3] > 0:
        ratio = box[2] / box[3]
        width, height = sides
        sides = [width or height * ratio or box[2], height or width / ratio or box[3]]
    known = all(sides)
    doubt = "has a script in it, which runs where readers open it by itself" if _RUNS.search(text) else ""
    return Picture(
        kind="svg", width=round(sides[0]) if known else 0, height=round(sides[1]) if known else 0, doubt=doubt
    )


def _pixels(text: bytes) -> float:
    """A length in pixels; 0 for one that depends on something else."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) if found else 0
