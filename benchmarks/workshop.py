"""What the measurements of whole sites share: the articles, the folder they work in, the document they report to."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.corpus import Article, read

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parent.parent
REPORT: Final = ROOT / "docs" / "performance.md"
MEGABYTE: Final = 1_000_000


def options(description: str | None) -> argparse.ArgumentParser:
    """The options that each measurement takes."""
    parser = argparse.ArgumentParser(
        description=(description or "").strip(), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="how often each is measured (3)")
    parser.add_argument(
        "--content", type=Path, default=ROOT / "content", metavar="FOLDER", help="where the articles are (content/)"
    )
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="make the sites in this new folder, and keep them")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    return parser


def originals(folder: Path) -> tuple[Article, ...]:
    """The articles in *folder*, or the end of the program if there are none."""
    found = read(folder)
    return found or sys.exit(f"error: {folder} has no articles: Markdown files with a title in their front matter")


@contextmanager
def workplace(folder: Path | None) -> Iterator[Path]:
    """The folder to make sites in: *folder*, which is made and stays, or a temporary one."""
    if folder:
        folder.mkdir(parents=True)
        yield folder.resolve()
        return
    temporary = Path(tempfile.mkdtemp(prefix="sitegen-bench-"))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary)


def put_aside(folder: Path, work: Path) -> None:
    """Move *folder* out of the way, if it is there, within *work*, to be removed with all of that.

    Were it removed, file systems such as ext4, which keep off inodes that were freed in the last minutes, would take
    several times as long to make the next files: a matter of the measurement, not of what is measured.
    """
    if folder.exists():
        aside = work / "aside"
        aside.mkdir(exist_ok=True)
        folder.rename(aside / f"{len(list(aside.iterdir()))} {folder.name}")


def say(text: str) -> None:
    """Tell how far it has come."""
    print(text, file=sys.stderr, flush=True)
