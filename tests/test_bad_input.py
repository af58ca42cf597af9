"""Input that is wrong: a clear error that says where, an exit status, and the published site as it was."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

import pytest

from support.building import NOON, stamps, tree
from support.building import built as built_in_process
from support.command import Done, built, sitegen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.workspace import Workspace

STORY: Final = "---\ntitle: A story\npublished: 2026-06-01\n---\n\nText.\n"
ERROR: Final = re.compile(r"(?P<path>[^:]+)(:\d+(:\d+)?)?: error: [^;]+; .+")


def failed(workspace: Workspace, spoil: Callable[[], object]) -> Done:
    """What a build does after *spoil* made it fail; the site was published before and must stay as it is."""
    assert 0 == built(workspace.root).status
    public = workspace.root / "public"
    before = tree(public), stamps(public)
    spoil()
    done = built(workspace.root)
    assert before == (tree(public), stamps(public))
    assert "" == done.out
    return done


def assert_located(done: Done, place: str) -> None:
    """Every error has the form of our errors, and one of them is at *place*."""
    assert 1 == done.status
    assert done.errors
    for line in done.errors:
        assert ERROR.fullmatch(line), line
    assert any(line.startswith(f"{place}") for line in done.errors), done.err


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", "content/new.md:1"),
        (b"\n \n", "content/new.md:1"),
        (b"Only text.\n", "content/new.md:1"),
        (b"---\ntitle: Never closed\n\nText.\n", "content/new.md:1"),
        (STORY.encode("utf-16"), "content/new.md:1"),
        (STORY.encode("utf-16-be"), "content/new.md:1"),
        (STORY.replace("Text", "Caf\xe9").encode("latin-1"), "content/new.md:6"),
        (STORY.replace("A story", "A \0 story").encode(), "content/new.md:2"),
        (bytes(range(256)) * 50, "content/new.md:"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "content/new.md:"),
        (b"---\n" + b"[" * 200_000 + b"\n---\n", "content/new.md:"),
        (b"---\n- title\n---\n", "content/new.md:2"),
        (b"---\ntitle: A\ntitle: B\n---\n", "content/new.md:3"),
        (b"---\ntitle: A\ntags:\n\t- x\n---\n", "content/new.md:4"),
    ],
)
def test_a_story_that_cannot_be_read(workspace: Workspace, data: bytes, place: str) -> None:
    """Empty, without front matter, not in UTF-8, binary, nested beyond reason: an error at its line."""
    assert_located(failed(workspace, lambda: (workspace.root / "content/new.md").write_bytes(data)), place)


@pytest.mark.parametrize("name", ["authors.yaml", "data/boats.yaml", "data/boats.json", "data/boats.csv"])
def test_data_that_cannot_be_read(workspace: Workspace, name: str) -> None:
    """Data in another encoding, or broken, is an error of its file, told once."""
    path = workspace.root / "content" / name
    path.parent.mkdir(exist_ok=True)
    done = failed(workspace, lambda: path.write_bytes("a: \xe9, [".encode("latin-1")))
    assert_located(done, f"content/{name}:1")
    assert 1 == len(done.errors)


@pytest.mark.parametrize(
    "text",
    ["", "[", "title: A\n", "- a\n", "title: A\nurl: ftp://x\ntimezone: UTC\n", "title: A\nurl: https://a.example\n"],
)
def test_a_configuration_that_cannot_be_used(workspace: Workspace, text: str) -> None:
    """An empty or broken site.yaml, or one without what is required, is an error in it."""
    assert_located(failed(workspace, lambda: workspace.write("site.yaml", text)), "site.yaml")


@pytest.mark.parametrize(
    ("text", "severity", "html"),
    [
        ("[boat](gone.md)", "error", ""),
        ("a ![boat](gone.png)", "error", ""),
        ('<a href="gone.md">boat</a>', "warning", "<a>boat</a>"),
        ('<p>a <img src="gone.png" alt="boat"></p>', "warning", "<p>a boat</p>"),
    ],
)
def test_a_file_that_is_not_there(workspace: Workspace, text: str, severity: str, html: str) -> None:
    """An error in Markdown; in HTML, which is often pasted, a warning, and the words are shown."""
    workspace.write("content/new.md", f"{STORY}\n{text}\n")
    done = built(workspace.root)
    assert f": {severity}: gone." in done.err
    assert (severity == "error") == bool(done.status)
    assert done.status or html in workspace.read("2026/06/a-story/index.html")


def test_a_layout_that_is_not_text(workspace: Workspace) -> None:
    """A layout that is not UTF-8 is an error of the layout."""
    path = workspace.root / "layouts/page.html"
    path.parent.mkdir()
    assert_located(failed(workspace, lambda: path.write_bytes(b"\xff\xfe<p>")), "layouts/page.html")


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + STORY.encode(),
        STORY.replace("\n", "\r\n").encode(),
        STORY.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + STORY.replace("\n", "\r\n").encode(),
    ],
)
def test_what_editors_leave_is_no_error(workspace: Workspace, data: bytes) -> None:
    """A byte-order mark and ends of lines of other systems change nothing: the page is the one without them."""
    workspace.write("content/new.md", STORY)
    assert 0 == built(workspace.root).status
    expected = workspace.tree()
    (workspace.root / "content/new.md").write_bytes(data)
    assert 0 == built(workspace.root).status
    assert expected == workspace.tree()


def test_no_site_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without site.yaml, here or where --site says, the error says what to do."""
    given = built(tmp_path)
    assert 2 == given.status
    assert f"{tmp_path}: error: has no site.yaml; start a site" in given.err
    monkeypatch.chdir(tmp_path)
    here = sitegen("build")
    assert 2 == here.status
    assert "error: there is no site.yaml here or above; " in here.err


