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
if LONG:
    pytestmark = pytest.mark.long

SIZE: Final = 40_000 if LONG else 4_000
"""Characters of a file; there is one of four times as many."""

PAGES: Final = 4_000 if LONG else 1_000
"""As `SIZE`, where every word makes pages of its own."""

RATIO: Final = 2.6**2
"""How much longer four times as much may take."""

SLACK: Final = 0.05
"""Seconds that a measurement may be off."""

LONGEST: Final = 8.0 if LONG else 2.0
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
    "lines of control characters": "a\x01\x0b\n",
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
        ),
        PAGES if kind in ("tags", "authors", "aliases") else SIZE,
    )


@pytest.mark.parametrize("name", DATA)
def test_data(name: str) -> None:
    """A file of data."""
    first, piece, last = DATA[name]
    assert_proportional(lambda site, size: write(site, f"content/data/{name}", first + repeated(piece, size) + last))


def stories(site: Path, number: int) -> None:
    """Write so many stories: each with tags of its own and shared ones, and links to others."""
    for at in range(number):
        head = (
            f"title: Story {at}\npublished: 2026-05-{at % 28 + 1:02} 09:00\n"
            f"tags: [all, t{at // 2}]\nauthors: [Ana, A{at // 3}]\naliases: [/old/{at}/]\n"
        )
        write(site, f"content/s{at}.md", f"---\n{head}---\n\nSee [another](s{at // 2}.md) and [one](s{at - 1}.md).\n")


@pytest.mark.parametrize("kind", ["stories", "pages", "static files", "authors"])
def test_a_site(kind: str) -> None:
    """The number of files of one kind, or of people."""

    def write_site(site: Path, number: int) -> None:
        write(site, "content/story.md", f"---\n{HEAD}---\n\nText.\n")
        if kind == "stories":
            stories(site, number)
        elif kind == "authors":
            write(site, "content/authors.yaml", "".join(f"a{at}: {{name: Name {at}}}\n" for at in range(number)))
        for at in range(number):
            if kind == "pages":
                write(site, f"content/pages/p{at}.md", f"---\ntitle: Page {at}\n---\n\n[One](p{at // 2}.md).\n")
            elif kind == "static files":
                write(site, f"static/f{at // 50}/{at}.txt", f"{at}\n")

    assert_proportional(write_site, {"stories": 20, "pages": 40}.get(kind, 100) * (5 if LONG else 1))


def test_a_file_that_is_too_big() -> None:
    """One that nobody wrote by hand is refused before it is parsed."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        write(site, "site.yaml", SITE)
        write(site, "content/story.md", f"---\n{HEAD}---\n\n{'word ' * (MAX_BYTES // 5)}\n")
        began = process_time()
        outcome = built(site, cache=False)
        assert (1, True) == (outcome.status, process_time() - began < LONGEST)
        assert "and a text may have 10" in outcome.told[0]


@pytest.mark.long
def test_ten_thousand_stories(tmp_path: Path) -> None:
    """With 5,000 tags of two stories, a build from nothing takes two minutes of one processor, and a GiB, at most."""
    articles = skewed(multiplied(read(ROOT / "content"), 10_000))
    GENERATORS["sitegen"].write(articles, tmp_path / "site")
    command = [sys.executable, "-m", "sitegen", "build", "--jobs", "1", "--now", NOW, "--site", str(tmp_path / "site")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime < 120
    assert used.ru_maxrss < 1 << 20
