"""What is read of each form of a wire, and what is told of it."""

from __future__ import annotations

import json
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.errors import ContentError
from sitegen.importers.furniture import furniture, kinds
from sitegen.importers.times import moment
from sitegen.importers.wire import read_wire

if TYPE_CHECKING:
    from sitegen.importers.copy import Copy

SEOUL = ZoneInfo("Asia/Seoul")
COPY = Path(__file__).parent / "copy"


def read(data: bytes | str, path: str = "wire.txt") -> tuple[tuple[Copy, ...], list[str]]:
    """The stories in *data*, and all that is told, each on its line."""
    stories, problems = read_wire(data if isinstance(data, bytes) else data.encode(), path, SEOUL)
    return stories, [str(problem) for problem in problems]


def sample(name: str) -> tuple[tuple[Copy, ...], list[str]]:
    """The stories in the file *name* beside this one."""
    return read((COPY / name).read_bytes(), name)


def names(copy: Copy) -> list[str]:
    """Who is credited."""
    return [credit.name for credit in copy.credits]


def refusal(data: bytes | str) -> str:
    """Why *data* is refused: the line of it."""
    with pytest.raises(ContentError) as caught:
        read(data)
    return str(caught.value.problems[-1])


def test_copy_of_a_wire() -> None:
    """Headline, times, paragraphs, byline in capitals, partner; page furniture is dropped and told."""
    (story,), told = sample("korea.txt")
    assert "Police arrest 58 in first month of undercover work" == story.headline
    assert ("2021-10-28T18:22:00+09:00", "2021-10-28T19:05:00+09:00") == (
        story.published.isoformat() if story.published else "",
        story.updated.isoformat() if story.updated else "",
    )
    assert ["Kim Min-ji", "Sean O'Neill"] == names(story)
    assert "kim.minji@example.org" == story.email
    assert "the Korea JoongAng Daily" == story.partner
    assert 4 == len(story.blocks)
    assert "1\\. The first number in the report is 58.\\\n\\# is the sign that the suspects used." == story.blocks[-1]
    assert ["korea.txt:16:1: warning: a comment box", "korea.txt:17:1: warning: a comment box"] == [
        line.partition(" was left out")[0] for line in told
    ]


def test_copy_in_a_mail() -> None:
    """Heads, covering notes, marks of quotation, line ends and the signature of a mail are no part of its story."""
    (story,), told = sample("mailed.txt")
    assert "Ferry returns after the storm" == story.headline
    assert ["Ana Ruiz", "Juan de la Cruz"] == names(story)
    assert "ana@harbour.example" == story.email
    assert [3, 2] == [block.count("\n") + 1 for block in story.blocks]
    assert not any(">" in block or "\r" in block for block in story.blocks)
    assert {1, 2, 3, 4, 6, 8, 9, 10, 22, 24, 25, 26, 27} == {int(line.split(":")[1]) for line in told}


def test_copy_from_a_page() -> None:
    """Two times may share a line, a byline may stand at the top, and an address alone is where it was copied."""
    (story,), told = sample("pasted-bom.txt")
    assert ["Jane McDonald", "Li Wei"] == names(story)
    assert ("2021-10-28 18:22:00+09:00", "2021-10-29 07:05:00+09:00") == (str(story.published), str(story.updated))
    assert "https://harbour.example/2021/10/tax?utm=1" == story.source
    assert "News" == story.section
    assert "Desk: Metro" == story.blocks[0]
    assert "pasted-bom.txt:7:1: warning: this line was not understood: `Desk: Metro`; " in "\n".join(told)
    assert [4, 7, 8, 16, 17, 18, 19, 20] == sorted(int(line.split(":")[1]) for line in told)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "line",
    [
        "입력 2021.10.28. 오후 6:22  수정 2021.10.28. 오후 7:05",
        "기사입력 2021.10.28 18:22 | 최종수정 2021.10.28 19:05",
        "입력2021.10.28 18:22\n수정2021.10.28 19:05",
        "승인 : 2021-10-28 18:22:00\n마지막 업데이트： 2021년 10월 28일 오후 7시 5분",
    ],
)
def test_times_of_korean_pages(line: str, form: Literal["NFC", "NFD"]) -> None:
    """When a story was entered and changed; the clock of twelve hours comes before the hour."""
    (story,), told = read(normalize(form, f"부두\n{line}\n\n첫 배가 떠났다.\n\n홍길동 기자 hong@example.org\n"))
    assert ("2021-10-28 18:22:00+09:00", "2021-10-28 19:05:00+09:00") == (str(story.published), str(story.updated))
    assert (["홍길동"], ("첫 배가 떠났다.",), []) == (names(story), story.blocks, told)


