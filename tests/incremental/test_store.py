"""The store: what was saved comes back, and what is damaged, foreign or half written is as if there were none.

What is stored is a sheet after an edit, so that the trace has all that a trace can have: readers that came later, kept
answers, notes, weak memos and numbers without a memo.
"""

from __future__ import annotations

import os
import resource
from array import array
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sitegen.errors import ImpureError
from sitegen.incremental import DamagedError, Store, Trace, alive, everything, refresh
from sitegen.incremental.columns import columns
from sitegen.incremental.fingerprint import digest
from support.sheet import Sheet, built, shown, stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sitegen.incremental import Key

TOOLS = digest(b"these tools")
CELLS = {"a": "b+c", "b": "1", "c": "-2", "d": "", "e": "a+b"}
NOW = CELLS | {"b": "3"}
KEYS: list[Key] = [("words", "a"), ("square", "b"), ("at_least_nothing", "d"), ("value", "e"), ("letters", "c")]

NONSENSE = (DamagedError, ImpureError, ArithmeticError, LookupError, TypeError, ValueError, msgspec.MsgspecError)
"""What using a file can bring that was sealed well, and not by us; whoever uses it starts from nothing then."""


def sections() -> dict[str, bytes]:
    """What is stored of a sheet after an edit."""
    first = built(CELLS | {"e": "b", "x": "1"}, [*KEYS, ("value", "x")])
    second = built(CELLS, KEYS, stored(first))
    return {name: bytes(memoryview(data).cast("B")) for name, data in columns(second, alive(second)).items()}


SOME = sections()


def used(trace: Trace) -> dict[Key, tuple[object, ...]]:
    """The memos of a build from *trace* that looks at everything and works out nearly everything."""
    sheet = Sheet(NOW, trace)
    refresh(sheet)
    for key in KEYS:
        sheet.root(key)
        sheet.ask(key)
    flags = alive(sheet)
    sheet.notes(flags)
    assert sheet.changed
    columns(sheet, flags)
    columns(sheet, everything(sheet), partial=True)
    return shown(sheet, flags)


CLEAN = used(Trace())


