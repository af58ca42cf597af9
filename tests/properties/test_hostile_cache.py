"""Whatever a cache holds, it is data: the worst it does is to cost time, or to lie about the site that it is for.

Its checksums are right, so that what it says is used.  A trace that agrees with itself and lies cannot be told from one
of ours: it may bring another page than the sources say, until `.sitegen` is removed.
"""

from __future__ import annotations

import shutil
from array import array
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import sitegen
from sitegen.cache import DEPENDENCIES
from sitegen.incremental import Store, toolchain
from sitegen.incremental.fingerprint import SIZE, canonical, digest
from sitegen.model.page import File
from support.building import NOON, built, tree
from support.forked import Builder, Built
from support.newsroom import Newsroom

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOLS: Final = toolchain(Path(sitegen.__file__).parent, DEPENDENCIES)
NUMBERS: Final = st.sampled_from([0, 1, 2, 5, 50, 300, 600, 2**31, 2**32 - 1])


class Harm:
    """A site that was built and edited, whose trace is then harmed and built from, again and again."""

    def __init__(self, top: Path, builder: Builder) -> None:
        """Build it twice, so that its trace has all that a trace can have."""
        self.top, self.site, self._builder = top / "here", top / "here/site", builder
        self.public = self.site / "public"
        room = Newsroom(self.site)
        assert 0 == built(self.site).status
        room.change("a", title="Another headline", summary="In short.")
        assert 0 == built(self.site).status
        self.store = Store(self.site / ".sitegen/trace", TOOLS)
        trace, why = self.store.load()
        assert "" == why
        names = trace.section.__self__._table  # type: ignore[attr-defined]
        self.sections = {name: bytes(trace.section(name)) for name in names}
        self._whole = top / "whole"
        shutil.copytree(self.site, self._whole)
        room.put("b", room.stories["b"][0], "Another text, see [c](c.md).")
        assert 0 == built(self.site).status
        self.clean = tree(self.public)

    def build(self, **sections: bytes) -> Built:
        """What a build does after an edit, from a trace with *sections*; it must not touch anything but its own."""
        for name in ("public", ".sitegen"):
            shutil.rmtree(self.site / name)
            shutil.copytree(self._whole / name, self.site / name)
        self.store.save(self.sections | sections)
        return self.again()

    def again(self) -> Built:
        """What another build does."""
        before = self._others()
        done = self._builder.build(self.site, self.public, NOON.isoformat(), "--jobs", "1")
        assert (0, []) == (done.code, done.trespasses), done.log
        assert "Traceback" not in done.log
        assert before == self._others()
        return done

    def _others(self) -> dict[str, tuple[int, bytes]]:
        ours = ("site/public", "site/.sitegen")
        return {path: found for path, found in tree(self.top).items() if not path.startswith(ours)}


@contextmanager
def harmed(top: Path) -> Iterator[Harm]:
    """The site, in *top*."""
    with Builder() as builder:
        yield Harm(top, builder)


def garbled(data: st.DataObject, was: bytes) -> bytes:
    """Bytes that are not those that were there."""
    place = data.draw(st.integers(0, len(was) // 4)) * 4
    match data.draw(st.sampled_from(["bit", "number", "cut", "noise", "swap", "all"])):
        case "bit" if was:
            found = bytearray(was)
            found[data.draw(st.integers(0, len(was) - 1))] ^= 1 << data.draw(st.integers(0, 7))
            return bytes(found)
        case "number":
            return was[:place] + array("I", [data.draw(NUMBERS)]).tobytes() + was[place + 4 :]
        case "cut":
            return was[:place]
        case "swap":
            other = data.draw(st.integers(0, len(was) // 4)) * 4
            first, second = sorted((place, other))
            return b"".join((was[:first], was[second : second + 4], was[first + 4 : second], was[first : first + 4]))
        case "all":
            return data.draw(st.binary(max_size=len(was)))
        case _:
            noise = data.draw(st.binary(max_size=40))
            return was[:place] + noise + was[place + len(noise) :]


def check(harm: Harm, data: st.DataObject) -> None:
    """Build from a trace that is garbled in a place or two: it is right, or it is when the cache is gone."""
    columns = sorted(name for name in harm.sections if not name.startswith(("numbers", "arguments")))
    names = data.draw(
        st.lists(st.sampled_from(columns) | st.sampled_from(sorted(harm.sections)), min_size=1, max_size=2)
    )
    done = harm.build(**{name: garbled(data, harm.sections[name]) for name in names})
    if "made anew" in done.log:
        assert harm.clean == tree(harm.public)
        assert "made anew" not in harm.again().log
    else:
        shutil.rmtree(harm.site / ".sitegen")
        harm.again()
    assert harm.clean == tree(harm.public)


FEW: Final = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_random_columns(tmp_path: Path) -> None:
    """Builds from a trace of random columns succeed, touch nothing but the output, and are right once it is gone."""

    @FEW
    @given(data=st.data())
    def garble(data: st.DataObject) -> None:
        check(harm, data)

    with harmed(tmp_path) as harm:
        garble()


@pytest.mark.long
def test_many_random_columns(tmp_path: Path) -> None:
    """The same, for the long form."""

    @settings(FEW, max_examples=500, phases=list(Phase))
    @given(data=st.data())
    def garble(data: st.DataObject) -> None:
        check(harm, data)

    with harmed(tmp_path) as harm:
        garble()


@pytest.mark.parametrize(
    "path", ["../canary", "../../canary", "{top}/canary", "a/../../canary", "site.yaml/../../canary"]
)
def test_forged_outputs(tmp_path: Path, path: str) -> None:
    """A trace that agrees with itself and names a file outside of the output neither writes nor removes it."""
    with harmed(tmp_path) as harm:
        canary = harm.top / "canary"
        canary.write_text("mine")
        (harm.site / "canary").write_text("mine")
        for text in (b"other", b"mine"):
            done = harm.build(**forged(harm.sections, File(path.format(top=harm.top), digest(text).hex())))
            assert "the cache was not to be trusted, so everything is made anew" in done.log
            assert harm.clean == tree(harm.public)


def test_a_question_with_two_answers(tmp_path: Path) -> None:
    """A question that does not answer as the trace has it is not believed, in this build or in the next."""
    with harmed(tmp_path) as harm:
        number = array("I", harm.sections["numbers layout"])[0]
        prints = bytearray(harm.sections["prints"])
        prints[number * SIZE] ^= 1
        done = harm.build(prints=bytes(prints))
        assert "the cache was not to be trusted, so everything is made anew" in done.log
        assert harm.clean == tree(harm.public)
        assert "made anew" not in harm.again().log


def forged(sections: dict[str, bytes], file: File) -> dict[str, bytes]:
    """*sections* with *file* for one of the outputs."""
    number = array("I", sections["numbers output"])[-1]
    answer = canonical(file)
    start, length = array("I", sections["kept start"]), array("I", sections["kept length"])
    start[number], length[number] = len(sections["kept"]), len(answer)
    prints = bytearray(sections["prints"])
    prints[number * SIZE : number * SIZE + SIZE] = digest(answer)
    return {
        "kept": sections["kept"] + answer,
        "kept start": start.tobytes(),
        "kept length": length.tobytes(),
        "prints": bytes(prints),
    }
