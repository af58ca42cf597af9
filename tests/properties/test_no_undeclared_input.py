"""What a build may depend on is declared: with one cache, on another machine, it makes what a build from nothing makes.

As reprotest does, one thing after another is varied between two builds.  What is no input shows in nothing, and nothing
is made anew for it; what is one shows at once, also where no file of the site changed.  Files are given the two seconds
after which their stamps are trusted, so that builds rely on the cache wherever they can.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from importlib.metadata import distribution, requires
from typing import TYPE_CHECKING, Final

import pytest
from msgspec import Struct

from sitegen.cache import DEPENDENCIES
from sitegen.incremental import toolchain
from support.building import tree
from support.newsroom import Newsroom
from support.source import ROOT
from support.workspace import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Files = dict[str, bytes]

MACHINES: Final[Mapping[str, Mapping[str, str]]] = {
    "zone": {"TZ": "Pacific/Kiritimati"},
    "another zone": {"TZ": "America/St_Johns"},
    "rules of zones": {"PYTHONTZPATH": "ZONES"},
    "locale": {"LC_ALL": "C"},
    "another locale": {"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr:ko"},
    "encoding": {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii:replace", "LC_ALL": "POSIX"},
    "seed": {"PYTHONHASHSEED": "1"},
    "another seed": {"PYTHONHASHSEED": "4242"},
    "optimized": {"PYTHONOPTIMIZE": "2"},
    "person": {"HOME": "/nonexistent", "USER": "nobody", "LOGNAME": "nobody", "COLUMNS": "20", "TERM": "dumb"},
    "umask": {"UMASK": "0o077"},
}
"""What differs between machines and is no input; ``ZONES`` stands for a folder with wrong rules."""


class Built(Struct):
    """What the command tells with ``--json``, as far as it matters here."""

    ok: bool
    written: list[str]
    executed: dict[str, int]


class Site:
    """A small site, its output and its cache."""

    def __init__(self, folder: Path) -> None:
        """Write it, and let its stamps settle."""
        self.folder = folder
        self.room = Newsroom(folder / "site")
        self.room.change("a", title='"Let\'s wait" & see', slug="gone", expires="2026-06-16T09:00:00+09:00")
        self.room.change("b", slug="due", published="2026-06-17T08:59:59+09:00")
        time.sleep(2.1)

    @property
    def root(self) -> Path:
        """Where it lies."""
        return self.room.root

    def build(self, environment: Mapping[str, str], *options: str) -> Built:
        """What a build says."""
        known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **environment}
        umask = int(known.pop("UMASK", "0o022"), 8)
        options = options if "--now" in options else ("--now", NOW, *options)
        done = subprocess.run(
            [sys.executable, "-m", "sitegen", "build", "--json", "--site", str(self.root), *options],
            cwd=self.folder,
            env=known,
            umask=umask,
            capture_output=True,
            check=False,
        )
        assert 0 == done.returncode, done.stderr.decode()
        return Built(
            **{name: value for name, value in json.loads(done.stdout).items() if name in Built.__struct_fields__}
        )

    def compared(self, environment: Mapping[str, str], *options: str) -> Built:
        """What a build with the cache says, after it is found to have made what one from nothing makes."""
        warm = self.build(environment, *options)
        clean = self.folder / "clean"
        self.build(environment, *options, "--no-cache", "--output", str(clean))
        assert contents(clean) == self.contents()
        shutil.rmtree(clean)
        return warm

    def contents(self) -> Files:
        """What is published."""
        return contents(self.root / "public")


def contents(folder: Path) -> Files:
    """The bytes of each file below *folder*; modes are the umask's, as for all that people make."""
    return {name: data for name, (_, data) in tree(folder).items() if (folder / name).is_file()}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """One that was built."""
    site = Site(tmp_path)
    site.build({})
    return site


@pytest.mark.parametrize("machines", [list(MACHINES)[0::3], list(MACHINES)[1::3], list(MACHINES)[2::3]])
def test_another_machine(site: Site, machines: list[str]) -> None:
    """What differs between machines shows nowhere, and nothing is worked out for it."""
    zones = site.folder / "zones" / "Asia"
    zones.mkdir(parents=True)
    shutil.copyfile(packaged("tzdata") / "zoneinfo/America/New_York", zones / "Seoul")
    published = site.contents()
    for machine in machines:
        environment = {
            key: str(zones.parent) if value == "ZONES" else value for key, value in MACHINES[machine].items()
        }
        built = site.compared(environment)
        assert ([], {}) == (built.written, built.executed), machine
        assert published == site.contents(), machine


def test_another_path(site: Site) -> None:
    """Where a site lies shows nowhere, and nothing is rendered anew although its files are read again."""
    published = site.contents()
    site.room.root = site.root.rename(site.folder / "부두 site")
    assert [] == site.compared({}).written
    copy = site.folder / "deeper" / "site"
    shutil.copytree(site.root, copy)
    site.room.root = copy
    built = site.compared({})
    assert ([], None) == (built.written, built.executed.get("rendered"))
    assert published == site.contents()


