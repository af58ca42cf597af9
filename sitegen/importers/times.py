"""Times as wires write them.

What dates are is known to `sitegen.content.dates`; here is only what wires put around them, and the forms without
punctuation of ISO 8601 that NITF prescribes (https://iptc.org/std/NITF/: ``20211028T182200+0900``).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from sitegen.content.dates import DateError, instant

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sitegen.content.dates import Instant, ShowsLess
    from sitegen.errors import Location, Problems

_BASIC: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_DAY_OF_WEEK: Final = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?\s+", re.IGNORECASE
)
_DOTTED: Final = re.compile(r"(\d{4})[./]\s?(\d{1,2})[./]\s?(\d{1,2})\.?(?=[\s오]|\Z)")
_WITH_DAY: Final = re.compile(r"(?<=[\d.일])\s?(?:\([월화수목금토일](?:요일)?\)|[월화수목금토일]요일)")
# Halves of the day stand before the hour in Korean: 오후 6:22, 오전 9시, 18시 22분.
_HALVED: Final = re.compile(
    r"(?P<half>오전|오후|[AP]M)?\s?(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?P<second>:\d\d)?|시(?:\s?(?P<minutes>\d{1,2})분)?)",
    re.ASCII,
)
_NOON: Final = 12
_LETTERS: Final = re.compile(r"\s?\(?([A-Z]{3,5})\)?\Z")
_HELD: Final = re.compile(
    r"\bembargo(?:ed)?\W{0,3}(?:until|till|to|for|by|:|\d)|\b(?:under|strict(?:ly)?)\s+embargo|^\W*embargo(?:ed)?\b"
    r"|\bnot for (?:publication|release|broadcast)\b|\bhold (?:for|until|till)\b.{0,20}\brelease\b"
    r"|^\W*(?:mandatory\s)?kill\s?[:—–-]|엠바고|보도\s?유예",
    re.IGNORECASE,
)
LONGEST_TIME_LINE: Final = 160
"""Characters of a line that says when; a longer one is of the story."""

_UNIVERSAL: Final = ("GMT", "UTC")


def moment(text: str, zone: ZoneInfo, shows_less: ShowsLess = "later") -> Instant:
    """The instant that *text* says, in *zone* where it gives no offset.  Raises DateError.

    A day of the week before it is passed over.  Letters of a zone are taken where they can mean one thing only:
    ``GMT``, ``UTC``, and what *zone* itself is called at that time (``KST`` for a paper in Seoul).
    """
    typed = " ".join(unicodedata.normalize("NFKC", text).split())
    words = _WITH_DAY.sub("", _DAY_OF_WEEK.sub("", typed, count=1))
    if basic := _BASIC.fullmatch(words):
        year, month, day, hour, minute, second, offset = basic.groups()
        clock = f"T{hour}:{minute}:{second or '00'}{offset or ''}" if hour else ""
        words = f"{year}-{month}-{day}{clock}"
    words = _HALVED.sub(_of_24_hours, _DOTTED.sub(r"\1-\2-\3", words, count=1), count=1)
    letters = _LETTERS.search(words)
    if not letters:
        return instant(words, zone, shows_less)
    bare = words[: letters.start()]
    if letters[1] in _UNIVERSAL:
        return instant(f"{bare}Z", zone, shows_less)
    try:
        found = instant(bare, zone, shows_less)
    except DateError:
        return instant(words, zone, shows_less)
    if found.value.astimezone(zone).tzname() == letters[1] and not found.whole_day:
        return found
    return instant(words, zone, shows_less)


def seems_held(words: str) -> bool:
    """Whether *words*, as of a line, say that a story is not to be published yet."""
    return len(words) <= LONGEST_TIME_LINE and _HELD.search(words) is not None


def _of_24_hours(found: re.Match[str]) -> str:
    """A time of day as clocks of 24 hours show it; as it is, where it has no half before it, or is none of its half."""
    hour, half = int(found["hour"]), found["half"]
    minute = found["minute"] or (found["minutes"] or "0").zfill(2)
    if half and hour <= _NOON:
        hour = hour % _NOON + (_NOON if half in {"오후", "PM"} else 0)
    elif half or found["minute"]:
        return found[0]
    return f" {hour:02}:{minute}{found['second'] or ''}"


def told_moment(text: str, called: str, where: Location, zone: ZoneInfo, problems: Problems) -> datetime | None:
    """The moment in the field *called* so, which stands at *where*; None, which is told, if it cannot be read."""
    if not text.strip():
        return None
    try:
        found = moment(text, zone, "earlier" if called == "expires" else "later")
    except DateError as error:
        words = " ".join(text.split())
        shown = "" if words in error.what else f": `{words}`"
        problems.warning(where, f"`{called}` {error.what}{shown}", f"set it yourself: {error.fix}")
        return None
    if found.note:
        problems.warning(where, f"`{called}` {found.note}", found.fix)
    return found.value
