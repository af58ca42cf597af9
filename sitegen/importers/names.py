"""Names of people: those of a byline apart, with the capitals that they have in a sentence.

Wires print bylines in capitals, which cannot be undone for certain: ``VAN DYKE`` is one name in Delft and another in
Missouri.  What is likely is done, and what is doubtful is told.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from sitegen.model.taxonomy import Author, AuthorBook

# Between two names.  A comma before "Jr." belongs to the name.
_BETWEEN: Final = re.compile(
    r"\s*(?:[;/·ㆍ・、]|,\s*+(?!(?:jr|sr|ii|iii|iv)\b)(?:and\s|&\s)?|\s&\s|\s(?:and|und|et|y|및)\s)\s*", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W\d_][^\W\d_.'’-]*")
_PARTICLES: Final = frozenset(
    (
        "da",
        "das",
        "de",
        "del",
        "den",
        "der",
        "dos",
        "du",
        "la",
        "las",
        "los",
        "te",
        "ten",
        "ter",
        "van",
        "von",
        "zu",
        "zur",
    )
)
_AFTER_DE: Final = frozenset(("la", "las", "los"))
_DOUBTFUL: Final = frozenset(("al", "ben", "bin", "di", "el", "le"))
_SUFFIXES: Final = frozenset(("jr.", "sr."))
_NUMBERS: Final = frozenset(("II", "III", "IV"))
_SHORT: Final = 2
_ACRONYM: Final = 4
_MAC: Final = re.compile(r"MAC[A-Z]{3,}")
_SYLLABLE: Final = re.compile(
    r"(?:kk|gg|tt|dd|pp|bb|ss|jj|ch|sh|[bcdghjklmnprstw])?[yw]?(?:ae|eo|eu|oo|ee|ou|oe|ui|oi|a|e|i|o|u)"
    r"(?:ng|ck|h|k|g|n|t|l|r|m|p|b)?"
)
_KOREAN_FAMILIES: Final = frozenset(
    (
        *("ahn", "an", "bae", "baek", "baik", "ban", "bang", "byeon", "byun", "cha", "chae", "chang", "cheon"),
        *("cho", "choe", "choi", "chong", "choo", "chu", "chun", "chung", "do", "eom", "eun", "gang", "geum"),
        *("gil", "go", "gong", "goo", "gu", "gwak", "gwon", "ha", "ham", "han", "heo", "hong", "huh", "hur"),
        *("hwang", "hyeon", "hyun", "im", "jang", "jeon", "jeong", "jin", "jo", "joo", "ju", "jun", "jung"),
        *("kang", "kil", "kim", "ko", "koh", "kong", "koo", "ku", "kwak", "kwon", "lee", "lim", "ma", "min"),
        *("moon", "mun", "na", "nam", "no", "noh", "oh", "ok", "pae", "paik", "pak", "park", "pyo", "ra"),
        *("rhee", "rim", "ro", "roh", "ryoo", "ryu", "seo", "seok", "seol", "seong", "seung", "shim", "shin"),
        *("sim", "sin", "so", "soh", "sohn", "son", "song", "suh", "suk", "sul", "sung", "tak", "um", "wang"),
        *("wi", "woo", "yang", "yeo", "yeom", "yeon", "yi", "yim", "yoo", "yoon", "you", "yu", "yum", "yun"),
    )
)


class Name(Struct, frozen=True):
    """A name in the capitals of a sentence; *doubtful*: it could be another, and an editor should look."""

    text: str
    doubtful: bool = False


def apart(text: str) -> tuple[str, ...]:
    """The names in *text*, in their order: ``KIM MIN-JI, LEE HO AND ANA RUIZ`` has three."""
    return tuple(name for part in _BETWEEN.split(text) if (name := _without_stop(part.strip(" ,;:-–—"))))


def _without_stop(name: str) -> str:
    """*name* without the full stop of its line; that of ``Jr.`` and of an initial stays."""
    last = name.rpartition(" ")[2]
    return name if len(last) == len("X.") or last.casefold() in _SUFFIXES else name.rstrip(".")


def recased(text: str) -> Name:
    """*text* with the capitals of a sentence, if it has none but capitals; else as it is."""
    words = " ".join(text.split())
    if words != words.upper() or words == words.lower():
        return Name(words)
    tokens = words.split(" ")
    if len(tokens) == 1 and len(words) <= _ACRONYM:
        return Name(words, doubtful=True)  # an agency, or a person with one name
    is_korean = bool({tokens[0].lower(), tokens[-1].lower()} & _KOREAN_FAMILIES)
    done: list[str] = []
    doubtful = False
    for index, word in enumerate(tokens):
        lower = word.lower()
        if is_korean and _is_given(lower):
            done.append(lower[0].upper() + lower[1:])
        elif 0 < index < len(tokens) - 1 and _is_particle(lower, done):
            done.append(lower)
            doubtful = True
        elif word in _NUMBERS or (index == 0 and _is_initials(word)):
            done.append(word)
        else:
            done.append("-".join(_capitalized(part) for part in word.split("-")))
            doubtful = doubtful or lower in _DOUBTFUL or _MAC.fullmatch(word) is not None
    return Name(" ".join(done), doubtful)


def _is_given(token: str) -> bool:
    """Whether *token* is a Korean given name as newspapers write it: two syllables and a hyphen, ``min-ji``."""
    parts = token.split("-")
    return len(parts) == len(("min", "ji")) and all(_SYLLABLE.fullmatch(part) for part in parts)


def _is_particle(token: str, before: list[str]) -> bool:
    """Whether *token* is a small word within a name; ``la`` is one after ``de``."""
    return token in _PARTICLES and (token not in _AFTER_DE or before[-1] == "de")


def _is_initials(word: str) -> bool:
    """Whether *word* is two letters that no name is: ``JK``."""
    return len(word) == _SHORT and not set(word) & set("AEIOUY") and word != "NG"


def _capitalized(part: str) -> str:
    """*part* of a name: ``McDonald``, ``O'Neill``, ``J.R.R.``, ``Jr.``."""

    def cased(word: re.Match[str]) -> str:
        letters = word[0]
        if letters.startswith("MC") and len(letters) > len("MCX"):
            return f"Mc{letters[2]}{letters[3:].lower()}"
        return letters[0] + letters[1:].lower()

    return _WORD.sub(cased, part)


def found(name: str, book: AuthorBook) -> Author | None:
    """Who of *book* is meant by *name*, whatever its capitals, accents, hyphens and order; None if that is not sure."""
    exact = [author for author in book.authors if _key(author.name) == _key(name)]
    swapped = [author for author in book.authors if sorted(_key(author.name)) == sorted(_key(name))]
    candidates = exact or swapped
    return candidates[0] if len(candidates) == 1 else None


def _key(name: str) -> tuple[str, ...]:
    """What two spellings of one name have in common."""
    letters = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return tuple(re.sub(r"[^\w\s]|_", "", letters).casefold().split())
