"""RSS 2.0 (https://www.rssboard.org/rss-specification), with full text."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from sitegen.render import media
from sitegen.render.feeds import is_web, origins, uri
from sitegen.render.xml import document, element, escaped, markup, opened, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sitegen.model.article import Article
    from sitegen.render.feeds import Channel, Entry

_NAMESPACES: Final = {
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:media": media.NAMESPACE,
}
_DOCS: Final = "https://www.rssboard.org/rss-specification"
# Not strftime's names, which are those of the machine's language.
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rss(channel: Channel, items: Iterable[str]) -> bytes:
    """The RSS 2.0 document of *channel*; *items* are as `item` makes them, newest first."""
    return document(
        opened("rss", **_NAMESPACES, version="2.0"),
        "<channel>",
        element("title", escaped(channel.title)),
        element("link", escaped(channel.link)),
        element("description", escaped(channel.description or channel.title)),
        element("language", escaped(channel.language)),
        *([element("lastBuildDate", rfc822(channel.modified))] if channel.modified else []),
        element("docs", _DOCS),
        element("atom:link", href=channel.self_url, rel="self", type="application/rss+xml"),
        *(element("atom:link", href=uri(hub), rel="hub") for hub in channel.hubs),
        *items,
        "</channel>",
        "</rss>",
    )


def item(entry: Entry, language: str) -> str:
    """The item of *entry* in any feed in *language*."""
    return "\n".join(_item(entry, language))


def rfc822(at: datetime) -> str:
    """*at*, which is aware, as feeds write it: ``Wed, 10 Jun 2026 00:00:00 +0000``; in English on every machine."""
    utc = at.astimezone(UTC)
    day = f"{_DAYS[utc.weekday()]}, {utc.day:02} {_MONTHS[utc.month - 1]} {utc.year:04}"
    return f"{day} {utc.hour:02}:{utc.minute:02}:{utc.second:02} +0000"


def _item(entry: Entry, language: str) -> Iterator[str]:
    """The lines of an item."""
    article, picture = entry.article, entry.picture
    summary, text = markup(escaped(entry.summary)), markup(entry.content)
    yield "<item>"
    yield element("title", escaped(article.title))
    yield element("link", escaped(entry.url))
    # Some readers show whichever of the two comes last.  A description is HTML: the summary is escaped for it, too.
    yield element("description", summary or text)
    if summary:
        yield element("content:encoded", text)
    yield from _credits(entry)
    if article.partner and article.kind != "sponsored":
        yield element("dc:contributor", escaped(article.partner.name))
    for tag in article.tags:
        yield element("category", escaped(tag.title))
    if picture and picture.type:
        yield element("enclosure", url=uri(picture.url), length=str(picture.length), type=picture.type)
    yield element("guid", escaped(entry.id), isPermaLink="false")
    if article.published:
        yield element("pubDate", rfc822(article.published))
    yield from _sources(article)
    if article.modified and article.modified != article.published:
        yield element("atom:updated", timestamp(article.modified))
    if article.lang != language:
        yield element("dc:language", escaped(article.lang))
    if picture:
        yield media.media(picture)
    yield "</item>"


def _credits(entry: Entry) -> Iterator[str]:
    """The authors of *entry*: one e-mail address with a name, or one name each; readers take a mix of both badly."""
    sole = entry.credits[0] if len(entry.credits) == 1 else None
    if sole and sole.email and not set("()\\") & set(sole.name):  # these would end the name, a comment in RFC 822
        yield element("author", escaped(f"{sole.email} ({sole.name})"))
        return
    for credit in entry.credits:
        yield element("dc:creator", escaped(credit.name))


def _sources(article: Article) -> Iterator[str]:
    """Where *article* comes from: pages as ``dc:source``; what ``source`` names is a feed."""
    for address, _ in origins(article):
        yield element("dc:source", escaped(uri(address)))
    if article.syndicated and is_web(article.syndicated.feed):
        yield element("source", escaped(article.syndicated.name), url=uri(article.syndicated.feed))
