"""Work shared out over processes: what they bring home is what one process would have made.

Processes are really forked.  Whoever runs the tests may have a thread of its own, such as pytest-xdist's worker, which
waits for orders and would not be torn apart.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sitegen.errors import ContentError, ImpureError, Location, MachineError, Problem
from sitegen.incremental import DamagedError, Trace, alive, everything, fork, query, refresh, settle, share_out
from support.sheet import Sheet, built, log, shown, stored
from support.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sitegen.incremental import Database, Key

CELLS = {
    **{f"a{number}": f"b{number}+shared+c" for number in range(20)},
    **{f"b{number}": str(number - 3) for number in range(19)},
    "shared": "deep+deep",
    "deep": "c",
    "c": "-7",
}
NAMES = [f"a{number}" for number in range(20)]
KEYS: list[Key] = [(name, cell) for cell in NAMES for name in ("words", "square", "at_least_nothing", "letters")]


@pytest.fixture
def forking(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that were forked.  Threads of whoever runs the tests do not count."""
    monkeypatch.setattr(fork, "can_fork", lambda: True)
    processes: list[int] = []
    really = os.fork

    def recorded() -> int:
        process = really()
        if process:
            processes.append(process)
        return process

    monkeypatch.setattr(os, "fork", recorded)
    return processes


def facts(database: Database) -> dict[str, object]:
    """All that a database knows, without numbers, which differ with who asked first."""
    flags = everything(database)
    return {
        "memos": shown(database, flags),
        "notes": {database.key(number): memo.notes for number, memo in database.made.items() if memo.notes},
        "told": database.notes(flags),
        "failures": {
            key: (type(failed.error), str(failed.error), [database.key(read) for read in failed.reads])
            for key, failed in database.failures.items()
        },
        "weak": {database.key(number) for number in database.weak},
        "because": {key: read for key, read in database.because.items() if database.known(key)},
        "levels": {database.key(number): database.levels[number] for number in database.made},
    }


def proved(cells: Mapping[str, str], jobs: int, old: Trace | None = None) -> Sheet:
    """A sheet of *cells* with `KEYS` proved by *jobs* processes."""
    sheet = Sheet(cells, old)
    refresh(sheet, lambda database, keys: share_out(database, keys, jobs))
    share_out(sheet, KEYS, jobs)
    for key in KEYS:
        sheet.roots[sheet.number(key)] = None
    return sheet


@pytest.mark.usefixtures("forking")
@pytest.mark.parametrize("jobs", [2, 3, 7])
def test_many_processes_make_what_one_makes(jobs: int) -> None:
    """Memos, notes, failures, reasons, what lived with a failure: all are the same; only who did it is not."""
    one, many = proved(CELLS, 1), proved(CELLS, jobs)
    assert facts(one) == facts(many)
    assert set(log(one)) == set(log(many))
    assert {("value", "a19"), ("value", "b19")} <= set(many.failures)
    assert [(ContentError, "b19: error: is not there")] == [
        (type(failed.error), str(failed.error)) for key, failed in many.failures.items() if key == ("value", "b19")
    ]
    assert shown(built(CELLS, KEYS[:9], stored(one, everything(one)))) == shown(
        built(CELLS, KEYS[:9], stored(many, everything(many)))
    )


@pytest.mark.usefixtures("forking")
@pytest.mark.parametrize("jobs", [2, 3, 7])
def test_many_processes_from_a_trace(jobs: int) -> None:
    """The same from what an earlier build left, half of it edited: with new questions and with old ones."""
    old = proved(CELLS, 1)
    trace = stored(old, everything(old))
    cells = CELLS | {f"b{number}": f"new{number}" for number in range(0, 19, 2)}
    cells |= {f"new{number}": str(number) for number in range(0, 19, 4)} | {"b19": "1", "b1": ""}
    one, many = proved(cells, 1, trace), proved(cells, jobs, trace)
    assert facts(one) == facts(many)
    again = Sheet(cells, stored(many, everything(many)))
    refresh(again)
    assert [] == [line for line in log(again) if not line.startswith(("cell", "value", "at_least"))]


