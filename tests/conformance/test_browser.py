"""The pages of the microsite in a real browser: accessible, at every width, in light and dark, without a complaint."""

from __future__ import annotations

import mimetypes
from collections import Counter
from typing import TYPE_CHECKING, Literal

import pytest

from support.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from support.published import Published

pytestmark = pytest.mark.needs("chromium")

WIDTHS = (320, 768, 1280)
"""In CSS pixels.  320 is a 1280 pixel wide window at 400 %: WCAG 2.2, 1.4.10 Reflow."""

TEXTS = ("article", "page")
"""The kinds of pages that differ from each other in more than their length."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def page(browser: Browser, published: Published) -> Iterator[Page]:
    """A window in which the addresses of the microsite are answered from its folder, and all others refused.

    Answers have the headers of every answer that ``_headers`` has, the content security policy among them.
    """
    rule = (published.folder / "_headers").read_text(encoding="utf-8").partition("\n/")[0]
    headers = dict(line.strip().split(": ", 1) for line in rule.splitlines()[1:])

    def answer(route: Route) -> None:
        path = published.file(route.request.url)
        if path is None:
            route.abort()
        else:
            kind = mimetypes.guess_type(path.name)[0] or "text/plain"
            route.fulfill(body=path.read_bytes(), headers={**headers, "content-type": kind})

    page = browser.new_page()
    page.route("**/*", answer)
    yield page
    page.close()


def addresses(published: Published) -> list[str]:
    """The pages that readers see, but of lists, which differ in length alone, two of each kind; a redirect is none."""
    seen: Counter[str] = Counter()
    found = []
    for path in published.files("*.html"):
        kind = published.document(path).kind
        seen[kind] += 1
        if kind and (kind in TEXTS or seen[kind] <= 2):
            found.append(published.address(path))
    return found


@pytest.mark.needs("axe")
@pytest.mark.parametrize(
    ("scheme", "rules"),
    [("light", {"type": "tag", "values": TAGS}), ("dark", {"type": "rule", "values": ["color-contrast"]})],
    ids=["light", "dark"],
)
def test_accessible(
    page: Page, published: Published, scheme: Literal["light", "dark"], rules: dict[str, object]
) -> None:
    """Axe finds no barrier on any page; in the dark only colors are others."""
    axe = (ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    barriers = []
    for address in addresses(published):
        page.goto(address)
        page.evaluate(axe)
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        found = page.evaluate("options => axe.run(document, options)", options)
        barriers += [
            f"{address}: {each['id']}: {each['help']}: {node['html']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]
    assert [] == barriers


def test_no_sideways_scrolling(page: Page, published: Published) -> None:
    """No page is wider than its window, at any width."""
    wide = []
    for address in addresses(published):
        page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wide.append(f"{address} at {width}")
    assert [] == wide


def test_nothing_to_complain_about(page: Page, published: Published) -> None:
    """The browser's console stays empty, and nothing that a page asks for is missing."""
    complaints: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error.message}"))
    page.on("request", lambda request: asked.add(request.url))
    for address in addresses(published):
        page.goto(address)
    assert [] == complaints
    assert [] == [address for address in sorted(asked) if published.file(address) is None]


def test_reads_without_scripts(browser: Browser, published: Published) -> None:
    """With scripts turned off, each page has its heading and its footer."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for address in addresses(published):
        path = published.file(address)
        assert path
        page.set_content(path.read_text(encoding="utf-8"), wait_until="domcontentloaded")
        assert page.locator("h1").count() == 1, address
        assert page.locator("#site-footer").is_visible(), address
    context.close()
