"""Feeds: what each of their formats says, as values: a channel, and what it tells of each story.

The rules are those of the RSS Best Practices Profile (https://www.rssboard.org/rss-profile), of Atom (RFC 4287) and of
JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).  No time in a feed is the build's: the same stories give the same
bytes.
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Final
from unicodedata import normalize
from urllib.parse import quote

from msgspec import Struct

from sitegen.model.article import Article
from sitegen.model.taxonomy import Credit
from sitegen.render.emails import mailto
from sitegen.render.partners import partner_line
from sitegen.render.xml import attribute, escaped
from sitegen.urls import absolute, ascii_host

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.model.article import Correction
    from sitegen.model.settings import Settings

# Of our own making, once and for all: were it another, every story of every site would be new to every feed reader.
_IDS: Final = uuid.UUID("8d0f4c1e-53c6-4f0b-9a52-6a0c3f7d1e94")
_URI: Final = re.compile(r"(?:https?|tag|urn):\S+")
_HOST: Final = re.compile(r"(https?://)([^/?#:@]+)", re.IGNORECASE)
_PARAGRAPH: Final = re.compile(r'\s*<p(?:\s+[\w-]+="[^"]*")*\s*>')


class Furniture(Struct, frozen=True, kw_only=True):
    """What a page prints around the text of a story, in the story's language, as plain text; ``""`` where it has none.

    *label* names its kind (``Opinion``), *byline* credits its authors, *roles* say what each of them does, *partner*,
    *origin* and *source* say whom it was made with, where it first appeared and what it is based on, *notes* has the
    heading of each of its corrections, in their order.
    """

    label: str = ""
    byline: str = ""
    roles: tuple[str, ...] = ()
    partner: str = ""
    origin: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()


class Picture(Struct, frozen=True, kw_only=True):
    """The lead picture of a story.

    *url* is absolute, *length* in bytes (0: not known); one without a *type* is shown, and not enclosed.
    """

    url: str
    type: str = ""
    length: int = 0
    alt: str = ""
    caption: str = ""
    credit: str = ""


class Entry(Struct, frozen=True, kw_only=True):
    """A story in a feed.

    *id* is its permanent name (see `guid`), *url* its full address, *content* all that a reader is shown of it, as HTML
    (see `content`), *summary* plain text.  *credits* are its authors: the address of each is absolute.  *contacts* are
    the e-mail addresses to write to; neither they nor those of authors are there where feeds may not tell them.
    *section* is as readers see it.
    """

    article: Article
    id: str
    url: str
    content: str
    summary: str = ""
    section: str = ""
    credits: tuple[Credit, ...] = ()
    contacts: tuple[str, ...] = ()
    picture: Picture | None = None


class Channel(Struct, frozen=True, kw_only=True):
    """A feed: *link* is the page that it follows, *self_url* its own address, both absolute.

    *id* is its permanent name (see `feed_id`), *publisher* answers for it, *hubs* are addresses of WebSub hubs,
    *modified* is when readers last got something new.
    """

    id: str
    title: str
    link: str
    self_url: str
    description: str
    language: str
    publisher: str = ""
    hubs: tuple[str, ...] = ()
    modified: datetime | None = None


def guid(article: Article, site: str = "") -> str:
    """The permanent name of *article* in feeds: a URI that its id decides, and *site*, the permanent id of the site.

    So it survives a new headline, slug, date, section, even a new address of the whole site; a name with the host in it
    would not.  An id that is a URI already (``https:``, ``tag:``, ``urn:``), as a story brings it from another system,
    stands as it is, so that subscribers do not see the archive anew; of any other id it is the UUID among those of the
    site, as another may have a story of that id.  Where *site* is an address or ``""``, it is the UUID among all.
    """
    own = normalize("NFC", article.id)
    names = uuid.uuid5(uuid.NAMESPACE_URL, site) if site and not is_web(site) else _IDS
    return own if _URI.fullmatch(own) else uuid.uuid5(names, own).urn


def feed_id(settings: Settings, url: str) -> str:
    """The permanent name of the feed at *url* of the site (RFC 4287, 4.2.6): a URI that the site's `id` decides.

    Where that is an address, as for a site without one its own, it is the feed's address there; of a ``tag:`` or
    ``urn:`` it is the UUID.
    """
    site = settings.id or settings.url
    return absolute(site, url) if is_web(site) else uuid.uuid5(uuid.NAMESPACE_URL, site + url).urn


def furniture(article: Article, t: Callable[..., str], day: Callable[[datetime], str]) -> Furniture:
    """The furniture of *article*.

    *t* answers a word of the interface, as ``t`` of layouts does (``t("by", names="Ana Ruiz")``), *day* prints a date;
    both in the language of the story.
    """
    *names, last = [author.name for author in article.authors] or [""]
    listed = t("list_last").join((t("list_comma").join(names), last)) if names else last
    syndicated = article.syndicated
    return Furniture(
        label="" if article.kind == "news" else t(f"kind_{article.kind}"),
        byline=t("by", names=listed) if listed else "",
        roles=tuple(f"{author.name}: {author.role}" for author in article.authors if author.role),
        partner=partner_line(article, t),
        origin=t("first_published", name=syndicated.name) if syndicated else "",
        source=t("source", name=article.based_on) if article.based_on else "",
        notes=tuple(f"{t(note.kind)}, {day(note.date)}" for note in article.corrections),
    )


def content(
    article: Article, html: str, said: Furniture, picture: Picture | None = None, emails: tuple[str, ...] = ()
) -> str:
    """All that a reader of the feed is shown of a story: what its page shows, in the page's order.

    *html* is its text as feeds may carry it (`content.markdown.feed_html`), *emails* are the addresses to tell.  The
    byline is part of it, as some readers show but the first of several authors, and others none.
    """
    notes = tuple(zip(said.notes, article.corrections, strict=True))
    return "\n".join(
        filter(
            None,
            (
                _line(said.label, strong=True),
                _line(said.byline),
                *map(_line, said.roles),
                *(_line(email, mailto(email)) for email in emails),
                _line(said.partner, article.partner.url if article.partner else ""),
                *(_note(heading, note) for heading, note in notes if note.serious),
                _figure(picture) if picture else "",
                _datelined(html, article.dateline),
                *(_note(heading, note) for heading, note in notes if not note.serious),
                _line(said.origin, article.syndicated.url if article.syndicated else ""),
                _line(said.source, article.based_on),
            ),
        ),
    )


def origins(article: Article) -> tuple[tuple[str, str], ...]:
    """The address of what *article* was taken from or is based on, each with its name or ``""``."""
    syndicated = article.syndicated
    first = ((syndicated.url, syndicated.name),) if syndicated and is_web(syndicated.url) else ()
    return (*first, *([(article.based_on, "")] if article.based_on else []))


def linked(text: str, url: str) -> str:
    """*text* as a paragraph that leads to *url*."""
    return _line(text, url)


def is_web(url: str) -> bool:
    """Whether *url* is an absolute address of the web."""
    return url.lower().startswith(("http://", "https://"))


def uri(url: str) -> str:
    """*url* as a URI: the host as the network knows it, what else is not ASCII percent-encoded; what is so, stays."""
    if not url.isascii() and (found := _HOST.match(url)):
        url = f"{found[1]}{ascii_host(found[2])}{url[found.end() :]}"
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~", errors="replace")


def _line(text: str, url: str = "", *, strong: bool = False) -> str:
    """*text* as a paragraph, linked to *url* if that is a web or mail address."""
    html = f"<strong>{escaped(text)}</strong>" if strong else escaped(text)
    if is_web(url) or url.startswith("mailto:"):
        html = f'<a href="{attribute(uri(url))}">{html}</a>'
    return f"<p>{html}</p>" if text else ""


def _note(heading: str, note: Correction) -> str:
    """A correction as a paragraph."""
    return f"<p><strong>{escaped(heading)}:</strong> {escaped(note.text)}</p>"


def _figure(picture: Picture) -> str:
    """The lead picture with its caption and credit."""
    credit = f"<small>{escaped(picture.credit)}</small>" if picture.credit else ""
    words = " ".join(filter(None, (escaped(picture.caption), credit)))
    legend = f"<figcaption>{words}</figcaption>" if words else ""
    return f'<figure><img src="{attribute(uri(picture.url))}" alt="{attribute(picture.alt)}">{legend}</figure>'


def _datelined(html: str, dateline: str) -> str:
    """*html* with *dateline* opening its first paragraph; before it, if it opens with something else."""
    if not dateline:
        return html
    opening = _PARAGRAPH.match(html)
    words = f"{escaped(dateline)} —"
    return f"{opening[0]}{words} {html[opening.end() :]}" if opening else f"<p>{words}</p>\n{html}"
