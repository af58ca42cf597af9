"""The site of this moment, one file at a time.

A preview does not wait to be told that something changed: before it answers, it looks at every file's stat, and brings
up to date what changed since it looked last.  What only other pages need is left alone.  So an answer is what a build
at this moment would write, and costs what the one page costs.
"""

from __future__ import annotations

import ctypes
import gc
import math
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from msgspec import Struct

from sitegen.build import processors
from sitegen.edition import ON_DEMAND, Edition
from sitegen.errors import MachineError, SitegenError
from sitegen.incremental import (
    Refresh,
    Snapshot,
    Trace,
    everything,
    fingerprint,
    in_memory,
    reachable,
    share_out,
)
from sitegen.serve.files import Answer, Shown
from sitegen.serve.judging import judged
from sitegen.site import Options, leftover
from sitegen.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sitegen.cache import Cache
    from sitegen.errors import Problem
    from sitegen.incremental import Database, Key
    from sitegen.model.page import Page

_MOST_EDITIONS: Final = 4
_SWEEP: Final = 4
"""After so many changes memory is swept though nobody is idle: an edition that is replaced is a knot, which Python
frees only when it sweeps, and a command sweeps seldom."""
_ROUNDS: Final = 4
"""How often texts are left out one after another: without one, another may turn out to be wrong."""


class Showing(Struct, frozen=True, kw_only=True):
    """What is shown: the site in *folder*, at *origin* (``http://127.0.0.1:8000``).

    *clock* tells the moment to show, *stands* that it is always the same.  *drafts*: with what is not out yet.
    """

    folder: Path
    origin: str
    clock: Callable[[], datetime]
    stands: bool = False
    drafts: bool = True


