"""What the bar says of a page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from sitegen.serve.editors import Editor
from sitegen.serve.facts import Missing, facts, moment
from support.editions import edition_of
from support.newsroom import PICTURE

if TYPE_CHECKING:
    from support.workspace import Workspace

URL = "/2026/06/ferry/"
STORY = """\
---
title: Ferry returns
slug: ferry
published: 2026-06-10 08:00
authors: [Ana Ruiz]
summary: The boats are back.
tags: [harbor]
image: {src: pier.png, alt: The pier, credit: Ana Ruiz}
---
One two three.
"""


@pytest.fixture(autouse=True)
def _story(workspace: Workspace) -> None:
    workspace.write("content/ferry.md", STORY)
    (workspace.root / "content/pier.png").write_bytes(PICTURE)


def edit(workspace: Workspace, old: str, new: str) -> None:
    """Write *new* for *old* in the story."""
    text = (workspace.root / "content/ferry.md").read_text(encoding="utf-8")
    assert old in text
    workspace.write("content/ferry.md", text.replace(old, new))


def test_a_story(workspace: Workspace) -> None:
    """Its kind, title, source, times and length; nothing is missing."""
    edition = edition_of(workspace.root)
    found = facts(edition, edition.page_at(URL), Editor("zed://file/{path}:{line}", workspace.root))
    assert ("article", "Ferry returns", "content/ferry.md") == (found.kind, found.title, found.path)
    assert f"zed://file{workspace.root}/content/ferry.md:1" == found.editor
    assert ("out", 3, 1, ()) == (found.state, found.words, found.minutes, found.missing)
    assert moment(datetime.fromisoformat("2026-06-10T08:00+09:00"), "Asia/Seoul") == found.published
    assert ("Asia/Seoul", None) == (found.zone, found.expires)


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("published: 2026-06-15 21:00", "out"),
        ("published: 2026-06-15 21:01", "scheduled"),
        ("published: 2026-06-10\nexpires: 2026-06-15 21:01", "expires"),
        ("published: 2026-06-16\nexpires: 2026-06-17", "scheduled"),
        ("published: 2026-06-10\ndraft: true", "draft"),
        ("front: lead", "draft"),
    ],
)
def test_states(workspace: Workspace, key: str, state: str) -> None:
    """At 21:00 in Seoul; a story without a time is a draft."""
    edit(workspace, "published: 2026-06-10 08:00", key)
    edition = edition_of(workspace.root)
    url = next(url for url in edition.plan() if url.endswith("/ferry/"))
    assert state == facts(edition, edition.page_at(url)).state


def test_a_moment() -> None:
    """In the site's zone for people, in UTC for machines."""
    found = moment(datetime.fromisoformat("2026-06-18T00:30+00:00"), "Asia/Seoul")
    assert ("2026-06-18T00:30:00Z", "18 June 2026, 09:30 KST") == (found.iso, found.text)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            ", alt: The pier",
            "",
            Missing("no alt text on 1 picture", "say in words what the picture shows", ("pier.png",)),
        ),
        (", credit: Ana Ruiz", "", Missing("no credit on the lead picture", "add `credit:` below `image:`")),
        ("authors: [Ana Ruiz]\n", "", Missing("no author", "add `authors:`")),
        ("tags: [harbor]\n", "", Missing("no tags", "add `tags:`")),
        ("published: 2026-06-10 08:00\n", "", Missing("no publication time", "add `published:`")),
        (
            "summary: The boats are back.\n",
            "",
            Missing("no summary", "add `summary:`; the first paragraph stands in for it"),
        ),
        (
            "One",
            "![](pier.png) ![The sea](pier.png) ![](a%20b.png) One",
            Missing("no alt text on 2 pictures", "say in words what the picture shows", ("pier.png", "a b.png")),
        ),
    ],
)
def test_what_is_missing(workspace: Workspace, old: str, new: str, expected: Missing) -> None:
    """Each bit by itself, with the names of the pictures."""
    (workspace.root / "content/a b.png").write_bytes(PICTURE)
    edit(workspace, old, new)
    edition = edition_of(workspace.root)
    url = next(url for url in edition.plan() if url.endswith("/ferry/"))
    assert (expected,) == facts(edition, edition.page_at(url)).missing


def test_a_section_is_missed_where_there_are_some(workspace: Workspace) -> None:
    """Only where site.yaml has sections."""
    workspace.write("site.yaml", (workspace.root / "site.yaml").read_text(encoding="utf-8") + "sections: [news]\n")
    edition = edition_of(workspace.root)
    assert (Missing("no section", "add `section:`"),) == facts(edition, edition.page_at(URL)).missing


def test_a_standing_page_and_a_list(workspace: Workspace) -> None:
    """A page has no byline to miss; a list has neither text nor source."""
    workspace.write("content/pages/about.md", "---\ntitle: About\ndraft: true\n---\nOne two.\n")
    edition = edition_of(workspace.root)
    page = facts(edition, edition.page_at("/about/"))
    assert ("page", "draft", 2, ()) == (page.kind, page.state, page.words, page.missing)
    home = facts(edition, edition.page_at("/"))
    assert ("home", "", 0, "out", ()) == (home.kind, home.path, home.words, home.state, home.missing)


@pytest.mark.parametrize("url", ["/", "/authors/ana-ruiz/", "/tags/harbor/", "/news/", "/archive/2026/06/"])
def test_a_list_tells_what_is_not_out(workspace: Workspace, url: str) -> None:
    """The scheduled and draft stories on it, in its order, with their times; not those that are out."""
    edit(workspace, "tags: [harbor]", "tags: [harbor]\nsection: news")
    text = (workspace.root / "content/ferry.md").read_text(encoding="utf-8")
    later = text.replace("06-10 08:00", "06-20 09:00").replace("slug: ferry", "slug: later\nfront: lead")
    workspace.write("content/later.md", later)
    workspace.write(
        "content/sooner.md", later.replace("06-20", "06-19").replace("slug: later", "slug: sooner\ndraft: true")
    )
    edition = edition_of(workspace.root)
    held = facts(edition, edition.page_at(url)).held
    assert {("/2026/06/later/", "scheduled"), ("/2026/06/sooner/", "draft")} == {
        (each.url, each.state) for each in held
    }
    assert {"20 June 2026, 09:00 KST", "19 June 2026, 09:00 KST"} == {
        each.published.text for each in held if each.published
    }
    assert 2 == len(held)


def test_a_source_that_broke(workspace: Workspace) -> None:
    """The bar still says which file it is."""
    page = edition_of(workspace.root).page_at(URL)
    edit(workspace, "title: Ferry returns", "title: [")
    found = facts(edition_of(workspace.root), page)
    assert ("content/ferry.md", 0, ()) == (found.path, found.words, found.missing)
