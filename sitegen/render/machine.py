"""What machines read: the content of feeds, sitemaps and redirects, asked of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from sitegen.plan import MOST_URLS
from sitegen.render.corrections import corrections_feed
from sitegen.render.feeds import Channel, rss
from sitegen.render.redirects import redirect_page, redirects_file
from sitegen.render.sitemaps import robots, sitemap, sitemap_index
from sitegen.urls import absolute, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.model.page import Page
    from sitegen.plan import Planned
    from sitegen.render.laid_out import LaidOut


class Word(Protocol):
    """Answers with words of the interface."""

    def __call__(self, lang: str, key: str, **values: object) -> str:
        """The word called *key* in *lang*, with *values* put in."""
        ...


def feed(site: LaidOut, page: Page, _word: Word) -> bytes:
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
        modified=max((at for story in stories if (at := story.modified)), default=None),
        items=tuple(site.feed_item(story.path) for story in stories),
    )
    return rss(channel)


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
            return site.author(subject).name, site.introduction(subject)
        case _:
            return "", ""


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


RENDERERS: Final[dict[str, Callable[[LaidOut, Page, Word], bytes]]] = {
    "feed": feed,
    "corrections-feed": corrections_feed,
    "sitemap": site_map,
    "robots": robots_text,
    "redirect": redirect,
    "redirects": redirects,
}
"""The kinds of output that are not HTML pages of a layout."""
