"""After any edits, a build from the cache is a build from nothing: every byte, name, mode and message.

The site is small and real, with the packaged theme.  It is edited as `support.edits` says; here is how it is built: in
one process or several, on a disk with coarse stamps, and with builds between that are killed or edited under.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, Literal

import pytest
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from sitegen.cache import Cache
from sitegen.incremental import Snapshot
from support.building import SETTLING, Outcome, built, stamps, tree
from support.driver import Fault, Kill, Order, driver, write
from support.edits import FIELDS, NAMES, OTHER, PART, TEXTS, Edits
from support.newsroom import path_of, story

if TYPE_CHECKING:
    from support.driver import Calls, Done

SECOND_NS: Final = 1_000_000_000


class Compared(Edits):
    """Edits, each followed by a build with the cache and one without, elsewhere.

    No build begins anew, unless the cache was harmed.
    """

    def __init__(self) -> None:
        """Make the site."""
        super().__init__()
        self.failed = 0
        self.perhaps: list[object] = []  # what may be published although the next build fails
        self.dropped: list[str] = []  # why builds began anew
        self.patches = pytest.MonkeyPatch()
        drop = Cache.dropped

        def dropped(cache: Cache, why: str) -> bool:
            self.dropped.append(why)
            return drop(cache, why)

        self.patches.setattr(Cache, "dropped", dropped)

    def teardown(self) -> None:
        """Remove the site."""
        self.patches.undo()
        super().teardown()

    def build(self) -> Outcome:
        """A build with the cache."""
        return built(self.room.root, self.now, drafts=self.drafts, without=self.without)

    def build_clean(self) -> tuple[Outcome, object]:
        """A build from nothing, and what it publishes."""
        clean = self.top / "clean"
        shutil.rmtree(clean, ignore_errors=True)
        outcome = built(self.room.root, self.now, drafts=self.drafts, without=self.without, cache=False, output=clean)
        return outcome, tree(clean)

    @rule()
    def build_again(self) -> None:
        """After a build, another one writes nothing and touches nothing."""
        if self.failed or not self.public.is_dir():
            return
        before = stamps(self.public)
        outcome = self.build()
        assert outcome.summary is not None
        assert (set(), ()) == (outcome.written, outcome.summary.removed)
        assert before == stamps(self.public)

    @invariant()
    def same_as_from_nothing(self) -> None:
        """Both builds fail alike, and leave the output; or they succeed alike, and leave the same."""
        before = tree(self.public), stamps(self.public)
        outcome = self.build()
        wanted, clean = self.build_clean()
        assert self.harmed or not self.dropped
        assert wanted.told == outcome.told
        assert wanted.status == outcome.status
        if outcome.summary:
            self.failed = 0
            self.good = self.room.sources(), dict(self.room.stories)
            assert clean == tree(self.public)
        else:
            assert 1 == outcome.status
            assert before == (tree(self.public), stamps(self.public)) or tree(self.public) in self.perhaps
            self.failed += 1
            if self.failed > 2:
                self.go_back()
        self.perhaps = []


class Forked(Compared):
    """The same with builds in a process of their own that share their work out over two."""

    def build(self) -> Outcome:
        """A build with the cache."""
        outcome = self.order().outcome
        assert outcome
        return outcome

    def order(self, fault: Fault | None = None, kill: Kill | None = None) -> Done:
        """What came of a build to which something happens."""
        return driver().build(
            Order(
                folder=str(self.room.root),
                now=self.now,
                drafts=self.drafts,
                without=self.without,
                fault=fault,
                kill=kill,
            )
        )


CALLS: Final = st.sampled_from(["looks", "changes"])
AT: Final = st.integers(1, 40) | st.integers(1, 250)


class Disturbed(Forked):
    """The same, and before some of these builds there is another one, which is killed or under which files change."""

    @rule(name=NAMES, field=FIELDS, at=AT, calls=CALLS, times=st.integers(1, 3))
    def kill_at_a_call(self, name: str, field: tuple[str, object], at: int, calls: Calls, times: int) -> None:
        """A build ends at its n-th call; so do those that would mend what it left."""
        for before in range(times):
            self.edit_a_field(name, field)
            self.kill(Fault(max(1, at - 7 * before), calls))
            name = "abcdefgh"["abcdefgh".index(name) - 1]

    @rule(name=NAMES, text=TEXTS, other=OTHER, part=PART, of_all=st.booleans())
    def kill_at_a_moment(self, name: str, text: str, other: tuple[str, str], part: float, *, of_all: bool) -> None:
        """A build is killed from outside, with its workers or, so that they are left to themselves, without them."""
        self.room.write(*other)
        self.edit_a_text(name, text)
        self.kill(part=part, of_all=of_all)

    def kill(self, fault: Fault | None = None, part: float = 0, *, of_all: bool = False) -> None:
        """Have a build killed: what is published is whole at the end of the next one, also if that one fails."""
        self.perhaps.append(tree(self.public))
        meant, published = self.build_clean()
        if meant.summary:
            self.perhaps.append(published)
        # How long a build takes depends on what else the machine does: the last one tells.
        began = time.monotonic()
        done = self.order(fault, None if fault else Kill(part * self.seconds, of_all))
        self.seconds = min(0.5, time.monotonic() - began) if done.outcome else self.seconds
        event("killed" if done.outcome is None else f"came to its end with status {done.outcome.status}")

    seconds = 0.2

    @rule(
        name=NAMES,
        field=FIELDS,
        text=st.none() | TEXTS,
        other=st.none() | OTHER,
        at=AT,
        calls=CALLS,
        how=st.sampled_from(["renamed", "in place", "unseen"]),
        settled=st.booleans(),
    )
    def edit_during_a_build(  # noqa: PLR0913 - so much is there to choose
        self,
        *,
        name: str,
        field: tuple[str, object],
        text: str | None,
        other: tuple[str, str] | None,
        at: int,
        calls: Calls,
        how: Literal["renamed", "in place", "unseen"],
        settled: bool,
    ) -> None:
        """Files change while a build is at work; it may use the old ones or the new ones, or say that they changed."""
        if name not in self.room.stories:
            return
        fields, body = self.room.stories[name]
        fields = {key: value for key, value in (fields | dict([field])).items() if value is not None}
        body = body if text is None else text
        writes = {path_of(name): story(fields, body).encode()}
        if other:
            writes[other[0]] = other[1].encode()
        if settled:
            time.sleep(SETTLING)
        before = tree(self.public)
        outcome = self.order(Fault(at, calls, dict(writes), how)).outcome
        assert outcome
        assert outcome.status in (0, 1) or "changed during the build" in "".join(outcome.told)
        if outcome.status:
            assert before == tree(self.public)
        self.room.stories[name] = fields, body
        late = [path for path, data in writes.items() if self.read(path) != data]
        for path in late:
            write(self.room.root / path, writes[path], how)
        event("edited after a build" if late else f"edited during a build that ended with status {outcome.status}")

    def read(self, path: str) -> bytes | None:
        """The bytes of a source."""
        source = self.room.root / path
        return source.read_bytes() if source.is_file() else None


class Coarse(Compared):
    """The same on a memory card: stamps of two seconds and none of change, so that an edit within one is not seen."""

    def __init__(self) -> None:
        """Make the site, at a moment of a clock that the test moves."""
        super().__init__()
        self.moment = 1_000_000 * SECOND_NS
        self.seen: dict[str, tuple[int, int]] = {}
        of_stat = Snapshot._of_stat

        def coarse(snapshot: Snapshot, found: os.stat_result) -> str:
            fields = list(found)
            fields[9] = fields[8]
            times = {"st_mtime_ns": found.st_mtime_ns, "st_ctime_ns": found.st_mtime_ns}
            return of_stat(snapshot, os.stat_result(fields, times))

        self.patches.setattr(Snapshot, "_of_stat", coarse)
        files = sys.modules["sitegen.incremental.files"]
        self.patches.setattr(files, "_RACY_NS", 2 * SECOND_NS)
        self.patches.setattr(files, "time", SimpleNamespace(time_ns=lambda: self.moment))

    @rule(nanoseconds=st.integers(0, 5 * SECOND_NS) | st.just(60 * SECOND_NS))
    def wait_a_moment(self, nanoseconds: int) -> None:
        """Time passes, but maybe no stamp does."""
        self.moment += nanoseconds

    def build(self) -> Outcome:
        """A build with the cache, after what was written since the last one got the stamp of such a disk."""
        self.moment += 1  # no two builds begin at one moment
        stamp = self.moment // (2 * SECOND_NS) * 2 * SECOND_NS
        for path in self.room.sources():
            source = self.room.root / path
            if self.seen.get(path) != _change(source.stat()):
                os.utime(source, ns=(stamp, stamp))
                self.seen[path] = _change(source.stat())
        return super().build()


def _change(found: os.stat_result) -> tuple[int, int]:
    """What differs after each change of a file on the disk that the test runs on."""
    return found.st_ino, found.st_ctime_ns


FEW: Final = settings(
    max_examples=4,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a failure takes minutes: the long form does
    suppress_health_check=list(HealthCheck),
)
FEWER: Final = settings(FEW, max_examples=3, stateful_step_count=15)

TestEdits = Compared.TestCase
TestEdits.settings = FEW
TestForkedEdits = Forked.TestCase
TestForkedEdits.settings = FEWER
TestDisturbedEdits = Disturbed.TestCase
TestDisturbedEdits.settings = FEWER
TestCoarseEdits = Coarse.TestCase
TestCoarseEdits.settings = FEWER


class ManyEdits(Compared):
    """The same, for the long form."""


class ManyForkedEdits(Forked):
    """The same, for the long form."""


class ManyDisturbedEdits(Disturbed):
    """The same, for the long form."""


class ManyCoarseEdits(Coarse):
    """The same, for the long form."""


MANY: Final = settings(FEW, max_examples=200, stateful_step_count=50, phases=list(Phase))

TestManyEdits = pytest.mark.long(ManyEdits.TestCase)
TestManyEdits.settings = MANY
TestManyForkedEdits = pytest.mark.long(ManyForkedEdits.TestCase)
TestManyForkedEdits.settings = settings(MANY, max_examples=60)
TestManyDisturbedEdits = pytest.mark.long(ManyDisturbedEdits.TestCase)
TestManyDisturbedEdits.settings = settings(MANY, max_examples=150, phases=FEW.phases)  # a moment cannot be shrunk
TestManyCoarseEdits = pytest.mark.long(ManyCoarseEdits.TestCase)
TestManyCoarseEdits.settings = settings(MANY, max_examples=60)
