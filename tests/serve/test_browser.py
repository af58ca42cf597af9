"""The whole preview as a writer has it: a real server, a real site, a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Error, expect

from support.newsroom import AUTHORS, NOTE, SITE, Newsroom, path_of, story
from support.serving import PATIENCE, Served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.xdist_group("browser")]

STORY: Final = "/2026/06/story-a/"
PICTURED: Final = "/2026/06/story-f/"
RED: Final = "rgb(255, 0, 0)"
BLUE: Final = "rgb(0, 0, 255)"
# A pier in another size, so that a browser tells which of the two it shows.
OTHER_PICTURE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"><rect width="{0}" height="{0}"/></svg>'
)
HEAD: Final = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pier</title>{}</head><body>'
POLICY: Final = '<meta http-equiv="Content-Security-Policy" content="{}">'
STRICT: Final = (
    "script-src 'sha256-x'; connect-src https://elsewhere.invalid; worker-src 'none'; "
    "require-trusted-types-for 'script'"
)
BARE: Final = "{{ page.title }}: {{ page.content }}"


class Window:
    """A window of the browser, which counts how often its page was loaded."""

    def __init__(self, page: Page, served: Served) -> None:
        """Show nothing yet."""
        self.page = page
        self.served = served
        self.loads: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.is_navigation_request():
            self.loads.append(request.url)

    def show(self, path: str) -> Page:
        """The page at *path*, once it listens."""
        self.page.goto(self.served.url + path)
        self.listens()
        self.loads.clear()
        return self.page

    def listens(self) -> None:
        """Wait until the page has heard from the server."""
        expect(connection(self.page)).to_have_class(re.compile("live"))

    def rests(self, loads: int) -> None:
        """After a while, the page has been loaded that often since it was shown, and is at rest."""
        until(lambda: len(self.loads) >= loads)
        self.page.wait_for_timeout(400)
        assert loads == len(self.loads), self.loads
        self.listens()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, Served]]:
    """A small site and its preview, which goes on through all tests here, as previews do."""
    room = Newsroom(tmp_path_factory.mktemp("browser") / "site")
    room.write("static/site.css", f"h1 {{ color: {RED} }}\nbody {{ background: url(/tile.svg) }}\n")
    room.write("static/tile.svg", OTHER_PICTURE.format(8))
    room.write("layouts/partials/head-extra.html", "")
    room.write("layouts/plain.html", HEAD.format('<link rel="stylesheet" href="{{ asset("site.css") }}">') + BARE)
    room.write("layouts/bare.html", BARE)
    with Served(room.root) as served:
        yield room, served


@pytest.fixture
def room(site: tuple[Newsroom, Served]) -> Iterator[Newsroom]:
    """The site, which is as it was after each test."""
    room, served = site
    sources, stories = room.sources(), dict(room.stories)
    yield room
    room.restore(sources, stories)
    assert 200 == served.get("/").status, served.told()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Windows that share what a browser remembers; nothing may go wrong in them unseen."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    yield context
    context.close()
    assert [] == faults


@pytest.fixture
def window(context: BrowserContext, site: tuple[Newsroom, Served]) -> Window:
    """A window."""
    return Window(context.new_page(), site[1])


def connection(page: Page) -> Locator:
    """Where the bar tells of the connection."""
    return page.locator("sitegen-preview .connection")


def problems(page: Page) -> Locator:
    """The list of problems over the page."""
    return page.locator("sitegen-preview .sheet")


def until(holds: Callable[[], object]) -> None:
    """Wait until something *holds*."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def comes(page: Page, text: str) -> None:
    """Wait until *text* is in the document, be it in a comment; asked in a way that no policy of the page forbids."""

    def is_there() -> bool:
        try:
            return text in page.evaluate("document.documentElement.outerHTML")
        except Error:  # it is being loaded
            return False

    until(is_there)


