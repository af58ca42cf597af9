"""Feeds, as two readers see them: an XML parser and feedparser."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import feedparser
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sitegen
from sitegen.model.article import Article, Correction, Partner, Syndicated
from sitegen.model.settings import Settings
from sitegen.model.taxonomy import Byline, Credit, Tag
from sitegen.render import atom, json_feed
from sitegen.render.feeds import Channel, Entry, Furniture, Picture, content, feed_id, furniture, guid
from sitegen.render.rss import item, rfc822, rss
from sitegen.render.words import word
from sitegen.render.xml import legal
from sitegen.urls import absolute

GOLDEN = Path(__file__).parent / "fixtures"
SITE = "https://news.example/wire"
SETTINGS = Settings(title="Wire", url=SITE, timezone="Asia/Seoul")
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
ANA = Byline(id="ana", name="Ana Ruiz", email="ana@news.example")
BO = Byline(id="bo", name="Bo Li", email="bo@news.example")
PLAIN = Article(
    path="content/ferry.md",
    id="content/ferry.md",
    slug="ferry",
    url="/2026/06/부산/",
    title="Ferry & bus",
    lang="en",
    published=NOON,
)
NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}

# What an XML document can hold: a carriage return is one only if it was written as a reference.
anything = st.text(st.characters() | st.sampled_from("\0\v\x1b\x85\ud800\ufffe\uffff\U0001f6a2<>&\"'\r\n\t"))
awkward = st.sampled_from(["]]>", "<![CDATA[", "&amp;", "&#x3C;", "&nbsp;", "<em>win</em>", "<!--", "\u202eabc"])
texts = st.lists(anything | awkward, max_size=6).map("".join)


def in_words(article: Article, lang: str = "en") -> Furniture:
    """What the page of *article* says around it, in the theme's words."""
    words = Path(sitegen.__file__).parent / "theme" / "words" / f"{lang}.json"
    return furniture(article, partial(word, json.loads(words.read_text("utf-8"))), lambda at: at.date().isoformat())


def entry_of(
    article: Article,
    html: str = "<p>Text.</p>",
    said: Furniture | None = None,
    *,
    show_email: bool = False,
    **fields: Any,  # noqa: ANN401 - of any field
) -> Entry:
    """*article* in a feed, in English."""
    emails = [article.email] if article.email else [by.email for by in article.authors]
    picture = fields.get("picture")
    text = content(article, html, said or in_words(article), picture, tuple(emails) if show_email else ())
    credits_ = [(by.name, (article.email or by.email) if show_email else "") for by in article.authors]
    return Entry(
        article=article,
        id=guid(article),
        url=absolute(SITE, article.url),
        content=text,
        credits=tuple(Credit(name=name, email=email) for name, email in credits_),
        **fields,
    )


def test_roles_stand_below_the_byline() -> None:
    """Of those who have one, as on the page; as data, too."""
    article = story(authors=(msgspec.structs.replace(ANA, role="Editor <news>"), BO))
    credits_ = (Credit(name="Ana Ruiz", role="Editor <news>"), Credit(name="Bo Li"))
    entry = msgspec.structs.replace(entry_of(article), credits=credits_)
    assert "Bo Li</p>\n<p>Ana Ruiz: Editor <news></p>\n" in unescape(entry.content)
    assert [{"name": "Ana Ruiz", "role": "Editor <news>"}] == json.loads(json_feed.item(entry, "en"))["_news"]["roles"]


def story(**fields: Any) -> Article:  # noqa: ANN401 - of any field of a story
    """The plain story with other fields."""
    return msgspec.structs.replace(PLAIN, **fields)


def channel(**fields: Any) -> Channel:  # noqa: ANN401 - as above
    """A feed."""
    return Channel(
        id="tag:news.example,2026:wire",
        title="Harbour Wire",
        link=f"{SITE}/",
        self_url=f"{SITE}/feed.xml",
        description="News & more",
        language="en",
        **fields,
    )


