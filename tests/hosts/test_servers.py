"""What is printed for servers, in those servers: each shows the site as it should be shown."""

from __future__ import annotations

import http.client
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urljoin, urlsplit

import pytest

from sitegen.hosts import host_config
from support.deploys import SITE, Paper
from support.published import Document
from support.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

HUB: Final = "http://127.0.0.1:1/hub?a=%20b&c=,d"  # nobody answers there
OTHER: Final = "http://127.0.0.1:1/부산"
BASES: Final = ["", "/ferry/wire"]


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A folder that every user may read, as servers become one of their own; those of pytest are private."""
    with tempfile.TemporaryDirectory(prefix="sitegen-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module", params=BASES, ids=["top", "below"])
def paper(request: pytest.FixtureRequest, root: Path) -> Paper:
    """A paper, at the top of a host or below a path of it, that was deployed."""
    root = root / ("below" if request.param else "top")
    paper = Paper(root / "site", f"{{kind: folder, path: '{root}/live'}}", SITE + request.param)
    site = (paper.root / "site.yaml").read_text()
    paper.write("site.yaml", f"{site}feeds: {{lists: [rss, json], hubs: ['{HUB}', '{OTHER}']}}\n")
    paper.story("busan", "Busan", tags="부산")
    paper.write("static/.well-known/security.txt", "Contact: https://harbourwire.example/\n")
    paper.deploy()
    return paper


class Client:
    """A browser, as far as servers see one."""

    def __init__(self, port: int, base: str) -> None:
        """Go to the site below *base* at that *port*."""
        self._port, self._base = port, base

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """What is answered: status, headers, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("GET", self._base + path, headers=headers)
            found = connection.getresponse()
            return found.status, {name.lower(): value for name, value in found.getheaders()}, found.read()
        finally:
            connection.close()


@pytest.mark.needs("nginx")
def test_every_link_is_right(paper: Paper, tmp_path: Path) -> None:
    """Whoever follows links, assets, feeds, sitemaps and redirects from the home page on misses nothing."""
    paper.story("old", "Old address", f"[Ferry](ferry.md), [home]({paper.url}/).", aliases="[/before/]")
    paper.deploy()
    host, base = f"https://{SITE.partition('://')[2]}", paper.url.removeprefix(SITE)
    missing: list[str] = []
    with serving("nginx", host_config("nginx", paper.root), tmp_path / "server") as port:
        client = Client(port, "")
        reached = [f"{paper.url}/", f"{paper.url}/robots.txt", f"{paper.url}/nothing/", f"{paper.url}/before/"]
        for address in reached:
            status, headers, body = client.get(urlsplit(address).path)
            if status != (404 if address.endswith("/nothing/") else 200):
                missing.append(f"{status} {address}")
                continue
            links = linked(headers["content-type"], body.decode("utf-8", "replace"))
            found = (urljoin(address, link).partition("#")[0] for link in links)
            reached += {link for link in found if link.startswith(host) and link not in reached}
    assert [] == missing
    assert [] == [address for address in reached if not address.startswith(f"{SITE}{base}/")]
    files = {quote(path.removesuffix("index.html")) for path in paper.public() if not path.startswith(("_", "."))}
    assert {f"{paper.url}/{path}" for path in files - {"404.html", "app.css"}} == set(reached) - {
        f"{paper.url}/nothing/"
    }


def linked(kind: str, text: str) -> list[str]:
    """What a page, feed, sitemap or robots.txt leads to."""
    if kind.startswith("text/html"):
        return Document(text).links
    if "xml" in kind or kind.startswith("text/plain"):
        return re.findall(r"https://[^\s<>\"&]+", text)
    return []


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=pytest.mark.needs(tool))
        for kind, tool in (("nginx", "nginx"), ("caddy", "caddy"), ("apache", "apache2"))
    ],
)
def test_a_server(paper: Paper, kind: str, tmp_path: Path) -> None:
    """Pages, feeds, assets and what is missing: types, caching, security headers; nothing that is not for readers."""
    base = paper.url.removeprefix(SITE)
    public = paper.public()
    (sheet,) = (path for path in public if path.startswith("assets/app."))
    with serving(kind, host_config(kind, paper.root), tmp_path / "server") as port:
        client = Client(port, base)

        status, headers, body = client.get("/2026/05/ferry/")
        assert (200, public["2026/05/ferry/index.html"], "no-cache") == (status, body, headers["cache-control"])
        assert "text/html; charset=utf-8" == headers["content-type"].lower()
        assert "default-src 'none'" in headers["content-security-policy"]
        assert ("nosniff", "DENY") == (headers["x-content-type-options"], headers["x-frame-options"])
        assert "etag" in headers

        status, headers, _ = client.get("/2026/05/ferry")
        assert status in {301, 308}
        assert headers["location"].endswith(f"{base}/2026/05/ferry/")

        status, headers, body = client.get("/nothing/here/")
        assert (404, public["404.html"]) == (status, body)
        assert "content-security-policy" in headers
        assert 404 == client.get("/assets/")[0]  # a folder without a page

        status, headers, body = client.get("/" + sheet)
        assert (200, public[sheet], "public, max-age=31536000, immutable") == (status, body, headers["cache-control"])
        status, headers, _ = client.get("/assets/app.00000000.css")
        assert 404 == status
        assert "immutable" not in headers.get("cache-control", "")

        status, headers, body = client.get("/tags/harbor/feed.xml")
        assert (200, public["tags/harbor/feed.xml"]) == (status, body)
        assert "application/rss+xml; charset=utf-8" == headers["content-type"]
        assert "nosniff" == headers["x-content-type-options"]

        hubs = f'<{HUB}>; rel="hub", <http://127.0.0.1:1/%EB%B6%80%EC%82%B0>; rel="hub"'
        for path in (
            "/feed.xml",
            "/atom.xml?from=reader",
            "/tags/harbor/feed.json",
            "/tags/%EB%B6%80%EC%82%B0/feed.xml",
        ):
            status, headers, _ = client.get(path)
            own = f'<{paper.url}{path.partition("?")[0]}>; rel="self"'
            assert (200, f"{own}, {hubs}") == (status, headers.get("link"))
        for path in ("/", "/tags/../feed.xml", "//feed.xml", "/tags/%eb%b6%80%ec%82%b0/feed.xml", "/none/feed.xml"):
            assert "link" not in client.get(path)[1], path

        status, headers, _ = client.get("/sitemap.xml", **{"Accept-Encoding": "gzip"})
        assert (200, "gzip") == (status, headers.get("content-encoding"))
        assert 404 == client.get("/.sitegen-deployed.json")[0]
        assert 200 == client.get("/.well-known/security.txt")[0]
