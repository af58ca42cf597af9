"""The command line, run in the test's own process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner
from msgspec import Struct

from sitegen.cli import cli
from support.workspace import NOW

if TYPE_CHECKING:
    from pathlib import Path


class Done(Struct, frozen=True):
    """What a command did: its exit status, and what it said where."""

    status: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        """The lines that tell of an error."""
        return [line for line in self.err.splitlines() if "error: " in line]


def sitegen(*arguments: str) -> Done:
    """What ``sitegen ARGUMENTS`` does."""
    result = CliRunner(env={"SOURCE_DATE_EPOCH": ""}).invoke(cli, arguments, catch_exceptions=False)
    assert "Traceback" not in result.output
    return Done(result.exit_code, result.stdout, result.stderr)


def built(site: Path, *options: str) -> Done:
    """What ``sitegen build`` does with *site*, at the clock of tests."""
    return sitegen("build", "--site", str(site), "--now", NOW, *options)
