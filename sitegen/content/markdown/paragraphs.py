"""Paragraphs, and headings that are underlined: the same lines of words, read once.

markdown-it asks every rule at every line, first for the heading and then again for the paragraph.  Nearly all lines of
a story are words, and their first character says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.common.utils import mdTrim

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_STARTS = frozenset("`~>*-_+0123456789<#:{[")
"""The characters that something other than words can start with."""

_BELOW = frozenset("|-:~")
"""Those that, on the next line, make a table or a definition of a line of words."""

_CODE = 4  # columns of indentation


def is_words(state: StateBlock, line: int, end: int) -> bool:
    """Whether *line*, which is not empty, can be nothing but words."""
    if _first(state, line) in _STARTS or state.sCount[line] - state.blkIndent >= _CODE:
        return False
    following = line + 1
    if following < end and state.isEmpty(following):
        following += 1  # a definition may stand below an empty line
    return following >= end or _first(state, following) not in _BELOW


def paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001, FBT001
    """Words up to an empty line, an underline, or something else that may follow words directly."""
    kept, state.parentType = state.parentType, "paragraph"
    last = state.lineMax
    line, level = start + 1, 0
    while line < last and not state.isEmpty(line):
        indent = state.sCount[line]
        if 0 <= indent - state.blkIndent < _CODE and line < end and (level := _underline(state, line)):
            break
        # Lines that are indented like code, or lazily continue a quote (-1), go on.
        if indent - state.blkIndent < _CODE and indent >= 0 and _is_interrupted(state, line, last):
            break
        line += 1
    content = mdTrim(state.getLines(start, line, state.blkIndent, False))  # noqa: FBT003
    state.line = line + 1 if level else line
    kind, tag = ("heading", f"h{level}") if level else ("paragraph", "p")
    state.push(f"{kind}_open", tag, 1).map = [start, state.line]
    words = state.push("inline", "", 0)
    words.content, words.map, words.children = content, [start, line], []
    state.push(f"{kind}_close", tag, -1)
    state.parentType = kept
    return True


def _first(state: StateBlock, line: int) -> str:
    """The first character of *line* that is no space; ``""`` if it has none."""
    at = state.bMarks[line] + state.tShift[line]
    return state.src[at] if at < state.eMarks[line] else ""


def _underline(state: StateBlock, line: int) -> int:
    """The level of the heading that *line* underlines: 1 for ``===``, 2 for ``---``, 0 for anything else."""
    first = _first(state, line)
    if first not in {"=", "-"}:
        return 0
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip(" \t")
    return 0 if text.strip(first) else 1 if first == "=" else 2


def _is_interrupted(state: StateBlock, line: int, last: int) -> bool:
    """Whether *line* starts something that ends the words above it without an empty line."""
    if is_words(state, line, last):
        return False
    return any(rule(state, line, last, True) for rule in state.md.block.ruler.getRules("paragraph"))  # noqa: FBT003
