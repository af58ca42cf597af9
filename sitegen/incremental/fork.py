"""Work shared out over forked processes.

A worker inherits the whole database, as copied on write, proves its share, and sends home what it made; so the same
code runs in one process or in many, and nothing is declared.  The parent merges: equal questions must have equal
answers, whoever worked them out.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import struct
import sys
import threading
import traceback
from array import array
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final, NoReturn

import msgspec
from msgspec import Struct

from sitegen.errors import MachineError, Problem, SitegenError
from sitegen.incremental.fingerprint import SIZE
from sitegen.incremental.query import Memo
from sitegen.incremental.trace import DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sitegen.incremental.database import Database
    from sitegen.incremental.trace import Key

    Progress = Callable[[int], None]

_OUT_OF_MEMORY: Final = 9
_ORPHANED: Final = 10
_MISLED: Final = 11
_TOLD: Final = 32  # questions between two signs of life, unless there are very many
_MOST_PARTS: Final = 4000  # so that all of them fit into a pipe that nobody reads yet
_PART: Final = struct.Struct("=II")
_CHUNK: Final = 1 << 20
_ENDS: Final = (signal.SIGINT, signal.SIGTERM)


class _Parcel(Struct, frozen=True, array_like=True):
    """What a worker made.  Numbers from the first of *keys* on are the worker's own."""

    keys: list[list[str | int]]
    numbers: bytes
    prints: bytes
    levels: bytes
    counts: bytes
    reads: bytes
    kept: dict[int, bytes]
    notes: dict[int, tuple[Problem, ...]]
    weak: bytes
    executed: bytes
    because: list[tuple[int, int]]
    failures: list[tuple[int, str, tuple[Problem, ...], str, bytes]]
    luggage: bytes


def can_fork() -> bool:
    """Whether work can be shared out here: where there is fork, and no thread that it would tear apart."""
    return hasattr(os, "fork") and threading.active_count() == 1


def share_out(database: Database, keys: Sequence[Key], jobs: int, progress: Progress = lambda _: None) -> None:
    """Prove *keys* in *jobs* processes; their memos and failures are the database's then.

    Raises MachineError naming a worker that died, ImpureError where two of them gave one question two answers,
    DamagedError where the trace of an earlier build may have led one astray.
    """
    if jobs < 2 or not can_fork():  # noqa: PLR2004 - one process needs no other
        for done, key in enumerate(keys):
            _prove(database, key)
            database.let_go()
            progress(done + 1)
        return
    sys.stdout.flush()
    sys.stderr.flush()
    database.before_work()
    gc.freeze()  # a collection would write to pages that are shared
    workers: dict[int, int] = {}
    queue = _queue(len(keys), jobs)
    try:
        for _ in range(jobs):
            _start(database, keys, queue, workers)
        sent = _received(workers, progress)
    except BaseException:
        _end(workers)
        raise
    finally:
        os.close(queue)
        gc.unfreeze()
    problems: list[Problem] = []
    first = len(database.levels)
    decode = msgspec.msgpack.Decoder(_Parcel).decode
    while sent:  # one after the other: objects of all parcels at once are the most memory that a build would ever need
        problems += _adopted(database, decode(memoryview(sent.pop(0))[1:]), first)
    if problems:
        from sitegen.errors import ImpureError

        raise ImpureError(problems)


def in_processes(work: Callable[[int], bool], jobs: int) -> bool:
    """Do *work* in *jobs* processes, each of which is told its number from 0; whether all of them said that it is done.

    What they make is lost, but for files.  If any failed, or nothing can be shared out here, it is for the caller to do
    all of it, and to meet what they met.
    """
    if jobs < 2 or not can_fork():  # noqa: PLR2004 - one process needs no other
        return False
    sys.stdout.flush()
    sys.stderr.flush()
    gc.freeze()
    workers: list[int] = []
    try:
        for share in range(jobs):
            with _undisturbed():
                process = os.fork()
                if not process:
                    _work_alone(work, share)
                workers.append(process)
        done = True
        while workers:
            done &= os.waitpid(workers[0], 0)[1] == 0
            workers.pop(0)
    except OSError:  # no more processes
        done = False
    finally:
        gc.unfreeze()
        for process in workers:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
    return done


def _work_alone(work: Callable[[int], bool], share: int) -> NoReturn:
    """Do a share of *work*, and end without the parent's clean-up."""
    status = 1
    try:
        _as_a_worker()
        status = 0 if work(share) else 1
    finally:
        os._exit(status)


