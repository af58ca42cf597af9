"""Builds in processes of their own, forked from one that has all code loaded: ``sitegen build``, ten times as fast.

The parent of them all runs this file.  It starts with a zone, a locale and a hash seed in which nothing may show, and
never builds itself; each build is a fork of it, with a limit on memory and time, and is watched: what it does to a file
outside of its own folders, every process it starts and every connection it opens is told as a *trespass*.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "random", "NO_COLOR": "1"}
"""A machine that is nobody's: 14 hours ahead of UTC, so that a clock read in its zone shows."""

LONGEST_SECONDS = 60
MOST_MEGABYTES = 2048
THIRD_PARTIES = ("babel.dates", "babel.numbers", "jinja2", "markdown_it", "mdit_py_plugins", "nh3", "pygments", "yaml")
_CHANGES = {"os.mkdir": 1, "os.remove": 1, "os.rmdir": 1, "os.rename": 2, "os.link": 2, "os.symlink": 2, "os.chmod": 1}
_NEVER = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect", "socket.bind")


@dataclass(frozen=True)
class Built:
    """What one build did: its exit status (negative: killed), what it said, what it took, where it trespassed.

    *seconds* are of the processor, so that they are the same on a machine that is busy with other things.
    """

    code: int
    log: str
    seconds: float
    megabytes: float
    trespasses: list[str]


class Builder:
    """Builds on request; to be closed."""

    def __init__(self) -> None:
        """Start the process that all builds are forks of."""
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **ELSEWHERE, "SOURCE_DATE_EPOCH": ""},
            text=True,
        )

    def __enter__(self) -> Self:
        """Be closed at the end of a ``with``."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the process."""
        self._process.communicate()

    def build(self, site: Path, output: Path, now: str, *options: str) -> Built:
        """What ``sitegen build`` does with *site*, run in that folder."""
        return self.run("build", "--site", str(site), "--output", str(output), "--now", now, *options, at=site)

    def run(self, *arguments: str, at: Path) -> Built:
        """What ``sitegen ARGUMENTS`` does in the folder *at*; it may write beside it too."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"arguments": arguments, "at": str(at)}) + "\n")
        self._process.stdin.flush()
        return Built(**json.loads(self._process.stdout.readline()))


def main() -> None:
    """Load everything; then do what each line of standard input asks for, and tell of it on standard output."""
    import sitegen  # the parent of builds needs it, its users do not

    names = [module.name for module in pkgutil.walk_packages(sitegen.__path__, "sitegen.")]
    for name in (*names, *THIRD_PARTIES):
        if not name.endswith("__main__"):
            importlib.import_module(name)
    while line := sys.stdin.readline():
        order = json.loads(line)
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(json.dumps(_done(Path(folder), order["arguments"], order["at"])) + "\n")
            sys.stdout.flush()


def _done(folder: Path, arguments: list[str], at: str) -> dict[str, Any]:
    log, trespasses = folder / "log", folder / "trespasses"
    child = os.fork()
    if child == 0:
        _become(arguments, at, log, trespasses)
    _, status, used = os.wait4(child, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "log": log.read_text(encoding="utf-8", errors="replace"),
        "seconds": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
        "trespasses": trespasses.read_text(encoding="utf-8").splitlines(),
    }


def _become(arguments: list[str], at: str, log: Path, trespasses: Path) -> None:
    """Turn this process into ``sitegen ARGUMENTS``, and end it."""
    code = 1
    with log.open("wb") as out, trespasses.open("w", encoding="utf-8", errors="backslashreplace") as told:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
        os.setsid()
        os.chdir(at)
        signal.alarm(LONGEST_SECONDS)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEGABYTES << 20, MOST_MEGABYTES << 20))
        sys.dont_write_bytecode = True
        sys.argv = ["sitegen", *arguments]
        sys.addaudithook(_Watch(os.path.realpath(Path(at).parent), told.fileno()))
        try:
            from sitegen.cli import main as command

            command()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:  # noqa: BLE001 - what the interpreter does with it
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


class _Watch:
    """An audit hook that tells what is done outside of *home*."""

    def __init__(self, home: str, told: int) -> None:
        self._home = home
        self._told = told

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _NEVER:
            self._tell(event, arguments)
        elif event == "open" and isinstance(arguments[0], str | bytes):
            if arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) and self._is_out(arguments[0]):
                self._tell(event, arguments)
        elif any(self._is_out(path) for path in arguments[: _CHANGES.get(event, 0)]):
            self._tell(event, arguments)

    def _is_out(self, path: object) -> bool:
        """Whether *path* is outside; the target of a link is followed, as what is changed is what it points to."""
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        real = os.path.realpath(os.fsdecode(path))
        return not (real == self._home or real.startswith(self._home + "/"))

    def _tell(self, event: str, arguments: tuple[Any, ...]) -> None:
        os.write(self._told, f"{event}{arguments!r}\n".encode("utf-8", "backslashreplace"))


if __name__ == "__main__":
    main()
