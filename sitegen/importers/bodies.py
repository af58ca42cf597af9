"""The text of a story in XHTML, HTML or NITF, as blocks of Markdown.

Words, headings, lists, quotes, tables, emphasis and links are kept.  Pictures and other media are not: they have rights
of their own, and are told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.content.forms import is_web_url
from sitegen.importers.escaping import SPACES, escaped, heading, paragraph, printable
from sitegen.importers.markup import Element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sitegen.errors import Problems

# XHTML, and NITF 3.6 (https://iptc.org/std/NITF/3.6/specification/), by what they mean for the text.
_HEADINGS: Final = {"h1": 2, "h2": 2, "hl1": 2, "hl2": 2, "h3": 3, "h4": 3, "h5": 3, "h6": 3}
_QUOTES: Final = frozenset(("blockquote", "bq"))
_LISTS: Final = frozenset(("ul", "ol"))
_TABLES: Final = frozenset(("table", "nitf-table", "nitf-table-summary"))
_AROUND: Final = frozenset(
    (
        *(
            "",
            "article",
            "aside",
            "block",
            "body",
            "body.content",
            "body.end",
            "body.head",
            "dd",
            "details",
            "div",
            "dl",
        ),
        *("dt", "footer", "header", "html", "main", "section", "summary"),
    )
)
_MEDIA: Final = frozenset(
    ("audio", "canvas", "embed", "figure", "iframe", "img", "map", "media", "object", "picture", "svg", "video")
)
_HIDDEN: Final = frozenset(("head", "link", "meta", "noscript", "script", "style", "template", "title"))
_NOTES: Final = frozenset(("fn", "note"))
_BLOCKS: Final = (
    frozenset(_HEADINGS) | _QUOTES | _LISTS | _TABLES | _AROUND | _MEDIA | _HIDDEN | _NOTES | {"p", "pre", "hr", "li"}
)
_WORDS: Final = frozenset(
    (
        *("a", "abbr", "acronym", "alt-code", "b", "bdi", "bdo", "big", "br", "chron", "cite", "classifier", "code"),
        *("copyrite", "copyrite.holder", "copyrite.year", "del", "denom", "dfn", "em", "event", "font", "frac"),
        *("frac-sep", "function", "i", "ins", "kbd", "lang", "location", "mark", "money", "name.family", "name.given"),
        *("num", "numer", "object.title", "org", "person", "postaddr", "pronounce", "q", "s", "samp", "small", "span"),
        *("strike", "strong", "sub", "sup", "time", "tt", "u", "var", "virtloc", "city", "state", "region", "country"),
        *("sublocation", "wbr"),
    )
)
_STYLES: Final = {"em": "*", "i": "*", "strong": "**", "b": "**"}
_ADDRESSED: Final = ("img", "source", "media-reference", "iframe")
_ADDRESSES: Final = ("src", "source", "href", "data", "srcset")
_BREAK: Final = "\n"


def blocks(element: Element, problems: Problems) -> tuple[str, ...]:
    """The blocks of Markdown for what is in *element*; what is left out or not known is told."""
    return tuple(block for block in _Body(problems).within(element) if block)


class _Body:
    """The text of one story."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems

    def within(self, element: Element) -> Iterator[str]:
        """The blocks of what is in *element*: words that stand there by themselves are a paragraph."""
        loose: list[Element | str] = []
        for child in element.children:
            if isinstance(child, Element) and (child.name in _BLOCKS or _has_blocks(child)):
                yield self._paragraph(loose)
                loose = []
                yield from self._block(child)
            else:
                loose.append(child)
        yield self._paragraph(loose)

    def _block(self, element: Element) -> Iterator[str]:
        name = element.name
        if name in _MEDIA:
            self._tell_media(element)
        elif name in _HIDDEN:
            pass
        elif name in _HEADINGS:
            yield heading(self._line(element), _HEADINGS[name])
        elif name in _QUOTES:
            yield _prefixed(self.within(element), "> ", "> ")
        elif name in _LISTS:
            yield self._list(element)
        elif name in _TABLES:
            yield self._table(element)
        elif name == "hr":
            yield "* * *"
        elif name == "pre":
            yield paragraph((escaped(printable(line)) for line in element.raw.split("\n")), broken=True)
        else:
            if name in _NOTES and element.words:
                what = f"a note stands within the text: `{element.words[:60]}`"
                self._problems.warning(element.where, what, "it stays as a paragraph: move or remove it")
            yield from self.within(element)

    def _paragraph(self, children: list[Element | str]) -> str:
        lines = self._inline(children).split(_BREAK)
        return paragraph(lines, broken=True)

    def _line(self, element: Element) -> str:
        """The words of *element*, escaped, on one line."""
        return " ".join(self._inline(element.children).split(_BREAK)).strip()

    def _list(self, element: Element) -> str:
        items = []
        for number, item in enumerate((child for child in element.elements() if child.name not in _HIDDEN), 1):
            mark = f"{number}. " if element.name == "ol" else "- "
            items.append(_prefixed(self.within(item), mark, " " * len(mark)))
        return "\n".join(filter(None, items))

    def _table(self, element: Element) -> str:
        """A table; the first row is its head if all of its cells are."""
        rows = [row for row in _descendants(element, "tr") if any(cell.name in {"td", "th"} for cell in row.elements())]
        if not rows:
            return ""
        cells = [[cell for cell in row.elements() if cell.name in {"td", "th"}] for row in rows]
        width = max(map(len, cells))
        texts = [[self._line(cell).replace("|", "\\|") for cell in row] + [""] * (width - len(row)) for row in cells]
        has_head = all(cell.name == "th" for cell in cells[0])
        head, body = (texts[0], texts[1:]) if has_head else ([""] * width, texts)
        return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * width, *body))

    def _inline(self, children: Iterable[Element | str], *, marked: bool = True) -> str:
        r"""The words of *children*, escaped, with their emphasis and links; ``\n`` where a line ends for readers.

        Without emphasis, if they are not to be *marked*.
        """
        done = ""
        for child in children:
            if isinstance(child, str):
                done += escaped(SPACES.sub(" ", printable(child.replace("\n", " "))))
            elif child.name == "br":
                done = done.rstrip(" ") + _BREAK
            elif child.name in _MEDIA:
                self._tell_media(child)
            elif child.name not in _HIDDEN:
                done = self._element(child, done, marked=marked)
        return re.sub(" {2,}", " ", done)

    def _element(self, element: Element, done: str, *, marked: bool) -> str:
        """*done*, the words so far, and those of *element*."""
        inner = self._inline(element.children, marked=marked)
        if done.endswith("*") and inner.startswith("*"):
            inner = self._inline(element.children, marked=False)  # asterisks that meet are read as one mark
        if element.name not in _WORDS and inner.strip():
            what = f"<{element.name}> is not known: its words are kept"
            self._problems.warning(element.where, what, "look at the text there")
        words = inner.strip(" ")
        lead, trail = inner[: len(inner) - len(inner.lstrip(" "))], inner[len(inner.rstrip(" ")) :]
        if element.name == "a" and words:
            words = self._linked(element, words)
            if words.startswith("[") and done.endswith(("!", "^")) and not lead:
                done = f"{done[:-1]}\\{done[-1]}"  # else the link were a picture, or a note
        elif marked and (mark := _STYLES.get(element.name)) and _can_be_marked(words, done + lead):
            words = f"{mark}{words}{mark}"
        return f"{done}{lead}{words}{trail}"

    def _linked(self, element: Element, words: str) -> str:
        """*words* as a link to where *element* leads; alone where that is no address of the web."""
        href = element.get("href")
        if is_web_url(href) and not any(_descendants(element, "a")):
            href = href.replace("(", "%28").replace(")", "%29").replace("&", "\\&")
            inside = words.replace(_BREAK, " ").replace("]", "\\]")
            return f"[{inside}]({href})"
        if href and not href.lower().startswith(("mailto:", "#")):
            self._problems.warning(element.where, f"the link to `{href[:80]}` was left out", "its words are kept")
        return words

    def _tell_media(self, element: Element) -> None:
        """Tell of a picture, film or frame, by its address or its words."""
        names = [element, *(each for name in _ADDRESSED for each in _descendants(element, name))]
        address = next((found for each in names for key in _ADDRESSES if (found := each.get(key))), "")
        what = f"<{element.name}> was left out: `{(address or element.words)[:100]}`"
        self._problems.warning(element.where, what, "add it yourself if you have the right to it")


def _has_blocks(element: Element) -> bool:
    """Whether blocks stand somewhere in *element*, which is none by its name; media among words are none."""
    return any(child.name in _BLOCKS - _MEDIA - _HIDDEN or _has_blocks(child) for child in element.elements())


def _descendants(element: Element, name: str) -> Iterator[Element]:
    """The elements called *name* anywhere in *element*, in order."""
    for child in element.elements():
        if child.name == name:
            yield child
        yield from _descendants(child, name)


def _can_be_marked(words: str, before: str) -> bool:
    """Whether asterisks around *words*, after *before*, are sure to be read as emphasis."""
    plain = words.replace("\\*", "")
    edges = words[:1].isalnum() and words[-1:].isalnum()
    return edges and "*" not in plain and _BREAK not in words and not before.endswith("*")


def _prefixed(blocks_: Iterable[str], first: str, rest: str) -> str:
    """Blocks in a list or a quote: *first* before the first line, *rest* before all others."""
    lines = "\n\n".join(filter(None, blocks_)).split("\n")
    if lines == [""]:
        return ""
    return "\n".join(f"{rest if index else first}{line}".rstrip() for index, line in enumerate(lines))
