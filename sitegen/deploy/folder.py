"""A folder on this machine: a release beside the last one, and one atomic switch of a link from that to this.

::

    /srv/wire/current -> releases/20260615T120000Z     what the server shows
    /srv/wire/releases/20260615T120000Z/index.html
    /srv/wire/releases/20260615T114500Z/index.html     a hard link to it, if it is the same

POSIX has rename(2) replace a link atomically, so a reader sees the old site or the new one, and never none.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from sitegen.deploy.manifest import LOCK, NAME
from sitegen.deploy.target import AS_IT_WAS, Found, same_bytes
from sitegen.errors import Location, UsageError
from sitegen.lock import DEPLOYS, held
from sitegen.publish.disk import is_there, refusals, remove, remove_empty, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from sitegen.deploy.target import Count, Local, Tell
    from sitegen.model.deploy import FolderPlace

CURRENT: Final = "current"
RELEASES: Final = "releases"
PARTIAL: Final = ".partial"
"""What the name of a release ends in until it is all there."""

_RELEASE: Final = re.compile(r"\d{8}T\d{6}\.\d{6}Z\+*", re.ASCII)

_ELSEWHERE: Final = "see to its folder and who may write there, or name another `path` in site.yaml"


class Folder:
    """The releases below one folder."""

    whole = True
    seen = AS_IT_WAS

    def __init__(self, settings: FolderPlace, site: Path) -> None:
        """Look at nothing yet; a relative path is one from the folder of the *site* on."""
        self._base = site / settings.path
        self._releases = settings.releases
        self._new: Path | None = None

    @property
    def place(self) -> str:
        """The folder."""
        return str(self._base)

    @property
    def current(self) -> Path:
        """The link to the release that readers see."""
        return self._base / CURRENT

    def manifest(self) -> bytes | None:
        """That in the release that readers see."""
        with _refusals(self._base):
            if self.current.is_dir() and not self.current.is_symlink():
                fix = "move it away: it is to be a link, which is switched from one release to the next"
                raise UsageError.at(Location(str(self.current)), "is a folder", fix)
            try:
                return (self.current / NAME).read_bytes()
            except FileNotFoundError:
                return None

    def listing(self) -> Mapping[str, Found]:
        """What is in the release that readers see."""
        with _refusals(self._base):
            return dict(_files(self.current, ""))

    def form(self, file: Local) -> str:  # noqa: ARG002 - a folder keeps bytes alone
        """Nothing: the server decides."""
        return ""

    def holding(self, pairs: Sequence[tuple[Found, Local]]) -> set[str]:
        """Whose bytes are the same: both are at hand."""
        return {
            file.path
            for found, file in pairs
            if found.size == file.size and same_bytes(self.current / file.path, file.place)
        }

    def session(self, tell: Tell) -> AbstractContextManager[None]:  # noqa: ARG002 - nobody is waited for
        """Nothing: it is here."""
        return nullcontext()

    @contextmanager
    def lock(self, who: str, tell: Tell) -> Iterator[IO[str]]:  # noqa: ARG002 - the process is told
        """A lock of this machine, on a file beside the releases: that file."""
        with _refusals(self._base):
            self._base.mkdir(parents=True, exist_ok=True)
        work = f"deploy to {self._base}"
        with held(self._base / LOCK, tell, work, "or choose another one", DEPLOYS) as file:
            yield file

    def begin(self, manifest: bytes) -> None:  # noqa: ARG002 - readers see nothing of it before it is done
        """Make a release of hard links to what is there now.

        What an earlier deploy left half done is swept, and so is what is newer than what is shown: it never was, or
        somebody went back from it.  What others put there is left alone, whatever it is.
        """
        releases = self._base / RELEASES
        with _refusals(self._base):
            releases.mkdir(mode=0o755, parents=True, exist_ok=True)
            shown = self._shown()
            newer = [release for release in self._all() if shown and release.name > shown.name]
            half = [each for each in releases.glob(f"*{PARTIAL}") if is_release(each.name.removesuffix(PARTIAL))]
            for left in (*newer, *half):
                shutil.rmtree(left, ignore_errors=True)
            self._new = releases / (stamp(shown.name if shown else "") + PARTIAL)
            if self.current.exists():
                shutil.copytree(self.current.resolve(), self._new, symlinks=True, copy_function=_link)
                remove(str(self._new / NAME))
            else:
                self._new.mkdir(mode=0o755)

    def put(self, files: Sequence[Local], count: Count) -> Mapping[str, str]:
        """Write files into the new release; the links to what was there before are left alone."""
        new = self.new
        tags: dict[str, str] = {}
        with _refusals(new):
            for number, file in enumerate(files, 1):
                target = new / file.path
                _make_way(new, target)
                write(str(target), file.read())
                tags[file.path] = _tag(target.stat())
                count(number)
        return tags

    def delete(self, paths: Sequence[str]) -> None:
        """Leave files, and folders that are empty then, out of the new release."""
        new = self.new
        with _refusals(new):
            for path in paths:
                remove(str(new / path))
            for folder in sorted({parent for path in paths for parent in Path(path).parents}, reverse=True):
                if folder.parts:
                    remove_empty(str(new / folder))

    def finish(self, manifest: bytes, message: str) -> None:  # noqa: ARG002 - releases have no message
        """Show readers the new release, and remove those that are too old to be kept."""
        new = self.new
        with _refusals(self._base):
            write(str(new / NAME), manifest)
            release = new.with_name(new.name.removesuffix(PARTIAL))
            new.rename(release)
            self._switch(release)
            for old in self._all()[: -self._releases]:
                if old != self._shown():
                    shutil.rmtree(old, ignore_errors=True)

    def rollback(self, tell: Tell) -> str:
        """Show readers the release before the one that they see."""
        with _refusals(self._base):
            shown = self._shown()
            before = [release for release in self._all() if shown and release.name < shown.name]
            if not before:
                fix = "deploy an earlier version of the sources instead"
                raise UsageError.at(Location(self.place), "has no release before this one", fix)
            self._switch(before[-1])
        tell(f"{self.current} showed {shown.name if shown else 'nothing'} before")
        return before[-1].name

    @property
    def new(self) -> Path:
        """The release that is being made."""
        assert self._new is not None, "begin() comes first"  # noqa: S101 - for types: the protocol says so
        return self._new

    def _switch(self, release: Path) -> None:
        beside = self._base / f".{CURRENT}"
        remove(str(beside))
        beside.symlink_to(f"{RELEASES}/{release.name}")
        beside.replace(self.current)

    def _shown(self) -> Path | None:
        """The release that readers see, if it is one of ours."""
        shown = self.current.resolve()
        ours = shown.parent == (self._base / RELEASES).resolve() and is_release(shown.name)
        return self._base / RELEASES / shown.name if ours else None

    def _all(self) -> list[Path]:
        """The releases of ours, oldest first."""
        found = (self._base / RELEASES).glob("*")  # of no folder: nothing
        return sorted(each for each in found if is_release(each.name) and _is_ours(each))


def stamp(shown: str) -> str:
    """The name of a new release: the time, and in any case after the one that is *shown*, whatever clocks say."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return now if now > shown else f"{shown}+"