def tree(*entries: Entry, feed: Channel | None = None) -> ET.Element:
    """The channel element of the RSS feed of *entries*, as an XML parser has it."""
    data = rss(feed or channel(), [item(entry, "en") for entry in entries])
    found = ET.fromstring(data).find("channel")  # noqa: S314 - our own output
    assert found is not None
    return found


def read_item(entry: Entry) -> ET.Element:
    """The item of *entry*, as an XML parser has it."""
    found = tree(entry).find("item")
    assert found is not None
    return found


def in_xml(entry: Entry, feed: Channel) -> tuple[bytes, bytes]:
    """The RSS and the Atom feed of *entry*."""
    return rss(feed, [item(entry, "en")]), atom.atom(feed, [atom.item(entry, "en")])


def in_json(entry: Entry) -> str:
    """*entry* in JSON Feed."""
    return json_feed.item(entry, "en")


def text_of(node: ET.Element, name: str) -> str | None:
    """The text of a child, None if there is no such child."""
    return node.findtext(name, None, NAMES)


def test_a_feed_without_stories() -> None:
    """An empty feed is valid, and says nothing of when it was built."""
    empty = tree()
    assert ["title", "link", "description", "language", "docs", f"{{{NAMES['atom']}}}link"] == [n.tag for n in empty]


def test_dates_are_english_and_of_any_age() -> None:
    """Stories of 1900 and 1912, in zones with odd offsets, have dates that every reader takes."""
    seoul = ZoneInfo("Asia/Seoul")
    assert rfc822(datetime(1912, 4, 14, 23, 40, tzinfo=timezone(timedelta(hours=9)))) == (
        "Sun, 14 Apr 1912 14:40:00 +0000"
    )
    assert rfc822(datetime(1900, 1, 1, 12, tzinfo=seoul)) == "Mon, 01 Jan 1900 03:32:08 +0000"
    assert rfc822(datetime(2026, 6, 10, 8, 59, 59, 999999, seoul)) == "Tue, 09 Jun 2026 23:59:59 +0000"


@given(st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=st.timezones()))  # noqa: DTZ001 - bounds
def test_dates_read_back_as_the_same_instant(at: datetime) -> None:
    """The standard library reads every date back."""
    assert at.astimezone(UTC).replace(microsecond=0) == parsedate_to_datetime(rfc822(at))


def test_the_guid_outlives_everything_but_the_id() -> None:
    """A new headline, address, date, section or correction is no new story; another id is."""
    moved = story(
        path="content/new.md", slug="x", url="/x/", title="New", published=NOON + timedelta(days=3), section="sea"
    )
    assert guid(PLAIN) == guid(moved)
    assert guid(PLAIN) != guid(story(id="content/other.md"))
    assert guid(PLAIN).startswith("urn:uuid:")
    assert guid(story(id="caf\u00e9")) == guid(story(id="cafe\u0301"))


@pytest.mark.parametrize("own", ["https://old.example/?p=12", "tag:old.example,2011:12", "urn:isbn:0451450523"])
def test_a_guid_from_elsewhere_is_kept(own: str) -> None:
    """A story that came from another system keeps the name that its subscribers know."""
    guid_of = read_item(entry_of(story(id=own), html="")).find("guid")
    assert guid_of is not None
    assert (own, {"isPermaLink": "false"}) == (guid_of.text, guid_of.attrib)


def test_the_guid_is_pinned() -> None:
    """Were this to change, all stories of all sites would be new to all readers."""
    assert guid(story(id="ferry-2026")) == "urn:uuid:9de8d047-fc4a-54a3-ab75-132493bcaffa"
    named = msgspec.structs.replace(SETTINGS, id="tag:news.example,2026:wire")
    assert guid(story(id="ferry-2026"), named.id) == "urn:uuid:37f78527-a758-5a3b-9b61-17d7eaf07cca"
    assert feed_id(named, "/atom.xml") == "urn:uuid:1f69536a-e2a1-5552-9385-c6bfa5c0bd27"
    assert feed_id(SETTINGS, "/tags/부산/atom.xml") == f"{SITE}/tags/%EB%B6%80%EC%82%B0/atom.xml"


