"""The filters of layouts: ``{{ article.published|date }}``.  Each is a function of its arguments and of the page alone.

Imports Jinja, and so is imported only by what renders.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
from jinja2 import Undefined, pass_context
from markupsafe import Markup, escape
from msgspec import Struct

from sitegen.content.clusters import first_words
from sitegen.model.settings import Dates, Extra, Markdown
from sitegen.render.dates import Part, date_text, iso_text, month_text, zone_text
from sitegen.render.facade import SiteView, links_of
from sitegen.render.sandbox import printable
from sitegen.render.trouble import Trouble, described, did_you_mean
from sitegen.render.xml import in_script
from sitegen.zones import zone as zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2.runtime import Context

_PARTS: Final = ("day", "time", "month")
_STYLES: Final = ("short", "medium", "long", "full")
_HIDDEN: Final = ("script", "style", "template", "noscript")
_INLINE: Final = (
    *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s"),
    *("samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"),
)


def language(page: object, site: object) -> str:
    """The language of *page*, else of *site*, else English."""
    return str(getattr(page, "lang", "") or getattr(site, "lang", "") or "en")


@pass_context
def date(context: Context, value: object, form: str = "") -> str:
    """A date and time in the page's language, as site.yaml says under ``dates``.

    *form* is ``day``, ``time`` or ``month`` for that part alone, a style (``short``, ``medium``, ``long``, ``full``),
    ``newspaper``, or a pattern of Unicode LDML (``d MMM yyyy``).  A month of the archive is printed as one.
    """
    site = context.resolve_or_missing("site")
    lang = language(context.resolve_or_missing("page"), site)
    if isinstance(value, Struct):
        year, month = getattr(value, "year", None), getattr(value, "month", None)
        if isinstance(year, int) and isinstance(month, int):
            return month_text(year, month, lang)
    moment = _local(site, _moment(value, "date"))
    dates: Dates = getattr(site, "dates", None) or Dates()
    if form in _PARTS:
        return date_text(moment, lang, dates, cast("Part", form))
    if form in _STYLES:
        dates = Dates(style=cast("Any", form))
    elif form:
        if form.isalpha() and form != "newspaper" and (fix := did_you_mean(form, (*_PARTS, *_STYLES, "newspaper"))):
            raise Trouble(f"the filter `date` has no form `{form}`", fix)
        dates = Dates(format=form)
    try:
        return date_text(moment, lang, dates)
    except ValueError as error:
        raise Trouble(
            f"`{form}` is no pattern of a date: {error}", "see the patterns of Unicode LDML: d MMM yyyy"
        ) from None


def iso(value: object) -> str:
    """A date and time for machines: ``2021-10-28T18:22:00+09:00``."""
    return iso_text(_moment(value, "iso"))


@pass_context
def zone(context: Context, value: object) -> str:
    """The site's zone at a date and time: ``KST``, ``UTC+3``."""
    return zone_text(_local(context.resolve_or_missing("site"), _moment(value, "zone")))


def plain(value: object) -> str:
    """The text of *value*, which is HTML: without tags, on one line."""
    reader = _PlainText()
    reader.feed(str(value))
    reader.close()
    return " ".join("".join(reader.pieces).split())


def truncate_words(value: object, count: object, end: str = "…") -> str:
    """The first *count* words of a text; of HTML, of its plain text.  A character is never cut in two."""
    if not isinstance(count, int) or count < 1:
        raise Trouble("the filter `truncate_words` needs a number of words", "write |truncate_words(40)")
    return first_words(plain(value) if hasattr(value, "__html__") else str(value), count, end)


def to_json(value: object, indent: int | None = None) -> Markup:
    """*value* as JSON that is safe in a script element and in an attribute between single quotes."""
    try:
        text = json.dumps(_data(value), ensure_ascii=False, allow_nan=False, indent=indent)
    except ValueError:
        raise Trouble("the filter `json` met a number that JSON does not have", "print a finite number") from None
    return Markup(in_script(text))  # noqa: S704 - escaped


@pass_context
def markdown(context: Context, value: object) -> Markup:
    """The Markdown of a line, as HTML that is cleaned like the text of a story; several paragraphs become `p` each."""
    from sitegen.content.markdown import inline  # loads the parser

    if isinstance(value, Undefined) or value is None:
        return escape(printable(value))  # raises: there is nothing
    site = context.resolve_or_missing("site")
    lang, url = language(context.resolve_or_missing("page"), site), str(getattr(site, "url", ""))
    settings = cast("Markdown", getattr(site, "markdown", Markdown()))
    links = links_of(site) if isinstance(site, SiteView) else None
    paragraphs = re.split(r"\n\s*\n", str(value).strip())
    lines = [inline(paragraph, lang, url, settings, links) for paragraph in paragraphs]
    html = lines[0] if len(lines) == 1 else "\n".join(f"<p>{line}</p>" for line in lines)
    return Markup(html)  # noqa: S704 - cleaned by `inline`


FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "date": date,
    "iso": iso,
    "zone": zone,
    "plain": plain,
    "truncate_words": truncate_words,
    "json": to_json,
    "tojson": to_json,
    "markdown": markdown,
}


def _moment(value: object, name: str) -> datetime:
    """*value*, a date and time with a zone, for the filter called *name*."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if isinstance(value, Undefined):
        str(value)  # raises, with the name that is not known
    what = "nothing (None)" if value is None else described(value)
    fix = "ask first whether there is one, with {% if … %}" if value is None else "give it a date: article.published"
    raise Trouble(f"the filter `{name}` needs a date and time, not {what}", fix)


def _local(site: object, moment: datetime) -> datetime:
    """*moment* in the zone of *site*: a value that was stored knows its offset, not the name of its zone."""
    name = getattr(site, "timezone", "")
    return moment.astimezone(zone_of(str(name))) if name else moment


def _data(value: object) -> object:
    """*value* as JSON knows it.  Raises Trouble for what is no data."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)  # also of Markup
        case datetime():
            return iso_text(value) if value.tzinfo else value.isoformat()
        case Extra():
            return msgspec.json.decode(value.json)
        case Struct():
            return {name: _data(getattr(value, name)) for name in value.__struct_fields__}
        case dict():
            return {str(key): _data(item) for key, item in value.items()}
        case list() | tuple():
            return [_data(item) for item in value]
        case Undefined():
            return str(value)  # raises, with the name that is not known
    if hasattr(value, "__html__"):
        return str(value)
    raise Trouble(f"the filter `json` cannot write {described(value)}", "give it text, numbers, lists or mappings")


class _PlainText(HTMLParser):
    """Collects the text of HTML, with a space where a block begins or ends."""

    def __init__(self) -> None:
        """Start with no text."""
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as HTMLParser
        """A start tag: of what is not shown, or of a block."""
        self._hidden += tag in _HIDDEN
        if tag not in _INLINE:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """An end tag: of what is not shown, or of a block."""
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        if tag not in _INLINE:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        """A piece of text, without character references."""
        if not self._hidden:
            self.pieces.append(data)
