"""The browser's side of the preview, in a real browser, told by a real stream of events."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from playwright.sync_api import expect

from sitegen.serve.dashboard import dashboard
from sitegen.serve.editors import Editor
from sitegen.serve.trouble import Described, problem_page
from support.building import NOON
from support.editions import edition_of
from support.newsroom import PICTURE
from support.previewing import PATIENCE, Preview
from support.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from support.workspace import Workspace

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.xdist_group("client")]

HEAD = "<!doctype html><html lang=en><head><title>Ferry</title><meta charset=utf-8>"
LINES = "".join(f"<p>Paragraph {number} of the story.</p>" for number in range(60))
STORY = f"{HEAD}</head><body><h1>Ferry returns</h1>{LINES}</body></html>"
FACTS: dict[str, object] = {
    "kind": "article",
    "title": "Ferry returns",
    "path": "content/ferry.md",
    "editor": "vscode://file/site/content/ferry.md:1:1",
    "zone": "Asia/Seoul",
    "state": "scheduled",
    "published": {"iso": "2026-06-18T00:00:00Z", "text": "18 June 2026, 09:00 KST"},
    "expires": None,
    "words": 412,
    "minutes": 2,
    "missing": [{"what": "no alt text on 1 picture", "fix": "say what it shows", "names": ["pier.jpg"]}],
    "held": [],
}
ERROR: dict[str, object] = {
    "path": "content/ferry.md",
    "line": 3,
    "column": 12,
    "severity": "error",
    "what": "`published` is not a date or time: <img src=x onerror=alert(1)>",
    "fix": "write 2026-06-10 09:00",
    "lines": [[2, "title: Ferry returns"], [3, "published: <img src=x onerror=alert(1)>"], [4, "---"]],
    "editor": "vscode://file/site/content/ferry.md:3:12",
}
WARNING = ERROR | {"path": "layouts/home.html", "severity": "warning", "what": "is used by nothing", "editor": ""}


@pytest.fixture
def preview() -> Iterator[Preview]:
    """A preview with one story, another page, a style sheet and a picture."""
    preview = Preview()
    preview.pages = {"/ferry/": STORY, "/": f"{HEAD}<body><h1>Home</h1><a href=/ferry/>Ferry</a>"}
    preview.files = {"/red.css": ("text/css", b"h1 { color: rgb(255, 0, 0) }"), "/pier.png": ("image/png", PICTURE)}
    preview.start()
    yield preview
    preview.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Windows that share what a browser remembers; nothing may go wrong in them unseen."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    yield context
    context.close()
    assert [] == faults


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A window."""
    return context.new_page()


def shown(page: Page, preview: Preview, path: str = "/ferry/") -> Page:
    """*page*, showing *path* and listening."""
    page.goto(preview.url(path))
    expect(connection(page)).to_have_class(re.compile("live"))
    page.evaluate("window.sameDocument = true")
    return page


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something *holds*."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def connection(page: Page) -> Locator:
    """Where the bar tells of the connection."""
    return page.locator("sitegen-preview .connection")


def bar(page: Page) -> Locator:
    """The bar."""
    return page.get_by_role("complementary", name="Preview")


def problems(page: Page) -> Locator:
    """The list of problems."""
    return page.locator("sitegen-preview .sheet")


def is_same_document(page: Page) -> bool:
    """Whether *page* was not loaded anew since it was shown."""
    return bool(page.evaluate("window.sameDocument === true"))


def settled(page: Page) -> None:
    """Wait until all that was told is done."""
    page.evaluate("new Promise(done => setTimeout(done, 150))")


def edited(html: str, old: str, new: str) -> str:
    """*html* with *new* for *old*."""
    assert old in html
    return html.replace(old, new)


def test_a_change_reloads(page: Page, preview: Preview) -> None:
    """A page that has changed is loaded anew, and comes to rest."""
    shown(page, preview)
    preview.change({"/ferry/": edited(STORY, "Ferry returns", "Ferry is late")})
    expect(page.locator("h1")).to_have_text("Ferry is late")
    settled(page)
    assert 2 == sum(address == "/ferry/" for address in preview.asked)


def test_what_does_not_concern_the_page_leaves_it(page: Page, preview: Preview) -> None:
    """A change elsewhere loads nothing."""
    shown(page, preview)
    preview.change({"/": "Home, changed"})
    settled(page)
    assert is_same_document(page)


def test_a_reload_keeps_the_place(page: Page, preview: Preview) -> None:
    """What the reader looks at stays where it is, also when a paragraph comes in above."""
    shown(page, preview)
    page.evaluate("scrollTo(0, 901)")
    where = "[...document.querySelectorAll('p')].find(p => p.textContent.includes('30')).getBoundingClientRect().top"
    before = page.evaluate(where)
    preview.change({"/ferry/": edited(STORY, "</h1>", "</h1>" + "<p>Put in above.</p>" * 5)})
    expect(page.get_by_text("Put in above.").first).to_be_attached()
    expect(connection(page)).to_have_class(re.compile("live"))
    settled(page)
    assert abs(page.evaluate(where) - before) <= 1


