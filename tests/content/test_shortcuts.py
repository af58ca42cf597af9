"""What is read in one go comes out as it does mark by mark."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sitegen.content.markdown import first_paragraph, inlines, render, shortcuts, words
from sitegen.content.markdown.addresses import Unresolved
from sitegen.errors import Problems
from sitegen.model.settings import Markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long
MARKS = (
    "*",
    "**",
    "_",
    "[",
    "]",
    "](/a)",
    "](https://a.example/b_c)",
    "!",
    "^",
    "`",
    "~~",
    "\\",
    "&amp;",
    "<b>",
    "{.x}",
)
WORDS = (
    "a",
    "Zoë",
    '"',
    "’",
    "“",
    "안된다",
    "，",
    "1",
    ".",
    ":",
    " ",
    "  ",
    "\n",
    "  \n",
    "\n ",
    "\u00a0",
    "\ufe0f",
    "[^1]",
    "",
)
AROUND = (("*", "*"), ("**", "**"), ("_", "_"), ("__", "__"), ("[", "](/b)"), ("![", "](c)"), ("^[", "]"), ("[", "]"))

plain = st.lists(st.sampled_from(("a", "b c", "Zoë", " ", ".", ":", "\n", "안")), min_size=1, max_size=3).map("".join)
texts = st.recursive(
    plain | st.sampled_from((*MARKS, *WORDS)),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(AROUND), inner).map(lambda drawn: drawn[0][0] + drawn[1] + drawn[0][1]),
        st.lists(inner, min_size=2, max_size=4).map("".join),
    ),
    max_leaves=12,
)


LINES = (
    "a",
    "Zoë b",
    "안",
    "“c",
    "1. d",
    "- e",
    "> f",
    "    g",
    " h",
    ": i",
    "~ j",
    "===",
    "---",
    "a | b",
    "--|--",
    "# k",
    "<p>",
)
MORE_LINES = (
    "",
    "",
    " ",
    "```",
    ":::box",
    ":::",
    "[l]: /m",
    "[^1]: n",
    "{.o}",
    "* p",
    "a\t",
    "<!-- q",
    "-->",
    "***",
    "(r",
)

blocks = st.lists(st.sampled_from((*LINES, *MORE_LINES)), max_size=9).map("\n".join)


@contextmanager
def line_by_line() -> Iterator[None]:
    """Without paragraphs that are read in one go."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sitegen.content.markdown.blocks.prose", lambda *_: False)
        yield


@contextmanager
def mark_by_mark() -> Iterator[None]:
    """Without links and emphasis that are read in one go."""
    ours = (shortcuts.link, shortcuts.emphasis)
    rules = {mark: tuple(rule for rule in chain if rule not in ours) for mark, chain in inlines._RULES.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inlines, "_RULES", rules)
        yield


def shown(text: str) -> tuple[object, ...]:
    """All that readers and editors see of *text*."""
    problems = Problems()
    body = render(text, 1, "content/a.md", "en", Markdown(), "https://c.example", Unresolved(""), problems)
    return body, problems.found, first_paragraph(text), words(text)


# What chance finds late: each of these tells a condition from one that is a little wider.
@example("a_b_ c")
@example("_a_b")
@example("** a**")
@example("[[a](/b)](/c)")
@example("[a](/b){.c}")
@example("*a*b")
@example("*a:*b")
@example("[a](/b&amp;c)")
@example("[a](<b>)")
@example("[a \nb](/c)")
@example("[a\n b](/c)")
@example("*a  \nb*")
@example("*a *b* c")
@example("**a *b* c**")
@example("[*a](/b)* c")
@example("![*a* [b](/c)](d.png)")
@given(texts)
@settings(max_examples=20_000 if LONG else 800, deadline=None)
def test_read_in_one_go(text: str) -> None:
    """Whatever stands around links and emphasis."""
    with mark_by_mark():
        expected = shown(text)
    assert expected == shown(text)


@example("a\n\n: b")
@example("a\nb\n\n\n~ c")
@example("a\n===")
@example("a\n- b\n\nc")
@example("- a\n\n  b\nc")
@example("> a\nb\n\nc")
@example("a | b\n--|--\nc | d")
@given(blocks)
@settings(max_examples=20_000 if LONG else 800, deadline=None)
def test_paragraphs_in_one_go(text: str) -> None:
    """Whatever blocks stand around paragraphs."""
    with line_by_line():
        expected = shown(text)
    assert expected == shown(text)


def test_paragraphs_taken() -> None:
    """Prose is not looked at line by line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sitegen.content.markdown.paragraphs.first", lambda *_: pytest.fail("was shown to the rules"))
        assert (
            "<p>a\nb</p>\n<p>“c”</p>\n"
            == render(
                "a\nb\n\n“c”\n", 1, "a.md", "en", Markdown(), "https://c.example", Unresolved(""), Problems()
            ).html
        )


@pytest.mark.parametrize("text", ["[a](/b)", "so *a b* is", "**a:** b", "(_a_)", "[a\nb](/c), **d\ne**."])
def test_taken(text: str) -> None:
    """These are what most of a story's marks are: no delimiter and no bracket is kept for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inlines, "balanced", lambda _: pytest.fail("was paired by the rules"))
        assert "<a href" in str(shown(text)) or "<em>" in str(shown(text)) or "<strong>" in str(shown(text))
