"""What a text asks about the rest of the site while it is rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from sitegen.errors import Location


class Link(Struct, frozen=True):
    """Where a link leads: *url* is printed as it is; *text_only*: print the words, and no link."""

    url: str
    text_only: bool = False


class References(Protocol):
    """Answers to what a text asks about other files.  Whoever answers tells the problems, too.

    *pasted*: it stands in HTML, which often comes from elsewhere, so that a missing file is warned of and no error.
    """

    def link(self, target: str, where: Location, *, pasted: bool = False) -> Link:
        """Where a link to *target* leads: relative, ``.md`` or root-absolute, as it was written."""
        ...

    def picture(self, src: str, where: Location, *, pasted: bool = False) -> str:
        """The URL to print for the picture *src*; ``""`` where there is none to show."""
        ...

    def picture_size(self, src: str) -> tuple[int, int]:
        """Width and height of the picture *src*, in pixels; 0 where they are not known."""
        ...

    def leads_to_held(self, path: str, where: Location) -> bool:
        """Whether *path*, the path below the site of an address in full, is that of something not out; which is told.

        It may have a place behind it (``/2026/06/storm/#pier``); a place alone (``#pier``) is one of this text.
        """
        ...