FORM = """<form><input name=a><input type=checkbox name=b><select name=c><option>1<option>2</select>
<textarea name=d>was</textarea><input type=password name=e></form><div contenteditable>was</div>
<details><summary>More</summary>Inside</details>"""


def test_a_reload_keeps_what_was_typed(page: Page, preview: Preview) -> None:
    """Fields, what is edited in place, what is open, and the cursor; a field that nobody touched gets its new text."""
    story = edited(STORY, "</body>", f"{FORM}<textarea name=z>old</textarea></body>")
    preview.pages["/ferry/"] = story
    shown(page, preview)
    page.locator("[name=b]").check()
    page.locator("[name=c]").select_option("2")
    page.locator("[name=d]").fill("a draft")
    page.locator("[name=e]").fill("secret")
    page.locator("[contenteditable]").fill("edited")
    page.locator("summary").click()
    page.locator("[name=a]").fill("typed")
    page.keyboard.press("ArrowLeft")
    preview.change({"/ferry/": edited(story, ">old<", ">new<")})
    expect(page.locator("[name=z]")).to_have_value("new")
    expect(page.locator("[name=a]")).to_have_value("typed")
    expect(page.locator("[name=b]")).to_be_checked()
    expect(page.locator("[name=c]")).to_have_value("2")
    expect(page.locator("[name=d]")).to_have_value("a draft")
    expect(page.locator("[contenteditable]")).to_have_text("edited")
    expect(page.locator("details")).to_have_attribute("open", "")
    expect(page.locator("[name=a]")).to_be_focused()
    assert 4 == page.evaluate("document.activeElement.selectionStart")
    assert "secret" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_the_place_does_not_creep(page: Page, preview: Preview) -> None:
    """After many changes it is where it was, to the pixel."""
    preview.pages["/ferry/"] = edited(STORY, "</head>", "<style>body { font: 17px/1.63 serif }</style></head>")
    shown(page, preview)
    page.evaluate("scrollTo(0, 907)")
    for number in range(3):
        preview.change({"/ferry/": edited(preview.pages["/ferry/"], "</body>", f"<p>Change {number}.</p></body>")})
        expect(page.get_by_text(f"Change {number}.")).to_be_attached()
        page.wait_for_function("scrollY === 907")
        expect(connection(page)).to_have_class(re.compile("live"))


def test_what_was_kept_is_used_once(page: Page, preview: Preview) -> None:
    """Going to the page again later starts at its top."""
    shown(page, preview)
    page.evaluate("scrollTo(0, 900)")
    preview.change({"/ferry/": edited(STORY, "Ferry returns", "Ferry is late")})
    expect(page.locator("h1")).to_have_text("Ferry is late")
    page.wait_for_function("scrollY > 800")
    page.goto(preview.url("/"))
    page.goto(preview.url("/ferry/"))
    assert 0 == page.evaluate("scrollY")


def test_styles_are_swapped(page: Page, preview: Preview) -> None:
    """A style sheet under a new address takes the place of the old one, without a reload and without a bare moment."""
    preview.pages["/ferry/"] = edited(STORY, "</head>", '<link rel=stylesheet href="/red.css"></head>')
    preview.files["/blue.css"] = ("text/css", b"h1 { color: rgb(0, 0, 255) }")
    shown(page, preview)
    page.evaluate(
        "() => { window.bare = false; new MutationObserver(() => { if (getComputedStyle(document.querySelector('h1'))"
        ".color === 'rgb(0, 0, 0)') window.bare = true }).observe(document.head, {childList: true}) }"
    )
    fresh = edited(preview.pages["/ferry/"], "red.css", "blue.css")
    preview.change({"/ferry/": fresh}, action="swap", swaps={"/red.css": "/blue.css"})
    expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 255)")
    expect(page.locator("link[rel=stylesheet]")).to_have_count(1)
    assert is_same_document(page)
    assert not page.evaluate("window.bare")


def test_a_style_sheet_that_is_gone(page: Page, preview: Preview) -> None:
    """The page does without, as it will for readers."""
    preview.pages["/ferry/"] = edited(STORY, "</head>", '<link rel=stylesheet href="/red.css"></head>')
    shown(page, preview)
    del preview.files["/red.css"]
    preview.change(action="swap", swaps={"/red.css": "/red.css"})
    expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 0)")
    assert is_same_document(page)


def test_the_same_address_is_asked_for_anew(page: Page, preview: Preview) -> None:
    """A style sheet whose bytes changed is fetched again, also where that happens again before it is there."""
    preview.pages["/ferry/"] = edited(STORY, "</head>", '<link rel=stylesheet href="/red.css"></head>')
    preview.headers["Cache-Control"] = "max-age=3600"
    shown(page, preview)
    for color in ("rgb(0, 0, 255)", "rgb(0, 128, 0)"):
        preview.files["/red.css"] = ("text/css", f"h1 {{ color: {color} }}".encode())
        preview.change(action="swap", swaps={"/red.css": "/red.css"})
    expect(page.locator("h1")).to_have_css("color", color)
    expect(page.locator("link[rel=stylesheet]")).to_have_count(1)
    assert is_same_document(page)


