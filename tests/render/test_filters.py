"""The filters of layouts."""

from __future__ import annotations

import json
from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from msgspec import Struct

from sitegen.content.clusters import clusters, first_words
from sitegen.model.settings import Dates, Extra, Markdown
from sitegen.model.taxonomy import Tag
from sitegen.render.filters import plain, to_json, truncate_words
from sitegen.render.layouts import Layouts, LayoutText
from sitegen.render.trouble import Trouble

PUBLISHED = datetime(2021, 10, 28, 18, 22, tzinfo=ZoneInfo("Asia/Seoul"))


class Month(Struct, frozen=True):
    """A month of the archive."""

    year: int
    month: int


def printed(text: str, lang: str = "en", dates: Dates | None = None, **values: object) -> str:
    """What the layout *text* prints on a page in *lang*."""
    site = SimpleNamespace(lang="en", dates=dates or Dates(format="newspaper"))
    made = Layouts(lambda name: LayoutText(name, f"layouts/{name}", text), tuple, {"site": site})
    return made.render("a.html", {"page": SimpleNamespace(lang=lang), "at": PUBLISHED, **values}, "/")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ at|date }}", "28 Oct. 2021, 18:22"),
        ('{{ at|date("day") }}', "28 Oct. 2021"),
        ('{{ at|date("time") }}', "18:22"),
        ('{{ at|date("month") }}', "October 2021"),
        ("{{ month|date }}", "June 2026"),
        ('{{ at|date("yyyy/MM/dd") }}', "2021/10/28"),
        ('{{ at|date("newspaper") }}', "28 Oct. 2021, 18:22"),
        ('{{ at|date("short") }}', "10/28/21, 6:22\N{NARROW NO-BREAK SPACE}PM"),
        ("{{ at|iso }}", "2021-10-28T18:22:00+09:00"),
        ("{{ at|zone }}", "KST"),
    ],
)
def test_dates(text: str, expected: str) -> None:
    """Dates follow the settings of the site, or what the layout says."""
    assert expected == printed(text, month=Month(2026, 6))


def test_dates_follow_the_page() -> None:
    """A page in Korean has Korean dates."""
    assert "2021년 10월 28일" == printed('{{ at|date("day") }}', "ko", Dates(style="long"))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <em>t</em>wo</p><p>three</p>", "One two three"),
        ("a<br>b &amp; c&nbsp;d &lt;e&gt;", "a b & c d <e>"),
        ("<script>x()</script><style>y</style>z<!-- no -->", "z"),
        ("plain text", "plain text"),
        ("", ""),
    ],
)
def test_plain(html: str, text: str) -> None:
    """Tags go, words stay apart, entities are read."""
    assert text == plain(html)


@pytest.mark.parametrize(
    ("text", "count", "cut"),
    [
        ("one two three", 3, "one two three"),
        ("one two three", 2, "one two…"),
        ("One,  two: three", 2, "One, two…"),
        ("", 5, ""),
        ("เรือข้ามฟากกลับมา", 2, "เรือข้าม…"),
        ("海港的黎明重新开放", 2, "海港的黎明重…"),
        ("부산항의 새벽 기록", 2, "부산항의 새벽…"),
        ("👩‍🚀👨‍👩‍👧‍👦 🇰🇷🇰🇷 x", 1, "👩‍🚀👨‍👩‍👧‍👦…"),
        ("x" * 100, 1, "x" * 30 + "…"),
    ],
)
def test_cut_at_words(text: str, count: int, cut: str) -> None:
    """At words; where a script has none, at characters; a script's marks stay with their letters."""
    assert cut == truncate_words(text, count)


def test_cut_html_is_its_text() -> None:
    """HTML is not cut within a tag: its plain text is."""
    assert "One two…" == truncate_words(Markup("<p>One <b>two</b> three</p>"), 2)


def test_cut_needs_a_number() -> None:
    """A slip is told."""
    with pytest.raises(Trouble):
        truncate_words("x", "40")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("👨‍👩‍👧‍👦", 1),
        ("🇰🇷🇯🇵", 2),
        ("e\u0301o\u0302", 2),
        ("👍🏽", 1),
        ("⚠️", 1),
        ("กำ", 1),
        ("क्षि", 1),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", 2),
        ("한글", 2),
        ("\r\n", 1),
        ("🏴\U000e0067\U000e0062\U000e007f", 1),
        ("abc", 3),
    ],
)
def test_clusters(text: str, count: int) -> None:
    """What readers count as one character is one."""
    assert count == len(clusters(text))


@given(st.text(max_size=200), st.integers(1, 20))
def test_cutting_keeps_characters_whole(text: str, count: int) -> None:
    """Clusters make up the text, and what is kept of a text is made of its first clusters, white space aside."""
    assert text == "".join(clusters(text))
    cut = first_words(text, count, "")
    assert "".join(text.split()).startswith("".join(cut.split()))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A *line* & more", "A <em>line</em> &amp; more"),
        ("One\n\n**two**\n", "<p>One</p>\n<p><strong>two</strong></p>"),
        ("<script>alert(1)</script>x", "x"),
    ],
)
def test_markdown(text: str, html: str) -> None:
    """A line is a line, paragraphs are paragraphs, and what is unsafe is cleaned."""
    assert html == printed("{{ bio|markdown }}", bio=text)


def test_markdown_follows_the_settings() -> None:
    """HTML is shown as text where the site says so."""
    site = SimpleNamespace(lang="en", markdown=Markdown(html="none"))
    made = Layouts(lambda name: LayoutText(name, name, "{{ '<b>x</b>'|markdown }}"), tuple, {"site": site})
    assert "&lt;b&gt;x&lt;/b&gt;" == made.render("a.html", {"page": SimpleNamespace(lang="en")}, "/")


def test_json_is_safe_in_a_script() -> None:
    """Nothing in a headline ends the script or breaks a line of it."""
    value = {"t": "</script><!-- & ' \u2028", "m": Markup("<b>")}
    text = to_json(value)
    assert not set("<>&'\u2028") & set(text)
    assert value == json.loads(text)


def test_json_knows_our_values() -> None:
    """Structs, dates, tuples and what `extra` holds."""
    value = [Tag(slug="a", title="A"), PUBLISHED, (1, None, True), Extra('{"x": [1]}')]
    expected = [{"slug": "a", "title": "A", "summary": ""}, "2021-10-28T18:22:00+09:00", [1, None, True], {"x": [1]}]
    assert expected == json.loads(to_json(value))


@pytest.mark.parametrize("value", [float("nan"), object(), print])
def test_json_refuses_what_is_no_data(value: object) -> None:
    """Never the way Python writes an object."""
    with pytest.raises(Trouble):
        to_json(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_is_read_back(value: object) -> None:
    """What is written is what is read, and is safe in a script."""
    text = to_json(value)
    assert value == json.loads(text)
    assert not set("<>&'\u2028\u2029") & set(text)
