"""The use case: what a site is now, put where readers find it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import msgspec
from msgspec import Struct

from sitegen import __version__
from sitegen.build import CACHE, Request, build
from sitegen.check import embargo_leaks
from sitegen.deploy import after
from sitegen.deploy.carry import Stopped, carry_out
from sitegen.deploy.folder import CURRENT, RELEASES
from sitegen.deploy.manifest import Manifest, read
from sitegen.deploy.owed import Owed
from sitegen.deploy.plan import Plan, Wishes, planned
from sitegen.deploy.sources import commit, kept, local, who
from sitegen.deploy.stops import check, leads
from sitegen.deploy.target import Reversible
from sitegen.deploy.targets import target_of
from sitegen.deploy.words import Telling, summary, told
from sitegen.errors import BuildFailed, Location, MachineError, UsageError
from sitegen.model.deploy import FolderPlace
from sitegen.publish import is_marked
from sitegen.urls import own_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.build import Summary
    from sitegen.deploy.manifest import Entry
    from sitegen.deploy.target import Target
    from sitegen.model.deploy import AnyPlace
    from sitegen.model.settings import Settings

_CONFIGURATION: Final = "site.yaml"
_REDIRECTS: Final = "_redirects"
_ELSEWHERE: Final = "name a folder elsewhere, which the server shows"


class Order(Struct, frozen=True, kw_only=True):
    """What is asked for: the site in *folder*, as of *now*, put to the *target* of that name, or to the only one.

    *max_deletes* is 0 for that of the target; *first* are addresses or stories that cannot wait.
    """

    folder: Path
    now: datetime
    target: str = ""
    dry_run: bool = False
    allow_vanish: bool = False
    max_deletes: int = 0
    first: tuple[str, ...] = ()
    adopt: bool = False


class Desk(Protocol):
    """The person who deploys, or the machine that does: what they are told, and what they are asked."""

    def progress(self, phase: str, done: int, total: int) -> None:
        """Show how far a long work is."""
        ...

    def remark(self, line: str) -> None:
        """Tell something in passing."""
        ...

    def built(self, summary: Summary) -> None:
        """Tell what was warned of when the site was built."""
        ...

    def planned(self, place: str, telling: Telling) -> None:
        """Tell what would be done."""
        ...

    def agrees(self) -> bool:
        """Whether that is to be done."""
        ...


class Outcome(Struct, frozen=True, kw_only=True):
    """What a deploy did: *sent* and *deleted* files, by their paths; *verified* pages were fetched back."""

    target: str
    place: str
    telling: Telling
    sent: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    verified: int = 0
    done: bool = False


def deploy(order: Order, desk: Desk) -> Outcome:
    """Build the site, plan, ask, and carry out.

    Raises what `sitegen.build.build` raises; BuildFailed for what would tell of a story that is held; ContentError for
    addresses that would be gone; UsageError for a target that there is not, or too much to delete; MachineError for
    what the target refuses; KeyboardInterrupt with what is up.
    """
    began = time.monotonic()
    settings = _settings(order.folder)
    place = chosen(settings, order.target)
    _check_apart(place, order.folder, settings)
    target = target_of(place, order.folder)
    work = _Deploy(order, settings, place, target, _built(order, desk))
    with target.session(desk.remark):
        manifest = work.manifest()
        outcome, plan = work.proposed(manifest, desk)
        if plan is None:
            return outcome
        with target.lock(who(), desk.remark):
            if (found := work.manifest()) != manifest:
                desk.remark("somebody else deployed meanwhile, so the site is built and planned anew")
                later = order.now + timedelta(seconds=time.monotonic() - began)
                order = msgspec.structs.replace(order, now=later)
                work = _Deploy(order, settings, place, target, _built(order, desk))
                outcome, plan = work.proposed(found, desk)
            return work.carried_out(plan, outcome, desk) if plan else outcome


def _built(order: Order, desk: Desk) -> Summary:
    """The site as it is to be, built for its readers and looked through for what is held."""
    made = build(Request(folder=order.folder, now=order.now, listed=True), desk.progress, desk.remark)
    if not is_marked(made.output):
        fix = "deploy again, when no other build is running"
        raise MachineError.at(Location(made.output), "was built otherwise meanwhile, and not for readers", fix)
    # At the hour of an expiry nobody is there: to fail over a file that still names the story would leave it online.
    leaks = embargo_leaks(order.folder, Path(made.output), order.now, gone="warning")
    told = [leak for leak in leaks if leak.severity == "warning"]
    desk.built(msgspec.structs.replace(made, warnings=(*made.warnings, *told)))
    if len(told) < len(leaks):
        raise BuildFailed(tuple(leak for leak in leaks if leak.severity == "error"))
    return made


def rolled_back(order: Order, tell: Callable[[str], None]) -> tuple[str, str]:
    """Show readers the release before this one, with all that follows a deploy: where, and its name.

    Raises UsageError if the target keeps none, MachineError for what failed.
    """
    settings = _settings(order.folder)
    place = chosen(settings, order.target)
    target = target_of(place, order.folder)
    if not isinstance(target, Reversible):
        fix = "check out what was deployed before, and deploy that"
        raise UsageError.at(None, f"the target `{place.name}` keeps no releases to go back to", fix)
    with target.session(tell), target.lock(who(), tell):
        was, owed, follows = _files(target), Owed(order.folder, place.name), after.is_asked(settings, place)
        before = owed.paths()
        if follows:  # of all, as it is not known yet what changes, and no end of this process may come between
            owed.note((*before, *was))
        try:
            release = target.rollback(tell)
        except UsageError:
            owed.note(before)
            raise
        if follows:
            files = _files(target)
            owed.note((*before, *(path for path in was | files if _digest(was, path) != _digest(files, path))))
            _followed(settings, place, order.folder, files, tell)
        return target.place, release


def _files(target: Target) -> dict[str, Entry]:
    """What *target* was last given."""
    data = target.manifest()
    return read(data, target.place).files if data is not None else {}


def _digest(files: dict[str, Entry], path: str) -> str:
    return files[path].digest if path in files else ""


def _followed(
    settings: Settings, place: AnyPlace, folder: Path, files: dict[str, Entry], tell: Callable[[str], None]
) -> int:
    """Do what is owed to readers of *files*, which are up; how many pages were fetched back.

    Raises Stopped when a person ends it, and what fails as a MachineError; then it is owed still.
    """
    owed = Owed(folder, place.name)
    try:
        verified = after.follow(settings, place, folder, files=files, changed=owed.paths(), tell=tell)
    except KeyboardInterrupt:
        raise Stopped("interrupted; the site is up, and the next deploy sees to what follows it") from None
    owed.note(())
    return verified


def chosen(settings: Settings, name: str) -> AnyPlace:
    """The target called *name*, or the only one.  Raises UsageError if there is none, or several to choose from."""
    names = ", ".join(place.name for place in settings.deploy)
    if not settings.deploy:
        fix = "add `deploy:` to site.yaml, and below it a name, and below that `kind:` and where it is"
        raise UsageError.at(Location(_CONFIGURATION), "names no target to deploy to", fix)
    if not name and len(settings.deploy) > 1:
        raise UsageError.at(None, "there are several targets", f"name one of {names}")
    for place in settings.deploy:
        if name in ("", place.name):
            return place
    raise UsageError.at(None, f"there is no target `{name}`", f"name one of {names}")


def _settings(folder: Path) -> Settings:
    """The configuration, for its targets; what else may be wrong with it the build tells."""
    from sitegen.content.settings import read_settings  # loads YAML

    settings, _ = read_settings((folder / _CONFIGURATION).read_bytes(), _CONFIGURATION)
    return settings


def _check_apart(place: AnyPlace, site: Path, settings: Settings) -> None:
    """Raise UsageError if releases would lie where builds clear away what is not theirs, or among the sources."""
    if not isinstance(place, FolderPlace):
        return
    if place.path.startswith("~"):
        what = f"the path of the target `{place.name}` begins with `~`, which only a shell understands"
        raise UsageError.at(Location(_CONFIGURATION), what, "write it in full")
    base = (site / place.path).resolve()
    for name in (RELEASES, CURRENT):
        if {base / name, (base / name).resolve()} & {site.resolve(), *site.resolve().parents}:
            raise UsageError.at(Location(str(base / name)), "is where the site itself lies", _ELSEWHERE)
    if base == site.resolve():
        raise UsageError.at(Location(str(base)), "is the folder of the site itself", _ELSEWHERE)
    for name in (settings.output, settings.layouts, settings.static, "content", CACHE):
        folder = (site / name).resolve()
        if folder in (base, *base.parents):
            raise UsageError.at(Location(str(base)), f"is in the folder {name} of the site", _ELSEWHERE)


class _Deploy:
    """One deploy: what it works with."""

    def __init__(self, order: Order, settings: Settings, place: AnyPlace, target: Target, made: Summary) -> None:
        self._order = order
        self._settings = settings
        self._place = place
        self._target = target
        self._follows = after.is_asked(settings, place)
        self._owed = Owed(order.folder, place.name)
        output = Path(made.output)
        self._items = {item.path: item for item in (*made.items, *kept(output, made.items))}
        self._local = {path: local(output, item) for path, item in self._items.items()}

    def proposed(self, manifest: Manifest | None, desk: Desk) -> tuple[Outcome, Plan | None]:
        """Plan, tell, and ask: what is to be done to a target that was given what *manifest* says; None: nothing."""
        plan = self.plan(manifest)
        outcome = Outcome(target=self._place.name, place=self._target.place, telling=self.told(plan, desk))
        owes = self._follows and bool(self._owed.paths())
        if owes:
            desk.remark("what follows the deploy before is not done yet")
        idle = plan.nothing and not owes
        return outcome, None if self._order.dry_run or idle or not desk.agrees() else plan

    def carried_out(self, plan: Plan, outcome: Outcome, desk: Desk) -> Outcome:
        """Do what *plan* says, and what follows; what was done."""
        sent = tuple(file.path for files in plan.groups for file in files)
        deleted = (*plan.hurried, *plan.deletes)
        if plan.nothing and not self._owed.paths():
            return outcome  # whoever was waited for has seen to it
        if self._follows:  # noted before it is up, so that no end of this process can come between
            self._owed.note((*self._owed.paths(), *sent, *deleted))
        files = plan.before
        if not plan.nothing:
            message = f"Deploy: {summary(outcome.telling)}"
            files = carry_out(plan, self._target, self.next_manifest(), message, desk.progress).files
        verified = 0
        if self._follows:
            verified = _followed(self._settings, self._place, self._order.folder, files, desk.remark)
        return msgspec.structs.replace(outcome, sent=sent, deleted=deleted, verified=verified, done=True)

    def manifest(self) -> Manifest | None:
        """What the target was last given.  Raises UsageError if that is another site."""
        data = self._target.manifest()
        found = read(data, self._target.place) if data is not None else None
        if found and found.site != self._settings.url and not self._order.adopt:
            what = f"{self._target.place} holds {found.site}, and this site is {self._settings.url}"
            raise UsageError.at(None, what, "name another place, or deploy with --adopt if it is to take its place")
        return found

    def plan(self, manifest: Manifest | None) -> Plan:
        """What is to be done."""
        url, base = self._settings.url, self._settings.base
        first = tuple(own_path(url, wish) or wish.removeprefix(base) for wish in self._order.first)
        wishes = Wishes(first=first, adopt=self._order.adopt)
        return planned(
            self._target,
            manifest,
            self._local,
            self._items,
            now=self._order.now,
            grace=self._place.grace,
            wishes=wishes,
        )

    def told(self, plan: Plan, desk: Desk) -> Telling:
        """Tell *desk* of *plan*.  Raises what keeps it from being carried out."""
        telling = told(plan)
        desk.planned(self._target.place, telling)
        redirects = self._local.get(_REDIRECTS)
        check(
            plan,
            self._order.folder,
            leads(redirects.read(), self._settings.base) if redirects else (),
            allow_vanish=self._order.allow_vanish,
            max_deletes=self._order.max_deletes or self._place.max_deletes,
        )
        return telling

    def next_manifest(self) -> Manifest:
        """What there will be, but for its files."""
        return Manifest(
            site=self._settings.url,
            at=self._order.now.isoformat(timespec="seconds"),
            by=f"sitegen {__version__}",
            commit=commit(self._order.folder),
        )