def atomically(path: Path, text: str) -> None:
    """Save as editors do: a new file is written beside the old one, and takes its name."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def test_body(room: Newsroom, window: Window) -> None:
    """A sentence in a body shows in its story, at the place where its reader was, and nowhere else."""
    room.put("a", room.stories["a"][0], "A paragraph.\n\n" * 60)
    page = window.show(STORY)
    other = Window(page.context.new_page(), window.served)
    other.show("/2026/06/story-d/")
    page.evaluate("scrollTo(0, 700)")
    room.put("a", room.stories["a"][0], "A paragraph.\n\n" * 60 + "The boat left.")
    expect(page.get_by_text("The boat left.")).to_be_attached()
    page.wait_for_function("scrollY === 700")
    window.rests(1)
    other.rests(0)


def test_headline(room: Newsroom, window: Window) -> None:
    """Another headline shows in the story and on the home page, which is open beside it."""
    room.change("f", slug="story-f")
    page = window.show(PICTURED)
    home = Window(page.context.new_page(), window.served)
    home.show("/")
    room.change("f", title="The pier is open")
    expect(page.locator("h1")).to_have_text("The pier is open")
    expect(home.page.get_by_text("The pier is open").first).to_be_visible()
    window.rests(1)
    home.rests(1)


def test_style_sheet(room: Newsroom, window: Window) -> None:
    """A style sheet is swapped in place, and what was typed stays."""
    room.change("a", layout="plain.html")
    page = window.show(STORY)
    page.evaluate("document.body.append(document.createElement('h1'))")
    expect(page.locator("h1").last).to_have_css("color", RED)
    room.write("static/site.css", f"h1 {{ color: {BLUE} }}\n")
    expect(page.locator("h1").last).to_have_css("color", BLUE)
    window.rests(0)


def test_picture(room: Newsroom, window: Window) -> None:
    """A picture is swapped in place, again and again."""
    room.write("content/f/pier.svg", OTHER_PICTURE.format(10))
    room.put("f", room.stories["f"][0], "![The pier](pier.svg)")
    page = window.show(PICTURED)
    width = "document.querySelector('img[alt=\"The pier\"]').naturalWidth"
    page.wait_for_function(f"{width} === 10")
    for size in (20, 30):
        room.write("content/f/pier.svg", OTHER_PICTURE.format(size))
        page.wait_for_function(f"{width} === {size}")
    window.rests(0)


def test_picture_of_a_style_sheet(room: Newsroom, window: Window) -> None:
    """A picture that only a style sheet names is swapped in place, too, and stays when the sheet is swapped then."""
    room.change("a", layout="plain.html")
    page = window.show(STORY)
    with page.expect_request(re.compile("tile.svg.sitegen-fresh")):
        room.write("static/tile.svg", OTHER_PICTURE.format(16))
    shown = page.evaluate("getComputedStyle(document.body).backgroundImage")
    sheet = (room.root / "static/site.css").read_text()
    room.write("static/site.css", sheet.replace(RED, BLUE))
    page.evaluate("document.body.append(document.createElement('h1'))")
    expect(page.locator("h1").last).to_have_css("color", BLUE)
    assert shown == page.evaluate("getComputedStyle(document.body).backgroundImage")
    window.rests(0)


def test_layout(room: Newsroom, window: Window) -> None:
    """A layout, and what it includes, show in all pages that use them."""
    page = window.show("/2026/06/story-b/")
    other = Window(page.context.new_page(), window.served)
    other.show("/2026/06/story-d/")
    room.write("layouts/partials/note.html", NOTE.replace("ours", "theirs"))
    expect(page.get_by_text("A note of theirs.")).to_be_visible()
    window.rests(1)
    other.rests(0)


def test_configuration_and_people(room: Newsroom, window: Window) -> None:
    """The site's title and an author's name show wherever they stand."""
    page = window.show(STORY)
    room.write("site.yaml", SITE.replace("Wire", "Post"))
    expect(page).to_have_title(re.compile("Harbor Post"))
    window.listens()
    room.write("content/authors.yaml", AUTHORS.replace("Ruiz", "Ruiz-Oh"))
    expect(page.get_by_text("Ana Ruiz-Oh").first).to_be_visible()
    window.rests(2)


def test_a_story_comes_and_goes(room: Newsroom, window: Window) -> None:
    """The home page shows a new story, and does without one that is gone; who has that open is told so."""
    home = window.show("/")
    room.put("g", {"title": "A new boat", "published": "2026-06-14"}, "It is new.")
    expect(home.get_by_text("A new boat").first).to_be_visible()
    window.listens()
    other = Window(home.context.new_page(), window.served)
    page = other.show("/2026/06/a-new-boat/")
    room.drop("g")
    expect(home.get_by_text("A new boat")).to_have_count(0)
    expect(page.get_by_text("It is new.")).to_have_count(0)
    window.rests(2)


def test_a_new_address_is_followed(room: Newsroom, window: Window) -> None:
    """Whoever has a story open stays with it when its slug changes, and when its file is renamed."""
    room.change("a", slug="boat")
    page = window.show("/2026/06/boat/")
    room.change("a", slug="ship")
    page.wait_for_url("**/2026/06/ship/")
    window.listens()
    room.change("a", slug=None)
    page.wait_for_url("**/2026/06/story-a/")
    window.listens()
    (room.root / "content/a.md").rename(room.root / "content/renamed.md")
    page.wait_for_timeout(300)
    expect(page.locator("h1")).to_have_text("Story a")
    window.listens()


def test_broken_and_mended(room: Newsroom, window: Window) -> None:
    """Broken front matter shows its error over the last good page, and goes away with it; other pages go on."""
    page = window.show(STORY)
    home = Window(page.context.new_page(), window.served)
    home.show("/2026/06/story-d/")
    good = (room.root / "content/a.md").read_text()
    room.write("content/a.md", good.replace("title:", "titel: <b>\ntilte:"))
    room.write("content/c.md", "---\ntitle: [<img src=x>\n---\n")
    expect(problems(page)).to_contain_text("content/a.md:2")
    expect(problems(page)).to_contain_text("content/c.md")
    expect(problems(page)).to_contain_text("titel: <b>")
    expect(problems(page).locator("b, img")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("Story a")
    window.rests(0)
    page.reload()
    expect(problems(page)).to_be_visible()
    expect(page.locator("h1")).to_have_text("Story a")
    expect(problems(home.page)).to_be_visible()
    room.put("d", room.stories["d"][0], "Edited while another story is broken.")
    expect(home.page.get_by_text("Edited while")).to_be_visible()
    fresh = Window(page.context.new_page(), window.served)
    fresh.show("/2026/06/story-e/")
    expect(fresh.page.locator("h1")).to_have_text("Story e")
    room.write("content/a.md", good)
    room.put("c", *room.stories["c"])
    for each in (page, home.page, fresh.page):
        expect(problems(each)).to_have_count(0)
    expect(page.locator("h1")).to_have_text("Story a")


def test_a_story_that_was_never_good(room: Newsroom, window: Window) -> None:
    """There is nothing beneath its errors; they are replaced by the story when it is mended."""
    room.write("content/new.md", "---\ntitle: [\npublished: 2026-06-14\n---\nNew.\n")
    page = window.show("/2026/06/new-boat/")
    expect(problems(page)).to_contain_text("content/new.md")
    room.write("content/new.md", "---\ntitle: New boat\npublished: 2026-06-14\n---\nNew.\n")
    expect(page.locator("h1")).to_have_text("New boat")
    expect(problems(page)).to_have_count(0)


def test_atomic_save(room: Newsroom, window: Window) -> None:
    """An editor that writes a new file and renames it brings one reload, and its leftovers bring none."""
    page = window.show(STORY)
    fields = room.stories["a"][0]
    atomically(room.root / "content/a.md", story(fields, "Saved with care."))
    expect(page.get_by_text("Saved with care.")).to_be_visible()
    window.rests(1)
    room.write("content/a.md~", "left by an editor")
    room.write("content/.a.md.swp", "left by another")
    window.rests(1)


def test_the_same_bytes(room: Newsroom, window: Window) -> None:
    """Saving what was there loads nothing."""
    window.show(STORY)
    for name in room.stories:
        atomically(room.root / path_of(name), (room.root / path_of(name)).read_text())
        room.put(name, *room.stories[name])
    room.write("site.yaml", (room.root / "site.yaml").read_text())
    window.rests(0)


def test_fifty_saves_in_a_second(room: Newsroom, window: Window) -> None:
    """The last one shows, and there are far fewer reloads than saves."""
    page = window.show(STORY)
    for number in range(50):
        room.put("a", room.stories["a"][0], f"Edition {number}.")
        time.sleep(0.02)
    expect(page.get_by_text("Edition 49.")).to_be_visible()
    page.wait_for_timeout(400)
    assert 1 <= len(window.loads) <= 8


@pytest.mark.needs("git")
def test_a_checkout_of_300_files(room: Newsroom, window: Window) -> None:
    """Another branch is one change, and so one reload."""
    git = ("git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "gc.auto=0")

    def run(*arguments: str) -> None:
        subprocess.run([*git, *arguments], cwd=room.root, check=True, capture_output=True)

    def write(word: str) -> None:
        for number in range(300):
            fields: dict[str, object] = {"title": f"Brief {number}", "published": "2026-05-14", "tags": ["harbor"]}
            room.write(f"content/briefs/{number}.md", story(fields, f"It {word}."))

    run("init", "-q", "-b", "main")
    try:
        write("left")
        run("add", "content", "layouts", "static", "site.yaml")
        run("commit", "-qm", "It left")
        run("checkout", "-qb", "other")
        write("came")
        run("commit", "-qam", "It came")
        page = window.show("/2026/05/brief-7/")
        expect(page.get_by_text("It came.")).to_be_visible()
        run("checkout", "-q", "main")
        expect(page.get_by_text("It left.")).to_be_visible()
        window.rests(1)
    finally:
        shutil.rmtree(room.root / ".git")


@pytest.mark.parametrize(
    "layout",
    [
        pytest.param(BARE, id="no head"),
        pytest.param(f"<!-- {BARE}", id="open comment"),
        pytest.param(f"<body>{BARE}", id="no end", marks=pytest.mark.long),
        pytest.param(f"<style>p {{ color: red }} {BARE}", id="open style", marks=pytest.mark.long),
        pytest.param(f"{HEAD}<textarea>{BARE}", id="open field", marks=pytest.mark.long),
        pytest.param(HEAD.format(POLICY.format("default-src 'none'")) + BARE, id="policy"),
        pytest.param(HEAD.format(POLICY.format(STRICT)) + BARE, id="another policy", marks=pytest.mark.long),
    ],
)
def test_whatever_the_layout(room: Newsroom, window: Window, layout: str) -> None:
    """Without a head, with an element that swallows the rest, under a policy that forbids all: it is kept true."""
    room.write("layouts/bare.html", layout)
    room.change("a", layout="bare.html")
    page = window.show(STORY)
    assert "Story a" in page.evaluate("document.documentElement.outerHTML")
    expect(problems(page)).to_have_count(0)
    for number in (1, 2):
        room.put("a", room.stories["a"][0], f"Edition {number}.")
        comes(page, f"Edition {number}.")
        window.listens()
    window.rests(2)


def test_the_page_is_as_readers_get_it(room: Newsroom, window: Window) -> None:
    """The script leaves no trace in the document but the one element that shows the bar."""
    page = window.show(STORY)
    bare = window.served.page(STORY).decode()
    shape = (
        "html => { const parsed = new DOMParser().parseFromString(html, 'text/html');"
        "const [theirs, ours] = [parsed.documentElement, document.documentElement.cloneNode(true)];"
        "ours.querySelector('sitegen-preview').remove();"
        "return theirs.isEqualNode(ours) && document.compatMode === 'CSS1Compat' }"
    )
    assert page.evaluate(shape, bare)
    assert room.root.exists()


def test_the_back_button(room: Newsroom, window: Window) -> None:
    """A page that one comes back to is true."""
    page = window.show(STORY)
    page.goto(window.served.url + "/")
    window.listens()
    room.put("a", room.stories["a"][0], "Changed meanwhile.")
    page.go_back()
    expect(page.get_by_text("Changed meanwhile.")).to_be_visible()


def test_marks_and_facts(room: Newsroom, window: Window) -> None:
    """A scheduled story says so with its time; the clock can be set to when it is out, and is kept by links."""
    room.change("a", published="2026-07-01T09:00:00+09:00", slug="scoop")
    page = window.show("/2026/07/scoop/")
    expect(page.locator("sitegen-preview .mark")).to_have_text("Scheduled for 1 July 2026, 09:00 KST")
    expect(page.locator("sitegen-preview .bar")).to_contain_text("content/a.md")
    page.get_by_role("button", name=re.compile("missing")).click()
    expect(page.get_by_role("region", name="What this article lacks")).to_contain_text("No summary")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="As of 15 June 2026, 21:00").click()
    page.get_by_role("button", name=re.compile("When it is published")).click()
    page.wait_for_url(re.compile("now=2026-07-01"))
    window.listens()
    expect(page.locator("sitegen-preview .mark")).to_have_count(0)
    page.get_by_role("link", name="Harbor Wire").first.click()
    page.wait_for_url(re.compile(r"/\?now=2026-07-01"))
    page.get_by_role("link", name="Newsroom").click()
    expect(page.get_by_role("heading", name="Scheduled")).to_be_visible()


def test_the_newsroom_page(room: Newsroom, window: Window) -> None:
    """It lists what is not out and what is wrong, and follows every change by itself."""
    page = window.show("/_sitegen/")
    room.change("a", draft=True)
    expect(page.get_by_role("region", name="Drafts")).to_contain_text("Story a")
    room.write("content/c.md", "---\ntitle: [\n---\n")
    expect(page.get_by_role("region", name="Problems")).to_contain_text("content/c.md:")
    room.put("c", *room.stories["c"])
    expect(page.get_by_role("region", name="Problems")).to_have_count(0)
    window.listens()


def test_below_a_path(tmp_path: Path, context: BrowserContext) -> None:
    """A site that lives below a path is kept true there: a text, a picture, an address."""
    room = Newsroom(tmp_path / "site")
    room.write("site.yaml", SITE.replace(".example", ".example/wire"))
    room.write("content/f/pier.svg", OTHER_PICTURE.format(10))
    room.put("f", room.stories["f"][0], "![The pier](pier.svg)")
    with Served(room.root) as served:
        window = Window(context.new_page(), served)
        page = window.show(PICTURED)
        room.write("content/f/pier.svg", OTHER_PICTURE.format(20))
        page.wait_for_function("document.querySelector('img[alt=\"The pier\"]').naturalWidth === 20")
        window.rests(0)
        room.change("f", slug="pier")
        page.wait_for_url("**/wire/2026/06/pier/")
        window.listens()
        room.put("f", room.stories["f"][0], "Changed.")
        expect(page.get_by_text("Changed.")).to_be_visible()


def test_the_server_goes_and_comes_back(tmp_path: Path, context: BrowserContext) -> None:
    """With the page open it stops within a second, and the page is true again once there is another at its place."""
    room = Newsroom(tmp_path / "site")
    with Served(room.root) as served:
        window = Window(context.new_page(), served)
        page = window.show(STORY)
        port = served.url.rpartition(":")[2]
        assert served.stop() < 1.5  # a second, and what a busy machine adds
    expect(connection(page)).to_contain_text("The server does not answer")
    room.put("a", room.stories["a"][0], "Changed meanwhile.")
    with Served(room.root, "--port", port):
        expect(page.get_by_text("Changed meanwhile.")).to_be_visible()
        window.listens()


@pytest.mark.long  # test_server.py has it without a browser
def test_an_embargo_ends(tmp_path: Path, context: BrowserContext) -> None:
    """At its instant the story is on the home page, which is open, by itself."""
    room = Newsroom(tmp_path / "site")
    soon = time.time() + 4
    room.change("a", published=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(soon)), slug="scoop")
    with Served(room.root, "--no-drafts", now="") as served:
        page = Window(context.new_page(), served).show("/")
        assert time.time() > soon or 0 == page.get_by_text("Story a").count()
        expect(page.get_by_text("Story a").first).to_be_visible()
        assert time.time() >= int(soon)