def test_paragraphs() -> None:
    """Blank lines and indentation part them; lines of one width are one, long ones are one each, short ones stay."""
    wide = "the harbor office said that no boat would leave before the wind had fallen"
    text = f"Head\n\n{wide}\n{wide}\nat all.\n   {wide}\n\n{wide} {wide}\n{wide} {wide}\n\none\n- two\n"
    (story,), _ = read(text)
    expected = (f"{wide}\n{wide}\nat all.", wide, f"{wide} {wide}", f"{wide} {wide}", "one\\\n\\- two")
    assert expected == story.blocks


READ = ("BY ANA RUIZ, BO LI", "By Jo Park", "with the Harbor Post")
WORDS = st.sampled_from(
    [
        *(
            "Mood: blue",
            "28 Oct. 2021",
            "The share of imports fell.",
            "by the numbers",
            "With this, it ended.",
            "(0/250자)",
        ),
        *(
            "Share this article",
            "ENDS",
            "Translated by Bo Li",
            "-- ",
            "> quoted",
            "# 1",
            "Q: Why?",
            "Published yesterday",
        ),
        *(
            "On Monday he wrote:",
            "Subject: ferry",
            "",
            "",
            "   ",
            "Published: 10/11/2021",
            "BY 2021 IT WAS OVER",
            "By then",
        ),
        *("Twitter", "Share", "by jane doe", "jo at paper dot com", "jo@paper.com"),
        *READ,
        *("입력 2021.10.28. 오후 6:22", "입력 21.10.28", "Photo: Reuters", "More.", "BY JO IN SEOUL"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS | st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20), max_size=12))
def test_no_line_vanishes_untold(lines: list[str]) -> None:
    """Each line of a text is in the story, or is told."""
    lines = [normalize("NFC", line) for line in lines]
    text = "\n".join(["A headline", *lines])
    (story,), told = read(text)
    places = {int(line.split(":")[1]) for line in told}
    shown = "\n".join(story.blocks).replace("\\", "") + "".join(
        (story.headline, *names(story), story.partner, story.email, story.source)
    )
    for number, line in enumerate(lines, 2):
        words = " ".join(line.replace("\\", "").split())
        is_said = words.strip("> ") in " ".join(shown.split()) or (
            line in READ
            and all(word in shown.casefold() for word in re.findall(r"\w{3,}", line.casefold()) if word != "with")
        )
        assert number in places or is_said or (story.published and line.startswith("입력")), (line, told)


def test_code_pages() -> None:
    """The same copy in UTF-8 and in Windows-1252 is the same story, and Korean code pages are Korean; it is told."""
    (first,), _ = sample("pasted-bom.txt")
    (second,), told = sample("pasted-windows.txt")
    assert (first.headline, first.blocks) == (second.headline, second.blocks)
    assert "was read as Windows-1252" in told[0]
    (korean,), told = sample("hangul-euckr.txt")
    assert "경찰, 위장수사 첫 달 58명 검거" == korean.headline
    assert ["홍길동"] == names(korean)
    assert "2021-10-28 19:05:00+09:00" == str(korean.updated)
    assert "was read as Korean" in told[0]
    assert "É" == read("É\n\nA\x92s.".encode("utf-16"))[0][0].headline


@pytest.mark.parametrize(
    "text",
    [
        "Embargoed until 1 Nov. 2030, 06:00\nFerry returns\nPublished: 28 Oct. 2021, 18:22\n\nWords.",
        "NOT FOR RELEASE BEFORE 1 Nov. 2030, 06:00\n\nFerry returns\n\nWords.",
    ],
)
def test_an_embargo_above_the_headline(text: str) -> None:
    """It is the date, and no headline."""
    (story,), _ = read(text)
    assert ("Ferry returns", ("Words.",)) == (story.headline, story.blocks)
    assert "2030-11-01T06:00:00+09:00" == (story.published.isoformat() if story.published else "")