def test_with_a_summary_the_text_comes_second() -> None:
    """The summary is the description and comes first; without one the text is the description."""
    with_summary = read_item(entry_of(PLAIN, html="<p>T</p>", summary="Less"))
    assert ["title", "link", "description", f"{{{NAMES['content']}}}encoded"] == [node.tag for node in with_summary][:4]
    without = read_item(entry_of(PLAIN, html="<p>T</p>"))
    assert ("<p>T</p>", None) == (text_of(without, "description"), text_of(without, "content:encoded"))


def test_authors_without_addresses() -> None:
    """Each author is named on their own, in order; addresses that were not asked for appear nowhere."""
    both = entry_of(story(authors=(BO, ANA), email="desk@news.example"), html="")
    names = [node.text for node in read_item(both).findall("dc:creator", NAMES)]
    assert ["Bo Li", "Ana Ruiz"] == names
    assert "@" not in item(both, "en")


def test_one_author_with_an_address() -> None:
    """Where addresses are asked for, a sole author has one, and no second credit beside it."""
    sole = read_item(entry_of(story(authors=(ANA,)), html="", show_email=True))
    assert "ana@news.example (Ana Ruiz)" == text_of(sole, "author")
    assert None is text_of(sole, "dc:creator")
    desk = story(authors=(msgspec.structs.replace(ANA, email=""),), email="desk@news.example")
    assert "desk@news.example (Ana Ruiz)" == text_of(read_item(entry_of(desk, html="", show_email=True)), "author")


def test_several_authors_with_addresses() -> None:
    """An item has room for one address only: several authors keep their names, and the text has the addresses."""
    several = read_item(entry_of(story(authors=(ANA, BO), email=ANA.email), html="", show_email=True))
    assert ["Ana Ruiz", "Bo Li"] == [node.text for node in several.findall("dc:creator", NAMES)]
    assert None is text_of(several, "author")
    assert 1 == (text_of(several, "description") or "").count('<a href="mailto:ana@news.example">')


def test_a_name_that_is_no_comment() -> None:
    """A name with parentheses would end early in an address."""
    odd = story(authors=(msgspec.structs.replace(ANA, name="Ana :)"),))
    assert "Ana :)" == text_of(read_item(entry_of(odd, html="", show_email=True)), "dc:creator")


def test_the_content_is_what_the_page_shows() -> None:
    """Label, byline, partner, picture, dateline, corrections and origin reach readers who never see the page."""
    whole = story(
        kind="opinion",
        authors=(ANA, BO, Byline(id="cy", name="Cy <3")),
        partner=Partner(name="Coast & Co", url="https://coast.example/"),
        dateline="SEOUL",
        corrections=(Correction(date=NOON, text="The pier was wrong."),),
        syndicated=Syndicated(name="Radio", url="javascript:alert(1)", feed="javascript:alert(2)"),
    )
    picture = Picture(url=f"{SITE}/부.jpg", alt='A "pier"', caption="Dawn", credit="Cy/Wire")
    legend = "<figcaption>Dawn <small>Cy/Wire</small></figcaption>"
    assert [
        "<p><strong>Opinion</strong></p>",
        "<p>By Ana Ruiz, Bo Li and Cy &#x3C;3</p>",
        '<p><a href="https://coast.example/">With Coast &#x26; Co</a></p>',
        "<p><strong>Correction, 2026-06-10:</strong> The pier was wrong.</p>",
        f'<figure><img src="{SITE}/%EB%B6%80.jpg" alt="A &#x22;pier&#x22;">{legend}</figure>',
        "<p>SEOUL — Text.</p>",
        "<p>First published by Radio</p>",
    ] == entry_of(whole, picture=picture).content.splitlines()


def test_the_furniture_is_in_the_language_of_the_story() -> None:
    """What the page says around the text is said in the page's words."""
    note = Correction(date=NOON, text="부두가 아니다.", kind="clarification")
    article = story(authors=(ANA, BO), corrections=(note,))
    expected = "<p>글 Ana Ruiz, Bo Li</p>\n<p><strong>해명, 2026-06-10:</strong> 부두가 아니다.</p>"
    assert expected == entry_of(article, "", in_words(article, "ko")).content


