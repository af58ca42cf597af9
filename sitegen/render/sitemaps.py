"""What crawlers read: sitemaps (https://www.sitemaps.org/protocol.html) and robots.txt.

A time in a sitemap is that of a page's last real update, never the build's: crawlers stop trusting a site that says
otherwise, and a build that changed nothing must change no byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sitegen.render.xml import document, element, escaped, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    Located = tuple[str, datetime | None]

NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(entries: Iterable[Located]) -> bytes:
    """The sitemap of *entries*, each an absolute, encoded URL and the time of its last update (None: not known)."""
    return document(f'<urlset xmlns="{NAMESPACE}">', *(_line("url", *entry) for entry in sorted(entries)), "</urlset>")


def sitemap_index(sitemaps: Iterable[Located]) -> bytes:
    """The index of *sitemaps*, each an absolute URL and the newest time in it, in the order given."""
    lines = (_line("sitemap", *located) for located in sitemaps)
    return document(f'<sitemapindex xmlns="{NAMESPACE}">', *lines, "</sitemapindex>")


def robots(sitemap_url: str) -> bytes:
    """The robots.txt that allows everything and names the sitemap at *sitemap_url* (absolute)."""
    return f"User-agent: *\nDisallow:\n\nSitemap: {sitemap_url}\n".encode()


def _line(name: str, url: str, modified: datetime | None) -> str:
    """One URL or sitemap."""
    lastmod = element("lastmod", timestamp(modified)) if modified else ""
    return element(name, element("loc", escaped(url)) + lastmod)
