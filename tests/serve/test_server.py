"""The preview over HTTP: what is sent, to whom, and what open pages are told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from sitegen.serve.watch import Watcher
from support.newsroom import Newsroom, picture
from support.serving import PATIENCE, Served, digest_of
from support.workspace import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORY = "/2026/06/story-a/"
PICTURED = "/2026/06/story-f/"
BUILD = (sys.executable, "-m", "sitegen", "build", "--now", NOW)


def comes(text: str, file: Path) -> None:
    """Wait until *file* says *text*."""
    until = time.monotonic() + PATIENCE
    while not (file.is_file() and text in file.read_text()):
        assert time.monotonic() < until, text
        time.sleep(0.05)


def can_be_limited() -> bool:
    """Whether a process can be given a user namespace, which has limits of its own."""
    if not shutil.which("unshare"):
        return False
    tried = ("unshare", "-Ur", "sh", "-c", "echo 9 > /proc/sys/user/max_inotify_watches")
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A small site."""
    return Newsroom(tmp_path / "site")


@pytest.fixture
def served(room: Newsroom) -> Iterator[Served]:
    """Its preview."""
    with Served(room.root) as served:
        yield served


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The preview of a small site that nobody edits."""
    with Served(Newsroom(tmp_path_factory.mktemp("still") / "site").root) as served:
        yield served


def test_sends_what_a_build_writes(still: Served, tmp_path: Path) -> None:
    """Every file of a build for the same address is there, byte for byte, less the one element in pages."""
    clean = tmp_path / "clean"
    built = subprocess.run(
        [*BUILD, "--no-cache", "--drafts", "--url", still.url, "--output", str(clean)],
        cwd=still.folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert 0 == built.returncode, built.stderr
    files = [path for path in clean.rglob("*") if path.is_file() and not path.name.startswith(".sitegen")]
    assert len(files) > 30
    for path in files:
        address = "/" + path.relative_to(clean).as_posix().removesuffix("index.html")
        assert path.read_bytes() == still.page(address), address
    assert not (still.folder / "public").exists()


def test_pages_that_are_copied(room: Newsroom) -> None:
    """HTML in the static folder and beside a story is sent as it is, with the script, also for its folder's address."""
    page = "<!doctype html><title>Map</title><p>{}</p>"
    copies = {"/map/index.html": "static/map/index.html", "/plain.htm": "static/plain.htm", STORY + "chart.html": ""}
    copies[STORY + "chart.html"] = "content/a/chart.html"
    room.drop("a")
    front = "---\ntitle: Story a\npublished: 2026-06-01T09:00:00+09:00\n---\n"
    room.write("content/a/index.md", front + "See [the chart](chart.html).\n")
    for path in copies.values():
        room.write(path, page.format("One"))
    with Served(room.root) as served:
        for url in (*copies, "/map/"):
            assert page.format("One").encode() == served.page(url), url
        moved = served.get("/map?now=2026-06-20T00:00Z")
        assert (302, "/map/?now=2026-06-20T00:00Z") == (moved.status, moved.headers["location"])
        for url, path in copies.items():
            with served.messages(url, digest_of(served.get(url))) as messages:
                assert "none" == messages.next()["action"]
                room.write(path, page.format("Two"))
                assert "reload" == messages.next()["action"], url
            assert page.format("Two").encode() == served.page(url)
        room.write("content/a/index.md", "---\ntitle: [\n---\n")
        assert page.format("Two").encode() == served.page(STORY + "chart.html")


def test_addresses(still: Served) -> None:
    """A folder without its slash leads to it, a lost address gets the site's own page, and no folder is listed."""
    moved = still.get("/tags/harbor")
    assert (302, "/tags/harbor/") == (moved.status, moved.headers["location"])
    assert 200 == still.get("/tags/harbor/index.html").status
    lost = still.get("/nowhere/")
    assert 404 == lost.status
    assert "_sitegen/client.js" in lost.text
    assert 404 == still.get("/2026/06/story-f/").status or "pier.png" in still.get("/2026/06/story-f/").text
    assert 404 == still.get("/assets/").status
    moved = still.get("/_sitegen?now=2026-06-20T00:00Z")
    assert (302, "/_sitegen/?now=2026-06-20T00:00Z") == (moved.status, moved.headers["location"])


