"""What a place for the site can do; each kind of target is one class that does it.

A deploy asks a target, in this order, within its `session`, and from `begin` on under its `lock`::

    session()    for as long as it lasts
    manifest()   what was put there last            nothing is changed by these
    listing()    what is there really
    begin(…)     this is what may be there from now on
    put(…)       once for each group, in order
    delete(…)    once, last; or also first, for what cannot wait
    finish(…)    this is what is there

A target that is *whole* shows readers none of it before `finish`, and then all of it at once.  In one that is not, each
`put` is in front of readers when it returns.  So both keep the order, and it is the deploy that knows it.

Whatever goes wrong is raised as a MachineError, of one sentence that says what to do, or a UsageError where site.yaml
is to be changed; never with a password, key or token in it.  What can be healed by trying again, the target tries
again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from msgspec import Struct

from sitegen.errors import Location, MachineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    Tell = Callable[[str], None]
    Count = Callable[[int], None]

_CHUNK: Final = 1 << 20


class Found(Struct, frozen=True):
    """A file as a listing of the target tells of it.

    *tag* is anything that differs once the bytes do: an ETag, the id of a blob, a time; ``""`` where nothing is known.
    """

    size: int
    tag: str = ""


class Local(Struct, frozen=True, kw_only=True):
    """A file of the output: its *path* there, where it lies, the digest (BLAKE2b-128, hex) and number of its bytes.

    *kind* is that of its page (`PageKind`), or ``asset`` for one with a fingerprint in its name, or ``attachment``.
    """

    path: str
    place: Path
    digest: str
    size: int
    kind: str

    def read(self) -> bytes:
        """The bytes, and no others: raises MachineError if the output is not any more what was planned."""
        try:
            data = self.place.read_bytes()
        except OSError:
            data = None
        if data is None or hashlib.blake2b(data, digest_size=16).hexdigest() != self.digest:
            what = "was changed while it was being deployed"
            raise MachineError.at(Location(str(self.place)), what, "deploy again, when no build is running")
        return data


def same_bytes(one: Path, other: Path) -> bool:
    """Whether two files of one size have the same bytes; False if either cannot be read."""
    try:
        with one.open("rb") as first, other.open("rb") as second:
            while chunk := first.read(_CHUNK):
                if chunk != second.read(_CHUNK):
                    return False
    except OSError:
        return False
    return True


AS_IT_WAS: Final = "readers see the site as it was"
"""What readers see of a deploy before it shows them all of it."""


class Target(Protocol):
    """A place for the site.  One is made for each deploy."""

    whole: bool
    """Whether readers see all of a deploy at once."""

    @property
    def seen(self) -> str:
        """What readers of a whole target see of a deploy that ended early."""
        ...

    @property
    def place(self) -> str:
        """Where it is, for people: ``s3://bucket/prefix``."""
        ...

    def manifest(self) -> bytes | None:
        """The manifest that was last given to `begin` or `finish`; None if there never was one."""
        ...

    def listing(self) -> Mapping[str, Found]:
        """Every file that is there, ours or not, but for the manifest and the lock."""
        ...

    def form(self, file: Local) -> str:
        """How *file* is to be served, in so far as it is kept with it: type, caching, compression.

        A file whose form is another than that in the manifest is sent again.
        """
        ...

    def holding(self, pairs: Sequence[tuple[Found, Local]]) -> set[str]:
        """The paths of the files for which what was found there has their bytes.

        It is asked once, of those where the manifest does not tell: after a deploy that was cut short, or if somebody
        else changed them.  What is left out in doubt is sent.
        """
        ...

    def session(self, tell: Tell) -> AbstractContextManager[None]:
        """Keep what all else needs, such as a connection, while the target is used; *tell* who is waited for."""
        ...

    def lock(self, who: str, tell: Tell) -> AbstractContextManager[object]:
        """Hold the target for *who*; wait for another deploy, and *tell* whose it is.

        Raises MachineError if that takes too long.  What a dead process holds is let go of by itself.
        """
        ...

    def begin(self, manifest: bytes) -> None:
        """Be told that from now on anything in *manifest* may be there."""
        ...

    def put(self, files: Sequence[Local], count: Count) -> Mapping[str, str]:
        """Put *files* there, in any order, and call *count* with how many are; the tag that a listing has for each."""
        ...

    def delete(self, paths: Sequence[str]) -> None:
        """Remove *paths*; one that is not there is no error."""
        ...

    def finish(self, manifest: bytes, message: str) -> None:
        """Keep *manifest*, which is what is there now, and show readers of a whole target all of it.

        *message* says what changed.
        """
        ...


@runtime_checkable
class Reversible(Protocol):
    """A target that keeps what it had before."""

    def rollback(self, tell: Tell) -> str:
        """Show readers the release before the one that they see; the name of the one they see now.

        Raises UsageError if there is none.  It is done under `Target.lock`.
        """
        ...
