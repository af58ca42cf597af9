"""Headings: their ids, their levels, and the outline they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.content.markdown.plaintext import plain
from sitegen.model.article import Heading
from sitegen.slugs import slug

if TYPE_CHECKING:
    from markdown_it.token import Token

    from sitegen.content.markdown.reading import Reading

_DEEPEST = 6


def outlined(tokens: list[Token], reading: Reading, above: int = 1) -> tuple[Heading, ...]:
    """The outline of *tokens*, whose headings are given ids and levels.

    The page has its one ``<h1>`` already, so a text's headings begin at ``<h2>``, one below the level *above*; and none
    is skipped, which would lead readers of screen readers astray: the levels that an editor used keep their order, not
    their numbers.
    """
    outline = []
    levels: list[int] = []
    for index, token in enumerate(tokens):
        if token.type == "heading_close":
            token.tag = f"h{min(len(levels) + above, _DEEPEST)}"
        if token.type != "heading_open":
            continue
        written = int(token.tag[1:])
        while levels and levels[-1] >= written:
            levels.pop()
        levels.append(written)
        level = min(len(levels) + above, _DEEPEST)
        token.tag = f"h{level}"
        title = " ".join(plain(tokens[index + 1].children or []).split())
        if "id" not in token.attrs:
            token.attrs["id"] = reading.ids.unique(slug(title))
        outline.append(Heading(level, str(token.attrs["id"]), title))
    return tuple(outline)