def test_a_site_that_is_no_folder(workspace: Workspace) -> None:
    """--site with a file, or with nothing, is an error as without a site.yaml."""
    for path in ("site.yaml", "nowhere"):
        done = built(workspace.root / path)
        assert (2, 1) == (done.status, len(done.errors))


def test_a_folder_with_the_name_of_a_story(workspace: Workspace) -> None:
    """A folder whose name is a story's is named, not read as nothing."""
    done = failed(workspace, lambda: workspace.write("content/pier/index.md/a.md", STORY))
    assert_located(done, "content/pier/index.md: error: is a folder")


@pytest.mark.parametrize("place", ["content/new.md", "content/new", "static/new.png", "layouts/new.html", "static"])
def test_a_link_out_of_the_site(workspace: Workspace, tmp_path: Path, place: str) -> None:
    """A link to what lies outside is an error at the link."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/new.md").write_text(STORY)
    target = tmp_path / "outside" / ("new.md" if "." in place else "")
    (workspace.root / place).parent.mkdir(exist_ok=True)
    done = failed(workspace, lambda: (workspace.root / place).symlink_to(target))
    assert_located(done, f"{place}: error: is a link that leads out of the site")


def test_a_file_that_vanishes_during_the_build(workspace: Workspace) -> None:
    """A file that was listed and is gone when it is read is an error that says to build again."""
    workspace.write("content/new.md", STORY)
    assert 0 == built(workspace.root).status
    before = tree(workspace.root / "public")
    workspace.write("content/new.md", STORY + "More.\n")
    deleted: list[int] = []

    def vanish(phase: str, done: int, _: int) -> None:
        if (phase, done) == ("read", 0) and not deleted:  # all folders are listed, and nothing in them was read
            workspace.delete("content/new.md")
            deleted.append(done)

    outcome = built_in_process(workspace.root, NOON, progress=vanish, cache=False)
    assert [0] == deleted
    assert ("content/new.md: error: vanished during the build; run the build again",) == outcome.told
    assert before == tree(workspace.root / "public")
    assert 0 == built(workspace.root).status


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the administrator may read everything")
@pytest.mark.parametrize("path", ["content/ferry.md", "site.yaml"])
def test_a_file_that_may_not_be_read(workspace: Workspace, path: str) -> None:
    """A file without permission to read is the machine's failure, with the file's name."""
    done = failed(workspace, lambda: (workspace.root / path).chmod(0))
    assert 3 == done.status
    assert f"{path}: error: cannot be read: permission denied; check its permissions" in done.err


def test_all_errors_are_told(workspace: Workspace) -> None:
    """One broken file does not hide another; they are told by file and line, with their number."""

    def spoil() -> None:
        workspace.write("content/a.md", STORY.replace("A story", "A: story"))
        workspace.write("content/b.md", STORY + "\n[x](missing.md)\n")
        workspace.write("content/c.md", STORY.replace("2026-06-01", "soon") + "\n")
        workspace.write("content/authors.yaml", "ana:\n  nam: Ana\n")

    done = failed(workspace, spoil)
    places = [line.partition(": ")[0] for line in done.errors]
    assert ["content/a.md:2", "content/authors.yaml", "content/b.md:8", "content/c.md:3"] == sorted(
        {re.sub(r"(\.md:\d+|yaml).*", r"\1", place) for place in places}
    )
    assert sorted(places, key=lambda place: place.split(":")[0]) == places
    assert done.err.endswith(f"{len(done.errors)} errors; nothing was changed\n")


def test_a_very_long_line(workspace: Workspace) -> None:
    """A megabyte without a line end is a text like others."""
    workspace.write("content/new.md", STORY + "a" * 1_000_000)
    assert 0 == built(workspace.root).status


@pytest.mark.parametrize("name", ["a\nb.md", "a:b.md", "é\u0301.md", " .md", "a b.md", "%2e%2e.md", "-x.md"])
def test_names_of_files_are_no_addresses(workspace: Workspace, name: str) -> None:
    """A file may be called as it likes: its story's address comes from the headline."""
    (workspace.root / "content" / name).write_text(STORY)
    done = built(workspace.root)
    assert 0 == done.status, done.err
    assert "A story" in workspace.read("2026/06/a-story/index.html")


def test_a_name_that_is_not_utf8(workspace: Workspace) -> None:
    """A file name in another encoding is an error that can be printed."""
    path = os.fsencode(workspace.root) + b"/content/caf\xe9.md"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - a Path is text
        file.write(STORY)
    done = built(workspace.root)
    assert 1 == done.status
    assert "content/caf\\xe9.md: error: has a name that is not UTF-8; rename it" in done.err


def test_a_name_that_is_no_address(workspace: Workspace) -> None:
    """A backslash would be a slash in an address, a control character none: told for each, wherever it lies."""

    def spoil() -> None:
        workspace.write("static/notes\\1.txt", "x")
        workspace.write("static/a\\b/c.txt", "x")
        workspace.write("static/two\nlines.txt", "x")
        workspace.write("content/pier/index.md", STORY.replace("Text.", "![A pier](<pier\\\\1.svg>)"))
        workspace.write("content/pier/pier\\1.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')

    done = failed(workspace, spoil)
    for place in ("static/notes\\1.txt", "static/a\\b/c.txt", "static/two\\nlines.txt", "content/pier/pier\\1.svg"):
        assert_located(done, place)
