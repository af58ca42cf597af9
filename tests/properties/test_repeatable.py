"""The same tree at the same clock is the same site: whatever the machine, its zone, locale, seeds and processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from support.building import NOON, built, tree
from support.newsroom import Newsroom
from support.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SHUFFLED: Final = """
import os, random, sys
scan, listed = os.scandir, os.listdir

class Shuffled(list):
    def __enter__(self): return iter(self)
    def __exit__(self, *_): pass
    def __iter__(self): return super().__iter__()
    def __next__(self): return self.pop()
    def close(self): pass

def scandir(path="."):
    with scan(path) as found:
        entries = Shuffled(found)
    random.shuffle(entries)
    return entries

def listdir(path="."):
    names = listed(path)
    random.shuffle(names)
    return names

os.scandir, os.listdir = scandir, listdir
from sitegen.cli import main
main()
"""
"""A sitegen to which every folder is listed in another order each time."""

MACHINES: Final = {
    "zone": {"TZ": "Pacific/Kiritimati"},
    "locale": {"LC_ALL": "C"},
    "seed": {"PYTHONHASHSEED": "1"},
    "other seed": {"PYTHONHASHSEED": "4242"},
    "one process": {"JOBS": "1"},
    "eight processes": {"JOBS": "8"},
    "umask": {"UMASK": "0o077"},
    "all of them": {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7", "JOBS": "3"},
}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A site with enough stories for several processes."""
    room = Newsroom(tmp_path_factory.mktemp("repeatable") / "site")
    for number in range(80):
        fields: dict[str, object] = {
            "title": f"부두 & pier {number}",
            "published": f"2026-05-{number % 28 + 1:02}T{number % 24:02}:00:00+09:00",
            "tags": [f"tag {number % 7}", "harbor"],
            "authors": [f"Author {number % 5}"],
        }
        room.put(f"more-{number}", fields, f"Text {number}, see [a](a.md).\n\n```python\nprint({number})\n```")
    return room


@pytest.fixture(scope="module")
def expected(room: Newsroom) -> dict[str, bytes]:
    """The site as this process makes it."""
    assert 0 == built(room.root, cache=False, output=room.root.parent / "expected").status
    return contents(room.root.parent / "expected")


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of each file below *folder*."""
    return {name: data for name, (_, data) in tree(folder).items() if (folder / name).is_file()}


@pytest.mark.parametrize("machine", MACHINES)
def test_another_machine(room: Newsroom, expected: dict[str, bytes], tmp_path: Path, machine: str) -> None:
    """A copy elsewhere, built by another process with another environment and shuffled folders, has the same bytes."""
    copy = tmp_path / "a copy" / "of the site"
    shutil.copytree(room.root, copy, ignore=shutil.ignore_patterns(".sitegen", "public"))
    environment = MACHINES[machine] | {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    arguments = ["build", "--now", NOON.isoformat(), "--jobs", environment.pop("JOBS", "2")]
    umask = int(environment.pop("UMASK", "0o022"), 8)
    subprocess.run([sys.executable, "-c", SHUFFLED, *arguments], cwd=copy, env=environment, umask=umask, check=True)
    assert expected == contents(copy / "public")


def test_the_clock_of_the_environment(room: Newsroom, expected: dict[str, bytes], tmp_path: Path) -> None:
    """SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/) is the clock, and shows nowhere."""
    for moment in (int(NOON.timestamp()), int(NOON.timestamp()) + 1):
        output = tmp_path / str(moment)
        environment = {"SOURCE_DATE_EPOCH": str(moment), "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
        command = [sys.executable, "-m", "sitegen", "build", "--no-cache", "--output", str(output)]
        subprocess.run(command, cwd=room.root, env=environment, check=True)
        assert expected == contents(output)
