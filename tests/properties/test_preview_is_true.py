"""After any edits, a preview sends what a build from nothing would write at this moment, and nothing else.

The preview goes on through the edits, as its users do; few of its pages are asked for after each, so that what they
rest on is as old as can be.  Now and then it is stopped, and another one begins with what it left.
"""

from __future__ import annotations

import random
import re
import shutil
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from sitegen.cache import Cache
from sitegen.serve.preview import Preview, Showing, started
from support.building import Outcome, built
from support.edits import Edits

if TYPE_CHECKING:
    from pathlib import Path

    from sitegen.serve.files import Answer

ORIGIN: Final = "http://127.0.0.1:8000"
PAGES: Final = 5


class Previewed(Edits):
    """Edits, after each of which some addresses are asked for."""

    def __init__(self) -> None:
        """Make the site."""
        super().__init__()
        self.drafts = True
        self.preview: Preview | None = None
        self.failed = 0
        self.chance = random.Random(1)  # noqa: S311 - no secret

    def teardown(self) -> None:
        """Remove the site."""
        self.end()
        super().teardown()

    @property
    def cache(self) -> Path:
        """What previews keep for the next one."""
        return self.room.root / ".sitegen" / "serve"

    @rule()
    def stop(self) -> None:
        """The preview ends, and leaves what it knows."""
        if self.preview:
            self.preview.keep(pytest.fail)
        self.end()

    @rule()
    def end(self) -> None:
        """The preview ends, and leaves nothing."""
        if self.preview:
            self.preview.close()
        self.preview = None

    @rule()
    def settle_down(self) -> None:
        """Nobody asks for anything for a while."""
        if self.preview:
            self.preview.settle_down()

    @rule(drafts=st.booleans())
    def with_drafts(self, *, drafts: bool) -> None:
        """Another preview shows drafts, or does not."""
        self.stop()
        self.drafts = drafts

    def without_stories(self, names: set[str]) -> None:
        """A preview leaves nothing out."""

    def harm_the_output(self, which: float, how: str) -> None:
        """A preview has no output."""

    def lose_the_output(self) -> None:
        """A preview has no output."""

    @rule(which=st.floats(0, 1, exclude_max=True), how=st.sampled_from(["delete", "cut", "flip"]), at=st.floats(0, 1))
    def harm_the_cache(self, which: float, how: str, at: float) -> None:
        """What is kept is harmed while no preview runs."""
        self.stop()
        super().harm_the_cache(which, how, min(at, 0.999))

    def put_an_old_cache_back(self, which: float, *, whole: bool) -> None:
        """What is kept is not put back under a preview that runs."""

    def go_on_in_a_clone(self, ignored: list[str], *, times: bool) -> None:
        """A preview stays where it is."""

    @invariant()
    def true(self) -> None:
        """What is asked for is what a build writes; where the build fails, the preview says why."""
        wanted, clean = self.clean()
        preview = self.looked()
        shown = preview.at(None)
        if wanted.summary is None:
            self.failed += 1
            assert shown.problems or any(shown.answer(url).problems for url in shown.edition.plan())
            if self.failed > 2:
                self.go_back()
            return
        self.failed = 0
        self.good = self.room.sources(), dict(self.room.stories)
        assert () == shown.problems
        files = sorted(path.relative_to(clean).as_posix() for path in clean.rglob("*") if path.is_file())
        files = [path for path in files if not path.startswith(".sitegen")]
        for path in self.chance.sample(files, min(PAGES, len(files))):
            answer = preview.answer("/" + path.removesuffix("index.html"))
            assert (200, path) == (answer.status, answer.file)
            assert (clean / path).read_bytes() == sent(answer)
        missing = preview.answer("/nowhere/")
        assert (404, (clean / "404.html").read_bytes()) == (missing.status, sent(missing))

    def looked(self) -> Preview:
        """The preview, after it looked."""
        if self.preview is None:
            showing = Showing(folder=self.room.root, origin=ORIGIN, clock=lambda: self.now, drafts=self.drafts)
            self.preview = started(showing, Cache(self.cache))
        else:
            self.preview.look()
        return self.preview

    def clean(self) -> tuple[Outcome, Path]:
        """A build from nothing for the same address, and its output."""
        clean = self.top / "clean"
        shutil.rmtree(clean, ignore_errors=True)
        configured = re.search(r"^url: *(\S+)", (self.room.root / "site.yaml").read_text(), re.MULTILINE)
        url = ORIGIN + urlsplit(configured[1]).path if configured else ""
        return built(self.room.root, self.now, drafts=self.drafts, cache=False, output=clean, url=url), clean


def sent(answer: Answer) -> bytes:
    """The bytes that a browser gets."""
    return answer.source.read_bytes() if answer.source else answer.data


FEW: Final = settings(
    max_examples=3,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

TestPreview = Previewed.TestCase
TestPreview.settings = FEW


class ManyPreviews(Previewed):
    """The same, for the long form."""


TestManyPreviews = pytest.mark.long(ManyPreviews.TestCase)
TestManyPreviews.settings = settings(FEW, max_examples=60, stateful_step_count=50, phases=list(Phase))
