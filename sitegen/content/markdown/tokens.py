"""Tokens of our own making, in markdown-it's form."""

from __future__ import annotations

from markdown_it.token import Token

Attributes = dict[str, str | int | float]


def opening(tag: str, attrs: Attributes | None = None, *, is_block: bool = False) -> Token:
    """The token that opens the element *tag*."""
    return Token(f"{tag}_open", tag, 1, attrs=attrs or {}, block=is_block)


def closing(tag: str, *, is_block: bool = False) -> Token:
    """The token that closes the element *tag*."""
    return Token(f"{tag}_close", tag, -1, block=is_block)


def block(tag: str, attrs: Attributes, inner: list[Token]) -> list[Token]:
    """The element *tag* around *inner*, as a block."""
    return [opening(tag, attrs, is_block=True), *inner, closing(tag, is_block=True)]


def words(text: str) -> Token:
    """A token of *text*, which is escaped when it is printed."""
    return Token("text", "", 0, content=text)


def ours(html: str) -> Token:
    """A token of HTML that we made ourselves, which is printed as it is."""
    return Token("ours", "", 0, content=html)


def link(url: str, inner: list[Token]) -> list[Token]:
    """A link to *url* around *inner*, as an editor would have written it."""
    return [Token("link_open", "a", 1, attrs={"href": url}), *inner, Token("link_close", "a", -1)]


def inline(children: list[Token], line: int) -> Token:
    """The words *children* of the line with index *line*."""
    content = "".join(child.content for child in children)
    return Token("inline", "", 0, content=content, children=children, map=[line, line + 1], block=True)
