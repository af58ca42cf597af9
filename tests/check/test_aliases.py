"""Former addresses: proposed, and written into front matter that stays as it is otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.check.aliases import amended
from sitegen.errors import ContentError
from support.building import NOON, built, quick_builds
from support.command import sitegen
from support.newsroom import Newsroom
from support.workspace import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEW = ("/2026/06/old/", "/2026/06/부두, alt/")


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with quick_builds():
        yield


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A site that was built."""
    room = Newsroom(tmp_path / "site")
    for name in "abcdef":
        room.change(name, summary="In short.")
    assert 0 == built(room.root).status
    return room


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: x\n", 'title: x\naliases: [/2026/06/old/, "/2026/06/부두, alt/"]\n'),
        (
            "title: x\ntags:\n  - a # why\n",
            'title: x\ntags:\n  - a # why\naliases: [/2026/06/old/, "/2026/06/부두, alt/"]\n',
        ),
        (
            "aliases: [/a/] # ours\ntitle: x\n",
            'aliases: [/a/, /2026/06/old/, "/2026/06/부두, alt/"] # ours\ntitle: x\n',
        ),
        ("aliases: [ /a/, ]\n", 'aliases: [ /a/, /2026/06/old/, "/2026/06/부두, alt/" ]\n'),
        ("aliases: []\ntitle: x\n", 'aliases: [/2026/06/old/, "/2026/06/부두, alt/"]\ntitle: x\n'),
        ("aliases:\ntitle: x\n", 'aliases: [/2026/06/old/, "/2026/06/부두, alt/"]\ntitle: x\n'),
        (
            "aliases:\n  - /a/ # one\n  - '/b/'  # two\ntitle: x\n",
            "aliases:\n  - /a/ # one\n  - '/b/'  # two\n  - /2026/06/old/\n  - \"/2026/06/부두, alt/\"\ntitle: x\n",
        ),
        ("aliases:\n- /a/\ntitle: x\n", 'aliases:\n- /a/\n- /2026/06/old/\n- "/2026/06/부두, alt/"\ntitle: x\n'),
        ("aliases: /a/\ntitle: x\n", 'aliases: [/a/, /2026/06/old/, "/2026/06/부두, alt/"]\ntitle: x\n'),
        ('aliases: "/a/" # x\n', 'aliases: ["/a/", /2026/06/old/, "/2026/06/부두, alt/"] # x\n'),
        (
            "aliases: [\n  /a/,\n  /b/\n]\n",
            'aliases: [\n  /a/,\n  /b/, /2026/06/old/, "/2026/06/부두, alt/"\n]\n',
        ),
        (
            "summary: >\n  Long.\n\n  aliases: no\n",
            'summary: >\n  Long.\n\n  aliases: no\naliases: [/2026/06/old/, "/2026/06/부두, alt/"]\n',
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_front_matter_with_aliases(before: str, after: str, end: str, mark: str) -> None:
    """They are put where they belong; comments, quotes, ends of lines, the text: all else stays, to the byte."""
    body = "\naliases: [/not/me/]\n---\n  trailing  \n\n"
    given_, wanted = (f"{mark}---\n{head}---\n{body}".replace("\n", end).encode() for head in (before, after))
    assert wanted == amended(given_, "content/a.md", NEW)


@pytest.mark.parametrize(
    "head", ["{title: x}\n", "aliases: [/a/ # a\n ]\n", "aliases: {a: b}\n", "aliases: |\n  /a/\n"]
)
def test_front_matter_that_is_left_alone(head: str) -> None:
    """Where nothing can be added safely nothing is, and that is told."""
    with pytest.raises(ContentError, match="write `aliases: \\[/old/\\]` yourself"):
        amended(f"---\n{head}---\ntext\n".encode(), "content/a.md", ("/old/",))


def test_front_matter_that_ends_otherwise() -> None:
    """YAML's other end of a document ends front matter as well."""
    made = amended(b"---\ntitle: x\n...\n---\ntext\n", "content/a.md", ("/old/",))
    assert b"---\ntitle: x\naliases: [/old/]\n...\n---\ntext\n" == made


@given(
    lines=st.lists(
        st.sampled_from(["# a comment", "", "title: x", "tags: [a, b]", "extra:", "  a: 1", "draft: false"])
    ),
    body=st.text(st.characters(exclude_categories=["Cs", "Cc"])),
)
def test_nothing_else_changes(lines: list[str], body: str) -> None:
    """What is amended is what was there with one line more, or is refused."""
    data = "\n".join(["---", *lines, "---", body]).encode()
    try:
        made = amended(data, "content/a.md", ("/old/",))
    except ContentError:
        return
    assert made.replace(b"aliases: [/old/]\n", b"", 1) == data


def check(room: Newsroom, *options: str) -> list[str]:
    """The lines of a check that tell of former addresses, ids and stories."""
    done = sitegen("check", "--site", str(room.root), "--now", NOW, *options)
    assert 0 == done.status, done.err
    return [line for line in done.err.splitlines() if "was public" in line or "was published" in line]


def test_an_address_that_changed(room: Newsroom) -> None:
    """It is proposed, written, answered by a redirect, and then no longer proposed."""
    assert [] == check(room)
    room.change("a", title="Another headline")
    (line,) = check(room)
    assert line.startswith("content/a.md: warning: was at /2026/06/story-a/ when it was published, and is at ")
    assert [] == check(room, "--fix")
    assert "\naliases: [/2026/06/story-a/]\n" in (room.root / "content/a.md").read_text()
    assert [] == check(room)
    assert 0 == built(room.root).status
    assert "/2026/06/another-headline/" in (room.root / "public/2026/06/story-a/index.html").read_text()


def test_a_build_does_not_forget(room: Newsroom) -> None:
    """It is proposed after further builds as well, and after other changes; also with the cache in another clone."""
    room.change("a", title="Another headline")
    assert 0 == built(room.root).status
    room.change("a", title="A third headline")
    assert 0 == built(room.root).status
    (line,) = check(room)
    assert "was at /2026/06/another-headline/ and /2026/06/story-a/ when" in line
    check(room, "--fix")
    assert [] == check(room)


@pytest.mark.parametrize("how", ["renamed with its id", "held meanwhile"])
def test_a_story_is_known(room: Newsroom, how: str) -> None:
    """By its id if its file was renamed, and by its file while it is held."""
    if how == "held meanwhile":
        room.change("a", draft=True, title="Another headline")
        assert 0 == built(room.root).status
        assert [] == check(room)
        room.change("a", draft=None)
    else:
        fields, body = room.stories["a"]
        room.drop("a")
        room.put("g", fields | {"id": "a", "title": "Another headline"}, body)
        room.write("content/pages/about.md", "---\ntitle: About\n---\n")
        room.put("f", room.stories["f"][0], "No link.")
    (line,) = check(room)
    assert "was at /2026/06/story-a/ when" in line


def test_what_is_not_proposed(room: Newsroom) -> None:
    """Nothing without a cache, nothing of a build with drafts, and no address that another story has now."""
    room.change("a", slug="story-new")
    room.put("g", room.stories["b"][0] | {"title": "Story a", "published": "2026-06-01T09:00:00+09:00"}, "New.")
    assert [] == check(room)
    room.put("h", {"title": "Draft", "published": "2026-06-01", "draft": True}, "Words.")
    assert 0 == built(room.root, drafts=True).status
    room.change("h", title="Other", draft=None)
    assert [] == check(room)
    for file in (room.root / ".sitegen").glob("addresses"):
        file.unlink()
    room.change("d", title="Another")
    assert [] == check(room)


def test_a_story_that_is_gone(room: Newsroom) -> None:
    """A live story whose file vanished is warned of, until the next build; one that was a draft is not."""
    room.put("h", {"title": "Draft", "published": "2026-06-01", "draft": True}, "Words.")
    assert 0 == built(room.root).status
    room.drop("h")
    room.drop("e")
    (line,) = check(room)
    assert line.startswith("content/e.md: warning: is gone, and was public at /2026/06/story-e/; retract it instead")
    assert 0 == built(room.root, NOON).status
    assert [] == check(room)


def test_an_id_that_changed(room: Newsroom) -> None:
    """A file renamed, or an id written, is a new story for feed readers, which is warned of with the id to write."""
    fields, body = room.stories["e"]
    room.drop("e")
    room.put("g", fields, body)
    (line,) = check(room)
    assert "if it is the same story, write `id: e` in content/g.md" in line
    room.change("g", id="e")
    assert [] == check(room)
    room.change("d", id="another")
    (line,) = check(room)
    assert line.startswith("content/d.md: warning: had the id d when it was published")
