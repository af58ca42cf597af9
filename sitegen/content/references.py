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
    """Answers to what a text asks about other files.  Whoever answers tells the problems, too."""

    def link(self, target: str, where: Location) -> Link:
        """Where a link to *target* leads: relative, ``.md`` or root-absolute, as it was written."""
        ...

    def picture(self, src: str, where: Location) -> str:
        """The URL to print for the picture *src*; ``""`` where there is none to show."""
        ...


class Unresolved:
    """The answers for a text that stands alone, such as a caption: every address stays as it was written."""

    def link(self, target: str, where: Location) -> Link:  # noqa: ARG002
        """*target* itself."""
        return Link(target)

    def picture(self, src: str, where: Location) -> str:  # noqa: ARG002
        """*src* itself."""
        return src