def test_a_retraction_comes_before_the_text() -> None:
    """Nobody reads a withdrawn story without having read that it is."""
    withdrawn = story(corrections=(Correction(date=NOON, text="Untrue.", kind="retraction"),))
    expected = "<p><strong>Retraction, 2026-06-10:</strong> Untrue.</p>\n<p>T</p>"
    assert expected == entry_of(withdrawn, "<p>T</p>").content


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>T</p>", "<p>SEOUL — T</p>"),
        ('\n<p lang="ko" id="a">T</p>', '\n<p lang="ko" id="a">SEOUL — T</p>'),
        ("<pre>T</pre>", "<p>SEOUL —</p>\n<pre>T</pre>"),
        ("", "<p>SEOUL —</p>\n"),
    ],
)
def test_a_dateline_opens_the_first_paragraph(html: str, expected: str) -> None:
    """The dateline runs into the text where the text begins with a paragraph."""
    assert expected == entry_of(story(dateline="SEOUL"), html).content


def test_a_partners_own_line() -> None:
    """A partner that asks for other words than "with" gets them."""
    own = story(partner=Partner(name="Coast", line="Produced by Coast"))
    assert Furniture(partner="Produced by Coast") == in_words(own)


def test_a_whole_feed() -> None:
    """The order and form of everything a feed can hold."""
    article = story(
        authors=(ANA, BO),
        updated=NOON + timedelta(days=1),
        tags=(Tag("sons", "Sons & “Sea”"), Tag("ferry", "Ferry")),
        syndicated=Syndicated(name="Coast Radio", url="https://coast.example/", feed="https://coast.example/rss"),
    )
    entry = entry_of(
        article,
        f'<p><a href="{SITE}/x/">Text</a>.</p>',
        Furniture(byline="By Ana Ruiz and Bo Li"),
        summary="<b> & co",
        picture=Picture(url=f"{SITE}/pier.jpg", type="image/jpeg", length=1234, alt="A pier", credit="Cy & co"),
    )
    feed = channel(modified=article.modified, hubs=("https://hub.example/",), publisher="Harbour Co")
    expected = [(GOLDEN / name).read_bytes() for name in ("feed.xml", "atom.xml", "feed.json")]
    assert expected == [*in_xml(entry, feed), json_feed.json_feed(feed, [in_json(entry)])]


def test_a_story_in_another_language_says_so() -> None:
    """The language of a story is told where it is not the feed's."""
    assert "ko" == text_of(read_item(entry_of(story(lang="ko"), html="")), "dc:language")
    assert None is text_of(read_item(entry_of(PLAIN, html="")), "dc:language")


def test_a_draft_without_a_date() -> None:
    """A preview of drafts has no date to show, and invents none."""
    assert None is text_of(read_item(entry_of(story(published=None), html="")), "pubDate")


def test_an_image_of_unknown_type_is_not_enclosed() -> None:
    """An enclosure without a type is invalid; the picture is still shown."""
    shown = read_item(entry_of(PLAIN, html="", picture=Picture(url=f"{SITE}/x")))
    assert None is shown.find("enclosure")
    assert f'<figure><img src="{SITE}/x" alt=""></figure>' == text_of(shown, "description")


@given(st.tuples(texts, texts, texts, texts, texts))
def test_any_text_reads_back(typed: tuple[str, str, str, str, str]) -> None:
    """Whatever editors paste, the feed parses and says it literally, less what XML cannot say at all."""
    title, summary, name, tag, html = typed
    article = story(title=title, authors=(Byline(id="x", name=name),), tags=(Tag("x", tag),))
    entry = entry_of(article, html, Furniture(), summary=summary)
    read = tree(entry, feed=msgspec.structs.replace(channel(), title=title, description=name + "x"))
    only = read.find("item")
    assert only is not None
    assert (legal(title), legal(name) + "x") == (text_of(read, "title"), text_of(read, "description"))
    assert (legal(title), legal(name), legal(tag)) == (
        text_of(only, "title"),
        text_of(only, "dc:creator"),
        text_of(only, "category"),
    )
    shown = text_of(only, "content:encoded") if legal(summary) else text_of(only, "description")
    assert legal(html) == shown
    if legal(summary):
        assert legal(summary) == unescape(text_of(only, "description") or "").replace("&#xD;", "\r")