@pytest.mark.parametrize(
    "line",
    [
        "*** STRICTLY EMBARGOED UNTIL 06:00 1 NOV 2030 ***",
        "Ferry returns (EMBARGOED until 1 Nov. 2030, 06:00)",
        "Hold for release until Monday 6 a.m.",
        "KILL: Ferry returns",
        "11월 1일까지 엠바고",
    ],
)
@pytest.mark.parametrize(
    "form", ["{line}\nPublished: 28 Oct. 2021\n\nWords.", "H\nPublished: 28 Oct. 2021\n\nWords.\n\n{line}"]
)
def test_an_embargo_anywhere(line: str, form: str) -> None:
    """What seems to hold a story is told, and keeps it without a date."""
    (story,), told = read(form.format(line=line))
    assert story.published is None
    assert any("set `published`" in problem for problem in told)


def test_an_embargo_in_the_head_of_a_mail() -> None:
    """Also where it is left out with that."""
    (story,), told = read(
        "From: a@b.example\nSubject: Embargoed until 1 Nov. 2030\n\nH\nPublished: 28 Oct. 2021\n\nWords."
    )
    assert story.published is None
    assert any(problem.startswith("wire.txt:2:1: warning: this line seems to hold the story") for problem in told)


def test_an_embargo_in_the_news() -> None:
    """A story about one has its date."""
    (story,), _ = read("Oil embargo ends\nPublished: 28 Oct. 2021\n\nThe embargo on oil ends. It was not for nothing.")
    assert story.published


def test_an_embargo_that_cannot_be_read_leaves_no_date() -> None:
    """What might be embargoed for longer is not dated by another line."""
    (story,), told = sample("embargoed.txt")
    assert story.published is None
    assert any("embargoed.txt:3:1: warning: an embargo whose end cannot be read" in line for line in told)
    (story,), _ = read("A\n\nEMBARGOED UNTIL 5 November 2026, 00:01 GMT\nPublished: 3 Nov. 2026, 09:00\n\nText.")
    assert "2026-11-05 09:01:00+09:00" == str(story.published)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("BY KIM MIN-JI, ANA RUIZ [a@b.example]", (["Kim Min-ji", "Ana Ruiz"], "a@b.example", "")),
        ("BY KIM MIN-JI [a@b.example, c@b.example]", (["Kim Min-ji"], "a@b.example", "")),
        ("BY ANA RUIZ WITH THE KOREA HERALD <a@b.example>", (["Ana Ruiz"], "a@b.example", "the Korea Herald")),
        ("By Ana Ruiz and Bo Li", (["Ana Ruiz", "Bo Li"], "", "")),
        ("By Tuesday, the water had risen by two meters.", ([], "", "")),
        ("BY THE TIME HE LEFT IN 2021", ([], "", "")),
        ("Words with the Korea Herald in them.", ([], "", "")),
        ("with the Korea Herald", ([], "", "the Korea Herald")),
        ("In partnership with Reuters", ([], "", "Reuters")),
        ("with the greatest of ease", ([], "", "")),
        (
            "BY KIM MIN-JI, ANA RUIZ AND BO LI （a＠b.example）",
            (["Kim Min-ji", "Ana Ruiz", "Bo Li"], "a@b.example", ""),
        ),
        ("BY KIM MIN-JI · ANA RUIZ [ana at paper dot co dot kr]", (["Kim Min-ji", "Ana Ruiz"], "ana@paper.co.kr", "")),
        ("By Ana Ruiz, staff reporter (ana (at) paper.com)", (["Ana Ruiz"], "ana@paper.com", "")),
        ("by kim min-ji and ana ruiz <a@b.example>", (["Kim Min-ji", "Ana Ruiz"], "a@b.example", "")),
        ("by kim min-ji, ana ruiz\nwith the Korea Herald", (["Kim Min-ji", "Ana Ruiz"], "", "the Korea Herald")),
        ("BY ANA RUIZ\nBY BO LI\na[at]b.example", (["Ana Ruiz", "Bo Li"], "a@b.example", "")),
        ("BY ANA RUIZ IN SEOUL [a@b.example]", (["Ana Ruiz"], "a@b.example", "")),
        ("by popular demand", ([], "", "")),
        ("By the way, it is at paper dot com", ([], "", "")),
    ],
)
def test_closing_lines(line: str, expected: tuple[list[str], str, str]) -> None:
    """Bylines and partners are taken out; what only begins like one is text."""
    (story,), _ = read(f"Headline\n\nFirst words.\n\nMore words.\n\n{line}\n")
    assert expected == (names(story), story.email, story.partner)
    assert (3 if expected == ([], "", "") else 2) == len(story.blocks)