@pytest.mark.parametrize("epoch", [False, True], ids=["--now", "SOURCE_DATE_EPOCH"])
def test_another_time(site: Site, epoch: bool) -> None:  # noqa: FBT001 - pytest passes it
    """The clock is an input, told by the command or its environment: what expires goes, what is due comes, and back."""
    published = site.contents()
    for seconds, gone, due in ((-1, False, False), (0, True, False), (86398, True, False), (86399, True, True)):
        moment = 1781568000 + seconds  # when the one story expires; a day later, but for a second, the other is due
        if epoch:
            site.compared({"SOURCE_DATE_EPOCH": str(moment)}, "--now", "")
        else:
            site.compared({}, "--now", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)))
        pages = site.contents().keys()
        assert (gone, due) == ("2026/06/gone/index.html" not in pages, "2026/06/due/index.html" in pages)
    site.compared({})
    assert published == site.contents()


def packaged(name: str) -> Path:
    """The folder of an installed package."""
    return distribution(name).locate_file(name)  # type: ignore[return-value]  # where packages are files


def installed(folder: Path, name: str) -> Path:
    """A copy in *folder* of an installed package, as of another version."""
    shutil.copytree(packaged(name), folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    pretended(folder, name)
    return folder / name


def pretended(folder: Path, name: str) -> None:
    """Have *folder* say that version 2999 of a package is installed there."""
    info = folder / f"{name.replace('-', '_')}-2999.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2999\n")


def replaced(file: Path, old: str, new: str) -> None:
    """Put *new* for *old* in *file*."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def ours(folder: Path) -> Path:
    """A copy of our own package in *folder*."""
    shutil.copytree(ROOT / "sitegen", folder / "sitegen", ignore=shutil.ignore_patterns("__pycache__"))
    return folder / "sitegen"


def another_layout(folder: Path) -> str:
    """A layout of the theme that says more."""
    replaced(ours(folder) / "theme/layouts/base.html", "</body>", "<p>Another theme</p></body>")
    return "Another theme"


def another_style(folder: Path) -> str:
    """A style sheet of the theme with one rule more."""
    style = next((ours(folder) / "theme/static").rglob("*.css"))
    style.write_text(style.read_text(encoding="utf-8") + "\n.another-rule { color: red }\n", encoding="utf-8")
    return "another-rule"


def another_word(folder: Path) -> str:
    """A word of the interface that is another."""
    words = ours(folder) / "theme/words/en.json"
    known = json.loads(words.read_text(encoding="utf-8"))
    replaced(words, json.dumps(known["tags"]), '"Another word"')
    return "Another word"


def another_dependency(folder: Path) -> str:
    """A dependency that escapes otherwise."""
    replaced(installed(folder, "markupsafe") / "_native.py", "&#39;", "&apos;")
    return "&apos;"


def other_zone_rules(folder: Path) -> str:
    """A tzdata in which Seoul keeps the time of New York."""
    zones = installed(folder, "tzdata") / "zoneinfo"
    shutil.copyfile(zones / "America/New_York", zones / "Asia/Seoul")
    return "-04:00"


@pytest.mark.parametrize("install", [another_layout, another_style, another_word, another_dependency, other_zone_rules])
def test_another_installation(site: Site, install: Callable[[Path], str]) -> None:
    """What is installed is an input: a new version shows, though no file of the site changed, and so does the old."""
    published = site.contents()
    sign = install(site.folder / "installed").encode()
    assert not any(sign in data for data in published.values())
    site.compared({"PYTHONPATH": f"{site.folder / 'installed'}{os.pathsep}{ROOT}"})
    assert any(sign in data for data in site.contents().values())
    site.compared({})
    assert published == site.contents()


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_another_version(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each dependency's version is part of what makes answers."""
    (tmp_path / "package").mkdir()
    before = toolchain(tmp_path / "package", DEPENDENCIES)
    pretended(tmp_path / "installed", name)
    monkeypatch.syspath_prepend(tmp_path / "installed")
    assert before != toolchain(tmp_path / "package", DEPENDENCIES)


SILENT = {"click", "watchdog", "starlette", "uvicorn", "anyio", "h11", "idna"}
"""What the command line and the preview are made of, which make no answer."""


def test_all_dependencies() -> None:
    """What we need, and what that needs, are the dependencies that count, but for those that make no answers."""
    found: set[str] = set()
    pending = ["sitegen"]
    while pending:
        for line in requires(pending.pop()) or ():
            requirement, _, marker = line.partition(";")
            name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")
            if "extra" not in marker and "python_version <" not in marker and name not in found:
                found.add(name)
                pending.append(name)
    assert {*DEPENDENCIES, *SILENT} == found
