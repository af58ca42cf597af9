"""Feeds: RSS 2.0 with full text, from values alone.

The rules are those of the RSS Best Practices Profile (https://www.rssboard.org/rss-profile).  No time in a feed is the
build's: the same stories give the same bytes.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from unicodedata import normalize
from urllib.parse import quote

from msgspec import Struct

from sitegen.model.article import Article
from sitegen.render.xml import attribute, document, element, escaped, markup, opened, timestamp
from sitegen.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sitegen.model.article import Correction


_NAMESPACES: Final = {
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}
_DOCS: Final = "https://www.rssboard.org/rss-specification"
# Of our own making, once and for all: were it another, every story of every site would be new to every feed reader.
_IDS: Final = uuid.UUID("8d0f4c1e-53c6-4f0b-9a52-6a0c3f7d1e94")
_URI: Final = re.compile(r"(?:https?|tag|urn):\S+")
# Not strftime's names, which are those of the machine's language.
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PARAGRAPH: Final = re.compile(r'\s*<p(?:\s+[\w-]+="[^"]*")*\s*>')


class Furniture(Struct, frozen=True, kw_only=True):
    """What a page prints around the text of a story, in the story's language, as plain text; ``""`` where it has none.

    *label* names its kind (``Opinion``), *byline* credits its authors, *partner* and *origin* say whom it was made with
    and where it first appeared, *notes* has the heading of each of its corrections, in their order.
    """

    label: str = ""
    byline: str = ""
    partner: str = ""
    origin: str = ""
    notes: tuple[str, ...] = ()


class Entry(Struct, frozen=True, kw_only=True):
    """A story in a feed.

    *html* is its text as feeds may carry it (`content.markdown.feed_html`), *summary* plain text.  *image_url* is
    absolute, *image_length* in bytes; an image without a type is shown but not enclosed.
    """

    article: Article
    html: str
    furniture: Furniture
    summary: str = ""
    image_url: str = ""
    image_type: str = ""
    image_length: int = 0


class Channel(Struct, frozen=True, kw_only=True):
    """A feed: *link* is the page that it follows, *self_url* its own address, both absolute.

    *items* are as `item` makes them, newest first, *modified* is when readers last got something new in one of them.
    """

    title: str
    link: str
    self_url: str
    description: str
    language: str
    modified: datetime | None = None
    items: tuple[str, ...] = ()


def rss(channel: Channel) -> bytes:
    """The RSS 2.0 document of *channel*."""
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
        *channel.items,
        "</channel>",
        "</rss>",
    )


def item(entry: Entry, site_url: str, language: str, *, show_email: bool = False) -> str:
    """The item of *entry* in any feed, in *language*, of the site at *site_url* (without a final slash)."""
    return "\n".join(_item(entry, site_url, language, show_email=show_email))


def guid(article: Article) -> str:
    """The permanent name of *article* in feeds: a URI that only its id decides.

    So it survives a new headline, slug, date, section, even a new address of the whole site; a name with the host in it
    would not.  An id that is a URI already (``https:``, ``tag:``, ``urn:``), as a story brings it from another system,
    stands as it is, so that subscribers do not see the archive anew; of any other id it is the UUID.
    """
    own = normalize("NFC", article.id)
    return own if _URI.fullmatch(own) else uuid.uuid5(_IDS, own).urn


def rfc822(at: datetime) -> str:
    """*at*, which is aware, as feeds write it: ``Wed, 10 Jun 2026 00:00:00 +0000``; in English on every machine."""
    utc = at.astimezone(UTC)
    day = f"{_DAYS[utc.weekday()]}, {utc.day:02} {_MONTHS[utc.month - 1]} {utc.year:04}"
    return f"{day} {utc.hour:02}:{utc.minute:02}:{utc.second:02} +0000"


def furniture(article: Article, t: Callable[..., str], day: Callable[[datetime], str]) -> Furniture:
    """The furniture of *article*.

    *t* answers a word of the interface, as ``t`` of layouts does (``t("by", names="Ana Ruiz")``), *day* prints a date;
    both in the language of the story.
    """
    *names, last = [author.name for author in article.authors] or [""]
    listed = t("list_last").join((t("list_comma").join(names), last)) if names else last
    partner, syndicated = article.partner, article.syndicated
    return Furniture(
        label="" if article.kind == "news" else t(f"kind_{article.kind}"),
        byline=t("by", names=listed) if listed else "",
        partner=(partner.line or t("with_partner", name=partner.name)) if partner else "",
        origin=t("first_published", name=syndicated.name) if syndicated else "",
        notes=tuple(f"{t(note.kind)}, {day(note.date)}" for note in article.corrections),
    )


def content(entry: Entry, *, show_email: bool = False) -> str:
    """All that a reader of the feed is shown of a story: what its page shows, in the page's order.

    The byline is part of it, as some readers show but the first of several authors, and others none.  Addresses are
    chosen as the page chooses: that of the byline as a whole, else those of its authors.
    """
    article, said = entry.article, entry.furniture
    notes = tuple(zip(said.notes, article.corrections, strict=True))
    emails = [article.email] if article.email else [author.email for author in article.authors]
    return "\n".join(
        filter(
            None,
            (
                _line(said.label, strong=True),
                _line(said.byline),
                *(_line(email, f"mailto:{email}") for email in emails if show_email),
                _line(said.partner, article.partner.url if article.partner else ""),
                *(_note(heading, note) for heading, note in notes if note.serious),
                _figure(entry),
                _datelined(entry.html, article.dateline),
                *(_note(heading, note) for heading, note in notes if not note.serious),
                _line(said.origin, article.syndicated.url if article.syndicated else ""),
            ),
        ),
    )


def _item(entry: Entry, site_url: str, language: str, *, show_email: bool) -> Iterator[str]:
    """The lines of an item."""
    article = entry.article
    url = absolute(site_url, article.url)
    summary = markup(escaped(entry.summary))
    text = markup(content(entry, show_email=show_email))
    yield "<item>"
    yield element("title", escaped(article.title))
    yield element("link", escaped(url))
    # Some readers show whichever of the two comes last.  A description is HTML: the summary is escaped for it, too.
    yield element("description", summary or text)
    if summary:
        yield element("content:encoded", text)
    yield from _credits(article, show_email=show_email)
    for tag in article.tags:
        yield element("category", escaped(tag.title))
    if entry.image_url and entry.image_type:
        length = str(entry.image_length)
        yield element("enclosure", url=_encoded(entry.image_url), length=length, type=entry.image_type)
    yield element("guid", escaped(guid(article)), isPermaLink="false")
    if article.published:
        yield element("pubDate", rfc822(article.published))
    if article.syndicated and _is_web(article.syndicated.url):
        yield element("source", escaped(article.syndicated.name), url=_encoded(article.syndicated.url))
    if article.modified and article.modified != article.published:
        yield element("atom:updated", timestamp(article.modified))
    if article.lang != language:
        yield element("dc:language", escaped(article.lang))
    yield "</item>"


def _credits(article: Article, *, show_email: bool) -> Iterator[str]:
    """The authors of *article*: one e-mail address with a name, or one name each; readers take a mix of both badly."""
    sole = article.authors[0] if len(article.authors) == 1 else None
    email = (article.email or sole.email) if sole and show_email else ""
    if sole and email and not set("()\\") & set(sole.name):  # these would end the name, which is a comment in RFC 822
        yield element("author", escaped(f"{email} ({sole.name})"))
        return
    for author in article.authors:
        yield element("dc:creator", escaped(author.name))


def _line(text: str, url: str = "", *, strong: bool = False) -> str:
    """*text* as a paragraph, linked to *url* if that is a web or mail address."""
    html = f"<strong>{escaped(text)}</strong>" if strong else escaped(text)
    if _is_web(url) or url.startswith("mailto:"):
        html = f'<a href="{attribute(_encoded(url))}">{html}</a>'
    return f"<p>{html}</p>" if text else ""


def _note(heading: str, note: Correction) -> str:
    """A correction as a paragraph."""
    return f"<p><strong>{escaped(heading)}:</strong> {escaped(note.text)}</p>"


def _figure(entry: Entry) -> str:
    """The lead picture with its caption and credit."""
    if not entry.image_url:
        return ""
    image = entry.article.image
    alt, caption, credit = (image.alt, image.caption, image.credit) if image else ("", "", "")
    words = " ".join(filter(None, (escaped(caption), f"<small>{escaped(credit)}</small>" if credit else "")))
    legend = f"<figcaption>{words}</figcaption>" if words else ""
    return f'<figure><img src="{attribute(_encoded(entry.image_url))}" alt="{attribute(alt)}">{legend}</figure>'


def _datelined(html: str, dateline: str) -> str:
    """*html* with *dateline* opening its first paragraph; before it, if it opens with something else."""
    if not dateline:
        return html
    opening = _PARAGRAPH.match(html)
    words = f"{escaped(dateline)} —"
    return f"{opening[0]}{words} {html[opening.end() :]}" if opening else f"<p>{words}</p>\n{html}"


def _is_web(url: str) -> bool:
    """Whether *url* is an absolute address of the web."""
    return url.lower().startswith(("http://", "https://"))


def _encoded(url: str) -> str:
    """*url* as a URI: what is not ASCII percent-encoded, what is encoded left alone."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~", errors="replace")
