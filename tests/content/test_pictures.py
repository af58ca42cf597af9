"""Pictures: their size as they are shown, whether they are whole, and what is taken out before they are published."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.content.pictures import Picture, look, stripped

FOLDER = Path(__file__).parent / "fixtures" / "pictures"
"""Real files of other programs: 24 by 16 pixels, or that turned.  Whatever has ``ZX`` in it is for no reader."""

SHOWN = {
    "clean.jpg": (24, 16),
    "clean.png": (24, 16),
    "drawing.svg": (48, 32),
    "edited.png": (16, 24),
    "lossless.webp": (24, 16),
    "lossy.webp": (24, 16),
    "phone.jpg": (16, 24),
    "plain.avif": (24, 16),
    "plain.gif": (24, 16),
    "plain.webp": (24, 16),
    "progressive.jpg": (24, 16),
    "turned.avif": (16, 24),
}
PRIVATE = ("edited.png", "lossy.webp", "phone.jpg")


def looked(data: bytes) -> Picture:
    """What is known of the picture *data*."""
    return look(lambda at, count: data[at : at + count], len(data))


def test_every_fixture_has_its_size() -> None:
    """Pixels are counted as the picture is shown, the right way up."""
    found = {path.name: looked(path.read_bytes()) for path in FOLDER.iterdir()}
    assert SHOWN == {name: (picture.width, picture.height) for name, picture in found.items()}
    assert set(PRIVATE) == {name for name, picture in found.items() if picture.private}
    assert {"turned.avif"} == {name for name, picture in found.items() if picture.fault or picture.doubt}


@pytest.mark.parametrize("name", PRIVATE)
def test_what_is_for_no_reader_is_taken_out(name: str) -> None:
    """Position, camera, captions of the desk, other pictures in the file go; whose the picture is stays."""
    data = (FOLDER / name).read_bytes()
    before = looked(data)
    after = stripped(data, before.kind)
    assert b"ZX" in data
    assert b"ZX" not in after
    assert b"Ana Ruiz" in after
    assert (before.width, before.height, False) == (looked(after).width, looked(after).height, looked(after).private)
    assert after == stripped(after, before.kind)


def test_a_photograph_keeps_its_credit_and_its_colors() -> None:
    """Credit and rights of Exif, IPTC and XMP, how it came about, and the color profile."""
    after = stripped((FOLDER / "phone.jpg").read_bytes(), "jpeg")
    for kept in ("ICC_PROFILE", "Harbour Wire &amp; Co", "© Ana Ruiz</rdf:li>", "digitalCapture", "Ana Ruiz 2026\0"):
        assert kept.encode() in after
    assert b"\x88\x25" not in after[:400]  # the tag of the directory with the position


def test_what_is_no_picture_is_told() -> None:
    """A file that is empty, is something else, or ends too early."""
    photo = (FOLDER / "phone.jpg").read_bytes()
    drawing = (FOLDER / "drawing.svg").read_bytes()
    assert "is empty" == looked(b"").fault
    assert "is no picture" == looked(b"<html><script>alert(1)</script>").fault
    assert looked(photo[:200]).fault.startswith("is cut short")
    assert looked((FOLDER / "clean.jpg").read_bytes()[:-40]).doubt.startswith("is cut short")
    assert looked((FOLDER / "clean.png").read_bytes()[:-40]).doubt.startswith("is cut short")
    assert looked((FOLDER / "plain.avif").read_bytes()[:-40]).doubt.startswith("is cut short")
    assert looked(drawing[:100]).fault.startswith("is cut short")


def test_sizes_of_drawings() -> None:
    """Pixels where the root has them, else those of its view; a length of another kind counts as none."""
    sizes = {
        '<svg width="10" height="20px">': (10, 20),
        "<svg width='100%' height='100%' viewBox='0 0 30 40'>": (30, 40),
        '<svg width="60" viewBox="0 0 30 40">': (60, 80),
        '<svg width="4cm" height="4cm">': (0, 0),
        "<svg>": (0, 0),
    }
    found = {root: looked(f"{root}</svg>".encode()) for root in sizes}
    assert sizes == {root: (picture.width, picture.height) for root, picture in found.items()}
    assert "script" in looked(b'<svg viewBox="0 0 1 1"><script>alert(1)</script></svg>').doubt
    assert "script" in looked(b'<svg viewBox="0 0 1 1" onload="alert(1)"></svg>').doubt


def test_a_picture_of_a_billion_pixels_is_only_looked_at() -> None:
    """Nothing is decoded: the header alone says it."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", b"\0" * 100), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I4s", len(value), name) + value + struct.pack(">I", zlib.crc32(name + value))
        for name, value in chunks
    )
    assert Picture(kind="png", width=30_000, height=30_000) == looked(data)


@given(st.sampled_from(sorted(SHOWN)), st.data())
def test_damage_is_told_and_never_raises(name: str, data: st.DataObject) -> None:
    """Whatever is wrong with a file, something can be said of it, and what is private in it can be taken out."""
    whole = (FOLDER / name).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = data.draw(
        st.sampled_from([whole[:at], whole[:at] + whole[at + 1 :], whole[:at] + b"\xff" + whole[at + 1 :], whole[at:]])
    )
    found = looked(damaged)
    if found.private:
        again = looked(stripped(damaged, found.kind))
        assert (found.width, found.height) == (again.width, again.height)


@given(st.binary(max_size=200), st.sampled_from([b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\0\0\0\x18ftypavif"]))
def test_noise_is_told_and_never_raises(noise: bytes, start: bytes) -> None:
    """As above, of what was never a picture."""
    for head in (start, b"RIFF\x20\0\0\0WEBPVP8X", b"<svg "):
        looked(head + noise)
