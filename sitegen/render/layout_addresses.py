"""Addresses that a layout names itself: of what is held, none is left in its text.

A link that was written out becomes its words, and a name in a tag of Jinja an empty text, but for the one that
``site.answers`` asks about: so a layout can name a story before it is out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_TAG: Final = re.compile(r"(\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\})", re.DOTALL)
_LITERAL: Final = re.compile(r"""(?<!answers\()(["'])((?:https?:)?/[^"'\s\\]*)\1""", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"""\s[\w:-]+\s*=\s*(?:(["'])\s*((?:https?:)?/[^"'\s<>]*)\s*\1|((?:https?:)?/[^"'\s<>]+))""", re.IGNORECASE
)


def without_addresses(text: str, is_to_go: Callable[[str, int], bool], in_words: Callable[[str, int], str]) -> str:
    """The layout *text* without the addresses that *is_to_go*, which is asked with the number of lines before each.

    *in_words* answers so with the words that are no attribute.
    """
    done: list[str] = []
    lines = 0
    for number, piece in enumerate(_TAG.split(text)):
        changed = _in_tag(piece, lines, is_to_go) if number % 2 else _in_html(piece, lines, is_to_go)
        done.append(changed if number % 2 else in_words(changed, lines))
        lines += piece.count("\n")
    return "".join(done)


def _in_tag(piece: str, lines: int, is_to_go: Callable[[str, int], bool]) -> str:
    def found(match: re.Match[str]) -> str:
        return match[1] * 2 if is_to_go(match[2], lines + piece.count("\n", 0, match.start())) else match[0]

    return piece if piece.startswith("{#") else _LITERAL.sub(found, piece)


def _in_html(piece: str, lines: int, is_to_go: Callable[[str, int], bool]) -> str:
    def found(match: re.Match[str]) -> str:
        address = match[2] or match[3]
        is_gone = is_to_go(address, lines + piece.count("\n", 0, match.end()))
        return "\n" * match[0].count("\n") if is_gone else match[0]

    return _ATTRIBUTE.sub(found, piece)
