"""The header of a file that is called a picture."""

from __future__ import annotations

import struct
from typing import Final

from sitegen.content.pictures import boxes, jpeg, png, svg, webp
from sitegen.content.pictures.kinds import CUT, Kind, Picture, Read

SUFFIXES: Final[dict[str, Kind]] = {
    ".png": "png",
    ".apng": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".jfif": "jpeg",
    ".gif": "gif",
    ".webp": "webp",
    ".avif": "avif",
    ".heic": "heic",
    ".heif": "heic",
    ".svg": "svg",
}
"""How names of pictures end that are looked into, and the kind that each says."""

_START: Final = 4096
_GIF: Final = 10


def look(read: Read, size: int) -> Picture:
    """What is known of the picture of *size* bytes that *read* reads, whatever it is called."""
    if not size:
        return Picture(fault="is empty")
    start = read(0, _START)
    if start.startswith(jpeg.START):
        return jpeg.look(read, size)
    if start.startswith(png.START):
        return png.look(read, size)
    if start[:6] in {b"GIF87a", b"GIF89a"}:
        width, height = struct.unpack_from("<HH", start, 6) if len(start) >= _GIF else (0, 0)
        return Picture(kind="gif", width=width, height=height, fault="" if width and height else CUT)
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return webp.look(read, size)
    if kind := boxes.kind_of(start):
        return boxes.look(kind, read, size)
    if svg.is_svg(start):
        return svg.look(read, size)
    return Picture(fault="is no picture")
