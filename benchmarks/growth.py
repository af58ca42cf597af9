"""How sitegen grows: time and memory of cold builds of sites of several sizes, with real tags and with skewed ones.

Run it as ``python -m benchmarks.growth``; docs/performance.md says what it measures.
"""

from __future__ import annotations

import sys
from itertools import product
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks import tables, workshop
from benchmarks.corpus import Article, multiplied, skewed
from benchmarks.installed import Tool, sitegen
from benchmarks.measure import Failed, peak_memory, rest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PLAIN: Final = "real tags"
SKEWED: Final = "skewed tags"

Measured = tuple[list[float], float | None]
"""Seconds of each run, and bytes of memory where the system tells."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = workshop.options(__doc__)
    parser.add_argument("--sizes", default="300,1000,3000", metavar="N,…", help="articles of the sites (300,1000,3000)")
    options = parser.parse_args(arguments)
    sizes = sorted(int(size) for size in options.sizes.split(","))
    originals = workshop.originals(options.content)
    with workshop.workplace(options.work) as work:
        try:
            taken = _measure(sitegen(), originals, sizes, options.runs, work)
        except Failed as error:
            sys.exit(f"error: {error}")
    report = "\n".join(
        (
            f"sitegen {sitegen().version}, cold builds, medians of {options.runs} interleaved runs.",
            f"{tables.machine()}.\n",
            rendered(taken),
        ),
    )
    print(report)
    if options.write:
        tables.write(workshop.REPORT, "growth", report)


def rendered(taken: Mapping[tuple[str, int], Measured]) -> str:
    """A row for each size: seconds, milliseconds for an article, megabytes; and how the last relates to the first.

    *taken* is by shape and size, all sizes of each shape.
    """
    shapes = list(dict.fromkeys(shape for shape, _ in taken))
    sizes = sorted({size for _, size in taken})
    columns = [[_numbers(taken[shape, size], size) for size in sizes] for shape in shapes]
    rows = [
        [
            f"{size:,}",
            *(
                _printed(number, digits)
                for column in columns
                for number, digits in zip(column[at], (2, 2, 0), strict=True)
            ),
        ]
        for at, size in enumerate(sizes)
    ]
    ratios = [
        f"{last / first:.2f}×" if first and last else "–"
        for column in columns
        for first, last in zip(column[0], column[-1], strict=True)
    ]
    head = [f"{shape}: {what}" for shape in shapes for what in ("s", "ms an article", "MB")]
    return tables.table(["articles", *head], [*rows, [f"**{sizes[-1] / sizes[0]:.0f}×**", *ratios]])


def _measure(
    tool: Tool, originals: tuple[Article, ...], sizes: Sequence[int], runs: int, work: Path
) -> dict[tuple[str, int], Measured]:
    """The cold builds of each shape and size; memory first, apart from the timed runs, which it would slow."""
    sites = {}
    taken: dict[tuple[str, int], Measured] = {}
    for at, (shape, size) in enumerate(product((PLAIN, SKEWED), sizes)):
        workshop.say(f"{size:,} articles, {shape}: memory")
        articles = multiplied(originals, size)
        site = sites[shape, size] = work / str(at)
        tool.generator.write(skewed(articles) if shape == SKEWED else articles, site)
        taken[shape, size] = [], peak_memory(tool.command, site, tool.env)
    for number in range(runs):
        workshop.say(f"run {number + 1} of {runs}")
        for key, site in sites.items():
            tool.generator.clean(site)
            rest()
            taken[key][0].append(tool.build(site).wall)
    return taken


def _numbers(measured: Measured, size: int) -> tuple[float, float, float | None]:
    seconds = median(measured[0])
    return seconds, seconds / size * 1000, measured[1] and measured[1] / workshop.MEGABYTE


def _printed(number: float | None, digits: int) -> str:
    return "–" if number is None else f"{number:,.{digits}f}"


if __name__ == "__main__":
    main()
