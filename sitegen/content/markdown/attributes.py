"""Attributes that an editor gives a heading, block, link, picture or words: ``{#id .class lang=de}``.

Braces that do not hold exactly this stay words of the story: an article is never a template, and nothing vanishes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    from sitegen.content.markdown.reading import Reading
    from sitegen.errors import Location

_NAME = r"[^\s#.{}\"'<>=&`\\]++"
_ITEM = rf"(?>#{_NAME}|\.{_NAME}|[A-Za-z][\w:-]*+=(?:\"[^\"\n]*+\"|[\w:/%-]++))"
BRACES = re.compile(rf"\{{:?[ \t]*+(?:{_ITEM}[ \t]*+)++\}}")
"""Attributes in braces.  Possessive, so that the time to refuse them is linear."""

_PART = re.compile(rf"#({_NAME})|\.({_NAME})|([A-Za-z][\w:-]*+)=(?:\"([^\"\n]*+)\"|([\w:/%-]++))")
_RELATIONS = frozenset(
    (
        *("author", "bookmark", "external", "help", "license", "me", "nofollow", "noopener", "noreferrer", "sponsored"),
        *("tag", "ugc"),
    )
)
_ALLOWED = frozenset(("id", "class", "lang", "dir", "title", "rel", "credit", "width", "height"))
_ONLY = {"rel": ("link_open",), "credit": ("image",), "width": ("image",), "height": ("image",)}
_DIRECTIONS = frozenset(("ltr", "rtl", "auto"))
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def apply(braces: str, token: Token, reading: Reading, where: Location) -> None:
    """Put the attributes in *braces* on *token*; tell which of them it cannot have."""
    for part in _PART.finditer(braces):
        name, classes, key, quoted, bare = part.groups()
        if name:
            _set(token, "id", name, reading, where)
        elif classes:
            token.attrJoin("class", classes)
        else:
            _set(token, key.lower(), quoted if quoted is not None else bare, reading, where)


def _set(token: Token, key: str, value: str, reading: Reading, where: Location) -> None:
    """Put one attribute on *token*, if it may have it."""
    if key not in _ALLOWED or token.type not in _ONLY.get(key, (token.type,)):
        reading.warn(where, f"the attribute {key} is not allowed here, so it is left out", "use id, class, lang, dir")
    elif key == "id":
        if claimed := reading.ids.claim(value):
            token.attrs["id"] = claimed
        else:
            reading.warn(where, f"the id {value} stands twice in this text", "give one of them another id")
    elif key == "class":
        token.attrJoin("class", value)
    elif _fits(key, value):
        token.attrs[key] = value
    else:
        reading.warn(where, f"{value} is no {key}, so the attribute is left out", "correct or remove it")


def _fits(key: str, value: str) -> bool:
    """Whether *value* can be the value of the attribute *key*."""
    match key:
        case "lang":
            return _LANGUAGE.fullmatch(value) is not None
        case "dir":
            return value in _DIRECTIONS
        case "rel":
            return all(word in _RELATIONS for word in value.split())
        case "width" | "height":
            return value.isdecimal() and value.isascii()
    return True


def id_in(braces: str) -> str:
    """The id that *braces* give; ``""`` if they give none."""
    return next((part[1] for part in _PART.finditer(braces) if part[1]), "")


def split_heading(content: str) -> tuple[str, str]:
    """The words of a heading, and the braces at its end (``""``: none)."""
    start = content.rfind("{")
    if start > 0 and (found := BRACES.fullmatch(content, start)):
        return content[:start].rstrip(), found[0]
    return content, ""


def block_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A line of attributes alone, directly above the block that they are for."""
    first = state.bMarks[start] + state.tShift[start]
    if state.src[first] != "{" or state.is_code_block(start) or start + 1 >= end or state.isEmpty(start + 1):
        return False
    line = state.src[first : state.eMarks[start]].rstrip()
    if not BRACES.fullmatch(line):
        return False
    if not silent:
        token = state.push("attributes", "", 0)
        token.content = line
        token.map = [start, start + 1]
        state.line = start + 1
    return True


def resolved(tokens: list[Token], reading: Reading) -> list[Token]:
    """*tokens* with each line of attributes put on the block after it."""
    if not any(token.type == "attributes" for token in tokens):
        return tokens
    kept: list[Token] = []
    waiting: list[Token] = []
    for token in tokens:
        if token.type == "attributes":
            waiting.append(token)
            continue
        for line in waiting if token.nesting >= 0 else ():
            apply(line.content, token, reading, reading.at_line((line.map or [0])[0], 1))
        waiting = []
        kept.append(token)
    return kept
