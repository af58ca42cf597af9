"""The recipes of docs/schedule.md, run as far as a machine without a scheduler can."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest
import yaml

from support.newsroom import Newsroom
from support.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

RECIPES: Final = re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / "docs/schedule.md").read_text(), re.MULTILINE | re.DOTALL)
SCRIPTS: Final = [text for kind, text in RECIPES if kind == "sh" and text.startswith("#!")]
WORKFLOW: Final = next(text for kind, text in RECIPES if kind == "yaml")


class Desk:
    """A site in a folder with a space in its name, and a shell in which the machine's schedulers only take notes."""

    def __init__(self, folder: Path) -> None:
        """Make both."""
        self.room = Newsroom(folder / "the site")
        self.notes = folder / "notes"
        self._programs = folder / "bin"
        self._programs.mkdir()
        self.program("sitegen", f'exec "{sys.executable}" -m sitegen "$@"')
        for name in ("at", "systemd-run"):
            self.program(
                name, f'printf "%s\\n" {name} "$@" >> "{self.notes}"; [ {name} != at ] || cat >> "{self.notes}"'
            )
        self.program("sleep", f'echo "slept $1" >> "{self.notes}"; exec {shutil.which("sleep")} "$1"')

    def program(self, name: str, script: str) -> None:
        """Put a program of that name before the machine's own."""
        (self._programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (self._programs / name).chmod(0o755)

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What `sh` does with *script*."""
        path = f"{self._programs}:{os.environ['PATH']}"
        environment = {
            **os.environ,
            "PATH": path,
            "PYTHONPATH": str(ROOT),
            "SOURCE_DATE_EPOCH": "",
            "LONGEST_WAIT": "60",
        }
        return subprocess.run(
            ["/bin/sh", "-euc", script, "build.sh", *arguments],
            env=environment,
            cwd=self.room.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @property
    def noted(self) -> list[str]:
        """What the schedulers were told, a word a line."""
        return self.notes.read_text().splitlines() if self.notes.exists() else []


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk."""
    return Desk(tmp_path)


def soon(**ahead: int) -> datetime:
    """A moment ahead, to the second."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(**ahead)


def test_both_scripts_are_there() -> None:
    """One for `at`, one for systemd."""
    assert ["at -q", "systemd-run"] == [
        found[0] for text in SCRIPTS for found in [re.findall("at -q|systemd-run", text)]
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=["at", "systemd"])
def test_a_script_leaves_an_order(desk: Desk, script: str) -> None:
    """It builds, and orders the next build for the instant that is due, or for the minute that it is over by."""
    at = soon(days=3, seconds=17)
    desk.room.change("c", published=at.isoformat())
    done = desk.run(script, str(desk.room.root))
    assert (0, "") == (done.returncode, done.stderr)
    assert (desk.room.root / "public/index.html").exists()
    order = desk.noted
    assert f'sh "{desk.room.root}/build.sh" "{desk.room.root}"' in order or str(desk.room.root) == order[-1]
    if "at" in order:
        when = datetime.strptime(order[order.index("-t") + 1], "%Y%m%d%H%M").astimezone()
        assert timedelta() <= when - at < timedelta(minutes=1)
    else:
        (calendar,) = [word.partition("=")[2] for word in order if word.startswith("--on-calendar=")]
        assert f"{at:%Y-%m-%d %H:%M:%S} UTC" == calendar


@pytest.mark.parametrize("script", SCRIPTS, ids=["at", "systemd"])
def test_a_script_with_nothing_to_order(desk: Desk, script: str) -> None:
    """Where nothing is due it orders nothing; where the site is broken it fails, and orders nothing."""
    assert 0 == desk.run(script, str(desk.room.root)).returncode
    assert [] == desk.noted
    desk.room.write("content/c.md", "no front matter")
    assert 1 == desk.run(script, str(desk.room.root)).returncode
    assert [] == desk.noted


def test_the_timers_are_understood() -> None:
    """The calendar of the timer is one, and so is such as the script writes."""
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("not installed: systemd-analyze")
    (calendar,) = [line.partition("=")[2] for _, text in RECIPES for line in text.splitlines() if "OnCalendar=" in line]
    for each in (calendar, "2031-10-01 04:00:17 UTC"):
        done = subprocess.run([analyze, "calendar", each], capture_output=True, text=True, check=False)
        assert 0 == done.returncode, done.stderr


def test_the_workflow_waits(desk: Desk) -> None:
    """What is due soon is waited for, to the second, and what is due later is not; a broken site fails in the build."""
    (wait,) = [step["run"] for step in yaml.safe_load(WORKFLOW)["jobs"]["publish"]["steps"] if "sleep" in str(step)]
    assert 0 == desk.run(wait).returncode
    assert [] == desk.noted
    desk.room.change("c", published=soon(seconds=90).isoformat())
    assert 0 == desk.run(wait).returncode
    assert [] == desk.noted
    at = soon(seconds=4)
    desk.room.change("c", published=at.isoformat())
    done = desk.run(wait)
    assert 0 == done.returncode, done.stderr
    assert [True] == [word.startswith("slept ") for word in desk.noted]
    assert at.timestamp() <= time.time() < at.timestamp() + 3
    desk.room.write("content/c.md", "no front matter")
    assert 0 == desk.run(wait).returncode


def test_the_workflow_has_the_events_that_are_spoken_of() -> None:
    """It is started by a push, by the clock and from outside, one run at a time."""
    workflow = yaml.safe_load(WORKFLOW)
    assert {"push", "schedule", "workflow_dispatch"} == set(workflow[True])  # `on` is true to YAML 1.1
    assert "publish" == workflow["concurrency"]
    (request,) = [text for kind, text in RECIPES if kind == "sh" and "curl" in text]
    assert "publish.yml/dispatches" in request
    assert 0 == subprocess.run(["/bin/sh", "-nc", request], check=False).returncode
