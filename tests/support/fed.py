"""Feeds and sitemaps of a published site, as programs that are not ours read them."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any, Final

import html5lib

from support.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from support.published import Published

NAMES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
}
"""The namespaces, by the prefixes that tests look with."""

Element = ET.Element


def root(path: Path) -> Element:
    """The root of the XML at *path*."""
    return ET.parse(path).getroot()  # noqa: S314 - a file of ours


def channels(published: Published) -> dict[Path, Element]:
    """The channel of every RSS feed: of the site, of its lists, of partners, of corrections."""
    found = {path: root(path).find("channel") for path in published.files("feed.xml")}
    return {path: channel for path, channel in found.items() if channel is not None}


def items(published: Published) -> Iterator[Element]:
    """Every item of every RSS feed."""
    for channel in channels(published).values():
        yield from channel.findall("item")


def atoms(published: Published) -> dict[Path, Element]:
    """Every Atom feed."""
    return {path: root(path) for path in published.files("atom.xml")}


def entries(published: Published) -> Iterator[Element]:
    """Every entry of every Atom feed."""
    for feed in atoms(published).values():
        yield from feed.findall("atom:entry", NAMES)


def jsons(published: Published) -> dict[Path, dict[str, Any]]:
    """Every JSON Feed."""
    return {path: json.loads(path.read_text(encoding="utf-8")) for path in published.files("feed.json")}


def texts(node: Element, name: str) -> list[str]:
    """The texts of the children called *name*."""
    return [each.text or "" for each in node.findall(name, NAMES)]


def contents(published: Published) -> Iterator[str]:
    """The HTML in every feed of every format, and that of descriptions, which is HTML too."""
    for item in items(published):
        yield from texts(item, "description")
        yield from texts(item, "content:encoded")
    for entry in entries(published):
        yield from texts(entry, "atom:content")
    for feed in jsons(published).values():
        yield from (item["content_html"] for item in feed["items"])


def parsed(html: str) -> Element:
    """*html*, a piece of a page, as browsers read it."""
    found: Element = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return found


def smith(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """What feedsmith makes of the feeds at *paths*."""
    script = ROOT / "tests" / "conformance" / "feedsmith.mjs"
    done = subprocess.run(["node", str(script), *map(str, paths)], capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return [each["feed"] for each in json.loads(done.stdout)]