PICTURES = """<img id=a src="/pier.png" srcset="/pier.png 1x, /other.png 2x"><picture>
<source id=b srcset="/pier.png 640w">
<img src="/other.png"></picture><div id=c style="background-image: url(/pier.png)"></div>
<video id=d poster="/pier.png"></video><input id=e type=image src="http://elsewhere.invalid/pier.png">"""


def test_pictures_are_swapped(page: Page, preview: Preview) -> None:
    """Wherever a page shows a picture; one of another site that is called the same is left alone."""
    preview.files["/other.png"] = preview.files["/new.png"] = preview.files["/pier.png"]
    preview.pages["/ferry/"] = edited(STORY, "</body>", f"{PICTURES}</body>")
    page.route("http://elsewhere.invalid/**", lambda route: route.abort())
    shown(page, preview)
    preview.change(action="swap", swaps={"/pier.png": "/new.png", "/other.png": "/other.png"})
    expect(page.locator("#a")).to_have_attribute("src", "/new.png")
    fresh = f"/other.png?sitegen-fresh={preview.revision}"
    expect(page.locator("#a")).to_have_attribute("srcset", f"/new.png 1x, {fresh} 2x")
    expect(page.locator("#b")).to_have_attribute("srcset", "/new.png 640w")
    expect(page.locator("picture img")).to_have_attribute("src", fresh)
    expect(page.locator("#c")).to_have_css("background-image", f'url("{preview.url("/new.png")}")')
    expect(page.locator("#d")).to_have_attribute("poster", "/new.png")
    expect(page.locator("#e")).to_have_attribute("src", "http://elsewhere.invalid/pier.png")
    assert is_same_document(page)


def test_names_that_look_encoded(page: Page, preview: Preview) -> None:
    """A picture is found by its name, however a page writes that; and nothing else is taken for it."""
    names = ("/100%.svg", "/100%25.svg", "/photo%20%231.svg")
    links = (
        "".join(f'<img src="{name}">' for name in names) + '<a id=away href="https://elsewhere.example/x/y">Away</a>'
    )
    preview.pages["/ferry/"] = edited(STORY, "</body>", f"{links}</body>")
    shown(page, preview)
    preview.change(action="swap", swaps={name: name for name in names[1:]})
    for name in names:
        expect(page.locator(f'img[src^="{name}"]')).to_have_attribute("src", f"{name}?sitegen-fresh=1")
    expect(page.locator("#away")).to_have_attribute("href", "https://elsewhere.example/x/y")
    assert is_same_document(page)


def test_what_cannot_be_swapped_is_loaded_anew(page: Page, preview: Preview) -> None:
    """A picture that only a style sheet names is not found in the page, so the page is made true as a whole."""
    shown(page, preview)
    preview.change({"/ferry/": STORY + " "}, action="swap", swaps={"/pier.png": "/pier.png"})
    until(lambda: preview.asked.count("/ferry/") == 2)
    expect(connection(page)).to_have_class(re.compile("live"))
    assert not is_same_document(page)


def test_a_new_address_is_followed(page: Page, preview: Preview) -> None:
    """The story has another URL: the window goes there, at the same place, and the old one is not in its history."""
    shown(page, preview, "/")
    shown(page, preview)
    page.evaluate("scrollTo(0, 900)")
    del preview.pages["/ferry/"]
    preview.change({"/ferry-2/": STORY}, action="go", go="/ferry-2/")
    page.wait_for_url(preview.url("/ferry-2/"))
    page.wait_for_function("scrollY > 800")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Home")


def test_reconnects(page: Page, preview: Preview) -> None:
    """While the server is away the bar says so; when it is back, the page is made true by itself."""
    shown(page, preview)
    preview.stop()
    expect(bar(page)).to_contain_text("The server does not answer")
    preview.pages["/ferry/"] = edited(STORY, "Ferry returns", "Ferry is late")
    preview.start()
    expect(page.locator("h1")).to_have_text("Ferry is late")
    expect(connection(page)).to_have_class(re.compile("live"))


def test_reconnects_to_the_same_page(page: Page, preview: Preview) -> None:
    """Nothing has changed meanwhile: nothing is loaded anew, although a style sheet was swapped before."""
    preview.pages["/ferry/"] = edited(STORY, "</head>", '<link rel=stylesheet href="/red.css"></head>')
    preview.files["/blue.css"] = ("text/css", b"h1 { color: rgb(0, 0, 255) }")
    shown(page, preview)
    fresh = edited(preview.pages["/ferry/"], "red.css", "blue.css")
    preview.change({"/ferry/": fresh}, action="swap", swaps={"/red.css": "/blue.css"})
    expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 255)")
    preview.stop()
    expect(connection(page)).to_have_class(re.compile("lost"))
    preview.start()
    expect(connection(page)).to_have_class(re.compile("live"))
    settled(page)
    assert is_same_document(page)


