"""Phrases looked for in text, whichever way a page, a feed or a script has it encoded.

Text is compared word by word, without case, markup, accents' composition and punctuation, so that what a layout or a
feed makes of a sentence is still that sentence.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from sitegen.errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ENCODED: Final = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});|(?:%[0-9A-Fa-f]{2})+|(?:\\u[0-9a-fA-F]{4})+|\\[nrt\"/\\]"
)
_MARKUP: Final = re.compile(r"""</?[A-Za-z][^<>"'=]*>""")  # a tag with attributes stays: they are text as well
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_LAYERS: Final = 3  # HTML in XML in JSON
# Scripts that write words together are compared character by character.
_TOGETHER: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD: Final = re.compile(f"[{_TOGETHER}]|(?:(?![{_TOGETHER}])[^\\W_])+")
_WORDS: Final = 6
_LETTERS: Final = 24
_SHORTEST: Final = 16


class Phrase(Struct, frozen=True):
    """Words that nothing public says, and what they are: ``the title``, ``words`` of the file at *path*."""

    words: tuple[str, ...]
    what: str
    path: str


def decoded(text: str) -> str:
    """*text* as a reader of the page, the feed or the script would have it."""
    for _ in range(_LAYERS):
        again = _ENCODED.sub(_character, text)
        if again == text:
            break
        text = again
    return text


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
    plain = _MARKUP.sub(" ", decoded(text))
    if not plain.isascii():
        plain = normalize("NFKC", _UNSEEN.sub("", plain))
    return _WORD.findall(plain.casefold())


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
    """Phrases, looked for by the longest word of each: a text without that word is done with at once."""

    def __init__(self, wanted: Iterable[Phrase]) -> None:
        """Look for *wanted*."""
        self._by_word: dict[str, list[tuple[int, Phrase]]] = defaultdict(list)
        for phrase in wanted:
            longest = max(phrase.words, key=len)
            self._by_word[longest].append((phrase.words.index(longest), phrase))

    def found(self, words: Sequence[str]) -> Iterator[tuple[int, Phrase]]:
        """Where in *words* a phrase begins, and which."""
        known = self._by_word.keys() & set(words)
        if not known:
            return
        for at, word in enumerate(words):
            if word in known:
                for before, phrase in self._by_word[word]:
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
