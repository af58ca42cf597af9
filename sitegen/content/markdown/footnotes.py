"""Footnotes: ``[^1]`` in the text, ``[^1]: its words`` anywhere, or ``^[its words]`` in place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from sitegen.content.markdown.reading import Note, Reading, reading_of

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_LABEL = re.compile(r"\[\^([^\s\[\]^]{1,200}+)\]:[ \t]*")
_INDENT = 4


def definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """The words of a note, with everything indented below them."""
    if state.is_code_block(start):
        return False
    first = state.bMarks[start] + state.tShift[start]
    found = _LABEL.match(state.src, first, state.eMarks[start])
    if not found:
        return False
    if silent:
        return True
    reading, label = reading_of(state.env), found[1]
    if label in reading.note_lines:
        where = reading.at_line(start, 1)
        reading.error(where, f"the footnote [^{label}] is defined twice", "give one of them another label")
    reading.note_lines.setdefault(label, start)
    opening = state.push("note_open", "", 1)
    opening.meta = {"label": label}
    opening.map = [start, start]
    kept = state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType
    state.bMarks[start], state.tShift[start] = found.end(), 0
    state.blkIndent += _INDENT
    state.sCount[start] = state.blkIndent
    state.parentType = "footnote"
    state.md.block.tokenize(state, start, end)
    state.blkIndent -= _INDENT
    state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType = kept
    opening.map = [start, state.line]
    state.push("note_close", "", -1)
    return True


def gathered(tokens: list[Token], reading: Reading) -> list[Token]:
    """*tokens* without the words of notes, which are kept in *reading*; those that nothing refers to are told."""
    if not reading.note_lines:
        return tokens
    text: list[Token] = []
    current: list[Token] | None = None
    depth = 0
    for token in tokens:
        depth += {"note_open": 1, "note_close": -1}.get(token.type, 0)
        if token.type == "note_open" and depth == 1:
            current = _words_of(token, reading)
        elif token.type not in {"note_open", "note_close"}:
            (text if current is None else current).append(token)
        if depth == 0:
            current = None
    return text


def _words_of(opening: Token, reading: Reading) -> list[Token]:
    """Where the words of the note that *opening* opens are to be kept."""
    label, line = str(opening.meta["label"]), (opening.map or [0])[0]
    number = reading.note_numbers.get(label)
    if number is not None and reading.note_lines[label] == line:
        return reading.notes[number - 1].tokens
    if number is None:
        what = f"nothing refers to the footnote [^{label}]"
        reading.warn(reading.at_line(line, 1), what, f"write [^{label}] where it belongs, or remove it")
    note = Note(label, [], line)
    reading.notes.append(note)
    return note.tokens


def section(reading: Reading) -> list[Token]:
    """The tokens of the list of notes at the end of a text."""
    if not reading.notes:
        return []
    tokens = [
        Token("notes_open", "div", 1, attrs={"class": "footnotes", "role": "doc-endnotes"}, block=True),
        Token("hr", "hr", 0, block=True),
        Token("notes_list_open", "ol", 1, block=True),
    ]
    for number, note in enumerate(reading.notes, 1):
        item = Token("note_item_open", "li", 1, attrs={"id": reading.ids.keep(f"fn{number}")}, block=True)
        back = _back_links(number, note)
        words = note.tokens
        if len(words) > 1 and words[-1].tag == "p" and words[-2].type == "inline":
            words[-2].children = [*(words[-2].children or []), *back]
            back = []
        tokens += [item, *words, *back, Token("note_item_close", "li", -1, block=True)]
    tokens += [Token("notes_list_close", "ol", -1, block=True), Token("notes_close", "div", -1, block=True)]
    return tokens


def reference_id(number: int, reference: int) -> str:
    """The id of the place that refers to note *number* for the *reference*-th time (from 1)."""
    return f"fnref{number}" if reference == 1 else f"fnref{number}-{reference}"


def reference_html(number: int, reference: int) -> str:
    """The raised number that leads to a note."""
    own = reference_id(number, reference)
    return f'<sup class="footnote-ref"><a href="#fn{number}" id="{own}" role="doc-noteref">{number}</a></sup>'


def _back_links(number: int, note: Note) -> list[Token]:
    """The links from a note to the places that refer to it."""
    links = []
    for reference in range(1, note.references + 1):
        label = f"↩ {number}" if reference == 1 else f"↩ {number}-{reference}"
        href = f"#{reference_id(number, reference)}"
        # U+FE0E keeps phones from showing the arrow as an emoji.
        link = f' <a href="{href}" class="footnote-back" role="doc-backlink" aria-label="{label}">↩\ufe0e</a>'
        links.append(Token("ours", "", 0, content=link))
    return links
