"""PNG (https://www.w3.org/TR/png-3/), chunk by chunk."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

from sitegen.content.pictures.credits import publishable_xmp
from sitegen.content.pictures.exif import is_turned, publishable
from sitegen.content.pictures.kinds import CUT, Picture, Read

if TYPE_CHECKING:
    from collections.abc import Iterator

START: Final = b"\x89PNG\r\n\x1a\n"
_HEADER: Final = b"IHDR"
_END: Final = b"IEND"
_EXIF: Final = b"eXIf"
# What is needed to show the picture; text, times and what programs keep for themselves are not.
_NEEDED: Final = frozenset(
    (
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV"),
        *(b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT"),
    )
)
_XMP: Final = b"XML:com.adobe.xmp\0\0\0\0\0"  # not compressed, in no language, as XMP asks
_RIGHTS: Final = b"Copyright\0"
_MOST: Final = 1 << 20  # bytes of a chunk that is read


def look(read: Read, size: int) -> Picture:
    """What the chunks say of the PNG of *size* bytes that *read* reads."""
    width = height = 0
    turned = private = ended = False
    at = len(START)
    for name, start, length in _chunks(read, size):
        data = b"" if name in _NEEDED and name != _HEADER else read(start, min(length, _MOST))
        if name == _HEADER and len(data) >= 8:  # noqa: PLR2004 - two numbers
            width, height = struct.unpack_from(">II", data)
        elif name == _EXIF:
            turned = is_turned(data)
        private = private or (name not in _NEEDED and _publishable(name, data) != data)
        ended = name == _END
        at = start + length + 4
    if not width:
        return Picture(kind="png", fault=CUT)
    return Picture(
        kind="png",
        width=height if turned else width,
        height=width if turned else height,
        # What follows the end may be the picture before it was cropped (CVE-2023-21036).
        private=private or (ended and at < size),
        doubt="" if ended else CUT,
    )


def stripped(data: bytes) -> bytes:
    """The PNG *data* with what readers may have, and its picture as it is."""
    done = [START]
    for name, start, length in _chunks(lambda at, count: data[at : at + count], len(data)):
        if name in _NEEDED:
            done.append(data[start - 8 : start + length + 4])
        elif kept := _publishable(name, data[start : start + length]):
            done.append(struct.pack(">I", len(kept)) + name + kept + struct.pack(">I", zlib.crc32(name + kept)))
    return b"".join(done)


def _chunks(read: Read, size: int) -> Iterator[tuple[bytes, int, int]]:
    """The chunks up to the last: the name of each, where what it holds begins, and how long that is."""
    at = len(START)
    while at + 8 <= size:
        length, name = struct.unpack(">I4s", read(at, 8))
        if at + 12 + length > size:
            return
        yield name, at + 8, length
        if name == _END:
            return
        at += 12 + length


def _publishable(name: bytes, data: bytes) -> bytes:
    if name == _EXIF:
        return publishable(data)
    if name == b"iTXt" and data.startswith(_XMP):
        kept = publishable_xmp(data[len(_XMP) :])
        return _XMP + kept if kept else b""
    return data if name == b"tEXt" and data.startswith(_RIGHTS) else b""
