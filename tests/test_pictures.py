"""Pictures of a site: their sizes in every output, what is published of them, what is told of broken ones."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from sitegen.check import embargo_leaks
from sitegen.content.pictures import look, stripped
from support import dom
from support.building import NOON, built, quick_builds
from support.workspace import SITE, Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

FOLDER: Final = Path(__file__).parent / "content" / "fixtures" / "pictures"
ORIGIN: Final = "https://harbourwire.example"
PAGE: Final = "2026/06/whale/index.html"
STORY: Final = """\
---
title: Whale
published: 2026-06-12
authors: [ana]
front: lead
image: {src: phone.jpg, alt: A whale, caption: It waves., credit: Ana Ruiz}
---
![The bay](/images/edited.png)

<img src="/images/lossy.webp" alt="The pier" width="12">

![Elsewhere](https://elsewhere.example/a.png) ![Small](/images/edited.png){width=8}
"""
AUTHORS: Final = "ana: {name: Ana Ruiz, picture: /images/clean.jpg}\n"


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with quick_builds():
        yield


@pytest.fixture
def site(tmp_path: Path) -> Workspace:
    """A site with pictures beside a story and in ``static/``."""
    found = Workspace(tmp_path / "site")
    found.write("site.yaml", SITE + "publisher: {name: Wire, logo: /images/drawing.svg}\n")
    found.write("content/whale/index.md", STORY)
    found.write("content/authors.yaml", AUTHORS)
    found.write(
        "layouts/page.html",
        '{% extends "theme/page.html" %}{% block header %}{{ asset("images/phone.jpg") }}{% endblock %}',
    )
    found.write("content/pages/about.md", "---\ntitle: About\n---\nUs.\n")
    shutil.copytree(FOLDER, found.root / "static" / "images")
    shutil.copy(FOLDER / "phone.jpg", found.root / "content" / "whale")
    return found


def made(site: Workspace) -> None:
    """Build *site*, of which nothing is to be told but of the file whose data cannot be taken out."""
    outcome = built(site.root)
    assert (0, ()) == (outcome.status, outcome.told)


def images(html: str) -> list[tuple[str, str, str]]:
    """The pictures of a page: name, width and height of each."""
    found = (each for each in dom.elements(dom.parsed(html)) if each.tag == "img")
    return [(each.get("src").rpartition("/")[2], each.get("width", ""), each.get("height", "")) for each in found]


def test_sizes_are_in_every_output(site: Workspace) -> None:
    """Pages keep the place for a picture, and machines know how large it is: turned as it is shown."""
    made(site)
    html = site.read(PAGE)
    wanted = [("phone.jpg", "16", "24"), ("edited.png", "16", "24"), ("lossy.webp", "12", "8"), ("a.png", "", "")]
    assert [*wanted, ("edited.png", "8", "12")] == images(html)
    assert [("phone.jpg", "16", "24")] == images(site.read("index.html"))
    names = [each.get("property") for each in dom.elements(dom.parsed(html)) if "og:image" in each.get("property", "")]
    assert ["og:image", "og:image:width", "og:image:height", "og:image:alt"] == names
    assert (["16"], ["24"]) == tuple(dom.meta(dom.parsed(html), f"og:image:{side}") for side in ("width", "height"))
    data = json.loads(next(each.text for each in dom.elements(dom.parsed(html)) if each.tag == "script"))
    assert [16, 24] == [data["image"][side]["value"] for side in ("width", "height")]
    author = dom.parsed(site.read("authors/ana/index.html"))
    assert (["24"], ["16"]) == tuple(dom.meta(author, f"og:image:{side}") for side in ("width", "height"))
    assert ["48"] == dom.meta(dom.parsed(site.read("tags/index.html")), "og:image:width")


def test_what_is_for_no_reader_is_nowhere_in_the_output(site: Workspace) -> None:
    """Beside a story, in ``static/`` whether it is named or not, under the name of an asset; the rest is copied."""
    made(site)
    output = site.tree()
    assert [] == [path for path, data in output.items() if b"ZX" in data and not path.endswith(".avif")]
    assert 3 == sum("phone." in path for path in output)
    assert (FOLDER / "clean.jpg").read_bytes() == output["images/clean.jpg"]
    length = len(output["2026/06/whale/phone.jpg"])
    assert f'length="{length}"' in site.read("feed.xml")


def test_another_picture_under_the_same_name(site: Workspace) -> None:
    """A page is made again when the size of its picture is another; and the output is that of a clean build."""
    made(site)
    shutil.copy(FOLDER / "clean.jpg", site.root / "content" / "whale" / "phone.jpg")
    made(site)
    assert ("phone.jpg", "24", "16") == images(site.read(PAGE))[0]
    after = site.tree()
    shutil.rmtree(site.root / ".sitegen")
    shutil.rmtree(site.root / "public")
    made(site)
    assert after == site.tree()
    (site.root / "public/images/phone.jpg").unlink()
    made(site)
    assert after == site.tree()


def test_a_picture_of_what_is_held_is_known_in_the_form_it_had(site: Workspace) -> None:
    """The scan of the output finds a picture that was published, though it is not as it lies in the sources."""
    made(site)
    shutil.rmtree(site.root / "static" / "images")
    for name in ("lossy.webp", "edited.png", "clean.jpg", "drawing.svg"):
        (site.root / "static" / "images").mkdir(exist_ok=True)
        shutil.copy(FOLDER / name, site.root / "static" / "images")
    site.delete("layouts/page.html")
    site.write("content/whale/index.md", STORY.replace("title:", "draft: true\ntitle:"))
    found = [problem.what for problem in embargo_leaks(site.root, site.root / "public", NOON)]
    assert [] != [what for what in found if what.startswith("has a file of content/whale/index.md")]


BROKEN: Final = {
    "cut.jpg": (FOLDER / "phone.jpg").read_bytes()[:200],
    "fake.jpg": b"<html><script>alert(1)</script></html>",
    "empty.png": b"",
}


WRITTEN: Final = {
    ("image: {src: /images/NAME, alt: x}\n", ""): (4, "error"),
    ("", "![x](/images/NAME)"): (5, "error"),
    ("", "![x](NAME)"): (5, "error"),
    ("", '<img src="/images/NAME" alt="x">'): (5, "warning"),
    ("draft: true\nimage: {src: NAME, alt: x}\n", "![x](NAME)"): (0, ""),
}
"""Front matter and text that name a picture: where that is told, and as what."""


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("written", WRITTEN)
def test_a_broken_picture_is_told(tmp_path: Path, name: str, written: tuple[str, str]) -> None:
    """What names the picture is told with its line; HTML is often pasted, and that of a draft may be on its way."""
    site = Workspace(tmp_path / "site")
    front, text = (part.replace("NAME", name) for part in written)
    line, severity = WRITTEN[written]
    site.write("content/whale/index.md", f"---\ntitle: Whale\npublished: 2026-06-12\n{front}---\n{text}\n")
    for place in ("content/whale", "static/images"):
        (site.root / place).mkdir(parents=True, exist_ok=True)
        (site.root / place / name).write_bytes(BROKEN[name])
    told = [each for each in built(site.root).told if name in each]
    assert [f"content/whale/index.md:{line}"][: bool(line)] == [":".join(each.split(":")[:2]) for each in told]
    assert all(f" {severity}: {name} is " in each for each in told)


def test_a_doubt_is_told_and_holds_nothing_up(tmp_path: Path) -> None:
    """A name that says another kind, a place that stays in the file, more pixels than can be shown."""
    site = Workspace(tmp_path / "site")
    bomb = (FOLDER / "clean.png").read_bytes().replace(b"\0\0\0\x18\0\0\0\x10", b"\0\0\x75\x30\0\0\x75\x30")
    files = {
        "a.png": (FOLDER / "clean.jpg").read_bytes(),
        "b.avif": (FOLDER / "turned.avif").read_bytes(),
        "c.png": bomb,
    }
    site.write(
        "content/whale/index.md", "---\ntitle: W\npublished: 2026-06-12\n---\n![x](a.png) ![x](b.avif) ![x](c.png)\n"
    )
    for name, data in files.items():
        (site.root / "content" / "whale" / name).write_bytes(data)
    outcome = built(site.root)
    found = [each.split(": ", 2)[2].split(";")[0] for each in outcome.told if "whale" in each]
    assert 0 == outcome.status
    assert [
        "a.png is a JPEG, and its name says another",
        "b.avif has data of a camera or an editor in it, maybe a place, which is not taken out of AVIF",
        "c.png has 30000 by 30000 pixels, which phones cannot show",
    ] == sorted(found)


def part(data: bytes, at: int, count: int) -> bytes:
    """What *data* has from a place on."""
    return data[at : at + count]


PIXELS: Final = """async (source) => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  return [image.naturalWidth, image.naturalHeight, Array.from(pixels)];
}"""


@pytest.mark.needs("chromium")
def test_a_browser_shows_what_is_said(browser: Browser, tmp_path: Path) -> None:
    """Every picture has the size that is said, and what is taken out of it changes no pixel."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body=(tmp_path / route.request.url.rpartition("/")[2]).read_bytes()))
    (tmp_path / "index.html").write_text("<!doctype html><title>Pictures</title>", encoding="utf-8")
    page.goto(f"{ORIGIN}/index.html")
    for path in sorted(FOLDER.iterdir()):
        data = path.read_bytes()
        found = look(partial(part, data), len(data))
        (tmp_path / path.name).write_bytes(data)
        shown = page.evaluate(PIXELS, f"/{path.name}") if path.suffix != ".svg" else [48, 32, []]
        assert [found.width, found.height] == shown[:2], path.name
        if found.private:
            (tmp_path / f"stripped-{path.name}").write_bytes(stripped(data, found.kind))
            assert shown == page.evaluate(PIXELS, f"/stripped-{path.name}"), path.name
    page.close()
