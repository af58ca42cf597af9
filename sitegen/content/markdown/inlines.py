"""The words of a block: emphasis, links, code and the rest, each character led to the few rules it can start.

markdown-it asks every rule at every mark; here a table of marks decides, and no rule looks further ahead than it must.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import autolink, backtick, emphasis, entity, escape
from markdown_it.rules_inline import strikethrough as strike

from sitegen.content.markdown import shortcuts
from sitegen.content.markdown.brackets import State, attributed, closed, end_of, opened
from sitegen.content.markdown.emphasis import balanced
from sitegen.content.markdown.html_rules import TAG
from sitegen.content.markdown.tokens import Piece, words

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARK = re.compile(r"[\n\\`*_~\[\]<&!^]")
_INDENT = re.compile(r"[ \t]*")
_SWALLOWS = re.compile(r"[!?/A-Za-z]")


class Inlines(ParserInline):
    """markdown-it's parser of words, with our rules."""

    def parse(self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]) -> list[Token]:
        """The tokens of the words *src*."""
        if not _MARK.search(src):
            tokens += [words(src)] if src else []
            return tokens
        state = State(src, md, env, tokens)
        _read(state)
        # Else there is no emphasis, and no bracket that is one would stand beside words as a token of its own.
        if state.delimiters or any(state.tokens_meta) or state.loose or state.brackets:
            balanced(state)
        return state.tokens


def _read(state: State) -> None:
    """Read all of the words, mark by mark."""
    source, end = state.src, state.posMax
    while state.pos < end:
        found = _MARK.search(source, state.pos)
        at = found.start() if found else end
        if at > state.pos:
            state.append_pending(source[state.pos : at])
            state.pos = at
        if not found:
            break
        mark = source[at]
        for rule in _RULES[mark]:
            if rule(state, False):  # noqa: FBT003
                break
        else:
            state.append_pending(mark)
            state.pos += 1
    state.flushed()


def _newline(state: State, _silent: bool) -> bool:  # noqa: FBT001
    """The end of a line, which is one for readers as well after two spaces."""
    waiting = state.pending
    kept = waiting.rstrip(" ")
    if kept:
        state.tokens.append(words(kept))
    if waiting:
        state.pending = ""
    state.tokens.append(Piece("hardbreak" if len(waiting) - len(kept) > 1 else "softbreak", "br"))
    state.pos += 1
    if state.src.startswith((" ", "\t"), state.pos):
        state.pos = end_of(_INDENT, state.src, state.pos)
    return True


def _code(state: State, silent: bool) -> bool:  # noqa: FBT001
    """Code between backticks, with the attributes after it."""
    at, count = state.pos, len(state.tokens)
    backtick(state, silent)
    if len(state.tokens) > count and state.tokens[-1].type == "code_inline":
        attributed(state, state.tokens[-1], at)
    return True


def _autolink(state: State, silent: bool) -> bool:  # noqa: FBT001
    """An address in angle brackets."""
    at = state.pos
    found = autolink(state, silent)
    if found:
        state.tokens[-3].meta["at"] = at  # before its words and its end
    return found


def _html(state: State, _silent: bool) -> bool:  # noqa: FBT001
    """A tag or a comment.  What is never closed, and any other declaration, are words like others."""
    source, at = state.src, state.pos
    if source.startswith("<!--", at):
        short = next((form for form in ("<!-->", "<!--->") if source.startswith(form, at)), "")
        end = at + len(short) if short else _end_of_comment(state, at)
    else:
        found = TAG.match(source, at) if _closes(state, at) else None
        end = found.end() if found else 0
    if not end:
        if source.startswith(("<!", "<?"), at) and not state.told:
            state.told = True
            _tell_unclosed(state, at)
        return False
    token = state.push("html_inline", "", 0)
    token.content = source[at:end]
    token.meta["at"] = at
    state.pos = end
    return True


def _tell_unclosed(state: State, at: int) -> None:
    """Tell what is wrong *at* that place; it is an error if what was meant for colleagues would be shown to readers."""
    reading, where = state.reading, state.reading.place(state.src, at)
    last = reading.last("-->")
    if state.src.startswith("<!--", at) and last >= 0 and reading.lower.count("\n", 0, last) > reading.line:
        fix = "let it begin on a line of its own, or write it in one paragraph"
        reading.error(where, "this comment is within a paragraph and goes on after it, where it would be shown", fix)
    else:
        what = f"{state.src[at : at + 4].split()[0]} starts something that is not HTML, or is never closed"
        reading.warn(where, what, "it is shown as text: close or remove it")


def _end_of_comment(state: State, at: int) -> int:
    """Where the comment at *at* ends; 0 if nothing closes it."""
    if state.html_terminator_last("-->") < at + 4:
        return 0
    return state.src.index("-->", at + 4) + 3


def _closes(state: State, at: int) -> bool:
    """Whether a tag can start at *at*: it may, by its first character, and some ``>`` follows."""
    return _SWALLOWS.match(state.src, at + 1) is not None and state.html_terminator_last(">") > at


_RULES: dict[str, tuple[Callable[[State, bool], bool], ...]] = {
    "\n": (_newline,),
    "\\": (escape,),
    "`": (_code,),
    "*": (shortcuts.emphasis, emphasis.tokenize),
    "_": (shortcuts.emphasis, emphasis.tokenize),
    "~": (strike.tokenize,),
    "[": (shortcuts.link, opened),
    "!": (opened,),
    "^": (opened,),
    "]": (closed,),
    "<": (_html, _autolink),
    "&": (entity,),
}
