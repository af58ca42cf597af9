"""Quotes, apostrophes, dashes and ellipses as the language of a text prints them; in time linear in its length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sitegen.content.markdown.emphasis import punctuation, unspaced

if TYPE_CHECKING:
    from markdown_it.token import Token

_ENGLISH = ("“", "”", "‘", "’")
_LOW = ("„", "“", "‚", "‘")
_ANGLES = ("«", "»", "“", "”")
_CORNERS = ("「", "」", "『", "』")
_RIGHT = ("”", "”", "’", "’")

# The quotation marks of the Unicode CLDR, outer pair and inner pair; a language that is not here has the English ones.
_MARKS = {
    **dict.fromkeys(("de", "cs", "sk", "sl", "is", "lb", "hsb", "dsb", "et", "lt", "ka", "bg", "mk", "sr"), _LOW),
    **dict.fromkeys(("es", "it", "pt-pt", "ca", "gl", "eu", "el", "sq"), _ANGLES),
    **dict.fromkeys(("ru", "uk", "be", "kk", "ky", "hy"), ("«", "»", "„", "“")),
    **dict.fromkeys(("pl", "ro"), ("„", "”", "«", "»")),
    **dict.fromkeys(("hr", "bs"), ("„", "”", "‚", "’")),
    **dict.fromkeys(("nb", "nn", "no"), ("«", "»", "‘", "’")),
    **dict.fromkeys(("fi", "sv", "da", "he"), _RIGHT),
    **dict.fromkeys(("ja", "zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue"), _CORNERS),
    **dict.fromkeys(("de-ch", "de-li", "fr-ch", "it-ch", "fa"), ("«", "»", "‹", "›")),
    "ar": ("”", "“", "’", "‘"),
    "fr": ("«\u202f", "\u202f»", "“", "”"),
    "hu": ("„", "”", "»", "«"),
}
_APOSTROPHE = "’"
# As in "don't": letters of ASCII on both sides, so that it is an apostrophe whatever else stands in its line.  The mark
# comes first, so that only the marks are looked at.
_WITHIN = re.compile(r"'(?<=[A-Za-z0-9]')(?=[A-Za-z0-9])")
_QUOTE = re.compile(r"[\"']")
_YEARS = re.compile(r"'\d\ds?\b")
_ELLIPSIS = re.compile(r"(?<!\.)\.{3}(?!\.)")
_EM_DASH = re.compile(r"(?<!-)---(?!-)")
_EN_DASH = re.compile(r"(?<=[\w.,;:?)\]\"'”’»…])--(?=[\w(\[\"'“‘«])|(?<=\s)--(?=\s)")


def marks(lang: str) -> tuple[str, str, str, str]:
    """The quotation marks of *lang* (BCP 47): outer opening and closing, inner opening and closing."""
    parts = lang.lower().replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        if found := _MARKS.get("-".join(parts[:length])):
            return found
    return _ENGLISH


def set_type(tokens: list[Token], lang: str) -> None:
    """Set the quotes, dashes and ellipses in the words of *tokens*; code and addresses stay as they are."""
    pairs = marks(lang)
    for token in tokens:
        if token.type == "inline" and token.children and _is_touched(token.content):
            _Line(token.children, pairs).set()
            for child in token.children:
                if child.children and child.type == "image":
                    _Line(child.children, pairs).set()


def _is_touched(text: str) -> bool:
    """Whether *text* has a quote, a dash or an ellipsis to set."""
    return "'" in text or '"' in text or "--" in text or "..." in text


class _Open:
    """A quote that is open: its kind, where its mark is to be put, and how deeply its words are nested."""

    __slots__ = ("kind", "level", "part", "sure", "token")

    def __init__(self, kind: str, token: int, part: int, level: int, *, sure: bool) -> None:
        self.kind, self.token, self.part, self.level, self.sure = kind, token, part, level, sure


class _Line:
    """The words of one block.  Each quote looks at its neighbors and at the last open quote of its kind."""

    def __init__(self, children: list[Token], pairs: tuple[str, str, str, str]) -> None:
        self._children = children
        self._pairs = {'"': pairs[:2], "'": pairs[2:]}
        self._open: list[_Open] = []
        self._last: dict[str, list[int]] = {'"': [], "'": []}
        self._parts: dict[int, list[str]] = {}

    def set(self) -> None:
        """Put the right marks into the tokens."""
        touched = self._touched()
        if not touched:
            return
        before, after = self._neighbors()
        level = 0
        for index, child in enumerate(self._children):
            level += min(child.nesting, 0)
            self._close_above(level)
            if index in touched:
                self._parts[index] = self._quoted(index, child.content, before[index], after[index], level)
            level += max(child.nesting, 0)
        for opened in self._open:
            self._leave(opened)
        for index, parts in self._parts.items():
            self._children[index].content = _dashed("".join(parts))

    def _touched(self) -> frozenset[int]:
        """The tokens that have something to set, once the apostrophes within words are: most have nothing else."""
        touched = []
        plain = False  # the words of <https://…> are an address
        for index, child in enumerate(self._children):
            plain = child.nesting > 0 if child.info == "auto" else plain
            if child.type == "text" and not plain:
                if "'" in child.content:
                    child.content = _WITHIN.sub(_APOSTROPHE, child.content)
                if _is_touched(child.content):
                    touched.append(index)
        return frozenset(touched)

    def _neighbors(self) -> tuple[list[str], list[str]]:
        """For each token the character before it and the one after it; a space at the ends of a line."""

        def seen(children: list[Token], end: int) -> list[str]:
            found, last = [], " "
            for child in children:
                found.append(last)
                if child.type in {"softbreak", "hardbreak"}:
                    last = " "
                elif child.content and child.type != "html_inline":
                    last = child.content[end]
            return found

        return seen(self._children, -1), seen(self._children[::-1], 0)[::-1]

    def _quoted(self, index: int, text: str, before: str, after: str, level: int) -> list[str]:
        """*text* in parts, each quote a part of its own."""
        parts: list[str] = []
        done = 0
        for found in _QUOTE.finditer(text):
            at = found.start()
            parts.append(text[done:at])
            previous = text[at - 1] if at else before
            following = text[at + 1] if at + 1 < len(text) else after
            if found[0] == "'" and _YEARS.match(text, at):
                parts.append(_APOSTROPHE)
            else:
                self._parts[index] = parts
                parts.append(self._mark(found[0], previous, following, index, level))
            done = at + 1
        parts.append(text[done:])
        return parts

    def _mark(self, kind: str, before: str, after: str, index: int, level: int) -> str:
        """What to print for a quote of *kind* between two characters."""
        opens, closes = _sides(kind, before, after)
        if closes and (opened := self._match(kind, level)):
            self._parts[opened.token][opened.part] = self._pairs[kind][0]
            return self._pairs[kind][1]
        if opens:
            self._last[kind].append(len(self._open))
            self._open.append(_Open(kind, index, len(self._parts[index]), level, sure=not closes))
            return kind
        return _APOSTROPHE if kind == "'" and (closes or before.isalnum()) else kind

    def _match(self, kind: str, level: int) -> _Open | None:
        """The open quote that one of *kind* closes; it and those inside it are open no more."""
        last = self._last[kind]
        if not last or self._open[last[-1]].level != level:
            return None
        index = last[-1]
        while len(self._open) > index + 1:
            self._leave(self._drop())
        return self._drop()

    def _drop(self) -> _Open:
        opened = self._open.pop()
        self._last[opened.kind].pop()
        return opened

    def _close_above(self, level: int) -> None:
        """Leave the quotes that were opened in words nested more deeply than *level*."""
        while self._open and self._open[-1].level > level:
            self._leave(self._drop())

    def _leave(self, opened: _Open) -> None:
        """A quote that is never closed: that of a speech which goes on in the next paragraph, or an apostrophe."""
        if opened.sure:
            mark = self._pairs[opened.kind][0] if opened.kind == '"' else _APOSTROPHE
            self._parts[opened.token][opened.part] = mark


def _sides(kind: str, before: str, after: str) -> tuple[bool, bool]:
    """Whether a quote between these characters can open, and whether it can close."""
    space_before, space_after = before.isspace(), after.isspace()
    if kind == '"' and after == '"' and before.isdecimal():
        return False, False  # 12"" is an inch, and a quote
    free_before, free_after = unspaced(before), unspaced(after)
    mark_before, mark_after = punctuation(before), punctuation(after)
    opens = not space_after and (not mark_after or space_before or mark_before or free_before)
    closes = not space_before and (not mark_before or space_after or mark_after or free_after)
    if opens and closes and not (free_before or free_after):
        return mark_before, mark_after
    return opens, closes


def _dashed(text: str) -> str:
    """*text* with its dashes and ellipses."""
    if "--" in text:
        text = _EN_DASH.sub("–", _EM_DASH.sub("—", text))
    return _ELLIPSIS.sub("…", text)
