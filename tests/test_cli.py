"""The command line: what it says where, its exit status, and what it refuses."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import time
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from sitegen import __version__
from sitegen.report import Progress
from support.command import built, sitegen
from support.workspace import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from support.workspace import Workspace

SUMMARY = re.compile(r"(\d+) pages? written, (\d+) removed, (\d+) unchanged in \d+\.\d\d s\n")
WARNING = "---\ntitle: A warning\npublished: 2026-06-01\nmood: blue\n---\n\nText.\n"
ERROR = "---\ntitle: A: colon\npublished: 2026-06-01\n---\n\nText.\n"


def test_a_build_ends_with_a_line(workspace: Workspace) -> None:
    """What was done is one line on standard output; nothing else is said."""
    first = built(workspace.root)
    assert (0, "") == (first.status, first.err)
    found = SUMMARY.fullmatch(first.out)
    assert found
    assert str(len(workspace.tree()) - 1) == found[1]  # less the marker
    again = SUMMARY.fullmatch(built(workspace.root).out)
    assert again
    assert ("0", "0", found[1]) == again.groups()


def test_removals_are_listed(workspace: Workspace) -> None:
    """What was published and is no more is told, file by file, up to a number that can be read."""
    for story in range(30):
        workspace.write(f"content/s{story}.md", f"---\ntitle: Story {story:02}\npublished: 2026-06-01\n---\n\nText.\n")
    assert 0 == built(workspace.root).status
    workspace.delete("content/s7.md")
    assert built(workspace.root).out.startswith("removed 2026/06/story-07/index.html\n")
    for story in set(range(30)) - {7}:
        workspace.delete(f"content/s{story}.md")
    lines = built(workspace.root).out.splitlines()
    assert "removed 2026/06/story-00/index.html" == lines[0]
    assert "removed 9 more" == lines[-2]
    assert 22 == len(lines)


def test_warnings_are_told_in_every_build(workspace: Workspace) -> None:
    """A warning stays until it is mended, also when its page is not made anew; it fails nothing."""
    workspace.write("content/new.md", WARNING)
    first = built(workspace.root)
    assert 0 == first.status
    assert first.err.startswith("content/new.md:4:1: warning: ")
    assert first.err == built(workspace.root).err


def test_strict(workspace: Workspace) -> None:
    """With --strict a warning fails the build, and nothing is published; without warnings nothing changes."""
    assert 0 == built(workspace.root, "--strict").status
    before = workspace.tree()
    workspace.write("content/new.md", WARNING)
    done = built(workspace.root, "--strict")
    assert (1, "") == (done.status, done.out)
    assert "content/new.md:4:1: " in done.err
    assert before == workspace.tree()


def test_quiet(workspace: Workspace) -> None:
    """With --quiet only errors are told."""
    workspace.write("content/new.md", WARNING)
    done = built(workspace.root, "--quiet")
    assert (0, "", "") == (done.status, done.out, done.err)
    workspace.write("content/new.md", ERROR)
    done = built(workspace.root, "--quiet")
    assert (1, "") == (done.status, done.out)
    assert done.err.startswith("content/new.md:2")


def test_json(workspace: Workspace) -> None:
    """With --json there is one document on standard output, and nothing else anywhere."""
    workspace.write("content/new.md", WARNING)
    done = built(workspace.root, "--json")
    assert (0, "") == (done.status, done.err)
    document = json.loads(done.out)
    assert [*("ok", "output", "written", "removed", "unchanged", "seconds", "phases", "executed", "problems")] == list(
        document
    )
    assert (True, str(workspace.root / "public"), [], 0) == tuple(
        document[name] for name in ("ok", "output", "removed", "unchanged")
    )
    assert "2026/06/a-warning/index.html" in document["written"]
    (problem,) = document["problems"]
    assert ["path", "line", "column", "severity", "what", "fix"] == list(problem)
    assert ("content/new.md", 4, 1, "warning") == tuple(problem.values())[:4]


def test_json_of_a_failure(workspace: Workspace) -> None:
    """The document of a failure has its problems, and the exit status is the same."""
    workspace.write("content/new.md", ERROR)
    done = built(workspace.root, "--json")
    assert (1, "") == (done.status, done.err)
    document = json.loads(done.out)
    assert ["ok", "problems"] == list(document)
    assert not document["ok"]
    assert ("content/new.md", 2, "error") == tuple(
        document["problems"][0][name] for name in ("path", "line", "severity")
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--nonsense"],
        ["nonsense"],
        ["build", "extra"],
        ["build", "--now", "2026-06-15T12:00:00"],
        ["build", "--now", "noon"],
        ["build", "--now", "2026-06-15"],
        ["build", "--url", "example.org"],
        ["build", "--without", "content/none.md"],
        ["build", "--without", "site.yaml"],
        ["build", "--output", "content"],
        ["build", "--output", "."],
        ["new", "article"],
        ["new", "article", "  "],
        ["new", "site", "."],
    ],
)
def test_wrong_usage(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    """What a command does not understand ends with 2, and changes nothing."""
    monkeypatch.chdir(workspace.root)
    before = sorted(workspace.root.rglob("*"))
    done = sitegen(*arguments)
    assert 2 == done.status, done.err
    assert "" == done.out
    assert "rror: " in done.err
    assert before == [path for path in sorted(workspace.root.rglob("*")) if ".sitegen" not in path.parts]


def test_a_moment_needs_its_offset(workspace: Workspace) -> None:
    """--now without an offset would be another moment on another machine: the error shows how it is written."""
    done = sitegen("build", "--site", str(workspace.root), "--now", "2026-06-15T12:00:00")
    assert "--now 2026-06-15T12:00:00 is not a moment; write it with its offset, as 2026-06-15T12:00+09:00" in done.err


@pytest.mark.parametrize("now", ["2026-06-09T23:00:00Z", "2026-06-10T08:00+09:00", "20260610T080000+0900"])
def test_now(workspace: Workspace, now: str) -> None:
    """The clock of a build is the moment given: the story of 8 o'clock in Seoul is out from then on."""
    sitegen("build", "--site", str(workspace.root), "--now", now)
    assert (workspace.root / "public/2026/06/ferry-returns/index.html").exists()
    sitegen("build", "--site", str(workspace.root), "--now", "2026-06-10T07:59:59+09:00")
    assert not (workspace.root / "public/2026/06/ferry-returns/index.html").exists()


