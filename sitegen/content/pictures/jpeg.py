"""JPEG: ITU-T T.81 (https://www.w3.org/Graphics/JPEG/itu-t81.pdf), annex B, segment by segment."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Final

from sitegen.content.pictures.credits import publishable_iptc, publishable_xmp
from sitegen.content.pictures.exif import is_turned, publishable
from sitegen.content.pictures.kinds import CUT, Picture, Read

if TYPE_CHECKING:
    from collections.abc import Iterator

START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
_SCAN: Final = 0xDA
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_COMMENT: Final = 0xFE
_APPLICATION: Final = range(0xE0, 0xF0)
_APP1: Final = 0xE1
_EXIF: Final = b"Exif\0\0"
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_PHOTOSHOP: Final = b"Photoshop 3.0\0"
# What is needed to show the picture: its density, its color profile, how its colors are stored.
_NEEDED: Final = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
_REWRITTEN: Final = (
    (_APP1, _EXIF, publishable),
    (_APP1, _XMP, publishable_xmp),
    (0xED, _PHOTOSHOP, publishable_iptc),
)
_MARKER: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")  # one in a scan, where 0xFF is followed by 0 otherwise
_TAIL: Final = 4096


def look(read: Read, size: int) -> Picture:
    """What the header says of the JPEG of *size* bytes that *read* reads."""
    width = height = 0
    turned = private = ended = False
    for marker, payload in _segments(read):
        if marker in _FRAMES and len(payload) > 5:  # noqa: PLR2004 - the size has been said by then
            height, width = struct.unpack_from(">HH", payload, 1)
        elif marker == _APP1 and payload.startswith(_EXIF):
            turned = turned or is_turned(payload[len(_EXIF) :])
        private = private or _publishable(marker, payload) != payload
        ended = marker == _SCAN
    if not (ended and width):
        return Picture(kind="jpeg", fault=CUT)
    tail = read(max(size - _TAIL, 0), _TAIL)
    return Picture(
        kind="jpeg",
        width=height if turned else width,
        height=width if turned else height,
        # After its end other pictures may follow, and films: what a phone keeps for itself.
        private=private or not tail.endswith(_END),
        doubt="" if private or _END in tail else CUT,
    )


def stripped(data: bytes) -> bytes:
    """The JPEG *data* with what readers may have, and its picture as it is; what cannot be followed stays."""
    done = [START]
    at = len(START)
    for marker, payload in _segments(lambda start, count: data[start : start + count]):
        at = data.index(bytes((0xFF, marker)), at) + 4 + len(payload)
        kept = _publishable(marker, payload)
        if kept is not None:
            done.append(struct.pack(">BBH", 0xFF, marker, len(kept) + 2) + kept)
    done.append(data[at : _end(data, at)])
    return b"".join(done)


def _segments(read: Read) -> Iterator[tuple[int, bytes]]:
    """The segments up to the first scan, each with its marker; all of them but the last whole."""
    at = len(START)
    while True:
        head = read(at, 4)
        while head[:2] == b"\xff\xff":  # markers may be filled up
            at += 1
            head = read(at, 4)
        if len(head) < 4 or head[0] != 0xFF:  # noqa: PLR2004 - marker and length
            return
        marker, length = head[1], struct.unpack(">H", head[2:])[0]
        payload = read(at + 4, length - 2)
        if length < 2 or len(payload) < length - 2:  # noqa: PLR2004 - the length counts itself
            return
        yield marker, payload
        if marker == _SCAN:
            return
        at += 2 + length


def _publishable(marker: int, payload: bytes) -> bytes | None:
    """What of a segment readers may have; None if there is nothing."""
    for mine, name, cleaned in _REWRITTEN:
        if marker == mine and payload.startswith(name):
            kept = cleaned(payload[len(name) :])
            return name + kept if kept else None
    if marker == _COMMENT:
        return None
    if marker in _APPLICATION and not any(marker == mine and payload.startswith(name) for mine, name in _NEEDED):
        return None
    return payload


def _end(data: bytes, at: int) -> int:
    """Where the picture ends whose first scan begins at *at*: what follows are other pictures."""
    while found := _MARKER.search(data, at):
        if found[1] == _END[1:]:
            return found.end()
        length = data[found.end() : found.end() + 2]
        if len(length) < 2:  # noqa: PLR2004 - as above
            break
        at = found.end() + struct.unpack(">H", length)[0]
    return len(data)
