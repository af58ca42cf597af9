"""What machines read: the content of feeds, sitemaps and redirects, asked of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from sitegen.plan import MOST_NEWS
from sitegen.render.atom import atom
from sitegen.render.channels import channel_of
from sitegen.render.corrections import channel_of_notes, items_of_notes
from sitegen.render.headers import headers_file
from sitegen.render.json_feed import json_feed
from sitegen.render.redirects import redirect_page, redirects_file
from sitegen.render.rss import rss
from sitegen.render.sitemaps import news_sitemap, robots, sitemap, sitemap_index
from sitegen.served import is_feed
from sitegen.urls import absolute, feed_format, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sitegen.model.page import Page
    from sitegen.model.settings import FeedFormat
    from sitegen.plan import Planned
    from sitegen.render.feeds import Channel
    from sitegen.render.laid_out import LaidOut


class Word(Protocol):
    """Answers with words of the interface."""

    def __call__(self, lang: str, key: str, **values: object) -> str:
        """The word called *key* in *lang*, with *values* put in."""
        ...


def feed(site: LaidOut, page: Page, _word: Word) -> bytes:
    """A feed, in the format that its address says."""
    kind, _, subject = page.subject.partition(" ")
    form, partner = feed_format(page.url), subject if kind == "partner" else ""
    items = [site.feed_item(path, form, partner) for path in site.feed_paths(kind, subject)]
    return _FEEDS[form](channel_of(site, page), items)


def corrections_feed(site: Planned, page: Page, word: Word) -> bytes:
    """The feed of corrections, in the format that its address says."""
    form = feed_format(page.url)
    return _FEEDS[form](channel_of_notes(site, page, word), items_of_notes(site, form, word))


def site_map(site: Planned, page: Page, _: Word) -> bytes:
    """The sitemap, or an index and its parts where one would be too long."""
    url = str(site.setting("url"))
    if page.number or not (numbers := _parts(site, page)):
        return sitemap((absolute(url, path), modified) for path, modified in site.sitemap_part(page.number))
    newest = [max(filter(None, (at for _, at in site.sitemap_part(number))), default=None) for number in numbers]
    return sitemap_index(zip((_part(site, page, number) for number in numbers), newest, strict=True))


def news_map(site: Planned, page: Page, _: Word) -> bytes:
    """The news sitemap, or an index and its parts where one would be too long."""
    paths = site.news()
    if not page.number and (numbers := _parts(site, page)):
        return sitemap_index((_part(site, page, number), None) for number in numbers)
    if page.number:
        paths = paths[(page.number - 1) * MOST_NEWS : page.number * MOST_NEWS]
    url, name = str(site.setting("url")), site.shown_settings().title
    return news_sitemap(name, ((absolute(url, story.url), story) for story in map(site.article, paths)))


def _parts(site: Planned, page: Page) -> list[int]:
    """The numbers of the parts of a sitemap; none where it is one."""
    return sorted(part.number for part in site.plan().values() if part.kind == page.kind and part.number)


def _part(site: Planned, page: Page, number: int) -> str:
    """The address of part *number* of a sitemap."""
    return absolute(str(site.setting("url")), page.url.replace(".xml", f"-{number}.xml"))


def robots_text(site: Planned, _page: Page, _: Word) -> bytes:
    """robots.txt."""
    return robots(absolute(str(site.setting("url")), each) for each in ("/sitemap.xml", "/news-sitemap.xml"))


def redirect(site: Planned, page: Page, _: Word) -> bytes:
    """The page at a former address."""
    settings, target = site.settings(), site.page_at(page.subject)
    about = site.article(target.subject) if target.kind == "article" else site.shown_page(target.subject)
    href = settings.base + quoted(target.url)
    return redirect_page(absolute(settings.url, target.url), href, about.title, about.lang)


def redirects(site: Planned, _page: Page, _: Word) -> bytes:
    """The table of former addresses for hosts that read one."""
    found = ((page.url, page.subject) for page in site.plan().values() if page.kind == "redirect")
    return redirects_file(found, site.settings().base)


def headers(site: Planned, _page: Page, _: Word) -> bytes:
    """The table of headers for hosts that read one."""
    hubs = site.settings().feeds.hubs
    return headers_file(site.settings(), _feeds(site) if hubs else ())


def _feeds(site: Planned) -> list[str]:
    """The addresses of feeds, those of the site and its parts first; not of partners', which only they are told."""
    pages = (page for page in site.plan().values() if is_feed(page.kind) and not page.subject.startswith("partner "))
    return [
        page.url for page in sorted(pages, key=lambda page: (page.subject.startswith(("author ", "tag ")), page.url))
    ]


_FEEDS: Final[dict[FeedFormat, Callable[[Channel, Iterable[str]], bytes]]] = {
    "rss": rss,
    "atom": atom,
    "json": json_feed,
}
RENDERERS: Final[dict[str, Callable[[LaidOut, Page, Word], bytes]]] = {
    "feed": feed,
    "corrections-feed": corrections_feed,
    "sitemap": site_map,
    "news-sitemap": news_map,
    "robots": robots_text,
    "redirect": redirect,
    "redirects": redirects,
    "headers": headers,
}
"""The kinds of output that are not HTML pages of a layout."""
