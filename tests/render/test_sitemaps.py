"""Sitemaps and robots.txt."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from sitegen.render.sitemaps import NAMESPACE, robots, sitemap, sitemap_index

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)


def located(document: bytes) -> list[tuple[str | None, str | None]]:
    """The URLs and times in a sitemap or an index."""
    root = ET.fromstring(document)  # noqa: S314 - our own output
    names = {"s": NAMESPACE}
    return [(node.findtext("s:loc", None, names), node.findtext("s:lastmod", None, names)) for node in root]


def test_a_sitemap() -> None:
    """URLs are sorted and escaped; times are the pages' own, and absent where none is known."""
    entries = [
        ("https://x.example/b/?a&b", NOON.astimezone(ZoneInfo("Asia/Seoul"))),
        ("https://x.example/", None),
    ]
    expected = """\
<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://x.example/</loc></url>
<url><loc>https://x.example/b/?a&#x26;b</loc><lastmod>2026-06-10T12:00:00+00:00</lastmod></url>
</urlset>
"""
    assert expected == sitemap(entries).decode()


def test_an_empty_sitemap() -> None:
    """A site without pages still has a sitemap that parses."""
    assert located(sitemap([])) == []


def test_old_local_times_have_no_seconds_in_their_offset() -> None:
    """Seoul of 1900 was 8:27:52 ahead, an offset that no format of dates allows."""
    at = datetime(1900, 1, 1, 12, tzinfo=ZoneInfo("Asia/Seoul"))
    assert located(sitemap([("https://x.example/", at)])) == [("https://x.example/", "1900-01-01T03:32:08+00:00")]


def test_an_index() -> None:
    """An index names sitemaps and the newest time in each, in the order of their numbers."""
    files = [("https://x.example/sitemap-2.xml", NOON), ("https://x.example/sitemap-10.xml", None)]
    assert located(sitemap_index(files)) == [
        ("https://x.example/sitemap-2.xml", "2026-06-10T12:00:00+00:00"),
        ("https://x.example/sitemap-10.xml", None),
    ]


def test_robots() -> None:
    """Everything may be read, and the sitemaps are named by their full addresses."""
    assert robots(["https://x.example/sitemap.xml", "https://x.example/news.xml"]) == (
        b"User-agent: *\nDisallow:\n\nSitemap: https://x.example/sitemap.xml\nSitemap: https://x.example/news.xml\n"
    )