@pytest.mark.usefixtures("forking")
def test_refresh_shares_out_what_is_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many dear questions of one level are worked out elsewhere; what reads them is renewed with what they answer."""

    class Dear(Sheet):
        @query(dear=True)
        def value(self, name: str) -> int:
            """The value, with the process that worked it out: slowly, so that each process gets some."""
            time.sleep(0.02)
            self.note(Problem(None, str(os.getpid())))
            return Sheet.value.function(self, name)  # type: ignore[attr-defined,no-any-return]

    monkeypatch.setattr(sys.modules["sitegen.incremental.refresh"], "MANY", 10)
    keys: list[Key] = [("words", name) for name in NAMES[:19]]
    old = Dear(CELLS)
    assert {} == settle(old, keys)
    for key in keys:
        old.root(key)
    cells = CELLS | {f"b{number}": "2" for number in range(19)}
    new = Dear(cells, stored(old))
    refresh(new, lambda database, keys: share_out(database, keys, 3))
    assert {} == settle(new, keys)
    for key in keys:
        new.root(key)
    assert shown(built(cells, keys)) == shown(new)
    processes = {note.what for memo in new.made.values() for note in memo.notes}
    assert str(os.getpid()) not in processes
    assert len(processes) >= 3
    assert ("value", "b7") == new.because["value", "a7"]


class Odd(Sheet):
    """Sheets of which some cells do odd things."""

    @query
    def act(self, name: str) -> str:
        """What the cell makes us do."""
        _ACTS[self.cells[name]]()
        return name

    @query
    def process(self, name: str) -> int:
        """Who worked it out, which is impure."""
        return os.getpid() + len(name)

    @query
    def ask_process(self, name: str) -> str:
        """Something that needs it: slowly, so that each process gets one."""
        time.sleep(0.05)
        return f"{name} {self.process('x')}"


def _exhausted() -> None:
    raise MemoryError


def _broken() -> None:
    raise ZeroDivisionError("by nothing")


_ACTS: Mapping[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "memory": _exhausted,
    "exit": lambda: sys.exit(5),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "terminate": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "interrupt": lambda: os.kill(os.getpid(), signal.SIGINT),
    "broken": _broken,
}


def is_over(process: int) -> bool:
    """Whether a process has ended and was waited for."""
    try:
        os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("kill", "ran out of memory, or was killed"),
        ("terminate", "was ended by SIGTERM"),
        ("interrupt", "was ended by SIGINT"),
        ("exit", "ended with status 1"),
    ],
)
def test_worker_that_dies_is_named(forking: list[int], what: str, told: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A worker that dies is an error of the machine which names it; the others are ended."""
    sheet = Odd({"a": "nothing", "b": what, "c": "nothing"})
    with pytest.raises(MachineError, match=rf"worker process \d+ {told}; run the build again, with --jobs 1 if"):
        share_out(sheet, [("act", name) for name in "abc"], 3)
    assert forking
    assert all(map(is_over, forking))
    assert ("SystemExit: 5" in capfd.readouterr().err) == (what == "exit")


def test_worker_out_of_memory_is_named(forking: list[int]) -> None:
    """A worker without memory is an error of the machine."""
    sheet = Odd({"a": "nothing", "b": "memory"})
    with pytest.raises(MachineError, match=r"worker process \d+ ran out of memory, or was killed"):
        share_out(sheet, [("act", name) for name in "ab"], 2)
    assert forking
    assert all(map(is_over, forking))


@pytest.mark.usefixtures("forking")
def test_two_answers_to_one_question_are_found() -> None:
    """A question that answers otherwise in another process is impure; each is named."""
    with pytest.raises(ImpureError, match=r"process\('x'\) gave two different answers in one build"):
        share_out(Odd({}), [("ask_process", name) for name in "ab"], 2)


@pytest.mark.usefixtures("forking")
def test_fault_of_ours_travels() -> None:
    """An exception that is not about the site comes home with where it was raised, and stops whoever asks."""
    sheet = Odd({"a": "broken", "b": "nothing"})
    share_out(sheet, [("act", name) for name in "ab"], 2)
    assert sheet.known(("act", "b"))
    with pytest.raises(RuntimeError, match=r"(?s)in _broken.*ZeroDivisionError: by nothing"):
        sheet.ask(("act", "a"))


@pytest.mark.usefixtures("forking")
def test_damage_met_by_a_worker_is_damage() -> None:
    """A worker that finds the trace damaged says so at home, where it is known what to do about it."""
    whole = stored(built({"a": "1", "b": "2"}, [("square", "a"), ("square", "b")]))

    def section(name: str) -> memoryview:
        if name == "kept":
            raise DamagedError(name)
        return whole.section(name)

    sheet = Sheet({"a": "1", "b": "2"}, Trace(section))
    refresh(sheet)
    share_out(sheet, [("square", "a"), ("square", "b")], 2)
    with pytest.raises(DamagedError):
        sheet.ask(("square", "a"))


class Unfit(Sheet):
    """A sheet that fails beside its questions, where there is more than one process."""

    def at_work(self) -> None:
        """Fail."""
        raise LookupError


