"""A site in a temporary folder, and the command run on it as people run it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2026-06-15T12:00:00Z"
"""The clock of builds in tests."""

SITE = """\
title: Harbour Wire
url: https://harbourwire.example
timezone: Asia/Seoul
"""

STORY = """\
---
title: Ferry returns
published: 2026-06-10 08:00
authors: [Ana Ruiz, Bo Li]
tags: [harbor]
---
The first boat left the *pier*.
"""


class Workspace:
    """A site with one story at *root*."""

    def __init__(self, root: Path) -> None:
        """Write it."""
        self.root = root
        self.write("site.yaml", SITE)
        self.write("content/ferry.md", STORY)

    def write(self, path: str, text: str) -> None:
        """Make the file at *path* say *text*."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def delete(self, path: str) -> None:
        """Remove the file at *path*."""
        (self.root / path).unlink()

    def read(self, path: str) -> str:
        """The text of the published file at *path*."""
        return (self.root / "public" / path).read_text(encoding="utf-8")

    def tree(self) -> dict[str, bytes]:
        """Every published file by its path."""
        public = self.root / "public"
        return {str(path.relative_to(public)): path.read_bytes() for path in public.rglob("*") if path.is_file()}

    def run(self, *arguments: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """What ``sitegen ARGUMENTS`` did here, in a process of its own; *python* are flags of the interpreter."""
        return subprocess.run(
            [sys.executable, *python, "-m", "sitegen", *arguments],
            cwd=self.root,
            env={**os.environ, "SOURCE_DATE_EPOCH": "", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def build(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What ``sitegen build`` did, at the clock of tests."""
        return self.run("build", "--now", NOW, *arguments)