@pytest.mark.parametrize(
    "path",
    [
        "/../site.yaml",
        "/%2e%2e/site.yaml",
        "/..%2fsite.yaml",
        "/static/../../site.yaml",
        "/content/a.md",
        "/%00",
        "/assets/../../site.11111111.yaml",
        "//evil.example/",
        "/\\evil.example",
        "/" + "a" * 5000,
        "/%ff%fe",
    ],
)
def test_nothing_else(still: Served, path: str) -> None:
    """No address leads to a file that a build does not publish, nor to another site."""
    reply = still.get(path)
    assert reply.status in (302, 404)
    assert "Asia/Seoul" not in reply.text
    assert not reply.headers.get("location", "/").startswith("//")


def test_whom_it_answers(still: Served) -> None:
    """Only who asks for the loopback by name is answered: no page of another site, whatever its name resolves to."""
    port = urlsplit(still.url).port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}", "localhost", "[::1]"):
        assert 200 == still.get("/", Host=host).status, host
    for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", "", "127.0.0.2"):
        assert 200 != still.get("/", Host=host).status, host
    reply = still.get("/", Origin="http://evil.example")
    assert not [name for name in reply.headers if name.startswith("access-control-")]
    assert "same-origin" == reply.headers["cross-origin-resource-policy"]
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert 405 == still.get("/", method).status
    assert (200, b"") == (still.get("/", "HEAD").status, still.get("/", "HEAD").data)


def test_ranges_and_conditions(room: Newsroom, served: Served) -> None:
    """A film can be wound, and what a browser has is not sent again."""
    room.write_bytes("static/film.mp4", bytes(range(256)) * 40)
    part = served.get("/film.mp4", Range="bytes=256-259")
    assert (206, bytes(range(4))) == (part.status, part.data)
    whole = served.get("/film.mp4")
    assert 304 == served.get("/film.mp4", If_None_Match=whole.headers["etag"]).status
    room.write_bytes("static/film.mp4", b"another")
    assert b"another" == served.get("/film.mp4", If_None_Match=whole.headers["etag"]).data


