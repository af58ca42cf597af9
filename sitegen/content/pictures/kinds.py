"""What is known of a picture, and how its file is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

Kind = Literal["png", "jpeg", "gif", "webp", "avif", "heic", "svg", ""]
Read = Callable[[int, int], bytes]
"""Answers the bytes of a file from a place on, so many of them; fewer where the file ends."""


class Picture(Struct, frozen=True, kw_only=True):
    """What the header of a file says: its *kind*, ``""`` if it is no picture that is known here.

    *width* and *height* are in pixels, as it is shown, upright; 0 where that is not said.  *private*: it holds data
    that is for no reader, such as where it was taken.  *fault* says why it cannot be shown, *doubt* what is wrong with
    it otherwise, both as the end of a sentence about it; ``""``: nothing.
    """

    kind: Kind = ""
    width: int = 0
    height: int = 0
    private: bool = False
    fault: str = ""
    doubt: str = ""


CUT: Final = "is cut short: it was not saved or copied to its end"