class Preview:
    """What a build would write, for whoever asks now.  One thread may use it at a time."""

    def __init__(self, showing: Showing, cache: Cache | None) -> None:
        """Show *showing*, with what an earlier preview left in *cache*."""
        self.showing = showing
        self.revision = 0
        self._cache = cache
        self._theme = Theme()
        self._leftover = lru_cache(maxsize=None)(leftover)  # asked of every file at every look
        self._living: list[Edition] = []
        self._moment = self._now()
        self._edition = self._begun(cache.trace if cache else Trace(), self._moment, self._snapshot())
        self._jobs = 1
        self._looked = -math.inf
        self._others: dict[datetime, Shown] = {}
        self._shown: Shown | None = None
        self._touched: dict[str, datetime] = {}
        self._base = ""
        self._plan: Mapping[str, Page] = {}  # as it was when all texts could be read last

    def start(self) -> None:
        """Bring up to date what an earlier preview left, in as many processes as there are processors.

        To be called before there are threads, beside which no process can be forked.
        """
        self._jobs = processors()
        self._bring_up_to_date(self._edition)
        self.at(None)
        self._jobs = 1

    def look(self, asked: float = math.inf) -> bool:
        """Bring everything up to date with the files and the clock; whether anything changed.

        Whoever *asked* (`time.monotonic`) before the last look began needs no other one.
        """
        began = time.monotonic()
        if asked < self._looked:
            return False
        changed = self._look()
        self._looked = began
        return changed

    def _look(self) -> bool:
        now, snapshot = self._now(), self._snapshot()
        edition = self._edition
        unchanged = _Unchanged(edition, snapshot, self._moment, now)
        changed = {key for key in _outside(edition) if not unchanged(key)}
        if not changed and not _machine_failed(edition):
            edition.stand_at(now, snapshot)
            self._moment = now
            return False
        self._touched |= {str(key[1]): datetime.now(UTC) for key in changed if key[0] == "signature"}
        self._edition, self._moment = self._begun(_trace(self._edition), now, snapshot), now
        self._others.clear()
        self._shown = None
        self._bring_up_to_date(self._edition, lambda key: key not in changed)
        while len(self._living) > 1:  # all but the one just begun
            self._living.pop(0).end()
        self.revision += 1
        if self.revision % _SWEEP == 0:
            gc.collect()
        return True

    def answer(self, url: str, as_of: datetime | None = None) -> Answer:
        """What is at *url*, a path below the site; *as_of* another moment, if one is given."""
        return self.at(as_of).answer(url)

    def at(self, as_of: datetime | None) -> Shown:
        """What is shown of this moment, or of another."""
        if as_of is None or as_of == self._moment:
            if self._shown is None:
                self._shown = self._shown_of(self._edition, self._moment)
            return self._shown
        if as_of not in self._others:
            if len(self._others) >= _MOST_EDITIONS:
                self._others.pop(next(iter(self._others)))
            snapshot = self._edition.snapshot
            edition = self._begun(_trace(self._edition), as_of, snapshot)
            self._bring_up_to_date(edition, _Unchanged(self._edition, snapshot, self._moment, as_of))
            self._others[as_of] = self._shown_of(edition, as_of)
        return self._others[as_of]

    def base(self) -> str:
        """The path below which the site lives, not encoded, as it was when its settings could be read last."""
        with suppress(SitegenError):
            self._base = unquote(self._edition.settings().base)
        return self._base

    def zone(self) -> str:
        """The name of the site's time zone, UTC if its settings cannot be read."""
        try:
            return self._edition.settings().timezone
        except SitegenError:
            return "UTC"

    def all_problems(self, as_of: datetime | None = None) -> tuple[Problem, ...]:
        """What is wrong with the site, and what the pages that were made so far have to be told of."""
        shown = self.at(as_of)
        edition = shown.edition
        if edition.without():
            return shown.problems  # what is said of links to what is left out is not so
        keys: list[Key] = [("everything_read",)]
        with suppress(SitegenError):
            keys += [("output", url) for url in edition.plan()]
        alive = reachable(edition, [edition.number(key) for key in keys if edition.known(key)])
        return tuple(dict.fromkeys((*shown.problems, *edition.notes(alive))))

    @property
    def moment(self) -> datetime:
        """The moment that is shown."""
        return self._moment

    def touched(self) -> list[tuple[str, datetime]]:
        """The sources, the one that was changed last first, each with when; and those that went as the preview ran."""
        times = {path: at for path, at in self._touched.items() if not self._edition.snapshot.signature(path)}
        for _, key in self._edition.trace.keys_of("signature"):
            with suppress(OSError):
                changed = (self.showing.folder / str(key[1])).stat().st_mtime
                times[str(key[1])] = datetime.fromtimestamp(changed, UTC)
        return sorted(times.items(), key=lambda item: item[1], reverse=True)

    def next_change(self) -> datetime | None:
        """When the site changes by itself next, as far as anybody asked."""
        now = self._moment
        instants = (datetime.fromisoformat(str(key[1])) for key in _asked(self._edition, ("passed",)))
        return min((instant for instant in instants if instant > now), default=None)

    def settle_down(self) -> None:
        """Make what was answered ready for the next change: work that nobody waits for."""
        if self._edition.made:
            edition = self._edition
            self._edition = self._begun(_trace(edition), self._moment, edition.snapshot)
            self._bring_up_to_date(self._edition, lambda _: True)
            self._shown = None
            self._living.remove(edition)
            edition.end()
            gc.collect()
            give_back()

    def keep(self, tell: Callable[[str], None]) -> None:
        """Keep what was answered for the next preview."""
        if self._cache and (self._edition.made or self.revision):
            self._cache.save(self._edition, everything(self._edition), tell, partial=True)

    def _now(self) -> datetime:
        return self.showing.clock()

    def close(self) -> None:
        """Let go of all files."""
        if self._cache:
            self._cache.pack.close()

    def _snapshot(self) -> Snapshot:
        return Snapshot(self.showing.folder, self._leftover)

    def _shown_of(self, edition: Edition, now: datetime) -> Shown:
        """What is shown of *edition*, which is as of *now*: what can be made without the texts that cannot be read."""
        recent = [path for path in self._touched if edition.snapshot.signature(path) and path.endswith(".md")]
        found = fault = judged(edition, recent, self._jobs)
        shown = Shown(edition, found.problems, partial(self._without, now))
        problems = found.problems
        for _ in range(_ROUNDS):
            if not fault.culprits:
                break
            shown = self._without(now, shown, fault.culprits)
            fault = judged(shown.edition, recent, self._jobs)  # what else is wrong could not be asked before
            problems += fault.problems
        shown.problems = tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.order))
        if not found.problems:
            self._plan = edition.plan()
        return shown

    def _without(self, now: datetime, shown: Shown, texts: tuple[str, ...]) -> Shown:
        """The same as if *texts* were not there, too; their pages are lost, as far as it is known where they were."""
        before = shown.edition
        texts = tuple(sorted({*before.without(), *texts}))
        edition = self._begun(_trace(before), now, before.snapshot, texts)
        self._bring_up_to_date(edition, lambda key: key != ("without",))
        pages = (page for page in self._plan.values() if page.subject in texts and page.kind in ("article", "page"))
        lost = {page.url: page.subject for page in pages}
        return Shown(edition, shown.problems, partial(self._without, now), lost)

    def _begun(self, trace: Trace, now: datetime, snapshot: Snapshot, without: tuple[str, ...] = ()) -> Edition:
        options = Options(now=now, origin=self.showing.origin, drafts=self.showing.drafts, without=without)
        self._living.append(Edition(snapshot, self._theme, options, trace, self._cache.pack if self._cache else None))
        return self._living[-1]

    def _bring_up_to_date(self, edition: Edition, unchanged: Callable[[Key], bool] = lambda _: False) -> None:
        refresh = Refresh(edition, self._shared, ON_DEMAND)
        refresh.begin(unchanged)
        refresh.finish()

    def _shared(self, database: Database, keys: list[Key]) -> None:
        share_out(database, keys, self._jobs)


