"""Fingerprints: equal exactly when the answers are, on every machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from sitegen.incremental import fingerprint, toolchain
from sitegen.incremental.fingerprint import canonical

if TYPE_CHECKING:
    from pathlib import Path

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3)
    | st.sampled_from(["null", "true", "1", "[]", "\0", "é", "e\u0301"])
)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
)


class Point(Struct, frozen=True):
    """Somewhere."""

    x: int
    y: int = 0


def same(one: object, other: object) -> bool:
    """Whether two JSON-like values are the same, types and the sign of zero included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return repr(one) == repr(other)


@given(one=values, other=values)
def test_equal_exactly_when_the_answers_are(one: object, other: object) -> None:
    """Two values have one fingerprint if and only if they are the same."""
    assert same(one, other) == (fingerprint(one) == fingerprint(other))
    assert fingerprint(one) == fingerprint(one)
    assert 16 == len(fingerprint(one))


@given(one=st.binary(max_size=6) | st.none(), other=st.binary(max_size=6) | st.none())
def test_bytes_and_none(one: bytes | None, other: bytes | None) -> None:
    """A file's bytes and no file are told apart, whatever the bytes are."""
    assert (one == other) == (canonical(one) == canonical(other))


def test_bytes_that_spell_none() -> None:
    """A file that holds ``null`` is not a missing file."""
    assert fingerprint(b"null") != fingerprint(None)


def test_order_of_making_does_not_matter() -> None:
    """Sets and mappings are equal however they came about."""
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint(frozenset("abcdefgh")) == fingerprint(frozenset("hgfedcba"))
    assert fingerprint(("b", "a")) != fingerprint(("a", "b"))


def test_offset_of_a_time_matters() -> None:
    """One moment told in two zones is two answers, as a layout can show the zone."""
    noon = datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert noon == noon.astimezone(UTC)
    assert fingerprint(noon) != fingerprint(noon.astimezone(UTC))
    assert fingerprint(noon) == fingerprint(datetime.fromisoformat("2026-06-01T12:00:00+02:00"))
    assert fingerprint(noon) != fingerprint(noon + timedelta(microseconds=1))
    assert fingerprint(noon) != fingerprint(noon.replace(tzinfo=None))


def test_every_field_matters() -> None:
    """A struct is its fields, those with their usual value included."""
    assert fingerprint(Point(1)) == fingerprint(Point(1, 0))
    assert 3 == len({fingerprint(point) for point in (Point(1), Point(0, 1), Point(1, 1))})


def package(folder: Path) -> Path:
    """A small package in *folder*."""
    for name, text in {"__init__.py": "", "theme/base.html": "<p>", "b.py": "2"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_tools_are_contents_not_times(tmp_path: Path) -> None:
    """The same package elsewhere, with what Python compiled of it, is the same tools."""
    one, other = package(tmp_path / "one"), package(tmp_path / "other" / "two")
    (other / "__pycache__").mkdir()
    (other / "__pycache__/b.cpython-311.pyc").write_bytes(b"compiled")
    assert toolchain(one, ["msgspec"]) == toolchain(other, ["msgspec"])


def test_tools_change_with_any_file(tmp_path: Path) -> None:
    """Code, layouts, names of files, dependencies: whatever changes, it is other tools."""
    folder = package(tmp_path / "package")
    prints = {toolchain(folder, []), toolchain(folder, ["msgspec"]), toolchain(folder, ["msgspec", "pytest"])}
    (folder / "theme/base.html").write_text("<b>")
    prints.add(toolchain(folder, []))
    (folder / "b.py").rename(folder / "c.py")
    prints.add(toolchain(folder, []))
    (folder / "empty.py").touch()
    prints.add(toolchain(folder, []))
    (folder / "empty.py").unlink()
    (folder / "c.py").unlink()
    prints.add(toolchain(folder, []))
    assert 7 == len(prints)


def test_order_of_dependencies_does_not_matter(tmp_path: Path) -> None:
    """Dependencies are a set."""
    assert toolchain(tmp_path, ["pytest", "msgspec"]) == toolchain(tmp_path, ["msgspec", "pytest"])
