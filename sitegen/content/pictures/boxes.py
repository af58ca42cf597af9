"""AVIF (https://aomediacodec.github.io/av1-avif/) and HEIC: boxes of ISO/IEC 14496-12, items of ISO/IEC 23008-12."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from sitegen.content.pictures.kinds import CUT, Kind, Picture, Read

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST: Final = 1 << 20
_AVIF: Final = frozenset((b"avif", b"avis"))
_HEIC: Final = frozenset((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"))
_PRIVATE: Final = "has data of a camera or an editor in it, maybe a place, which is not taken out of AVIF"


def kind_of(start: bytes) -> Kind:
    """Which of the two a file is that begins with *start*; ``""``: neither."""
    if start[4:8] != b"ftyp":
        return ""
    size = min(struct.unpack_from(">I", start)[0], len(start))
    brands = {start[at : at + 4] for at in (8, *range(16, size - 3, 4))}
    return "avif" if brands & _AVIF else "heic" if brands & _HEIC else ""


def look(kind: Kind, read: Read, size: int) -> Picture:
    """What the boxes say of the picture of that *kind*, of *size* bytes, that *read* reads."""
    meta = b""
    end = 0
    for name, start, length in _boxes(read, 0, size):
        end = start + length
        if name == b"meta" and length <= _MOST:
            meta = read(start, length)
    if len(meta) < 4:  # noqa: PLR2004 - its version and flags
        return Picture(kind=kind, fault=CUT)
    inner = {name: meta[start : start + length] for name, start, length in _boxes_of(meta, 4)}
    width, height = _size(inner)
    doubt = _PRIVATE if _has_private(inner.get(b"iinf", b"")) else ""
    if kind == "heic":
        doubt = "is HEIC, which few browsers can show"
    return Picture(kind=kind, width=width, height=height, doubt=CUT if end > size else doubt)


def _boxes(read: Read, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes from *at* on: the name of each, where what it holds begins, and how long that is said to be."""
    while at + 8 <= end:
        length, name = struct.unpack(">I4s", read(at, 8))
        head = 8
        if length == 1:
            wide = read(at + 8, 8)
            length, head = int.from_bytes(wide, "big"), 16
        elif length == 0:
            length = end - at
        if length < head:
            return
        yield name, at + head, length - head
        at += length


def _boxes_of(data: bytes, at: int) -> Iterator[tuple[bytes, int, int]]:
    return _boxes(lambda start, count: data[start : start + count].ljust(count, b"\0"), at, len(data))


def _size(inner: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height of the primary item as it is shown; 0 where that is not said."""
    primary = inner.get(b"pitm", b"")
    wide = primary[:1] not in {b"", b"\0"}
    item = int.from_bytes(primary[4 : 8 if wide else 6], "big")
    properties = {name: (start, length) for name, start, length in _boxes_of(inner.get(b"iprp", b""), 0)}
    data = inner.get(b"iprp", b"")
    if b"ipco" not in properties or b"ipma" not in properties:
        return 0, 0
    (start, length), (first, count) = properties[b"ipco"], properties[b"ipma"]
    container = data[start : start + length]
    known = [(name, container[at : at + size]) for name, at, size in _boxes_of(container, 0)]
    width = height = 0
    turned = False
    for index in _associated(data[first : first + count], item):
        name, value = known[index - 1] if 0 < index <= len(known) else (b"", b"")
        if name == b"ispe" and len(value) >= 12:  # noqa: PLR2004 - its length
            width, height = struct.unpack_from(">II", value, 4)
        elif name == b"irot" and value:
            turned = bool(value[0] & 1)
    return (height, width) if turned else (width, height)


def _associated(ipma: bytes, item: int) -> Iterator[int]:
    """The numbers of the properties that *item* has, counted from 1."""
    if len(ipma) < 8:  # noqa: PLR2004 - version, flags, count
        return
    id_size = 4 if ipma[0] else 2
    each = 2 if ipma[3] & 1 else 1
    at = 8
    for _ in range(int.from_bytes(ipma[4:8], "big")):
        owner = int.from_bytes(ipma[at : at + id_size], "big")
        at += id_size
        if at >= len(ipma):
            return
        count = ipma[at]
        at += 1
        if owner == item:
            mask = 0x7FFF if each == 2 else 0x7F  # noqa: PLR2004 - bytes; the first bit says whether it is essential
            yield from (int.from_bytes(ipma[at + n * each : at + (n + 1) * each], "big") & mask for n in range(count))
        at += count * each


def _has_private(iinf: bytes) -> bool:
    """Whether there is an item with Exif or XMP."""
    return b"Exif" in iinf or b"application/rdf+xml" in iinf