def test_whoever_goes_is_not_held_back(page: Page, preview: Preview) -> None:
    """A change while the next page is on its way does not load this one anew, which would call that off."""
    shown(page, preview, "/")
    preview.held["/ferry/"] = threading.Event()
    page.get_by_role("link", name="Ferry").click(no_wait_after=True)
    until(lambda: "/ferry/" in preview.asked)
    preview.change({"/": "Home, changed"})
    time.sleep(0.2)  # the page is asked nothing, as whoever drives it waits for the next one
    preview.held["/ferry/"].set()
    page.wait_for_url(preview.url("/ferry/"))
    assert 1 == preview.asked.count("/")


def test_whoever_stays_after_all_is_up_to_date(page: Page, preview: Preview) -> None:
    """What looked like going was a download, or was stopped: a moment later the page is true again."""
    shown(page, preview, "/")
    page.evaluate("dispatchEvent(new Event('beforeunload'))")
    preview.change({"/": f"{HEAD}<body><h1>Home, changed</h1>"})
    expect(page.locator("h1")).to_have_text("Home, changed")


def test_tells_what_it_heard(page: Page, preview: Preview) -> None:
    """Whoever connects anew says up to which revision of which server it knows, as a picture may have changed since."""
    shown(page, preview)
    preview.change()
    settled(page)
    preview.stop()
    preview.start()
    expect(connection(page)).to_have_class(re.compile("live"))
    until(lambda: preview.asked[-1].startswith("/_sitegen/events"))
    query = parse_qs(urlsplit(preview.asked[-1]).query)
    assert (["one"], ["1"]) == (query["server"], query["revision"])


def test_another_server_without_a_good_page(page: Page, preview: Preview) -> None:
    """The tab keeps the last good state of a page that the new server cannot make, until it can."""
    shown(page, preview)
    preview.stop()
    preview.server, preview.problems = "two", [ERROR]
    story = preview.pages.pop("/ferry/")
    preview.start()
    expect(problems(page)).to_be_visible()
    preview.change()
    settled(page)
    expect(page.locator("h1")).to_have_text("Ferry returns")
    assert is_same_document(page)
    preview.problems = []
    preview.change({"/ferry/": story}, action="none")
    until(lambda: preview.asked.count("/ferry/") == 2)


def test_another_server(page: Page, preview: Preview) -> None:
    """What changed under its old address while there was none is not known: the page is loaded anew, at its place."""
    shown(page, preview)
    page.evaluate("scrollTo(0, 900)")
    preview.stop()
    preview.server = "two"
    preview.start()
    until(lambda: preview.asked.count("/ferry/") == 2)
    expect(connection(page)).to_have_class(re.compile("live"))
    page.wait_for_function("scrollY > 800")
    settled(page)
    assert 2 == preview.asked.count("/ferry/")


def test_the_page_of_lists_follows_every_change(page: Page, preview: Preview, workspace: Workspace) -> None:
    """It has no digest: each revision loads it anew, once."""
    edition = edition_of(workspace.root)
    preview.pages["/_sitegen/"] = dashboard(edition, [], [], NOON).decode()
    shown(page, preview, "/_sitegen/")
    preview.change({"/_sitegen/": dashboard(edition, [], [("content/x.md", NOON)], NOON).decode()})
    expect(page.get_by_text("content/x.md")).to_be_visible()
    expect(connection(page)).to_have_class(re.compile("live"))
    settled(page)
    assert 2 == preview.asked.count("/_sitegen/")


def test_the_back_button(page: Page, preview: Preview) -> None:
    """The browser may show an old page without asking; it is made true."""
    preview.headers["Cache-Control"] = "max-age=3600"
    shown(page, preview)
    shown(page, preview, "/")
    preview.change({"/ferry/": edited(STORY, "Ferry returns", "Ferry is late")})
    preview.headers["Cache-Control"] = "no-cache"
    page.go_back()
    expect(page.locator("h1")).to_have_text("Ferry is late")
    expect(connection(page)).to_have_class(re.compile("live"))


def test_a_page_that_was_kept_aside(page: Page, preview: Preview) -> None:
    """A page that the browser froze for its back button keeps no connection, and asks as soon as it is brought back.

    Whoever drives Chromium keeps it from freezing pages, so the page is told of it as Chromium would.
    """
    shown(page, preview)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    until(lambda: preview.streams == 0)
    preview.change({"/ferry/": edited(STORY, "Ferry returns", "Ferry is late")})
    settled(page)
    assert is_same_document(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator("h1")).to_have_text("Ferry is late")


