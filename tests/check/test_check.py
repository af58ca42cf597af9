"""What `sitegen check` finds: now, and at the instants to come."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.building import built, quick_builds, tree
from support.command import Done, sitegen
from support.newsroom import PICTURE, Newsroom
from support.workspace import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with quick_builds():
        yield


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A site with nothing to find fault with."""
    room = Newsroom(tmp_path / "site")
    for name in "abcdef":
        room.change(name, summary="In short.")
    room.remove("static/robots-of-ours.txt")
    return room


def check(room: Newsroom, *options: str) -> Done:
    """What a check at noon does."""
    return sitegen("check", "--site", str(room.root), "--now", NOW, *options)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="675"/>'


def found(room: Newsroom, status: int = 0) -> list[str]:
    """The lines of a check that ends with *status*."""
    done = check(room)
    assert status == done.status, done.err
    return done.err.splitlines()


def test_nothing(room: Newsroom) -> None:
    """A good site gets no word, and no file of it is written: neither the output nor the cache."""
    before = tree(room.root)
    assert (0, "0 errors, 0 warnings\n", "") == (check(room).status, check(room).out, check(room).err)
    assert before == {path: each for path, each in tree(room.root).items() if not path.startswith(".sitegen")}
    assert 0 == built(room.root).status
    before = tree(room.root)
    assert [] == found(room)
    assert before == tree(room.root)


def test_errors_of_the_build(room: Newsroom) -> None:
    """What a build would fail for is found, all of it."""
    room.put("d", room.stories["d"][0], "[x](nowhere.md)")
    room.write("content/e.md", "no front matter")
    assert ["content/d.md:10:1", "content/e.md:1"] == [line.split(": ")[0] for line in found(room, 1)]


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ('<a href="/nowhere/">x</a>', "leads to /nowhere/, where this site has nothing, and so do "),
        ('<a href="https://harborwire.example/nowhere">x</a>', "leads to https://harborwire.example/nowhere, where"),
        (
            '<a href="/2026/06/story-a/#nothing">x</a>',
            "leads to /2026/06/story-a/#nothing, and that page has no such place",
        ),
        ('<a href="#nothing">x</a>', "leads to #nothing, and that page has no such place"),
        ('<img src="/none.png" alt="">', "leads to /none.png, where this site has nothing"),
        ('<img srcset="/none.png 1x, /2.png 2x" alt="">', "leads to /2.png, where this site has nothing"),
        ('<link rel="stylesheet" href="none.css">', "leads to none.css, where this site has nothing"),
        ('<video poster="/none.png"></video>', "leads to /none.png, where this site has nothing"),
    ],
)
def test_a_link_of_a_layout(room: Newsroom, layout: str, said: str) -> None:
    """One that leads nowhere is an error with its place in the output, told once however many pages have it."""
    room.write("layouts/partials/footer.html", f'<footer id="site-footer">\n{layout}</footer>\n')
    (line,) = [line for line in found(room, 1) if said in line]
    assert line.startswith(("public/2026/06/story-a/index.html:", "public/404.html:")), line


@pytest.mark.parametrize(
    "layout",
    [
        '<a href="/">x</a> <a href="">x</a> <a href="#top">x</a> <a href="/2026/06/story-a/#a-heading">x</a>',
        '<a href="/2026/06/story-a">x</a> <a href="/2026/06/story-a/index.html?x#:~:text=y">x</a>',
        '<a href="mailto:a@b.example">x</a> <a href="https://other.example/x/">x</a> <a href="//other.example/">x</a>',
        '<!-- <a href="/nowhere/">x</a> --> <script>var x = "<a href=\'/nowhere/\'>"</script>',
        '<p data-x="<a href=/nowhere/>">&lt;a href="/nowhere/"&gt;</p> <a href="/.well-known/x.json">x</a>',
    ],
)
def test_a_link_that_is_right(room: Newsroom, layout: str) -> None:
    """What leads somewhere, leads elsewhere, is kept by others, or is no link is not told."""
    room.write("site.yaml", (room.root / "site.yaml").read_text() + "keep: [.well-known]\n")
    room.write("layouts/partials/footer.html", f'<footer id="site-footer">{layout}</footer>\n')
    assert [] == found(room)


def test_a_picture_with_a_space_in_its_name(room: Newsroom) -> None:
    """Its address in feeds is encoded, and read as that."""
    picture = (room.root / "static/favicon.svg").read_text() if (room.root / "static/favicon.svg").exists() else SVG
    room.write("static/pier (1) a.svg", picture)
    room.change("a", image={"src": "/pier (1) a.svg", "alt": "The pier"})
    assert [] == found(room)


def test_below_a_path(room: Newsroom) -> None:
    """A site below a path links to its pages with it, and without it to nothing of its own."""
    text = (room.root / "site.yaml").read_text()
    room.write("site.yaml", text.replace("harborwire.example", "harborwire.example/wire"))
    assert [] == found(room)
    room.write("layouts/partials/footer.html", '<footer id="site-footer"><a href="/wire/x/">x</a></footer>\n')
    assert any("leads to /wire/x/, where" in line for line in found(room, 1))


