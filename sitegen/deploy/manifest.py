"""The deployed manifest: what a target was last given, kept there, so that whoever deploys next knows it."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from sitegen.errors import MachineError

NAME: Final = ".sitegen-deployed.json"
"""What the manifest is called where the site is put."""

LOCK: Final = ".sitegen-deploying"
"""What the lock is called where the site is put."""

_FORMAT: Final = 1


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file as it was given to a target.

    *digest* is the BLAKE2b-128 of its bytes in hex, *kind* that of its page, or ``asset`` or ``attachment``, *form* how
    the target was to serve it, *tag* what the target said of it then.  Of stories and pages: *source*, the digest of
    that (*edited*), the headline and how many corrections there are; so that the next plan can say what happened to it.
    *unused* is the moment (ISO 8601) since which no page shows the file.
    """

    digest: str
    size: int
    kind: str
    form: str = ""
    tag: str = ""
    source: str = ""
    edited: str = ""
    title: str = ""
    corrections: int = 0
    retracted: bool = False
    unused: str = ""


class Manifest(Struct, frozen=True, kw_only=True):
    """Everything of ours at a target: *files* by their paths.

    *whole* is False from when a deploy begins to change the target until it is done: then *files* are all that may be
    there, old or new, and those whose *tag* is ``""`` are in doubt.  *at* is when (ISO 8601), *commit* of which
    sources.
    """

    format: int = _FORMAT
    site: str = ""
    at: str = ""
    by: str = ""
    commit: str = ""
    whole: bool = True
    files: dict[str, Entry] = {}


def written(manifest: Manifest) -> bytes:
    """*manifest* as JSON, one file a line, so that versions of it differ by few lines."""
    head = msgspec.json.encode(msgspec.structs.replace(manifest, files={})).removesuffix(b"{}}")
    encode = msgspec.json.encode
    lines = [encode(path) + b":" + encode(entry) for path, entry in sorted(manifest.files.items())]
    return head + b"{\n" + b",\n".join(lines) + b"\n}}\n"


def read(data: bytes, place: str) -> Manifest:
    """The manifest in *data*, found at *place*.  Raises MachineError if it is none, or one of a later version."""
    try:
        found = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        fix = f"remove {NAME} there, and deploy with --adopt"
        raise MachineError.at(None, f"the manifest at {place} cannot be read", fix) from error
    if found.format != _FORMAT:
        fix = "deploy with that version, or a later one"
        raise MachineError.at(None, f"{place} was deployed by another version of sitegen ({found.by})", fix)
    return found
