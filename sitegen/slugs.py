"""Slugs: a text as one folder name that means the same in every script, browser and file system."""

from __future__ import annotations

import re
from unicodedata import category, combining, name, normalize

LONGEST = 120
"""The most characters of a slug."""

LONGEST_BYTES = 200
"""The most bytes of a slug in UTF-8: file systems stop at 255, and hosts add endings of their own."""

_SPELLED = str.maketrans({"+": "-plus-", "＋": "-plus-", "&": "-and-", "＆": "-and-", "＃": "#"})
_SHARP = re.compile(r"(?<=[^\W_])#")
# Straight, curly, Ukrainian and Hawaiian, full width, geresh and gershayim: part of a word, not its border.
_APOSTROPHE = re.compile("['\u2018\u2019\u201b\u02bb\u02bc\uff07\u05f3\u05f4]")
# Invisible though not of category Cf: joiner, Hangul and Khmer fillers, variation selectors of three kinds.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_NO_WORD = re.compile("[^a-z0-9]+")
_ACRONYM = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}")
_DOTTED_I = re.compile("i\u0307+")
_FINAL_SIGMA = re.compile(r"(?<=[^\W\d_])σ(?=-|\Z)")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])\Z", re.IGNORECASE)
_REGIONAL_INDICATORS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
# Letters and digits that cannot be seen: the region of a flag, such as Scotland's.
_TAGS = {chr(0xE0000 + ord(letter)): letter for letter in "0123456789abcdefghijklmnopqrstuvwxyz"}
_SYMBOL = re.compile(f"[{_REGIONAL_INDICATORS}]{{1,2}}|[{''.join(_TAGS)}]+|.", re.DOTALL)
# This block of emoji still fills up: by code point, so that an address does not depend on what a Python knows.
_STILL_GROWING = "".join(map(chr, range(0x1FA70, 0x1FB00)))
_RARE_HAN = (range(0x20000, 0x2FFFE), range(0x30000, 0x3FFFE))


def slug(text: str) -> str:
    """What *text* is as a folder name: NFC, case-folded, words joined by hyphens; never empty, and its own slug.

    Every script keeps its letters, marks and digits.  ``+``, ``&`` and the ``#`` of ``C#`` are spelled out; apostrophes
    and what cannot be seen vanish; all else becomes a hyphen.  Only where nothing is left are symbols named:
    ``party-popper``, ``flag-kr``.  At most LONGEST characters and LONGEST_BYTES bytes, cut between words if it can be
    and never inside what readers take for one character.  A name that Windows keeps for a device gets ``-1``.

    Two slugs that differ also differ on a file system that ignores case: they are case-folded (``straße`` is
    ``strasse``), then a sigma that ends a Greek word gets its own form back, as ``ς`` and ``σ`` fold to one letter.
    """
    words = (_ascii_words(text) if text.isascii() else _words(text)) or _names(text) or "untitled"
    short = _cut(words)
    if "σ" in short:
        short = _FINAL_SIGMA.sub("ς", short)
    return f"{short}-1" if is_device(short) else short


def is_device(text: str) -> bool:
    """Whether Windows takes *text* for a device, such as ``con`` or ``LPT1``, and not for a file."""
    return _DEVICE.match(text) is not None


def _ascii_words(text: str) -> str:
    """What `_words` says of a text in ASCII, where a character has one form and letters need no table."""
    if "." in text:
        text = _ACRONYM.sub(lambda found: found[0].replace(".", ""), text)
    lower = text.lower().replace("'", "")
    if "#" in lower:
        lower = _SHARP.sub("-sharp-", lower)
    spelled = lower.replace("+", "-plus-").replace("&", "-and-")
    return _NO_WORD.sub("-", spelled).strip("-")


def _words(text: str) -> str:
    """The letters, digits and spelled-out signs of *text*, case-folded, with one hyphen between words."""
    undotted = _ACRONYM.sub(lambda found: found[0].replace(".", ""), text)
    seen = "".join(char for char in _INVISIBLE.sub("", undotted) if category(char) not in {"Cf", "Me"})
    lower = _APOSTROPHE.sub("", normalize("NFD", seen).casefold())
    plain = _DOTTED_I.sub("i", normalize("NFD", lower))
    spelled = _SHARP.sub("-sharp-", normalize("NFC", plain)).translate(_SPELLED)
    joined = ""
    for char in spelled:
        if _is_letter(char) or (category(char) in {"Mn", "Mc"} and joined[-1:] not in {"", "-"}):
            joined += char
        elif joined[-1:] != "-":
            joined += "-"
    return joined.strip("-")


def _is_letter(char: str) -> bool:
    """Whether *char* is a letter or a digit; Han that this Python does not know yet is."""
    return category(char)[0] in "LN" or any(ord(char) in plane for plane in _RARE_HAN)


def _names(text: str) -> str:
    """The Unicode names of the symbols of *text*, for one that has no letters."""
    return "-".join(filter(None, (_name(found[0]) for found in _SYMBOL.finditer(text))))


def _name(symbol: str) -> str:
    """What *symbol* is called, or its code point; nothing for a blank or a joiner."""
    if symbol[0] in _REGIONAL_INDICATORS:
        return "flag-" + "".join(chr(ord("a") + ord(letter) - ord(_REGIONAL_INDICATORS[0])) for letter in symbol)
    if symbol[0] in _TAGS:
        return "".join(_TAGS[letter] for letter in symbol)
    if symbol.isspace() or category(symbol) == "Cf" or _INVISIBLE.match(symbol):
        return ""
    code = f"u{ord(symbol):04x}"
    known = code if symbol in _STILL_GROWING else name(symbol, code)
    return re.sub("[ -]+", "-", known.lower())


def _cut(text: str) -> str:
    """As much of *text* as a slug may hold."""
    end = min(LONGEST, len(text.encode()[:LONGEST_BYTES].decode(errors="ignore")))
    if end >= len(text):
        return text
    while end and _continues(text, end):
        end -= 1
    end = end or LONGEST_BYTES // 4  # marks without end: any border will do
    word = text.rfind("-", 0, end + 1)
    return text[: word if word > end // 2 else end].strip("-")


def _continues(text: str, at: int) -> bool:
    """Whether the character at *at* belongs to the one before it: a mark, a Hangul vowel, a letter after a virama."""
    char = text[at]
    is_jamo = "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff"
    return is_jamo or category(char) in {"Mn", "Mc"} or combining(text[at - 1]) == combining("\u094d")
