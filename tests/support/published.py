"""A published site, as tests that judge it read it."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESSES = {
    "a": ["href"],
    "audio": ["src"],
    "blockquote": ["cite"],
    "form": ["action"],
    "iframe": ["src"],
    "img": ["src"],
    "link": ["href"],
    "q": ["cite"],
    "script": ["src"],
    "source": ["src"],
    "track": ["src"],
    "video": ["src", "poster"],
}
"""The attributes that hold an address, by element."""


class Document(HTMLParser):
    """What one page points to (*links*), can be pointed at (*ids*), and is (*kind*: the theme's class of its body)."""

    def __init__(self, html: str) -> None:
        """Read *html*."""
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.kind = ""
        self.data: list[str] = []
        self._in_data = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element at *tag* points to and is called."""
        values = {name: value or "" for name, value in attrs}
        self.links += [values[name] for name in ADDRESSES.get(tag, []) if name in values]
        self.links += [part.split()[0] for part in values.get("srcset", "").split(",") if part.strip()]
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self.links.append(values["content"].partition("url=")[2])
        if tag == "body":
            kinds = [name for name in values.get("class", "").split() if name.startswith("kind-")]
            self.kind = kinds[0].removeprefix("kind-") if kinds else ""
        if tag == "script" and values.get("type") == "application/ld+json":
            self._in_data = True
            self.data.append("")

    def handle_endtag(self, tag: str) -> None:
        """Note where structured data ends."""
        if tag == "script":
            self._in_data = False

    def handle_data(self, data: str) -> None:
        """Keep structured data."""
        if self._in_data:
            self.data[-1] += data


@dataclass(frozen=True)
class Published:
    """The site in *folder*, which belongs at *url* (no final slash)."""

    folder: Path
    url: str
    _documents: dict[Path, Document] = field(default_factory=dict)

    def files(self, pattern: str) -> list[Path]:
        """The files that match *pattern*, in order."""
        return sorted(path for path in self.folder.rglob(pattern) if path.is_file())

    def document(self, path: Path) -> Document:
        """The page at *path*, read once."""
        if path not in self._documents:
            self._documents[path] = Document(path.read_text(encoding="utf-8"))
        return self._documents[path]

    def address(self, path: Path) -> str:
        """Where readers find the file at *path*."""
        name = path.relative_to(self.folder).as_posix()
        return f"{self.url}/{name.removesuffix('index.html') if PurePosixPath(name).name == 'index.html' else name}"

    def file(self, address: str) -> Path | None:
        """The file that answers *address*: None if it is not of this site, or if none does."""
        parts, home = urlsplit(address), urlsplit(self.url)
        if parts.netloc != home.netloc or not f"{parts.path}/".startswith(f"{home.path}/"):
            return None
        path = self.folder / unquote(parts.path.removeprefix(home.path)).lstrip("/")
        if parts.path.endswith("/") or not parts.path.removeprefix(home.path):
            path /= "index.html"
        return path if path.is_file() else None

    def is_ours(self, address: str) -> bool:
        """Whether *address* is on this site's host; the microsite has nothing there outside its own path."""
        return urlsplit(address).netloc == urlsplit(self.url).netloc

    def dead_links(self) -> Iterator[str]:
        """Each link of a page to an address of this site, or a place in a page, that nothing answers."""
        for path in self.files("*.html"):
            here = self.address(path)
            for link in self.document(path).links:
                target = urljoin(here, link)
                if not self.is_ours(target):
                    continue
                file, fragment = self.file(target), unquote(urlsplit(target).fragment)
                if file is None:
                    yield f"{here} → {link}"
                elif fragment.lower() in ("", "top"):  # the top of a page needs no id (HTML, 7.4.6.4)
                    continue
                elif file.suffix == ".html" and fragment not in self.document(file).ids:
                    yield f"{here} → {link} (no such id)"

    def dead_addresses(self) -> Iterator[str]:
        """Each address that machines read of this site and nothing answers, or that is not absolute.

        Looked at are feeds with the pages in them, sitemaps, structured data and redirects.
        """
        for path in self.files("*.xml"):
            for address in _addresses(ET.parse(path).getroot()):  # noqa: S314 - a file of ours
                yield from self._dead(path, address)
        for path in self.files("feed.json"):
            feed = json.loads(path.read_text(encoding="utf-8"))
            pages = [link for item in feed["items"] for link in Document(item["content_html"]).links]
            for address in (*self._of_ours(feed), *pages):
                yield from self._dead(path, address)
        for path in self.files("*.html"):
            for data in self.document(path).data:
                for address in self._of_ours(json.loads(data)):
                    yield from self._dead(path, address)
        for path in self.files("_redirects"):
            for line in path.read_text(encoding="utf-8").splitlines():
                yield from self._dead(path, urljoin(self.url, line.split()[1]))

    def _of_ours(self, value: object) -> list[str]:
        """The texts in a JSON value that are an address of this site."""
        return [text for text in _texts(value) if text.startswith(f"{self.url}/")]

    def _dead(self, path: Path, address: str) -> Iterator[str]:
        if not urlsplit(address).scheme and not address.startswith("//"):
            yield f"{path.name}: {address} is relative"
        elif self.is_ours(address) and self.file(address) is None:
            yield f"{path.name}: {address} is nowhere"


def built(sources: Path, output: Path, url: str, now: str) -> Published:
    """The site of *sources* in *output*, made for *url* at *now*, by the command."""
    where = ["--site", str(sources), "--output", str(output), "--url", url]
    command = [sys.executable, "-m", "sitegen", "build", "--now", now, *where]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return Published(output, url)


def _addresses(root: ET.Element) -> Iterator[str]:
    """The addresses in a feed or sitemap: of elements, attributes, and links in the HTML of entries."""
    for element in root.iter():
        kind = element.tag.rpartition("}")[2]
        if kind in ("link", "loc", "comments") and element.text:
            yield element.text
        yield from (element.attrib[name] for name in ("url", "href") if name in element.attrib)
        if kind in ("description", "encoded", "content", "summary") and element.text:
            yield from Document(element.text).links


def _texts(value: object) -> Iterator[str]:
    """The texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
