"""The packaged theme: its words are there in every language, and it asks nothing of the outside."""

from __future__ import annotations

import json
import re
from typing import get_args

import pytest

from sitegen.model.article import CorrectionKind, Kind
from sitegen.theme import Theme

THEME = Theme()
LANGUAGES = [name for name in THEME.names if name.startswith("words/")]
LAYOUTS = [name for name in THEME.names if name.startswith("layouts/")]
SHEETS = [name for name in THEME.names if name.endswith(".css")]


def read(name: str) -> str:
    """The text of a file of the theme."""
    return (THEME.read(name) or b"").decode()


def words(name: str) -> set[str]:
    """The words in a file of them; the forms of one that counts are one word."""
    return {key.partition(".")[0] for key in json.loads(read(name))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words(language: str) -> None:
    """A page in any language of the theme has no English in its furniture."""
    assert words("words/en.json") == words(language)


def test_every_word_that_a_layout_asks_for_exists() -> None:
    """What layouts print through `t`, also for each kind of story and of note, is among the words."""
    asked = {key for name in LAYOUTS for key in re.findall(r'\bt\("(\w+)"[,)]', read(name))}
    asked |= {f"kind_{kind}" for kind in get_args(Kind) if kind != "news"}
    asked |= set(get_args(CorrectionKind))
    assert set() == asked - words("words/en.json")


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_are_plain_html(name: str) -> None:
    """A strict content security policy fits: no style, no script, no handler in a page, and nothing from elsewhere."""
    text = re.sub(r"\{#.*?#\}", "", read(name), flags=re.DOTALL)
    assert [] == re.findall(r'<style|\sstyle=|\son\w+=|<script(?! type="application/ld\+json")', text)
    assert [] == re.findall(r'(?:src|href)="(?:https?:)?//', text)


@pytest.mark.parametrize("name", SHEETS)
def test_style_sheets_load_nothing(name: str) -> None:
    """A page asks for no font and no picture that its author did not choose."""
    assert [] == re.findall(r"url\(|@import", read(name))
