"""The use case: make the output folder hold the site of this moment."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.edition import Edition
from sitegen.errors import BuildFailed, Location, Problem, SitegenError
from sitegen.incremental import Snapshot, Store, settle, toolchain
from sitegen.lock import held
from sitegen.publish import STAGE, Output, Published
from sitegen.site import Options, leftover
from sitegen.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sitegen.incremental import Key, Memo

    Progress = Callable[[str, int, int], None]

CACHE: Final = ".sitegen"
_LAYOUTS: Final = (".html", ".xml", ".txt", ".json", ".j2")
DEPENDENCIES: Final = (
    *("babel", "jinja2", "markdown-it-py", "markupsafe", "mdit-py-plugins", "mdurl", "msgspec"),
    *("nh3", "pygments", "pyyaml", "tzdata"),
)
"""The distributions whose version decides what an answer is."""


class Request(Struct, frozen=True, kw_only=True):
    """What to build: the site in *folder*, as of *now* (aware), into *output* or where its settings say."""

    folder: Path
    now: datetime
    output: Path | None = None
    url: str = ""
    drafts: bool = False
    without: tuple[str, ...] = ()
    cache: bool = True
    strict: bool = False


class Summary(Struct, frozen=True, kw_only=True):
    """What a build did.  *warnings* are all that hold for the site, whether or not their page was made anew."""

    output: str
    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    warnings: tuple[Problem, ...]
    remarks: tuple[str, ...]
    seconds: float


def build(
    request: Request, progress: Progress = lambda *_: None, tell: Callable[[str], None] = lambda _: None
) -> Summary:
    """Build the site of *request*; answer with what was done.

    *progress* is called with a phase, how much of it is done, and of how much; *tell* with a line for the person who
    waits.  Raises BuildFailed with every problem of the site, MachineError, UsageError; the output is then untouched.
    """
    began = time.monotonic()
    cache = request.folder / CACHE
    with held(cache / "lock", tell) if request.cache else _unlocked():
        store = Store(cache / "memos", toolchain(Path(__file__).parent, DEPENDENCIES)) if request.cache else None
        memos, lost = store.load() if store else ({}, "")
        options = Options(now=request.now, url=request.url, drafts=request.drafts, without=request.without)
        edition = Edition(Snapshot(request.folder, leftover), Theme(), options, memos)
        try:
            published = _published(edition, request, progress)
        except BaseException:
            # What was answered is right whatever went wrong beside it; nothing of the earlier build is forgotten.
            if store and edition.changed:
                _save(store, {**edition.leftover(), **edition.memos}, tell)
            raise
        if store and (edition.changed or edition.leftover()):
            _save(store, edition.memos, tell)
    remarks = (f"the cache was {lost}, so everything is made anew",) if lost else ()
    return Summary(
        output=str(edition.publisher.folder),
        written=published.written,
        removed=published.removed,
        unchanged=published.unchanged,
        warnings=edition.notes(),
        remarks=remarks,
        seconds=time.monotonic() - began,
    )


def _save(store: Store, memos: Mapping[Key, Memo], tell: Callable[[str], None]) -> None:
    """Keep *memos* for the next build.  That they cannot be kept costs time, and fails nothing."""
    try:
        store.save(memos)
        # The cache holds text that is not public yet: no repository is to have it.
        (store.path.parent / ".gitignore").write_text("*\n", encoding="ascii")
    except OSError as error:
        tell(f"the cache could not be written: {(error.strerror or str(error)).lower()}")


def _published(edition: Edition, request: Request, progress: Progress) -> Published:
    """Prove everything, then publish; nothing is published if anything is wrong."""
    _settle(edition, [("settings",)])
    output = request.output or request.folder / edition.settings().output
    edition.publish_into(_output(output, request, edition.settings().keep))
    edition.publisher.prepare(request.folder)
    try:
        _prove(edition, progress)
        if request.strict and (warnings := edition.notes()):
            raise BuildFailed(warnings)
        return edition.publish()
    finally:
        edition.publisher.discard()


def _prove(edition: Edition, progress: Progress) -> None:
    """Prove every output.

    What the site is made of is settled before what is made of it, and whatever can be judged is, although something
    else is wrong: one broken story does not hide the errors of the next.
    """
    _settle(edition, [("story_paths",), ("page_paths",), ("static_paths",), ("layout_names",), ("data_files",)])
    stories, pages = edition.story_paths(), edition.page_paths()
    parts: list[Key] = [("author_book",), *(("written", path) for path in stories)]
    parts += [("standing_page", path) for path in pages]
    parts += [("data", name) for name, _ in edition.data_files()]
    problems = settle(edition, _counted(parts, "reading", progress)) | settle(edition, [("plan",)])
    if problems:
        problems |= settle(edition, [("body", path) for path in edition.readable((*stories, *pages))])
    else:
        problems |= settle(edition, _counted([("output", url) for url in edition.plan()], "making", progress))
    problems |= settle(edition, [("layout_warnings", name) for name in edition.layout_names()])
    _stop_at(edition, problems)
    _settle(edition, [("layout_use",)])


def _settle(edition: Edition, keys: Iterable[Key]) -> None:
    _stop_at(edition, settle(edition, keys))


def _stop_at(edition: Edition, problems: Mapping[Problem, type[SitegenError]]) -> None:
    """Raise all of *problems*, if there are any; as the gravest kind of error among them, if that is not the site's."""
    if not problems:
        return
    found = dict.fromkeys([*_once_a_layout(problems), *edition.notes()])
    gravest = max(problems.values(), key=lambda kind: kind.exit_status)
    kind = gravest if gravest.exit_status > BuildFailed.exit_status else BuildFailed
    raise kind(sorted(found, key=lambda problem: problem.order))


def _once_a_layout(problems: Iterable[Problem]) -> list[Problem]:
    """*problems*, and of those at one place of a layout, which each page made with it meets anew, the first."""
    first: dict[tuple[Location | None, str], Problem] = {}
    for problem in problems:
        in_layout = problem.where and problem.where.path.endswith(_LAYOUTS)
        first.setdefault((problem.where, "" if in_layout else problem.what), problem)
    return list(first.values())


def _counted(keys: list[Key], phase: str, progress: Progress) -> Iterator[Key]:
    for done, key in enumerate(keys):
        progress(phase, done, len(keys))
        yield key
    progress(phase, len(keys), len(keys))


@contextmanager
def _unlocked() -> Iterator[None]:
    """Nothing is held: without a cache two builds share the output alone, which is held while it is published."""
    yield


def _output(folder: Path, request: Request, keep: tuple[str, ...]) -> Output:
    """The output at *folder*, staged where a rename into it is possible: on its disk.

    That is in the cache, or else beside the folder, or else in it.  Without the cache's lock each build has a stage of
    its own.
    """
    cache, folder = request.folder / CACHE, Path(os.path.realpath(folder))
    if request.cache and _device(cache) == _device(folder):
        stage = cache / "stage"
    elif _device(folder.parent) == _device(folder):
        stage = folder.parent / f".{folder.name}.{os.getpid()}{STAGE}"
    else:
        stage = folder / STAGE
    return Output(folder, stage, cache / "published" if request.cache else None, keep)


def _device(path: Path) -> int:
    """The number of the disk that *path*, or the nearest folder above it that exists, is on."""
    while not os.path.exists(path) and path != path.parent:  # noqa: PTH110 - Path.exists fails for a long name
        path = path.parent
    return path.stat().st_dev
