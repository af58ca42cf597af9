"""No word of a story is dropped in silence: readers see all that editors wrote, in its order.

`SITEGEN_LONG=1` makes it long.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from support import dom
from support.building import built
from support.newsroom import PICTURE, story

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.building import Outcome

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long

DEEPEST: Final = 14
WORD: Final = re.compile(r"[가字w]\d+x")
FRONT: Final[dict[str, object]] = {"title": "Title", "summary": "Short.", "slug": "story", "published": "2026-06-01"}


class Writer:
    """Writes Markdown of blocks and words as *draw* chooses them; *seen* are the words readers shall see."""

    def __init__(self, draw: st.DrawFn) -> None:
        """Start with an empty page."""
        self._draw = draw
        self._count = 0
        self.seen: list[str] = []
        self._notes: list[str] = []

    def word(self, *, seen: bool = True) -> str:
        """One more word, Latin, Korean or Chinese."""
        self._count += 1
        word = f"{self._draw(st.sampled_from('w가字'))}{self._count}x"
        if seen:
            self.seen.append(word)
        return word

    def words(self) -> str:
        """Some words in a line, each in its own dress."""
        dresses: list[Callable[[], str]] = [
            self.word,
            lambda: f"*{self.word()}*",
            lambda: f"**{self.word()}。**{self.word()}",
            lambda: f"~~{self.word()}~~ **_{self.word()}_**",
            lambda: f"`{self.word()}`",
            lambda: f"[{self.word()}](https://x.example/ '{self.word(seen=False)}')",
            lambda: f"<b>{self.word()}</b>",
            lambda: f"<span class=x>{self.word()} *{self.word()}*</span>",
            lambda: f"{self.word()}<!-- {self.word(seen=False)} -->",
            lambda: f"\"{self.word()}\" -- '{self.word()}'...",
            lambda: f"{self.word()}\\\n{self.word()}",
            lambda: f"2 < {self.word()} > 1 & {self.word()} &amp; {self.word()}",
            lambda: f"[{self.word()}] ({self.word()}) {{{self.word()}}} \\*{self.word()}",
            self._noted,
        ]
        return " ".join(dress() for dress in self._draw(st.lists(st.sampled_from(dresses), min_size=1, max_size=4)))

    def _noted(self) -> str:
        """A word with a footnote, which stands below the text."""
        words = [self.word(), self.word(seen=False), self.word(seen=False)]
        self._notes.append(f"{words[1]} *{words[2]}*")
        return f"{words[0]}[^n{len(self._notes)}]"

    def blocks(self, depth: int = 0) -> list[str]:
        """The lines of some blocks, a blank line between them."""
        flat: list[Callable[[], list[str]]] = [
            lambda: self.words().split("\n"),
            lambda: [f"## {self.word()} *{self.word()}*"],
            lambda: [f"{self.word()} `{self.word()}`", "---"],
            lambda: ["```text", f"{self.word()} <b>{self.word()}", "```"],
            lambda: [f"    {self.word()}"],
            lambda: [f"|{self.word()}|{self.word()}|", "|-|-|", f"|{self.word()}|{self.word()}|", f"|{self.word()}|"],
            lambda: [f"<!-- {self.word(seen=False)}", "", f"{self.word(seen=False)} -->"],
            lambda: [f"<div class=x>{self.word()}", f"<p>{self.word()}</p></div>"],
            lambda: ["<details><summary>", "", self.word(), "", "</summary>", "", self.word(), "", "</details>"],
            lambda: [self.word(), f":   {self.word()}"],
        ]
        nested: list[Callable[[], list[str]]] = [
            lambda: _indented("- ", self.blocks(depth + 1)),
            lambda: _indented("- ", [self.word(), *_indented("- ", [self.word()])]),
            lambda: _indented("1. ", self.blocks(depth + 1)),
            lambda: [f"> {line}".rstrip() for line in self.blocks(depth + 1)],
            lambda: [f"::: factbox {self.word()}", "", *self.blocks(depth + 1), "", ":::"],
            lambda: ["::: pullquote", self.word(), ":::"],
        ]
        # A narrow path goes deep; a broad one would not end.
        deeper = depth < DEEPEST and self._draw(st.integers(0, 2 + depth // 3)) < 2
        chosen = [self._draw(st.sampled_from(flat))] + ([self._draw(st.sampled_from(nested))] if deeper else [])
        lines: list[str] = []
        for block in chosen:
            lines += [*block(), ""]
        return lines[:-1]

    def notes(self) -> list[str]:
        """The lines of the footnotes."""
        for note in self._notes:
            self.seen += WORD.findall(note)
        return [f"[^n{number}]: {note}\n" for number, note in enumerate(self._notes, 1)]


def _indented(marker: str, lines: list[str]) -> list[str]:
    """*lines* as an item of a list."""
    first, *rest = lines
    return [marker + first, *(" " * len(marker) + line if line else "" for line in rest)]


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text, and the words in it that readers shall see, in order."""
    writer = Writer(draw)
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        lines += [*writer.blocks(), "", "<!-- between -->", ""]
    return "\n".join([*lines, *writer.notes()]), writer.seen


