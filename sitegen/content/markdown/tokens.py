"""Tokens of our own making, in markdown-it's form."""

from __future__ import annotations

from markdown_it.token import Token

Attributes = dict[str, str | int | float]


class Piece(Token):
    """A token of words or of the end of a line, which has no attributes.

    A text has hundreds of them, and markdown-it's own way to make a token takes twice as long.
    """

    __slots__ = ()

    def __init__(self, kind: str, tag: str = "", content: str = "") -> None:
        """Make a token of *kind*."""
        self.type, self.tag, self.content = kind, tag, content
        self.nesting, self.level, self.markup, self.info = 0, 0, "", ""
        self.attrs, self.meta = {}, {}
        self.map = self.children = None
        self.block = self.hidden = False


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
    return Piece("text", content=text)


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