def test_two_bylines() -> None:
    """One at the top and one at the end are one; who is in both is credited once, and the second is told."""
    (story,), told = read("Headline\n\nBy Bo Li\n\nFirst words.\n\nMore.\n\nBY ANA RUIZ, BO LI [a@b.example]\n")
    assert (["Ana Ruiz", "Bo Li"], "a@b.example") == (names(story), story.email)
    assert ["wire.txt:3:1: warning: a second byline, which is read with the other: `By Bo Li`; check `authors`"] == told


def test_an_address_that_is_spelled_out_is_told() -> None:
    """It was not written as an address, so somebody is to look."""
    _, told = read("Headline\n\nWords.\n\nBY ANA RUIZ [ana at paper dot com]\n")
    assert "wire.txt:5:1: warning: an address was spelled out in the byline: " in told[0]


def test_two_addresses_for_two_authors() -> None:
    """Where each author has an address, each gets their own."""
    (story,), _ = read("Headline\n\nWords.\n\nBY ANA RUIZ, BO LI [ana@b.example, bo@b.example]\n")
    assert [("Ana Ruiz", "ana@b.example"), ("Bo Li", "bo@b.example")] == [
        (credit.name, credit.email) for credit in story.credits
    ]
    assert "" == story.email


def test_what_is_not_understood_is_told_and_stays() -> None:
    """Unknown labels, dates without one, bad dates and words after the byline: each with its line and column."""
    head = "Head\nSource: A\nSource: B\nMood: blue\n28 Oct. 2021\nPublished: 10/11/2021\n\n"
    text = f"{head}Words.\n\nBY ANA RUIZ\n\n  Call us!\nTranslated by Bo Li\n"
    (story,), told = read(text)
    assert ["3:1", "4:1", "5:1", "6:1", "12:3", "13:1"] == sorted(
        (":".join(line.split(":")[1:3]) for line in told), key=lambda place: int(place.split(":")[0])
    )
    kept = "Source: B\\\nMood: blue\\\n28 Oct. 2021"
    assert [kept, "Words.", "Call us!\\\nTranslated by Bo Li"] == list(story.blocks)


def test_a_byline_that_is_none_is_told_at_its_line() -> None:
    """It stays, and so does what stands after it, each with its line; nobody is made up."""
    (story,), told = read("Head\n\nWords.\n\nBY 3 REPORTERS IN SEOUL [desk@paper.example]\nCall us!\n")
    assert () == story.credits
    assert ["Words.", "BY 3 REPORTERS IN SEOUL \\[desk@paper.example]\nCall us!"] == list(story.blocks)
    assert [
        "wire.txt:5:1: warning: this byline was not understood: `BY 3 REPORTERS IN SEOUL [desk@paper.example]`",
        "wire.txt:6:1: warning: this line stands after the byline: `Call us!`",
    ] == [line.partition(";")[0] for line in told]


def test_a_counter_behind_words() -> None:
    """It is no part of the partner's name, nor of anything else; and is told."""
    (story,), told = read("Head\n\nWords (0/250자)\n\nBY ANA RUIZ\nwith the Harbor Post (0/250자)\n")
    assert (["Words"], "the Harbor Post") == (list(story.blocks), story.partner)
    assert 2 == sum("a comment box was left out: `(0/250자)`" in line for line in told)


def test_rights_are_called_so() -> None:
    """They begin with the word on a button."""
    assert "a notice of rights" == furniture("Copyright 2021 The Wire")


