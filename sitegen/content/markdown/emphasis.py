"""Where emphasis may begin and end, also in scripts that put no spaces between words.

CommonMark looks at spaces and punctuation around a run of ``*``: a run between ``”`` and a letter cannot close.
Korean attaches its particles, and Chinese and Japanese have no spaces at all, so that words in bold would keep their
asterisks in ``**“안 된다”**라고`` and ``**注意：**请``.  Here a neighbor from such a script lets a run open and close
as a space would; this is the amendment of https://github.com/tats-u/markdown-cjk-friendly, and Thai, Lao, Burmese and
Khmer are taken in as well.
"""

from __future__ import annotations

from unicodedata import category, east_asian_width

from markdown_it.rules_inline import emphasis, fragments_join, link_pairs, strikethrough
from markdown_it.rules_inline.state_inline import Scanned, StateInline

_FIRST_UNSPACED = 0x0E00
_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF))
_FIRST_WIDE = 0x2E80
_EMOJI = range(0x1F000, 0x20000)


def unspaced(char: str) -> bool:
    """Whether *char* is of a script that writes words without spaces, or attaches particles: Han, Hangul, Thai."""
    code = ord(char)
    if code < _FIRST_UNSPACED:
        return False
    if any(first <= code <= last for first, last in _UNSPACED):
        return True
    return code >= _FIRST_WIDE and code not in _EMOJI and east_asian_width(char) in "WFH"


def punctuation(char: str) -> bool:
    """Whether *char* is punctuation or a symbol, as CommonMark says."""
    return category(char)[0] in "PS"


def _varies(char: str) -> bool:
    """Whether *char* selects a variant of the one before it."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def scanned(state: StateInline, start: int, *, splits_words: bool) -> Scanned:
    """The run of markers at *start*: whether it can open, whether it can close, and its length."""
    source, end = state.src, state.posMax
    marker = source[start]
    stop = start
    while stop < end and source[stop] == marker:
        stop += 1
    before = source[start - 1] if start > 0 else " "
    if _varies(before) and start > 1:
        before = source[start - 2]
    after = source[stop] if stop < end else " "
    if before.isalnum() and after.isalnum():
        return Scanned(splits_words, splits_words, stop - start)
    space_before, space_after = before.isspace(), after.isspace()
    mark_before, mark_after = punctuation(before), punctuation(after)
    free_before, free_after = unspaced(before), unspaced(after)
    hard_before, hard_after = mark_before and not free_before, mark_after and not free_after
    left = not space_after and (not hard_after or space_before or mark_before or free_before)
    right = not space_before and (not hard_before or space_after or mark_after or free_after)
    opens = left and (splits_words or not right or hard_before)
    closes = right and (splits_words or not left or hard_after)
    return Scanned(opens, closes, stop - start)


def balanced(state: StateInline) -> None:
    """Pair what opens emphasis with what closes it."""
    link_pairs(state)
    strikethrough.postProcess(state)
    emphasis.postProcess(state)
    fragments_join(state)
