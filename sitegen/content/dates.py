"""Dates and times as editors write them, as instants: ISO 8601 and newspaper style.

    2026-06-10T09:00+09:00   2026-06-10 09:00   2026-06-10   28 Oct. 2021, 18:22   Oct. 28, 2021 6:22 p.m.

Without an offset a time is one of the site's zone; a date alone is the start of that day there.  The rule for all
doubt is that nothing may show early: what cannot be read for certain is an error, and never a guess.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

ShowsLess = Literal["later", "earlier"]

FORMS = "write 2026-06-10 09:00 or 10 June 2026, 09:00"

# Python's own names of months are in the language of the machine.
_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS = {
    short: number
    for number, name in enumerate(_NAMES, 1)
    for short in (name.casefold(), name[:3].casefold(), *(["sept"] if name == "September" else []))
}

_CLOCK = r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,6})\d*)?)?)?"
_HALF = r"(?:\s?(?P<half>[ap])\.?\s?m\.?)?"
_OFFSET = r"(?:\s?(?P<offset>z|[+-]\d\d(?::?\d\d)?))?"
_TIME = rf"(?:(?:,\s?|\s|t|\sat\s|,\sat\s){_CLOCK}{_HALF}{_OFFSET})?"
_FORMS = tuple(
    re.compile(form + _TIME, re.ASCII)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.?\s(?P<name>[^\W\d]+)\.?,?\s(?P<year>\d+)",
        r"(?P<name>[^\W\d]+)\.?\s(?P<day>\d{1,2}),?\s(?P<year>\d+)",
        r"(?P<year>\d{4})년\s?(?P<month>\d{1,2})월\s?(?P<day>\d{1,2})일",
    )
)
# A month is a word of any script, so that an unknown one is called by its name; digits are ASCII's.
_WORD = re.compile(r"\d[\s.]*(?P<first>[^\W\d]+)|^(?P<last>[^\W\d]+)\.?\s\d")
_ZONE_LETTERS = re.compile(r"[\d.](?:\s?[ap]\.?\s?m\.?)?\s?\(?(?P<letters>[a-z]{2,5})\)?$")
_NO_NAMES = frozenset(("t", "am", "pm"))  # neither of a month nor of a zone
_SLASHES = re.compile(r"\d+/\d+/\d+")

_MIN_OFFSET, _MAX_OFFSET = timedelta(hours=-12), timedelta(hours=14)
_NOON = 12


class DateError(ValueError):
    """A text is no date.  *what* is a clause for a sentence that starts with the field's name, *fix* the mend."""

    def __init__(self, what: str, fix: str = FORMS) -> None:
        """Say what is wrong, and how to mend it."""
        self.what = what
        self.fix = fix
        super().__init__(f"{what}; {fix}")


class Instant(Struct, frozen=True):
    """A moment, aware, with its offset in the site's zone.

    *whole_day*: only a day was written.  *note* and *fix*: what to warn of, ``""`` if nothing.
    """

    value: datetime
    whole_day: bool = False
    note: str = ""
    fix: str = ""


def instant(text: str, zone: ZoneInfo, shows_less: ShowsLess) -> Instant:
    """The instant that *text* says, in *zone* where it gives no offset.  Raises DateError.

    Of a local time that a clock shows twice, *shows_less* says which instant is meant: the later one for what appears
    then, the earlier one for what disappears.
    """
    parts = _parts(" ".join(text.split()).casefold(), text)
    day = _day(parts)
    try:
        if parts["hour"] is None:
            return Instant(_local(_start_of_day(day, zone), zone), whole_day=True)
        local = datetime.combine(day, _time(parts))
        if parts["offset"]:
            return Instant(_local((local - _offset(parts["offset"])).replace(tzinfo=UTC), zone))
        return _of_clock(local, zone, shows_less)
    except OverflowError:
        raise DateError("is too far away for a date", "use a year from 1 to 9998") from None


def moment_id(moment: datetime) -> str:
    """*moment* in an address: ``2026-06-11-1822``; ``2026-06-11`` at midnight, which is what a day alone stands for."""
    day, clock = f"{moment:%Y-%m-%d}", f"{moment:%H%M%S}"
    return day if clock == "000000" else f"{day}-{clock.removesuffix('00')}"


def clock(moment: datetime) -> str:
    """*moment* as editors are told of it: ``2026-10-25 02:30+01:00``; without the offset, two can look reversed."""
    return moment.isoformat(" ", "auto" if moment.second or moment.microsecond else "minutes")


