"""XML and HTML as a tree of elements with places, read so that a hostile file can do no harm.

XML goes to expat itself, which loads nothing from outside: no DTD, no external entity (CWE-611).  A file that declares
entities of its own is refused before they are used (CWE-776), and so is one that nests too deeply.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.errors import ContentError, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST: Final = 100
"""How many elements may stand in each other."""

_EMPTY: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_CLOSES_P: Final = frozenset(
    (
        *("address", "article", "aside", "blockquote", "div", "dl", "figure", "footer", "h1", "h2", "h3", "h4", "h5"),
        *("h6", "header", "hr", "main", "ol", "p", "pre", "section", "table", "ul"),
    )
)
_CLOSES_ITSELF: Final = frozenset(("dd", "dt", "li", "td", "th", "tr"))
_DECLARED: Final = re.compile(rb"<\?xml\s[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_OF_EXPAT: Final = frozenset((b"utf-8", b"utf-16", b"iso-8859-1", b"us-ascii"))
_SEPARATOR: Final = " "  # no name and no namespace in use has a space
_RUNS_ON: Final = frozenset(
    (
        *("a", "abbr", "acronym", "alt-code", "b", "bdi", "bdo", "big", "cite", "code", "del", "denom", "dfn", "em"),
        *("font", "frac", "frac-sep", "i", "ins", "kbd", "lang", "mark", "num", "numer", "pronounce", "q", "ruby", "s"),
        *("samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr"),
    )
)
_STANDS_APART: Final = _CLOSES_P | _CLOSES_ITSELF | {"block", "bq", "br", "hl1", "hl2"}


class Element(Struct):
    """An element: its name without its namespace, its attributes likewise, what is in it, and where it begins."""

    name: str
    namespace: str
    attributes: dict[str, str]
    where: Location
    children: list[Element | str]

    def get(self, attribute: str) -> str:
        """The value of *attribute*; ``""`` if it has none."""
        return self.attributes.get(attribute, "").strip()

    def elements(self) -> Iterator[Element]:
        """The elements directly in this one."""
        return (child for child in self.children if isinstance(child, Element))

    def all(self, *names: str) -> list[Element]:
        """The elements on the way *names*: ``all("head", "title")``."""
        found = [self]
        for name in names:
            found = [child for element in found for child in element.elements() if child.name == name]
        return found

    def first(self, *names: str) -> Element | None:
        """The first element on the way *names*."""
        return next(iter(self.all(*names)), None)

    def text(self, *names: str) -> str:
        """The words of the first element on the way *names* that has any, on one line."""
        return next((words for element in self.all(*names) if (words := element.words)), "")

    @property
    def words(self) -> str:
        """All words within, on one line; those of two elements side by side do not run together."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        """The words of each child, and a space where there is none between two that are apart for readers."""
        waiting: list[tuple[Element | str, Element | str]] = [("", self)]
        while waiting:
            before, each = waiting.pop()
            yield " " * parts(before, each)
            if isinstance(each, str):
                yield each
            else:
                waiting.extend(reversed(list(zip(["", *each.children], each.children, strict=False))))

    @property
    def raw(self) -> str:
        """All words within, with their white space."""
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)


def parts(before: Element | str, after: Element | str) -> bool:
    """Whether readers see a space between two neighbors: around blocks, and between elements that are no mere marks.

    ``<location>SEOUL</location><story.date>Oct. 28</story.date>`` is two words or more, ``<em>un</em><b>so</b>`` one.
    """
    elements = [each for each in (before, after) if isinstance(each, Element)]
    if any(each.name in _STANDS_APART for each in elements):
        return True
    return len(elements) == 2 and all(each.name not in _RUNS_ON for each in elements)  # noqa: PLR2004 - neighbors


def read_xml(data: bytes, path: str) -> Element:
    """The root of the XML document *data*, the bytes of the file at *path*.  Raises ContentError."""
    blank = len(data) - len(data.lstrip())
    document = data[blank:]
    declared = _DECLARED.match(document)
    encoding = None
    if declared and declared[1].lower() not in _OF_EXPAT:
        try:
            document, encoding = document.decode(declared[1].decode()).encode(), "utf-8"
        except (LookupError, ValueError):
            what = f"the encoding that this XML declares, {declared[1].decode()}, is not its own, or not known"
            raise ContentError.at(Location(path, 1), what, "save the file as UTF-8") from None
    return _Reader(path, data[:blank].count(b"\n"), encoding).root(document)


class _Reader:
    """What expat tells, put together without recursion."""

    def __init__(self, path: str, first_line: int, encoding: str | None) -> None:
        """Start with a document that is a tree without a root."""
        from xml.parsers import expat

        self._path = path
        self._first_line = first_line
        self._error: type[Exception] = expat.ExpatError
        self._stack = [Element("", "", {}, Location(path), [])]
        parser = expat.ParserCreate(encoding, namespace_separator=_SEPARATOR)
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._words
        parser.EntityDeclHandler = self._declared
        parser.SkippedEntityHandler = self._skipped
        self._parser = parser

    def root(self, data: bytes) -> Element:
        """The root element of *data*."""
        try:
            self._parser.Parse(data, True)  # noqa: FBT003 - its own form
        except self._error as error:
            what = f"this is not XML: {str(error).partition(':')[0]}"
            raise ContentError.at(self._where(), what, "ask the wire for the file as it was sent") from None
        return next(self._stack[0].elements())

    def _where(self) -> Location:
        return Location(
            self._path, self._first_line + self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._stack) > DEEPEST:
            raise ContentError.at(self._where(), f"more than {DEEPEST} elements stand in each other", "it is no story")
        namespace, _, local = name.rpartition(_SEPARATOR)
        given = {key.rpartition(_SEPARATOR)[2]: value for key, value in attributes.items()}
        element = Element(local, namespace, given, self._where(), [])
        self._stack[-1].children.append(element)
        self._stack.append(element)

    def _end(self, _name: str) -> None:
        self._stack.pop()

    def _words(self, words: str) -> None:
        self._stack[-1].children.append(words)

    def _declared(self, name: str, *_rest: object) -> None:
        what = f"this XML declares an entity, `{name}`, and such files are not read"
        raise ContentError.at(self._where(), what, "take the declaration out if you trust the file")

    def _skipped(self, name: str, _is_parameter: object) -> None:
        """A reference that the DTD, which is not read, would explain: those of HTML are known."""
        known = html.unescape(f"&{name};")
        if known == f"&{name};":
            raise ContentError.at(self._where(), f"the entity `&{name};` is not known", "write the character itself")
        self._words(known)


def read_html(text: str, where: Location) -> Element:
    """The elements of the HTML *text*, which is at *where*, below one without a name.  Nothing in it is an error."""
    reader = _HtmlReader(where)
    reader.feed(text)
    reader.close()
    return reader.top


class _HtmlReader(HTMLParser):
    """Tags as they come; what is not closed ends with what is around it."""

    def __init__(self, where: Location) -> None:
        super().__init__(convert_charrefs=True)
        self.top = Element("", "", {}, where, [])
        self._where = where
        self._stack = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if tag in _CLOSES_P:
            self._close("p")
        if tag in _CLOSES_ITSELF and self._stack[-1].name == tag:
            self._stack.pop()
        element = Element(tag, "", {key: value or "" for key, value in attrs}, self._where, [])
        self._stack[-1].children.append(element)
        if tag not in _EMPTY and len(self._stack) <= DEEPEST:
            self._stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself, as in XHTML."""
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self._close(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and all that are open in it; one that nothing opened is passed over."""
        self._close(tag)

    def handle_data(self, data: str) -> None:
        """Words."""
        self._stack[-1].children.append(data)

    def _close(self, tag: str) -> None:
        names = [element.name for element in self._stack]
        if tag in names:
            del self._stack[len(names) - 1 - names[::-1].index(tag) :]