@pytest.mark.parametrize(
    "line",
    [
        *(
            "(0/250자)",
            "0 / 300 characters",
            "(12/250)",
            "Leave a comment",
            "To write comments, please log in.",
            "3 comments",
        ),
        *(
            "Standards Board Policy (0/250자)",
            "Privacy Policy | Terms of Service",
            "Share this article",
            "Facebook · Twitter",
        ),
        *(
            "Advertisement",
            "© 2026 The Wire. All rights reserved.",
            "무단 전재 및 재배포 금지",
            "댓글을 남겨주세요",
            "###",
            "- 30 -",
        ),
        *(
            "Facebook Twitter E-mail Copy link",
            "카카오톡 페이스북 트위터 URL 복사",
            "Copyright ⓒ 하버와이어. 무단 전재 및 재배포 금지",
            "<저작권자(c) 예시일보, 무단전재-재배포 금지>",
            "Read more: Ferry sinks off Busan",
            "▶ 관련기사: 위장수사 첫 달",
            "Sign up for the Harbor Daily newsletter here.",
            "Already a subscriber? Log in",
            "Subscribe to continue reading",
            "This article is for subscribers only.",
            "[사진=연합뉴스]",
            "(Photo by Jane Doe / AFP via Getty Images)",
            "조회수 1,234 · 좋아요 12",
            "2.1K shares",
            "3 min read",
            "Follow us on Facebook and Instagram",
        ),
    ],
)
def test_furniture(line: str) -> None:
    """What stands around a story on a page."""
    assert furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "",
            "The share of imports fell.",
            "Comments by the mayor drew protests.",
            "He ended the privacy policy debate.",
        ),
        *(
            "3 comments were made.",
            "Facebook said it would appeal.",
            "10/20",
            "In 2021/22 it was 5.",
            "Policy",
            "A log in the river",
        ),
        *(
            "(c) Any person who does so is guilty.",
            "Copyright law is changing",
            "정부, 인터넷 기사 무단 전재 금지",
            "정부는 무단 전재와 재배포를 금지했다.",
            "Read more books, the minister said.",
            "Sign up for the marathon opened today",
            "Subscribe or die: how the paper lives",
            "Photo: the mayor spoke.",
            "Photographs of the ferry were shown to the court.",
            "사진을 찍었다",
            "Facebook, Twitter, Instagram",
            "네이버",
            "More from the mayor tonight",
            "Get the latest in New York",
            "He said all rights reserved",
        ),
    ],
)
def test_words_are_no_furniture(line: str) -> None:
    """Sentences stay, whatever they speak of."""
    assert "" == furniture(line)


def test_words_on_buttons_are_furniture_beside_other() -> None:
    """Alone they are words of the story, and the first line is its headline."""
    expected = ["", "", "", "a button for sharing", "a button", "", "a button", ""]
    assert expected == kinds(["Twitter", "Facebook", "Words.", "Share", "Print", "", "X", "Words."])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("28 Oct. 2021, 18:22", "2021-10-28T18:22+09:00"),
        ("Thursday, October 28, 2021 6:22 p.m.", "2021-10-28T18:22+09:00"),
        ("Thu, 28 Oct 2021 09:22:00 +0000", "2021-10-28T18:22+09:00"),
        ("28 Oct. 2021, 18:22 KST", "2021-10-28T18:22+09:00"),
        ("28 Oct. 2021, 09:22 GMT", "2021-10-28T18:22+09:00"),
        ("20211028T092200Z", "2021-10-28T18:22+09:00"),
        ("20211028T182200+0900", "2021-10-28T18:22+09:00"),
        ("20211028", "2021-10-28T00:00+09:00"),
        ("2021.10.28 18:22", "2021-10-28T18:22+09:00"),
        ("2021.10.28 (목) 18:22", "2021-10-28T18:22+09:00"),
        ("2021년 10월 28일 18:22", "2021-10-28T18:22+09:00"),
        ("2021.10.28. 오후 6:22", "2021-10-28T18:22+09:00"),
        ("2021. 10. 28. (목) 오전 12:05", "2021-10-28T00:05+09:00"),
        ("2021년 10월 28일 목요일 오후 6시 22분", "2021-10-28T18:22+09:00"),
        ("2021．10．28　18：22", "2021-10-28T18:22+09:00"),
        ("2021-10-28 PM 12:22", "2021-10-28T12:22+09:00"),
    ],
)
def test_times(text: str, expected: str) -> None:
    """Newspaper style, mail, NITF and Korean pages; without a zone, in the site's."""
    assert expected == moment(text, SEOUL).value.isoformat(timespec="minutes")


@pytest.mark.parametrize(
    "text", ["28 Oct. 2021, 18:22 EST", "10/11/2021", "yesterday", "28 Oct. 2021, 18:22 May", "2021.10.28 오후 18:22"]
)
def test_times_that_are_not_certain(text: str) -> None:
    """They are refused, not guessed."""
    with pytest.raises(ValueError, match="; "):
        moment(text, SEOUL)