def _parts(text: str, typed: str) -> dict[str, str | None]:
    """What *text* says, as it says it: year, month or name, day, hour, minute, second, half, offset."""
    for form in _FORMS:
        if match := form.fullmatch(text):
            return {"month": None, "name": None} | match.groupdict()
    if re.fullmatch(r"[\d.,]+", text):
        raise DateError("is a number, not a date")
    if _SLASHES.match(text):
        raise DateError("is a date with slashes, which are read differently in different countries", FORMS)
    if (letters := _ZONE_LETTERS.search(text)) and letters["letters"] not in {*_MONTHS, *_NO_NAMES}:
        zone = letters["letters"].upper()
        raise DateError(f"has the zone letters {zone}, which can mean several zones", "write the offset: +09:00")
    if (word := _WORD.search(text)) and (name := word["first"] or word["last"]) not in {*_MONTHS, *_NO_NAMES}:
        raise DateError(f"has the unknown month {_as_typed(name, typed)}")
    shown = typed.strip()
    raise DateError(f"is not a date or time: {shown if len(shown) <= 40 else shown[:40] + '…'}")  # noqa: PLR2004


def _as_typed(name: str, typed: str) -> str:
    """The word of *typed* that is *name* but for case."""
    return next((word for word in re.findall(r"[^\W\d]+", typed) if word.casefold() == name), name)


def _day(parts: dict[str, str | None]) -> date:
    """The day; one that the calendar does not have is an error."""
    name, written = parts["name"], parts["year"] or ""
    month = int(parts["month"] or 0) if name is None else _MONTHS.get(name, 0)
    if name is not None and not month:
        raise DateError(f"has the unknown month {name.title()}")
    if len(written) != len("2026") or written == "0000":
        raise DateError(f"has the year {written}", "write the year with four digits")
    year, day = int(written), int(parts["day"] or 0)
    if not 1 <= month <= 12:  # noqa: PLR2004
        raise DateError(f"has the month {month}", "write the day as 2026-06-10: year, month, day")
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise DateError(f"has the day {day}, and {_NAMES[month - 1]} {year} has {days} days", "check the day")
    return date(year, month, day)


def _time(parts: dict[str, str | None]) -> time:
    """The time of day; one that no clock shows is an error."""
    half = parts["half"]
    if parts["minute"] is None and not half:
        raise DateError("has an hour without minutes", "write the time as 09:00")
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    if half:
        if not 1 <= hour <= _NOON:
            raise DateError(f"has the time {hour} {half}.m.", "write an hour from 1 to 12, or leave a.m. and p.m. away")
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    if hour == 24:  # noqa: PLR2004
        raise DateError("has the hour 24", "write 00:00 and the next day")
    if second == 60:  # noqa: PLR2004
        raise DateError("has the second 60; leap seconds are not counted", "write second 59")
    try:
        return time(hour, minute, second, int((parts["fraction"] or "").ljust(6, "0")))
    except ValueError:
        raise DateError("has a time that no clock shows", "write hours to 23, minutes and seconds to 59") from None


def _offset(text: str) -> timedelta:
    """The offset of ``z``, ``+09``, ``+0900`` or ``+09:00``."""
    if text == "z":
        return timedelta()
    digits = text[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    value = -size if text[0] == "-" else size
    if int(digits[2:]) > 59 or not _MIN_OFFSET <= value <= _MAX_OFFSET:  # noqa: PLR2004
        raise DateError(f"has the offset {text}, which no zone has", "offsets go from -12:00 to +14:00")
    return value


def _utc(local: datetime, zone: ZoneInfo, fold: int) -> datetime:
    """The instant of a clock's time in *zone*, by the rule before (fold 0) or after (1) where the clock is changed."""
    return local.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """*moment* with the offset that *zone* has then; in UTC if that has seconds, which no format of dates can say.

    The offset is fixed, so that a value kept between builds and a value read anew are the same.
    """
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return moment.astimezone(UTC if offset.seconds % 60 or not offset else timezone(offset))


def _of_clock(local: datetime, zone: ZoneInfo, shows_less: ShowsLess) -> Instant:
    """The instant at which clocks in *zone* show *local*."""
    first, second = _utc(local, zone, 0), _utc(local, zone, 1)
    if first.astimezone(zone).replace(tzinfo=None) != local:
        what = f"is a time that does not exist in {zone.key}: clocks are put forward over it"
        raise DateError(what, "write another time, or add the offset that is meant")
    if first == second:
        return Instant(_local(first, zone))
    taken = _local(max(first, second) if shows_less == "later" else min(first, second), zone)
    note = f"is a time that clocks in {zone.key} show twice; the {shows_less} one is taken"
    return Instant(taken, note=note, fix=f"add the offset: {clock(taken)}")


def _start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of *day* in *zone*: where clocks skip midnight, the moment at which they do."""
    midnight = datetime.combine(day, time())
    first, second = _utc(midnight, zone, 0), _utc(midnight, zone, 1)
    if first.astimezone(zone).replace(tzinfo=None) == midnight:
        return first
    # Clocks are put forward over midnight: by the new rule it was before that (second), by the old one after (first).
    before, after = second, first
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (before, middle) if middle.astimezone(zone).date() >= day else (middle, after)
    if after.astimezone(zone).date() != day:
        raise DateError(f"is a day that does not exist in {zone.key}: the calendar skipped it", "check the day")
    return after
