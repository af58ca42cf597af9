"""Paragraphs, and headings that are underlined: the same lines of words, read once.

markdown-it asks every rule at every line, first for the heading and then again for the paragraph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.common.utils import mdTrim

from sitegen.content.markdown.chains import CODE, first

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock


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
    state.line = line + 1 if level else line
    kind, tag = ("heading", f"h{level}") if level else ("paragraph", "p")
    state.push(f"{kind}_open", tag, 1).map = [start, state.line]
    words = state.push("inline", "", 0)
    words.content, words.map, words.children = content, [start, line], []
    state.push(f"{kind}_close", tag, -1)
    state.parentType = kept
    return True


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
