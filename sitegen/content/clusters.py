"""Texts cut as readers see them: never within a character that is made of several, and at words where there are words.

After Unicode Standard Annex 29, without the rules for scripts that are not written today.
"""

from __future__ import annotations

import re
import unicodedata

_JOINER = "\u200d"
_INDICATOR = re.compile("[\U0001f1e6-\U0001f1ff]")
# Besides combining marks: joiners, variation selectors, skin tones, tags; and vowels of Thai and Lao that Unicode
# counts as letters.
_EXTENDS = re.compile(
    "[\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\U000e0100-\U000e01ef\u0e33\u0eb3]"
)
_PICTURE = re.compile("[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]")
_VIRAMA = 9  # the combining class of a mark that joins two consonants
_LEADING, _VOWEL, _TRAILING = (
    re.compile("[\u1100-\u115f\ua960-\ua97c]"),
    "[\u1160-\u11a7\ud7b0-\ud7c6]",
    "[\u11a8-\u11ff\ud7cb-\ud7fb]",
)
_SYLLABLE = re.compile(f"{_VOWEL}|{_TRAILING}|[\u1100-\u115f\ua960-\ua97c\uac00-\ud7a3]")
# Scripts written without spaces: Thai, Lao, Tibetan, Burmese, Khmer, kana, Chinese.
_UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_UNSPACED_WORD, _LONG_WORD = 3, 30  # characters that count as a word: without spaces, and within one long word


def clusters(text: str) -> list[str]:
    """The characters of *text* as readers count them: a flag, an accented letter, a family of four are one each."""
    found: list[str] = []
    for character in text:
        if found and _continues(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def first_words(text: str, count: int, end: str = "…") -> str:
    """The first *count* words of *text*, with *end* if that is not all of it; white space becomes single spaces.

    Where a script has no spaces, three characters count as a word.
    """
    words = text.split()
    left, kept = count, []
    for word in words:
        size = _UNSPACED_WORD if _UNSPACED.search(word) else _LONG_WORD
        if len(word) <= size and left > 0:  # most words
            kept.append(word)
            left -= 1
            continue
        characters = clusters(word)
        room = left * size
        if len(characters) > room:
            kept.append("".join(characters[:room]))
            return " ".join(kept).rstrip(" ,;:.–—-(") + end
        kept.append(word)
        left -= -(-len(characters) // size)
    return " ".join(kept)


def _continues(cluster: str, character: str) -> bool:
    """Whether *character* belongs to the *cluster* before it."""
    last = cluster[-1]
    if last < "\u0300" and character < "\u0300":
        return last == "\r" and character == "\n"
    if unicodedata.category(character) in {"Mn", "Mc", "Me"} or _EXTENDS.match(character):
        return last not in "\r\n"
    if _INDICATOR.match(character):
        return bool(_INDICATOR.fullmatch(cluster))  # two make a flag
    if last == _JOINER and _PICTURE.match(character):
        return bool(_PICTURE.match(cluster))
    if unicodedata.combining(cluster.rstrip("\u200d")[-1:] or "x") == _VIRAMA:
        return unicodedata.category(character) == "Lo"
    return bool(_SYLLABLE.match(character)) and _joins(last, character)


def _joins(last: str, character: str) -> bool:
    """Whether two parts of a Korean syllable belong together."""
    if _LEADING.match(last):
        return not re.match(_TRAILING, character)
    if re.match(_VOWEL, last) or ("\uac00" <= last <= "\ud7a3" and (ord(last) - 0xAC00) % 28 == 0):
        return bool(re.match(f"{_VOWEL}|{_TRAILING}", character))
    return bool(re.match(_TRAILING, last) or "\uac00" <= last <= "\ud7a3") and bool(re.match(_TRAILING, character))
