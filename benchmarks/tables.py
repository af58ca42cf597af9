"""What was measured, as tables in Markdown, and the place of such a table in a document."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def compared(samples: Mapping[str, Mapping[str, Sequence[float]]], unit: str, base: Mapping[str, str]) -> str:
    """A row for each step, a column for each tool: the median of its samples and its ratio to the last cell of *base*.

    *samples* are by step and tool.  *base* says for each step which step of Hugo's its ratios are to; without samples
    of Hugo there are none.
    """
    tools = list(dict.fromkeys(tool for step in samples.values() for tool in step))
    rows = []
    for step, by_tool in samples.items():
        against = samples.get(base.get(step, step), {}).get("hugo")
        middle = median(against) if against else None
        rows.append([step, *(_cell(by_tool.get(tool), unit, middle) for tool in tools)])
    return table(["", *tools], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; all columns but the first are numbers."""
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "".join(f"| {' | '.join(row)} |\n".replace("|  |", "| |") for row in (head, marks, *rows))


def machine() -> str:
    """What was measured on, in a line."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = (line.partition(":") for line in info.read_text(encoding="utf-8").splitlines())
        model = next((value.strip() for key, _, value in lines if key.strip() == "model name"), model)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def replaced(document: str, name: str, text: str) -> str:
    """*document* with *text* between its marks of *name*.

    Raises:
        ValueError: where it has no such marks.
    """
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    before, opened, rest = document.partition(begin)
    _, closed, after = rest.partition(end)
    if not (opened and closed):
        raise ValueError(f"the document has no {begin.strip()} … {end}")
    return f"{before}{begin}\n{text.strip()}\n\n{end}{after}"


def write(path: Path, name: str, text: str) -> None:
    """Put *text* between the marks of *name* in the document at *path*."""
    path.write_text(replaced(path.read_text(encoding="utf-8"), name, text), encoding="utf-8")


def _cell(samples: Sequence[float] | None, unit: str, base: float | None) -> str:
    """A median with three digits, and its ratio to *base*."""
    if not samples:
        return "–"
    middle = median(samples)
    digits = 2 if middle < 10 else 1 if middle < 100 else 0
    return f"{middle:,.{digits}f} {unit}" + (f" ({middle / base:.2f}×)" if base else "")
