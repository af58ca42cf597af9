"""Layouts as they were typed: what is found under a name, before anything is made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from sitegen.errors import LayoutError, Location, Problem


class LayoutText(Struct, frozen=True):
    """The text of the layout called *name*.

    *path* is where it lies, for messages: ``layouts/article.html``, ``theme/article.html``.
    """

    name: str
    path: str
    text: str


Find: TypeAlias = Callable[[str], LayoutText | None]
"""Answers which text a name has: the site's over the theme's; ``theme/article.html`` is always the theme's own."""


def layout_text(name: str, path: str, data: bytes) -> LayoutText:
    """The layout called *name*, from the bytes of its file.  Raises LayoutError if they are not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = Location(path, data.count(b"\n", 0, error.start) + 1)
        what = f"byte {data[error.start]:#04x} is not UTF-8"
        raise LayoutError([Problem(where, what, "save the file as UTF-8")]) from None
    return LayoutText(name, path, text.replace("\r\n", "\n"))
