"""Where the tools that are compared are on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from msgspec import Struct

from benchmarks.generators import GENERATORS, Generator
from benchmarks.measure import Run, timed

ROOT: Final = Path(__file__).parent.parent


class Tool(Struct, frozen=True, kw_only=True):
    """A generator that is installed; *program* is how it is started, *env* what it finds in its environment."""

    generator: Generator
    program: tuple[str, ...]
    env: dict[str, str]
    version: str

    @property
    def name(self) -> str:
        """The generator's."""
        return self.generator.name

    @property
    def command(self) -> tuple[str, ...]:
        """A build of the site in the current folder."""
        return (*self.program, *self.generator.arguments)

    def build(self, site: Path) -> Run:
        """Build *site* once."""
        return timed(self.command, site, self.env)


def sitegen() -> Tool:
    """The sitegen of this folder, run by the Python that runs this."""
    return _tool("sitegen", (sys.executable, "-m", "sitegen"))


def peer(name: str, path: str | None) -> Tool | None:
    """The tool of that name: the program at *path*, or else on the PATH; None if there is none."""
    found = shutil.which(path or name)
    if not found:
        return None
    return _tool(name, (str(_binary(Path(found)) if name == "hugo" else found),))


def _binary(hugo: Path) -> Path:
    """Hugo itself: its Python package puts a script before it, whose start would be measured too."""
    beside = hugo.absolute().parent.parent.glob("lib/python*/site-packages/hugo/binaries/hugo")
    return next(beside, hugo)


def _tool(name: str, program: tuple[str, ...]) -> Tool:
    """The tool, with what it says is its version."""
    asked = "version" if name == "hugo" else "--version"
    # No setting of Python's meant for other work: one keeps compiled code from disk, and each start would compile anew.
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    if name == "sitegen":
        env["PYTHONPATH"] = str(ROOT)
    done = subprocess.run([*program, asked], capture_output=True, text=True, check=True, env=env)
    number = re.search(r"\d+(\.\d+)+", done.stdout)
    version = number[0] if number else done.stdout.strip()
    return Tool(generator=GENERATORS[name], program=program, env=env, version=version)