def published(folder: Path, front: dict[str, object], body: str) -> Outcome:
    """What the build of a site with one story shows."""
    root = folder / "site"
    (root / "content").mkdir(parents=True)
    (root / "site.yaml").write_text("title: W\nurl: https://x.example\ntimezone: UTC\n", encoding="utf-8")
    (root / "content/pier.png").write_bytes(PICTURE)
    (root / "content/story.md").write_text(story(front, body), encoding="utf-8")
    return built(root, output=folder / "out")


def page_of(folder: Path) -> dom.Element:
    """The published story."""
    return dom.parsed((folder / "out/2026/06/story/index.html").read_text(encoding="utf-8"))


@settings(max_examples=2000 if LONG else 60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts())
def test_every_word_of_a_text_is_shown_in_order(written: tuple[str, list[str]]) -> None:
    """All that is no comment, title or address is in the page, and in the feed."""
    body, seen = written
    with tempfile.TemporaryDirectory() as folder:
        outcome = published(Path(folder), FRONT, body)
        assert 0 == outcome.status, (body, outcome.told)
        assert seen == WORD.findall(dom.words(dom.of_class(page_of(Path(folder)), "text"))), body
        feed = ET.parse(Path(folder) / "out/feed.xml").getroot()  # noqa: S314 - a file of ours
        html = next(feed.iter("{http://purl.org/rss/1.0/modules/content/}encoded")).text or ""
        assert seen == WORD.findall(dom.words(dom.parsed(html))), body


SOUP: Final = st.sampled_from(
    [
        *(
            "# ",
            "## ",
            "- ",
            "1. ",
            "> ",
            "    ",
            "\t",
            "\n",
            "\n\n",
            "  \n",
            "```",
            "~~~",
            "`",
            "``",
            "*",
            "**",
            "_",
            "~~",
        ),
        *(
            "[",
            "]",
            "](",
            ")",
            "][",
            "[^",
            "[^a]: ",
            "![",
            "<",
            ">",
            "</",
            "<div>",
            "</div>",
            "<b>",
            "<!-",
            "<!x ",
            "<?",
        ),
        *(
            "<script",
            "<title>",
            "<textarea>",
            "<table>",
            "<p",
            "&",
            "&amp",
            ";",
            "|",
            "|-|-|",
            ":::",
            "::: factbox ",
            ":::\n",
        ),
        *(
            "{",
            "}",
            "{#a",
            "{.b}",
            "\\",
            "---\n",
            "===\n",
            ": ",
            "http://",
            "“",
            "—",
            "。",
            "한",
            "1986. ",
            "<!--",
            "'",
            '"',
        ),
    ]
)


@settings(max_examples=3000 if LONG else 80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SOUP, max_size=25))
@example(["```", "<title>"])
def test_no_word_is_dropped_in_silence(pieces: list[str]) -> None:
    """Whatever signs stand between words: a word that the page does not have is told of."""
    body = "".join(f"{piece}w{number}x" for number, piece in enumerate(pieces))
    with tempfile.TemporaryDirectory() as folder:
        outcome = published(Path(folder), FRONT, body)
        assert outcome.status in (0, 1)
        if not outcome.told:
            html = (Path(folder) / "out/2026/06/story/index.html").read_text(encoding="utf-8")
            assert set() == set(WORD.findall(body)) - set(WORD.findall(html)), body


def test_every_field_of_a_story_is_shown(tmp_path: Path) -> None:
    """Each text in front matter has its place on the page."""
    numbers = iter(range(100))

    def word() -> str:
        return f"w{next(numbers)}x"

    front: dict[str, object] = {
        "title": word(),
        "slug": "story",
        "published": "2026-06-01",
        "summary": word(),
        "authors": [{"name": word(), "role": word()}, {"name": word(), "email": f"{word()}@x.example"}],
        "partner": {"name": word(), "url": "https://x.example"},
        "image": {"src": "pier.png", "alt": word(), "caption": word(), "credit": word()},
        "dateline": word(),
        "tags": [word(), word()],
        "section": word(),
        "corrections": [
            {"date": "2026-06-02", "text": word()},
            {"date": "2026-06-03", "text": word(), "kind": "update"},
            {"date": "2026-06-04", "text": word(), "kind": "clarification"},
        ],
        "syndicated": {"name": word(), "url": "https://x.example/story"},
        "source": f"https://x.example/{word()}",
    }
    outcome = published(tmp_path, front, "Text.")
    assert 0 == outcome.status, outcome.told
    html = (tmp_path / "out/2026/06/story/index.html").read_text(encoding="utf-8")
    body = html[html.index("<main") :]
    assert [] == [word for word in WORD.findall(json.dumps(front)) if word not in body]
