"""The text of a story in XHTML, HTML or NITF, as blocks of Markdown.

Words, headings, lists, quotes, tables, emphasis and links are kept.  Pictures and other media are not: they have rights
of their own, and are told with their captions.  So is all else that readers of the wire see.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.content.forms import is_web_url
from sitegen.importers.escaping import SPACES, escaped, heading, paragraph, printable
from sitegen.importers.markup import Element, parts

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
            "address",
            "article",
            "aside",
            "block",
            "body",
            "body.content",
            "body.end",
            "body.head",
            "caption",
            "center",
            "col",
            "colgroup",
            "credit",
            "dd",
            "details",
            "div",
            "dl",
        ),
        *("dt", "footer", "header", "hgroup", "html", "main", "section", "summary", "tbody", "td", "tfoot", "th"),
        *("thead", "tr"),
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
_QUOTATION_MARKS: Final = "\"'“”„«»‘’「『"
# What words would say something else without: 10<sup>6</sup>, <del>not</del>.
_ALTERED: Final = frozenset(("del", "s", "strike", "sub", "sup"))
_BREAK: Final = "\n"
_CUT: Final = 500
# Attributes that are for machines; all others are told.  Those of media are few: a caption may be one.
_LAYOUT: Final = frozenset(
    (
        *("align", "allow", "allowfullscreen", "bgcolor", "border", "cellpadding", "cellspacing", "char", "charoff"),
        *("class", "color", "cols", "colspan", "contenteditable", "crossorigin", "decoding", "dir", "draggable"),
        *("face", "fetchpriority", "frame", "frameborder", "headers", "height", "hidden", "hspace", "id", "lang"),
        *("loading", "media-type", "mime-type", "noshade", "nowrap", "referrerpolicy", "rows", "rowspan", "rules"),
        *("scope", "scrolling", "size", "sizes", "spellcheck", "style", "tabindex", "target", "valign", "vspace"),
        "width",
    )
)
_CODES: Final = frozenset(("datetime", "href", "idsrc", "itemprop", "name", "norm", "rel", "role", "type", "value"))


def blocks(element: Element, problems: Problems) -> tuple[str, ...]:
    """The blocks of Markdown for what is in *element*; what is left out or not known is told."""
    body = _Body(problems)
    body.tell_attributes(element)
    return tuple(block for block in body.within(element) if block)


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
        if name in _MEDIA or name in _HIDDEN:
            self._tell_left(element)
        elif name in _HEADINGS:
            yield heading(self._line(element), _HEADINGS[name])
        elif name in _QUOTES:
            yield _prefixed(self.within(element), "> ", "> ")
        elif name in _LISTS:
            yield self._list(element)
        elif name in _TABLES:
            yield from self._table(element)
        elif name == "hr":
            yield "* * *"
            yield from self.within(element)
        elif name == "pre":
            for left in (each for kind in sorted(_MEDIA | _HIDDEN) for each in _descendants(element, kind)):
                self._tell_left(left)
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
        """A list, with the number that it starts at; words that stand between its items are items too."""
        start = int(element.get("start")) if element.get("start").isdecimal() else 1
        items: list[str] = []
        for child in element.children:
            if isinstance(child, str):
                item = [self._paragraph([child])]
            elif child.name in _HIDDEN:
                self._tell_left(child)
                continue
            else:
                item = list(self.within(child) if child.name == "li" else self._block(child))
            mark = f"{min(start + len(items), 999_999_999)}. " if element.name == "ol" else "- "
            if made := _prefixed(item, mark, " " * len(mark)):
                items.append(made)
        return "\n".join(items)

    def _table(self, element: Element) -> Iterator[str]:
        """A table, below what is in it outside of its cells; the first row is its head if all of its cells are."""
        rows: list[list[Element]] = []
        rest: list[Element | str] = []
        _sort(element, rows, rest)
        yield from self.within(Element("", "", {}, element.where, rest))
        if not rows:
            return
        width = max(map(len, rows))
        texts = [[self._line(cell).replace("|", "\\|") for cell in row] + [""] * (width - len(row)) for row in rows]
        has_head = all(cell.name == "th" for cell in rows[0])
        head, body = (texts[0], texts[1:]) if has_head else ([""] * width, texts)
        yield "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * width, *body))

    def _inline(self, children: Iterable[Element | str], *, marked: bool = True) -> str:
        r"""The words of *children*, escaped, with their emphasis and links; ``\n`` where a line ends for readers.

        Without emphasis, if they are not to be *marked*.
        """
        done = ""
        before: Element | str = ""
        for child in children:
            if isinstance(child, str):
                done += escaped(SPACES.sub(" ", printable(child.replace("\n", " "))))
            elif child.name in _MEDIA or child.name in _HIDDEN:
                self._tell_left(child)
            elif child.name == "br":
                done = done.rstrip(" ") + _BREAK + self._inline(child.children, marked=marked)
            else:
                apart = " " if parts(before, child) and done[-1:].strip() else ""
                done = self._element(child, done + apart, marked=marked)
            before = child
        return re.sub(" {2,}", " ", done)

    def _element(self, element: Element, done: str, *, marked: bool) -> str:
        """*done*, the words so far, and those of *element*."""
        inner = self._inline(element.children, marked=marked)
        if done.endswith("*") and inner.startswith("*"):
            inner = self._inline(element.children, marked=False)  # asterisks that meet are read as one mark
        if inner.strip() and element.name in _ALTERED:
            what = f"<{element.name}> is not kept, and its words are: `{element.words[:_CUT]}`"
            self._problems.warning(element.where, what, "make sure that the text still says what it said")
        elif element.name not in _WORDS | _BLOCKS and inner.strip():
            what = f"<{element.name}> is not known: its words are kept"
            self._problems.warning(element.where, what, "look at the text there")
        words = inner.strip(" ")
        lead, trail = inner[: len(inner) - len(inner.lstrip(" "))], inner[len(inner.rstrip(" ")) :]
        if element.name == "q" and words and words[0] not in _QUOTATION_MARKS:
            words = f'"{words}"'
        if element.name == "frac-sep" or (element.name == "denom" and done[-1:].isalnum()):
            words = words or "/" if element.name == "frac-sep" else f"/{words}"
        if element.name in {"frac", "num"} and done[-1:].isdecimal() and words[:1].isdecimal() and not lead:
            lead = " "
        if element.name == "a":
            words = self._linked(element, words)
            if words.startswith("[") and done.endswith(("!", "^")) and not lead:
                done = f"{done[:-1]}\\{done[-1]}"  # else the link were a picture, or a note
        elif marked and (mark := _STYLES.get(element.name)) and _can_be_marked(words, done + lead):
            words = f"{mark}{words}{mark}"
        return f"{done}{lead}{words}{trail}"

    def _linked(self, element: Element, words: str) -> str:
        """*words* as a link to where *element* leads; alone where that is no address of the web, which is told."""
        href = element.get("href")
        if words and is_web_url(href) and not any(_descendants(element, "a")):
            href = href.replace("(", "%28").replace(")", "%29").replace("&", "\\&")
            inside = words.replace(_BREAK, " ").replace("]", "\\]")
            return f"[{inside}]({href})"
        address = href[len("mailto:") :].partition("?")[0] if href.lower().startswith("mailto:") else ""
        if href and not href.startswith("#") and not (address and address in element.words):
            self._problems.warning(element.where, f"the link to `{href[:_CUT]}` was left out", "its words are kept")
        return words

    def tell_attributes(self, element: Element) -> None:
        """Tell the attributes of *element*, and of all in it that stays, which readers of the wire may see."""
        if shown := _shown(element, _LAYOUT | _CODES | ({"start"} if element.name == "ol" else set())):
            fix = "add what readers should know"
            self._problems.warning(element.where, f"<{element.name}> has more than words: `{shown}`", fix)
        for child in element.elements():
            if child.name not in _MEDIA | _HIDDEN:
                self.tell_attributes(child)

    def _tell_left(self, element: Element) -> None:
        """Tell of a picture, film or frame, and of what is not for print: each address and each text on its own."""
        fix = (
            "add it yourself if you have the right to it" if element.name in _MEDIA else "add what readers should know"
        )
        found = list(_left(element))
        if not found and element.name in _MEDIA:
            self._problems.warning(element.where, f"<{element.name}> was left out", fix)
        for each, shown in found:
            what = f"<{each.name}> was left out: `{shown if len(shown) <= _CUT else f'{shown[:_CUT]}…'}`"
            self._problems.warning(each.where, what, fix)


def _left(element: Element) -> Iterator[tuple[Element, str]]:
    """The elements of *element* that say something, and what they say; one with words is shown whole."""
    has_words = any(isinstance(child, str) and child.strip() for child in element.children)
    shown = _shown(element, _LAYOUT)
    if words := ", ".join(filter(None, (element.words if has_words else "", shown))):
        yield element, words
    for child in element.elements():
        yield from ((each, said) for each, said in _left(child) if not has_words or each.attributes)


def _shown(element: Element, but: frozenset[str] | set[str]) -> str:
    """The attributes of *element* that are not called one of *but*, nor made for programs; an address without name."""
    return ", ".join(
        value if name in {"src", "source", "href", "data"} else f'{name}="{value}"'
        for name, given in element.attributes.items()
        if name not in but and not name.startswith(("aria-", "data-", "on")) and not name.endswith(("-code", "-src"))
        if (value := " ".join(given.split()))
    )


def _sort(element: Element, rows: list[list[Element]], rest: list[Element | str]) -> None:
    """Put the cells of the table *element* into *rows*, and all else that it has into *rest*."""
    row: list[Element] = []
    for child in element.children:
        if isinstance(child, str):
            rest.append(child)
        elif child.name in {"td", "th"}:
            row.append(child)
        elif child.name in {"thead", "tbody", "tfoot", "tr"}:
            _sort(child, rows, rest)
        elif child.name not in {"col", "colgroup"} or child.words:
            rest.append(child)
    if row:
        rows.append(row)


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