def test_newsml_g2() -> None:
    """Each text of a message is a story; an embargo is its date; pictures and notes are told."""
    (ferry, tax), told = sample("message.xml")
    assert ("urn:newsml:wire.example:20260610:ferry", "3", "NewsML-G2") == (ferry.id, ferry.version, ferry.form)
    assert "Ferry <resumes> after storm" == ferry.headline
    assert "2026-06-11 14:00:00+09:00" == str(ferry.published)
    assert ["Kim Min-ji", "Frances d'Emilio"] == names(ferry)
    assert ("BUSAN, South Korea", "The 7:40 sails again.", ("shipping",), "Example Wire") == (
        *(ferry.dateline, ferry.summary, ferry.tags, ferry.source),
    )
    assert ("The first boat left the *quiet* pier of Busan at 7:40.", "## What is next") == ferry.blocks[:2]
    assert (["Ana Ruiz"], ("The tax rises by **12** percent.", "- from March\n- for yachts")) == (
        names(tax),
        tax.blocks,
    )
    assert [9, 14, 15, 18, 21, 33, 39, 39, 46] == sorted(int(line.split(":")[1]) for line in told)


def test_nitf() -> None:
    """Release, expiry, byline with a person, keywords, tables; entities of the DTD, which is not loaded, are known."""
    (story,), told = sample("story.nitf")
    assert ("20211028-0042", "2") == (story.id, story.version)
    assert "2021-10-28 18:22:00+09:00" == str(story.published)
    assert "2031-10-28 00:00:00+09:00" == str(story.expires)
    assert [("Renée O'Neill", "Example Wire Writer")] == [(credit.name, credit.role) for credit in story.credits]
    assert ("Boats sail again after four days", "The café on the quay was full.") == story.blocks[:2]
    assert "| Boat | Time |\n| --- | --- |\n| First | 7:40 |" == story.blocks[-1]
    assert [5, 11, 12, 15, 22, 32] == sorted(int(line.split(":")[1]) for line in told)


def test_ninjs() -> None:
    """The names of all versions: HTML is taken before text, the main headline before others."""
    (old,), told = sample("ninjs-1.json")
    assert ("http://wire.example/items/20211028-7", "Ferry returns *today*") == (old.id, old.headline)
    assert ["Park Ji-sung", "Alex McDonald", "Example Wire"] == names(old)
    assert ("2021-10-28 18:22:00+09:00", "2021-10-28 19:05:00+09:00") == (str(old.published), str(old.updated))
    assert ("The first boat *left*.", "It was & is full.") == old.blocks
    assert [13, 16, 17] == sorted(int(line.split(":")[1]) for line in told)
    (new, held), told = sample("ninjs-3.json")
    assert ("Fähre fährt wieder", "de", ["Christa Beispiel"]) == (new.headline, new.lang, names(new))
    assert ("Das erste Schiff.", "Es war voll.") == new.blocks
    assert held.published is None
    assert [8, 16, 22] == sorted(int(line.split(":")[1]) for line in told)


NITF_TOP = """\
<nitf><head><docdata><identified-content><org value="x:1">Port</org></identified-content></docdata>
</head><body><body.head><hedline><hl1>Ferry<br/>returns</hl1><hl2>After the storm</hl2></hedline>
<byline>By <person>ANA RUIZ</person></byline><byline>BO LI (bo@wire.example)</byline>
<dateline><location>SEOUL</location><story.date>Oct. 28</story.date></dateline></body.head>
<body.content><p>It was 10<sup>6</sup>, <q>they</q> said.</p>
<media><media-reference source="pier.jpg"/><media-caption>The pier</media-caption></media>
<table><caption>Boats</caption><tr><td>1</td></tr></table>
</body.content></body></nitf>
"""


def test_all_of_nitf_is_used_or_told() -> None:
    """A second headline is the standfirst, all bylines count, words of a dateline do not run together."""
    (story,), told = read(NITF_TOP)
    assert ("Ferry returns", "After the storm", "SEOUL") == (story.headline, story.summary, story.dateline)
    assert (["Ana Ruiz", "Bo Li"], "bo@wire.example") == (names(story), story.email)
    assert ('It was 106, "they" said.', "Boats", "|  |\n| --- |\n| 1 |") == story.blocks
    assert [
        "wire.txt:5:27: warning: <sup> is not kept, and its words are: `6`",
        "wire.txt:6:8: warning: <media-reference> was left out: `pier.jpg`",
        "wire.txt:6:44: warning: <media-caption> was left out: `The pier`",
        'wire.txt:1:42: warning: <org> was left out: `Port, value="x:1"`',
        "wire.txt:4:37: warning: <story.date> was left out: `Oct. 28`",
    ] == [line.partition("; ")[0] for line in told]


