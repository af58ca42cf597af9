"""The HTML of a story as feeds carry it: read far from the site, by programs that keep little of it."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urljoin

from sitegen.content.markdown.passed_on import EVERY, without_pictures

_TAGS = frozenset(
    (
        *("a", "abbr", "aside", "audio", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col"),
        *("colgroup", "data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h2"),
        *("h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "picture", "pre", "q"),
        *("rp", "rt", "ruby", "s", "samp", "section", "small", "source", "span", "strong", "sub", "summary", "sup"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "track", "u", "ul", "var", "video", "wbr"),
    )
)
_SCHEMES = frozenset(("http", "https", "mailto", "tel", "sms", "geo", "xmpp", "webcal", "ftp", "sftp", "data"))
_URLS = frozenset(("cite", "data", "href", "longdesc", "poster", "src"))
_ATTRIBUTES = {
    "a": {"href", "hreflang"},
    "audio": {"controls", "src"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "data": {"value"},
    "del": {"cite", "datetime"},
    "img": {"alt", "height", "src", "srcset", "sizes", "width"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "q": {"cite"},
    "span": {"class"},
    "source": {"media", "sizes", "src", "srcset", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "track": {"kind", "label", "src", "srclang"},
    "video": {"controls", "height", "poster", "src", "width"},
    "*": {"dir", "lang", "title"},
}
_FRAME = re.compile(r"<(?:iframe|embed)\b((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>", re.IGNORECASE)
_GIVEN = re.compile(r"([a-z]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_CANDIDATE = re.compile(r"\s*([^\s,]\S*[^\s,]|[^\s,])(\s+[^,]+)?\s*(?:,|$)")
# Most addresses; `urljoin` would take them apart and give back the same.
_COMPLETE = re.compile(
    r"https?://[a-z0-9.-]++(?:/[\w.~:/@!$&()*+,=%-]*+)?(?:\?[\w.~:/?@!$&()*+,=%-]++)?(?:#[\w.~:/?@!$&()*+,=%-]++)?",
    re.ASCII,
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def feed_html(html: str, url: str, pictures: tuple[str, ...] = (EVERY,)) -> str:
    """*html*, a story's text, for the feed: every address absolute, seen from the page at *url*, and nothing that runs.

    A link within the page leads to the page (``#fn1`` to ``…/#fn1``), and a frame becomes a link.  *pictures* are the
    credits of those that stay (see `is_passed_on`).
    """

    def absolute(tag: str, attribute: str, value: str) -> str | None:
        if value.lstrip().lower().startswith("data:") and tag != "img":
            return None
        if attribute in _URLS:
            return value if _COMPLETE.fullmatch(value) else urljoin(url, value)
        if attribute == "class":
            return value if value == "credit" else None
        if attribute == "srcset":
            return ", ".join(f"{urljoin(url, each[1])}{each[2] or ''}" for each in _CANDIDATE.finditer(value))
        return value

    import nh3  # slow to load, and only needed where a feed is made

    cleaner = nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=absolute,
        link_rel=None,
        url_schemes=set(_SCHEMES),
    )
    # nh3 writes a no-break space as an entity that XML does not know.
    cleaned = _CONTROL.sub("", cleaner.clean(_FRAME.sub(_link_of, html))).replace("&nbsp;", "\xa0")
    return without_pictures(cleaned, pictures)


def _link_of(frame: re.Match[str]) -> str:
    """A link in place of *frame*; nothing for one of ours, which has a link beside it."""
    given = {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _GIVEN.finditer(frame[1])}
    src = unescape(given.get("src", ""))
    if "srcdoc" in given or not src:
        return ""
    return f'<a href="{escape(src)}">{escape(unescape(given.get("title", "")) or src)}</a>'
