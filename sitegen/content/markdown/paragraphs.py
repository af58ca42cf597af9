"""Paragraphs, and headings that are underlined: the same lines of words, read once.

markdown-it asks every rule at every line, first for the heading and then again for the paragraph.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markdown_it.common.utils import mdTrim

from sitegen.content.markdown.chains import CODE, first

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock


_START: Final = "A-Za-z\"'(\u00a1-\U0010ffff"
# Up to an empty line or the end.  A line after that with a colon or a tilde would make it the term of a definition.
_PROSE: Final = re.compile(rf"[{_START}][^\n]*+(?:\n[{_START}][^\n]*+)*+(?=\n[ \t]*+\n(?!\s*+[:~])|\n?\Z)")


def prose(state: StateBlock, start: int) -> bool:
    """A paragraph that is in no other block, and whose every line begins with what begins nothing but words.

    So no line has to be shown to any rule.  Most of a story's lines are such.
    """
    if state.level or state.sCount[start] or state.tShift[start]:
        return False
    found = _PROSE.match(state.src, state.bMarks[start])
    if not found:
        return False
    text = found[0]
    _put(state, "p", mdTrim(text), start, start + text.count("\n") + 1)
    return True


def paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001, FBT001
    """Words up to an empty line, an underline, or something else that may follow words directly."""
    kept, state.parentType = state.parentType, "paragraph"
    interrupts = state.md.block.ruler.getRules("paragraph")[0]
    last = state.lineMax
    line, level = start + 1, 0
    while line < last and (mark := first(state, line)):
        indent = state.sCount[line]
        # Lines that are indented like code, or lazily continue a quote (-1), go on.
        if indent - state.blkIndent < CODE:
            if mark in "=-" and indent >= state.blkIndent and line < end and (level := _underline(state, line, mark)):
                break
            if indent >= 0 and interrupts(state, line, last, True):  # noqa: FBT003
                break
        line += 1
    content = _words(state, start, line)
    _put(state, f"h{level}" if level else "p", content, start, line)
    if level:
        state.line = line + 1
    state.parentType = kept
    return True


def _put(state: StateBlock, tag: str, content: str, start: int, end: int) -> None:
    """Append the block *tag* of the words *content* in the lines from *start* to *end*, where reading goes on."""
    kind = "paragraph" if tag == "p" else "heading"
    state.line = end
    state.push(f"{kind}_open", tag, 1).map = [start, end]
    words = state.push("inline", "", 0)
    words.content, words.map, words.children = content, [start, end], []
    state.push(f"{kind}_close", tag, -1)


def _words(state: StateBlock, start: int, end: int) -> str:
    """The lines from *start* to *end*, which is not one of them, without what indents them in the blocks around."""
    if state.level == 0:  # no block is around, so that no line has more before it than the end of the one above
        return mdTrim(state.src[state.bMarks[start] : state.eMarks[end - 1]])
    if end == start + 1:
        return mdTrim(state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]])
    return mdTrim(state.getLines(start, end, state.blkIndent, False))  # noqa: FBT003


def _underline(state: StateBlock, line: int, mark: str) -> int:
    """The level of the heading that *line*, which starts with *mark*, underlines; 0 if it is no underline."""
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip(" \t")
    return 0 if text.strip(mark) else 1 if mark == "=" else 2
