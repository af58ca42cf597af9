"""What machines read: the content of feeds, sitemaps and redirects, asked of the site."""

from __future__ import annotations

import mimetypes
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from sitegen.plan import MOST_URLS
from sitegen.render.feeds import Channel, Entry, furniture, rss
from sitegen.render.redirects import redirect_page, redirects_file
from sitegen.render.sitemaps import robots, sitemap, sitemap_index
from sitegen.urls import absolute, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.model.article import Article
    from sitegen.model.page import Page
    from sitegen.plan import Planned

# Not the machine's own table, which differs between machines.
_TYPES: Final = mimetypes.MimeTypes(filenames=())


class Word(Protocol):
    """Answers with words of the interface."""

    def __call__(self, lang: str, key: str, **values: object) -> str:
        """The word called *key* in *lang*, with *values* put in."""
        ...


def feed(site: Planned, page: Page, word: Word) -> bytes:
    """The RSS feed of the site, or of one section, tag or author."""
    kind, _, subject = page.subject.partition(" ")
    settings = site.settings()
    name, summary = _followed(site, kind, subject)
    stories = site.newest("all" if kind == "home" else kind, subject, settings.feed_limit)
    channel = Channel(
        title=f"{name} – {settings.title}" if name else settings.title,
        link=absolute(settings.url, page.url.removesuffix("feed.xml")),
        self_url=absolute(settings.url, page.url),
        description=summary or settings.summary or settings.title,
        language=settings.lang,
        entries=tuple(_entry(site, story, word) for story in stories),
        show_email=settings.feeds.email,
    )
    return rss(channel, settings.url)


def _followed(site: Planned, kind: str, subject: str) -> tuple[str, str]:
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
            return author.name, author.bio
        case _:
            return "", ""


def _entry(site: Planned, story: Article, word: Word) -> Entry:
    from sitegen.render.dates import date_text  # Babel, which is slow to import

    day = partial(date_text, lang=story.lang, dates=site.settings().dates, part="day")
    url, kind, length = _picture(site, story)
    return Entry(
        article=story,
        furniture=furniture(story, partial(word, story.lang), day),
        html=site.feed_text(story.path),
        summary=site.standfirst(story.path),
        image_url=url,
        image_type=kind,
        image_length=length,
    )


def _picture(site: Planned, story: Article) -> tuple[str, str, int]:
    """The lead picture's absolute URL, its media type, its length in bytes; unknown ones are ``""`` and 0."""
    if not story.image:
        return "", "", 0
    src = site.picture(story.path, story.image.src)
    if urlsplit(src).scheme:
        return src, "", 0
    beside = {attachment.url: attachment.source for attachment in site.attachments(story.path)}
    size = site.size(beside.get(src) or f"{site.setting('static')}{src}")
    kind = _TYPES.guess_type(src)[0] or ""
    return absolute(str(site.setting("url")), src), kind, size


def site_map(site: Planned, page: Page, _: Word) -> bytes:
    """The sitemap, or an index and its parts where one would be too long."""
    url = str(site.setting("url"))
    entries = sorted((absolute(url, path), modified) for path, modified in site.indexed())
    if page.number:
        return sitemap(entries[(page.number - 1) * MOST_URLS : page.number * MOST_URLS])
    parts = sorted(part for part in site.plan() if part.startswith("/sitemap-"))
    return sitemap_index((absolute(url, part), None) for part in parts) if parts else sitemap(entries)


def robots_text(site: Planned, _page: Page, _: Word) -> bytes:
    """robots.txt."""
    return robots(absolute(str(site.setting("url")), "/sitemap.xml"))


def redirect(site: Planned, page: Page, _: Word) -> bytes:
    """The page at a former address."""
    settings, target = site.settings(), site.page_at(page.subject)
    about = site.article(target.subject) if target.kind == "article" else site.standing_page(target.subject)
    href = settings.base + quoted(target.url)
    return redirect_page(absolute(settings.url, target.url), href, about.title, about.lang)


def redirects(site: Planned, _page: Page, _: Word) -> bytes:
    """The table of former addresses for hosts that read one."""
    found = ((page.url, page.subject) for page in site.plan().values() if page.kind == "redirect")
    return redirects_file(found, site.settings().base)


RENDERERS: Final[dict[str, Callable[[Planned, Page, Word], bytes]]] = {
    "feed": feed,
    "sitemap": site_map,
    "robots": robots_text,
    "redirect": redirect,
    "redirects": redirects,
}
"""The kinds of output that are not HTML pages of a layout."""
