"""What feeds say of a story, asked of the site."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec import structs

from sitegen.render import atom, json_feed, rss
from sitegen.render.emails import spelled, spelled_html
from sitegen.render.feeds import Entry, Picture, content, furniture, guid, linked
from sitegen.render.live import whole_html
from sitegen.render.metadata import full
from sitegen.render.xml import escaped
from sitegen.served import content_type
from sitegen.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.model.article import Article
    from sitegen.model.settings import PartnerFeed
    from sitegen.plan import Planned

FORMATS: Final[dict[str, Callable[[Entry, str], str]]] = {"rss": rss.item, "atom": atom.item, "json": json_feed.item}
"""What makes the item of a story, or of what is like one, in a format."""


def item_of(site: Planned, path: str, form: str, partner: str, text: str) -> str:
    """The story at *path* in a format, in any feed of the site, or in that of a *partner*; *text* is from `text_of`."""
    return FORMATS[form](_entry(site, path, partner, text), str(site.setting("lang")))


def _entry(site: Planned, path: str, partner: str, text: str) -> Entry:
    """The story at *path* as all formats tell it."""
    story, settings = site.article(path), site.shown_settings()
    credits_ = [structs.replace(each, url=full(settings.url, each.url)) for each in site.credits(path)]
    if not settings.feeds.email:
        credits_ = [structs.replace(each, email="") for each in credits_]
    feed = site.partner_feed(partner) if partner else None
    entry = Entry(
        article=story,
        id=guid(story, settings.id),
        url=absolute(settings.url, story.url),
        content=text,
        # With it the text is not all that there is, which a reader would take for the whole.
        summary="" if feed and feed.text == "summary" else site.standfirst(path),
        section=site.section(story.section).name if story.section else "",
        credits=tuple(credits_),
        contacts=_contacts(site, path),
        picture=_picture(site, story, feed),
    )
    return _kept(entry) if settings.emails_kept_from_feeds else entry


def _contacts(site: Planned, path: str) -> tuple[str, ...]:
    """The e-mail addresses of the story at *path*, where feeds may tell them."""
    return site.contacts(path) if site.settings().feeds.email else ()


def _kept(entry: Entry) -> Entry:
    """*entry* with the e-mail addresses in its words spelled."""
    story, picture = entry.article, entry.picture
    notes = tuple(structs.replace(note, text=spelled(note.text)) for note in story.corrections)
    if picture:
        words = {"alt": spelled(picture.alt), "caption": spelled(picture.caption), "credit": spelled(picture.credit)}
        picture = structs.replace(picture, **words)
    return structs.replace(
        entry,
        article=structs.replace(story, title=spelled(story.title), corrections=notes),
        summary=spelled(entry.summary),
        picture=picture,
    )


def text_of(site: Planned, path: str, partner: str, word: Callable[..., str]) -> str:
    """All that feeds show of the story at *path*, as HTML; *word* answers with words of the interface."""
    from sitegen.content.markdown import feed_html  # loads markdown-it
    from sitegen.content.markdown.passed_on import EVERY
    from sitegen.render.dates import date_text  # Babel, which is slow to import

    story, settings = site.article(path), site.shown_settings()
    feed = site.partner_feed(partner) if partner else None
    day = partial(date_text, lang=story.lang, dates=settings.dates, part="day")
    moment = partial(date_text, lang=story.lang, dates=settings.dates)
    url = absolute(settings.url, story.url)
    if feed and feed.text == "summary":
        html = f"<p>{escaped(site.standfirst(path))}</p>"
    else:
        html = feed_html(whole_html(site.body(path), moment), url, feed.pictures if feed else (EVERY,))
    said = furniture(story, partial(word, story.lang), day)
    shown = content(story, html, said, _picture(site, story, feed), _contacts(site, path))
    if feed:
        line = feed.credit or word(story.lang, "first_published", name=settings.publisher.name or settings.title)
        shown = f"{shown}\n{linked(line, url)}"
    return spelled_html(shown) if settings.emails_kept_from_feeds else shown


def _picture(site: Planned, story: Article, feed: PartnerFeed | None) -> Picture | None:
    """The lead picture of *story*, if *feed*, which may be that of a partner, may have it."""
    from sitegen.content.markdown import is_passed_on  # loads markdown-it

    image = story.image
    if not image or (feed and not is_passed_on(image.credit, feed.pictures)):
        return None
    src = site.picture(story.path, image.src)
    about = Picture(url=src, alt=image.alt, caption=image.caption, credit=image.credit)
    if urlsplit(src).scheme:
        return about
    beside = {attachment.url: attachment.source for attachment in site.attachments(story.path)}
    return structs.replace(
        about,
        url=absolute(str(site.setting("url")), src),
        type=_type(src),
        length=site.sent(beside.get(src) or f"{site.setting('static')}{src}").size,
    )


def _type(src: str) -> str:
    """What the picture *src* is served as; ``""`` if that does not say what it is."""
    found = content_type("picture", src)
    return found if found.startswith("image/") else ""
