"""What crawlers read: sitemaps (https://www.sitemaps.org/protocol.html) and robots.txt.

A time in a sitemap is that of a page's last real update, never the build's: crawlers stop trusting a site that says
otherwise, and a build that changed nothing must change no byte.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.render.xml import document, element, escaped, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sitegen.model.article import Article

    Located = tuple[str, datetime | None]

NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_NAMESPACE: Final = "http://www.google.com/schemas/sitemap-news/0.9"
_PARENTHESES: Final = re.compile(r"\([^()]*\)")


def sitemap(entries: Iterable[Located]) -> bytes:
    """The sitemap of *entries*, each an absolute, encoded URL and the time of its last update (None: not known)."""
    return document(f'<urlset xmlns="{NAMESPACE}">', *(_line("url", *entry) for entry in sorted(entries)), "</urlset>")


def sitemap_index(sitemaps: Iterable[Located]) -> bytes:
    """The index of *sitemaps*, each an absolute URL and the newest time in it, in the order given."""
    lines = (_line("sitemap", *located) for located in sitemaps)
    return document(f'<sitemapindex xmlns="{NAMESPACE}">', *lines, "</sitemapindex>")


def news_sitemap(publication: str, stories: Iterable[tuple[str, Article]]) -> bytes:
    """The news sitemap of *stories*, each with its absolute, encoded URL, in the order given.

    https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
    """
    names = f'xmlns="{NAMESPACE}" xmlns:news="{NEWS_NAMESPACE}"'
    name = publication
    while name != (outer := _PARENTHESES.sub(" ", name)):
        name = outer
    name = " ".join(name.split()) or publication
    return document(f"<urlset {names}>", *(_news(name, *each) for each in stories), "</urlset>")


def robots(sitemaps: Iterable[str]) -> bytes:
    """The robots.txt that allows everything and names *sitemaps* (absolute URLs)."""
    named = "".join(f"Sitemap: {url}\n" for url in sitemaps)
    return f"User-agent: *\nDisallow:\n\n{named}".encode()


def news_language(lang: str) -> str:
    """The language tag *lang* as news sitemaps have it: ISO 639 alone, but for Chinese, whose two scripts they tell."""
    primary, *rest = lang.lower().split("-")
    if primary == "zh":
        return "zh-tw" if set(rest) & {"hant", "tw", "hk", "mo"} else "zh-cn"
    return primary


def _news(publication: str, url: str, story: Article) -> str:
    """One story.  Its date is that of its publication, whatever happened since."""
    about = element("news:name", escaped(publication)) + element("news:language", news_language(story.lang))
    said = element("news:publication", about)
    if story.published:
        said += element("news:publication_date", timestamp(story.published))
    said += element("news:title", escaped(story.title))
    return _line("url", url, story.modified, element("news:news", said))


def _line(name: str, url: str, modified: datetime | None, more: str = "") -> str:
    """One URL or sitemap."""
    lastmod = element("lastmod", timestamp(modified)) if modified else ""
    return element(name, element("loc", escaped(url)) + lastmod + more)
