"""The proof that a site is as it should be: every answer that it needs, and all that is wrong, for whoever makes it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from sitegen.errors import BuildFailed, CoreError
from sitegen.incremental import Refresh, alive, reachable, settle, share_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sitegen.clock import Clock
    from sitegen.edition import Edition
    from sitegen.errors import Location, Problem, SitegenError
    from sitegen.incremental import Database, Key

    Progress = Callable[[str, int, int], None]

ROOTS: Final[tuple[Key, ...]] = (("settings",), ("everything_read",), ("everything_made",), ("layouts_checked",))
_LAYOUTS: Final = (".html", ".xml", ".txt", ".json", ".j2")


class Proof:
    """The proof of *edition*, in *jobs* processes: `begin`, `refresh`, `needed`, in this order.

    Between the first two the settings can be asked for, so that there is a place for what is made.  Each raises
    BuildFailed with every problem, or what is graver.
    """

    def __init__(self, edition: Edition, jobs: int, clock: Clock, progress: Progress = lambda *_: None) -> None:
        """Do nothing yet."""
        self._edition = edition
        self._jobs = jobs
        self._clock = clock
        self._progress = progress
        self._refresh = Refresh(edition, self._shared)

    def begin(self, same: Callable[[Key], bool] = lambda _: False) -> None:
        """Look at what comes from outside, but for what is known to be the *same*, and read the settings."""
        with self._clock.phase("look"):
            self._refresh.begin(same)
            self._settle([("settings",)])

    def refresh(self) -> None:
        """Bring up to date what an earlier build knew."""
        with self._clock.phase("refresh"):
            self._refresh.finish()

    def needed(self, *, strict: bool = False) -> bytearray:
        """Prove everything; answer with what the site needs of it (see `alive`).  *strict*: a warning is an error."""
        self._prove()
        needed = alive(self._edition)
        if strict and (warnings := self._edition.notes(needed)):
            raise BuildFailed(warnings)
        return needed

    def _prove(self) -> None:
        """Prove every output.

        What the site is made of is settled before what is made of it, and whatever can be judged is, although something
        else is wrong: one broken story does not hide the errors of the next.
        """
        edition = self._edition
        self._settle([("story_paths",), ("page_paths",), ("static_paths",), ("layout_names",), ("data_files",)])
        problems = dict(self._read()) | settle(edition, [("plan",)])
        if problems:
            stories, pages = edition.story_paths(), edition.page_paths()
            problems |= self._settled("read", [("rendered", path) for path in edition.readable((*stories, *pages))])
        else:
            problems |= self._made()
        if not edition.known(("layouts_checked",)):
            problems |= settle(edition, [("layout_warnings", name) for name in edition.layout_names()])
        self._stop_at(problems)
        for root in ROOTS:
            self._settle([root])
            edition.root(root)

    def _read(self) -> Mapping[Problem, type[SitegenError]]:
        edition = self._edition
        if edition.known(("everything_read",)):
            return settle(edition, [("everything_read",)])
        return self._settled("read", edition.sources())

    def _made(self) -> Mapping[Problem, type[SitegenError]]:
        """Make every output: stories before the lists and feeds that show them, so that no text is rendered twice."""
        edition = self._edition
        if edition.known(("everything_made",)):
            return settle(edition, [("everything_made",)])
        plan = edition.plan()
        texts: list[Key] = [("output", url) for url, page in plan.items() if page.kind in ("article", "page")]
        others: list[Key] = [("output", url) for url, page in plan.items() if page.kind not in ("article", "page")]
        return {**self._settled("make", texts), **self._settled("list", others)}

    def _settled(self, phase: str, keys: list[Key]) -> Mapping[Problem, type[SitegenError]]:
        with self._clock.phase(phase):
            return settle(self._edition, keys, self._jobs, partial(self._progress, phase))

    def _shared(self, database: Database, keys: list[Key]) -> None:
        share_out(database, keys, self._jobs, lambda done: self._progress("make", done, len(keys)))

    def _settle(self, keys: Iterable[Key]) -> None:
        self._stop_at(settle(self._edition, keys))

    def _stop_at(self, problems: Mapping[Problem, type[SitegenError]]) -> None:
        """Raise all of *problems*, if there are any; as the gravest kind of error among them."""
        if not problems:
            return
        edition = self._edition
        notes = edition.notes(reachable(edition, edition.asked))
        found = dict.fromkeys([*_once_a_layout(problems), *notes])
        gravest = max(problems.values(), key=lambda kind: (kind.exit_status, issubclass(kind, CoreError)))
        kind = gravest if gravest.exit_status > BuildFailed.exit_status else BuildFailed
        raise kind(sorted(found, key=lambda problem: problem.order))


def _once_a_layout(problems: Iterable[Problem]) -> list[Problem]:
    """*problems*, and of those at one place of a layout, which each page made with it meets anew, the first."""
    first: dict[tuple[Location | None, str], Problem] = {}
    for problem in problems:
        in_layout = problem.where and problem.where.path.endswith(_LAYOUTS)
        first.setdefault((problem.where, "" if in_layout else problem.what), problem)
    return list(first.values())
