"""The preview's own pages, and how it describes problems."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import html5lib
import pytest

from sitegen.errors import Location, Problem, UsageError
from sitegen.serve.dashboard import dashboard
from sitegen.serve.editors import KNOWN, Editor, editor_of
from sitegen.serve.script import Script
from sitegen.serve.trouble import Described, described, problem_page
from support.building import NOON
from support.editions import edition_of

if TYPE_CHECKING:
    from support.workspace import Workspace

MARKUP = "<script>alert('&')</script>"
PROBLEM = Problem(Location("content/a.md", 3, 5), f"is {MARKUP}", f"write <b> {MARKUP}")


def words(html: bytes) -> str:
    """The text of a page that is valid HTML."""
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    return " ".join(" ".join(document.find("body").itertext()).split())


def story(workspace: Workspace, name: str, front: str) -> None:
    """Write a story called *name* with a title of its own and *front*."""
    workspace.write(f"content/{name}.md", f"---\ntitle: The {name} {MARKUP}\nslug: {name}\n{front}\n---\nText.\n")


def section(html: bytes, heading: str) -> str:
    """The words of the list called *heading*."""
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    for found in document.iter("section"):
        if found.find("h2").text.strip() == heading:
            return " ".join(" ".join(found.itertext()).split())
    return ""


def links(html: bytes) -> set[str]:
    """Where a page leads."""
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    return {link.get("href") for link in document.iter("a")}


def test_the_lists(workspace: Workspace) -> None:
    """Drafts, scheduled and expiring stories with their times, and what was changed; each where it belongs."""
    story(workspace, "draft", "draft: true\npublished: 2026-06-30 09:00")
    story(workspace, "idea", "tags: [harbor]")
    story(workspace, "later", "published: 2026-06-18 09:00")
    story(workspace, "sooner", "published: 2026-06-17 09:00")
    story(workspace, "offer", "published: 2026-06-01\nexpires: 2026-06-20")
    story(workspace, "gone", "published: 2026-06-01\nexpires: 2026-06-02")
    workspace.write("content/pages/about.md", "---\ntitle: About us\ndraft: true\n---\nText.\n")
    at = datetime.fromisoformat("2026-06-15T11:59:00+00:00")
    changed = [("content/gone.md", at), ("content/later.md", at), ("static/app.css", at)]
    editor = Editor("zed://file/{path}", Path("/site"))
    html = dashboard(edition_of(workspace.root), [], changed, NOON, editor)

    scheduled = section(html, "Scheduled")
    assert scheduled.index("The sooner") < scheduled.index("The later")
    assert f"The later {MARKUP} content/later.md 18 June 2026, 09:00 KST" in scheduled
    drafts = section(html, "Drafts")
    assert f"The draft {MARKUP} content/draft.md 30 June 2026, 09:00 KST" in drafts
    assert f"The idea {MARKUP} content/idea.md no time yet" in drafts
    assert "About us content/pages/about.md no time yet" in drafts
    assert f"The offer {MARKUP} content/offer.md 20 June 2026, 00:00 KST" in section(html, "Expiring")
    recent = section(html, "Recently changed")
    assert f"The gone {MARKUP} content/gone.md Expired 15 June 2026, 20:59 KST" in recent
    assert f"The later {MARKUP} content/later.md Scheduled" in recent
    assert "static/app.css 15 June 2026, 20:59 KST" in recent
    assert "Ferry returns" not in words(html)
    assert {
        "/2026/06/later/",
        "/2026/06/later/?now=2026-06-18T00%3A00%3A00Z",
        "/2026/06/offer/?now=2026-06-19T15%3A00%3A00Z",
        "zed://file/site/content/later.md",
        "zed://file/site/static/app.css",
        "/about/",
    } <= links(html)
    assert "/2026/06/gone/" not in links(html)


def test_the_lists_of_a_site_below_a_path(workspace: Workspace) -> None:
    """Its links are below the path."""
    workspace.write(
        "site.yaml", (workspace.root / "site.yaml").read_text(encoding="utf-8").replace("example", "example/news", 1)
    )
    story(workspace, "later", "published: 2026-06-18 09:00")
    found = links(dashboard(edition_of(workspace.root), [], [], NOON))
    assert {"/news/", "/news/2026/06/later/"} <= found
    assert all(link.startswith("/news/") for link in found)


def test_the_lists_of_a_broken_site(workspace: Workspace) -> None:
    """A story that cannot be read is in no list, and the others are; without a site.yaml there are the problems."""
    story(workspace, "later", "published: 2026-06-18 09:00")
    workspace.write("content/broken.md", "---\ntitle: [\n---\n")
    at = datetime.fromisoformat("2026-06-15T11:59:00+00:00")
    html = dashboard(
        edition_of(workspace.root), [described(PROBLEM, lambda _: None)], [("content/broken.md", at)], NOON
    )
    assert "The later" in section(html, "Scheduled")
    assert "content/broken.md" in section(html, "Recently changed")
    assert "content/a.md:3:5" in section(html, "Problems")
    workspace.write("site.yaml", "title: [")
    html = dashboard(edition_of(workspace.root), [described(PROBLEM, lambda _: None)], [], NOON)
    assert f"is {MARKUP}" in section(html, "Problems")


def test_a_problem_is_described() -> None:
    """With the lines around it, whatever ends them, and the editor."""
    source = b"\xef\xbb\xbfone\r\ntwo\nt\xffree\rfour\nfive\nsix\n"
    found = described(PROBLEM, {"content/a.md": source}.get, Editor("code://{path}:{line}:{column}", Path("/my site")))
    assert ((1, "one"), (2, "two"), (3, "t�ree"), (4, "four"), (5, "five")) == found.lines
    assert "code://my%20site/content/a.md:3:5" == found.editor
    assert ("content/a.md", 3, 5, "error", "content/a.md:3:5") == (
        *(found.path, found.line, found.column, found.severity),
        found.place,
    )


@pytest.mark.parametrize("line", [0, 8])
def test_a_problem_without_a_line(line: int) -> None:
    """There is nothing to show; the editor opens the file."""
    found = described(Problem(Location("a.md", line), "is wrong"), lambda _: b"one\n", Editor("zed://file/{path}"))
    assert ((), "zed://file/a.md") == (found.lines, found.editor)


def test_a_problem_of_no_file() -> None:
    """Neither lines nor editor: a layout of the theme, or nothing in particular."""
    editor = Editor("zed://file/{path}")
    assert Described(what="is wrong") == described(Problem(None, "is wrong"), lambda _: b"", editor)
    theirs = described(Problem(Location("theme/page.html", 1), "is wrong"), lambda _: None, editor)
    assert ((), "") == (theirs.lines, theirs.editor)


def test_long_lines_are_cut() -> None:
    """A paragraph is often one line; of the one that is wrong more is shown."""
    found = described(Problem(Location("a.md", 2), "is wrong"), lambda _: b"\n".join([b"x" * 9999] * 3))
    assert [161, 2001, 161] == [len(text) for _, text in found.lines]


def test_the_page_of_problems() -> None:
    """Every problem, errors first, with its source and mend; all of it escaped."""
    warning = Problem(Location("content/b.md"), "is odd", "look at it", "warning")
    source = f"one\ntwo\n{MARKUP}".encode()
    found = [described(problem, lambda _: source) for problem in (warning, PROBLEM)]
    html = problem_page(found, f"Not yet {MARKUP}")
    text = words(html)
    assert MARKUP.encode() not in html
    for expected in (f"Not yet {MARKUP}", f"is {MARKUP}", f"Mend: write <b> {MARKUP}", f"3 {MARKUP}", "content/b.md"):
        assert expected in text
    assert text.index("Error") < text.index("Warning")
    assert b'<html lang="en" data-sitegen="problems">' in html


@pytest.mark.parametrize(
    ("environ", "scheme"),
    [
        ({"EDITOR": "code --wait"}, "vscode"),
        ({"EDITOR": "vim", "VISUAL": "/opt/My\\ Apps/subl -n -w"}, "subl"),
        ({"EDITOR": "Cursor.exe"}, "cursor"),
        ({"EDITOR": "emacsclient -c"}, ""),
        ({"EDITOR": "'code"}, ""),
        ({"EDITOR": " "}, ""),
        ({}, ""),
    ],
)
def test_the_editor_of_the_environment(environ: dict[str, str], scheme: str) -> None:
    """By its command, whatever its folder and flags; one of the terminal has no address."""
    link = editor_of(environ, Path("/site")).link("content/a b.md", 3, 5)
    assert scheme == link.partition(":")[0]
    assert not link or "site/content/a%20b.md" in link


def test_an_editor_that_is_given() -> None:
    """It goes before the environment; what is no address of an editor is refused, and so is a script."""
    assert "emacs:///{path}" == editor_of({"EDITOR": "code"}, Path(), "emacs:///{path}").template
    assert all(editor_of({}, Path(), template).template == template for template in KNOWN.values())
    for wrong in ("emacs {path}", "emacs:///", "javascript:alert('{path}')", "emacs:///{file}{path}"):
        with pytest.raises(UsageError, match="is not an editor's address"):
            editor_of({}, Path(), wrong)


@pytest.mark.parametrize(
    ("start", "rest"),
    [
        (b"<!-- c -->\n" * 10_000, b"<p>No head.</p>"),
        (b"<!doctype html>" + b"<!-- c -->\n" * 10_000 + b"<html lang=en><!-- c --> <head>", b"<title>A</title>"),
        (b"<!-- never closed" * 10_000, b""),
        (b"<html " + b"a='1' " * 10_000, b"<p"),
    ],
)
def test_where_the_script_goes(start: bytes, rest: bytes) -> None:
    """It comes first in the head, if there is one, and takes no time, however many comments are before it."""
    page = Script().added(start + rest, "", "/", "0")
    before = start if b"<head>" in start else b""
    assert page.startswith(before + b"<script src=")
    assert page.endswith(b"</script>" + (start + rest).removeprefix(before))