def is_release(name: str) -> bool:
    """Whether *name* is one that `stamp` makes; of other folders beside the releases nothing is known."""
    return _RELEASE.fullmatch(name) is not None


def _is_ours(release: Path) -> bool:
    """Whether a deploy made the folder *release*, and finished it."""
    return not release.is_symlink() and (release / NAME).is_file()


def _refusals(place: Path) -> AbstractContextManager[None]:
    return refusals(place, _ELSEWHERE)


def _files(root: Path, inside: str) -> Iterator[tuple[str, Found]]:
    """Every file below the folder *inside* of *root*, if that is there."""
    try:
        entries = list(os.scandir(root / inside))
    except FileNotFoundError:
        return
    for entry in entries:
        path = f"{inside}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _files(root, path + "/")
        elif path not in (NAME, LOCK):
            stat = entry.stat(follow_symlinks=False)
            yield path, Found(stat.st_size, _tag(stat))


def _tag(stat: os.stat_result) -> str:
    """What a release says of a file: hard links share it."""
    return str(stat.st_mtime_ns)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # a disk without hard links, or with too many to one file
        shutil.copy2(source, target, follow_symlinks=False)


def _make_way(root: Path, target: Path) -> None:
    """Remove what is at *target*, and any file where it needs a folder below *root*."""
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    remove(str(target))
    for folder in target.parents:
        if folder == root:
            break
        if is_there(str(folder)) and (folder.is_symlink() or not folder.is_dir()):
            remove(str(folder))
