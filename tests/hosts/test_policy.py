"""The headers that tell browsers what pages may do, and pages under them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from sitegen.content.settings import read_settings
from sitegen.errors import ContentError
from sitegen.render.headers import content_security_policy, headers_file, security_headers
from support.building import built
from support.deploys import NOW, SITE, Paper

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Route

    from sitegen.model.settings import Settings

STORY = """\
![A ship](https://pictures.example/ship.svg "In port")

::: embed https://www.youtube.com/watch?v=abc123 The ferry returns
:::

::: embed https://charts.example/1 A chart
:::

| Day | Boats |
|:----|------:|
| Mon | 3     |

```python
print("coloured")
```

A note.[^1]

[^1]: Of the [port](https://port.example/).
"""


def settings(more: str = "", url: str = SITE) -> Settings:
    """The settings of a site."""
    return read_settings(f"title: Wire\nurl: {url}\ntimezone: UTC\n{more}".encode())[0]


def policy(more: str = "", **other: Any) -> dict[str, str]:  # noqa: ANN401 - as many as there are
    """The policy of a site, by its directives."""
    parts = content_security_policy(settings(more, **other)).split("; ")
    return {name: sources for name, _, sources in (part.partition(" ") for part in parts)}


def test_nothing_but_what_is_needed() -> None:
    """No script or style in a page, no frame, no base, and no other site that shows ours."""
    found = policy()
    assert {"'none'"} == {found[name] for name in ("default-src", "frame-src", "base-uri", "frame-ancestors")}
    assert {"'self'"} == {found[name] for name in ("script-src", "style-src", "font-src", "form-action")}
    assert "unsafe" not in str(found)
    assert "" == found["upgrade-insecure-requests"]


def test_what_may_be_framed() -> None:
    """Hosts of `markdown.embeds`, those below them, and where their players are."""
    found = policy("markdown: {embeds: [www.youtube.com, charts.example]}")
    assert {
        *("https://youtube.com", "https://*.youtube.com", "https://www.youtube-nocookie.com"),
        *("https://charts.example", "https://*.charts.example"),
    } == set(found["frame-src"].split())


def test_what_a_site_adds() -> None:
    """To what there is; what lets nothing in is replaced."""
    found = policy("csp: {script-src: [https://plausible.io, unsafe-inline], frame-ancestors: https://partner.example}")
    assert "'self' https://plausible.io 'unsafe-inline'" == found["script-src"]
    assert "https://partner.example" == found["frame-ancestors"]
    headers = security_headers(settings("csp: {frame-ancestors: https://partner.example}"))
    assert "X-Frame-Options" not in headers


def test_trusted_editors() -> None:
    """Where raw HTML is trusted, what it loads is not second-guessed."""
    assert {"object-src", "base-uri", "frame-ancestors", "upgrade-insecure-requests"} == set(
        policy("markdown: {html: trusted}")
    )


def test_none() -> None:
    """A site may do without; the other headers stay."""
    headers = security_headers(settings("csp: false"))
    assert "Content-Security-Policy" not in headers
    assert "nosniff" == headers["X-Content-Type-Options"]


def test_a_site_without_https() -> None:
    """It is not told to be one."""
    headers = security_headers(settings(url="http://10.0.0.7"))
    assert "Strict-Transport-Security" not in headers
    assert "upgrade" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("csp: {script-scr: x.example}", "`csp.script-scr`"),
        ("csp: {script-src: 'https://x.example; img-src *'}", "`https://x.example;` is no source of script-src"),
        ("csp: {script-src: \"'nonce-abc'\"}", "is no source of script-src"),
        ("csp: true", "`csp` is `true`, which it is anyway"),
        ("csp: [x.example]", "`csp` must be a mapping"),
    ],
)
def test_slips(line: str, said: str) -> None:
    """They are told at their place: a policy that says something else than was meant is worse than none."""
    with pytest.raises(ContentError) as refused:
        settings(line)
    assert "site.yaml:4:" in str(refused.value)
    assert said in str(refused.value)


def test_the_table() -> None:
    """Of Netlify and Cloudflare: below the site's path; no two rules for one answer give the same header."""
    table = headers_file(settings(url=f"{SITE}/wire")).decode()
    rules = [rule.split("\n  ") for rule in ("\n" + table).rstrip().split("\n/")[1:]]
    found = {pattern: {line.partition(":")[0] for line in lines} for pattern, *lines in rules}
    assert all(pattern.startswith("wire/") for pattern in found)
    assert {"Cache-Control"} == found["wire/assets/*"]
    assert {"Content-Type"} == found["wire/*/feed.xml"] == found["wire/feed.xml"]
    assert not found["wire/*"] & {"Cache-Control", "Content-Type"}
    assert max(map(len, table.splitlines())) < 2000  # Cloudflare reads no longer ones


def test_the_table_has_the_hubs_of_feeds(tmp_path: Path) -> None:
    """W1: as the feed itself has them; no feed of a partner is named, and there are no more rules than are read."""
    paper = Paper(tmp_path / "site", "{kind: folder, path: ../live}", f"{SITE}/wire")
    text = (paper.root / "site.yaml").read_text()
    paper.write(
        "site.yaml",
        f"{text}feeds: {{lists: [rss, atom, json], hubs: ['https://hub.example/?a=1'], partners: {{herald: {{}}}}}}\n",
    )
    for number in range(32):
        paper.story(f"ship{number}", f"Ship {number}", tags=f"tag{number}", section="harbor")
    outcome = built(paper.root, NOW)
    assert 0 == outcome.status, outcome.told
    files = paper.public()
    rules = dict(re.findall(r"^(/.*)\n  Link: (.*)$", files["_headers"].decode(), re.MULTILINE))
    assert {"/wire/feed.xml", "/wire/atom.xml", "/wire/feed.json", "/wire/harbor/feed.xml"} < set(rules)
    assert "/wire/corrections/feed.xml" in rules
    assert 100 == files["_headers"].count(b"\n/") + 1
    for path, link in rules.items():
        assert f'<{SITE}{path}>; rel="self", <https://hub.example/?a=1>; rel="hub"' == link
        assert f'{SITE}{path}"'.encode() in files[path.removeprefix("/wire/")]  # which says the same of itself
    assert "/feeds/" not in "".join(rules)
    assert b"Link" not in headers_file(settings(), ["/feed.xml"])


def test_a_table_of_the_sites_own(tmp_path: Path) -> None:
    """One in `static` takes its place."""
    paper = Paper(tmp_path / "site", "{kind: folder, path: ../live}")
    paper.deploy()
    assert paper.public()["_headers"] == headers_file(settings())
    paper.write("static/_headers", "/*\n  X-Own: 1\n")
    paper.deploy()
    assert b"/*\n  X-Own: 1\n" == paper.public()["_headers"]


@pytest.mark.needs("chromium")
def test_pages_under_it(browser: Browser, tmp_path: Path) -> None:
    """A story with a picture of another host, embeds, a table and code: all shows, and the console stays empty."""
    paper = Paper(tmp_path / "site", "{kind: folder, path: ../live}", f"{SITE}/wire")
    text = (paper.root / "site.yaml").read_text()
    paper.write("site.yaml", text + "markdown: {embeds: [youtube.com, charts.example]}\n")
    paper.story("ship", "A ship", STORY)
    paper.deploy()
    files = paper.public()
    rule = files["_headers"].decode().partition("\n/")[0]
    headers = dict(line.strip().split(": ", 1) for line in rule.splitlines()[1:])
    types = {"css": "text/css", "svg": "image/svg+xml"}

    def answer(route: Route) -> None:
        url = route.request.url
        path = url.removeprefix(f"{SITE}/wire/")
        path += "index.html" if not path or path.endswith("/") else ""
        kind = types.get(path.rpartition(".")[2], "text/html; charset=utf-8")
        if path in files:
            route.fulfill(body=files[path], headers={**headers, "content-type": kind})
        elif url.startswith(SITE):
            route.fulfill(status=404)
        else:
            asked.append(url)
            svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
            route.fulfill(body=svg if kind == types["svg"] else "<p>it plays", content_type=kind)

    asked: list[str] = []
    complaints: list[str] = []
    page = browser.new_page()
    page.route("**/*", answer)
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error.message}"))
    for path in sorted(files):
        if path.endswith(".html"):
            page.goto(f"{SITE}/wire/{path.removesuffix('index.html')}")
    page.goto(f"{SITE}/wire/2026/05/ship/")
    assert page.locator("figure img").first.evaluate("image => image.naturalWidth") == 9
    for number in range(2):
        frame = page.frame_locator("iframe").nth(number)
        frame.locator("a").click()
        frame.get_by_text("it plays").wait_for(timeout=10_000)
    page.close()
    assert {"https://www.youtube-nocookie.com/embed/abc123", "https://charts.example/1"} <= set(asked)
    assert [] == complaints
