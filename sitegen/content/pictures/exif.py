"""Exif, the data of a camera: which way up a picture is, and the little of it that may be published.

CIPA DC-008 (Exif 2.32), which is TIFF 6.0 (https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf, 2).
"""

from __future__ import annotations

import struct
from typing import Final

_ORIENTATION: Final = 0x0112
_COPYRIGHT: Final = 0x8298
_ASCII: Final = 2
_SHORT: Final = 3
_INLINE: Final = 4  # bytes that stand in the entry itself
_HEAD: Final = 8
_ENTRY: Final = 12
_TURNED: Final = range(5, 9)


def is_turned(tiff: bytes) -> bool:
    """Whether the picture is shown with its width and height exchanged."""
    return _read(tiff)[0] in _TURNED


def publishable(tiff: bytes) -> bytes:
    """What of *tiff* readers may have: which way up the picture is, and whose it is; nothing if it says neither."""
    orientation, rights = _read(tiff)
    order = "<" if tiff[:2] == b"II" else ">"
    entries = []
    values = b""
    count = (orientation > 1) + bool(rights)
    after = _HEAD + 2 + _ENTRY * count + 4
    if orientation > 1:
        entries.append(struct.pack(f"{order}HHIHxx", _ORIENTATION, _SHORT, 1, orientation))
    if rights:
        value = rights.ljust(_INLINE, b"\0") if len(rights) <= _INLINE else struct.pack(f"{order}I", after)
        entries.append(struct.pack(f"{order}HHI", _COPYRIGHT, _ASCII, len(rights)) + value)
        values = rights if len(rights) > _INLINE else b""
    if not entries:
        return b""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    head = mark + struct.pack(f"{order}IH", _HEAD, count)
    return head + b"".join(entries) + bytes(4) + values


def _read(tiff: bytes) -> tuple[int, bytes]:
    """The orientation (1 to 8, 1 if it is not said) and the notice of copyright in the first directory of *tiff*."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4], "")
    orientation, rights = 1, b""
    if not order or len(tiff) < _HEAD:
        return orientation, rights
    start = struct.unpack_from(f"{order}I", tiff, 4)[0]
    directory = tiff[start : start + 2]
    count = struct.unpack(f"{order}H", directory)[0] if len(directory) == 2 else 0  # noqa: PLR2004 - its size
    for at in range(start + 2, min(start + 2 + _ENTRY * count, len(tiff) - _ENTRY + 1), _ENTRY):
        tag, form, number = struct.unpack_from(f"{order}HHI", tiff, at)
        if tag == _ORIENTATION and form == _SHORT:
            found = struct.unpack_from(f"{order}H", tiff, at + 8)[0]
            orientation = found if 1 <= found <= _TURNED[-1] else 1
        elif tag == _COPYRIGHT and form == _ASCII:
            place = at + 8 if number <= _INLINE else struct.unpack_from(f"{order}I", tiff, at + 8)[0]
            value = tiff[place : place + number]
            # Photographer and editor have a part each, with a NUL between; some cameras write only spaces.
            rights = value if len(value) == number and value.strip(b"\0 ") else b""
    return orientation, rights
