"""Dates in words, and the words of the interface."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from sitegen.errors import LayoutError
from sitegen.model.settings import Dates
from sitegen.render.dates import date_text, iso_text, month_text, zone_text
from sitegen.render.sources import LayoutText
from sitegen.render.trouble import Trouble
from sitegen.render.words import languages, read_words, word
from sitegen.theme import Theme

AT = datetime(2021, 10, 28, 18, 22, tzinfo=ZoneInfo("Asia/Seoul"))
THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (1, "Jan."),
        (3, "March"),
        (4, "April"),
        (5, "May"),
        (6, "June"),
        (7, "July"),
        (8, "Aug."),
        (9, "Sept."),
        (12, "Dec."),
    ],
)
def test_newspaper_months(month: int, expected: str) -> None:
    """Short months are not abbreviated, and September has four letters."""
    assert f"28 {expected} 2021, 18:22" == date_text(AT.replace(month=month), "en-GB", Dates(format="newspaper"))


@pytest.mark.parametrize(
    ("lang", "dates", "expected"),
    [
        ("en", Dates(), f"Oct 28, 2021, 6:22{THIN}PM"),
        ("en-GB", Dates(), "28 Oct 2021, 18:22"),
        ("ko", Dates(), "2021. 10. 28. 오후 6:22"),
        ("ko-KR", Dates(format="newspaper"), "2021. 10. 28. 오후 6:22"),
        ("de", Dates(style="long"), "28. Oktober 2021, 18:22"),
        ("de", Dates(format="d. MMMM yyyy"), "28. Oktober 2021"),
        ("ko-Xyzz", Dates(style="long"), "2021년 10월 28일 오후 6:22"),
        ("de-u-ca-buddhist", Dates(style="short"), "28.10.21, 18:22"),
        ("tlh", Dates(), f"Oct 28, 2021, 6:22{THIN}PM"),
        ("", Dates(), f"Oct 28, 2021, 6:22{THIN}PM"),
        ("not a language", Dates(), f"Oct 28, 2021, 6:22{THIN}PM"),
    ],
)
def test_dates_in_the_language_of_the_reader(lang: str, dates: Dates, expected: str) -> None:
    """An unknown language falls back to its base, then to English; the newspaper form is English."""
    assert expected == date_text(AT, lang, dates)


def test_parts_of_dates() -> None:
    """A day, a time, a month."""
    assert "Oct 28, 2021" == date_text(AT, "en", Dates(), "day")
    assert "18:22" == date_text(AT, "de", Dates(format="d.M."), "time")
    assert "2026년 6월" == month_text(2026, 6, "ko")


def test_full_dates_have_no_seconds() -> None:
    """Times of news are to the minute, in every style."""
    assert "6:22" in date_text(AT, "en", Dates(style="full"))
    assert "6:22:00" not in date_text(AT, "en", Dates(style="full"))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (AT, "KST"),
        (AT.astimezone(UTC), "UTC"),
        (AT.astimezone(ZoneInfo("Europe/Paris")), "CEST"),
        (AT.astimezone(ZoneInfo("Europe/Istanbul")), "UTC+3"),
        (AT.astimezone(ZoneInfo("Asia/Kathmandu")), "UTC+5:45"),
        (AT.astimezone(ZoneInfo("America/Sao_Paulo")), "UTC-3"),
        (AT.astimezone(timezone(-timedelta(hours=3, minutes=30))), "UTC-3:30"),
        (AT.astimezone(timezone(timedelta(0), "+00")), "UTC"),
    ],
)
def test_zones(at: datetime, expected: str) -> None:
    """Letters where the zone has them, else its distance from UTC."""
    assert expected == zone_text(at)


def test_iso() -> None:
    """To the second, with an offset of whole minutes; local mean time becomes UTC."""
    assert "2021-10-28T18:22:00+09:00" == iso_text(AT.replace(microsecond=999999))
    assert "1899-12-31T15:32:08+00:00" == iso_text(datetime(1900, 1, 1, tzinfo=ZoneInfo("Asia/Seoul")))


@pytest.mark.parametrize("function", [iso_text, zone_text])
def test_dates_have_zones(function: object) -> None:
    """A date without a zone is refused."""
    assert callable(function)
    with pytest.raises(ValueError, match="no zone"):
        function(AT.replace(tzinfo=None))


def test_whose_words_are_used() -> None:
    """English is the last resort, the language itself the first."""
    assert ("en", "pt", "pt-BR") == languages("pt-BR")
    assert ("en", "en-GB") == languages("en-GB")
    assert ("en",) == languages("en")


WORDS = {"home": "Home", "n_stories.one": "{n} story", "n_stories.other": "{n} stories", "by": "By {name} & co."}


def test_words() -> None:
    """A text, a text that counts, a text with a value."""
    assert "Home" == word(WORDS, "home")
    assert ["0 stories", "1 story", "2 stories"] == [word(WORDS, "n_stories", n=n) for n in range(3)]
    assert "2건" == word({"n.other": "{n}건"}, "n", n=2)
    assert "1건" == word({"n.other": "{n}건"}, "n", n=1)


def test_words_around_html() -> None:
    """If a value is HTML the whole is, and the rest is escaped; else all is text."""
    made = word(WORDS, "by", name=Markup("<b>A</b>"))
    assert (Markup("By <b>A</b> &amp; co."), True) == (made, isinstance(made, Markup))
    assert not isinstance(word(WORDS, "by", name="<b>"), Markup)


@pytest.mark.parametrize(
    ("key", "values", "what", "fix"),
    [
        ("hme", {}, "there is no word `hme`", "did you mean `home`?"),
        ("zzz", {}, "there is no word `zzz`", "layouts/words/en.json"),
        ("n_stories", {}, "the word `n_stories` counts", "n=…"),
        ("by", {}, "the word `by` needs `name`", "name=…"),
    ],
)
def test_slips_in_words(key: str, values: dict[str, object], what: str, fix: str) -> None:
    """Each is told, with what to do."""
    with pytest.raises(Trouble) as caught:
        word(WORDS, key, **values)
    assert what in caught.value.what
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{\n"a": 1 2}', "w.json:2:8"),
        ('{"a": 1}', "w.json"),
        ("[]", "w.json"),
        ("", "w.json:1:1"),
        ('{"a": "\\ud800"}', "w.json"),
        ('{\n"a": "b", "a": "c"}', "w.json:2:11"),
        ("[" * 100_000, "w.json"),
        (f'{{"a":\n{"1" * 5000}}}', "w.json:2:1"),
    ],
)
def test_files_of_words_that_cannot_be_read(text: str, where: str) -> None:
    """The place is named, where there is one."""
    with pytest.raises(LayoutError) as caught:
        read_words(LayoutText("w.json", "w.json", text))
    assert where == str(caught.value.problems[0].where)


def theme_words(lang: str) -> dict[str, str]:
    """The theme's words in *lang*."""
    return read_words(LayoutText("w", "w", (Theme().read(f"words/{lang}.json") or b"").decode()))


def bare(words: dict[str, str]) -> set[str]:
    """The keys of *words*, as layouts write them."""
    return {key.removesuffix(".one").removesuffix(".other") for key in words}


def test_the_theme_says_the_same_in_every_language() -> None:
    """No language of the theme lacks a word, or has one that English does not."""
    english = theme_words("en")
    for name in (name for name in Theme().names if name.startswith("words/")):
        theirs = theme_words(name.removeprefix("words/").removesuffix(".json"))
        assert bare(english) == bare(theirs)
        assert [] == [
            key for key in theirs if re.findall(r"\{\w+\}", theirs[key]) != re.findall(r"\{\w+\}", english[key])
        ]
        assert [*sorted(theirs)] == [*theirs]


def test_every_word_of_the_theme_is_there() -> None:
    """Each key that a layout of the theme writes has a text; each family (`kind_` ~ …) has members."""
    known = bare(theme_words("en"))
    for path in (name for name in Theme().names if name.startswith("layouts/")):
        text = (Theme().read(path) or b"").decode()
        for key, more in re.findall(r"\bt\(\"(\w+)\"(\s*~)?", text):
            assert any(name.startswith(key) for name in known) if more else key in known, (path, key)
