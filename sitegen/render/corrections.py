"""The feed of corrections: every note of every story, each an item of its own."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sitegen.render.emails import spelled
from sitegen.render.feeds import Channel, feed_id, guid
from sitegen.render.rss import rfc822, rss
from sitegen.render.xml import element, escaped, markup
from sitegen.urls import CORRECTIONS, absolute

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.model.article import Article, Correction
    from sitegen.model.page import Noted, Page
    from sitegen.model.settings import Settings
    from sitegen.plan import Planned


def corrections_feed(site: Planned, page: Page, word: Callable[..., str]) -> bytes:
    """The RSS feed of the newest notes of the site."""
    settings = site.settings()
    found = site.newest_notes(settings.feed_limit)
    title = word(settings.lang, "corrections")
    channel = Channel(
        id=feed_id(settings, page.url),
        title=f"{title} – {settings.title}",
        link=absolute(settings.url, CORRECTIONS),
        self_url=absolute(settings.url, page.url),
        description=word(settings.lang, "corrections_intro"),
        language=settings.lang,
        publisher=settings.publisher.name or settings.title,
        hubs=settings.feeds.hubs,
        modified=max((each.note.date for each in found), default=None),
    )
    return rss(channel, (_item(each, settings, word) for each in found))


def note_guid(article: Article, note: Correction, site: str = "") -> str:
    """The permanent name of *note* in feeds, which that of its story on *site* (see `guid`) and its date decide."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{guid(article, site)}#{note.id}").urn


def _item(noted: Noted, settings: Settings, word: Callable[..., str]) -> str:
    """The item of one note: its kind and the headline are its title, its words what it says."""
    article, note = noted.article, noted.note
    title, text = f"{word(article.lang, note.kind)}: {article.title}", note.text
    if settings.emails_kept_from_feeds:
        title, text = spelled(title), spelled(text)
    lines = [
        "<item>",
        element("title", escaped(title)),
        element("link", escaped(f"{absolute(settings.url, article.url)}#{note.id}")),
        element("description", markup(f"<p>{escaped(text)}</p>")),
        element("guid", escaped(note_guid(article, note, settings.id)), isPermaLink="false"),
        element("pubDate", rfc822(note.date)),
        *([element("dc:language", escaped(article.lang))] if article.lang != settings.lang else []),
        "</item>",
    ]
    return "\n".join(lines)
