"""Files as answers: signatures, and the racily clean rule."""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING

import pytest

from sitegen.errors import ImpureError
from sitegen.incremental import FileDatabase, Snapshot, query, refresh
from support.sheet import stored

if TYPE_CHECKING:
    from pathlib import Path

    from sitegen.incremental import Key, Trace

LONG_AFTER_NS = 60_000_000_000


class Lines(FileDatabase):
    """Counts lines of files."""

    @query
    def lines(self, path: str) -> int:
        """How many lines the file has."""
        return (self.source(path) or b"").count(b"\n")


def built(root: Path, key: Key, old: Trace | None = None, *, settled: bool = False) -> Lines:
    """A database of the files below *root* with *key* proved; *settled*: as if all stamps were of long ago."""
    snapshot = Snapshot(root)
    if settled:
        snapshot._began += LONG_AFTER_NS
    database = Lines(snapshot, old)
    refresh(database)
    database.root(key)
    return database


def log(database: Lines) -> list[str]:
    """The names of the queries executed, in order."""
    return [str(key[0]) for key in database.executed]


def edit(path: Path, data: bytes) -> None:
    """Write *data* into the file at *path* and give it back its stamp, as a coarse clock would."""
    before = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


LINES: Key = ("lines", "a.md")


def test_settled_file_is_not_read_again(tmp_path: Path) -> None:
    """Where the signature is the same, nothing is worked out."""
    (tmp_path / "a.md").write_bytes(b"1\n")
    old = built(tmp_path, LINES, settled=True)
    new = built(tmp_path, LINES, stored(old), settled=True)
    assert ["signature", "source", "lines"] == log(old)
    assert [] == log(new)
    assert not new.changed


def test_fresh_file_is_read_again_until_it_settles(tmp_path: Path) -> None:
    """A file that could have changed under the same stamp is read in the next build, and once more when settled."""
    (tmp_path / "a.md").write_bytes(b"1\n")
    first = built(tmp_path, LINES)
    second = built(tmp_path, LINES, stored(first))
    third = built(tmp_path, LINES, stored(second), settled=True)
    fourth = built(tmp_path, LINES, stored(third), settled=True)
    assert ["signature", "source"] == log(second) == log(third)
    assert [] == log(fourth)


def test_same_size_edit_within_the_stamp_is_seen(tmp_path: Path) -> None:
    """An edit that leaves size and time stamp as they were is seen in the next build."""
    path = tmp_path / "a.md"
    path.write_bytes(b"1\n")
    old = built(tmp_path, LINES)
    edit(path, b"\n\n")
    new = built(tmp_path, LINES, stored(old))
    assert 2 == new.lines("a.md")


def test_fresh_signature_is_never_given_twice(tmp_path: Path) -> None:
    """Two snapshots agree about a settled file; a fresh one has a signature that no other snapshot gives."""
    (tmp_path / "a.md").write_bytes(b"1\n")
    fresh = {Snapshot(tmp_path).signature("a.md") for _ in range(3)}
    settled = set()
    for _ in range(3):
        snapshot = Snapshot(tmp_path)
        snapshot._began += LONG_AFTER_NS
        settled.add(snapshot.signature("a.md"))
    assert (3, 1) == (len(fresh), len(settled))


def test_stamp_of_the_future_is_fresh(tmp_path: Path) -> None:
    """A file stamped later than now never settles."""
    path = tmp_path / "a.md"
    path.write_bytes(b"1\n")
    later = path.stat().st_mtime_ns + 2 * LONG_AFTER_NS
    os.utime(path, ns=(later, later))
    old = built(tmp_path, LINES, settled=True)
    assert ["signature", "source"] == log(built(tmp_path, LINES, stored(old), settled=True))


def test_old_stamp_on_a_new_file_is_fresh(tmp_path: Path) -> None:
    """A file copied in with its old stamp, as `cp -p` does, is fresh by the time its inode changed."""
    path = tmp_path / "a.md"
    path.write_bytes(b"1\n")
    os.utime(path, ns=(0, 0))
    assert Snapshot(tmp_path).signature("a.md") != Snapshot(tmp_path).signature("a.md")