def test_source_date_epoch(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --now the clock is SOURCE_DATE_EPOCH, if it is set; if it is no number, that is an error."""
    monkeypatch.chdir(workspace.root)
    command = [sys.executable, "-m", "sitegen", "build"]
    for epoch, status, out in (("1781046000", 0, True), ("1781045999", 0, False), ("soon", 2, False)):
        environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert status == done.returncode, done.stderr
        assert out == (workspace.root / "public/2026/06/ferry-returns/index.html").exists()
    assert "SOURCE_DATE_EPOCH=soon is not a number of seconds" in done.stderr


def test_the_site_is_found_upwards(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a site, commands find it."""
    monkeypatch.chdir(workspace.root / "content")
    assert 0 == sitegen("build", "--now", NOW).status
    assert (workspace.root / "public/index.html").exists()


def test_an_address_below_a_path(workspace: Workspace) -> None:
    """--url builds for another place: every address starts with it, and the next build without it takes it back."""
    assert 0 == built(workspace.root).status
    usual = workspace.tree()
    done = built(workspace.root, "--url", "https://staging.example/wire/")
    assert 0 == done.status
    assert 'href="/wire/2026/06/ferry-returns/"' in workspace.read("index.html")
    assert "https://staging.example/wire/2026/06/ferry-returns/" in workspace.read("sitemap.xml")
    assert "<link>https://staging.example/wire/" in workspace.read("feed.xml")
    assert not any(b"harbourwire.example" in content for content in workspace.tree().values())
    assert 0 == built(workspace.root).status
    assert usual == workspace.tree()


def test_another_output(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--output is a folder seen from where the command is run."""
    monkeypatch.chdir(tmp_path)
    assert 0 == built(workspace.root, "--output", "staging").status
    assert (tmp_path / "staging/index.html").is_file()
    assert not (workspace.root / "public").exists()


def test_without(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """--without builds as if the file were not there, named from here or from the site."""
    workspace.write("content/new.md", ERROR)
    assert 1 == built(workspace.root).status
    monkeypatch.chdir(workspace.root / "content")
    for path in ("content/new.md", "new.md", str(workspace.root / "content/new.md")):
        assert 0 == built(workspace.root, "--without", path).status
    assert 0 == built(workspace.root, "--without", "new.md", "--without", "ferry.md").status
    assert not (workspace.root / "public/2026").exists()


def test_drafts(workspace: Workspace) -> None:
    """--drafts lets drafts and future stories out; the next build without it takes them back."""
    workspace.write("content/draft.md", "---\ntitle: A draft\ndraft: true\n---\n\nText.\n")
    workspace.write("content/future.md", "---\ntitle: To come\npublished: 2027-01-01\n---\n\nText.\n")
    assert 0 == built(workspace.root).status
    usual = workspace.tree()
    assert 0 == built(workspace.root, "--drafts").status
    assert {"drafts/a-draft/index.html", "2027/01/to-come/index.html"} <= set(workspace.tree())
    assert 0 == built(workspace.root).status
    assert usual == workspace.tree()


def test_no_cache(workspace: Workspace) -> None:
    """--no-cache leaves nothing behind, and makes the same."""
    assert 0 == built(workspace.root, "--no-cache").status
    assert not (workspace.root / ".sitegen").exists()
    tree = workspace.tree()
    assert ["content", "public", "site.yaml"] == sorted(path.name for path in workspace.root.iterdir())
    assert 0 == built(workspace.root).status
    assert tree == workspace.tree()


def test_a_lost_cache_is_told(workspace: Workspace) -> None:
    """A damaged cache is thrown away with a note."""
    built(workspace.root)
    (workspace.root / ".sitegen/trace").write_bytes(b"nonsense")
    done = built(workspace.root)
    assert 0 == done.status
    assert "note: the cache was damaged, so everything is made anew\n" == done.err
    assert "" == built(workspace.root).err


def test_the_machine_fails(workspace: Workspace) -> None:
    """A failure of the machine ends with 3."""
    (workspace.root / ".sitegen").write_text("a file")
    done = built(workspace.root)
    assert (3, "") == (done.status, done.out)
    assert "cannot be written" in done.err


def test_help_and_version() -> None:
    """Help names every command, and the version is the package's."""
    assert (0, f"sitegen {__version__}\n") == (sitegen("--version").status, sitegen("--version").out)
    done = sitegen("--help")
    assert 0 == done.status
    for name in ("build", "clean", "new"):
        assert f"\n  {name} " in done.out
    assert 0 == sitegen("build", "-h").status


def on_a_terminal(workspace: Workspace, *arguments: str) -> str:
    """What ``sitegen ARGUMENTS`` shows on a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "sitegen", *arguments], cwd=workspace.root, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # how Linux says that the other side is closed
                break
            if not piece:
                break
            shown += piece
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def test_a_terminal_shows_the_line(workspace: Workspace) -> None:
    """On a terminal, the line of the source stands beneath its error, with the place marked."""
    workspace.write("content/new.md", ERROR)
    shown = on_a_terminal(workspace, "build", "--now", NOW)
    assert "content/new.md:2:8: error: " in shown
    assert "\n     2 | title: A: colon\n       |        ^\n" in shown


def test_a_short_build_shows_no_progress(workspace: Workspace) -> None:
    """A build that is done at once draws nothing."""
    built(workspace.root)
    assert SUMMARY.fullmatch(on_a_terminal(workspace, "build", "--now", NOW))


def test_a_long_build_shows_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a second how far the work is is drawn, a few times a second, and wiped away at its end."""
    clock = iter([0.0, 0.5, 1.5, 1.55, 1.7, 2.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    stream = StringIO()
    progress = Progress(stream)
    for done in range(1, 6):
        progress.show("making", done, 5)
    assert "\r\x1b[Kmaking 2 of 5\r\x1b[Kmaking 4 of 5\r\x1b[K" == stream.getvalue()
    progress.clear()
    assert stream.getvalue().endswith("of 5\r\x1b[K")