def is_garbled(text: str) -> bool:
    """Whether *text* is what UTF-8 read as Latin-1 looks like: feedparser repairs such a headline, rightly or not."""
    try:
        return text.encode("latin-1").decode() != text
    except UnicodeError:
        return False


headlines = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="<&"), min_size=1).map(
    str.strip
)


@given(
    title=headlines.filter(lambda text: text and not is_garbled(text)),
    own=st.uuids().map(str),
    at=st.datetimes(datetime(1900, 1, 2)),  # noqa: DTZ001 - a bound
)
def test_feedparser_reads_back_what_was_meant(title: str, own: str, at: datetime) -> None:
    """A feed reader finds headline, address, name, authors and instant, and nothing to complain of."""
    when = at.replace(tzinfo=UTC, microsecond=0)
    article = story(title=title, id=own, published=when, authors=(ANA, BO))
    for data in in_xml(entry_of(article), channel()):
        read = feedparser.parse(data)
        assert not read.bozo
        (found,) = read.entries
        assert title == found.title
        assert (guid(article), f"{SITE}/2026/06/%EB%B6%80%EC%82%B0/") == (found.id, found.link)
        assert ["Ana Ruiz", "Bo Li"] == [author.name for author in found.authors]
        assert when.timetuple()[:6] == found.published_parsed[:6]
        assert f"{SITE}/feed.xml" == next(link.href for link in read.feed.links if link.rel == "self")


@given(texts)
def test_feedparser_takes_any_text(text: str) -> None:
    """Nothing that editors paste makes a feed reader stumble."""
    article = story(title=text, authors=(Byline(id="x", name=text),), tags=(Tag("x", text),))
    entry = entry_of(article, html=text, summary=text, picture=Picture(url=f"{SITE}/x", alt=text, credit=text))
    for data in in_xml(entry, msgspec.structs.replace(channel(), title=text, publisher=text)):
        read = feedparser.parse(data)
        assert (False, 1, guid(article)) == (bool(read.bozo), len(read.entries), read.entries[0].id)


@given(st.tuples(texts, texts, texts, texts, texts))
def test_any_text_reads_back_from_json(typed: tuple[str, str, str, str, str]) -> None:
    """JSON Feed says everything literally, less what the formats in XML cannot say."""
    title, summary, name, tag, html = typed
    article = story(title=title, authors=(Byline(id="x", name=name),), tags=(Tag("x", tag),))
    entry = entry_of(article, html, Furniture(), summary=summary)
    feed = json.loads(json_feed.json_feed(msgspec.structs.replace(channel(), title=f"x{title}"), [in_json(entry)]))
    (found,) = feed["items"]
    assert (legal(f"x{title}"), legal(html)) == (feed["title"], found["content_html"])
    said = found.get("title", ""), found.get("summary", ""), found["tags"], found["authors"]
    assert (legal(title), legal(summary), [legal(tag)], [{"name": legal(name)} if name else {}]) == said


def test_a_json_feed_is_short() -> None:
    """The oldest stories are left out of a feed that would be too long; the newest is there, however long."""
    items = [in_json(entry_of(story(id=str(number)), html="부" * 20_000)) for number in range(9)]
    data = json_feed.json_feed(channel(), items)
    assert len(data) <= 250_000 < len(data) + len(items[0].encode())
    assert [guid(story(id=str(number))) for number in range(4)] == [each["id"] for each in json.loads(data)["items"]]
    long = in_json(entry_of(PLAIN, html="부" * 200_000))
    assert [guid(PLAIN)] == [each["id"] for each in json.loads(json_feed.json_feed(channel(), [long, *items]))["items"]]


def test_an_atom_feed_without_stories() -> None:
    """Where nothing has happened yet, the time that Atom asks for is not the build's."""
    assert "1970-01-01T00:00:00+00:00" == ET.fromstring(atom.atom(channel(), [])).findtext("atom:updated", None, NAMES)  # noqa: S314 - ours
