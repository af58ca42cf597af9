"""What the feeds of the site, of its lists and of partners say of themselves; and how pages lead to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.render.emails import spelled
from sitegen.render.feeds import Channel, feed_id
from sitegen.render.xml import attribute
from sitegen.site.outlets import joins
from sitegen.urls import CORRECTIONS, absolute, author_url, feed_url, quoted, section_url, tag_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sitegen.model.page import Page
    from sitegen.model.settings import FeedFormat
    from sitegen.plan import Planned

_TYPES: Final[dict[FeedFormat, str]] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
_BASES: Final = {"section": section_url, "tag": tag_url, "author": author_url}


class Followed(Struct, frozen=True, kw_only=True):
    """A feed as pages lead to it: its media *type*, and its address below the site."""

    title: str
    type: str
    url: str


def channel_of(site: Planned, page: Page) -> Channel:
    """What the feed at *page* says of itself: that of the site, of one section, tag or author, or of a partner."""
    kind, _, subject = page.subject.partition(" ")
    settings = site.shown_settings()
    name, summary = _about(site, kind, subject)
    publisher = settings.publisher.name or settings.title
    about = summary or settings.summary or settings.title
    return Channel(
        id=feed_id(settings, page.url),
        title=_title(name, settings.title) if kind != "partner" else name or settings.title,
        link=absolute(settings.url, _BASES[kind](subject) if kind in _BASES else "/"),
        self_url=absolute(settings.url, page.url),
        description=spelled(about) if settings.emails_kept_from_feeds else about,
        language=settings.lang,
        publisher=publisher,
        hubs=settings.feeds.hubs,
        modified=max(_moments(site, kind, subject), default=None),
    )


def followed(site: Planned, kind: str, subject: str, word: Callable[..., str]) -> tuple[Followed, ...]:
    """The feeds that follow a list, or with the kind ``home`` the whole site."""
    feeds, home, lang = site.settings().feeds, site.shown_settings().title, site.settings().lang
    title = _title(word(lang, "corrections") if kind == "corrections" else _about(site, kind, subject)[0], home)
    base = _BASES[kind](subject) if kind in _BASES else CORRECTIONS if kind == "corrections" else "/"
    found = (Followed(title=title, type=_TYPES[form], url=feed_url(base, form)) for form in feeds.of(kind))
    return tuple(each for each in found if site.answers(each.url))  # the section of a withdrawn story may have no page


def discovery(site: Planned, kind: str, subject: str, word: Callable[..., str]) -> str:
    """The ``link`` elements that lead to the feeds of a list (https://www.rssboard.org/rss-autodiscovery)."""
    base = site.settings().base
    return "\n".join(
        f'<link rel="alternate" type="{each.type}" title="{attribute(each.title)}" href="{base}{quoted(each.url)}">'
        for each in followed(site, kind, subject, word)
    )


def _title(name: str, home: str) -> str:
    return f"{name} – {home}" if name else home


def _about(site: Planned, kind: str, subject: str) -> tuple[str, str]:
    """The name and summary of what a feed follows; no name for the whole site."""
    match kind:
        case "section":
            section = site.section(subject)
            return section.name, section.summary
        case "tag":
            tag = site.tag(subject)
            return tag.title, tag.summary
        case "author":
            author = site.author(subject)
            return author.name, site.introduction(subject)
        case "partner":
            return site.partner_feed(subject).title, ""
        case _:
            return "", ""


def _moments(site: Planned, kind: str, subject: str) -> Iterator[datetime]:
    """When readers of a feed got something new: a change of a story, or, where it joins late, the story."""
    partner = site.partner_feed(subject) if kind == "partner" else None
    for path in site.feed_paths(kind, subject):
        entry = site.entry(path)
        if entry.modified:
            yield entry.modified
        if partner and entry.published:
            yield joins(partner, entry.published)
