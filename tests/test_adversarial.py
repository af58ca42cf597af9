"""The adversarial set: every case of tests/adversarial/cases.json, as EXPECTED.md beside it says what must happen.

The set judges any generator; `check.py` beside it is its judge, and here its words are used.  What EXPECTED.md asks of
every case is judged more strictly here: what a build does outside of its folders, that building again changes nothing,
that no hidden text is in any output, that every address in a feed or sitemap is answered.

`known-failures.txt` lists the cases that do not hold, each with the reason.  It may only shrink: a case on it fails
once it holds.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adversarial import check
from support.forked import Builder, Built
from support.published import Published

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent / "adversarial"
TABLE = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
CASES = {case["id"]: case for case in TABLE["cases"]}
KNOWN = dict(
    line.split("  ", 1) for line in (HERE / "known-failures.txt").read_text(encoding="utf-8").splitlines() if line
)
OPTIONS = argparse.Namespace(own_layouts=True, cache=".sitegen", mem=2048, v=False)
LONGEST_SECONDS = 10
DECLARED = "https://harbourwire.example/every-key/"
"""The canonical address that 01/37 declares, for another permalink than ours."""

STILL_TRUE_OF_AN_ERROR = re.compile(r"(any!|feed!|sitemap!|msg|nofile|within|mem|inside|inputsafe)")

# check.py reads a file as `open(…).read()`
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


class Runs:
    """Builds as check.py asks for them; *last* is what the latest one did."""

    a = OPTIONS

    def __init__(self, builder: Builder) -> None:
        """Build with *builder*."""
        self._builder = builder
        self.last = Built(0, "", 0, 0, [])
        self.rss = 0.0

    def build(self, root: str, out: str, now: str) -> tuple[int, str, float]:
        """The exit status, the messages and the seconds of a build."""
        self.last = self._builder.build(Path(root), Path(out), now)
        self.rss = self.last.megabytes
        return self.last.code, self.last.log, self.last.seconds


def cold() -> check.Run:
    """Builds that start from nothing, with a hash seed of their own: for what must not depend on the process."""
    command = f"{sys.executable} -m sitegen build --site {{root}} --output {{out}} --now {{now}}"
    return check.Run(argparse.Namespace(**{**vars(OPTIONS), "cmd": command}))


@pytest.fixture(scope="session")
def runs() -> Iterator[Runs]:
    """The builds of this session."""
    with Builder() as builder:
        yield Runs(builder)


@pytest.fixture(scope="session")
def before(runs: Runs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was published before a case was laid over the site: what a failed build must leave."""
    folder = tmp_path_factory.mktemp("before")
    shutil.copytree(HERE / "base", folder / "site")
    code, log, _ = runs.build(str(folder / "site"), str(folder / "out"), TABLE["now"])
    assert 0 == code, log
    return folder / "out"


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, runs: Runs, before: Path) -> None:
    """What EXPECTED.md says of this case holds, unless it is a known failure, which then must fail."""
    case = check.Case(runs, CASES[name], TABLE["now"])
    if CASES[name]["kind"] == "sequence":
        case.sequence()
    else:
        judge(case, runs, before)
    if name in KNOWN:
        assert case.bad, f"holds now: take it from known-failures.txt ({KNOWN[name]})"
        pytest.xfail(KNOWN[name])
    if case.bad:
        pytest.fail("\n".join([CASES[name]["must"], *case.bad[:20], "", runs.last.log[-2000:]]), pytrace=False)


def test_every_known_failure_is_a_case() -> None:
    """A case that was renamed does not stay on the list."""
    assert set() == set(KNOWN) - set(CASES)


def judge(case: check.Case, runs: Runs, before: Path) -> None:
    """Build the site of *case* over what was published *before*; what does not hold is in ``case.bad``."""
    case.prepare()
    try:
        case.out = str(Path(case.tmp) / "out")
        shutil.copytree(before, case.out)
        published = check.tree_bytes(case.out)
        case.inputs = {path: check.hashlib.sha256(data).digest() for path, data in check.tree_bytes(case.root).items()}
        code, log, seconds = runs.build(case.root, case.out, case.now)
        case.rss, trespasses = runs.rss, runs.last.trespasses
        case.load()
        judge_outcome(case, code, log)
        if code and case.files != published:
            case.fail("a failed build changed the published site")
        case.always(code, log, published)
        # check.py knows nothing of a base path, nor of places in pages; `always` does
        case.bad = [rule for rule in case.bad if ": dead link " not in rule]
        for rule in always(case, code, seconds):
            case.fail(rule)
        for trespass in trespasses:
            case.fail(f"trespass: {trespass}")
        judge_checks(case, code, log, seconds)
        if not code:
            judge_again(case, runs, log)
    finally:
        shutil.rmtree(case.tmp, ignore_errors=True)


def judge_outcome(case: check.Case, code: int, log: str) -> None:
    """The outcome is one of those wanted, and the message names the place."""
    want, line = case.c["outcome"].split("|"), case.c["line"]
    outcome = "err" if code else "warn" if warnings(log) else "ok"
    if outcome not in want:
        case.fail(f"outcome is {outcome}, wanted {case.c['outcome']}")
    elif outcome != "ok" and (case.name or line):
        place = re.escape(case.name) + (rf":{line}(?!\d)" if line else "")
        if not re.search(place, log):
            case.fail(f"no message at {case.name}:{line or ''}")


def judge_checks(case: check.Case, code: int, log: str, seconds: float) -> None:
    """The checks of the case's own row."""
    for rule in case.c["checks"]:
        silent = not code and not warnings(log)
        if (code and not STILL_TRUE_OF_AN_ERROR.match(rule)) or (silent and rule.startswith("msg~")):
            continue
        kept = case.run
        case.run = cold() if rule == "stable" else kept
        found = case.check(rule, code, log, seconds)
        case.run = kept
        if found:
            case.fail(f"{rule[:70]}: {found}")


def judge_again(case: check.Case, runs: Runs, log: str) -> None:
    """A second build changes no byte, and says the same."""
    code, again, _ = runs.build(case.root, case.out, case.now)
    if code or case.files != check.tree_bytes(case.out):
        case.fail("a second build changes the output")
    if warnings(log) != warnings(again):
        case.fail("a second build warns of other things")


def warnings(log: str) -> list[str]:
    """The lines of *log* that warn."""
    return [line for line in log.splitlines() if "warning:" in line]


def always(case: check.Case, code: int, seconds: float) -> Iterator[str]:
    """What of the rules for every case check.py does not judge."""
    if seconds > LONGEST_SECONDS:
        yield f"took {seconds:.1f} s"
    yield from (f"hidden text in {path}" for path, data in case.files.items() if re.search(rb"ZX[A-Z]", data))
    stray = {path.name for path in Path(case.tmp).iterdir()} - {"site", "out"}
    if stray:
        yield f"created {sorted(stray)}"
    if code:
        return
    for path, html in case.html.items():
        copied = (Path(case.root) / "static" / path).exists() or case.c["kind"] == "layout"
        if not copied and 'http-equiv="refresh"' not in html and case.dom[path].ids.count("site-footer") != 1:
            yield f"{path} has not one #site-footer"
    home = re.search(rb"Sitemap: (\S+)/sitemap\.xml", case.files["robots.txt"])
    published = Published(Path(case.out), home[1].decode() if home else "")
    yield from (dead for dead in [*published.dead_links(), *published.dead_addresses()] if DECLARED not in dead)
