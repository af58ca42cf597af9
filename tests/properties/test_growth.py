"""Time and memory grow as what is built does, whatever is in it; what cannot grow so is refused.

Each file here is of a kind that made some parser slow: at a size, and at four times that, with all that a whole build
does with it.  Time is the processor's, so that a busy machine changes little.

`SITEGEN_LONG=1` makes it long: bigger files, and ten thousand stories.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Final

import pytest

from benchmarks.corpus import multiplied, read, skewed
from benchmarks.generators import GENERATORS
from sitegen.content.frontmatter import MAX_BYTES
from support.building import Outcome, built
from support.newsroom import SITE
from support.source import ROOT
from support.workspace import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
SIZE: Final = 100_000 if LONG else 20_000
"""Characters of a file; there is one of four times as many."""

RATIO: Final = 2.6**2
"""How much longer four times as much may take."""

SLACK: Final = 0.05
"""Seconds that a measurement may be off."""

LONGEST: Final = 2.0 if not LONG else 10.0
"""Seconds for one file."""

HEAD: Final = "title: A story\npublished: 2026-06-10 08:00\n"

BODIES: Final = {
    "words": "word ",
    "one word": "w",
    "hangul": "부두에서 ",
    "emphasis beside hangul": "**“안”**라",
    "open brackets": "[",
    "closed brackets": "[a]",
    "links in links": "[a](b)[",
    "open images": "![a](",
    "open destinations": "[a](<b",
    "stars": "*a **a ",
    "stars and underlines": "*_",
    "backticks": "`a``b",
    "open comments": "x <!-- ",
    "open declarations": "x <!A <![CDATA[ <? ",
    "open elements": "<b><i>",
    "open scripts": "<script>",
    "open attributes": "<a b='c' d=\"",
    "wrong nesting": "<table><tr><p></table>",
    "quotes": "\"a 'b ",
    "references": "&amp;&#x41;&nosuch;",
    "mails": "a@b.example ",
    "addresses": "https://a.example/*_( ",
    "escapes": "\\*\\",
    "template marks": "{{ a }} {% b ",
    "stars without spaces": "a*",
    "deep quotes": "> ",
    "list": "- a\n",
    "list in list": "- ",
    "loose list": "1. a\n\n",
    "rules": "***\n",
    "headings alike": "## A\n\n",
    "headings": "## A {n}\n\n",
    "notes": "a[^{n}]\n\n[^{n}]: b\n\n",
    "one note": "[^1] ",
    "definitions": "[a{n}]: b\n",
    "links to definitions": "[a{n}]\n\n[a{n}]: b\n\n",
    "wide table": "|a",
    "long table": "| a | b |\n",
    "fences": "```python\nprint({n})\n```\n\n",
    "open fence": "```python\nprint('a', [{n}])\n",
    "directives": "::: factbox\n",
    "definition lists": "a\n: b\n\n",
    "indented": "    a\n",
    "empty lines": "\n",
    "links to itself": "[a](story.md) ",
    "links to nothing": "[a](nothing-{n}.md)\n",
    "pictures of nothing": "![a](nothing-{n}.png)\n\n",
    "control characters": "a\x01\x0b",
    "joined signs": "e\u0301\u200d",
}
"""What a text is made of; ``{n}`` is another number each time."""

HEADS: Final = {
    "tags": ("tags: [", "t{n}, ", "z]"),
    "authors": ("authors: [", "Name {n}, ", "Last]"),
    "aliases": ("aliases: [", "/a{n}/, ", "/z/]"),
    "related": ("related: [", "a{n}.md, ", "z.md]"),
    "corrections": ("corrections:\n", "- {date: 2026-06-10 09:00, text: Number {n}.}\n", ""),
    "unknown keys": ("", "key{n}: a\n", ""),
    "keys like one that is known": ("", "titel{n}: a\n", ""),
    "one key": ("", "lang: en\n", ""),
    "comments": ("", "# a\n", ""),
    "a long summary": ("summary: ", "word ", "x"),
    "a summary in a block": ("summary: |\n", "  a line\n", ""),
    "deep lists": ("extra: ", "[", ""),
    "deep keys": ("extra: ", "{a: ", ""),
    "anchors": ("extra:\n", "- &a{n} [b]\n", ""),
    "aliases of one": ("extra:\n- &a [b]\n", "- *a\n", ""),
    "quotes": ("summary: ", '"a" ', "b"),
    "colons": ("summary: ", "a: ", "b"),
    "open fence": ("summary: a\n", "-- -\n", ""),
}
"""What front matter is made of: what comes first, again and again, and last."""

DATA: Final = {
    "list.yaml": ("", "- {a: {n}}\n", ""),
    "keys.yaml": ("", "a{n}: b\n", ""),
    "list.json": ("[", '{"a": {n}}, ', "1]"),
    "deep.json": ("", "[", ""),
    "rows.csv": ("a,b\n", "{n},2\n", ""),
    "columns.csv": ("", "a{n},", "z"),
    "quotes.csv": ("a,b\n", '"{n}","', ""),
}

Writer = "Callable[[Path, int], None]"
"""What writes a site of about so many characters below a folder."""


def repeated(piece: str, size: int) -> str:
    """*piece* again and again, up to about *size* characters."""
    return "".join(piece.replace("{n}", str(number)) for number in range(max(1, size // len(piece))))


def write(folder: Path, path: str, text: str) -> None:
    """Write a file, as it is to be read: also with what is no line end for Python."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(text.encode())


def seconds(write_site: Callable[[Path, int], None], size: int, times: int = 1) -> float:
    """How long a build of a site of that size takes, the shortest of so many."""
    taken = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            site = Path(folder) / "site"
            write(site, "site.yaml", SITE)
            write_site(site, size)
            began = process_time()
            outcome: Outcome = built(site, cache=False, jobs=1)
            taken.append(process_time() - began)
            assert outcome.status in (0, 1)
    return min(taken)


def assert_proportional(write_site: Callable[[Path, int], None], size: int = SIZE) -> None:
    """Four times as much takes less than `RATIO` times as long, and not longer than anybody waits."""
    for times in (1, 2, 3):  # what looks slow at first is measured again
        small, large = seconds(write_site, size, times), seconds(write_site, 4 * size, times)
        if large < RATIO * small + SLACK and large < LONGEST:
            return
    pytest.fail(f"{size} take {small:.3f} s, four times as many {large:.3f} s")


@pytest.mark.parametrize("kind", BODIES)
def test_a_text(kind: str) -> None:
    """The text of one story."""
    assert_proportional(
        lambda site, size: write(site, "content/story.md", f"---\n{HEAD}---\n\n{repeated(BODIES[kind], size)}\n")
    )


@pytest.mark.parametrize("kind", HEADS)
def test_front_matter(kind: str) -> None:
    """The front matter of one story."""
    first, piece, last = HEADS[kind]
    assert_proportional(
        lambda site, size: write(
            site, "content/story.md", f"---\n{HEAD}{first}{repeated(piece, size)}{last}\n---\n\nText.\n"
        )
    )


@pytest.mark.parametrize("name", DATA)
def test_data(name: str) -> None:
    """A file of data."""
    first, piece, last = DATA[name]
    assert_proportional(lambda site, size: write(site, f"content/data/{name}", first + repeated(piece, size) + last))
