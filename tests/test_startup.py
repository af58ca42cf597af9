"""What a command does not need, it does not load: sentence 9 of docs/architecture.md."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess

    from support.workspace import Workspace

SLOW = {"babel", "jinja2", "markdown_it", "mdit_py_plugins", "nh3", "pygments", "watchdog", "yaml"}
"""Packages that take long to load."""


def loaded(done: subprocess.CompletedProcess[str]) -> set[str]:
    """The packages that a process loaded, as ``python -X importtime`` told on its standard error."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    assert lines, done.stderr
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["build", "--help"]])
def test_help_loads_little(workspace: Workspace, arguments: list[str]) -> None:
    """Help and version load the command line and nothing slow."""
    done = workspace.run(*arguments, python=("-X", "importtime"))
    assert 0 == done.returncode, done.stderr
    assert set() == loaded(done) & SLOW


def test_a_build_without_changes_loads_little(workspace: Workspace) -> None:
    """Where everything is reused, nothing is parsed, and so no parser is loaded."""
    first = workspace.build()
    assert 0 == first.returncode, first.stderr
    before = workspace.tree()
    long_ago = time.time() - 3600
    for path in workspace.root.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    workspace.build()

    again = workspace.run("build", "--now", "2026-06-15T12:00:00Z", python=("-X", "importtime"))

    assert 0 == again.returncode, again.stderr
    assert before == workspace.tree()
    assert set() == loaded(again) & SLOW


def test_a_build_loads_what_it_needs(workspace: Workspace) -> None:
    """The test above would see what is loaded: a first build needs it."""
    first = workspace.run("build", python=("-X", "importtime"))
    assert {"jinja2", "markdown_it", "yaml"} <= loaded(first)
