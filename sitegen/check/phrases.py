"""Phrases looked for in text, whichever way a page, a feed or a script has it encoded.

Text is compared word by word, without case, markup, accents' composition and punctuation, so that what a layout or a
feed makes of a sentence is still that sentence.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from sitegen.errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# What begins an encoded character is looked for first: that is five times as fast as looking for each form.
_ENCODED: Final = re.compile(
    r"[&%\\](?:(?<=&)(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});|(?<=%)[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*"
    r"|(?<=\\)(?:u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*|[nrt\"/\\]))"
)
_MARKUP: Final = re.compile(r"""</?[A-Za-z][^<>"'=]*>""")  # a tag with attributes stays: they are text as well
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_LAYERS: Final = 3  # HTML in XML in JSON
# Scripts that write words together are compared character by character.
_TOGETHER: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CHARACTER: Final = re.compile(f"[{_TOGETHER}]")
_WORD: Final = re.compile(r"[^\W_]+")
_IN_ASCII: Final = re.compile("[a-z0-9]+")
_MIXED: Final = re.compile(f"[{_TOGETHER}]|(?:(?![{_TOGETHER}])[^\\W_])+")
_WORDS: Final = 6
_LETTERS: Final = 24
_SHORTEST: Final = 16


class Phrase(Struct, frozen=True):
    """Words that nothing public says, and what they are: ``the title``, ``words`` of the file at *path*."""

    words: tuple[str, ...]
    what: str
    path: str


def decoded(text: str, *, percent: bool = True) -> str:
    """*text* as a reader of the page, the feed or the script would have it.

    Without *percent*, what is encoded for addresses stays so: a space would end one.
    """
    character = _character if percent else _but_in_addresses
    for _ in range(_LAYERS):
        again = _ENCODED.sub(character, text)
        if again == text:
            break
        text = again
    return text


def _but_in_addresses(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("%") else _character(found)


def _character(found: re.Match[str]) -> str:
    code = found[0]
    if code[0] == "&":
        return html.unescape(code)
    if code[0] == "%":
        return unquote_to_bytes(code).decode("utf-8", "replace")
    if code[1] == "u":
        units = bytes.fromhex(code.replace("\\u", ""))
        return units.decode("utf-16-be", "replace")
    return " " if code[1] in "nrt" else code[1]


def words_of(text: str) -> list[str]:
    """The words of *text*, to be compared with those of others."""
    return shown_words(decoded(text))


def shown_words(text: str) -> list[str]:
    """The words of *text*, which is decoded."""
    plain = _MARKUP.sub(" ", text)
    if plain.isascii():
        return _IN_ASCII.findall(plain.lower())
    plain = normalize("NFKC", _UNSEEN.sub("", plain)).casefold()
    return (_MIXED if _CHARACTER.search(plain) else _WORD).findall(plain)


def phrases(text: str, what: str, path: str) -> Iterator[Phrase]:
    """*text* cut into phrases that are long enough to be nobody else's, from the start of each paragraph on."""
    for paragraph in re.split(r"\n\s*\n", text):
        piece: list[str] = []
        for word in words_of(paragraph):
            piece.append(word)
            if len(piece) >= _WORDS and sum(map(len, piece)) >= _LETTERS:
                yield Phrase(tuple(piece), what, path)
                piece = []
        if sum(map(len, piece)) >= _SHORTEST and len(piece) > 1:
            yield Phrase(tuple(piece), what, path)


class Search:
    """Phrases, looked for by two words that stand together in them: a text without those is done with at once."""

    def __init__(self, wanted: Iterable[Phrase]) -> None:
        """Look for *wanted*."""
        self._by_pair: dict[tuple[str, str], list[tuple[int, Phrase]]] = defaultdict(list)
        self._by_word: dict[str, list[tuple[int, Phrase]]] = defaultdict(list)
        for phrase in wanted:
            if len(phrase.words) == 1:
                self._by_word[phrase.words[0]].append((0, phrase))
                continue
            at, pair = max(enumerate(pairwise(phrase.words)), key=lambda each: len(each[1][0]) + len(each[1][1]))
            self._by_pair[pair].append((at, phrase))
        self._pairs, self._words = frozenset(self._by_pair), frozenset(self._by_word)

    def found(self, words: Sequence[str]) -> Iterator[tuple[int, Phrase]]:
        """Where in *words* a phrase begins, and which."""
        if pairs := self._pairs.intersection(pairwise(words)):
            for at, pair in enumerate(pairwise(words)):
                if pair in pairs:
                    yield from self._whole(words, at, self._by_pair[pair])
        if known := self._words.intersection(words):
            for at, word in enumerate(words):
                if word in known:
                    yield from self._whole(words, at, self._by_word[word])

    @staticmethod
    def _whole(words: Sequence[str], at: int, phrases: list[tuple[int, Phrase]]) -> Iterator[tuple[int, Phrase]]:
        for before, phrase in phrases:
            start = at - before
            if start >= 0 and tuple(words[start : start + len(phrase.words)]) == phrase.words:
                yield start, phrase


def place(path: str, text: str, at: int, phrase: Phrase) -> Location:
    """Where the file at *path*, which says *text*, has *phrase*, whose first word is the text's word number *at*."""
    for number, line in enumerate(text.split("\n"), 1):
        count = len(words_of(line))
        if at < count:
            spelled = re.search(r"(?:[\W_]|&\w+;)*".join(map(re.escape, phrase.words)), line, re.IGNORECASE)
            return Location(path, number, spelled.start() + 1 if spelled else 0)
        at -= count
    return Location(path)
