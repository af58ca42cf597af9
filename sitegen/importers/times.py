"""Times as wires write them.

What dates are is known to `sitegen.content.dates`; here is only what wires put around them, and the forms without
punctuation of ISO 8601 that NITF prescribes (https://iptc.org/std/NITF/: ``20211028T182200+0900``).
"""

from __future__ import annotations

import re
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
_DOTTED: Final = re.compile(r"(\d{4})[./]\s?(\d{1,2})[./]\s?(\d{1,2})\.?(?=\s|\Z)", re.ASCII)
_WITH_DAY: Final = re.compile(r"(?<=\d)\s?\([월화수목금토일]\)")
_LETTERS: Final = re.compile(r"\s?\(?([A-Z]{3,5})\)?\Z")
_UNIVERSAL: Final = ("GMT", "UTC")


def moment(text: str, zone: ZoneInfo, shows_less: ShowsLess = "later") -> Instant:
    """The instant that *text* says, in *zone* where it gives no offset.  Raises DateError.

    A day of the week before it is passed over.  Letters of a zone are taken where they can mean one thing only:
    ``GMT``, ``UTC``, and what *zone* itself is called at that time (``KST`` for a paper in Seoul).
    """
    words = _WITH_DAY.sub("", _DAY_OF_WEEK.sub("", " ".join(text.split()), count=1))
    if basic := _BASIC.fullmatch(words):
        year, month, day, hour, minute, second, offset = basic.groups()
        clock = f"T{hour}:{minute}:{second or '00'}{offset or ''}" if hour else ""
        words = f"{year}-{month}-{day}{clock}"
    words = _DOTTED.sub(r"\1-\2-\3", words, count=1)
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


def told_moment(text: str, called: str, where: Location, zone: ZoneInfo, problems: Problems) -> datetime | None:
    """The moment in the field *called* so, which stands at *where*; None, which is told, if it cannot be read."""
    if not text.strip():
        return None
    try:
        found = moment(text, zone, "earlier" if called == "expires" else "later")
    except DateError as error:
        problems.warning(where, f"`{called}` {error.what}", f"set it yourself: {error.fix}")
        return None
    if found.note:
        problems.warning(where, f"`{called}` {found.note}", found.fix)
    return found.value
