"""JSON as a tree of elements with places, so that what is read of it and what is left are known as for XML.

Names of fields are in small letters, as versions of ninjs differ in their capitals; a list is elements of one name.
What only identifies a record, such as its code, is an attribute of it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from sitegen.content.jsontext import read_json
from sitegen.errors import ContentError, Location
from sitegen.importers.markup import DEEPEST, Element

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},:]|[^\s\[\]{},:"]++')
_IDENTIFIES: Final = frozenset(("code", "contenttype", "qcode", "rel", "role", "scheme", "uri"))


def read_records(text: str, path: str) -> tuple[Element, ...]:
    """The records in the JSON *text* of the file at *path*: one, or those of a list.  Raises ContentError."""
    read_json(text, path)  # it is JSON, or the error says why not
    top = _Reader(text, path).top()
    return tuple(top.elements())


class _Reader:
    """The tokens of a text that is JSON, put together without recursion."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._ends = [found.start() for found in re.finditer("\n", text)]

    def top(self) -> Element:
        """An element with what the text holds."""
        top = Element("", "", {}, Location(self._path, 1, 1), [])
        stack: list[tuple[Element, str]] = [(top, "[")]  # what is open, with its bracket
        key, where = "", top.where
        for piece, start, follows in self._tokens():
            element, bracket = stack[-1]
            if piece in "]}":
                stack.pop()
            elif piece in "[{":
                where = where if key else self._place(start)
                stack.append((self._opened(element, key, piece, where), piece))
                if len(stack) > DEEPEST:
                    raise ContentError.at(where, f"more than {DEEPEST} records stand in each other", "it is no story")
                key = ""
            elif bracket == "{" and follows == ":":
                key, where = json.loads(piece).casefold(), self._place(start)
            else:
                _put(element, key, piece, where if key else self._place(start))
                key = ""
        return top

    def _tokens(self) -> Iterator[tuple[str, int, str]]:
        """Each piece but commas and colons, where it starts, and the piece after it."""
        found = [(match[0], match.start()) for match in _TOKEN.finditer(self._text)]
        for (piece, start), (follows, _) in zip(found, [*found[1:], ("", 0)], strict=True):
            if piece not in ",:":
                yield piece, start, follows

    def _opened(self, parent: Element, key: str, bracket: str, where: Location) -> Element:
        """What holds the values of a record or list that begins: for a list in a field, it is what the field is in."""
        if bracket == "[":
            return Element(key or parent.name, parent.namespace, parent.attributes, where, parent.children)
        element = Element(key or parent.name, "", {}, where, [])
        parent.children.append(element)
        return element

    def _place(self, start: int) -> Location:
        line = bisect_right(self._ends, start)
        before = self._ends[line - 1] if line else -1
        return Location(self._path, line + 1, start - before)


def _put(element: Element, key: str, piece: str, where: Location) -> None:
    """Put the scalar *piece* into *element*, as its field *key* or as one of a list."""
    value = json.loads(piece)
    words = value if isinstance(value, str) else "" if value is None else piece
    if key in _IDENTIFIES and words and element.name:
        element.attributes[key] = words
    else:
        element.children.append(Element(key or element.name, "", {}, where, [words] if words else []))
