"""Fingerprints: of an answer, and of the tools that make answers."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Print = bytes
"""16 bytes that stand for an answer: BLAKE2b-128 of its canonical form."""

SIZE: Final = 16
"""The bytes of a print."""

_RECORD: Final = ".dist-info"
# JSON, not MessagePack: msgspec's MessagePack timestamp drops the UTC offset, which a layout can show.
_encode = msgspec.json.Encoder(order="deterministic").encode


def canonical(answer: object) -> bytes:
    """The bytes that stand for *answer*: deterministic JSON.

    Two answers of one query are equal exactly when these bytes are, as a query has one type of answer.  Bytes are not
    their own form: a file that holds ``null`` is not the same answer as None, no file.
    """
    return _encode(answer)


def digest(data: bytes) -> Print:
    """The fingerprint of *data*."""
    return hashlib.blake2b(data, digest_size=SIZE).digest()


def fingerprint(answer: object) -> Print:
    """The fingerprint of *answer*."""
    return digest(canonical(answer))


def toolchain(package: Path, distributions: Iterable[str]) -> Print:
    """The fingerprint of what makes answers: the interpreter, the files of *package*, the versions of *distributions*.

    Contents, not times: the same install on another machine has the same one.
    """
    total = hashlib.blake2b(digest_size=SIZE)
    total.update(repr((sys.implementation.cache_tag, sys.version_info[:3])).encode())
    for installed in _installed(distributions):
        total.update(f"{installed}\n".encode())
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            data = path.read_bytes()
            total.update(f"{path.relative_to(package).as_posix()} {len(data)}\n".encode())
            total.update(data)
    return total.digest()


def _installed(distributions: Iterable[str]) -> list[str]:
    """What is installed of *distributions*, with its version.

    A distribution is recorded in a folder NAME-VERSION.dist-info (Core metadata, Recording installed projects), so that
    its name alone tells; importlib.metadata, which also reads what is in it, takes longer than a build that has nothing
    to do.  It is asked for what is recorded otherwise.
    """
    wanted = {re.sub(r"[-_.]+", "_", name).lower(): name for name in distributions}
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            records = [name for name in os.listdir(folder or ".") if name.endswith(_RECORD)]  # noqa: PTH208 - names are wanted
        except OSError:  # an archive, or nothing
            continue
        for record in sorted(records):
            name, _, version = record.removesuffix(_RECORD).partition("-")
            if (wanted_as := wanted.get(re.sub(r"[-_.]+", "_", name).lower())) is not None:
                found.setdefault(wanted_as, version)
    for name in wanted.values():
        if name not in found:
            from importlib.metadata import version as version_of

            found[name] = version_of(name)
    return [f"{name}=={found[name]}" for name in sorted(found)]
