"""sitegen beside Hugo, Pelican and Eleventy, each making the same site of the same articles.

Run it as ``python -m benchmarks.peers``; docs/performance.md says what it measures and how to get the other tools.
"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from benchmarks import tables, workshop
from benchmarks.corpus import Article, multiplied
from benchmarks.generators import GENERATORS
from benchmarks.installed import Tool, peer, sitegen
from benchmarks.measure import Failed, Run, peak_memory, rest
from benchmarks.tally import Tally, counted, expected

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

RESTORED: Final = "restored cache"
# Edits are of one of the newest stories, which stands on the home page and in feeds; of another one in each run.
_BODY: Final = 3
_HEADLINE: Final = 11


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options().parse_args(arguments)
    articles = multiplied(workshop.originals(options.content), options.articles)
    tools = _tools(options)
    with workshop.workplace(options.work) as work:
        try:
            report = _report(tools, articles, options.runs, work)
        except (Failed, ValueError) as error:
            sys.exit(f"error: {error}")
    print(report)
    if options.write:
        tables.write(workshop.REPORT, "peers", report)


def _options() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = workshop.options(__doc__)
    parser.add_argument("--articles", type=int, default=1_000, metavar="N", help="size of the site (1000)")
    parser.add_argument("--only", default=",".join(GENERATORS), metavar="NAMES", help="the tools, with commas between")
    for name in GENERATORS:
        if name != "sitegen":
            parser.add_argument(f"--{name}", metavar="PATH", help=f"the program, if {name} on the PATH is not it")
    return parser


def _tools(options: argparse.Namespace) -> list[Tool]:
    """The tools that were asked for and are here; those that are not are named."""
    found = {
        name: sitegen() if name == "sitegen" else peer(name, getattr(options, name)) for name in options.only.split(",")
    }
    for name, there in found.items():
        if not there:
            workshop.say(f"{name} is not installed and is left out")
    return [there for there in found.values() if there]


def _report(tools: Sequence[Tool], articles: Sequence[Article], runs: int, work: Path) -> str:
    """All that is measured, as Markdown.

    Raises:
        Failed: if a tool failed.
        ValueError: if one made another site than the others, so that there is nothing to compare.
    """
    memory: dict[str, list[float]] = {}
    tallies = {}
    wanted = expected(articles)
    for one in tools:
        workshop.say(f"{one.name} {one.version}: writing the site, memory of a cold build")
        site = work / one.name
        one.generator.write(articles, site)
        if peak := peak_memory(one.command, site, one.env):
            memory[one.name] = [peak / workshop.MEGABYTE]
        tally = tallies[one.name] = counted(site / one.generator.output)
        if tally.equivalent != wanted.equivalent:
            raise ValueError(f"{one.name} made another site: {tally}, not {wanted}")
    taken = _measure(tools, articles, runs, work)
    return "\n".join(
        (
            f"{len(articles):,} articles, medians of {runs} interleaved runs, the ratio to Hugo in brackets.",
            f"{', '.join(f'{one.name} {one.version}' for one in tools)}.",
            f"{tables.machine()}.\n",
            tables.compared(_field(taken, lambda run: run.wall), "s", {RESTORED: "cold"}),
            "The most memory that all processes of a cold build held at one moment:\n",
            tables.compared({"peak memory": memory}, "MB", {}),
            "Processor time of all processes:\n",
            tables.compared(_field(taken, lambda run: run.cpu), "s", {RESTORED: "cold"}),
            "What was made of it:\n",
            _made(tallies),
        ),
    )


def _measure(
    tools: Sequence[Tool], articles: Sequence[Article], runs: int, work: Path
) -> dict[str, dict[str, list[Run]]]:
    """The runs of each tool by step; each step is taken by one tool after the other, in turning order."""
    taken: dict[str, dict[str, list[Run]]] = {step: {one.name: [] for one in tools} for step in _STEPS}
    for number in range(runs):
        workshop.say(f"run {number + 1} of {runs}")
        for step, prepare in _STEPS.items():
            ready = [(one, prepare(one, work / one.name, articles, number)) for one in tools]
            rest()
            for one, site in ready if number % 2 == 0 else reversed(ready):
                if site:
                    taken[step][one.name].append(one.build(site))
    return taken


def _cold(one: Tool, site: Path, _articles: Sequence[Article], _number: int) -> Path:
    """From nothing."""
    one.generator.clean(site)
    return site


def _restored(one: Tool, site: Path, _articles: Sequence[Article], _number: int) -> Path | None:
    """In a fresh copy elsewhere, with new times, that has nothing but the cache: as a server for builds does it."""
    if one.name != "sitegen":
        return None
    copy = site.with_name(f"{site.name}-restored")
    workshop.put_aside(copy, site.parent)
    shutil.copytree(
        site, copy, copy_function=shutil.copyfile, ignore=lambda folder, _: ["public"] if folder == str(site) else []
    )
    return copy


def _unchanged(_one: Tool, site: Path, _articles: Sequence[Article], _number: int) -> Path:
    """Once more."""
    return site


def _body(one: Tool, site: Path, articles: Sequence[Article], number: int) -> Path:
    """With a sentence more in a story."""
    article = articles[(_BODY + number) % len(articles)]
    one.generator.put(replace(article, body=f"{article.body}\nThis was edited.\n"), site)
    return site


def _headline(one: Tool, site: Path, articles: Sequence[Article], number: int) -> Path:
    """With another headline of a story, at the same address."""
    article = articles[(_HEADLINE + number) % len(articles)]
    one.generator.put(replace(article, title=f"{article.title}, edition {number + 2}"), site)
    return site


def _layout(one: Tool, site: Path, _articles: Sequence[Article], number: int) -> Path:
    """With an edit of the layout of articles."""
    one.generator.change_layout(number + 2, site)
    return site


_STEPS: Final[Mapping[str, Callable[[Tool, Path, Sequence[Article], int], Path | None]]] = {
    "cold": _cold,
    RESTORED: _restored,
    "no change": _unchanged,
    "body edited": _body,
    "headline edited": _headline,
    "layout edited": _layout,
}
"""What readies a site for each step, in their order: the site to build, or None for a tool without the step."""


def _field(
    taken: Mapping[str, Mapping[str, Sequence[Run]]], field: Callable[[Run], float]
) -> dict[str, dict[str, list[float]]]:
    return {step: {name: list(map(field, ran)) for name, ran in by.items()} for step, by in taken.items()}


def _made(tallies: Mapping[str, Tally]) -> str:
    """What each tool made, in numbers."""
    numbers: dict[str, Callable[[Tally], int]] = {
        "articles": lambda tally: tally.articles,
        "pages of lists": lambda tally: tally.lists,
        "stories on them": lambda tally: tally.entries,
        "feeds": lambda tally: tally.feeds,
        "stories in them": lambda tally: tally.items,
        "other files": lambda tally: tally.others,
        "megabytes": lambda tally: round(tally.size / workshop.MEGABYTE),
    }
    rows = [[name, *(f"{number(tally):,}" for tally in tallies.values())] for name, number in numbers.items()]
    return tables.table(["", *tallies], rows)


if __name__ == "__main__":
    main()