def give_back() -> None:
    """Let the system have memory that was freed, where the C library keeps it for later (malloc_trim(3), of glibc).

    A preview runs all day: what one large change took for a moment would else be held for ever.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(ctypes.c_size_t(0))


def started(showing: Showing, cache: Cache | None) -> Preview:
    """A preview that is up to date; from nothing, if what was kept is not as we wrote it."""
    try:
        preview = Preview(showing, cache)
        preview.start()
    except Exception:
        if cache is None or not cache.dropped("damaged"):
            raise
        preview = Preview(showing, cache)
        preview.start()
    return preview


def _trace(edition: Edition) -> Trace:
    """What *edition* knows, as the trace of the next one."""
    return in_memory(edition, everything(edition)) if edition.made else edition.trace


class _Unchanged:
    """Which questions about the outside have the answers that *edition* knows, at another moment and snapshot."""

    def __init__(self, edition: Edition, after: Snapshot, then: datetime, now: datetime) -> None:
        self._edition = edition
        self._before = edition.snapshot
        self._after = after
        self._then = then
        self._now = now

    def __call__(self, key: Key) -> bool:
        try:
            return self._is_unchanged(key)
        except SitegenError:  # it vanished while we looked, or cannot be read: told when it is asked for
            return False

    def _is_unchanged(self, key: Key) -> bool:
        name, of = key[0], str(key[-1])
        if name == "signature":
            return self._after.agrees(self._before, of) or self._reads_the_same(of)
        if name == "paths":
            return self._after.agrees_on_folder(self._before, of)
        if name == "passed":
            instant = datetime.fromisoformat(of)
            return (instant <= self._then) == (instant <= self._now)
        return True  # an option, and a preview has one set of them

    def _reads_the_same(self, path: str) -> bool:
        """Whether a file saved so lately that its stat tells nothing has the bytes that it had."""
        if not self._after.tells_nothing(self._before, path):
            return False
        known = self._edition.print_of(("source", path))
        if known is None or fingerprint(self._after.read(path)) != known:
            return False
        self._after.trust(self._before, path)
        return True


def _machine_failed(edition: Edition) -> bool:
    """Whether something could not be read, which may be another matter now though no file changed."""
    return any(isinstance(failure.error, MachineError) for failure in edition.failures.values())


def _outside(edition: Edition) -> Iterator[Key]:
    """What was asked about the outside, folders first: to list one finds the signatures of its files."""
    return _asked(edition, ("paths", "signature", "passed"))


def _asked(edition: Edition, names: tuple[str, ...]) -> Iterator[Key]:
    """What was asked of the queries called *names*, in their order."""
    new = [key for key in edition.new_keys() if key[0] in names]
    for name in names:
        yield from (key for _, key in edition.trace.keys_of(name))
        yield from (key for key in new if key[0] == name)
