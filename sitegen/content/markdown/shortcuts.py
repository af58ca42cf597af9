"""Links and emphasis of nothing but words, each read in one go.

They are most of what stands in a story's lines, and to find where emphasis ends takes delimiters, brackets and a second
pass only where it could end elsewhere.  What is taken here is certain by CommonMark 0.31.2 ("Left-flanking delimiter
run", rules 1 to 10): no other mark stands within, and each run of markers can do one thing alone, the first only open
and the second only close.  Everything else is left to the rules; tests/content/test_shortcuts.py holds what
comes of the two against each other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.content.markdown.tokens import Piece, words

if TYPE_CHECKING:
    from markdown_it.token import Token

    from sitegen.content.markdown.brackets import State

_PLAIN: Final = r"[^\n\\`*_~\[\]<&!^]"
# A line ends without the spaces that make a break, and the next one is not indented.
_WORDS: Final = rf"{_PLAIN}++(?:(?<! )\n(?![ \t]){_PLAIN}++)*+"
_LETTER: Final = "A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_LINK: Final = re.compile(rf"\[({_WORDS})\]\(([^\s()<>\\&]++)\)(?!\{{)")
_EMPHASIS: Final = re.compile(
    rf"(?<![^\s(\"'“‘])(\*\*?|__?)(?=[{_LETTER}])({_WORDS})"
    rf"(?:(?<=[{_LETTER}])\1(?=[\s.,;:?)\"'”’]|\Z)|(?<=[.,;:?)])\1(?=\s|\Z))"
)


def link(state: State, _silent: bool) -> bool:  # noqa: FBT001
    """A link with nothing but words in it, in no other bracket: ``[words](address)``."""
    found = None if state.brackets else _LINK.match(state.src, state.pos)
    if not found:
        return False
    opening = Piece("link_open", "a")
    opening.nesting, opening.attrs = 1, {"href": found[2]}
    opening.meta["at"] = state.pos
    _enclosed(state, opening, found[1], Piece("link_close", "a"))
    state.pos = found.end()
    return True


def emphasis(state: State, _silent: bool) -> bool:  # noqa: FBT001
    """Emphasis with nothing but words in it: ``*words*``, ``__words__``.

    Its second run closes what is nearest, whatever else is open, and that is its first.
    """
    found = _EMPHASIS.match(state.src, state.pos)
    if not found:
        return False
    element = "strong" if len(found[1]) > 1 else "em"
    opening = Piece(f"{element}_open", element)
    opening.nesting = 1
    _enclosed(state, opening, found[2], Piece(f"{element}_close", element))
    state.pos = found.end()
    return True


def _enclosed(state: State, opening: Token, text: str, closing: Token) -> None:
    """Append *text* between two tokens; its lines end where they did."""
    state.flushed()
    closing.nesting = -1
    first, *others = text.split("\n")
    state.tokens += (opening, words(first))
    for line in others:
        state.tokens += (Piece("softbreak", "br"), words(line))
    state.tokens.append(closing)
