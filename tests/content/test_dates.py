"""Dates: exact instants, never early, never a guess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.content.dates import DateError, Instant, instant
from sitegen.zones import UnknownZoneError, names, nearest, zone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

SEOUL = zone("Asia/Seoul")


def read(text: str, where: ZoneInfo) -> Instant | DateError:
    """What becomes of *text*."""
    try:
        return instant(text, where, "later")
    except DateError as error:
        return error


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-06-10T09:00:00+09:00", "2026-06-10T00:00:00Z"),
        ("2026-06-10T00:00:00Z", "2026-06-10T00:00:00Z"),
        ("2026-06-10T09:00:00+09", "2026-06-10T00:00:00Z"),
        ("2026-06-10T09:00:00+0900", "2026-06-10T00:00:00Z"),
        ("2026-06-10T09:00:00.25+09:00", "2026-06-10T00:00:00.25Z"),
        ("2026-06-10 09:00", "2026-06-10T00:00:00Z"),
        ("2026-06-10T09:00", "2026-06-10T00:00:00Z"),
        ("2026-6-9", "2026-06-08T15:00:00Z"),
        ("28 Oct. 2021, 18:22", "2021-10-28T09:22:00Z"),
        ("28 OCT. 2021, 18:22", "2021-10-28T09:22:00Z"),
        ("28\xa0Oct.\xa02021, 18:22", "2021-10-28T09:22:00Z"),
        ("28 October 2021 at 6:22 PM", "2021-10-28T09:22:00Z"),
        ("Oct. 28, 2021 6:22 p.m.", "2021-10-28T09:22:00Z"),
        ("Oct. 28, 2021, 18:22", "2021-10-28T09:22:00Z"),
        ("28 Oct. 2021, 18:22 +00:00", "2021-10-28T18:22:00Z"),
        ("5 Sept. 2021, 07:05", "2021-09-04T22:05:00Z"),
        ("1 May 2021, 12 a.m.", "2021-04-30T15:00:00Z"),
        ("28 Oct. 2021", "2021-10-27T15:00:00Z"),
        ("2021년 10월 28일 18:22", "2021-10-28T09:22:00Z"),
        ("29 Feb. 2024, 10:00", "2024-02-29T01:00:00Z"),
        ("14 April 1912, 23:40", "1912-04-14T14:40:00Z"),
        ("9999-12-31", "9999-12-30T15:00:00Z"),
    ],
)
def test_forms(text: str, expected: str) -> None:
    """ISO 8601 and newspaper style, in Seoul where they give no offset."""
    found = instant(text, SEOUL, "later")
    assert datetime.fromisoformat(expected) == found.value
    assert "" == found.note


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("28. Okt. 2021, 18:22", "unknown month Okt"),
        ("28 Oct. 2021, 18:22 KST", "zone letters KST"),
        ("2021-10-28 18:22 (IST)", "zone letters IST"),
        ("31 Nov. 2021, 10:00", "November 2021 has 30 days"),
        ("2026-02-30", "February 2026 has 28 days"),
        ("2021-13-01", "month 13"),
        ("28 Oct. 2021, 24:00", "hour 24"),
        ("28 Oct. 2021, 25:00", "no clock shows"),
        ("28 Oct. 2021, 13:00 p.m.", "13 p.m."),
        ("2016-12-31T23:59:60Z", "leap seconds"),
        ("28 Oct. 21, 18:22", "year 21"),
        ("0000-01-01", "year 0000"),
        ("2026-06-10T09:00:00+25:00", "offset +25:00"),
        ("2026-06-10T09:00:00+09:75", "offset +09:75"),
        ("2026-06-10T09", "without minutes"),
        ("9999-12-31T23:59:59-12:00", "too far away"),
        ("0001-01-01", "too far away"),
        ("20260610", "a number"),
        ("1781049600", "a number"),
        ("9" * 5000, "a number"),
        ("٢٠٢١-١٠-٢٨", "not a date"),
        ("28/10/2021", "slashes"),
        ("10/28/2021 6:22 PM", "slashes"),
        ("6:22 PM", "not a date"),
        ("tomorrow", "not a date"),
        ("", "not a date"),
    ],
)
def test_doubt_is_an_error(text: str, word: str) -> None:
    """What is not certain is refused, by name."""
    with pytest.raises(DateError) as caught:
        instant(text, SEOUL, "later")
    assert word in caught.value.what
    assert caught.value.fix


def test_a_time_that_clocks_skip() -> None:
    """It never was."""
    with pytest.raises(DateError, match="does not exist in America/New_York"):
        instant("8 March 2026, 02:30", zone("America/New_York"), "later")


def test_a_time_that_clocks_show_twice() -> None:
    """What shows less is taken, and told."""
    new_york = zone("America/New_York")
    later, earlier = (instant("2025-11-02 01:30", new_york, which) for which in ("later", "earlier"))
    assert datetime(2025, 11, 2, 6, 30, tzinfo=UTC) == later.value
    assert datetime(2025, 11, 2, 5, 30, tzinfo=UTC) == earlier.value
    assert "twice" in later.note
    assert "add the offset: 2025-11-02 01:30-05:00" == later.fix


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("Africa/Cairo", "2023-04-28", "2023-04-27T22:00:00Z"),  # clocks skip midnight
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"),  # they skip from 23:30 to 00:30
        ("America/Havana", "2025-11-02", "2025-11-02T04:00:00Z"),  # they show the first hour twice
    ],
)
def test_a_day_starts_with_its_first_instant(name: str, day: str, expected: str) -> None:
    """Where clocks are changed at midnight, too."""
    found = instant(day, zone(name), "later")
    assert datetime.fromisoformat(expected) == found.value
    assert found.whole_day


@pytest.mark.parametrize("text", ["2011-12-30", "30 Dec. 2011, 12:00"])
def test_a_day_that_the_calendar_skipped(text: str) -> None:
    """Apia went from 29 to 31 December 2011."""
    with pytest.raises(DateError, match="does not exist in Pacific/Apia"):
        instant(text, zone("Pacific/Apia"), "later")


def test_offsets_with_seconds_become_utc() -> None:
    """Seoul was at +08:27:52, which no format of dates can say."""
    assert "1900-01-01T03:32:08+00:00" == instant("1 Jan. 1900, 12:00", SEOUL, "later").value.isoformat()


@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)), st.sampled_from(names()))  # noqa: DTZ001 - clocks' times
def test_a_clock_shows_the_time_that_was_written(local: datetime, name: str) -> None:
    """An instant that is read is shown as it was written, with a whole number of minutes as its offset."""
    outcome = read(local.isoformat(" "), zone(name))
    if isinstance(outcome, DateError):
        assert "does not exist" in outcome.what
        return
    found = outcome.value
    assert local == found.astimezone(zone(name)).replace(tzinfo=None)
    assert timedelta() == (found.utcoffset() or timedelta()) % timedelta(minutes=1)


@given(st.text(alphabet="0123456789-+:., TZamp.Octbre년월일", max_size=30))
def test_nothing_is_a_crash(text: str) -> None:
    """Any text is an instant or a DateError."""
    outcome = read(text, SEOUL)
    assert outcome.what if isinstance(outcome, DateError) else outcome.value.tzinfo


def test_zones_have_names_of_places() -> None:
    """Abbreviations are refused, and a slip is told."""
    assert "Asia/Seoul" == zone("Asia/Seoul").key
    for name in ("KST", "EST", "asia/seoul", "", "../etc/passwd", "Mars/Olympus"):
        with pytest.raises(UnknownZoneError):
            zone(name)
    assert "Asia/Seoul" == nearest("Asia/Soul") == nearest("seoul")
    assert "" == nearest("KST")