def loaded(trace: Trace) -> dict[str, bytes]:
    """The sections of *trace* that are in `SOME`."""
    return {name: bytes(trace.section(name)) for name in SOME}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with something in it."""
    store = Store(tmp_path / ".sitegen" / "build", TOOLS)
    store.save(SOME)
    return store


@settings(deadline=None)
@given(found=st.dictionaries(st.text(max_size=9), st.binary(max_size=20), max_size=9))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, found: dict[str, bytes]) -> None:
    """What is saved is loaded; a section that was not saved is empty."""
    store = Store(tmp_path_factory.getbasetemp() / "round-trip", TOOLS)
    store.save(found)
    trace, why = store.load()
    assert (found, "") == ({name: bytes(trace.section(name)) for name in found}, why)
    assert not trace.section("no name is that long")


@settings(deadline=None)
@given(numbers=st.lists(st.integers(0, 2**32 - 1), max_size=9), before=st.binary(max_size=9))
def test_whole_numbers_come_back(tmp_path_factory: pytest.TempPathFactory, numbers: list[int], before: bytes) -> None:
    """Whole numbers are read where they lie, whatever lies before them."""
    store = Store(tmp_path_factory.getbasetemp() / "numbers", TOOLS)
    store.save({"before": before, "numbers": array("I", numbers)})
    assert numbers == list(store.load()[0].ints("numbers"))


def test_build_from_the_store(store: Store) -> None:
    """A build from what is stored is the build from nothing, in less."""
    trace, why = store.load()
    assert ("", CLEAN) == (why, used(trace))
    sheet = built(CELLS, KEYS, store.load()[0])
    assert not sheet.changed


def test_same_sections_same_bytes(store: Store) -> None:
    """The file holds the sections and nothing of the moment."""
    before = store.path.read_bytes()
    store.save(SOME)
    assert before == store.path.read_bytes()


def test_no_store_is_no_news(tmp_path: Path) -> None:
    """The first build finds nothing, which needs no explanation."""
    for path in (tmp_path / "none", tmp_path):
        trace, why = Store(path, TOOLS).load()
        assert (0, "") == (len(trace), why)


def test_truncated_at_every_byte(store: Store) -> None:
    """A file that ends too early, wherever, is ignored, but for the bytes that only fill up its last section."""
    whole = store.path.read_bytes()
    for length in range(len(whole) - 3):
        store.path.write_bytes(whole[:length])
        trace, why = store.load()
        assert (0, "damaged") == (len(trace), why), length
    for length in range(len(whole) - 3, len(whole)):
        store.path.write_bytes(whole[:length])
        trace, why = store.load()
        assert why == "damaged" or loaded(trace) == SOME


def test_every_byte_flipped(store: Store) -> None:
    """One wrong bit anywhere is found when the file is loaded or where it is used, or it is in what nobody reads."""
    whole = store.path.read_bytes()
    kinds = {"found", "used", "between sections"}
    seen = set()
    for place in range(len(whole)):
        store.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        trace, why = store.load()
        if why:
            assert not len(trace)
            assert why in {"damaged", "made by another version"}
            seen.add("found")
            continue
        try:
            assert loaded(trace) == SOME
            seen.add("between sections")
        except DamagedError:
            seen.add("used")
            with suppress(DamagedError):
                assert used(store.load()[0]) == CLEAN
    assert kinds == seen


def test_damage_is_told_by_whoever_looks(store: Store) -> None:
    """A section that is not as it was written raises DamagedError, again and again; the others are as they were."""
    data = bytearray(store.path.read_bytes())
    data[-1 - data[::-1].index(SOME["roots"][::-1])] ^= 1
    store.path.write_bytes(data)
    trace, why = store.load()
    assert "" == why
    for _ in range(2):
        with pytest.raises(DamagedError, match="roots"):
            trace.section("roots")
    assert SOME["prints"] == trace.section("prints")


def test_more_bytes_than_were_written(store: Store) -> None:
    """A tail is not looked at."""
    store.path.write_bytes(store.path.read_bytes() + b"\0")
    assert loaded(store.load()[0]) == SOME


def test_other_tools(store: Store) -> None:
    """What another version worked out is not believed."""
    trace, why = Store(store.path, digest(b"other tools")).load()
    assert (0, "made by another version") == (len(trace), why)


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b"SQLite format 3\0" * 9, b"sitegen memos 1\n" + bytes(99)])
def test_foreign_file(store: Store, data: bytes) -> None:
    """A file of another program, or of another format of ours, is ignored."""
    store.path.write_bytes(data)
    trace, why = store.load()
    assert (0, "damaged") == (len(trace), why)


def seal(store: Store, table: bytes, body: bytes = b"") -> None:
    """Write *table* and *body* as if the store had: with the right head."""
    length = len(table).to_bytes(4, "little")
    store.path.write_bytes(b"sitegen trace 2\n" + store.tools + digest(table) + length + table + body)


@pytest.mark.parametrize(
    "table",
    [
        None,
        7,
        [],
        {"levels": 1},
        {"levels": [0, 4]},
        {"levels": ["0", 4, 0]},
        {7: [0, 4, 0]},
        {"levels": [0, 2**63, 0]},  # longer than the file
        {"levels": [2**63, 4, 0]},  # after its end
        {"levels": [-4, 4, 0]},
        {"levels": [0, -4, 0]},
    ],
)
def test_well_sealed_nonsense(store: Store, table: object) -> None:
    """A file with a right head and a senseless table is ignored."""
    seal(store, msgspec.msgpack.encode(table), bytes(8))
    trace, why = store.load()
    assert (0, "damaged") == (len(trace), why)


@settings(deadline=None)
@given(table=st.binary(max_size=60))
@example(table=b"\x81\xa1\xff\x93\0\0\0")  # a name that is not UTF-8
def test_well_sealed_noise(tmp_path_factory: pytest.TempPathFactory, table: bytes) -> None:
    """Whatever the table is, loading does not fail."""
    store = Store(tmp_path_factory.getbasetemp() / "noise", TOOLS)
    seal(store, table)
    trace, _ = store.load()
    assert not len(trace)


FAR = array("I", [2**32 - 1] * 40).tobytes()


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": b""},
        {"names": b"\xdd\xff\xff\xff\xff"},  # a list of four thousand million names
        {"names": msgspec.msgpack.encode([7])},
        {"names": b"\xa1\xff"},
        {"name of": FAR},
        {"place of": FAR},
        {"numbers value": b""},
        {"numbers value": SOME["numbers value"][:-1]},  # half a number
        {"numbers value": FAR[: len(SOME["numbers value"])]},
        {"arguments value": b""},
        {"arguments value": b"\xdd\xff\xff\xff\xff"},
        {"arguments value": b"\x91\xc0" * (len(SOME["numbers value"]) // 4)},  # nothing for arguments
        {"reads": FAR},
        {"reads start": b""},
        {"reads count": SOME["reads count"][:-4]},
        {"kept length": b""},
        {"prints": b""},
        {"levels": SOME["levels"][:-3]},
        {"levels": SOME["levels"][:-4]},
        {"levels": FAR[: len(SOME["levels"])]},
        {"alive": SOME["alive"] + b"\1"},
        {"alive": b""},
        {"notes": msgspec.msgpack.encode({0: ["note"]})},
        {"notes": msgspec.msgpack.encode({999: []})},
        {"weak": FAR},
        {"weak": b"\0"},
        {"readers": FAR[: len(SOME["readers"])]},
        {"readers later": b"\0\0\0\0" * 3},
    ],
    ids="-".join,
)
def test_well_sealed_columns_of_nonsense(store: Store, wrong: dict[str, bytes]) -> None:
    """Columns that were never written by us bring an error or nothing at all."""
    store.save(SOME | wrong)
    trace, why = store.load()
    assert "" == why
    with suppress(*NONSENSE):
        assert CLEAN == used(trace)


@settings(deadline=None)
@given(name=st.sampled_from(sorted(SOME)), data=st.data())
def test_random_columns_are_only_data(tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject) -> None:
    """Whatever a column holds, using it ends, and brings answers or an error of the kinds that are expected."""
    place = data.draw(st.integers(0, len(SOME[name])))
    numbers = st.lists(st.sampled_from([0, 1, 5, 100, 2**31, 2**32 - 1]), max_size=20)
    other = data.draw(st.binary(max_size=20) | numbers.map(lambda found: array("I", found).tobytes()))
    store = Store(tmp_path_factory.getbasetemp() / "random-columns", TOOLS)
    store.save(SOME | {name: SOME[name][:place] + other + SOME[name][place + len(other) :]})
    with suppress(*NONSENSE):
        used(store.load()[0])


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow beyond 200 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("full_disk")
def test_full_disk_leaves_the_old_store(tmp_path: Path) -> None:
    """When the disk is full, saving fails, what was stored stays, and nothing half written is left."""
    store = Store(tmp_path / "build", TOOLS)
    store.save({"names": b"\x90"})
    before = store.path.read_bytes()
    with pytest.raises(OSError, match="File too large"):
        store.save(SOME)
    assert before == store.path.read_bytes()
    assert [store.path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [150, 1000, 1600])
def test_disk_that_fills_up_on_the_way(store: Store, size: int) -> None:
    """Wherever the disk is full, what was stored stays."""
    before = store.path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            store.save(SOME | {"kept": bytes(2000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (before, [store.path]) == (store.path.read_bytes(), list(store.path.parent.iterdir()))


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
    """Where nothing may be written what was stored stays."""
    store.path.parent.chmod(0o555)
    with pytest.raises(PermissionError):
        store.save({})
    store.path.parent.chmod(0o755)
    assert SOME == loaded(store.load()[0])


def test_what_a_killed_build_left_is_no_obstacle(store: Store) -> None:
    """A half written file beside the store is neither read nor kept."""
    store.path.with_name("build.new").write_bytes(b"half")
    assert SOME == loaded(store.load()[0])
    store.save({})
    trace, why = store.load()
    assert (0, "") == (len(trace), why)
    assert [store.path] == list(store.path.parent.iterdir())


def test_saving_over_what_is_in_use(store: Store) -> None:
    """A trace that is in use stays what it was, though another is stored in its place: it is copied from it."""
    trace, _ = store.load()
    store.save({})
    assert SOME == loaded(trace)
