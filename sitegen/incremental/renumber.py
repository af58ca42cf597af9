"""Numbers given anew, once most of those that there are stand for questions that nobody asks any more.

A number stays with its question from one trace to the next, so that columns can be copied whole; so a site that is
edited for years would have columns of what it was, and keys of stories long gone.
"""

from __future__ import annotations

from array import array
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import msgspec

from sitegen.incremental.trace import NO_VALUE, Trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sitegen.incremental.trace import Section

_FEW: Final = 64
"""Numbers that are not worth the while."""


def renumbered(sections: dict[str, Section]) -> dict[str, Section]:
    """*sections* as they are, or, where more than half of the numbers are dead, those of the same trace without them.

    Dead is what has no memo and is neither read by a memo nor what a build was for.
    """
    views = {name: memoryview(data).cast("B") for name, data in sections.items()}
    trace = Trace(lambda name: views.get(name, memoryview(b"")))
    if len(trace) < _FEW or 2 * sum(trace.alive) >= len(trace):
        return sections
    used = _used(trace)
    if 2 * len(used) >= len(trace):
        return sections
    new = {number: place for place, number in enumerate(used)}
    return {**_keys(trace, new), **_memos(trace, new), "partial": sections["partial"]}


def _used(trace: Trace) -> list[int]:
    """The numbers that are not dead, in order."""
    flags = bytearray(trace.alive)
    for number in trace.roots:
        flags[number] = 1
    for number, alive in enumerate(trace.alive):
        if alive:
            for read in trace.reads(number):
                flags[read] = 1
    return [number for number, flag in enumerate(flags) if flag]


def _keys(trace: Trace, new: Mapping[int, int]) -> dict[str, Section]:
    """The questions that are left, and their names."""
    encode = msgspec.msgpack.encode
    names: list[str] = []
    name_of, place_of = array("I", bytes(4 * len(new))), array("I", bytes(4 * len(new)))
    sections: dict[str, Section] = {}
    for name in trace.names:
        pairs = zip(trace.numbers(name), trace.arguments(name), strict=True)
        left = [(new[number], arguments) for number, arguments in pairs if number in new]
        if left:
            for place, (number, _) in enumerate(left):
                name_of[number], place_of[number] = len(names), place
            sections[f"numbers {name}"] = array("I", [number for number, _ in left])
            sections[f"arguments {name}"] = b"".join(encode(arguments) for _, arguments in left)
            names.append(name)
    return {"names": encode(names), "name of": name_of, "place of": place_of, **sections}


def _memos(trace: Trace, new: Mapping[int, int]) -> dict[str, Section]:
    """The memos, which name one another by the new numbers."""
    alive = bytearray(trace.alive[number] for number in new)
    start, count, flat = array("I"), array("I"), array("I")
    kept_start, kept_length, kept = array("I"), array("I"), bytearray()
    for number in new:
        reads = trace.reads(number) if trace.alive[number] else ()
        start.append(len(flat))
        count.append(len(reads))
        flat.extend(new[read] for read in reads)
        answer = trace.kept(number) if trace.alive[number] else None
        kept_start.append(len(kept))
        kept_length.append(NO_VALUE if answer is None else len(answer))
        kept += answer or b""
    return {
        "alive": alive,
        "prints": b"".join(map(trace.print, new)),
        "levels": array("I", [trace.levels[number] for number in new]),
        "reads start": start,
        "reads count": count,
        "reads": flat,
        **sorted_readers(alive, start, count, flat),
        "kept start": kept_start,
        "kept length": kept_length,
        "kept": kept,
        "notes": msgspec.msgpack.encode({new[number]: notes for number, notes in trace.notes.items()}),
        "weak": array("I", sorted(new[number] for number in trace.weak)),
        "roots": array("I", sorted(new[number] for number in trace.roots)),
    }


def sorted_readers(
    flags: bytearray, start: Sequence[int], count: Sequence[int], flat: Sequence[int]
) -> dict[str, Section]:
    """Who reads each question: the reads of those that *flags* name, turned around, by counting."""
    counts = array("I", bytes(4 * len(flags)))
    numbers = [number for number in range(len(flags)) if flags[number]]
    for number in numbers:
        for read in flat[start[number] : start[number] + count[number]]:
            counts[read] += 1
    starts = array("I", accumulate(counts, initial=0))
    place = array("I", starts)
    readers = array("I", bytes(4 * starts[-1]))
    for number in numbers:
        for read in flat[start[number] : start[number] + count[number]]:
            readers[place[read]] = number
            place[read] += 1
    return {"readers start": starts, "readers": readers, "readers later": b""}
