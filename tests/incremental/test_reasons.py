"""Edits and the sentences that tell what they caused."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from sitegen.errors import ContentError, CycleError, Location
from sitegen.incremental import FileDatabase, Snapshot, everything, query, refresh, settle
from sitegen.incremental.reasons import chain, reason
from support.sheet import Sheet, stored

if TYPE_CHECKING:
    from pathlib import Path

    from sitegen.incremental import Key

SETTLED_NS = 60_000_000_000


class Notebook(FileDatabase):
    """Notes with a title line; a list of the titles."""

    @query
    def title(self, path: str) -> str:
        """The first line; a title with a colon is the title of the note named after it."""
        text = self.source(path)
        if not text:
            raise ContentError.at(Location(path), "has no title")
        first = text.decode().splitlines()[0]
        return self.title(first.removeprefix("see: ")) if first.startswith("see: ") else first

    @query
    def contents(self) -> str:
        """The titles of all notes that have one."""
        return ", ".join(filter(None, map(self.entry, self.paths("notes"))))

    @query
    def entry(self, path: str) -> str:
        """The title, or nothing."""
        try:
            return self.title(path)
        except ContentError:
            return ""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A notebook with two notes."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/a.md").write_text("Apples\n1\n")
    (tmp_path / "notes/b.md").write_text("Bread\n1\n")
    return tmp_path


def built(root: Path, old: Notebook | None = None, *also: Key) -> Notebook:
    """The notebook below *root* with its contents proved, from what *old* knows."""
    snapshot = Snapshot(root)
    snapshot._began += SETTLED_NS
    notebook = Notebook(snapshot, stored(old) if old else None)
    refresh(notebook)
    for key in [CONTENTS, *also]:
        with suppress(ContentError):
            notebook.root(key)
    return notebook


CONTENTS: Key = ("contents",)
TITLE: Key = ("title", "notes/a.md")


def test_first_build_is_new(root: Path) -> None:
    """Without memos everything is new, but what is asked in every build anyway."""
    notebook = built(root)
    assert "new" == reason(notebook, CONTENTS) == reason(notebook, TITLE)
    assert "asked in every build" == reason(notebook, ("signature", "notes/a.md"))
    assert (CONTENTS,) == chain(notebook, CONTENTS)


def test_nothing_edited(root: Path) -> None:
    """Where nothing ran there is no reason, even if a value is worked out again for somebody."""
    notebook = built(root, built(root))
    assert "Apples, Bread" == notebook.contents()
    assert ["unchanged"] * 2 == [reason(notebook, CONTENTS), reason(notebook, TITLE)]


def test_edit(root: Path) -> None:
    """An edited title: the file that was edited, and the way from it to the contents."""
    old = built(root)
    (root / "notes/a.md").write_text("Avocados\n")
    notebook = built(root, old)
    assert (
        "signature('notes/a.md') changed: contents() ← entry('notes/a.md') ← title('notes/a.md') ← "
        "source('notes/a.md') ← signature('notes/a.md')"
    ) == reason(notebook, CONTENTS)
    assert "unchanged" == reason(notebook, ("title", "notes/b.md"))


def test_edit_that_shows_nowhere(root: Path) -> None:
    """An edit below the title line: the title was looked at again, and the contents have no reason."""
    old = built(root)
    (root / "notes/a.md").write_text("Apples\nmore\n")
    notebook = built(root, old)
    assert "unchanged" == reason(notebook, CONTENTS)
    assert (
        "signature('notes/a.md') changed: title('notes/a.md') ← source('notes/a.md') ← signature('notes/a.md')"
    ) == reason(notebook, TITLE)


def test_new_file(root: Path) -> None:
    """A new note: the contents changed with the list of files, its title is new."""
    old = built(root)
    (root / "notes/c.md").write_text("Corn\n")
    notebook = built(root, old)
    assert "paths('notes') changed: contents() ← paths('notes')" == reason(notebook, CONTENTS)
    assert "new" == reason(notebook, ("title", "notes/c.md"))


def test_break_and_mend(root: Path) -> None:
    """A broken note and the same note mended are told from what they broke and mended."""
    first = built(root)
    (root / "notes/a.md").write_text("")
    broken = built(root, first)
    end = "title('notes/a.md') ← source('notes/a.md') ← signature('notes/a.md')"
    assert f"signature('notes/a.md') changed: contents() ← entry('notes/a.md') ← {end}" == reason(broken, CONTENTS)
    (root / "notes/a.md").write_text("Apples\n")
    mended = built(root, broken)
    assert (
        "title('notes/a.md') has an answer again: contents() ← entry('notes/a.md') ← title('notes/a.md')"
    ) == reason(mended, CONTENTS)


def test_failure(root: Path) -> None:
    """What failed without having had an answer says that, and so does the end of a chain."""
    (root / "notes/a.md").write_text("")
    assert "failed" == reason(built(root), TITLE)
    old = built(root)
    (root / "notes/c.md").symlink_to("nothing")
    assert "paths('notes') failed: contents() ← paths('notes')" == reason(built(root, old), CONTENTS)


def test_chain_through_a_cycle_ends() -> None:
    """Two questions that each are why the other was asked anew do not make a chain without end."""
    old = Sheet({"a": "b", "b": "1"})
    old.value("a")
    now = Sheet({"a": "b", "b": "a"}, stored(old, everything(old)))
    refresh(now)
    assert [CycleError] == list(settle(now, [("value", "a")]).values())
    now.because["value", "b"] = ("value", "a")
    assert (("value", "a"), ("value", "b")) == chain(now, ("value", "a"))
    assert "value('b') failed: value('a') ← value('b')" == reason(now, ("value", "a"))
