"""What a build knows, as the columns of a trace.

Columns are copied whole from the trace before, with what was made put in or appended: a build that changed ten memos
writes two hundred thousand at the speed of memory.  What is left behind by that is cleared away once it is as much as
what is in use.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

import msgspec

from sitegen.incremental.fingerprint import SIZE
from sitegen.incremental.renumber import renumbered, sorted_readers
from sitegen.incremental.trace import NO_VALUE, DamagedError, Trace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sitegen.incremental.database import Database
    from sitegen.incremental.trace import Key, Section

_LATER: Final = 10
"""Readers are sorted in once a tenth of the reads came later."""


def columns(database: Database, flags: bytearray, *, partial: bool = False) -> dict[str, Section]:
    """The sections that `sitegen.incremental.trace.Trace` reads.

    *flags* say which numbers are alive; *partial*: the build failed, so it is not known that all of them are needed.
    """
    with_memo = _with_memo(database, flags)
    weak = _weak(database, with_memo)
    raise_levels(database, weak)
    reads = _reads(database, with_memo)
    sections = {
        **_keys(database),
        **reads,
        **_readers(database, with_memo, reads),
        **_kept(database, with_memo),
        "alive": with_memo,
        "prints": _prints(database),
        "levels": array("I", database.levels),  # a copy, as the database may go on
        "notes": msgspec.msgpack.encode(_notes(database, with_memo)),
        "weak": array("I", sorted(weak)),
        "roots": array("I", sorted(database.roots)),
        "partial": b"partial" if partial else b"",
    }
    return renumbered(sections)


def in_memory(database: Database, flags: bytearray, *, partial: bool = True) -> Trace:
    """What *database* knows, as the trace of the next one, without a file between them: see `columns`."""
    sections = columns(database, flags, partial=partial)
    return Trace(lambda name: memoryview(sections.get(name, b"")).cast("B"))


def raise_levels(database: Database, weak: Collection[int]) -> None:
    """Put what reads a question above it again, where the question has risen.

    A memo that is *weak* may stay as low as it is.  Levels say in which order `sitegen.incremental.refresh` takes what
    it has to work out, and below which level all is done: who is reused has to be above all that it reads.  What is
    weak is never reused but worked out anew, at its own level, and what it asks is then brought up to date first; only
    its own readers have to be above it.  Nor could it always be raised: what a question that failed had read before may
    by now read, and live with, that failure.

    The others do not read one another in a circle.  One that was proved in this build read only what was proved, as a
    build from nothing would, which has no circles; and those that were not are as the trace had them.  Raises
    DamagedError where they do.
    """
    trace, levels = database.trace, database.levels
    asked = (*database.made, *map(database.number, database.failures))
    pending = [(levels[number], number) for number in asked if number < len(trace)]
    pending = [(level, number) for level, number in pending if level > trace.levels[number]]
    if not pending:
        return
    later = _later_readers(database)
    heapify(pending)
    while pending:
        level, number = heappop(pending)  # the lowest: nothing raises it any more
        if level < levels[number]:
            continue
        for reader in (*_readers_before(database, number), *later.get(number, ())):
            if levels[reader] <= level and reader not in weak:
                levels[reader] = level + 1
                heappush(pending, (level + 1, reader))
        if level > len(levels):
            raise DamagedError("readers")


def _readers_before(database: Database, number: int) -> Iterator[int]:
    """Who read question *number* in the trace, and was not worked out since."""
    trace, made = database.trace, database.made
    if number < len(trace):
        yield from (each for each in trace.readers(number) if each not in made and number in trace.reads(each))


def _later_readers(database: Database) -> Mapping[int, list[int]]:
    """Who read each question in this build."""
    found: dict[int, list[int]] = defaultdict(list)
    for number, memo in database.made.items():
        for read in memo.reads:
            found[read].append(number)
    return found


def _with_memo(database: Database, flags: bytearray) -> bytearray:
    """*flags*, less those of questions that have no memo: a failure can be read, and is never stored."""
    trace, made = database.trace, database.made
    found = bytearray(flags)
    alive = trace.alive
    for number in range(len(trace)):
        if found[number] and not alive[number] and number not in made:
            found[number] = 0
    for number in range(len(trace), len(found)):
        if found[number] and number not in made:
            found[number] = 0
    return found


def _weak(database: Database, flags: bytearray) -> set[int]:
    """What is to be asked anew: it lived with a failure, or was not asked since what it read has changed."""
    trace, made = database.trace, database.made
    found = {number for number in database.weak if flags[number] and number in made}
    found.update(number for number in trace.weak if flags[number] and number not in made)
    for number, memo in made.items():
        if number < len(trace) and trace.alive[number] and memo.print != trace.print(number):
            found.update(
                reader
                for reader in trace.readers(number)
                if flags[reader] and reader not in made and database.looks_at(reader, number)
            )
    return found


def _keys(database: Database) -> dict[str, Section]:
    """The names, and for each the numbers and arguments; for each number, its name and its place."""
    trace, first = database.trace, len(database.trace)
    names = list(trace.names)
    index = {name: place for place, name in enumerate(names)}
    added: dict[str, list[tuple[int, Key]]] = {}
    name_of, place_of = array("I", trace.name_of), array("I", trace.place_of)
    counts = {name: len(trace.numbers(name)) for name in names}
    for number, key in enumerate(database.new_keys(), first):
        name = str(key[0])
        if name not in index:
            index[name] = len(names)
            names.append(name)
            counts[name] = 0
        name_of.append(index[name])
        place_of.append(counts[name])
        counts[name] += 1
        added.setdefault(name, []).append((number, key))
    sections: dict[str, Section] = {
        "names": msgspec.msgpack.encode(names),
        "name of": name_of,
        "place of": place_of,
    }
    encode = msgspec.msgpack.encode
    for name in names:
        new = added.get(name, ())
        old_numbers, old_arguments = trace.numbers(name), trace.section(f"arguments {name}")
        sections[f"numbers {name}"] = (
            array("I", [*old_numbers, *(number for number, _ in new)])
            if new
            else (memoryview(trace.section(f"numbers {name}")))
        )
        more = b"".join(encode(key[1:]) for _, key in new)
        sections[f"arguments {name}"] = b"".join([old_arguments, more]) if more else old_arguments
    return sections


def _prints(database: Database) -> bytearray:
    found = bytearray(database.trace.prints)
    found.extend(bytes(SIZE * len(database.levels) - len(found)))
    for number, memo in database.made.items():
        found[number * SIZE : number * SIZE + SIZE] = memo.print
    return found


def _reads(database: Database, flags: bytearray) -> dict[str, Section]:
    trace, made = database.trace, database.made
    start, count, flat = array("I", trace.reads_start), array("I", trace.reads_count), array("I", trace.reads_flat)
    more = bytes(4 * (len(database.levels) - len(start)))
    start.frombytes(more)
    count.frombytes(more)
    for number, memo in made.items():
        start[number], count[number] = len(flat), len(memo.reads)
        flat.extend(memo.reads)
    used = sum(size for size, flag in zip(count, flags, strict=True) if flag) if len(trace) else len(flat)
    if len(flat) > 2 * used:
        packed = array("I")
        for number in range(len(start)):
            old = flat[start[number] : start[number] + count[number]] if flags[number] else ()
            start[number], count[number] = len(packed), len(old)
            packed.extend(old)
        flat = packed
    return {"reads start": start, "reads count": count, "reads": flat}


def _readers(database: Database, flags: bytearray, reads: Mapping[str, Section]) -> dict[str, Section]:
    """Who reads a question.  Those that came later are told apart until there are many."""
    trace = database.trace
    if not len(trace.readers_start):
        return sorted_readers(flags, *(reads[name] for name in ("reads start", "reads count", "reads")))
    later = array("I", trace.readers_later)
    for number, memo in database.made.items():
        if number < len(trace):
            known = set(trace.reads(number)) if trace.alive[number] else set()
            for read in memo.reads:
                if read not in known:
                    later.extend((read, number))
        else:
            for read in memo.reads:
                later.extend((read, number))
    if len(later) * _LATER < 2 * len(trace.readers_flat):
        return {
            "readers start": trace.section("readers start"),
            "readers": trace.section("readers"),
            "readers later": later,
        }
    return sorted_readers(flags, *(reads[name] for name in ("reads start", "reads count", "reads")))


def _kept(database: Database, flags: bytearray) -> dict[str, Section]:
    trace, made = database.trace, database.made
    start, length = array("I", trace.kept_start), array("I", trace.kept_length)
    more = len(database.levels) - len(start)
    start.extend([0] * more)
    length.extend([NO_VALUE] * more)
    parts: list[bytes | memoryview] = [trace.kept_bytes]
    end = len(trace.kept_bytes)
    for number, memo in made.items():
        if memo.kept is None:
            length[number] = NO_VALUE
        else:
            start[number], length[number] = end, len(memo.kept)
            parts.append(memo.kept)
            end += len(memo.kept)
    data = b"".join(parts)
    used = sum(_used(length, flags)) if len(trace) else end
    if end > 2 * used:
        packed: list[bytes] = []
        end = 0
        for number in range(len(start)):
            if flags[number] and length[number] != NO_VALUE:
                packed.append(data[start[number] : start[number] + length[number]])
                start[number] = end
                end += length[number]
            else:
                length[number] = NO_VALUE
        data = b"".join(packed)
    return {"kept start": start, "kept length": length, "kept": data}


def _used(length: Iterable[int], flags: bytearray) -> Iterable[int]:
    return (size for size, flag in zip(length, flags, strict=True) if flag and size != NO_VALUE)


def _notes(database: Database, flags: bytearray) -> Mapping[int, object]:
    made = database.made
    found = {number: notes for number, notes in database.trace.notes.items() if flags[number] and number not in made}
    found.update((number, memo.notes) for number, memo in made.items() if memo.notes and flags[number])
    return found