@pytest.mark.long  # a busy machine leaves hidden tabs alone for longer than anybody waits
def test_several_tabs(context: BrowserContext, preview: Preview) -> None:
    """Each follows its own page; tabs that nobody sees leave the browser's few connections to the others."""
    tabs = []
    for _ in range(7):
        tab = shown(context.new_page(), preview)
        hide(tab)
        tabs.append(tab)
    until(lambda: preview.streams == 2)
    home = shown(context.new_page(), preview, "/")
    loaded = preview.asked.count("/ferry/")
    preview.change({"/ferry/": edited(STORY, "Ferry returns", "Ferry is late")})
    until(lambda: preview.asked.count("/ferry/") == loaded + 2)
    for tab in tabs[2:]:  # the first two kept their connections, and were loaded anew while nobody looked
        expect(tab.locator("h1")).to_have_text("Ferry returns")
        hide(tab, hidden=False)
        expect(tab.locator("h1")).to_have_text("Ferry is late")
        hide(tab)
    for tab in tabs[:2]:
        expect(tab.locator("h1")).to_have_text("Ferry is late")
    assert is_same_document(home)


def hide(page: Page, *, hidden: bool = True) -> None:
    """Let *page* take itself for hidden, as a browser without a screen hides none; wait until it has acted."""
    state = "hidden" if hidden else "visible"
    page.evaluate(
        "state => { Object.defineProperty(document, 'visibilityState', {configurable: true, value: state});"
        "document.dispatchEvent(new Event('visibilitychange')) }",
        state,
    )
    if hidden:
        settled(page)


def test_below_a_path(browser: Browser) -> None:
    """A site that lives below a path: all that is asked for is below it, and what is swapped or gone to, too."""
    preview = Preview("/news")
    preview.pages["/ferry/"] = f"{HEAD}<link rel=stylesheet href=/news/red.css></head><h1>Ferry</h1>"
    preview.files = {
        "/red.css": ("text/css", b"h1 { color: rgb(255, 0, 0) }"),
        "/blue.css": ("text/css", b"h1 { color: rgb(0, 0, 255) }"),
    }
    preview.start()
    page = browser.new_page()
    try:
        shown(page, preview)
        fresh = edited(preview.pages["/ferry/"], "red", "blue")
        preview.change({"/ferry/": fresh}, action="swap", swaps={"/red.css": "/blue.css"})
        expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 255)")
        preview.change({"/boat/": fresh}, action="go", go="/boat/")
        page.wait_for_url(preview.url("/boat/"))
        expect(page.get_by_role("link", name="Newsroom")).to_have_attribute("href", "/news/_sitegen/")
    finally:
        page.close()
        preview.stop()
    assert all(address.startswith("/news/") for address in preview.asked if address != "/favicon.ico")


def test_a_page_within_a_page(page: Page, preview: Preview) -> None:
    """It is kept true, too, and has no bar of its own."""
    preview.pages["/"] = f"{HEAD}<body><iframe src=/ferry/></iframe>"
    shown(page, preview, "/")
    until(lambda: preview.streams == 2)
    preview.change({"/ferry/": edited(STORY, "Ferry returns", "Ferry is late")})
    inside = page.frame_locator("iframe")
    expect(inside.locator("h1")).to_have_text("Ferry is late")
    expect(inside.locator("sitegen-preview")).to_have_count(0)
    assert is_same_document(page)


def test_an_address_with_a_fragment(page: Page, preview: Preview) -> None:
    """Going to the address of before, or to the moment of before, is loading it."""
    shown(page, preview, "/ferry/#part")
    preview.change(action="go", go="/ferry/")
    until(lambda: preview.asked.count("/ferry/") == 2)
    expect(connection(page)).to_have_class(re.compile("live"))


def test_a_page_without_head_or_body(page: Page, preview: Preview) -> None:
    """A layout may be a few words."""
    preview.pages["/ferry/"] = "Just text"
    shown(page, preview)
    preview.change({"/ferry/": "Just another text"})
    expect(page.locator("body")).to_contain_text("Just another text")


def test_an_old_page_is_not_loaded_for_ever(page: Page, preview: Preview) -> None:
    """Something between browser and server sends the old page: after a few times the bar says so, and that is all."""
    shown(page, preview)
    preview.stale["/ferry/"] = STORY
    preview.change({"/ferry/": edited(STORY, "Ferry returns", "Ferry is late")})
    expect(bar(page)).to_contain_text("The old page keeps coming")
    count = len(preview.asked)
    settled(page)
    assert count == len(preview.asked)


def test_the_clock_goes_along(page: Page, preview: Preview) -> None:
    """``?now=`` stays on links within the site, however they are followed, and is told to the server."""
    links = '<a href="/ferry/?x=1#part">Ferry</a><a href="http://elsewhere.invalid/">Away</a><a href="#part">Down</a>'
    form = '<form action="/ferry/"><input name=q value=boat><button>Find</button></form>'
    preview.pages["/"] = f"{HEAD}<body>{links}{form}"
    page.route("http://elsewhere.invalid/**", lambda route: route.fulfill(body="Away"))
    shown(page, preview, "/?now=2026-06-18T00:00Z")
    page.get_by_role("link", name="Ferry").click()
    page.wait_for_url(preview.url("/ferry/?x=1&now=2026-06-18T00%3A00Z#part"))
    shown(page, preview, "/?now=2026-06-18T00:00Z")
    page.get_by_role("button", name="Find").click()
    page.wait_for_url(preview.url("/ferry/?q=boat&now=2026-06-18T00%3A00Z"))
    shown(page, preview, "/?now=2026-06-18T00:00Z")
    page.get_by_role("link", name="Away").click()
    page.wait_for_url("http://elsewhere.invalid/")
    events = [parse_qs(urlsplit(address).query) for address in preview.asked if "/events" in address]
    assert {"2026-06-18T00:00Z"} == {query["now"][0] for query in events}


