"""The use case: make the output folder hold the site of this moment."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import unquote

from msgspec import Struct

from sitegen.addresses import Address, Addresses
from sitegen.cache import Cache
from sitegen.clock import Clock
from sitegen.edition import Edition
from sitegen.errors import CoreError, Problem, SitegenError, UsageError
from sitegen.explain import FROM_NOTHING, Explanation, asked, reason, reasons, told
from sitegen.incremental import Snapshot, everything
from sitegen.inventory import Item, inventory
from sitegen.lock import held
from sitegen.proof import Proof
from sitegen.publish import STAGE, Output, Published, complete_of, stage_beside
from sitegen.site import Options, leftover
from sitegen.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Progress = Callable[[str, int, int], None]

_Answer = TypeVar("_Answer")

CACHE: Final = ".sitegen"


class Request(Struct, frozen=True, kw_only=True):
    """What to build: the site in *folder*, as of *now* (aware), into *output* or where its settings say.

    *kept* is the folder of the cache, if not the site's own.  *jobs* is the number of processes; 0: as many as there
    are processors.  *explain*: the reasons are asked for; *listed*: the files as well, whether or not they were written
    now.  *elsewhen*: *now* is another moment than it is.
    """

    folder: Path
    now: datetime
    output: Path | None = None
    url: str = ""
    drafts: bool = False
    without: tuple[str, ...] = ()
    cache: bool = True
    kept: Path | None = None
    strict: bool = False
    jobs: int = 0
    explain: bool = False
    listed: bool = False
    elsewhen: bool = False

    @property
    def how(self) -> str:
        """The options that make it a build that is not for readers."""
        given = {"--drafts": self.drafts, "--url": bool(self.url), "--now": self.elsewhen}
        return " and ".join(option for option, is_given in given.items() if is_given)

    @property
    def store(self) -> Path:
        """The folder of the cache, whether or not it is used."""
        return self.kept or self.folder / CACHE


class Summary(Struct, frozen=True, kw_only=True):
    """What a build did.  *warnings* are all that hold for the site, whether or not their page was made anew.

    *seconds* are by phase, *executed* the numbers of questions worked out, by name, *reasons* say of each file written
    why it was.  *items* are all files that there are, if they were asked for.
    """

    output: str
    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    warnings: tuple[Problem, ...]
    remarks: tuple[str, ...]
    seconds: dict[str, float]
    executed: dict[str, int]
    reasons: dict[str, str]
    items: tuple[Item, ...] = ()


def build(
    request: Request, progress: Progress = lambda *_: None, tell: Callable[[str], None] = lambda _: None
) -> Summary:
    """Build the site of *request*; answer with what was done.

    *progress* is called with a phase, how much of it is done, and of how much; *tell* with a line for the person who
    waits.  Raises BuildFailed with every problem of the site, MachineError, UsageError; the output is then untouched.
    """
    cache = Cache(request.store) if request.cache else None
    with held(cache.folder / "lock", tell) if cache else _unlocked():
        return _with(cache, lambda: _Build(request, cache, progress, tell).run())


class _Build:
    """One build: what it works with."""

    def __init__(
        self,
        request: Request,
        cache: Cache | None,
        progress: Progress = lambda *_: None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._request = request
        self._cache = cache
        self._progress = progress
        self._tell = tell
        self._clock = Clock()
        self._jobs = request.jobs or processors()
        options = Options(now=request.now, url=request.url, drafts=request.drafts, without=request.without)
        snapshot = Snapshot(request.folder, leftover)
        trace, pack = (cache.trace, cache.pack) if cache else (None, None)
        self._edition = Edition(snapshot, Theme(), options, trace, pack)
        self._refreshed = False
        self._output: Output

    def run(self) -> Summary:
        """Prove everything, publish it, and keep what was proved."""
        edition, cache, request = self._edition, self._cache, self._request
        try:
            needed, published, items = self._published()
        except KeyboardInterrupt:
            with suppress(Exception):  # for which the build would begin anew
                self._keep_answers()
            raise
        except CoreError:  # so not all that was answered is right
            raise
        except SitegenError:
            self._keep_answers()
            raise
        if cache and (edition.changed or edition.trace.partial):
            with self._clock.phase("keep"):
                cache.save(edition, needed, self._tell)
        if cache and edition.number(("addresses",)) in edition.made and not (request.drafts or request.without):
            now = tuple(Address(*each) for each in edition.addresses())
            Addresses(cache.folder).save(now, edition.held_texts())
        return Summary(
            output=str(self._output.folder),
            written=published.written,
            removed=published.removed,
            unchanged=published.unchanged,
            warnings=edition.notes(needed),
            remarks=(f"the cache was {cache.lost}, so everything is made anew",) if cache and cache.lost else (),
            seconds=self._clock.seconds,
            executed=dict(Counter(str(key[0]) for key in edition.executed)),
            reasons=told(reasons(edition), published.written) if request.explain else {},
            items=items,
        )

    def _keep_answers(self) -> None:
        """Keep what was answered, which is right whatever went wrong beside it; nothing of before is forgotten."""
        edition, cache = self._edition, self._cache
        if cache and self._refreshed and (edition.changed or not edition.trace.partial):
            cache.save(edition, everything(edition), self._tell, partial=True)

    def explanation(self, url: str) -> Explanation:
        """Prove everything, and look at what made the file at *url*."""
        edition, cache = self._edition, self._cache
        with self._proved() as needed:
            path = _path_of(url, str(edition.setting("url")))
            key = next(filter(None, (edition.file_at(each, needed) for each in (path, f"{path}/index.html"))), None)
            if key is None:
                raise UsageError.at(None, f"the site has nothing at {url}", "give the address of a page: /about/")
            file = edition.file(edition.prove(key))
            page = edition.page_at(str(key[1])) if key[0] == "output" else None
            return Explanation(
                url=page.url if page else "/" + file.path,
                file=file.path,
                source=page.source if page else str(key[1]),
                made=(cache.reasons if cache else {}).get(file.path, FROM_NOTHING),
                now=reason(edition, key) if edition.number(key) in edition.made else "",
                asks=asked(edition, key),
            )

    def _published(self) -> tuple[bytearray, Published, tuple[Item, ...]]:
        """Prove everything, then publish; nothing is published if anything is wrong."""
        edition = self._edition
        with self._proved() as needed:
            with self._clock.phase("publish"):
                published = edition.publish(self._output, needed, self._jobs)
            if not self._request.listed:
                return needed, published, ()
            known = self._cache.reasons if self._cache else {}
            return needed, published, inventory(edition, needed, known | reasons(edition))

    @contextmanager
    def _proved(self) -> Iterator[bytearray]:
        """Prove everything, with a place for what is made, and tell what is needed of it."""
        edition, request = self._edition, self._request
        complete_of(_stage(request))  # of which nothing that is wrong now keeps us
        proof = Proof(edition, self._jobs, self._clock, self._progress)
        proof.begin()
        output = self._output = _output(request.output or request.folder / edition.settings().output, request, edition)
        edition.stage_on(output)
        output.prepare(request.folder)
        try:
            proof.refresh()
            self._refreshed = True
            yield proof.needed(strict=request.strict)
        finally:
            output.discard()


def explained(request: Request, url: str) -> Explanation:
    """Why the file at *url*, a path of the site or a full URL, is as it is.  Nothing is published.

    Raises what `build` raises, and UsageError where the site has nothing at *url*.
    """
    cache = Cache(request.store)
    with held(cache.folder / "lock", lambda _: None):
        return _with(cache, lambda: _Build(request, cache).explanation(url))


def _with(cache: Cache | None, work: Callable[[], _Answer]) -> _Answer:
    """What *work* answers; it is done once more, from nothing, if what *cache* holds may have led it astray.

    A store that is not as we wrote it, though its checksums are right, can bring any error that is not the site's or
    the machine's.  So the worst it does is to cost time, unless it agrees with itself and lies.
    """
    if cache is None:
        return work()
    try:
        try:
            return work()
        except SitegenError as error:
            if not isinstance(error, CoreError) or not cache.dropped("not to be trusted"):
                raise
        except Exception:
            if not cache.dropped("damaged"):
                raise
        return work()
    finally:
        cache.pack.close()


def _path_of(url: str, site: str) -> str:
    """The path in the output of the file at *url*."""
    path = unquote(url.removeprefix(site)).removeprefix("/")
    return path + "index.html" if path.endswith("/") or not path else path


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _unlocked() -> Iterator[None]:
    """Nothing is held: without a cache two builds share the output alone, which is held while it is published."""
    yield


def _output(folder: Path, request: Request, edition: Edition) -> Output:
    """The output at *folder*, staged where a rename into it is possible: on its disk.

    That is in the cache, or else beside the folder, or else in it.  Without the cache's lock each build has a stage of
    its own.
    """
    cache, folder = request.store, Path(os.path.realpath(folder))
    if request.cache and _device(cache) == _device(folder):
        stage = _stage(request)
    elif _device(folder.parent) == _device(folder):
        stage = stage_beside(folder)
    else:
        stage = folder / STAGE
    return Output(folder, stage, cache / "published" if request.cache else None, edition.settings().keep, request.how)


def _stage(request: Request) -> Path:
    """Where a build with a cache stages, if that is on the disk of the output."""
    return request.store / "stage"


def _device(path: Path) -> int:
    """The number of the disk that *path*, or the nearest folder above it that exists, is on."""
    while not os.path.exists(path) and path != path.parent:  # noqa: PTH110 - Path.exists fails for a long name
        path = path.parent
    return path.stat().st_dev
