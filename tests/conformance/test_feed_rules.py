"""Feeds obey the rules of their formats, each test named for its rule: R for RSS 2.0, A for Atom, J for JSON Feed.

R: the RSS Best Practices Profile (https://www.rssboard.org/rss-profile).  A: RFC 4287.  J: JSON Feed 1.1
(https://www.jsonfeed.org/version/1.1/).  M: Media RSS (https://www.rssboard.org/media-rss).  W: WebSub
(https://www.w3.org/TR/websub/).
"""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import feedparser
import jsonschema
import pytest
import referencing
from referencing.jsonschema import DRAFT4

from sitegen.served import content_type
from support import dom, fed
from support.building import NOON, built
from support.fed import NAMES, texts
from support.source import ROOT
from support.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.published import Published

SCHEMAS: Final = ROOT / "tests" / "conformance" / "schemas"
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
RFC822: Final = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d (\+0000|GMT)"
)
RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ADDRESSES: Final = ("action", "background", "cite", "data", "formaction", "href", "longdesc", "poster", "src", "usemap")
RISKS: Final = (
    "applet",
    "base",
    "embed",
    "form",
    "iframe",
    "input",
    "link",
    "meta",
    "object",
    "script",
    "style",
    "svg",
)
NOW: Final = datetime(2026, 6, 15, 3, tzinfo=UTC)
"""The moment of the site."""


@pytest.fixture(scope="module")
def site(published_kinds: Published) -> Published:
    """The site that is judged: with all that stories can say, feeds of lists and partners in all formats, and a hub."""
    return published_kinds


@pytest.fixture
def mailed(tmp_path: Path) -> Workspace:
    """A site that prints e-mail addresses in feeds: of one author, of two, of a byline as a whole."""
    space = Workspace(tmp_path / "site")
    space.write("site.yaml", (space.root / "site.yaml").read_text() + "feeds: {email: true}\n")
    one = "authors: [{name: Ana Ruiz, email: ana@wire.example}]"
    two = "authors: [{name: Ana Ruiz, email: ana@wire.example}, {name: Bo Li, email: bo@wire.example}]"
    for name, authors in (("one", one), ("two", two), ("all", f"{two}\nemail: all+1%@wire.example")):
        space.write(f"content/{name}.md", f"---\ntitle: {name}\npublished: 2026-06-12\n{authors}\n---\nText.\n")
    assert 0 == built(space.root, NOON).status
    return space


def served(site: Published, path: Path) -> str:
    """The address at which the file at *path* is served, as a URI."""
    return quote(site.address(path), safe="/:")


def addresses(node: fed.Element) -> Iterator[str]:
    """Every address in a piece of HTML, of whatever attribute."""
    for element in dom.elements(node):
        yield from (element.attrib[name] for name in ADDRESSES if name in element.attrib)
        yield from (part.split()[0] for part in element.get("srcset", "").split(",") if part.strip())


def is_uri(text: str) -> bool:
    """Whether *text* is an absolute address of the web, in ASCII."""
    parts = urlsplit(text)
    return (
        text.isascii() and parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"[\s<>]", text)
    )