NEWSML_META = """\
<newsItem guid="a" xml:lang="pt-BR"><itemMeta><provider literal="The Wire"/></itemMeta><contentMeta>
<headline>Ferry returns</headline><headline role="hld:subHeadline">After the storm</headline><headline>Boat</headline>
<by>By ANA RUIZ</by><by>By BO LI</by><creator><name>Ana Ruiz</name></creator>
<contributor role="crol:editor"><name>Jo Park</name></contributor>
<located qcode="city:1"><name>Busan</name></located>
</contentMeta><contentSet><inlineXML><p>Words.</p></inlineXML><inlineXML><p>words</p></inlineXML>
<inlineXML><p>Others.</p></inlineXML></contentSet></newsItem>
"""


def test_all_of_newsml_is_used_or_told() -> None:
    """All bylines count, the place is the dateline, and what nothing in a story says is told, wherever it stands."""
    (story,), told = read(NEWSML_META)
    assert ("Ferry returns", "After the storm", "Busan", "pt-BR") == (
        *(story.headline, story.summary, story.dateline, story.lang),
    )
    assert (["Ana Ruiz", "Bo Li"], "The Wire", ("Words.",)) == (names(story), story.source, story.blocks)
    assert [
        "wire.txt:7:1: warning: another form of the text was left out: `Others.`",
        "wire.txt:2:94: warning: <headline> was left out: `Boat`",
        'wire.txt:4:1: warning: <contributor> was left out: `name: Jo Park, role="crol:editor"`',
    ] == [line.partition("; ")[0] for line in told]


def test_all_of_ninjs_is_used_or_told() -> None:
    """Authors beside the byline are credited and told, the place is the dateline; others are told by name."""
    item = {
        "uri": "urn:x",
        "headline": "Ferry returns",
        "byline": "By ANA RUIZ",
        "authors": [{"name": "Ana Ruiz"}, {"name": "Bo Li"}, {"name": "Jo Park", "role": "editor"}],
        "located": "Busan",
        "people": [{"name": "Kim Min-ji", "rel": "mentions"}],
        "organisations": [{"name": "Port"}],
        "urgency": 4,
        "body_text": "Words.",
        "associations": {"main": {"uri": "urn:y", "headline": "The pier", "mimetype": "image/jpeg"}},
    }
    (story,), told = read(json.dumps(item, indent=1))
    assert (["Ana Ruiz", "Bo Li"], "Busan") == (names(story), story.dateline)
    assert [
        "wire.txt:9:3: warning: `Bo Li` is an author for the wire, and not in its byline: added as the last one",
        'wire.txt:12:3: warning: `authors` was left out: `name: Jo Park, role="editor"`',
        'wire.txt:19:3: warning: `people` was left out: `name: Kim Min-ji, rel="mentions"`',
        "wire.txt:26:4: warning: `organisations.name` was left out: `Port`",
        "wire.txt:29:2: warning: `urgency` was left out: `4`",
        'wire.txt:32:3: warning: `associations.main` was left out: `headline: The pier, uri="urn:y"`',
    ] == [line.partition("; ")[0] for line in told]


@pytest.mark.parametrize(
    "text",
    [
        (
            '<nitf><head><title>A</title><docdata><date.issue norm="20211028"/><ed-msg info="EMBARGOED UNTIL 6 A.M."/>'
            "</docdata></head></nitf>"
        ),
        '{"uri": "a", "headline": "A", "firstcreated": "2021-10-28", "ednote": "Not for release before Monday"}',
        '{"uri": "a", "headline": "A", "firstcreated": "2021-10-28", "body_html": "<p>Embargo: 6 a.m.</p><p>B</p>"}',
    ],
)
def test_an_embargo_in_a_note(text: str) -> None:
    """What is said in words holds a story as well, where no field says from when it may be public."""
    (story,), told = read(text)
    assert story.published is None
    assert any("this seems to hold the story" in line for line in told)


