"""The store: what was saved comes back, and what is damaged, foreign or half written is as if there were none."""

from __future__ import annotations

import os
import resource
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.errors import Location, Problem
from sitegen.incremental import Memo, Store
from sitegen.incremental.fingerprint import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sitegen.incremental import Key

TOOLS = digest(b"these tools")
Shown = dict["Key", tuple[bytes, tuple[tuple["Key", bytes], ...], bytes | None, tuple[Problem, ...]]]

keys = st.tuples(st.sampled_from(["article", "body", "page"]), st.text(max_size=3) | st.integers(-(2**63), 2**64 - 1))
prints = st.binary(min_size=16, max_size=16)
notes = st.builds(
    Problem,
    where=st.none() | st.builds(Location, st.text(max_size=3), st.integers(0, 9), st.integers(0, 9)),
    what=st.text(max_size=5),
    fix=st.text(max_size=5),
    severity=st.sampled_from(["error", "warning"]),
)
memos = st.builds(
    Memo,
    prints,
    st.lists(st.tuples(keys, prints), max_size=4).map(tuple),
    kept=st.none() | st.binary(max_size=20),
    notes=st.lists(notes, max_size=2).map(tuple),
)

SOME: dict[Key, Memo] = {
    ("plan",): Memo(digest(b"1"), ((("paths", "content"), digest(b"2")), (("failed", "a", 7), digest(b"3")))),
    ("paths", "content"): Memo(digest(b"2"), kept=b"[]"),
    ("title", "a.md"): Memo(digest(b"2"), notes=(Problem(Location("a.md", 3), "is long", "cut it", "warning"),)),
}


def shown(memos: Mapping[Key, Memo]) -> Shown:
    """What is in *memos*, comparable."""
    return {key: (memo.print, memo.reads, memo.kept, memo.notes) for key, memo in memos.items()}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with some memos in it."""
    store = Store(tmp_path / ".sitegen" / "build", TOOLS)
    store.save(SOME)
    return store


@given(found=st.dictionaries(keys, memos, max_size=5))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, found: dict[Key, Memo]) -> None:
    """What is saved is loaded, in its order, except values that are not kept."""
    store = Store(tmp_path_factory.getbasetemp() / "round-trip", TOOLS)
    store.save(found)
    loaded, why = store.load()
    assert (shown(found), list(found), "") == (shown(loaded), list(loaded), why)


def test_same_memos_same_bytes(store: Store) -> None:
    """The file holds the memos and nothing of the moment."""
    before = store.path.read_bytes()
    store.save(SOME)
    assert before == store.path.read_bytes()


def test_no_store_is_no_news(tmp_path: Path) -> None:
    """The first build finds nothing, which needs no explanation."""
    assert ({}, "") == Store(tmp_path / "none", TOOLS).load()
    assert ({}, "") == Store(tmp_path, TOOLS).load()


def test_truncated_at_every_byte(store: Store) -> None:
    """A file that ends too early, wherever, is ignored."""
    whole = store.path.read_bytes()
    for length in range(len(whole)):
        store.path.write_bytes(whole[:length])
        assert ({}, "damaged") == store.load(), length


def test_every_byte_flipped(store: Store) -> None:
    """A file with one wrong bit anywhere is ignored."""
    whole = store.path.read_bytes()
    for place in range(len(whole)):
        store.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        loaded, why = store.load()
        assert not loaded
        assert why in {"damaged", "made by another version"}


def test_more_bytes_than_were_written(store: Store) -> None:
    """A file with a tail is ignored."""
    store.path.write_bytes(store.path.read_bytes() + b"\0")
    assert ({}, "damaged") == store.load()


def test_other_tools(store: Store) -> None:
    """What another version worked out is not believed."""
    assert ({}, "made by another version") == Store(store.path, digest(b"other tools")).load()


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b"SQLite format 3\0" * 9, b"sitegen memos 0\n" + bytes(99)])
def test_foreign_file(store: Store, data: bytes) -> None:
    """A file of another program, or of another format of ours, is ignored."""
    store.path.write_bytes(data)
    assert ({}, "damaged") == store.load()


def seal(store: Store, body: bytes) -> None:
    """Write *body* as if the store had: with the right head."""
    store.path.write_bytes(b"sitegen memos 1\n" + store.tools + digest(body) + body)


@pytest.mark.parametrize(
    "columns",
    [
        None,
        7,
        [],
        {"keys": []},
        [[["a"]], [b"p"], [0], [[0]], {}, {}],  # half a read
        [[["a"]], [b"p"], [0], [[0, 7]], {}, {}],  # a read of no print
        [[["a"]], [b"p"], [0], [[7, 0]], {}, {}],  # a read of no key
        [[["a"]], [b"p"], [7], [[]], {}, {}],  # no such answer
        [[["a"]], [b"p"], [], [[]], {}, {}],  # no answer at all
        [[], [b"p"], [0], [[]], {}, {}],  # no key
        [[[]], [b"p"], [0], [[]], {}, {}],  # a key of no query
        [[[None]], [b"p"], [0], [[]], {}, {}],  # a key that is no key
        [[["a"]], [b"p"], [0], [[]], {}, {0: ["note"]}],  # a note that is none
        [[["a"]], [b"p"], [0], [["0"]], {}, {}],  # a number that is a word
    ],
)
def test_well_sealed_nonsense(store: Store, columns: object) -> None:
    """A file with a right head and a senseless body is ignored."""
    seal(store, msgspec.msgpack.encode(columns))
    assert ({}, "damaged") == store.load()


@given(body=st.binary(max_size=60))
def test_well_sealed_noise(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    """Whatever the body is, loading does not fail."""
    store = Store(tmp_path_factory.getbasetemp() / "noise", TOOLS)
    seal(store, body)
    assert {} == store.load()[0]


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow beyond 100 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("full_disk")
def test_full_disk_leaves_the_old_store(tmp_path: Path) -> None:
    """When the disk is full, saving fails, the old memos stay, and nothing half written is left."""
    store = Store(tmp_path / "build", TOOLS)
    store.save({})
    with pytest.raises(OSError, match="File too large"):
        store.save(SOME)
    assert ({}, "") == store.load()
    assert [store.path] == list(tmp_path.iterdir())


def test_place_that_cannot_be_written(tmp_path: Path) -> None:
    """A file where the folder should be, or a folder where the file should be, is an OSError and changes nothing."""
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(OSError, match="file"):
        Store(tmp_path / "file" / "build", TOOLS).save(SOME)
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        Store(tmp_path / "folder", TOOLS).save(SOME)
    assert {tmp_path / "file", tmp_path / "folder"} == set(tmp_path.iterdir())
    assert b"mine" == (tmp_path / "file").read_bytes()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_is_read_only(store: Store) -> None:
    """Where nothing may be written the old memos stay."""
    store.path.parent.chmod(0o555)
    with pytest.raises(PermissionError):
        store.save({})
    store.path.parent.chmod(0o755)
    assert shown(SOME) == shown(store.load()[0])


def test_what_a_killed_build_left_is_no_obstacle(store: Store) -> None:
    """A half written file beside the store is neither read nor kept."""
    store.path.with_name("build.new").write_bytes(b"half")
    assert shown(SOME) == shown(store.load()[0])
    store.save({})
    assert ({}, "") == store.load()
    assert [store.path] == list(store.path.parent.iterdir())