def test_worker_led_astray(forking: list[int], capfd: pytest.CaptureFixture[str]) -> None:
    """What a worker cannot lay to a question is damage, in silence, where there is a trace; else it is a fault."""
    trace = stored(built({"a": "1", "b": "2"}, [("value", "a"), ("value", "b")]))
    keys: list[Key] = [("square", "a"), ("square", "b")]
    with pytest.raises(DamagedError, match=r"worker process \d+"):
        share_out(Unfit({"a": "1", "b": "2"}, trace), keys, 2)
    assert "" == capfd.readouterr().err
    with pytest.raises(MachineError, match=r"worker process \d+ ended with status 1"):
        share_out(Unfit({"a": "1", "b": "2"}), keys, 2)
    assert "LookupError" in capfd.readouterr().err
    assert forking
    assert all(map(is_over, forking))


@pytest.mark.usefixtures("forking")
def test_question_there_is_not_fails_alike() -> None:
    """What fails before it is asked is kept as a failure, by one process and by many."""
    keys: list[Key] = [("gone", "a"), ("cell", "a")]
    one, many = Sheet({}), Sheet({})
    for sheet, jobs in ((one, 1), (many, 2)):
        share_out(sheet, keys, jobs)
    assert facts(one) == facts(many)
    assert [("gone", "a")] == list(many.failures)


@pytest.mark.usefixtures("forking")
def test_progress_and_what_was_known() -> None:
    """Progress is told as it goes; a failure known before is not told twice."""
    sheet = Sheet(CELLS)
    settle(sheet, [("value", "a19"), ("value", "a1")])
    before = facts(sheet)["failures"]
    told: list[int] = []
    share_out(sheet, [("value", name) for name in NAMES], 2, told.append)
    assert before == facts(sheet)["failures"]
    assert told == sorted(told)
    assert told != []
    alone: list[int] = []
    share_out(Sheet(CELLS), [("value", name) for name in NAMES], 1, alone.append)
    assert list(range(1, 21)) == alone


@pytest.mark.usefixtures("forking")
def test_parcel_of_any_size_comes_home() -> None:
    """An answer bigger than a pipe holds, and more questions than one sign of life stands for."""
    cells = {f"a{number}": "x" * 70_000 for number in range(100)}
    sheet = Sheet(cells)
    share_out(sheet, [("letters", name) for name in cells], 2)
    assert 7_000_000 == sum(len(sheet.letters(name) or b"") for name in cells)


@pytest.mark.usefixtures("forking")
def test_more_processes_than_questions() -> None:
    """A worker without a question brings nothing home, and none is needed for no question."""
    sheet = Sheet({"a": "1"})
    share_out(sheet, [("value", "a")], 7)
    share_out(sheet, [], 2)
    assert 1 == sheet.value("a")


def test_thread_is_not_torn_apart() -> None:
    """While another thread is alive nothing is forked, and the same is proved here."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert not fork.can_fork()
        sheet = Odd({})
        share_out(sheet, [("process", "ab")], 2)
        assert os.getpid() + 2 == sheet.process("ab")
    finally:
        done.set()
        thread.join()


SCRIPT = """
import os, sys, time
from sitegen.incremental import share_out, query
from support.sheet import Sheet

class Slow(Sheet):
    @query
    def slow(self, name: str) -> int:
        with open(sys.argv[1], "a") as file:
            file.write(f"{os.getpid()}\\n")
        time.sleep(600)
        return 1

share_out(Slow({}), [("slow", name) for name in "ab"], 2)
"""


def is_alive(process: int) -> bool:
    """Whether there is such a process, which is not just a name without a body."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split(") ")[1][0] != "Z"
    except OSError:
        return False


def test_interrupted_parent_ends_its_workers(tmp_path: Path) -> None:
    """Ctrl-C at the parent ends the workers, whatever they are at, and the parent with KeyboardInterrupt."""
    told = tmp_path / "told"
    told.touch()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])}
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(told)], stderr=subprocess.PIPE, text=True, env=environment
    ) as parent:
        deadline = time.monotonic() + 60
        while len(told.read_text().split()) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        workers = [int(line) for line in told.read_text().split()]
        assert 2 == len(workers)
        parent.send_signal(signal.SIGINT)
        _, errors = parent.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert [False, False] == [is_alive(worker) for worker in workers]


def test_alive_after_sharing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is alive is told alike, whoever made it."""
    monkeypatch.setattr(fork, "can_fork", lambda: True)
    one, many = proved(CELLS, 1), proved(CELLS, 3)
    assert shown(one, alive(one)) == shown(many, alive(many))
    assert Location("c") == many.notes(alive(many))[-1].where