BOMB = '<?xml version="1.0"?><!DOCTYPE nitf [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><nitf><body>&b;</body></nitf>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE nitf [<!ENTITY a SYSTEM "file:///etc/passwd">]><nitf><body>&a;</body></nitf>'
OUTSIDE_DTD = '<!DOCTYPE nitf SYSTEM "file:///etc/passwd"><nitf><head><title>A</title></head><body/></nitf>'
PARAMETER = '<!DOCTYPE nitf [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><nitf/>'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (BOMB, "wire.txt:1:49: error: this XML declares an entity, `a`"),
        (OUTSIDE, "error: this XML declares an entity, `a`"),
        (PARAMETER, "error: this XML declares an entity, `a`"),
        ("<nitf>" * 200 + "</nitf>" * 200, "error: more than 100 elements stand in each other"),
        ("<!DOCTYPE nitf SYSTEM 'x'><nitf>&what;</nitf>", "error: the entity `&what;` is not known"),
        ("<nitf><head>", "error: this is not XML: no element found"),
        ('<?xml version="1.0" encoding="klingon"?><nitf/>', "error: the encoding that this XML declares, klingon"),
        ('<?xml version="1.0"?><rss/>', "error: this XML is neither NewsML-G2 nor NITF: its root is <rss>"),
        ("<!DOCTYPE html><html></html>", "error: this is a page of HTML"),
        ('{"a": ', "error: this is not JSON"),
        ("[]", "error: there is no item in this JSON"),
        ('{"uri": "a", "x": ' + "[" * 101 + "]" * 101 + "}", "error: more than 100 records stand in each other"),
        ('{"a": 1}', "error: this is JSON, and no item of ninjs"),
        ('{"uri": "a", "pubstatus": "canceled"}', "error: the wire has canceled this story"),
        ('{"uri": "a", "headline": " "}', "error: a story without a headline"),
        ("", "error: there is no story in this file"),
        ("(0/250자)\n\n", "error: there is no story in this file"),
        (b"a\0b", "error: this file is no text"),
        (b"\x81\x8d\x8f", "error: this file is in no encoding that is known"),
        (
            "From: a\nSubject: b\nContent-Transfer-Encoding: base64\n\nQQ==",
            "error: this is a mail as servers pass it on",
        ),
    ],
)
def test_what_is_refused(data: bytes | str, expected: str) -> None:
    """Hostile, damaged and foreign files: one sentence that says what is wrong."""
    assert expected in refusal(data)


def test_nothing_is_loaded_from_outside() -> None:
    """A DTD is named by every NITF file, and never read."""
    (story,), _ = read(OUTSIDE_DTD)
    assert "root:" not in repr(story)


def test_xml_in_a_korean_code_page() -> None:
    """What Python can decode, XML may declare."""
    text = '<?xml version="1.0" encoding="euc-kr"?><nitf><head><title>부두</title></head><body/></nitf>'
    (story,), _ = read(text.encode("euc-kr"))
    assert "부두" == story.headline


@settings(max_examples=150)
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.sampled_from(sorted(COPY.iterdir())).flatmap(
        lambda path: st.tuples(st.just(path.read_bytes()), st.integers(0, 5000), st.binary(max_size=8)).map(
            lambda cut: cut[0][: cut[1]] + cut[2] + cut[0][cut[1] + len(cut[2]) :]
        )
    )
)
def test_any_bytes_are_a_story_or_an_error(data: bytes) -> None:
    """Whatever a file holds, there is no other outcome, and every problem has its place."""
    try:
        stories, problems = read_wire(data, "wire.txt", SEOUL)
    except ContentError as error:
        problems = error.problems
    else:
        assert all(story.headline for story in stories)
    assert all(problem.where and problem.where.line for problem in problems)


@pytest.mark.parametrize(
    "text",
    [
        "A" * 200_000,
        "BY " + "A " * 100_000,
        "Head\n\n" + "> " * 50_000,
        "Head\n\n" + "Published: " * 10_000,
        "Head\n\n" + "(0/250자) share " * 12,
        "Head\n\n" + "_*`[<&~" * 20_000,
        '{"uri": "a", "headline": "b", "byline": "' + "a, " * 50_000 + '"}',
        '{"uri": "a", "headline": "b", "body_html": "' + "<p><b>" * 20_000 + '"}',
        "<nitf>" + "<a>b</a>" * 20_000 + "</nitf>",
        "<nitf>" + "<x>" * 90 + "<y>z</y>" * 5_000 + "</x>" * 90 + "</nitf>",
        '{"uri": "a", "headline": "b", "x": [' + '{"n": "v"},' * 10_000 + "0]}",
        "Head\n\n" + ("BY A " + "a-" * 100 + "\n") * 300,
        "Head\n\n" + ("read more: " + "a b " * 40 + "\n" + "get the " + "a " * 90 + "\n") * 200,
        "Head\n\n" + "a at b dot " * 10_000,
    ],
)
def test_no_file_takes_long(text: str) -> None:
    """What an author of hostile files would try."""
    start = time.process_time()
    with suppress(ContentError):
        read(text)
    assert time.process_time() - start < 3
