"""Which HTML may stand in a text when ``markdown.html`` is ``safe``."""

from __future__ import annotations

import re
from typing import Final

from markdown_it.common.html_re import attribute, close_tag, open_tag

_OF_WORD = "(?:o|w|m|st1):[A-Za-z][A-Za-z0-9]*"

TAG: Final = re.compile(rf"{open_tag}|{close_tag}|</?{_OF_WORD}{attribute}*\s*/?>")
"""A tag.  Those that Microsoft Word writes for itself, such as ``<o:p>``, have a colon in their names."""

EMPTY: Final = frozenset(("br", "col", "hr", "img", "source", "track", "wbr"))
"""Elements that have no end tag."""

CLOSED_BY_OTHERS: Final = frozenset(
    ("colgroup", "dd", "dt", "li", "p", "rp", "rt", "tbody", "td", "tfoot", "th", "thead", "tr")
)
"""Elements whose end tag may be left out."""

TAGS: Final = EMPTY | frozenset(
    (
        *("a", "abbr", "address", "article", "aside", "audio", "b", "bdi", "bdo", "blockquote", "caption", "cite"),
        *("code", "colgroup", "data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure"),
        *("footer", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "i", "ins", "kbd", "li", "mark", "ol", "p"),
        *("picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strong", "sub"),
        *("summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "video"),
    )
)
"""Elements that may stand."""

PHRASING: Final = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q"),
        *("rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var"),
    )
)
"""Elements of words, which end with their paragraph at the latest."""

HIDDEN: Final = frozenset(("script", "style"))
"""Elements that are left out with all that is in them."""

RAW: Final = HIDDEN | frozenset(("iframe", "noembed", "noframes", "plaintext", "textarea", "title", "xmp"))
"""Elements whose inside browsers do not read as HTML, so that an unclosed one would swallow the page."""

DROPPED: Final = frozenset(
    (
        *("acronym", "applet", "area", "base", "basefont", "bgsound", "big", "blink", "body", "button", "canvas"),
        *("center", "datalist", "dialog", "dir", "embed", "fieldset", "font", "form", "frame", "frameset", "head"),
        *("html", "image", "input", "isindex", "keygen", "label", "legend", "link", "main", "map", "marquee", "math"),
        *("menu", "menuitem", "meta", "meter", "nav", "nobr", "noscript", "object", "optgroup", "option", "output"),
        *("param", "progress", "rb", "rtc", "search", "select", "slot", "spacer", "strike", "template", "tt"),
        *(
            "svg",
            "circle",
            "defs",
            "ellipse",
            "g",
            "line",
            "path",
            "polygon",
            "polyline",
            "rect",
            "text",
            "tspan",
            "use",
        ),
    )
)
"""Elements whose tags are left out.  A tag that is none of all these, such as ``<Name>``, is taken for words."""

GLOBAL: Final = frozenset(("class", "dir", "lang", "title", "translate"))
"""Attributes of every element, beside ``id`` and those of ARIA."""

_CELL: Final = frozenset(("abbr", "colspan", "headers", "rowspan", "scope"))
_PLAYER: Final = frozenset(("controls", "height", "loop", "muted", "poster", "preload", "src", "width"))

ATTRIBUTES: Final = {
    "a": frozenset(("href", "hreflang", "rel")),
    "audio": _PLAYER - {"height", "poster", "width"},
    "bdo": frozenset(("dir",)),
    "blockquote": frozenset(("cite",)),
    "col": frozenset(("span",)),
    "colgroup": frozenset(("span",)),
    "data": frozenset(("value",)),
    "del": frozenset(("cite", "datetime")),
    "details": frozenset(("name", "open")),
    "img": frozenset(("alt", "decoding", "height", "loading", "sizes", "src", "srcset", "width")),
    "ins": frozenset(("cite", "datetime")),
    "li": frozenset(("value",)),
    "ol": frozenset(("reversed", "start", "type")),
    "q": frozenset(("cite",)),
    "source": frozenset(("height", "media", "sizes", "src", "srcset", "type", "width")),
    "td": _CELL,
    "th": _CELL,
    "time": frozenset(("datetime",)),
    "track": frozenset(("default", "kind", "label", "src", "srclang")),
    "video": _PLAYER | {"playsinline"},
}
"""Attributes of single elements."""

URLS: Final = frozenset(("cite", "href", "poster", "src", "srcset"))
"""Attributes whose value is an address."""

SCHEMES: Final = frozenset(
    (
        *("http", "https", "mailto", "tel", "sms", "geo", "xmpp", "webcal", "ftp", "sftp", "irc", "ircs", "magnet"),
        *("news", "data"),
    ),
)
"""Schemes of addresses that may stand; where ``data`` may is decided with the address at hand."""

DATA_PICTURE: Final = re.compile(r"data:image/(?:gif|png|jpeg|webp|avif);", re.IGNORECASE)
"""How data starts that are a picture in which nothing runs."""
