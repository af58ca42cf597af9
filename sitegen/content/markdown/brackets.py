"""Links, pictures, notes and spans: everything in square brackets, in one pass.

Each opening bracket is remembered; each closing one looks at the last of them and at what follows it.  So no text is
read twice and nothing recurses, however the brackets stand: this is the algorithm of the CommonMark specification
("An algorithm for parsing nested emphasis and links"), where markdown-it looks ahead from every opening bracket.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from markdown_it.common.utils import normalizeReference
from markdown_it.helpers import parseLinkDestination, parseLinkTitle
from markdown_it.rules_inline.state_inline import Delimiter, StateInline
from markdown_it.token import Token
from msgspec import Struct

from sitegen.content.markdown import attributes
from sitegen.content.markdown.emphasis import balanced, scanned
from sitegen.content.markdown.plaintext import plain
from sitegen.content.markdown.reading import Note, reading_of
from sitegen.content.markdown.tokens import block, inline, words

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline.state_inline import Scanned

_LONGEST_LABEL = 999  # CommonMark 0.31.2, link labels
_LABEL = re.compile(rf"\[((?:[^\\\[\]]|\\.){{0,{_LONGEST_LABEL}}}+)\]", re.DOTALL)
_SIMPLE = re.compile(r"\(([^\s()<>\\&]++)\)")
_SPACE = re.compile(r"[ \t\n]*")
_NOTE = re.compile(r"\[\^([^\s\[\]^]{1,200}+)\]")


class Bracket(Struct):
    """An opening bracket: its kind, its token, how many delimiters and marks stood before it, where its words begin.

    *nested*: another bracket has been opened since, so that what follows cannot be a label.
    """

    kind: Literal["[", "![", "^["]
    token: int
    delimiters: int
    marks: int
    start: int
    nested: bool = False


class State(StateInline):
    """markdown-it's state of a line of words, with the open brackets.

    An opening bracket of a link at an index below *floor* stands around a link, and so cannot be one.
    """

    def __init__(self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]) -> None:
        """Start to read *src*."""
        super().__init__(src, md, env, tokens)
        self.brackets: list[Bracket] = []
        self.loose = False  # whether a bracket has turned out to be no more than that
        self.floor = 0
        self.in_note = False  # no note has notes
        self.told = False  # of HTML that is none: once for a block is enough
        self.reading = reading_of(env)

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: FBT001, N802, N803
        """The run of emphasis markers at *start*."""
        return scanned(self, start, splits_words=canSplitWord)

    def flushed(self) -> None:
        """Turn words that wait into a token."""
        if waiting := self.pending:
            self.tokens.append(words(waiting))
            self.pending = ""

    def added(self, token: Token) -> Token:
        """Append *token*, after the words that wait."""
        self.flushed()
        self.tokens.append(token)
        return token

    def taken(self, opener: Bracket) -> tuple[list[Token], list[Delimiter], list[dict[str, Any] | None]]:
        """Everything since *opener*, which is removed from here: tokens, delimiters and marks with their numbers."""
        self.flushed()
        base = opener.token + 1
        tokens, delimiters = self.tokens[base:], self.delimiters[opener.delimiters :]
        marks = self.tokens_meta[opener.marks :]
        del self.tokens[base:], self.delimiters[opener.delimiters :], self.tokens_meta[opener.marks :]
        for group in (delimiters, *(mark["delimiters"] for mark in marks if mark)):
            for delimiter in group:
                delimiter.token -= base
        return tokens, delimiters, marks


def opened(state: State, _silent: bool) -> bool:  # noqa: FBT001
    """An opening bracket, or a reference to a footnote."""
    source, at = state.src, state.pos
    marker: Literal["[", "![", "^["]
    match source[at]:
        case "[":
            if source.startswith("[^", at) and _note_reference(state):
                return True
            marker = "["
        case "!" if source.startswith("[", at + 1):
            marker = "!["
        case "^" if source.startswith("[", at + 1) and not state.in_note:
            marker = "^["
            state.in_note = True
        case _:
            return False
    if state.brackets:
        state.brackets[-1].nested = True
    state.added(words(marker))
    start = at + len(marker)
    bracket = Bracket(marker, len(state.tokens) - 1, len(state.delimiters), len(state.tokens_meta), start)
    state.brackets.append(bracket)
    state.pos = start
    return True


def _note_reference(state: State) -> bool:
    """A reference to a footnote that the text defines, ``[^label]``."""
    found = _NOTE.match(state.src, state.pos)
    if not found:
        return False
    reading, label = state.reading, found[1]
    if label not in reading.note_lines:
        if not state.src.startswith(("(", "[", ":"), found.end()):
            where = reading.place(state.src, state.pos)
            reading.warn(
                where, f"there is no footnote [^{label}]", f"write `[^{label}]: its words` on a line of its own"
            )
        return False
    number = reading.note_numbers.get(label)
    if number is None:
        reading.notes.append(Note(label, [], reading.note_lines[label]))
        number = reading.note_numbers[label] = len(reading.notes)
    note = reading.notes[number - 1]
    note.references += 1
    state.added(Token("note", "", 0, meta={"number": number, "reference": note.references}))
    state.pos = found.end()
    return True


def closed(state: State, _silent: bool) -> bool:  # noqa: FBT001
    """A closing bracket, and what it makes of the words since the last opening one."""
    if not state.brackets:
        state.append_pending("]")
        state.pos += 1
        return True
    opener = state.brackets.pop()
    index = len(state.brackets)
    within_link = opener.kind == "[" and index < state.floor
    state.floor = min(state.floor, index)
    if opener.kind == "^[":
        _note(state, opener)
        return True
    found = None if within_link else _target(state, opener)
    if found is None:
        return _span(state, opener)
    href, title, end = found
    if opener.kind == "[":
        state.floor = index
        token = _wrapped(state, opener, "link", "a")
        token.attrs = {"href": href}
    else:
        token = _picture(state, opener)
        token.attrs = {"src": href, "alt": ""}
    if title:
        token.attrs["title"] = title
    state.pos = end
    attributed(state, token, opener.start - 1)
    return True


def _span(state: State, opener: Bracket) -> bool:
    """Words in brackets with attributes after them, ``[Zeitgeist]{lang=de}``; else the bracket is a bracket."""
    state.pos += 1
    if opener.kind == "[" and attributes.BRACES.match(state.src, state.pos):
        attributed(state, _wrapped(state, opener, "span", "span"), opener.start - 1)
    else:
        state.append_pending("]")
        state.loose = True
    return True


def attributed(state: State, token: Token, at: int) -> None:
    """Give *token* the attributes in braces that follow it; *at* is where it begins."""
    token.meta["at"] = at
    found = attributes.BRACES.match(state.src, state.pos)
    if found:
        attributes.apply(found[0], token, state.reading, state.reading.place(state.src, state.pos))
        state.pos = found.end()


def _wrapped(state: State, opener: Bracket, kind: str, tag: str) -> Token:
    """The opening token, now of *kind*, of everything since *opener*; emphasis ends inside it."""
    token = state.tokens[opener.token]
    token.type, token.tag, token.nesting, token.content = f"{kind}_open", tag, 1, ""
    state.added(Token(f"{kind}_close", tag, -1))
    if within := state.delimiters[opener.delimiters :]:
        state.tokens_meta.append({"delimiters": within})
        del state.delimiters[opener.delimiters :]
    return token


def _picture(state: State, opener: Bracket) -> Token:
    """The token of a picture, with the words since *opener* as its child."""
    token = state.tokens[opener.token]
    token.type, token.tag, token.content = "image", "img", ""
    # Only words can stand in for a picture, and a picture in them has left its own.
    token.children = [words(plain(_apart(state, opener)))]
    return token


def _note(state: State, opener: Bracket) -> None:
    """A note written where it is referred to, ``^[its words]``."""
    children = _apart(state, opener)
    del state.tokens[opener.token]
    reading = state.reading
    state.in_note = False
    content = state.src[opener.start : state.pos]
    line = reading.line + state.src.count("\n", 0, opener.start)
    for child in children:
        if "at" in child.meta:
            child.meta["at"] -= opener.start
    note = Note("", block("p", {}, [inline(children, line)]), line)
    note.tokens[1].content = content
    note.references = 1
    reading.notes.append(note)
    state.added(Token("note", "", 0, meta={"number": len(reading.notes), "reference": 1}))
    state.pos += 1


def _apart(state: State, opener: Bracket) -> list[Token]:
    """The words since *opener* as tokens of their own, their emphasis resolved."""
    tokens, delimiters, marks = state.taken(opener)
    inner = State("", state.md, state.env, tokens)
    inner.delimiters, inner.tokens_meta = delimiters, marks
    balanced(inner)
    return inner.tokens


def _target(state: State, opener: Bracket) -> tuple[str, str, int] | None:
    """The address and title that follow the closing bracket at ``state.pos``, and where they end."""
    after = state.pos + 1
    if state.src.startswith("(", after) and (found := _inline_target(state.src, after, state.posMax)):
        return found
    references: dict[str, dict[str, str]] | None = state.env.get("references")
    if not references:
        return None
    full = _LABEL.match(state.src, after)
    if full and full[1].strip():
        label = full[1]
    elif opener.nested or state.pos - opener.start > _LONGEST_LABEL:
        return None
    else:
        label = state.src[opener.start : state.pos]
    known = normalizeReference(label)
    reference = references.get(known)
    if reference is None:
        return None
    state.reading.references_used.add(known)
    return reference["href"], reference["title"], full.end() if full else after


def _inline_target(source: str, start: int, end: int) -> tuple[str, str, int] | None:
    """The address and title in parentheses at *start*, and where they end."""
    if simple := _SIMPLE.match(source, start):
        return simple[1], "", simple.end()
    at = end_of(_SPACE, source, start + 1)
    href = title = ""
    destination = parseLinkDestination(source, at, end)
    if destination.ok:
        href, at = destination.str, destination.pos
    spaced = end_of(_SPACE, source, at)
    if spaced > at and spaced < end:
        words = parseLinkTitle(source, spaced, end)
        if words.ok:
            title, spaced = words.str, end_of(_SPACE, source, words.pos)
    return (href, title, spaced + 1) if source.startswith(")", spaced) else None


def end_of(pattern: re.Pattern[str], source: str, at: int) -> int:
    """Where what *pattern* matches *at* that place ends."""
    found = pattern.match(source, at)
    return found.end() if found else at