def test_touch_reads_the_file_and_no_more(tmp_path: Path) -> None:
    """A new stamp on the same bytes: the file is read, and there it ends."""
    path = tmp_path / "a.md"
    path.write_bytes(b"1\n")
    old = built(tmp_path, LINES, settled=True)
    os.utime(path, ns=(1, 1))
    assert ["signature", "source"] == log(built(tmp_path, LINES, stored(old), settled=True))


def test_file_replaced_by_one_of_the_same_size_and_stamp(tmp_path: Path) -> None:
    """Another file moved into the place of one is seen, whatever its stamp."""
    path, other = tmp_path / "a.md", tmp_path / "b.md"
    path.write_bytes(b"1\n")
    other.write_bytes(b"\n\n")
    os.utime(path, ns=(1, 1))
    os.utime(other, ns=(1, 1))
    old = built(tmp_path, LINES, settled=True)
    other.replace(path)
    assert 2 == built(tmp_path, LINES, stored(old), settled=True).lines("a.md")


def test_stamp_set_back_after_an_edit(tmp_path: Path) -> None:
    """A settled file that is edited and given its old stamp is seen by the time its inode changed."""
    path = tmp_path / "a.md"
    path.write_bytes(b"1\n")
    old = built(tmp_path, LINES, settled=True)
    time.sleep(0.03)  # more than a tick of the kernel's clock
    edit(path, b"\n\n")
    assert 2 == built(tmp_path, LINES, stored(old), settled=True).lines("a.md")


def test_file_vanishes_and_comes_back(tmp_path: Path) -> None:
    """A file that is gone is None, which is an answer; when it is back, it is read."""
    path = tmp_path / "a.md"
    path.write_bytes(b"1\n")
    there = built(tmp_path, LINES)
    path.unlink()
    gone = built(tmp_path, LINES, stored(there))
    assert (None, "", "") == (gone.source("a.md"), gone.signature("a.md"), gone.digest("a.md"))
    assert ["signature", "source", "lines"] == log(gone)[:3]
    path.write_bytes(b"1\n")
    back = built(tmp_path, LINES, stored(gone))
    assert 1 == back.lines("a.md")


def test_file_that_says_null_is_not_a_missing_file(tmp_path: Path) -> None:
    """A file with the bytes ``null`` is deleted: its readers are asked again."""
    path = tmp_path / "a.json"
    path.write_bytes(b"null")
    key: Key = ("lines", "a.json")
    old = built(tmp_path, key)
    path.unlink()
    assert ["signature", "source", "lines"] == log(built(tmp_path, key, stored(old)))


def test_digest_reads_in_pieces(tmp_path: Path) -> None:
    """The digest of a file bigger than one piece is that of its bytes."""
    data = bytes(range(256)) * 8192
    (tmp_path / "film.mp4").write_bytes(data)
    database = FileDatabase(Snapshot(tmp_path))
    assert hashlib.blake2b(data, digest_size=16).hexdigest() == database.digest("film.mp4")
    assert hashlib.blake2b(digest_size=16).hexdigest() != database.digest("film.mp4")
    assert "" == database.snapshot.digest("none.mp4")
    assert database.snapshot.read("none.mp4") is None


def test_size_is_told_without_reading(tmp_path: Path) -> None:
    """The size of a file, 0 if it is empty or there is none."""
    (tmp_path / "a.md").write_bytes(b"1\n" * 50)
    (tmp_path / "empty.md").touch()
    database = FileDatabase(Snapshot(tmp_path))
    assert [100, 0, 0] == [database.size(path) for path in ("a.md", "empty.md", "none.md")]
    assert ("source", "a.md") not in database.memos


def test_file_that_changes_during_the_build_is_found(tmp_path: Path) -> None:
    """A file proved by its signature and then read with other bytes is not used."""
    path = tmp_path / "a.md"
    path.write_bytes(b"1\n")
    old = built(tmp_path, LINES, settled=True)
    new = built(tmp_path, LINES, stored(old), settled=True)
    edit(path, b"\n\n")
    with pytest.raises(ImpureError, match=r"source\('a\.md'\) gave two different answers in one build"):
        new.lines("a.md")
