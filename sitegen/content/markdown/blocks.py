"""The blocks of a text: markdown-it's own, without the places where it drops words without telling."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from markdown_it.common.html_blocks import block_names
from markdown_it.common.html_re import HTML_OPEN_CLOSE_TAG_STR
from markdown_it.common.utils import mdTrim
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import fence, table
from markdown_it.rules_block.table import escapedSplit, getLine
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin

from sitegen.content.markdown import attributes, directives, footnotes
from sitegen.content.markdown.chains import Led
from sitegen.content.markdown.paragraphs import paragraph, prose
from sitegen.content.markdown.reading import reading_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

DEEPEST = 100
"""How many blocks may stand in each other; a list item counts as two.  Deeper ones are read as plain paragraphs."""

Enough = Callable[[list[Token]], bool]
"""Whether nothing is wanted after the block whose tokens it is given; markdown-it hands it on as ``enough``."""

_INTERRUPTS = ["paragraph", "reference", "blockquote", "list"]
_RAW = re.compile(r"<(script|pre|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_BLOCK = re.compile(rf"</?(?:{'|'.join(block_names)})(?=\s|/?>|$)", re.IGNORECASE)
_ALONE = re.compile(rf"{HTML_OPEN_CLOSE_TAG_STR}\s*$")


class Blocks(ParserBlock):
    """markdown-it's parser of blocks; what is nested too deeply stays words, with a warning."""

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        """Read the lines from *startLine* to *endLine*, which is not read; or less, see `Enough`."""
        take = self.ruler.getRules("")[0]
        enough: Enough | None = state.env.get("enough")
        line, blank = startLine, False
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            count = len(state.tokens)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= DEEPEST:
                reading = reading_of(state.env)
                what = f"this stands in more than {DEEPEST // 2} lists or quotes, so it is shown as it was typed"
                reading.warn(reading.at_line(line), what, "indent it less")
                paragraph(state, line, endLine, False)  # noqa: FBT003
            elif not prose(state, line) and not take(state, line, endLine, False):  # noqa: FBT003
                paragraph(state, line, endLine, False)  # noqa: FBT003
            state.tight = not blank
            line = state.line
            blank = blank or (line - 1 < endLine and state.isEmpty(line - 1))
            if line < endLine and state.isEmpty(line):
                blank = True
                line += 1
                state.line = line
            if enough and state.level == 0 and enough(state.tokens[count:]):
                break


def install(md: MarkdownIt) -> None:
    """Give *md* our blocks."""
    kept = md.block.ruler.get_active_rules()
    md.block = Blocks()
    md.block.ruler.enableOnly(kept)
    rules = md.block.ruler
    rules.at("table", _table, {"alt": ["paragraph", "reference"]})
    rules.at("fence", _fence, {"alt": _INTERRUPTS})
    rules.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    rules.before("fence", "directive", directives.rule, {"alt": _INTERRUPTS})
    rules.before("fence", "attributes", attributes.block_rule, {"alt": ["paragraph"]})
    rules.before("reference", "footnote", footnotes.definition, {"alt": ["paragraph", "reference"]})
    rules.at("paragraph", paragraph)
    rules.disable("lheading")
    md.use(deflist_plugin)
    md.block.ruler = Led(rules)


def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A block of HTML.  A comment or a ``<script>`` that nothing closes is none: it would swallow the rest."""
    first = state.bMarks[start] + state.tShift[start]
    source = state.src
    if not source.startswith("<", first) or state.is_code_block(start):
        return False
    line = source[first : state.eMarks[start]]
    if raw := _RAW.match(line):
        stop = _closing_line(state, start, end, first, f"</{raw[1].lower()}>")
    elif line.startswith("<!--"):
        stop = _closing_line(state, start, end, first, "-->")
    elif _BLOCK.match(line) or (_ALONE.match(line) and not (silent and state.parentType == "paragraph")):
        stop = start + 1
        while stop < end and not state.isEmpty(stop) and state.sCount[stop] >= state.blkIndent:
            stop += 1
    else:
        return False
    if stop and not silent:
        state.line = stop
        token = state.push("html_block", "", 0)
        token.map = [start, stop]
        token.content = state.getLines(start, stop, state.blkIndent, True)  # noqa: FBT003
    return stop > 0


def _closing_line(state: StateBlock, start: int, end: int, at: int, closing: str) -> int:
    """The line after the one with *closing*, searched from *at*; 0 if the block that ends at *end* has none."""
    reading = reading_of(state.env)
    if reading.last(closing) < at:
        return 0
    for line in range(start, end):
        if line > start and state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return 0
        begin = at if line == start else state.bMarks[line]
        if reading.lower.find(closing, begin, state.eMarks[line]) >= 0:
            return line + 1
    return 0


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A block of code.  One that is never closed is told, and so are words that would not be shown."""
    if not fence(state, start, end, silent):
        return False
    if silent:
        return True
    token, last = state.tokens[-1], state.line - 1
    reading = reading_of(state.env)
    closing = state.src[state.bMarks[last] + state.tShift[last] : state.eMarks[last]].strip()
    if last == start or not closing.startswith(token.markup) or closing.strip(token.markup[0]):
        where = reading.at_line(start, 1)
        reading.warn(where, "this block of code is never closed", f"write {token.markup} on the line after the code")
    words = token.info.strip().partition(" ")[2]
    if words and not words.startswith("{") and "=" not in words:
        reading.warn(reading.at_line(start, 1), f"`{words}` is not shown", f"put it on a line below {token.markup}")
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A table.  Cells beyond those of its head, which Markdown drops, are kept in the last one, with a warning."""
    count = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    if silent:
        return True
    width = sum(token.type == "th_open" for token in state.tokens[count:])
    last = {
        token.map[0]: index
        for index, token in enumerate(state.tokens[count:], count)
        if token.type == "inline" and token.map
    }
    for line in range(start + 2, state.line):
        text = mdTrim(getLine(state, line))
        if text.count("|") < width:
            continue
        cells = escapedSplit(text)
        cells = cells[cells[0] == "" : len(cells) - (cells[-1] == "")]
        if beyond := [cell.strip() for cell in cells[width:] if cell.strip()]:
            state.tokens[last[line]].content += " | " + " | ".join(beyond)
            reading = reading_of(state.env)
            what = f"this row has {len(cells)} cells and the head of its table {width}, so its last cell takes the rest"
            reading.warn(reading.at_line(line), what, "add columns, or write \\| for a stroke")
    return True
