"""What is for no reader, taken out of a picture; its pixels are never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sitegen.content.pictures import jpeg, png, webp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sitegen.content.pictures.kinds import Kind

_STRIPPED: Final[Mapping[Kind, Callable[[bytes], bytes]]] = {
    "jpeg": jpeg.stripped,
    "png": png.stripped,
    "webp": webp.stripped,
}


def stripped(data: bytes, kind: Kind) -> bytes:
    """The picture *data* of a *kind* that `look` calls private, without what is: position, camera, notes of the desk.

    Which way up it is, its colors, who made it and whose it is stay.
    """
    return _STRIPPED[kind](data)