def test_the_clock_is_set(page: Page, preview: Preview) -> None:
    """In the site's time zone, whatever the browser's; and back to now."""
    preview.facts = FACTS
    shown(page, preview)
    page.get_by_role("button", name="As of now").click()
    field = page.get_by_label("See the site as of")
    expect(field).to_be_focused()
    field.fill("2026-06-18T09:30")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url(preview.url("/ferry/?now=2026-06-18T00%3A30Z"))
    button = page.get_by_role("button", name="As of 18 June 2026, 09:30")
    button.click()
    page.get_by_role("button", name="Back to now").click()
    page.wait_for_url(preview.url("/ferry/"))
    page.get_by_role("button", name="As of now").click()
    page.get_by_role("button", name="When it is published").click()
    page.wait_for_url(preview.url("/ferry/?now=2026-06-18T00%3A00%3A00Z"))


def test_the_clock_of_the_preview(page: Page, preview: Preview) -> None:
    """One that stands is told, is in the field, and is what there is to go back to."""
    preview.facts = FACTS
    preview.clock = "2026-06-10T03:00:00Z"
    shown(page, preview)
    page.get_by_role("button", name="As of 10 June 2026, 12:00").click()
    expect(page.get_by_label("See the site as of")).to_have_value("2026-06-10T12:00")
    page.get_by_role("button", name="When it is published").click()
    page.get_by_role("button", name="As of 18 June 2026, 09:00").click()
    page.get_by_role("button", name="Back to the preview's clock: 10 June 2026, 12:00").click()
    page.wait_for_url(preview.url("/ferry/"))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"state": "scheduled"}, "Scheduled for 18 June 2026, 09:00 KST"),
        ({"state": "draft"}, "Draft, for 18 June 2026, 09:00 KST"),
        ({"state": "draft", "published": None}, "Draft"),
        (
            {"state": "expires", "expires": {"iso": "", "text": "1 July 2026, 00:00 KST"}},
            "Expires 1 July 2026, 00:00 KST",
        ),
    ],
)
def test_the_bar_marks_what_is_not_simply_out(
    page: Page, preview: Preview, state: dict[str, object], words: str
) -> None:
    """A draft, a scheduled and an expiring story, each with its time."""
    preview.facts = FACTS | state
    shown(page, preview)
    expect(page.locator("sitegen-preview .mark")).to_have_text(words)


def test_the_bar_says_what_the_page_is(page: Page, preview: Preview) -> None:
    """Length, source, what is missing and where everything else is; none of it for a page that is no text."""
    preview.facts = FACTS
    shown(page, preview)
    expect(bar(page)).to_contain_text("412 words · 2 min")
    expect(bar(page).get_by_text("content/ferry.md")).to_have_attribute("href", str(FACTS["editor"]))
    page.get_by_role("button", name="1 missing").click()
    expect(page.get_by_role("region", name="What this article lacks")).to_contain_text("No alt text on 1 picture")
    expect(page.get_by_role("region", name="What this article lacks")).to_contain_text("pier.jpg")
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="What this article lacks")).to_have_count(0)
    expect(page.get_by_role("button", name="1 missing")).to_be_focused()
    preview.facts = None
    preview.change()
    expect(bar(page)).not_to_contain_text("412 words")


def test_what_a_narrow_bar_leaves_out(page: Page, preview: Preview) -> None:
    """Length and source are in a panel there, and where all is in the bar there is no button for that."""
    preview.facts = FACTS
    shown(page, preview)
    details = page.get_by_role("button", name="Details")
    expect(details).to_be_hidden()
    page.set_viewport_size({"width": 360, "height": 640})
    expect(page.get_by_text("412 words")).to_be_hidden()
    details.click()
    panel = page.get_by_role("region", name="This page")
    expect(panel).to_contain_text("412 words · 2 min")
    expect(panel.get_by_role("link", name="content/ferry.md")).to_be_focused()
    page.keyboard.press("Escape")
    expect(details).to_be_focused()
    details.click()
    preview.facts = FACTS | {"words": 0, "path": ""}
    preview.change()
    expect(panel).to_be_hidden()
    expect(details).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_bar_of_a_page_that_broke(page: Page, preview: Preview) -> None:
    """It says what the page that is still shown is."""
    preview.facts = FACTS
    shown(page, preview)
    preview.problems, preview.facts = [ERROR], None
    preview.change(page={"url": "/ferry/", "digest": ""})
    expect(problems(page)).to_be_visible()
    expect(bar(page)).to_contain_text("412 words")
    expect(page.get_by_role("button", name="1 missing")).to_be_visible()


