"""The words of a text without any markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.token import Token

# Han, kana and their kin: a reader of Chinese or Japanese counts characters.
_CHARACTER = re.compile("[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Thai, Lao, Burmese, Khmer: words without spaces between them, of about five characters.
_RUN = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_CHARACTERS_A_WORD = 5
_LETTER = re.compile(r"[^\W_]")
_SPACED = re.compile(r"[^\W_]\S*+")  # a word from its first letter on


def plain(children: Iterable[Token]) -> str:
    """The words of one block."""
    return "".join(_pieces(children))


def _pieces(children: Iterable[Token]) -> Iterator[str]:
    for child in children:
        match child.type:
            case "text" | "text_special" | "code_inline":
                yield child.content
            case "softbreak" | "hardbreak":
                yield " "
            case "image":
                yield from _pieces(child.children or ())


def blocks(tokens: Iterable[Token]) -> Iterator[str]:
    """The words of each block of a text, code included; footnotes and pictures are left out."""
    for token in tokens:
        if token.type == "inline":
            text = plain(child for child in token.children or () if child.type != "image")
        elif token.type in {"fence", "code_block"}:
            text = token.content
        else:
            continue
        if squeezed := " ".join(text.split()):
            yield squeezed


def count(text: str) -> int:
    """How many words *text* has, as its readers count: between spaces, each Han or kana character by itself.

    Scripts that write words together without such characters, such as Thai, are counted by length.
    """
    if text.isascii() or not (_CHARACTER.search(text) or _RUN.search(text)):
        return len(_SPACED.findall(text))
    words = 0
    for piece in text.split():
        characters = 0 if piece.isascii() else len(_CHARACTER.findall(piece))
        if characters:
            words += characters + len(re.findall(r"[^\W_]+", _CHARACTER.sub(" ", piece)))
        elif not piece.isascii() and (run := _RUN.search(piece)):
            words += max(1, round(len(run[0]) / _CHARACTERS_A_WORD))
        elif _LETTER.search(piece):
            words += 1
    return words
