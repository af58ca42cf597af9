"""What a deploy comes from: the files of the output, the commit of the sources, and who does it."""

from __future__ import annotations

import getpass
import hashlib
import os
import platform
import subprocess
from typing import TYPE_CHECKING

from sitegen.deploy.kinds import url_of
from sitegen.deploy.target import Local
from sitegen.errors import Location, MachineError
from sitegen.inventory import Item
from sitegen.publish import MARKER, STAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def local(output: Path, item: Item) -> Local:
    """The file of *item*, as it lies in the folder *output*."""
    place = output / item.path
    try:
        size = place.stat().st_size
    except OSError as error:
        fix = "deploy again, when no build is running"
        raise MachineError.at(Location(str(place)), "vanished while it was being deployed", fix) from error
    return Local(path=item.path, place=place, digest=item.digest, size=size, kind=item.kind)


def kept(output: Path, items: Iterable[Item]) -> Iterator[Item]:
    """What is in the folder *output* and is not sitegen's: files that ``keep`` of site.yaml names, links left out."""
    known = {item.path for item in items}
    for folder, folders, files in os.walk(output):
        folders[:] = sorted(name for name in folders if name not in (".git", STAGE))
        inside = os.path.relpath(folder, output).replace(os.sep, "/")
        for name in sorted(files):
            path = name if inside == "." else f"{inside}/{name}"
            place = output / path
            if path not in known and path != MARKER and place.is_file() and not place.is_symlink():
                digest = hashlib.blake2b(place.read_bytes(), digest_size=16).hexdigest()
                yield Item(path=path, digest=digest, kind="static", url=url_of(path))


def commit(site: Path) -> str:
    """The commit of the sources in *site*, with ``-dirty`` if they differ from it; ``""`` if git knows none."""
    command = ["git", "-C", str(site), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    except OSError:  # there is no git
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def who() -> str:
    """Who deploys, for the next one who waits: ``desk on newsroom-3, process 4711``."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        name = "somebody"
    return f"{name} on {platform.node()}, process {os.getpid()}"
