"""The feed of corrections: every note of every story, each an item of its own."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from msgspec import structs

from sitegen.model.article import Article
from sitegen.render.emails import spelled
from sitegen.render.feed_items import FORMATS
from sitegen.render.feeds import Channel, Entry, feed_id, guid
from sitegen.render.xml import escaped
from sitegen.urls import CORRECTIONS, absolute

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.model.article import Correction
    from sitegen.model.page import Noted, Page
    from sitegen.model.settings import FeedFormat, Settings
    from sitegen.plan import Planned


def channel_of_notes(site: Planned, page: Page, word: Callable[..., str]) -> Channel:
    """What the feed at *page* says of itself."""
    settings = site.shown_settings()
    return Channel(
        id=feed_id(settings, page.url),
        title=f"{word(settings.lang, 'corrections')} – {settings.title}",
        link=absolute(settings.url, CORRECTIONS),
        self_url=absolute(settings.url, page.url),
        description=word(settings.lang, "corrections_intro"),
        language=settings.lang,
        publisher=settings.publisher.name or settings.title,
        hubs=settings.feeds.hubs,
        modified=max((each.note.date for each in site.newest_notes(settings.feed_limit)), default=None),
    )


def items_of_notes(site: Planned, form: FeedFormat, word: Callable[..., str]) -> list[str]:
    """The newest notes of the site as items in a format, newest first."""
    settings = site.shown_settings()
    found = site.newest_notes(settings.feed_limit)
    return [FORMATS[form](_entry(each, settings, word), settings.lang) for each in found]


def note_guid(article: Article, note: Correction, site: str = "") -> str:
    """The permanent name of *note* in feeds, which that of its story on *site* (see `guid`) and its date decide."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{guid(article, site)}#{note.id}").urn


def _entry(noted: Noted, settings: Settings, word: Callable[..., str]) -> Entry:
    """One note: its kind and the headline are its title, its words all that it says, its moment both its dates."""
    story, note = noted.article, noted.note
    title, text = f"{word(story.lang, note.kind)}: {story.title}", note.text
    if settings.emails_kept_from_feeds:
        title, text = spelled(title), spelled(text)
    return Entry(
        article=Article(
            path=story.path,
            id=story.id,
            slug=story.slug,
            url=story.url,
            title=title,
            lang=story.lang,
            published=note.date,
            kind=story.kind,
            corrections=(structs.replace(note, text=text),),
        ),
        id=note_guid(story, note, settings.id),
        url=f"{absolute(settings.url, story.url)}#{note.id}",
        content=f"<p>{escaped(text)}</p>",
    )
