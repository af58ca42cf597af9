"""The output folder: what is staged for it, and how it becomes the site."""

from __future__ import annotations

import fnmatch
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.errors import CoreError, Location, UsageError
from sitegen.publish.disk import is_there, locked, refusals, remove, remove_empty, undisturbed, write
from sitegen.publish.journal import Journal, begin, carry_out, complete_of, completed
from sitegen.publish.ledger import LedgerFile
from sitegen.publish.place import MARKER, NEW, NOT_LISTED, STAGE, is_below, is_marked, marker, unfinished
from sitegen.publish.stages import claimed, sweep
from sitegen.publish.tree import RACY, UNREAD, Ledger, Tree
from sitegen.urls import folded, folders_of, stays_inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sitegen.model.page import File


class Published(Struct, frozen=True):
    """What publishing did: how many files were written, which were removed, how many were right already."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


class Output:
    """The folder that holds the published site.

    *stage* is a folder of ours on the same file system, *ledger* a file where the stat signatures of what was
    published are kept between builds; *keep* are patterns of files that are not ours to remove.  *how* are the options
    of a build that is not for readers, which the marker tells.
    """

    def __init__(self, folder: Path, stage: Path, ledger: Path | None, keep: Iterable[str] = (), how: str = "") -> None:
        """Publish into *folder*.  Nothing is written yet."""
        self.folder = folder
        self._at = os.path.realpath(folder)
        self._stage = os.path.join(os.path.realpath(stage.parent), stage.name)
        self._new = os.path.join(self._stage, NEW)
        self._ledger = LedgerFile(str(ledger) if ledger else None, self._at)
        self._keep = tuple(keep)
        self._how = how
        self._claim: int | None = None
        self._begun = False

    def prepare(self, sources: Path) -> None:
        """Finish what a build that was killed had begun to publish, and clear what else it left behind.

        Raises UsageError if the folder is no place to publish into: it holds sources, or files of somebody else.
        """
        with refusals(self.folder):
            self._refuse(sources)
            completed(self._at)
            complete_of(self._stage)
            self._clear_stage()
            self._claim = claimed(self._stage)
            sweep(self._at)

    def stage(self, path: str, data: bytes) -> None:
        """Keep *data* to be published at *path*.  Raises MachineError when it cannot be written."""
        target = self._staged(path)
        with refusals(target):
            write(target, data)

    def stage_copy(self, path: str, source: Path) -> None:
        """Keep a copy of the file *source* to be published at *path*."""
        target = self._staged(path)
        with refusals(target):
            write(target, b"")
            shutil.copyfile(source, target)

    def publish(self, files: Iterable[File], again: Callable[[list[File]], bool]) -> Published:
        """Make the folder hold *files* and nothing else, but for what is kept.

        *again* stages files whose bytes are missing here although their answers still hold, and answers whether that is
        all that it staged.  Raises MachineError; what was begun by then is finished by the next build.
        """
        wanted = {file.path: file for file in files}
        with refusals(self.folder):
            if not os.path.exists(self._at):
                exact = self._stage_missing(wanted.values(), again)
                if self._publish_whole(wanted, exact=exact):
                    return Published(tuple(wanted), (), 0)
            with locked(self._at):  # one build at a time, whichever site and cache it is of
                return self._publish_into(wanted, again)

    def clear(self) -> tuple[str, ...]:
        """Remove all that publishing puts into the folder, but for its marker; what was removed.

        Raises MachineError.  It takes no room on the disk.
        """
        with refusals(self.folder), locked(self._at), undisturbed():
            if stage := unfinished(self._at):
                shutil.rmtree(stage, ignore_errors=True)  # so that nothing of it comes back
            found = Tree(self._at, Ledger())
            stray = sorted(path for path in found.files if not self._kept(path))
            for path in stray:
                remove(os.path.join(self._at, path))
            for path in sorted(found.folders, reverse=True):
                if path:
                    remove_empty(os.path.join(self._at, path))
        return tuple(stray)

    def discard(self) -> None:
        """Forget what was staged, but not what is to be published from there by the next build."""
        if not self._begun:
            self._clear_stage()
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    def _clear_stage(self) -> None:
        if os.path.islink(self._stage):  # which is not followed to what it leads to
            os.unlink(self._stage)
        shutil.rmtree(self._stage, ignore_errors=True)

    def _staged(self, path: str) -> str:
        """Where *path* is staged, if it is one below the output folder, whoever made it up."""
        if not stays_inside(path):
            raise CoreError.at(Location(path), "would be published outside of the output folder")
        return f"{self._new}{os.sep}{path}"

    def _stage_missing(self, files: Iterable[File], again: Callable[[list[File]], bool]) -> bool:
        """Let *again* stage those of *files* that are not staged; whether it is certain that nothing else is."""
        nothing = not is_there(self._new)  # is staged, as all of them were made by an earlier build
        places = [(file, self._staged(file.path)) for file in files]
        missing = [file for file, place in places if nothing or not is_there(place)]
        return bool(missing) and again(missing) and nothing

    def _publish_whole(self, wanted: Mapping[str, File], *, exact: bool) -> bool:
        """Publish where nothing was: the staged folder becomes the output at once; False if another build was first.

        If what is staged is *exact*, it is not looked at; all of it is so new that the next build has to in any case.
        """
        write(os.path.join(self._new, MARKER), marker(self._at, how=self._how))
        with undisturbed():
            ledger = Ledger() if exact else self._cleaned(wanted)
            os.makedirs(os.path.dirname(self._at), exist_ok=True)
            try:
                os.rename(self._new, self._at)
            except OSError:
                if not os.path.exists(self._at):
                    raise
                return False
            self._ledger.write(ledger)
        return True

    def _cleaned(self, wanted: Mapping[str, File]) -> Ledger:
        """What is staged, once what is not *wanted* and was made on the way is removed."""
        needed = folders_of(wanted)
        staged = Tree(self._new, Ledger())
        for path in staged.files - wanted.keys():
            remove(os.path.join(self._new, path))
        for path in sorted(staged.folders.keys() - needed - {""}, reverse=True):
            remove_empty(os.path.join(self._new, path))
        seen = staged.right({path: file.digest for path, file in wanted.items()}, trusted=True)
        return Ledger({"": RACY} | {path: staged.signature(path) for path in sorted(needed)}, seen)

    def _publish_into(self, wanted: Mapping[str, File], again: Callable[[list[File]], bool]) -> Published:
        """Publish where something is: what differs is put right, and nothing else is touched."""
        found = Tree(self._at, self._ledger.read())
        right = found.right({path: file.digest for path, file in wanted.items()})
        missing = [file for path, file in wanted.items() if path not in right]
        kept = sorted(filter(self._kept, found.files - wanted.keys()))
        stray = sorted(filter(is_below, found.files - wanted.keys() - set(kept)))
        self._leave_what_is_kept({file.path for file in missing}, kept)
        self._stage_missing(missing, again)
        journal = _journal(found, wanted, sorted(missing, key=_order), stray, kept)
        done = Published(tuple(file.path for file in missing), tuple(stray), len(right))
        if journal != _NOTHING or not is_marked(self._at, self._how):
            self._carry_out(journal)
        elif found.certain:
            return done
        changed = folders_of((*journal.moved, *journal.removed, *journal.emptied))
        if journal != _NOTHING:
            changed.add("")
        folders = {*found.folders, *folders_of(wanted)}.difference(journal.emptied)
        signatures = {path: RACY if path in changed else found.signature(path) for path in sorted(folders)}
        self._ledger.write(Ledger(signatures, right | {file.path: UNREAD for file in missing}, tuple(kept)))
        return done

    def _carry_out(self, journal: Journal) -> None:
        """Do it; if that does not come to its end, what is staged is needed by the next build."""
        with undisturbed():
            begin(journal, self._stage, self._at, self._how)
            self._begun = True
            carry_out(journal, self._stage, self._at)
            self._begun = False

    def _refuse(self, sources: Path) -> None:
        real, site = Path(self._at), Path(os.path.realpath(sources))
        place = Location(str(self.folder))
        if real == site or real in site.parents:
            fix = "name a folder of its own, such as public"
            raise UsageError.at(place, "the output folder would hold the site's own sources", fix)
        if any(real == site / part or (site / part) in real.parents for part in _SOURCES):
            fix = "choose another, such as public"
            raise UsageError.at(place, "the output folder is inside the site's sources", fix)
        if self.folder.exists() and not self.folder.is_dir():
            fix = "remove it, or choose another name"
            raise UsageError.at(place, "the output is to be a folder, and is a file", fix)
        if self.folder.is_dir() and not (self.folder / MARKER).exists() and set(os.listdir(self._at)) - {STAGE}:
            fix = f"choose an empty folder; if it may be replaced, put an empty file {MARKER} into it"
            raise UsageError.at(place, "the output folder holds files that sitegen did not make", fix)

    def _kept(self, path: str) -> bool:
        return path.rpartition("/")[2] in NOT_LISTED or any(
            fnmatch.fnmatchcase(path, pattern) or path.startswith(pattern.rstrip("/") + "/") for pattern in self._keep
        )

    def _leave_what_is_kept(self, written: set[str], kept: list[str]) -> None:
        """Raise UsageError if a file that is kept is where one of *written* needs a folder, or a folder is one."""
        needed = folders_of(written) if kept else set()
        for path in kept:
            if path in needed or not written.isdisjoint(folders_of([path])):
                in_the_way = [file for file in written if file.startswith(path + "/") or path.startswith(file + "/")]
                what = f"is kept, as site.yaml says, and is in the way of {min(in_the_way)}"
                fix = "move it away, or take it out of `keep`"
                raise UsageError.at(Location(str(self.folder / path)), what, fix)


def _journal(
    found: Tree, wanted: Mapping[str, File], missing: list[File], stray: list[str], kept: list[str]
) -> Journal:
    """What is to be done: a stray where a folder is needed is not among what is removed, as it goes first."""
    needed = folders_of(wanted)
    by_name = {folded(path): path for path in wanted} if stray else {}
    removed = [path for path in stray if path not in needed]
    emptied = found.folders.keys() - needed - folders_of(kept) - found.closed - {""}
    return Journal(
        moved=[file.path for file in missing],
        removed=removed,
        twins=[by_name.get(folded(path), "") for path in removed],
        emptied=sorted(filter(is_below, emptied), reverse=True),
    )


_NOTHING: Final = Journal([], [], [], [])
_SOURCES: Final = ("content", "layouts", "static", ".sitegen", ".git")
_LAST: Final = (".xml", ".json", ".txt")
_PAGES: Final = (".html",)


def _order(file: File) -> tuple[int, str]:
    """What a page needs comes before it, and what tells of it after it."""
    turn = 1 if file.path.endswith(_PAGES) else 2 if file.path.endswith(_LAST) else 0
    return turn, file.path
