"""WebP (RFC 9649), chunk by chunk."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from sitegen.content.pictures.credits import publishable_xmp
from sitegen.content.pictures.exif import is_turned, publishable
from sitegen.content.pictures.kinds import CUT, Picture, Read

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD: Final = 12
_NEEDED: Final = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_EXIF_FLAG: Final = 0x08
_XMP_FLAG: Final = 0x04
_LOSSY: Final = b"\x9d\x01\x2a"
_LOSSLESS: Final = 0x2F
_MOST: Final = 1 << 20


def look(read: Read, size: int) -> Picture:
    """What the chunks say of the WebP of *size* bytes that *read* reads."""
    said = struct.unpack("<I", read(4, 4))[0] + 8
    width = height = 0
    turned = private = False
    for name, start, length in _chunks(read, min(said, size)):
        if not width:
            width, height = _size(name, read(start, min(length, 10)))
        if name not in _NEEDED:
            data = read(start, min(length, _MOST))
            turned = turned or (name == b"EXIF" and is_turned(data))
            private = private or _publishable(name, data) != data
    if not width:
        return Picture(kind="webp", fault=CUT)
    return Picture(
        kind="webp",
        width=height if turned else width,
        height=width if turned else height,
        private=private or said < size,
        doubt=CUT if said > size else "",
    )


def stripped(data: bytes) -> bytes:
    """The WebP *data* with what readers may have, and its picture as it is."""
    said = min(struct.unpack_from("<I", data, 4)[0] + 8, len(data))
    chunks = [
        (name, data[start : start + length] if name in _NEEDED else _publishable(name, data[start : start + length]))
        for name, start, length in _chunks(lambda at, count: data[at : at + count], said)
    ]
    kept = [(name, value) for name, value in chunks if value]
    names = {name for name, _ in kept}
    clear = (0 if b"EXIF" in names else _EXIF_FLAG) | (0 if b"XMP " in names else _XMP_FLAG)
    body = b"".join(
        struct.pack("<4sI", name, len(value)) + _unflagged(name, value, clear) + bytes(len(value) % 2)
        for name, value in kept
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _unflagged(name: bytes, value: bytes, clear: int) -> bytes:
    return bytes((value[0] & ~clear,)) + value[1:] if name == b"VP8X" else value


def _chunks(read: Read, size: int) -> Iterator[tuple[bytes, int, int]]:
    """The chunks: the name of each, where what it holds begins, and how long that is."""
    at = _HEAD
    while at + 8 <= size:
        name, length = struct.unpack("<4sI", read(at, 8))
        if at + 8 + length > size:
            return
        yield name, at + 8, length
        at += 8 + length + length % 2


def _size(name: bytes, data: bytes) -> tuple[int, int]:
    """Width and height as a chunk that begins with *data* says them; 0 if it does not."""
    if name == b"VP8X" and len(data) >= 10:  # noqa: PLR2004 - its length
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    if name == b"VP8 " and data[3:6] == _LOSSY and len(data) >= 10:  # noqa: PLR2004 - as above
        width, height = struct.unpack_from("<HH", data, 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and len(data) >= 5 and data[0] == _LOSSLESS:  # noqa: PLR2004 - as above
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 0, 0


def _publishable(name: bytes, data: bytes) -> bytes:
    match name:
        case b"EXIF":
            # Some programs write the name that it has in a JPEG.
            return publishable(data.removeprefix(b"Exif\0\0"))
        case b"XMP ":
            return publishable_xmp(data)
        case _:
            return b""
