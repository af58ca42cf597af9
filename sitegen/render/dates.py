"""Dates and times as readers read them, and as machines do.

Babel is imported by the functions that need it: a site with dates of its own format never does.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from babel import Locale

    from sitegen.model.settings import Dates

Part: TypeAlias = Literal["both", "day", "time", "month"]

NEWSPAPER = "newspaper"
# The Associated Press Stylebook: no abbreviation for the short months.
_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")


def date_text(value: datetime, lang: str, dates: Dates, part: Part = "both") -> str:
    """*value*, or a *part* of it, in the language *lang* (BCP 47) and the form that *dates* says.

    The form ``newspaper`` is English (``28 Oct. 2021, 18:22``); other languages then use their own, in the style of
    *dates*.  A pattern (Unicode LDML) says how date and time stand together, so a part alone is in the style.  Raises
    ValueError for a pattern that is none.
    """
    if part == "month":
        return month_text(value.year, value.month, lang)
    if dates.format == NEWSPAPER and lang.lower().split("-")[0] == "en":
        day, clock = f"{value.day} {_MONTHS[value.month - 1]} {value.year}", f"{value.hour:02}:{value.minute:02}"
        return {"day": day, "time": clock}.get(part, f"{day}, {clock}")
    if dates.format not in {"", NEWSPAPER} and part == "both":
        from babel.dates import format_datetime

        return format_datetime(value, dates.format, locale=_locale(lang))
    if part == "day":
        return _day(value.date(), dates.style, lang)
    clock = _clock(value.hour, value.minute, lang)
    if part == "time":
        return clock
    return _glue(dates.style, lang).replace("{0}", clock).replace("{1}", _day(value.date(), dates.style, lang))


@lru_cache(maxsize=1024)
def month_text(year: int, month: int, lang: str) -> str:
    """A month of a year in words: ``June 2026``."""
    from babel.dates import format_skeleton

    return format_skeleton("yMMMM", datetime(year, month, 1, tzinfo=UTC), locale=_locale(lang))


def zone_text(value: datetime) -> str:
    """The zone of *value* for readers: ``KST``; where the zone has no letters, ``UTC+3``, ``UTC+5:30``."""
    name, offset = value.tzname(), value.utcoffset()
    if name is None or offset is None:
        raise ValueError("the date has no zone")
    if name.isalpha() and name.isascii():
        return name
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"


def iso_text(value: datetime) -> str:
    """*value* as RFC 3339 writes it, to the second.  Offsets are whole minutes there, so other ones become UTC."""
    offset = value.utcoffset()
    if offset is None:
        raise ValueError("the date has no zone")
    local = value.astimezone(UTC) if offset.seconds % 60 or offset.microseconds else value
    return local.isoformat(timespec="seconds")


# Babel takes 80 µs for a date and time; a site prints the same ones in many lists.  These are functions of their
# arguments alone, so remembering them changes no answer.


@lru_cache(maxsize=8192)
def _day(day: date, style: Literal["short", "medium", "long", "full"], lang: str) -> str:
    """*day* in the *style* of *lang*."""
    from babel.dates import format_date

    return format_date(day, style, locale=_locale(lang))


@lru_cache(maxsize=4096)
def _clock(hour: int, minute: int, lang: str) -> str:
    """A time of day in *lang*, without seconds whatever the style of the date: news is not timed so.

    Morning and afternoon are spelled out where that differs (Korean: 오후), as browsers have it.
    """
    from babel.dates import format_time, get_time_format

    parts = str(get_time_format("short", locale=_locale(lang))).split("'")  # every other one is literal text
    pattern = "'".join(part if index % 2 else part.replace("a", "aaaa") for index, part in enumerate(parts))
    return format_time(time(hour, minute), pattern, locale=_locale(lang))


@lru_cache(maxsize=256)
def _glue(style: Literal["short", "medium", "long", "full"], lang: str) -> str:
    """How *lang* puts a time (``{0}``) and a date (``{1}``) together."""
    from babel.dates import get_datetime_format

    return str(get_datetime_format(style, locale=_locale(lang))).replace("'", "")


@lru_cache(maxsize=256)
def _locale(lang: str) -> Locale:
    """What Babel knows of *lang*, or of the nearest language it knows; of English if there is none."""
    from babel import Locale, UnknownLocaleError

    parts = re.split(r"[-_](?=[A-Za-z0-9][-_])", lang)[0].replace("-", "_").split("_")  # without extensions
    for count in range(len(parts), 0, -1):
        try:
            return Locale.parse("_".join(parts[:count]))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")
