"""The instants to come are judged as builds of their own would judge them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from sitegen.build import Request, build
from sitegen.check import checked, embargo_leaks
from sitegen.check.links import Links
from sitegen.errors import Location, Problem, SitegenError
from sitegen.schedule import schedule
from support.building import NOON, built, quick_builds, tree
from support.newsroom import Newsroom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FEW = range(3)
MANY = [pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 60)]


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with quick_builds():
        yield


def random_site(folder: Path, seed: int) -> Newsroom:
    """A site of which much comes, changes and goes, some of it at one moment, and some of it with mistakes."""
    chance = random.Random(seed)  # noqa: S311 - to test with
    room = Newsroom(folder)
    moments = [(NOON + timedelta(hours=hours)).isoformat() for hours in (-40, -30, -1, 1, 2, 24, 30, 49)]
    for name in "abcdef":
        begin = chance.randrange(len(moments) - 1)
        links = ["[b](b.md)", "[f](f/index.md)", "[c](/2026/06/story-c/)", '<a href="/gone/">x</a>', "[x](nowhere.md)"]
        pictures = ["![A pier](/pier.png)", '<img src="/pier.png">', ""]
        fields: dict[str, Any] = {
            "published": moments[begin],
            "slug": chance.choice(["story-c", f"story-{name}", None]),
        }
        if chance.random() < 0.4:
            fields["expires"] = moments[chance.randrange(begin + 1, len(moments))]
        if chance.random() < 0.4:
            kind = chance.choice(["correction", "retraction"])
            fields["corrections"] = [{"date": chance.choice(moments[begin:]), "text": "It was not.", "kind": kind}]
        if chance.random() < 0.3:
            fields["aliases"] = [chance.choice(["/old/", "/gone/", "/about/"])]
        if chance.random() < 0.2:
            fields["related"] = ["nothing.md"]
        at = chance.choices([0, 1, 2, 3, 4], [4, 4, 4, 4, 1])[0]
        said = chance.choice(["Text.", "The minister said on Friday that the pier would be closed for a year."])
        body = f"{said} {links[at]}\n\n{chance.choice(pictures)}"
        room.put(name, room.stories[name][0] | fields, body if name != "f" else body.replace("(", "(../"))
    room.write_bytes("static/pier.png", (room.root / "content/f/pier.png").read_bytes())
    room.write("static/map.html", '<a href="/2026/06/story-c/">c</a> <a href="/pier.png">pier</a>')
    room.write("static/plan.html", "".join(f'<a href="/2026/06/story-{name}/">x</a>' for name in "abdef"))
    return room


def expected(request: Request, folder: Path) -> list[str]:
    """What builds from nothing, one for each instant and each into a folder of its own, say that others did not."""

    def judged(now: datetime, number: int) -> tuple[list[Any], bool]:
        place = folder / str(number)
        try:
            summary = build(Request(folder=request.folder, now=now, elsewhen=True, output=place, cache=False, jobs=1))
        except SitegenError as error:
            return list(error.problems), False
        links = Links(
            lambda path: (place / path).read_text("utf-8", "replace"), "https://harborwire.example", lambda _: False
        )
        links.look((path for path in tree(place) if (place / path).is_file() and path != ".sitegen-output"), ())
        leaks = embargo_leaks(request.folder, place, now)
        shown = (replace(leak, where=moved(leak.where, place)) for leak in leaks)
        return [*summary.warnings, *links.problems("public"), *shown], True

    found = []
    first = judged(request.now, 0)[0]
    known = {*first, *map(unplaced, first)}
    instants: dict[datetime, Any] = {}
    for due in schedule(request).due:
        instants.setdefault(due.at, due)
    for number, (at, due) in enumerate(instants.items(), 1):
        problems, whole = judged(at, number)
        when = f"from {at.isoformat()} on ({due.what} {due.path})"
        for problem in problems:
            if not {problem, unplaced(problem)} & known and (whole or problem.severity == "error"):
                what = f"{when}: {problem.what}" if whole else f"{when} the build will fail: {problem.what}"
                found.append(str(type(problem)(problem.where, what, problem.fix, problem.severity)))
        known.update(problems, map(unplaced, filter(is_leak, problems)))
    return sorted(found)


def moved(where: Location | None, place: Path) -> Location:
    """*where* in the output that was built into *place*, as it is told of the site's own."""
    assert where
    return replace(where, path="public/" + where.path.removeprefix(f"{place}/"))


def is_leak(problem: Problem) -> bool:
    """Whether *problem* tells of something held."""
    return problem.fix.startswith("build the site again")


def unplaced(problem: Problem) -> Problem:
    """A leak without its line: what moves down in a file as others join it is the same."""
    return replace(problem, where=Location(problem.where.path)) if problem.where and is_leak(problem) else problem


@pytest.mark.parametrize("seed", [*FEW, *MANY])
def test_each_instant_is_judged_as_a_build_of_its_own(tmp_path: Path, seed: int) -> None:
    """Whatever was known of the one before, also where that one failed: the same problems, at the same places."""
    rooms = (random_site(tmp_path / f"site{number}", 100 * seed + number) for number in count())
    room = next(room for room in rooms if built(room.root).summary)  # else nothing to come is judged
    request = Request(folder=room.root, now=NOON, elsewhen=True, jobs=1)
    told = checked(request)
    ahead = sorted(str(problem) for problem in told.problems if problem.what.startswith("from 2026-"))
    assert expected(request, tmp_path / "apart") == ahead
