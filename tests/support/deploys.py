"""A paper that is put somewhere, what a deploy says of it, and what readers find there."""

from __future__ import annotations

import atexit
import posixpath
import shutil
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote, urljoin, urlsplit

from sitegen.build import Request, build
from sitegen.deploy import Order, Outcome, deploy, lines
from sitegen.errors import SitegenError
from support.published import Document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sitegen.build import Summary
    from sitegen.deploy import Telling

NOW: Final = datetime(2026, 6, 15, 12, tzinfo=UTC)
SITE: Final = "https://harbourwire.example"


class Listener:
    """The one who deploys, and agrees to everything."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self.lines: list[str] = []
        self.remarks: list[str] = []
        self.warnings: list[str] = []

    def progress(self, phase: str, done: int, total: int) -> None:
        """See how far it is."""

    def remark(self, line: str) -> None:
        """Be told something in passing."""
        self.remarks.append(line)

    def built(self, summary: Summary) -> None:
        """Be told of the build."""
        self.warnings += map(str, summary.warnings)

    def planned(self, place: str, telling: Telling) -> None:
        """Be told of the plan."""
        del place
        self.lines = lines(telling)

    def agrees(self) -> bool:
        """Agree."""
        return True


class Paper:
    """A site of three stories at *root*, which is to be at *url*, with one target called ``live``."""

    def __init__(self, root: Path, target: str, url: str = SITE) -> None:
        """Write it; it was built before, once for all of a process, elsewhere and with another target."""
        self.root = root
        self.url = url
        root.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(_built(), root, dirs_exist_ok=True)
        self.target(target)

    @classmethod
    def at(cls, root: Path) -> Self:
        """The one that is there already."""
        paper = cls.__new__(cls)
        paper.root = root
        return paper

    def target(self, target: str) -> None:
        """Have ``live`` be this: a mapping as YAML writes it."""
        self.write("site.yaml", f"title: Harbour Wire\nurl: {self.url}\ntimezone: UTC\ndeploy:\n  live: {target}\n")

    def story(self, name: str, title: str, text: str = "Text.", **fields: str) -> None:
        """Write the story *name*, whose address stays the same whatever its headline is."""
        day = sum(name.encode()) % 28 + 1
        front = {"title": title, "slug": name, "published": f"2026-05-{day:02}T08:00:00Z", **fields}
        lines = "".join(f"{key}: {value}\n" for key, value in front.items())
        self.write(f"content/{name}.md", f"---\n{lines}---\n{text}\n")

    def write(self, path: str, text: str) -> None:
        """Make the file at *path* say *text*."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def next_day(self) -> None:
        """A new story with a new tag, a new headline, a story that expired, and another style sheet."""
        self.story("pier", "Pier opens", tags="harbor, leisure")
        self.story("ferry", "Ferry returns late", tags="harbor")
        self.story("budget", "Budget vote", tags="council", expires="2026-06-01T00:00:00Z")
        self.write("static/app.css", "body { color: navy }\n")

    def deploy(self, listener: Listener | None = None, **wishes: Any) -> Outcome:  # noqa: ANN401 - as many as options
        """What a deploy did, at noon of 15 June 2026 unless another time is given."""
        return deploy(Order(**{"folder": self.root, "now": NOW, **wishes}), listener or Listener())

    def told(self, **wishes: Any) -> list[str]:  # noqa: ANN401 - as many as options
        """What a deploy would do, in words."""
        listener = Listener()
        self.deploy(listener, dry_run=True, **wishes)
        return listener.lines

    def public(self) -> dict[str, bytes]:
        """What the last build made, without its marker."""
        return {path: data for path, data in tree(self.root / "public").items() if path != ".sitegen-output"}


@cache
def _built() -> Path:
    """The stories, and what a build made of them."""
    folder = TemporaryDirectory(prefix="sitegen-")
    atexit.register(folder.cleanup)
    paper = Paper.at(Path(folder.name) / "site")
    paper.url = SITE
    paper.target("{kind: folder, path: ../live}")
    paper.story("ferry", "Ferry returns", tags="harbor")
    paper.story("budget", "Budget vote", tags="council")
    paper.story("storm", "Storm warning", tags="harbor, weather")
    paper.write("static/app.css", "body { color: black }\n")
    build(Request(folder=paper.root, now=NOW))
    return paper.root


def tree(root: Path) -> dict[str, bytes]:
    """Every file below *root* by its path."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def strangers(releases: Path) -> dict[str, dict[str, bytes]]:
    """Folders that somebody else has in the folder *releases*: what is in each, by its name."""
    for name in ("v1", "zzz", "notes.partial", "19990101T000000.000000Z", "20990101T000000.000000Z"):
        (releases / name).mkdir(parents=True)
        (releases / name / "index.html").write_text("theirs")
    return {path.name: tree(path) for path in releases.iterdir()}


def site_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """*files* of a place without those that are for the next deploy."""
    return {path: data for path, data in files.items() if not path.startswith(".")}


def dangling(files: Mapping[str, bytes]) -> list[str]:
    """What pages load or link to and is not there; of the pages that readers reach from the home page."""
    found: list[str] = []
    reached = ["index.html"] if "index.html" in files else []
    for path in reached:
        if not path.endswith(".html"):
            continue
        for link in Document(files[path].decode()).links:
            parts = urlsplit(urljoin(f"{SITE}/{path}", link))
            if f"{parts.scheme}://{parts.netloc}" != SITE:
                continue
            target = unquote(parts.path).removeprefix("/")
            target = posixpath.join(target, "index.html") if not target or target.endswith("/") else target
            if target not in files:
                found.append(f"{path}: {link}")
            elif target not in reached:
                reached.append(target)
    return found


if __name__ == "__main__":  # a deploy as a process of its own: to be killed, or to race another one
    try:
        Paper.at(Path(sys.argv[1])).deploy(allow_vanish=True)
    except SitegenError as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt as stop:
        sys.exit(f"{stop}")