def _prove(database: Database, key: Key) -> None:
    try:
        database.prove(key)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a failure is kept for whoever asks
        if key not in database.failures:  # it did not come to asking
            database.failed(key, error, ())


def _queue(count: int, jobs: int) -> int:
    """A pipe to read from, which holds all there is to do: parts of *count*, by where they begin and end.

    Whoever is done with one takes the next, so that nobody waits for who got the long stories.
    """
    reading, writing = os.pipe()
    size = max(1, min(_TOLD, count // (jobs * 8)), count // _MOST_PARTS)
    with os.fdopen(writing, "wb") as file:
        for start in range(0, count, size):
            file.write(_PART.pack(start, min(start + size, count)))
    return reading


def _parts(queue: int) -> Iterator[range]:
    """Parts of what there is to do, until nothing is left."""
    while part := os.read(queue, _PART.size):
        yield range(*_PART.unpack(part))


def _start(database: Database, keys: Sequence[Key], queue: int, workers: dict[int, int]) -> None:
    """Fork a worker; *workers* gets its process and the end of the pipe that it writes to."""
    reading, writing = os.pipe()
    parent = os.getpid()
    with _undisturbed():  # else a worker could be told to end before it knows that it is one
        process = os.fork()
        if not process:
            try:
                for other in (reading, *workers.values()):
                    os.close(other)
                _work(database, keys, queue, writing, parent)
            finally:  # whatever happens, it does not go on as the parent does
                os._exit(1)
        workers[process] = reading
    os.close(writing)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let signals that end a process wait."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _as_a_worker() -> None:
    """End at once when told to: the parent has a clean-up to do, a worker has none."""
    for number in _ENDS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)


def _work(database: Database, keys: Sequence[Key], queue: int, pipe: int, parent: int) -> NoReturn:
    """Prove those of *keys* that *queue* gives out, send home what came of it, and end, with nothing cleaned up."""
    status = 1
    try:
        _as_a_worker()
        first, executed, reasons = len(database.levels), len(database.executed), len(database.because)
        known = set(database.made)
        database.at_work()
        for part in _parts(queue):
            if os.getppid() != parent:
                os._exit(_ORPHANED)
            for place in part:
                _prove(database, keys[place])
                database.let_go()
            os.write(pipe, b"." * len(part))
        parcel = _packed(database, first, executed, reasons, known)
        with os.fdopen(pipe, "wb") as file:
            file.write(b"=")
            file.write(msgspec.msgpack.encode(parcel))
        status = 0
    except MemoryError:
        status = _OUT_OF_MEMORY
    except BrokenPipeError:
        status = _ORPHANED
    except Exception:  # noqa: BLE001 - no question's: those are kept
        if len(database.trace):
            status = _MISLED
        else:
            traceback.print_exc()
    except BaseException:  # noqa: BLE001 - the last chance to say what went wrong
        traceback.print_exc()
    finally:
        os._exit(status)


def _packed(database: Database, first: int, executed: int, reasons: int, known: set[int]) -> _Parcel:
    """What a worker made since it knew *known*, as many questions, executions and reasons as those."""
    memos = [memo for number, memo in database.made.items() if number not in known]
    reads = array("I")
    for memo in memos:
        reads.extend(memo.reads)
    number = database.number
    failures = [
        (number(key), type(failed.error).__name__, *_told(failed.error), array("I", failed.reads).tobytes())
        for key, failed in database.failures.items()
    ]
    numbers = array("I", (memo.number for memo in memos))
    made = set(numbers)
    because = [
        (at, number(read))
        for key, read in islice(database.because.items(), reasons, None)
        if (at := number(key)) in made
    ]
    ran = array("I", map(number, database.executed[executed:]))
    return _Parcel(
        keys=[list(key) for key in database.new_keys(first - len(database.trace))],
        numbers=numbers.tobytes(),
        prints=b"".join(memo.print for memo in memos),
        levels=array("I", (database.levels[at] for at in numbers)).tobytes(),
        counts=array("I", (len(memo.reads) for memo in memos)).tobytes(),
        reads=reads.tobytes(),
        kept={memo.number: memo.kept for memo in memos if memo.kept is not None},
        notes={memo.number: memo.notes for memo in memos if memo.notes},
        weak=array("I", database.weak & made).tobytes(),
        executed=ran.tobytes(),
        because=because,
        failures=failures,
        luggage=database.luggage(),
    )


def _told(error: Exception) -> tuple[tuple[Problem, ...], str]:
    if isinstance(error, SitegenError):
        return error.problems, ""
    return (), "".join(traceback.format_exception(error))


def _received(workers: dict[int, int], progress: Progress) -> list[bytearray]:
    """What the workers send home, in their order: a mark, then a parcel.

    Raises MachineError naming one that died, DamagedError where a trace may have led one astray.
    """
    sent: dict[int, bytearray] = {process: bytearray() for process in workers}
    signs = 0
    with selectors.DefaultSelector() as waiting:
        for process, pipe in workers.items():
            waiting.register(pipe, selectors.EVENT_READ, process)
        while waiting.get_map():
            for ready, _ in waiting.select():
                data = os.read(ready.fd, _CHUNK)
                if not data:
                    waiting.unregister(ready.fd)
                    continue
                mine = sent[ready.data]
                if b"=" not in mine[:1]:
                    head, mark, rest = data.partition(b"=")
                    signs += len(head)
                    progress(signs)
                    data = mark + rest
                mine += data
    for process in list(workers):
        pipe = workers.pop(process)
        os.close(pipe)
        _, status = os.waitpid(process, 0)
        if os.waitstatus_to_exitcode(status) == _MISLED:
            raise DamagedError(f"worker process {process}")
        if status:
            raise _died(process, os.waitstatus_to_exitcode(status))
    return list(sent.values())


def _died(process: int, code: int) -> MachineError:
    if code in {_OUT_OF_MEMORY, -signal.SIGKILL}:
        what = f"worker process {process} ran out of memory, or was killed"
    elif code < 0:
        what = f"worker process {process} was ended by {signal.Signals(-code).name}"
    else:
        what = f"worker process {process} ended with status {code}"
    return MachineError.at(None, what, "run the build again, with --jobs 1 if it happens again")


def _end(workers: dict[int, int]) -> None:
    """End what still works, and wait until it has."""
    for process, pipe in workers.items():
        os.close(pipe)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _adopted(database: Database, parcel: _Parcel, first: int) -> list[Problem]:
    """Make what a worker made the database's own; answer with what does not agree."""
    shared: dict[str | int, str | int] = {}  # a name, and a path, once in memory, however many questions have it
    own = [database.number(tuple(shared.setdefault(each, each) for each in key)) for key in parcel.keys]

    def ours(theirs: bytes) -> array[int]:
        numbers = array("I")
        numbers.frombytes(theirs)
        return array("I", [own[at - first] if at >= first else at for at in numbers]) if own else numbers

    numbers, reads, counts, levels, theirs = (
        ours(parcel.numbers),
        ours(parcel.reads),
        array("I"),
        array("I"),
        array("I"),
    )
    counts.frombytes(parcel.counts)
    levels.frombytes(parcel.levels)
    theirs.frombytes(parcel.numbers)
    prints, kept, notes = parcel.prints, parcel.kept.get, parcel.notes.get
    memos: list[Memo] = []
    start = 0
    for place, (number, count, their) in enumerate(zip(numbers, counts, theirs, strict=True)):
        answer = prints[place * SIZE : place * SIZE + SIZE]
        asked = reads[start : start + count]
        memos.append(Memo(number, answer, asked, kept=kept(their), notes=notes(their, ())))
        start += count
        database.levels[number] = levels[place]
    problems = database.adopt(memos)
    database.weak.difference_update(numbers)
    database.weak.update(ours(parcel.weak))
    database.executed += map(database.key, ours(parcel.executed))
    for number, reason in parcel.because:
        at, why = ours(array("I", [number, reason]).tobytes())
        database.because[database.key(at)] = database.key(why)
    for number, kind, told, text, read in parcel.failures:
        key = database.key(ours(array("I", [number]).tobytes())[0])
        if key not in database.failures:
            database.failed(key, _error(kind, told, text), ours(read))
    database.unload(parcel.luggage)
    return problems


def _error(kind: str, problems: tuple[Problem, ...], text: str) -> Exception:
    """The error that a worker met, or one that says as much."""
    if kind == DamagedError.__name__:
        return DamagedError(text)
    classes = [SitegenError]
    for each in classes:
        classes += each.__subclasses__()
    found = next((each for each in classes if each.__name__ == kind), None)
    return found(problems) if found and problems else RuntimeError(text or kind)