def test_the_bar_of_a_list(page: Page, preview: Preview) -> None:
    """It marks the stories that readers would not see there yet, each with its time."""
    later = {"title": "A vote", "url": "/vote/", "state": "scheduled", "published": FACTS["published"]}
    idea = {"title": "An idea <b>", "url": "/idea/", "state": "draft", "published": None}
    preview.facts = FACTS | {"state": "out", "words": 0, "missing": [], "held": [later, idea]}
    shown(page, preview, "/?now=2026-06-10T00:00Z")
    page.get_by_role("button", name="2 not out yet").click()
    panel = page.get_by_role("region", name="Stories on this page that are not out yet")
    expect(panel.get_by_role("listitem").first).to_have_text("A voteScheduled for 18 June 2026, 09:00 KST")
    expect(panel.get_by_role("listitem").last).to_have_text("An idea <b>Draft")
    expect(panel.get_by_role("link").first).to_have_attribute("href", "/vote/?now=2026-06-10T00%3A00Z")


def test_the_bar_follows_the_facts(page: Page, preview: Preview) -> None:
    """A new count of words is shown without a reload, and the time that is being typed stays."""
    preview.facts = FACTS
    shown(page, preview)
    page.get_by_role("button", name="As of now").click()
    page.get_by_label("See the site as of").fill("2026-06-18T09:30")
    preview.facts = FACTS | {"words": 413}
    preview.change()
    expect(bar(page)).to_contain_text("413 words")
    expect(page.get_by_label("See the site as of")).to_have_value("2026-06-18T09:30")
    assert is_same_document(page)


def test_a_bar_put_away_stays_away(page: Page, preview: Preview) -> None:
    """On other pages, too, until it is asked for; the end of the page is under nothing."""
    preview.facts = FACTS
    shown(page, preview)
    page.get_by_role("button", name="Hide the preview's bar").click()
    expect(bar(page)).not_to_contain_text("412 words")
    page.goto(preview.url("/"))
    expect(page.get_by_role("button", name="Show the preview's bar")).to_be_visible()
    expect(bar(page)).not_to_contain_text("412 words")
    page.get_by_role("button", name="Show the preview's bar").click()
    expect(bar(page)).to_contain_text("412 words")


def test_work_in_progress_is_told(page: Page, preview: Preview) -> None:
    """The bar says that a change is being worked on, and then that the page is right."""
    shown(page, preview)
    preview.change(busy=True)
    expect(connection(page)).to_have_text("Updating …")
    preview.change()
    expect(connection(page)).to_have_text("Live")