def test_what_is_missing(room: Newsroom) -> None:
    """A standfirst, words for a picture: warnings with their place, of what is out and of what will be."""
    room.change("a", summary=None)
    room.change("c", summary=None, draft=True)
    room.change("d", summary=None, published="2026-06-20")
    room.put("b", room.stories["b"][0] | {"layout": None}, "```\n![](x.png)\n```\n\nA ![](f/pier.png)")
    room.write("layouts/partials/footer.html", '<footer id="site-footer"><img src="/logo.png"></footer>\n')
    room.write_bytes("static/logo.png", PICTURE)
    room.change("f", image={"src": "/logo.png", "alt": "Our logo"})
    room.write("layouts/partials/note.html", '<p id="{{ note.id }}">{{ note.text }}</p>\n')
    withdrawn = {"date": "2026-06-14", "kind": "retraction", "text": "It was made up."}
    room.change("e", image={"src": "/logo.png", "alt": "Our logo"}, corrections=[withdrawn])
    lines = found(room)
    assert not any(line.startswith("content/e.md") for line in lines)
    for expected in (
        "content/a.md: warning: has no `summary`",
        "content/d.md: warning: has no `summary`",
        "content/b.md:14:3: warning: this picture has no alt text",
        "warning: the picture /logo.png has no alt; ",
        "content/f/index.md: warning: has a lead picture that is 1 pixels wide, which search engines show small; ",
    ):
        assert 1 == sum(expected in line for line in lines), (expected, lines)
    assert not any(line.startswith("content/c.md") for line in lines)


def test_what_nothing_uses(room: Newsroom) -> None:
    """Files and data that nothing names are told; what is asked for by its name alone is not, nor what waits."""
    for path in ("static/old.png", "content/a.png", "static/favicon.ico", "static/.well-known/x", "content/of d.png"):
        room.write_bytes(path, PICTURE)
    room.write("static/a.css", "body { background: url(b.png) }")
    room.write_bytes("static/b.png", PICTURE)
    room.write("content/data/old.yaml", "a: 1\n")
    room.put("d", room.stories["d"][0] | {"draft": True}, "![x](<of d.png>)")
    room.put("c", room.stories["c"][0], "[style](/a.css)")
    assert [
        "content/a.png: warning: is used by nothing; remove it, or name it where it belongs",
        "content/data/old.yaml: warning: is `data.old`, which no layout uses; remove it, or print it in a layout",
        "static/old.png: warning: is used by nothing; remove it, or name it where it belongs",
    ] == found(room)


def test_odd_dates(room: Newsroom) -> None:
    """A year that cannot be meant is told."""
    room.change("a", published="2036-06-01")
    room.change("c", published="1026-06-01")
    lines = found(room)
    assert any(line.startswith("content/a.md: warning: `published` is more than a year ahead") for line in lines)
    assert any(line.startswith("content/c.md: warning: `published` is before there were newspapers") for line in lines)


def test_an_archive(room: Newsroom) -> None:
    """Of many of a kind the first are told, and how many more there are."""
    for number in range(30):
        room.write(f"content/n{number}.md", f"---\ntitle: N {number}\npublished: 2026-06-01\n---\n\nText.\n")
    lines = found(room)
    assert ["warning: 10 more stories have no `summary`"] == [line for line in lines if "more" in line]
    assert 21 == len(lines)


def test_the_instants_ahead(room: Newsroom) -> None:
    """A story with a mistake that comes later fails a build to come, which is an error now, with its place."""
    room.put("c", room.stories["c"][0] | {"published": "2026-06-15T18:00:00+09:00"}, "Fine.")
    room.put("d", room.stories["d"][0] | {"published": "2026-06-16T18:00:00+09:00"}, "[x](nowhere.md)")
    room.put("e", room.stories["e"][0] | {"expires": "2026-06-17T00:00:00+09:00"}, "Text.")
    room.put("b", room.stories["b"][0], "See [e](e.md).")
    lines = found(room, 1)
    first = "from 2026-06-16T18:00:00+09:00 on (publish content/d.md)"
    assert any(
        line.startswith(f"content/d.md:10:1: error: {first} the build will fail: nowhere.md does") for line in lines
    )
    room.put("d", room.stories["d"][0], "Text.")
    (line,) = found(room)
    expected = (
        "content/b.md:11:5: warning: from 2026-06-17T00:00:00+09:00 on (expire content/e.md): content/e.md expired at"
    )
    assert line.startswith(expected)
    assert "0 errors, 1 warnings; 4 instants ahead were judged\n" == check(room).out


def test_two_stories_for_one_address(room: Newsroom) -> None:
    """That a story to come wants the address of one that is there is found before its hour."""
    room.change("c", slug="story-a", published="2026-06-16T18:00:00+09:00")
    assert any("(publish content/c.md) the build will fail: and content/" in line for line in found(room, 1))


def test_json(room: Newsroom) -> None:
    """For machines there is one document."""
    room.change("a", summary=None)
    told = json.loads(check(room, "--json").out)
    assert (True, [], 0) == (told["ok"], told["fixed"], told["ahead"])
    assert [("content/a.md", "warning")] == [(each["path"], each["severity"]) for each in told["problems"]]


def test_nothing_is_left_behind(room: Newsroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The folder for the moment is gone, also after an error."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    found(room)
    room.write("content/b.md", "no front matter")
    found(room, 1)
    assert [] == list((tmp_path / "temporary").iterdir())