def test_never_stale(room: Newsroom, served: Served) -> None:
    """What is asked for right after a save shows it, 25 times in a row, and also where the size and the time stay."""
    for number in range(25):
        room.put("a", room.stories["a"][0], f"Edition {number:02}.")
        assert f"Edition {number:02}." in served.get(STORY).text
    path = room.root / "content/a.md"
    stamp = path.stat()
    path.write_text(path.read_text().replace("Edition 24", "Edition 25"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert "Edition 25." in served.get(STORY).text


def test_saved_as_it_is_read(room: Newsroom, served: Served) -> None:
    """A file that changes while the preview reads it keeps nobody from a page."""
    served.get(STORY)
    ended = threading.Event()

    def save() -> None:
        number = 0
        while not ended.wait(0.003):
            number += 1
            room.put("a", room.stories["a"][0], f"Edition {number}.")

    saving = threading.Thread(target=save)
    saving.start()
    try:
        for _ in range(80):
            assert 200 == served.get(STORY).status, served.told()
    finally:
        ended.set()
        saving.join()


def test_drafts(room: Newsroom) -> None:
    """Drafts and future stories are shown, unless readers' eyes are wanted."""
    room.put("a", room.stories["a"][0] | {"published": "2026-07-01T09:00:00+09:00"}, "Not yet.")
    with Served(room.root) as served:
        assert "Not yet." in served.get("/2026/07/story-a/").text
    with Served(room.root, "--no-drafts") as served:
        assert 404 == served.get("/2026/07/story-a/").status
        assert "Not yet." in served.get("/2026/07/story-a/?now=2026-07-02T00:00:00Z").text
        for moment in ("soon", "0001-01-01T00:00%2B23:00", "9999-12-31T23:59-12:00", "9999-12-31T23:59Z", "0001-01-01"):
            assert 400 == served.get(f"/?now={moment}").status, moment
        for before, after in (("08:59", "09:00"), ("08:59%2B09:00", "09:00+09:00")):  # as clocks of the site show
            assert 404 == served.get(f"/2026/07/story-a/?now=2026-07-01T{before}").status
            assert 200 == served.get(f"/2026/07/story-a/?now=2026-07-01T{after}").status
        assert [404, 200] == [served.get(f"/2026/07/story-a/?now=2026-07-0{day}").status for day in (1, 2)]
        room.change("c", draft=True)
        lists = served.get("/_sitegen/").text
        assert "Story c" in lists
        assert 'story-c/"' not in lists
        assert 'href="/2026/07/story-a/?now=' in lists
        assert 'href="/2026/07/story-a/"' not in lists
        assert 404 == served.get("/2026/07/story-a/").status


def test_other_moments(still: Served) -> None:
    """The site of another moment is looked at between looks at the present one, page by page."""
    then = "?now=2026-06-03T00:00:00Z"
    for name in "abcdef":
        url = f"/2026/06/story-{name}/"
        assert [200, 200] == [still.get(url + then).status, still.get(url).status], name


def test_below_a_path(room: Newsroom) -> None:
    """A site that lives below a path is previewed below it, and the root leads there."""
    room.write("site.yaml", (room.root / "site.yaml").read_text().replace(".example", ".example/wire"))
    with Served(room.root) as served:
        assert served.url.endswith("/wire")
        assert 'href="/wire/tags/harbor/"' in served.get(STORY).text
        assert 'data-base="/wire"' in served.get(STORY).text
        port = urlsplit(served.url).port
        with socket.create_connection(("127.0.0.1", port or 0)) as raw:
            raw.sendall(f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
            assert b"location: /wire/" in raw.recv(4096)


def test_below_a_path_that_is_not_ascii(room: Newsroom) -> None:
    """Addresses are encoded once, also those that the client joins; a name with a percent sign is told as an href."""
    room.write("site.yaml", (room.root / "site.yaml").read_text().replace(".example", ".example/항구"))
    room.write_bytes("static/100%.png", picture("one"))
    room.put("a", room.stories["a"][0], "![Full](/100%25.png)")
    with Served(room.root) as served:
        assert served.url.endswith("/%ED%95%AD%EA%B5%AC")
        page = served.get(STORY)
        assert 200 == page.status
        assert 'data-base="/%ED%95%AD%EA%B5%AC"' in page.text
        assert 'src="/%ED%95%AD%EA%B5%AC/_sitegen/client.js' in page.text
        assert "/%ED%95%AD%EA%B5%AC/tags/harbor/" == served.get("/tags/harbor").headers["location"]
        assert 200 == served.get("/100%25.png").status
        with served.messages(STORY, digest_of(page)) as messages:
            assert "none" == messages.next()["action"]
            room.write_bytes("static/100%.png", picture("another"))
            assert {"/100%25.png": "/100%25.png"} == messages.next()["swaps"]


def test_messages(room: Newsroom, served: Served) -> None:
    """An open page is told to be loaded again if it is another, once a change, and not of what it does not show."""
    digest = digest_of(served.get(STORY))
    with served.messages(STORY, digest) as messages:
        first = messages.next()
        assert ("none", digest) == (first["action"], first["page"]["digest"])  # type: ignore[index]
        room.put("c", room.stories["c"][0], "Another story has another text.")
        room.write("content/c.md~", "left by an editor")
        time.sleep(0.5)
        room.put("a", room.stories["a"][0], "Changed.")
        second = messages.next()
        assert "reload" == second["action"]
        assert digest_of(served.get(STORY)) == second["page"]["digest"]  # type: ignore[index]


def test_messages_of_a_page_that_is_old(room: Newsroom, served: Served) -> None:
    """A page that comes back from before a change is told so at once."""
    digest = digest_of(served.get(STORY))
    room.put("a", room.stories["a"][0], "Changed.")
    with served.messages(STORY, digest) as messages:
        assert "reload" == messages.next()["action"]
    with served.messages("/gone/", "0" * 32) as messages:
        assert "reload" == messages.next()["action"]


def test_messages_of_swaps(room: Newsroom, served: Served) -> None:
    """A style sheet and a picture are put in place of the old ones."""
    home, story = digest_of(served.get("/")), digest_of(served.get("/2026/06/story-f/"))
    served.get("/2026/06/story-f/pier.png")
    with served.messages("/", home) as at_home, served.messages("/2026/06/story-f/", story) as at_story:
        assert ["none", "none"] == [at_home.next()["action"], at_story.next()["action"]]
        room.write_bytes("content/f/pier.png", picture("more"))
        told = at_story.next()
        assert ("swap", {"/2026/06/story-f/pier.png": "/2026/06/story-f/pier.png"}) == (told["action"], told["swaps"])
        room.write("static/app.css", "body { color: teal }\n")
        told = at_home.next()
        assert "swap" == told["action"]
        ((old, new),) = told["swaps"].items()  # type: ignore[attr-defined]
        assert old != new
        assert b"teal" in served.get(new).data


def test_messages_of_what_a_sheet_names(room: Newsroom, served: Served) -> None:
    """A sheet that is linked by its plain address, what that imports and names, and what cannot be put in place."""
    room.write("layouts/partials/note.html", "<link rel=stylesheet href=/main.css><script src=/chart.js></script>")
    room.write("static/main.css", "@import 'more.css'; p { background: url(old.png) }\n")
    room.write("static/more.css", "@font-face { font-family: A; src: url('a.woff2') }\n")
    names = ("old.png", "new.png", "a.woff2", "chart.js")
    for name in names:
        room.write_bytes(f"static/{name}", b"one")
    story = "/2026/06/story-b/"
    digest = digest_of(served.get(story))
    for name in ("main.css", "more.css", *names):
        assert 200 == served.get(f"/{name}").status
    with served.messages(story, digest) as messages:
        messages.next()
        room.write("static/more.css", "@font-face { font-family: A; src: url(a.woff2) }\n")
        assert {"/more.css": "/more.css"} == messages.next()["swaps"]
        room.write("static/main.css", "@import 'more.css'; p { background: url(new.png) }\n")
        assert {"/main.css": "/main.css"} == messages.next()["swaps"]
        room.write_bytes("static/new.png", b"two")
        assert {"/new.png": "/new.png"} == messages.next()["swaps"]
        for name in ("a.woff2", "chart.js"):
            room.write_bytes(f"static/{name}", b"two")
            assert "reload" == messages.next()["action"], name


def test_the_page_in_use_is_not_forgotten(room: Newsroom, served: Served) -> None:
    """However many others are looked at since it was opened first: its last good state stays."""
    for number in range(70):
        room.write(f"content/n{number}.md", f"---\ntitle: N{number}\npublished: 2026-05-01\n---\nText.\n")
    good = served.get(STORY)
    for number in range(70):
        assert 200 == served.get(f"/2026/05/n{number}/").status
        if number in (35, 50):
            served.get(STORY)
    room.write("content/a.md", "---\ntitle: [\n---\n")
    assert good.data == served.get(STORY).data


def test_messages_of_a_new_address(room: Newsroom, served: Served) -> None:
    """A page whose story has another address, or whose file has another name, is followed."""
    digest = digest_of(served.get(STORY))
    with served.messages(STORY, digest) as messages:
        messages.next()
        room.change("a", slug="another")
        told = messages.next()
        assert ("go", "/2026/06/another/") == (told["action"], told["go"])
    digest = digest_of(served.get("/2026/06/another/"))
    with served.messages("/2026/06/another/", digest) as messages:
        messages.next()
        room.change("a", slug=None)
        messages.next()
    story = "/2026/06/story-c/"
    room.change("c", slug=None, title="A long headline")
    digest = digest_of(served.get("/2026/06/a-long-headline/"))
    with served.messages("/2026/06/a-long-headline/", digest) as messages:
        messages.next()
        (room.root / "content/c.md").rename(room.root / "content/renamed.md")
        told = messages.next()
        assert told["action"] in ("none", "go"), story


def test_problems(room: Newsroom, served: Served) -> None:
    """Every mistake is told, with its line; the last good page stays, and mending clears them."""
    served.get(STORY)
    with served.messages(STORY, digest_of(served.get(STORY))) as messages:
        messages.next()
        good = (room.root / "content/a.md").read_text()
        room.write("content/a.md", good.replace("published:", "publishd:"))
        room.write("content/c.md", "---\ntitle: [never closed\n---\n")
        told: dict[str, object] = {}
        while len({problem["path"] for problem in told.get("problems", [])}) < 2:  # type: ignore[attr-defined]
            told = messages.next()
        mine = [problem for problem in told["problems"] if problem["path"] == "content/a.md"]  # type: ignore[attr-defined]
        assert any("published" in problem["fix"] and problem["line"] for problem in mine)
        assert any("publishd" in line for problem in mine for _, line in problem["lines"])
        page = served.get(STORY)
        assert (200, True) == (page.status, "text" in page.text)
        fresh = served.get("/2026/06/story-d/")
        assert 500 == fresh.status or "Story d" in fresh.text
        room.write("content/a.md", good)
        room.put("c", *room.stories["c"])
        while told["problems"]:
            told = messages.next()
        assert 200 == served.get("/2026/06/story-d/").status


def test_a_broken_story_keeps_nobody_waiting(room: Newsroom, served: Served, tmp_path: Path) -> None:
    """Without it, every page is what a build without it writes; its own stays as it was, with the picture beside it."""
    picture = PICTURED + "pier.png"
    good, shown = served.get(PICTURED), served.get(picture)
    lost = ("content/f/index.md", "content/c.md", "content/copy.md")
    room.write(lost[0], "---\ntitle: [\n---\n")
    room.write(lost[1], (room.root / "content/c.md").read_text().replace("tags:", "tgas:"))
    room.write(lost[2], (room.root / "content/a.md").read_text())  # at the address of another
    room.write("layouts/special.html", "{% if %}")
    with served.messages("/") as messages:
        told = {problem["path"] for problem in messages.next()["problems"]}  # type: ignore[attr-defined]
    assert {*lost[:2], "layouts/special.html"} <= told
    room.write("layouts/special.html", "{{ page.title }}")
    options = [part for path in lost for part in ("--without", path)]
    done = subprocess.run(
        [*BUILD, "--no-cache", "--drafts", "--url", served.url, "--output", str(tmp_path / "clean"), *options],
        cwd=room.root,
        check=False,
        capture_output=True,
        text=True,
    )
    assert 0 == done.returncode, done.stderr
    clean = {path.relative_to(tmp_path / "clean").as_posix(): path for path in (tmp_path / "clean").rglob("*.html")}
    assert len(clean) > 10
    for name, path in clean.items():
        assert path.read_bytes() == served.page("/" + name.removesuffix("index.html")), name
    assert good.data == served.get(PICTURED).data
    assert shown.data == served.get(picture).data
    room.remove("content/f/pier.png")
    assert 404 == served.get(picture).status


def test_a_preview_that_begins_with_a_broken_story(room: Newsroom, served: Served) -> None:
    """It has no last good page; a tab that an earlier preview filled is left as it is until there is a good one."""
    good = (room.root / "content/a.md").read_text()
    digest = digest_of(served.get(STORY))
    served.stop()
    room.write("content/a.md", "---\ntitle: [\n---\n")
    with Served(room.root) as anew, anew.messages(STORY, digest) as messages:
        told = messages.next()
        assert ("none", "") == (told["action"], told["page"]["digest"])  # type: ignore[index]
        assert NOW == told["clock"] == told["as_of"]
        room.write("content/a.md", good)
        while not told["page"]["digest"]:  # type: ignore[index]
            told = messages.next()
        assert "reload" == told["action"]


def test_dashboard(room: Newsroom, served: Served) -> None:
    """The preview's own page lists what is not out, and what changed."""
    room.change("d", draft=True)
    room.change("e", published="2026-07-01T09:00:00+09:00")
    page = served.get("/_sitegen/").text
    assert "Story d" in page
    assert "Story e" in page
    assert "content/d.md" in page


def test_embargo_ends(room: Newsroom) -> None:
    """At the instant of an embargo open pages change by themselves."""
    soon = time.time() + 3
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(soon))
    room.change("a", published=stamp, slug="scoop")
    with Served(room.root, "--no-drafts", now="") as served:
        home = served.get("/")
        assert "Story a" not in home.text
        with served.messages("/", digest_of(home)) as messages:
            assert "none" == messages.next()["action"]
            assert "reload" == messages.next()["action"]
        assert "Story a" in served.get("/").text


@pytest.mark.parametrize("options", [(), ("--poll",)])
def test_no_lost_event(room: Newsroom, options: tuple[str, ...]) -> None:
    """Folders moved in and out, linked folders, folders made later, and files made and removed are all seen."""
    with Served(room.root, *options) as served, served.messages("/", "") as messages:
        messages.next()

        def sees(text: str, *, there: bool = True) -> None:
            told = messages.next()
            while told["action"] == "none":
                told = messages.next()
            assert there is (text in served.get("/").text)

        outside = room.root.parent / "outside"
        room.write("../outside/moved.md", "---\ntitle: Moved in\npublished: 2026-06-14\n---\nText.\n")
        outside.rename(room.root / "content" / "moved")
        sees("Moved in")
        (room.root / "content" / "moved").rename(outside)
        sees("Moved in", there=False)
        room.write("elsewhere/linked.md", "---\ntitle: Linked in\npublished: 2026-06-14\n---\nText.\n")
        (room.root / "content" / "linked").symlink_to(room.root / "elsewhere", target_is_directory=True)
        sees("Linked in")
        room.write("elsewhere/linked.md", "---\ntitle: Linked and edited\npublished: 2026-06-14\n---\nText.\n")
        sees("Linked and edited")
        for number in range(20):
            room.write(f"content/brief-{number}.md", "---\ntitle: Brief\n---\n")
            room.remove(f"content/brief-{number}.md")
        room.write("content/last.md", "---\ntitle: The last\npublished: 2026-06-15T00:00:00Z\n---\nText.\n")
        sees("The last")


@pytest.mark.parametrize("how", ["copied", "moved"])
def test_folders_that_are_replaced(tmp_path: Path, how: str) -> None:
    """A folder put in the place of one that is watched is watched."""
    content, other = tmp_path / "content", tmp_path / "other"
    (content / "below").mkdir(parents=True)
    stirred = threading.Event()
    watcher = Watcher(tmp_path, stirred.set)
    watcher.start()
    try:
        assert watcher.follow(["content"])
        assert not watcher.has_lost()
        assert not watcher.follow(["content"])
        shutil.copytree(content, other)
        if how == "copied":
            shutil.rmtree(content)
            shutil.copytree(other, content)
        else:
            content.rename(tmp_path / "old")
            other.rename(content)
        until = time.monotonic() + PATIENCE
        while not watcher.has_lost():
            assert time.monotonic() < until
            time.sleep(0.01)
        assert watcher.follow(["content"])
        while stirred.wait(0.2):  # what still comes of that
            stirred.clear()
        (content / "below" / "new.md").write_text("Text.")
        assert stirred.wait(PATIENCE)
    finally:
        watcher.stop()


@pytest.mark.long
@pytest.mark.parametrize("options", [(), ("--poll",)])
def test_the_terminal_is_told_though_no_page_is_open(room: Newsroom, options: tuple[str, ...]) -> None:
    """What is wrong, and that it is mended."""
    with Served(room.root, *options, as_json=False) as served:
        for text, said in (("---\ntitle: [\n---\n", "content/new.md:"), ("---\ntitle: New\n---\n", "that is mended")):
            room.write("content/new.md", text)
            until = time.monotonic() + PATIENCE
            while said not in served.told():
                assert time.monotonic() < until, said
                time.sleep(0.1)


@pytest.mark.skipif(not can_be_limited(), reason="no user namespace, in which the system can be made to refuse")
@pytest.mark.parametrize("limit", ["max_inotify_watches", "max_inotify_instances"])
def test_where_nothing_more_is_watched(room: Newsroom, limit: str) -> None:
    """Where the system has no watches left, that is told with what to do, and changes are seen all the same."""
    limited = ("unshare", "-Ur", "sh", "-c", f'echo 0 > /proc/sys/user/{limit}; exec "$@"', "sh")
    with Served(room.root, before=limited, as_json=False) as served, served.messages(STORY) as messages:
        messages.next()
        room.put("a", room.stories["a"][0], "Changed.")
        assert "reload" == messages.next()["action"]
        told = served.told()
    log = room.root.parent / "log"
    with (
        log.open("w") as saying,
        subprocess.Popen([*limited, *BUILD, "--watch"], cwd=room.root, stderr=saying) as building,
    ):
        comes("Changed.", room.root / "public" / STORY.strip("/") / "index.html")
        room.put("a", room.stories["a"][0], "Changed again.")
        comes("Changed again.", room.root / "public" / STORY.strip("/") / "index.html")
        building.send_signal(signal.SIGINT)
        assert 0 == building.wait(PATIENCE)
    for each in (told, log.read_text()):
        assert "so we look every 0.5 s" in each
        assert "fs.inotify.max_user_watches" in each
        assert "Traceback" not in each


def test_port_that_is_taken(room: Newsroom) -> None:
    """The next free port is taken, and said so."""
    with socket.create_server(("127.0.0.1", 0)) as taken, ExitStack() as stack:
        port = taken.getsockname()[1]
        served = stack.enter_context(Served(room.root, "--port", str(port)))
        assert urlsplit(served.url).port not in (port, None)


def test_host_that_is_none(room: Newsroom) -> None:
    """A host that is not this machine's is an error of the machine, with what to do."""
    done = subprocess.run(
        [sys.executable, "-m", "sitegen", "serve", "--host", "192.0.2.1"],
        cwd=room.root,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert 3 == done.returncode
    assert "cannot be listened on" in done.stderr
    assert "--host" in done.stderr


def test_stops_within_a_second(room: Newsroom) -> None:
    """Ctrl-C ends it although pages are open and somebody asks for one; what it learned is kept."""
    with Served(room.root) as served, served.messages("/") as messages:
        messages.next()
        idle = socket.create_connection(("127.0.0.1", urlsplit(served.url).port or 0))
        idle.sendall(b"GET / HT")
        assert served.stop() < 1.5  # a second, and what a busy machine adds
        idle.close()
    assert (room.root / ".sitegen/serve/trace").is_file()


def test_ends_politely(room: Newsroom) -> None:
    """SIGTERM ends it like Ctrl-C."""
    with Served(room.root) as served:
        served.process.send_signal(signal.SIGTERM)
        assert 0 == served.process.wait(PATIENCE)


def test_two_at_once(room: Newsroom) -> None:
    """Two previews of one site do not wait for one another, nor does a build for them."""
    with Served(room.root) as one, Served(room.root) as other:
        assert one.page(STORY).replace(one.url.encode(), b"") == other.page(STORY).replace(other.url.encode(), b"")
        done = subprocess.run([sys.executable, "-m", "sitegen", "build"], cwd=room.root, check=False, timeout=PATIENCE)
        assert 0 == done.returncode


def test_cache_that_is_gone_or_damaged(room: Newsroom) -> None:
    """A preview whose cache is removed goes on; one that finds a damaged cache begins anew."""
    with Served(room.root) as served:
        served.get("/")
    with Served(room.root) as served:
        for path in (room.root / ".sitegen/serve/kept").iterdir():
            path.unlink()
        assert 200 == served.get("/").status
        assert 200 == served.get(STORY).status
    trace = room.root / ".sitegen/serve/trace"
    trace.write_bytes(trace.read_bytes()[:-2000] + b"\0" * 2000)
    with Served(room.root) as served:
        assert 200 == served.get("/").status


def test_watching_builds(room: Newsroom) -> None:
    """``build --watch`` builds now and after each change, goes on after a mistake, and ends with Ctrl-C."""
    log = room.root.parent / "log"
    page = room.root / "public" / STORY.strip("/") / "index.html"

    with log.open("w") as told, subprocess.Popen([*BUILD, "--watch"], cwd=room.root, stderr=told) as watching:
        try:
            comes("text", page)
            room.put("a", room.stories["a"][0], "Changed once.")
            comes("Changed once.", page)
            room.write("content/a.md", "---\ntitle: [\n---\n")
            comes("content/a.md:2", log)
            room.put("a", room.stories["a"][0], "Changed twice.")
            comes("Changed twice.", page)
            watching.send_signal(signal.SIGINT)
            assert 0 == watching.wait(PATIENCE)
        finally:
            watching.kill()


def test_watching_builds_when_something_is_due(room: Newsroom) -> None:
    """A story comes and goes by itself, and at the next instant another, though nobody touches a file."""
    with (room.root.parent / "log").open("w") as told:
        soon = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds)) for seconds in (2, 4)]
        room.change("a", expires=soon[0])
        room.change("c", published=soon[1], slug="scoop")
        command = [part for part in BUILD if part not in ("--now", NOW)]
        with subprocess.Popen([*command, "--watch"], cwd=room.root, stderr=told) as watching:
            try:
                home = room.root / "public" / "index.html"
                until = time.monotonic() + PATIENCE
                while not home.is_file():
                    assert time.monotonic() < until
                    time.sleep(0.05)
                comes("scoop/", home)
                assert not (room.root / "public" / STORY.strip("/")).exists()
                watching.send_signal(signal.SIGINT)
                assert 0 == watching.wait(PATIENCE)
            finally:
                watching.kill()


def test_json_of_the_start(room: Newsroom) -> None:
    """``--json`` and ``--watch`` do not go together; that of serve is one document."""
    done = subprocess.run(
        [sys.executable, "-m", "sitegen", "build", "--watch", "--json"],
        cwd=room.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 2 == done.returncode
    assert not json.loads(done.stdout)["ok"]
