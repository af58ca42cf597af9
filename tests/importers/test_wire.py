"""What is read of each form of a wire, and what is told of it."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.errors import ContentError
from sitegen.importers.furniture import furniture
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


def test_paragraphs() -> None:
    """Blank lines and indentation part them; lines of one width are one, long ones are one each, short ones stay."""
    wide = "the harbor office said that no boat would leave before the wind had fallen"
    text = f"Head\n\n{wide}\n{wide}\nat all.\n   {wide}\n\n{wide} {wide}\n{wide} {wide}\n\none\n- two\n"
    (story,), _ = read(text)
    expected = (f"{wide}\n{wide}\nat all.", wide, f"{wide} {wide}", f"{wide} {wide}", "one\\\n\\- two")
    assert expected == story.blocks


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
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS | st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20), max_size=12))
def test_no_line_vanishes_untold(lines: list[str]) -> None:
    """Each line of a text is in the story, or is told."""
    text = "\n".join(["A headline", *lines])
    (story,), told = read(text)
    places = {int(line.split(":")[1]) for line in told}
    shown = "\n".join(story.blocks).replace("\\", "") + "".join(
        (story.headline, *names(story), story.partner, story.email, story.source)
    )
    for number, line in enumerate(lines, 2):
        words = " ".join(line.replace("\\", "").split())
        assert number in places or words.strip("> ") in " ".join(shown.split()), (line, told)


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
    ],
)
def test_closing_lines(line: str, expected: tuple[list[str], str, str]) -> None:
    """Bylines and partners are taken out; what only begins like one is text."""
    (story,), _ = read(f"Headline\n\nFirst words.\n\nMore words.\n\n{line}\n")
    assert expected == (names(story), story.email, story.partner)
    assert (3 if expected == ([], "", "") else 2) == len(story.blocks)


def test_two_addresses_for_two_authors() -> None:
    """Where each author has an address, each gets their own."""
    (story,), _ = read("Headline\n\nWords.\n\nBY ANA RUIZ, BO LI [ana@b.example, bo@b.example]\n")
    assert [("Ana Ruiz", "ana@b.example"), ("Bo Li", "bo@b.example")] == [
        (credit.name, credit.email) for credit in story.credits
    ]
    assert "" == story.email


def test_what_is_not_understood_is_told_and_stays() -> None:
    """Unknown labels, dates without one, bad dates and words after the byline: each with its line and column."""
    head = "Head\nMood: blue\n28 Oct. 2021\nPublished: 10/11/2021\n\n"
    text = f"{head}Words.\n\nBY ANA RUIZ\n\n  Call us!\nTranslated by Bo Li\n"
    (story,), told = read(text)
    assert ["2:1", "3:1", "4:1", "10:3", "11:1"] == sorted(
        (":".join(line.split(":")[1:3]) for line in told), key=lambda place: int(place.split(":")[0])
    )
    assert ["Mood: blue\\\n28 Oct. 2021", "Words.", "Call us!\\\nTranslated by Bo Li"] == list(story.blocks)


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
    ],
)
def test_words_are_no_furniture(line: str) -> None:
    """Sentences stay, whatever they speak of."""
    assert "" == furniture(line)


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
    ],
)
def test_times(text: str, expected: str) -> None:
    """Newspaper style, mail, NITF and Korean pages; without a zone, in the site's."""
    assert expected == moment(text, SEOUL).value.isoformat(timespec="minutes")


@pytest.mark.parametrize("text", ["28 Oct. 2021, 18:22 EST", "10/11/2021", "yesterday", "28 Oct. 2021, 18:22 May"])
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
    assert [9, 18, 39, 46] == sorted(int(line.split(":")[1]) for line in told)


def test_nitf() -> None:
    """Release, expiry, byline with a person, keywords, tables; entities of the DTD, which is not loaded, are known."""
    (story,), told = sample("story.nitf")
    assert ("20211028-0042", "2") == (story.id, story.version)
    assert "2021-10-28 18:22:00+09:00" == str(story.published)
    assert "2031-10-28 00:00:00+09:00" == str(story.expires)
    assert [("Renée O'Neill", "Example Wire Writer")] == [(credit.name, credit.role) for credit in story.credits]
    assert ("Boats sail again after four days", "The café on the quay was full.") == story.blocks[:2]
    assert "| Boat | Time |\n| --- | --- |\n| First | 7:40 |" == story.blocks[-1]
    assert [12, 32] == sorted(int(line.split(":")[1]) for line in told)


def test_ninjs() -> None:
    """The names of all versions: HTML is taken before text, the main headline before others."""
    (old,), told = sample("ninjs-1.json")
    assert ("http://wire.example/items/20211028-7", "Ferry returns *today*") == (old.id, old.headline)
    assert ["Park Ji-sung", "Alex McDonald", "Example Wire"] == names(old)
    assert ("2021-10-28 18:22:00+09:00", "2021-10-28 19:05:00+09:00") == (str(old.published), str(old.updated))
    assert ("The first boat *left*.", "It was & is full.") == old.blocks
    assert [13, 17] == sorted(int(line.split(":")[1]) for line in told)
    (new, held), told = sample("ninjs-3.json")
    assert ("Fähre fährt wieder", "de", ["Christa Beispiel"]) == (new.headline, new.lang, names(new))
    assert ("Das erste Schiff.", "Es war voll.") == new.blocks
    assert held.published is None
    assert [4, 22] == sorted(int(line.split(":")[1]) for line in told[:2])


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
    ],
)
def test_no_file_takes_long(text: str) -> None:
    """What an author of hostile files would try."""
    start = time.process_time()
    with suppress(ContentError):
        read(text)
    assert time.process_time() - start < 3
