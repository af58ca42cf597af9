"""A bucket of an object store: files that readers see one by one, as each is sent.

Which store it is, `sitegen.deploy.stores` knows.  No message of one is printed as it is: it may have credentials in it.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from contextlib import contextmanager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Final

from sitegen.deploy.lease import Lease
from sitegen.deploy.manifest import LOCK, NAME
from sitegen.deploy.target import Found
from sitegen.errors import MachineError, UsageError
from sitegen.served import cache_control, content_type, is_packed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from obstore import Attributes
    from obstore.store import ObjectStore

    from sitegen.deploy.stores import Provider
    from sitegen.deploy.target import Count, Local, Tell

_TOGETHER: Final = 16
_BIG: Final = 8 << 20
_PAGE: Final = 1000
_TRIES: Final = 3
_CODE: Final = re.compile(r"<Code>(\w+)</Code>")
_NO_BUCKET: Final = ("NoSuchBucket", "ContainerNotFound")
_WRONG_KEYS: Final = (
    *("ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch"),
    *("AuthenticationFailed", "InvalidAuthenticationInfo", "AuthenticationRequired"),
)


class Bucket:
    """The files below a prefix of a bucket."""

    whole = False
    seen = ""

    def __init__(self, provider: Provider) -> None:
        """Ask nobody yet."""
        self._provider = provider
        self._prefix = provider.prefix
        self._compress = provider.compress
        self._lease: Lease | None = None

    @property
    def place(self) -> str:
        """The bucket and the prefix."""
        return self._provider.place

    def manifest(self) -> bytes | None:
        """That of the last deploy."""
        from obstore import get

        with self._refusals():
            try:
                return bytes(get(self._store, self._key(NAME)).bytes())
            except FileNotFoundError as error:  # as which obstore raises what is not there
                if _code(error) in _NO_BUCKET:
                    raise
                return None

    def listing(self) -> Mapping[str, Found]:
        """What is there, a thousand files an answer."""
        from obstore import list as listed

        inside = self._key("")
        with self._refusals():
            return {
                path: Found(meta["size"], _tag(meta["e_tag"]))
                for page in listed(self._store, self._prefix or None, chunk_size=_PAGE)
                for meta in page
                if (path := meta["path"].removeprefix(inside)) not in (NAME, LOCK)
            }

    def form(self, file: Local) -> str:
        """The headers that the store gives readers."""
        parts = [content_type(file.kind, file.path), cache_control(file.kind, file.path), self._encoding(file)]
        return " | ".join(filter(None, parts))

    def holding(self, pairs: Sequence[tuple[Found, Local]]) -> set[str]:
        """Whose ETag is the MD5 of what would be sent, as it is for what was sent in one part."""
        return {file.path for found, file in pairs if found.tag == _md5(self._body(file))}

    def session(self, tell: Tell) -> AbstractContextManager[None]:  # noqa: ARG002 - nobody is waited for
        """Nothing: connections are kept by the store."""
        return nullcontext()

    @contextmanager
    def lock(self, who: str, tell: Tell) -> Iterator[None]:
        """An object that only one deploy can make."""
        with self._refusals():
            self._lease = Lease(self._store, self._key(LOCK), who, tell)
            self._lease.take()
        try:
            yield
        finally:
            lease, self._lease = self._lease, None
            lease.let_go()

    def begin(self, manifest: bytes) -> None:
        """Put it there, so that what is there is known to be ours if this is cut short."""
        self._put_manifest(manifest)

    def put(self, files: Sequence[Local], count: Count) -> Mapping[str, str]:
        """Send files, some at a time; each is there, whole, or is not."""
        with self._refusals():
            return asyncio.run(self._put(files, count))

    def delete(self, paths: Sequence[str]) -> None:
        """Delete files, a thousand a request."""
        from obstore import delete

        with self._refusals():
            for start in range(0, len(paths), _PAGE):
                if self._lease:
                    self._lease.renew()
                delete(self._store, [self._key(path) for path in paths[start : start + _PAGE]])

    def finish(self, manifest: bytes, message: str) -> None:  # noqa: ARG002 - buckets have no history
        """Put it there."""
        self._put_manifest(manifest)

    async def _put(self, files: Sequence[Local], count: Count) -> dict[str, str]:
        waiting, tags = iter(files), dict[str, str]()
        big = asyncio.Lock()

        async def work() -> None:
            for file in waiting:
                if file.size > _BIG:  # one of these at a time is held in memory
                    async with big:
                        tags[file.path] = await self._put_one(file)
                else:
                    tags[file.path] = await self._put_one(file)
                count(len(tags))

        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(work()) for _ in range(_TOGETHER)]
            keeper = group.create_task(self._lease.kept()) if self._lease else None
            await asyncio.gather(*workers)
            if keeper:
                keeper.cancel()
        return tags

    async def _put_one(self, file: Local) -> str:
        from obstore import put_async
        from obstore.exceptions import GenericError

        data = self._body(file)
        attributes: Attributes = {
            "Content-Type": content_type(file.kind, file.path),
            "Cache-Control": cache_control(file.kind, file.path),
        }
        if encoding := self._encoding(file):
            attributes["Content-Encoding"] = encoding
        for left in reversed(range(_TRIES)):
            try:
                answer = await put_async(self._store, self._key(file.path), data, attributes=attributes)
            except GenericError:  # obstore tries again itself, but not what timed out: it may have been done
                if not left:
                    raise
                await asyncio.sleep(_TRIES - left)
            else:
                return _tag(answer["e_tag"])
        return ""

    def _put_manifest(self, manifest: bytes) -> None:
        from obstore import put

        if self._lease:
            self._lease.renew()
        attributes: Attributes = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        with self._refusals():
            put(self._store, self._key(NAME), manifest, attributes=attributes)

    def _key(self, path: str) -> str:
        return f"{self._prefix}/{path}" if self._prefix else path

    def _encoding(self, file: Local) -> str:
        if self._compress == "none" or not is_packed(file.kind, file.path):
            return ""
        return "br" if self._compress == "brotli" else "gzip"

    def _body(self, file: Local) -> bytes:
        """What is sent: the same for the same bytes, so that its ETag tells."""
        data = file.read()
        match self._encoding(file):
            case "gzip":
                return gzip.compress(data, mtime=0)
            case "br":
                import brotli

                packed: bytes = brotli.compress(data, mode=brotli.MODE_TEXT)
                return packed
            case _:
                return data

    @cached_property
    def _store(self) -> ObjectStore:
        found: ObjectStore = self._provider.store()
        return found

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Say what the store refused, in a sentence that has nothing of its answer in it but the name of the fault."""
        from obstore.exceptions import BaseError

        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            raise self._refused(error) from None
        except BaseExceptionGroup as group:
            first = group.exceptions[0]
            raise self._refused(first) if isinstance(first, (BaseError, FileNotFoundError)) else first from None

    def _refused(self, error: Exception) -> MachineError | UsageError:
        from obstore.exceptions import PermissionDeniedError, UnauthenticatedError

        code, provider, place = _code(error), self._provider, self.place
        if code in _WRONG_KEYS or isinstance(error, UnauthenticatedError):
            what = f"{place} refuses the credentials ({code or 'not authenticated'})"
            return MachineError.at(None, what, provider.keys)
        if isinstance(error, PermissionDeniedError):
            what = f"these credentials may not do this to {place} ({code or 'forbidden'})"
            return MachineError.at(None, what, provider.rights)
        if isinstance(error, FileNotFoundError):
            return UsageError.at(None, f"there is no bucket for {place}", provider.missing)
        if code:
            fix = "deploy again; if it stays so, ask who runs it"
            return MachineError.at(None, f"{provider.where} answers {code}", fix)
        fix = f"check the network, and {provider.reached} in site.yaml, and deploy again"
        return MachineError.at(None, f"{provider.where} cannot be reached, or does not answer as it should", fix)


def _tag(found: str | None) -> str:
    """An ETag without its quotes, which Azure leaves out in listings."""
    return (found or "").strip('"')


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _code(error: Exception) -> str:
    """The name of the fault in the answer of the store: ``NoSuchBucket``; ``""`` if it has none."""
    found = _CODE.search(str(error))
    return found[1] if found else ""