def test_errors_show_in_the_page(page: Page, preview: Preview) -> None:
    """All of them, with the lines of the source, the mend and the editor, above the last good page."""
    shown(page, preview)
    preview.problems = [WARNING, ERROR]
    preview.change()
    expect(problems(page).get_by_role("heading")).to_have_text("1 error, 1 warning")
    first = problems(page).get_by_role("listitem").first
    expect(first).to_contain_text("published is not a date or time: <img src=x onerror=alert(1)>")
    expect(first).to_contain_text("Mend: write 2026-06-10 09:00")
    expect(first.get_by_role("link", name="content/ferry.md:3:12")).to_have_attribute("href", str(ERROR["editor"]))
    expect(first.locator("code.here")).to_have_text("published: <img src=x onerror=alert(1)>")
    expect(problems(page).get_by_role("listitem")).to_have_count(2)
    expect(problems(page).locator("img")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("1 error, 1 warning")
    expect(page.locator("h1")).to_be_in_viewport()
    assert is_same_document(page)


def test_a_page_of_problems_follows_them(page: Page, preview: Preview) -> None:
    """Where there is no good page yet, the problems are the page: kept up to date, and replaced by what was mended."""
    preview.problems = [WARNING, ERROR]
    html = problem_page([Described(what="is an older error")], "Not yet").decode()
    preview.stale["/ferry/"], page_then = html, preview.pages.pop("/ferry/")
    shown(page, preview)
    items = page.get_by_role("main").get_by_role("listitem")
    expect(items).to_have_count(2)
    expect(items.first).to_contain_text("published is not a date or time: <img src=x onerror=alert(1)>")
    expect(items.first.get_by_role("link")).to_have_attribute("href", str(ERROR["editor"]))
    expect(problems(page)).to_have_count(0)
    preview.problems = []
    preview.stale.clear()
    preview.change({"/ferry/": page_then})
    expect(page.locator("h1")).to_have_text("Ferry returns")


def test_errors_go_away_when_mended(page: Page, preview: Preview) -> None:
    """By themselves; the page beneath is loaded anew only if it has changed."""
    preview.problems = [ERROR]
    shown(page, preview)
    expect(problems(page)).to_be_visible()
    preview.problems = []
    preview.change()
    expect(problems(page)).to_have_count(0)
    assert is_same_document(page)


def test_errors_put_away_stay_away(page: Page, preview: Preview) -> None:
    """The bar still counts them, on the next page, too; an error that is new shows itself."""
    preview.problems = [ERROR]
    shown(page, preview)
    page.get_by_role("button", name="Hide", exact=True).click()
    expect(problems(page)).to_have_count(0)
    expect(bar(page).get_by_role("button", name="1 error")).to_be_focused()
    shown(page, preview, "/")
    expect(bar(page).get_by_role("button", name="1 error")).to_be_visible()
    expect(problems(page)).to_have_count(0)
    page.get_by_role("button", name="1 error").click()
    expect(problems(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(problems(page)).to_have_count(0)
    preview.problems = [ERROR, ERROR | {"what": "is something else"}]
    preview.change()
    expect(problems(page)).to_be_visible()


def test_warnings_do_not_push_themselves_forward(page: Page, preview: Preview) -> None:
    """They are counted in the bar, and listed when asked for."""
    preview.problems = [WARNING]
    shown(page, preview)
    expect(problems(page)).to_have_count(0)
    page.get_by_role("button", name="1 warning").click()
    expect(problems(page)).to_contain_text("is used by nothing")


def test_the_page_can_be_read_to_its_end(page: Page, preview: Preview) -> None:
    """Neither the bar nor the list of problems covers the last line."""
    preview.problems = [ERROR]
    shown(page, preview)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    last = page.get_by_text("Paragraph 59").bounding_box()
    sheet = problems(page).bounding_box()
    assert last
    assert sheet
    assert last["y"] + last["height"] <= sheet["y"]


def test_an_address_that_is_a_script_is_no_link(page: Page, preview: Preview) -> None:
    """Whatever the server calls an editor."""
    preview.problems = [ERROR | {"editor": "javascript:alert(1)"}]
    shown(page, preview)
    expect(problems(page)).to_contain_text("content/ferry.md:3:12")
    expect(problems(page).get_by_role("link")).to_have_count(0)


def test_styles_of_the_site_stay_out(page: Page, preview: Preview) -> None:
    """And ours stay in: the site may style everything, write from right to left, and shrink its letters."""
    styles = "<style>:not(html) { display: none !important; font-size: 99px !important; color: red !important }</style>"
    preview.pages["/ferry/"] = edited(STORY, "</head>", f"{styles}</head>").replace("lang=en", "lang=ar dir=rtl")
    shown(page, preview)
    expect(bar(page)).to_be_visible()
    expect(bar(page)).to_have_css("font-size", "13px")
    expect(bar(page)).to_have_css("direction", "ltr")
    assert "rgb(255, 0, 0)" != connection(page).evaluate("element => getComputedStyle(element).color")


def test_a_strict_policy_of_the_site(page: Page, preview: Preview) -> None:
    """A site that forbids inline styles and scripts, and requires trusted types, is previewed all the same."""
    policy = "default-src 'self'; require-trusted-types-for 'script'; base-uri 'none'"
    preview.headers["Content-Security-Policy"] = policy
    preview.problems, preview.facts = [ERROR], FACTS
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    shown(page, preview)
    expect(problems(page)).to_have_css("position", "fixed")
    preview.change({"/ferry/": edited(STORY, "Ferry returns", "Ferry is late")})
    expect(page.locator("h1")).to_have_text("Ferry is late")
    assert [] == [text for text in complaints if "favicon" not in text and "404" not in text]


def test_paper_shows_the_page_alone(page: Page, preview: Preview) -> None:
    """Printing hides the bar and the problems."""
    preview.problems = [ERROR]
    shown(page, preview)
    page.emulate_media(media="print")
    expect(bar(page)).to_be_hidden()
    expect(problems(page)).to_be_hidden()


@pytest.mark.needs("axe")
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_accessible(page: Page, preview: Preview, scheme: Literal["light", "dark"], width: int) -> None:
    """Axe finds no barrier in the bar, its panels and the list of problems."""
    axe = (ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 720})
    preview.problems, preview.facts = [ERROR, WARNING], FACTS
    shown(page, preview)
    page.evaluate(axe)
    for button in ("As of now", "1 missing", *(["Details"] if width < 900 else [])):
        page.get_by_role("button", name=button).click()
        found = page.evaluate("axe.run('sitegen-preview', {resultTypes: ['violations']})")
        assert [] == [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]


@pytest.mark.needs("axe")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_own_pages_are_accessible(page: Page, workspace: Workspace, scheme: Literal["light", "dark"]) -> None:
    """Axe finds no barrier on the page of lists and on that of problems, in light and dark, without scripts of ours."""
    axe = (ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    workspace.write("content/later.md", "---\ntitle: Later\npublished: 2026-06-18 09:00\n---\nText.\n")
    found = [msgspec.convert(problem, Described) for problem in (ERROR, WARNING)]
    changed = [("content/later.md", NOON), ("static/app.css", NOON)]
    editor = Editor("zed://file/{path}", workspace.root)
    pages = dashboard(edition_of(workspace.root), found, changed, NOON, editor), problem_page(found, "Not yet")
    page.emulate_media(color_scheme=scheme)
    for html in pages:
        page.goto("about:blank")
        page.set_content(html.decode())
        page.evaluate(axe)
        barriers = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [] == [f"{each['id']}: {node['html']}" for each in barriers for node in each["nodes"]]
