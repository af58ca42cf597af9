"""A lock in a bucket: an object that one deploy makes, and renews while it works.

That it is made by one alone is what conditional requests are for
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html).  Whoever waits looks whether it is
renewed, by a clock of their own, so that clocks of two machines need not agree; one that is not renewed any more is
of a deploy that died.
"""

from __future__ import annotations

import asyncio
import os
import platform
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from sitegen.errors import MachineError

if TYPE_CHECKING:
    from obstore import UpdateVersion
    from obstore.store import ObjectStore

    from sitegen.deploy.target import Tell

_RENEWED: Final = 20.0
_DEAD: Final = 90.0
_PATIENCE: Final = 600.0
_PAUSE: Final = 1.0


class Holder(Struct, frozen=True):
    """Who holds the lock: in words, the machine and process, and the number of this version of it."""

    who: str = "somebody"
    machine: str = ""
    process: int = 0
    token: str = ""
    version: int = 0

    @property
    def is_dead(self) -> bool:
        """Whether it is known that its deploy has ended: it was one of this machine, or an earlier one of ours."""
        if self.machine != platform.node() or not self.process:
            return False
        if self.process == os.getpid():
            return True
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return True
        except OSError:  # another user's
            return False
        return False


class Lease:
    """A lock at *key* of a bucket, for *who*."""

    def __init__(self, store: ObjectStore, key: str, who: str, tell: Tell) -> None:
        """Take nothing yet."""
        self._store = store
        self._key = key
        self._tell = tell
        self._mine = Holder(who, platform.node(), os.getpid(), uuid.uuid4().hex)
        self._held: UpdateVersion | None = None
        self._at = 0.0

    def take(self) -> None:
        """Hold the lock.  Raises MachineError if another deploy holds it for longer than ten minutes."""
        began = seen_since = time.monotonic()
        seen: UpdateVersion = {}
        told = False
        while not self._made():
            holder, version = self._found()
            now = time.monotonic()
            if version != seen:
                seen, seen_since = version, now
            if holder.token == self._mine.token:  # ours: the answer to an earlier try was lost
                self._held, self._at = version, now
                return
            if (holder.is_dead or now - seen_since > _DEAD) and self._taken_from(version):
                return
            if not told:
                self._tell(f"waiting for a deploy of {holder.who}")
                told = True
            if now - began > _PATIENCE:
                fix = "wait for it to end, or end it"
                raise MachineError.at(None, f"{holder.who} is deploying to the same place", fix)
            time.sleep(_PAUSE)

    def renew(self) -> None:
        """Tell those who wait that this deploy lives, if it is time to.  Raises MachineError if one took the lock."""
        from obstore.exceptions import PreconditionError

        if self._held is None or time.monotonic() - self._at < _RENEWED:
            return
        try:
            self._written(self._held)
        except PreconditionError:
            self._held = None
            fix = "wait for it to end, and deploy again"
            raise MachineError.at(None, "another deploy took over while this one stood still", fix) from None

    async def kept(self) -> None:
        """Renew it for as long as this is not cancelled."""
        while True:
            await asyncio.sleep(_RENEWED)
            self.renew()

    def let_go(self) -> None:
        """Let others deploy; what cannot be removed now is found dead."""
        from obstore import delete
        from obstore.exceptions import BaseError

        if self._held is None:
            return
        with suppress(BaseError, FileNotFoundError):
            if self._found()[1] == self._held:
                delete(self._store, self._key)
        self._held = None

    def _made(self) -> bool:
        """Whether there was no lock, and there is ours now; or there cannot be any."""
        from obstore.exceptions import AlreadyExistsError, GenericError, NotSupportedError

        try:
            self._written(None)
        except AlreadyExistsError:
            return False
        except (NotSupportedError, GenericError) as error:
            if isinstance(error, GenericError) and "NotImplemented" not in str(error):
                raise
            self._tell("this store cannot hold a lock: see to it that nobody else deploys now")
        return True

    def _written(self, over: UpdateVersion | None) -> None:
        """Write the lock, if it is still the version *over*; with None: if there is none."""
        from obstore import put

        self._mine = msgspec.structs.replace(self._mine, version=self._mine.version + 1)
        data = msgspec.json.encode(self._mine)
        answer = put(self._store, self._key, data, mode=over or "create")
        self._held, self._at = _version(answer["e_tag"], answer["version"]), time.monotonic()

    def _taken_from(self, version: UpdateVersion) -> bool:
        """Take the lock of a deploy that died; False if another one was first."""
        from obstore.exceptions import PreconditionError

        try:
            self._written(version)
        except (FileNotFoundError, PreconditionError):
            return False
        self._tell("an earlier deploy died; its lock was taken over")
        return True

    def _found(self) -> tuple[Holder, UpdateVersion]:
        """Who holds the lock, and which version of it this is; somebody, and none, if it is gone."""
        from obstore import get

        try:
            answer = get(self._store, self._key)
            data, version = bytes(answer.bytes()), _version(answer.meta["e_tag"], answer.meta["version"])
        except FileNotFoundError:
            return Holder(), {}
        try:
            return msgspec.json.decode(data, type=Holder), version
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return Holder(), version


def _version(tag: str | None, number: str | None) -> UpdateVersion:
    """What conditional requests ask for: the tag, but for Google Cloud Storage, which counts generations."""
    found: UpdateVersion = {}
    if tag is not None:
        found["e_tag"] = tag
    if number is not None:
        found["version"] = number
    return found
