"""Pictures: how large they are, whether they can be shown, and the form in which they are published."""

from __future__ import annotations

import hashlib
import posixpath
from abc import ABC
from typing import Final, Protocol

from msgspec import Struct

from sitegen.content.pictures import SUFFIXES, Picture, look, stripped
from sitegen.incremental import query
from sitegen.site.inputs import Inputs
from sitegen.urls import Fault

_MOST_PIXELS: Final = 100_000_000
_MOST_DOUBTED: Final = f"{_MOST_PIXELS // 1_000_000} million"


class Sent(Struct, frozen=True):
    """The form in which a file is published: the digest of its bytes (BLAKE2b-128, in hex), and how many there are."""

    digest: str
    size: int


class Looked(Protocol):
    """What judging a picture asks of the site."""

    def looked_into(self, path: str) -> Picture:
        """What the header of the picture at *path* says."""


class Pictures(Inputs, ABC):
    """Questions about the files of pictures, wherever they lie."""

    @query(keep=True)
    def looked_into(self, path: str) -> Picture:
        """What the header of the picture at *path* says; of a file whose name is no picture's, nothing."""
        if suffix_of(path) not in SUFFIXES or not self.present(path):
            return Picture()
        with self.snapshot.pieces(path) as read:
            return look(read, self.size(path))

    @query(keep=True)
    def sent(self, path: str) -> Sent:
        """The form in which the file at *path* is published: as it is, but for what in a picture is for no reader."""
        if not self.looked_into(path).private:
            return Sent(self.digest(path), self.size(path))
        data = self.sendable(path)
        return Sent(hashlib.blake2b(data, digest_size=16).hexdigest(), len(data))

    def sendable(self, path: str) -> bytes:
        """The bytes that are published of the file at *path*."""
        picture, data = self.looked_into(path), self.source(path) or b""
        return stripped(data, picture.kind) if picture.private else data


def suffix_of(path: str) -> str:
    """How the name of *path* ends, in lower case: ``.jpg``."""
    return posixpath.splitext(path)[1].lower()


def picture_fault(site: Looked, path: str) -> Fault | None:
    """What is wrong with the file at *path* as a picture; None if nothing is, or it is of no kind that is known."""
    picture, suffix, name = site.looked_into(path), suffix_of(path), posixpath.basename(path)
    if suffix not in SUFFIXES:
        return None
    if picture.fault:
        return Fault(f"{name} {picture.fault}", "save or export the picture again")
    if picture.doubt:
        return Fault(f"{name} {picture.doubt}", "export it anew, for the web", "warning")
    if picture.kind != SUFFIXES[suffix]:
        kind = picture.kind.upper()
        return Fault(f"{name} is a {kind}, and its name says another", "let its name end as its kind asks", "warning")
    if picture.width * picture.height > _MOST_PIXELS and picture.kind != "svg":
        what = f"{name} has {picture.width} by {picture.height} pixels, which phones cannot show"
        return Fault(what, f"export it smaller: {_MOST_DOUBTED} pixels are more than any screen has", "warning")
    return None