@pytest.mark.needs("xmllint")
def test_R1_rss_is_well_formed(site: Published) -> None:
    """Every feed is XML, an `rss` of version 2.0 with one channel."""
    paths = list(fed.channels(site))
    assert len(paths) > 8
    done = subprocess.run(["xmllint", "--noout", "--nonet", *paths], capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    for path in paths:
        root = fed.root(path)
        assert ("rss", "2.0", 1) == (root.tag, root.get("version"), len(root))


def test_R2_channel_elements_stand_once(site: Published) -> None:
    """A channel has one title, link and description, and nothing else of RSS twice."""
    for path, channel in fed.channels(site).items():
        names = [node.tag for node in channel if node.tag != "item" and "}" not in node.tag]
        assert sorted(set(names)) == sorted(names), path
        assert all(channel.findtext(name) for name in ("title", "link", "description")), path


def test_R3_items_come_last(site: Published) -> None:
    """After the first item there are only items."""
    for path, channel in fed.channels(site).items():
        names = [node.tag == "item" for node in channel]
        assert sorted(names) == names, path


def test_R4_addresses_are_uris(site: Published) -> None:
    """Each address in an element or attribute of RSS is whole, in ASCII; that of a picture with Korean in it, too."""
    for channel in fed.channels(site).values():
        found = [channel.findtext("link")]
        for item in channel.findall("item"):
            found.append(item.findtext("link"))
            found += [node.get("url") for name in ("enclosure", "source") for node in item.findall(name)]
        assert [] == [address for address in found if not is_uri(address or "")]


def test_R5_dates_are_rfc_822(site: Published) -> None:
    """Dates have English names, four digits of year, the right day of the week, and an offset of nothing."""
    dates = [text for item in fed.items(site) for text in texts(item, "pubDate")]
    dates += [text for channel in fed.channels(site).values() for text in texts(channel, "lastBuildDate")]
    assert dates
    for text in dates:
        assert RFC822.fullmatch(text), text
        assert DAYS[parsedate_to_datetime(text).weekday()] == text[:3]


def test_R6_no_date_is_to_come(site: Published, tmp_path: Path) -> None:
    """What is held is in no feed, of any format or partner, and nothing in a feed is dated after the build."""
    assert all(parsedate_to_datetime(text) <= NOW for item in fed.items(site) for text in texts(item, "pubDate"))
    space = Workspace(tmp_path / "site")
    settings = "feeds: {lists: [atom, json], partners: {all: {pictures: all}}}\n"
    space.write("site.yaml", (space.root / "site.yaml").read_text() + settings)
    space.write("content/held.md", "---\ntitle: ZXHELD\npublished: 2026-06-15T12:00:01Z\ntags: [harbor]\n---\nZXHELD\n")
    assert 0 == built(space.root, NOON).status
    assert [] == [path for path, data in space.tree().items() if b"zxheld" in data.lower()]
    assert 0 == built(space.root, datetime(2026, 6, 15, 12, 0, 1, tzinfo=UTC)).status
    feeds = [path for path in space.tree() if path.endswith(("feed.xml", "atom.xml", "feed.json"))]
    shows = {path for path in feeds if b"ZXHELD" in space.tree()[path]}
    assert shows == {path for path in feeds if not path.startswith(("authors/", "corrections/"))}


def test_R7_items_have_a_title_and_an_id(site: Published) -> None:
    """Both, although one of title and description would do."""
    for item in fed.items(site):
        assert all(item.findtext(name) for name in ("title", "description", "guid"))


def test_R8_a_guid_that_is_no_address_says_so(site: Published) -> None:
    """An id that is no link has isPermaLink="false"."""
    guids = [node for item in fed.items(site) for node in item.findall("guid")]
    assert guids
    assert {("isPermaLink", "false")} == {pair for node in guids for pair in node.attrib.items()}


def test_R9_guids_are_unique(site: Published) -> None:
    """No two items of a feed have one id; that ids stay is for `properties/test_permanent_ids.py`."""
    for path, channel in fed.channels(site).items():
        guids = [item.findtext("guid") for item in channel.findall("item")]
        assert len(set(guids)) == len(guids), path
    of_title: dict[str, set[str]] = {}
    for path, channel in fed.channels(site).items():
        for item in channel.findall("item") if path.parent.name != "corrections" else ():
            of_title.setdefault(item.findtext("title") or "", set()).add(item.findtext("guid") or "")
    assert all(len(guids) == 1 for guids in of_title.values())


def test_R10_an_author_is_an_address(site: Published, mailed: Workspace) -> None:
    """`author` holds an e-mail address and a name, and is there only where feeds may tell addresses."""
    assert [] == [item for item in fed.items(site) if item.find("author") is not None]
    root = fed.root(mailed.root / "public/feed.xml")
    assert ["ana@wire.example (Ana Ruiz)"] == [node.text for node in root.iter("author")]


def test_R11_creators_in_their_order(site: Published, mailed: Workspace) -> None:
    """Each author has a dc:creator, in the order of the page, and no item has an author as well."""
    found = {item.findtext("title"): texts(item, "dc:creator") for item in fed.items(site)}
    assert ["Bo O'Li", "ليلى حداد", "Ana Ruiz", "Cy Oh"] == found["A story of kind news"]
    for item in fed.root(mailed.root / "public/feed.xml").iter("item"):
        assert (item.find("author") is None) or not texts(item, "dc:creator")
    both = {item.findtext("title"): texts(item, "dc:creator") for item in mailed_items(mailed)}
    assert ["Ana Ruiz", "Bo Li"] == both["two"] == both["all"]


def mailed_items(space: Workspace) -> list[fed.Element]:
    """The items of the site's feed."""
    return list(fed.root(space.root / "public/feed.xml").iter("item"))


def test_R12_the_summary_comes_first(site: Published) -> None:
    """Where there is a summary it is the description, before the full text; else the description is the text."""
    both = 0
    for item in fed.items(site):
        names = [node.tag.rpartition("}")[2] for node in item]
        if "encoded" in names:
            both += 1
            assert names.index("description") < names.index("encoded")
            assert item.findtext("description") != item.findtext("content:encoded", None, NAMES)
    assert both > 20


def test_R13_every_address_is_absolute(site: Published) -> None:
    """In all HTML of all formats: links, notes, pictures, srcset, poster, cite, sources of films."""
    found = [address for html in fed.contents(site) for address in addresses(fed.parsed(html))]
    assert [] == [address for address in found if urlsplit(address).scheme not in {"http", "https", "mailto"}]
    home = "https://kinds.example/wire"
    page = f"{home}/2026/06/marked-up/"
    expected = {
        f"{home}/{name}" for name in ("pier.png", "logo.png", "ana.png", "film.mp4", "policies/", "tags/harbor/")
    }
    assert expected | {f"{page}#below", f"{page}#fn1", f"{page}pier.png"} <= set(found)
    assert [] == [address for address in found if address.startswith(home) and not site.file(address.partition("#")[0])]


def test_R14_nothing_runs(site: Published) -> None:
    """No script, style, frame, form or handler is in the HTML; what feeds may show is."""
    seen = set()
    for html in fed.contents(site):
        for element in dom.elements(fed.parsed(html)):
            seen.add(element.tag)
            assert element.tag not in RISKS
            assert [] == [name for name in element.attrib if name.startswith("on") or name == "style"]
    assert {"figure", "figcaption", "picture", "video", "aside", "table", "blockquote"} <= seen


def test_R15_titles_are_plain_text(site: Published) -> None:
    """Signs of markup are escaped once, in the form that most readers show right."""
    data = (site.folder / "feeds/herald/feed.xml").read_text(encoding="utf-8")
    assert "<title>For the &#x3C;Herald&#x3E;</title>" in data
    assert "The <Kinds> & Others" == feedparser.parse(str(site.folder / "feed.xml"), sanitize_html=False).feed.title
    everything = "".join(path.read_text(encoding="utf-8") for path in fed.channels(site))
    assert not re.search(r"<title>[^<]*(&amp;(amp|lt|gt|#)|CDATA)", everything)


def test_R16_a_feed_says_where_it_is(site: Published) -> None:
    """Its atom:link rel=self is the address at which it is served."""
    for path, channel in fed.channels(site).items():
        own = [node.attrib for node in channel.findall("atom:link", NAMES) if node.get("rel") == "self"]
        assert [{"href": served(site, path), "rel": "self", "type": "application/rss+xml"}] == own


def test_R17_last_build_date_is_that_of_the_content(site: Published) -> None:
    """It is the newest change of what is in the feed, never the clock of the build."""
    for path, channel in fed.channels(site).items():
        found = texts(channel, "lastBuildDate")
        moments = [parsedate_to_datetime(text) for item in channel.findall("item") for text in texts(item, "pubDate")]
        updated = [text for item in channel.findall("item") for text in texts(item, "atom:updated")]
        moments += map(datetime.fromisoformat, updated)
        late = {"short"} & set(path.parts)  # stories join it two hours after they came out
        assert late or [max(moments)][: len(moments)] == [parsedate_to_datetime(text) for text in found], path
        assert all(parsedate_to_datetime(text) < NOW for text in found)


def test_R18_no_ttl(site: Published) -> None:
    """Nothing keeps readers from asking for breaking news."""
    for channel in fed.channels(site).values():
        assert [] == [node.tag for node in channel if node.tag in {"ttl", "skipDays", "skipHours"}]


def test_R19_an_enclosure_is_whole(site: Published) -> None:
    """One at most, with address, type, and the length in bytes that the file has."""
    found = 0
    for item in fed.items(site):
        enclosures = item.findall("enclosure")
        assert len(enclosures) < 2
        for each in enclosures:
            found += 1
            file = site.file(each.get("url", ""))
            assert file
            assert (str(file.stat().st_size), "image/png") == (each.get("length"), each.get("type"))
    assert found


def test_R20_no_image_that_may_be_too_large(site: Published) -> None:
    """A channel's image may be 144 pixels wide; as nobody knows how wide a logo is, there is none."""
    assert [] == [path for path, channel in fed.channels(site).items() if channel.find("image") is not None]


def test_R21_the_language_is_a_code(site: Published) -> None:
    """That of the site; of a story in another one, its own; and where the format is documented."""
    assert {"en-GB"} == {channel.findtext("language") for channel in fed.channels(site).values()}
    said = {item.findtext("title"): texts(item, "dc:language") for item in fed.items(site)}
    assert (["ko"], []) == (said["The story korean"], said["The story bare"])
    docs = {channel.findtext("docs") for channel in fed.channels(site).values()}
    assert {"https://www.rssboard.org/rss-specification"} == docs


def test_R22_updates_and_origins_are_told(site: Published) -> None:
    """An item has atom:updated once its story was updated or corrected, and names where it first appeared."""
    items = {item.findtext("title"): item for item in fed.items(site)}
    whole = items["A story of kind news"]
    assert ["2026-06-14T03:30:00+00:00"] == texts(whole, "atom:updated")
    assert [] == texts(items["The story bare"], "atom:updated")
    assert [("The First Paper", "https://first.example/rss?a=1&b=%C3%A9")] == [
        (node.text, node.get("url")) for node in whole.findall("source")
    ]
    assert ["https://first.example/story"] == texts(whole, "dc:source")
    # Without a feed of its own nothing has a `source`, which is one.
    alone = items["The story alone"]
    assert ([], ["https://xn--police-gva.example/%C3%A9?a=1&b=2"]) == (
        alone.findall("source"),
        texts(alone, "dc:source"),
    )
    for feed in fed.atoms(site).values():
        for entry in feed.findall("atom:entry", NAMES):
            item = items[texts(entry, "atom:title")[0]]
            links = [node.get("href") for node in entry.findall("atom:link", NAMES) if node.get("rel") == "via"]
            assert texts(item, "dc:source") == links


def test_R23_feeds_are_served_as_what_they_are() -> None:
    """A deploy gives each format its media type, in UTF-8."""
    types = [content_type("feed", f"tags/x/{name}") for name in ("feed.xml", "atom.xml", "feed.json")]
    assert [
        "application/rss+xml; charset=utf-8",
        "application/atom+xml; charset=utf-8",
        "application/feed+json",
    ] == types


def test_R24_pages_lead_to_feeds(site: Published) -> None:
    """Every page names the site's feeds, a list its own, a story those of its section; each is there, and is that."""
    kinds = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
    names = {"feed.xml": kinds["rss"], "atom.xml": kinds["atom"], "feed.json": kinds["json"]}
    for path in site.files("*.html"):
        page = dom.parsed(path.read_text(encoding="utf-8"))
        kind = site.document(path).kind
        if not kind:
            continue  # a redirect
        links = [each for each in dom.elements(page) if each.tag == "link" and each.get("rel") == "alternate"]
        host = "/".join(site.url.split("/")[:3])
        found = [(host + each.get("href"), each.get("type")) for each in links]
        assert [(f"{site.url}/{name}", type_) for name, type_ in names.items()] == found[:3]
        assert all(site.file(address) for address, _ in found), path
        assert all(each.get("title") for each in links)
        if kind in {"section", "tag", "author", "corrections"}:
            base = served(site, path).partition("page/")[0]
            assert [(base + name, type_) for name, type_ in names.items()] == found[3:]
    story = dom.parsed((site.folder / "2026/06/news/index.html").read_text(encoding="utf-8"))
    assert "/wire/desk/feed.xml" in [each.get("href") for each in dom.elements(story) if each.tag == "link"]


def test_A1_a_feed_has_what_it_must(site: Published) -> None:
    """One id, title, updated and author, a link to itself, and one alternate."""
    assert len(fed.atoms(site)) > 8
    for path, feed in fed.atoms(site).items():
        assert f"{{{NAMES['atom']}}}feed" == feed.tag
        for name in ("id", "title", "updated", "author"):
            assert 1 == len(feed.findall(f"atom:{name}", NAMES)), (path, name)
        links = [(node.get("rel"), node.get("href")) for node in feed.findall("atom:link", NAMES)]
        assert [("self", served(site, path))] == [link for link in links if link[0] == "self"]
        assert 1 == len([rel for rel, _ in links if rel == "alternate"])


def test_A2_an_entry_has_what_it_must(site: Published) -> None:
    """One id, title, updated and content, a link to its page; each author with a name and, where known, an address."""
    for entry in fed.entries(site):
        for name in ("id", "title", "updated", "content"):
            assert 1 == len(entry.findall(f"atom:{name}", NAMES))
        links = [node.get("href") for node in entry.findall("atom:link", NAMES) if node.get("rel") == "alternate"]
        assert [True] == [bool(site.file(link or "")) for link in links]
    whole = titled(site, "A story of kind news")
    people = [(texts(each, "atom:name"), texts(each, "atom:uri")) for each in whole.findall("atom:author", NAMES)]
    home = "https://kinds.example/wire/authors"
    assert [["Bo O'Li"], ["ليلى حداد"], ["Ana Ruiz"], ["Cy Oh"]] == [name for name, _ in people]
    assert [[f"{home}/bo/"], [f"{home}/ana/"]] == [people[0][1], people[2][1]]
    partners = [
        (texts(each, "atom:name"), texts(each, "atom:uri")) for each in whole.findall("atom:contributor", NAMES)
    ]
    assert [(["the Coast Herald"], ["https://herald.example/"])] == partners


def test_A2_an_address_is_that_of_a_person(mailed: Workspace) -> None:
    """One of a byline as a whole is no author's; every format has it below the names, JSON Feed as data, too."""
    feed = fed.root(mailed.root / "public/atom.xml")
    known = {text: each for each in feed.findall("atom:entry", NAMES) for text in texts(each, "atom:title")}
    addresses = {
        name: [text for each in entry.findall("atom:author", NAMES) for text in texts(each, "atom:email")]
        for name, entry in known.items()
    }
    assert {"two": ["ana@wire.example", "bo@wire.example"], "all": []}.items() <= addresses.items()
    line = '<p><a href="mailto:all%2B1%25@wire.example">all+1%@wire.example</a></p>'
    assert line in texts(known["all"], "atom:content")[0]
    items = {item["title"]: item for item in json.loads(mailed.read("feed.json"))["items"]}
    assert line in items["all"]["content_html"]
    assert ["all+1%@wire.example"] == items["all"]["_news"]["contacts"]
    assert line in "".join(text for each in mailed_items(mailed) for text in texts(each, "content:encoded"))


def titled(site: Published, title: str) -> fed.Element:
    """The entry of that *title* in the feed of the whole site."""
    feed = fed.root(site.folder / "atom.xml")
    return next(each for each in feed.findall("atom:entry", NAMES) if texts(each, "atom:title") == [title])


def test_A3_ids_are_absolute_and_the_same_everywhere(site: Published) -> None:
    """An id is a URI, and that of a story or a note the same as in RSS and in JSON Feed."""
    ids = {text for entry in fed.entries(site) for text in texts(entry, "atom:id")}
    assert all(urlsplit(text).scheme and text == text.strip() for text in ids)
    rss = {item.findtext("guid") for item in fed.items(site)}
    assert rss == ids == {item["id"] for feed in fed.jsons(site).values() for item in feed["items"]}


def test_A4_dates_say_what_happened(site: Published) -> None:
    """`published` is the first publication, `updated` the last change that matters; not all are of one moment."""
    moments = [text for entry in fed.entries(site) for text in texts(entry, "atom:updated")]
    assert all(map(RFC3339.fullmatch, moments))
    assert len(set(moments)) > 5
    whole, bare = titled(site, "A story of kind news"), titled(site, "The story bare")
    assert ["2026-06-13T15:00:00+00:00"] == texts(whole, "atom:published")
    assert ["2026-06-14T03:30:00+00:00"] == texts(whole, "atom:updated")
    assert texts(bare, "atom:published") == texts(bare, "atom:updated")


def test_A5_html_is_escaped_once(site: Published) -> None:
    """Content is HTML as text, and titles are text: no element of HTML is in the XML."""
    for feed in fed.atoms(site).values():
        assert {"html"} >= {node.get("type") for node in feed.iter(f"{{{NAMES['atom']}}}content")}
        assert [] == [node.tag for node in feed.iter() if not node.tag.startswith("{")]
    assert (titled(site, "A story of kind news").findtext("atom:content", "", NAMES)).startswith("<p>By Bo O'Li")
    assert 'A "summary" & more.' == titled(site, "A story of kind news").findtext("atom:summary", None, NAMES)


def test_A6_no_address_leans_on_a_base(site: Published) -> None:
    """There is no xml:base, and each href is whole; those in HTML are as R13 has them."""
    for feed in fed.atoms(site).values():
        assert [] == [node for node in feed.iter() if "{http://www.w3.org/XML/1998/namespace}base" in node.attrib]
        assert all(is_uri(node.attrib["href"]) for node in feed.iter() if "href" in node.attrib)


def test_J1_json_feeds_have_their_schema(site: Published) -> None:
    """Each is a JSON Feed 1.1 by its schema, and has stories that have an id and a text."""
    known = {name: json.loads((SCHEMAS / f"jsonfeed-{name}.json").read_text()) for name in ("feed", "feed-1")}
    registry: Any = referencing.Registry().with_resources(
        (schema["id"], DRAFT4.create_resource(schema)) for schema in known.values()
    )
    judge = jsonschema.Draft4Validator(known["feed"], registry=registry, format_checker=jsonschema.FormatChecker())
    assert [] != list(judge.iter_errors({"version": "https://jsonfeed.org/version/1.1", "items": [{}]}))
    for path, feed in fed.jsons(site).items():
        assert [] == list(judge.iter_errors(feed)), path
        assert "https://jsonfeed.org/version/1.1" == feed["version"]
        assert all(isinstance(item["id"], str) and item["content_html"] for item in feed["items"])


def test_J2_json_feeds_say_where_they_are(site: Published) -> None:
    """The address of the feed, and of the page that it follows."""
    for path, feed in fed.jsons(site).items():
        assert served(site, path) == feed["feed_url"]
        assert site.file(feed["home_page_url"])
    assert f"{site.url}/tags/harbor/" == fed.jsons(site)[site.folder / "tags/harbor/feed.json"]["home_page_url"]


def test_J3_text_is_plain_and_dates_are_rfc_3339(site: Published) -> None:
    """Titles and summaries are as typed; authors are a list, in order."""
    feed = fed.jsons(site)[site.folder / "feed.json"]
    whole = next(item for item in feed["items"] if item["title"] == "A story of kind news")
    assert ("The <Kinds> & Others", 'A "summary" & more.') == (feed["title"], whole["summary"])
    assert ["Bo O'Li", "ليلى حداد", "Ana Ruiz", "Cy Oh"] == [author["name"] for author in whole["authors"]]
    for item in (item for feed in fed.jsons(site).values() for item in feed["items"]):
        assert "author" not in item
        assert all(RFC3339.fullmatch(item[key]) for key in ("date_published", "date_modified") if key in item)


def test_J4_extensions_have_their_form(site: Published) -> None:
    """What JSON Feed has no word for stands in `_news`: corrections, partner, origin; no page of more is promised."""
    feed = fed.jsons(site)[site.folder / "feed.json"]
    said = next(item["_news"] for item in feed["items"] if item["title"] == "A story of kind news")
    page = "https://kinds.example/wire/2026/06/news/"
    assert ["correction", "clarification", "update"] == [note["kind"] for note in said["corrections"]]
    assert {
        "date": "2026-06-14T01:00:00+00:00",
        "kind": "correction",
        "text": "It was Monday, not Sunday.",
        "url": f"{page}#correction-2026-06-14-1000",
    } == said["corrections"][0]
    assert {"name": "the Coast Herald", "url": "https://herald.example/"} == said["partner"]
    assert {"name": "The First Paper", "url": "https://first.example/story"} == said["syndicated_from"]
    assert ("The Desk's", "BUSAN", "news") == (said["section"], said["dateline"], said["kind"])
    for feed in fed.jsons(site).values():
        keys = [key for part in (feed, *feed["items"]) for key in part if key.startswith("_")]
        assert {"_news"} >= set(keys)
        assert "next_url" not in feed


def test_J5_json_feeds_are_short(site: Published, tmp_path: Path) -> None:
    """A feed is under 250 kB, also where its stories would make more; it names its language and its hubs."""
    for feed in fed.jsons(site).values():
        assert ("en-GB", [{"type": "WebSub", "url": "https://hub.example/?a=1&b=2"}]) == (
            feed["language"],
            feed["hubs"],
        )
    space = Workspace(tmp_path / "site")
    for number in range(9):
        text = f"---\ntitle: T{number}\npublished: 2026-06-0{number + 1}\n---\n{'Word. ' * 7000}\n"
        space.write(f"content/t{number}.md", text)
    assert 0 == built(space.root, NOON).status
    data = space.tree()["feed.json"]
    assert 200_000 < len(data) < 250_000
    titles = [item["title"] for item in json.loads(data)["items"]]
    assert ["Ferry returns", "T8", "T7"] == titles[:3]
    assert 10 == len(feedparser.parse(space.read("atom.xml")).entries)


def pictures(site: Published) -> Iterator[fed.Element]:
    """The pictures of Media RSS in RSS and Atom."""
    for node in (*fed.items(site), *fed.entries(site)):
        yield from node.findall("media:content", NAMES)


def test_M1_the_namespace_ends_with_a_slash(site: Published) -> None:
    """Without it no reader knows it."""
    assert len(list(pictures(site))) > 20
    for path in (*fed.channels(site), *fed.atoms(site)):
        assert 'xmlns:media="http://search.yahoo.com/mrss/"' in path.read_text(encoding="utf-8")


def test_M2_a_picture_has_an_address(site: Published) -> None:
    """It is whole, and the medium one that there is; one picture a story needs no group."""
    for node in pictures(site):
        assert ("image", True) == (node.get("medium"), is_uri(node.get("url", "")))
    assert all(len(item.findall("media:content", NAMES)) < 2 for item in fed.items(site))
    assert "https://pictures.example/1.jpg" in {node.get("url") for node in pictures(site)}


def test_M3_a_picture_is_described_and_credited(site: Published) -> None:
    """Title, description and credit are alternative text, caption and credit of the story's picture."""
    node = titled(site, "A story of kind news").find("media:content", NAMES)
    assert node is not None
    assert ["The pier"] == texts(node, "media:title")
    assert ["The pier, at noon."] == texts(node, "media:description")
    assert ["Bo O'Li"] == texts(node, "media:credit")
    credit = node.find("media:credit", NAMES)
    assert credit is not None
    assert {"role": "photographer", "scheme": "urn:ebu"} == credit.attrib


@pytest.mark.needs("feedsmith")
def test_W1_feeds_name_their_hub(site: Published) -> None:
    """Each feed of each format has its hub and one address of its own."""
    hub = "https://hub.example/?a=1&b=2"
    for path in (*fed.channels(site), *fed.atoms(site)):
        links = feedparser.parse(str(path)).feed.links
        assert [hub] == [link.href for link in links if link.rel == "hub"]
        assert [served(site, path)] == [link.href for link in links if link.rel == "self"]
    (read,) = fed.smith([site.folder / "feed.json"])
    assert [{"type": "WebSub", "url": hub}] == read["hubs"]


@pytest.mark.needs("feedsmith")
def test_two_readers_agree_on_all_formats(site: Published) -> None:
    """One reader has nothing to forgive, and another finds the same stories, authors and pictures in each format."""
    for path in (*fed.channels(site), *fed.atoms(site)):
        assert not feedparser.parse(str(path)).bozo, path
    rss, atom, feed = fed.smith([site.folder / name for name in ("feed.xml", "atom.xml", "feed.json")])
    said = [
        [
            (each["guid"]["value"], each["title"], each.get("dc", {}).get("creators", []), html(each))
            for each in rss["items"]
        ],
        [(each["id"], each["title"]["value"], names(each), each["content"]["value"]) for each in atom["entries"]],
        [(each["id"], each["title"], names(each), each["content_html"]) for each in feed["items"]],
    ]
    assert said[0] == said[1] == said[2]
    assert len(said[0]) > 10


def names(item: dict[str, Any]) -> list[str]:
    """The authors of an item."""
    return [author["name"] for author in item.get("authors", [])]


def html(item: dict[str, Any]) -> str:
    """The text of an item of RSS."""
    return str(item.get("content", {}).get("encoded", item["description"]))
