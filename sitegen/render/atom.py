"""Atom 1.0 (RFC 4287), with full text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sitegen.render import media
from sitegen.render.feeds import is_web, origins, uri
from sitegen.render.xml import document, element, escaped, markup, opened, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sitegen.render.feeds import Channel, Entry

# RFC 4287 asks for a time also where nothing has happened yet, and that of the build would never be the same twice.
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def atom(channel: Channel, items: Iterable[str]) -> bytes:
    """The Atom document of *channel*; *items* are as `item` makes them, newest first."""
    names = {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:media": media.NAMESPACE, "xml:lang": channel.language}
    return document(
        opened("feed", **names),
        element("id", escaped(channel.id)),
        element("title", escaped(channel.title)),
        *([element("subtitle", escaped(channel.description))] if channel.description else []),
        element("updated", timestamp(channel.modified or _NEVER)),
        element("author", element("name", escaped(channel.publisher or channel.title))),
        element("link", rel="self", type="application/atom+xml", href=channel.self_url),
        element("link", rel="alternate", type="text/html", href=channel.link),
        *(element("link", rel="hub", href=uri(hub)) for hub in channel.hubs),
        *items,
        "</feed>",
    )


def item(entry: Entry, language: str) -> str:
    """The entry of a story in any feed in *language*."""
    return "\n".join(_item(entry, language))


def _item(entry: Entry, language: str) -> Iterator[str]:
    """The lines of an entry."""
    article, picture = entry.article, entry.picture
    yield opened("entry", **({"xml:lang": article.lang} if article.lang != language else {}))
    yield element("id", escaped(entry.id))
    yield element("title", escaped(article.title))
    yield element("link", rel="alternate", type="text/html", href=entry.url)
    if article.published:
        yield element("published", timestamp(article.published))
    yield element("updated", timestamp(article.modified or _NEVER))
    for credit in entry.credits:
        yield _person("author", credit.name, credit.url, credit.email)
    if article.partner and article.kind != "sponsored":
        yield _person("contributor", article.partner.name, article.partner.url)
    for tag in article.tags:
        yield element("category", term=tag.slug, label=tag.title)
    for address, name in origins(article):
        yield element("link", rel="via", **({"title": name} if name else {}), href=uri(address))
    if picture and picture.type:
        length = {"length": str(picture.length)} if picture.length else {}
        yield element("link", rel="enclosure", type=picture.type, **length, href=uri(picture.url))
    if entry.summary:
        yield element("summary", escaped(entry.summary))
    yield element("content", markup(entry.content), type="html")
    if picture:
        yield media.media(picture)
    yield "</entry>"


def _person(role: str, name: str, url: str, email: str = "") -> str:
    """Somebody who had a part in a story."""
    known = element("name", escaped(name))
    if is_web(url):
        known += element("uri", escaped(uri(url)))
    if email:
        known += element("email", escaped(email))
    return element(role, known)
