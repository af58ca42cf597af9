"""What pages say to machines: structured data and cards, each from one record of facts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

import pytest

from sitegen.model.article import Article, Image, Kind
from sitegen.render.cards import locale, metadata
from sitegen.render.linked_data import POLICIES, TYPES
from sitegen.render.metadata import Facts
from sitegen.render.xml import in_script
from support import dom, kinds
from support.building import built
from support.published import Document

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime.fromisoformat(kinds.NOW).astimezone(UTC)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a story of each kind, published."""
    folder = tmp_path_factory.mktemp("kinds") / "site"
    kinds.write(folder)
    assert built(folder, NOON, jobs=1).summary
    return folder / "public"


def data(site: Path, path: str) -> dict[str, Any]:
    """The first document of JSON-LD of a page."""
    found: dict[str, Any] = json.loads(Document((site / path / "index.html").read_text(encoding="utf-8")).data[0])
    return found


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_has_its_type(site: Path, kind: str) -> None:
    """One that search engines know, and where there is one, what it is more exactly."""
    named = data(site, f"2026/06/{kind}")["@type"]
    types = ["NewsArticle", "LiveBlogPosting"] if kind == "live" else list(TYPES[kind])
    assert types == ([named] if isinstance(named, str) else named)


def test_a_partner_is_said_to_be_what_they_are(site: Path) -> None:
    """Who pays for a sponsored story is its sponsor, there and in the link; with any other they worked on it."""
    herald = {"@type": "Organization", "name": "the Coast Herald", "url": "https://herald.example/"}
    paid, news = data(site, "2026/06/sponsored"), data(site, "2026/06/news")
    assert (herald, None) == (paid["sponsor"], paid.get("contributor"))
    assert (herald, None) == (news["contributor"], news.get("sponsor"))
    for name, expected in (("sponsored", "external sponsored"), ("news", "external")):
        page = dom.parsed((site / f"2026/06/{name}/index.html").read_text(encoding="utf-8"))
        assert expected == dom.one(dom.of_class(page, "partner"), "a").get("rel")
    assert "공동 취재: 해안 신문" == data(site, "2026/06/korean")["creditText"]


def test_authors_are_persons_in_their_order(site: Path) -> None:
    """Each has a name alone, a role, an address and links of their own."""
    url = kinds.URL
    bo, layla, ana, cy = data(site, "2026/06/news")["author"]
    assert {"@type": "Person", "name": "Bo O'Li", "url": f"{url}/authors/bo/", "email": "bo@kinds.example"} == bo
    assert ("ليلى حداد", "photographer", ["https://layla.example/"]) == (
        layla["name"],
        layla["jobTitle"],
        layla["sameAs"],
    )
    links = ["https://ana.example/", "https://social.example/@ana", "https://photos.example/ana?a=1&b=2"]
    assert ("Ana Ruiz", "harbor reporter", links) == (ana["name"], ana["jobTitle"], ana["sameAs"])
    assert {"@type": "Person", "name": "Cy Oh", "url": f"{url}/authors/cy-oh/"} == cy


@pytest.mark.parametrize(
    ("name", "address", "own", "shared"),
    [
        ("everybody", "all@kinds.example", [None, None], ["mailto:all@kinds.example"]),
        ("alone", "desk+1%@kinds.example", ["desk+1%@kinds.example"], None),
        ("one-of-two", "BO@kinds.example", [None, "BO@kinds.example"], None),
    ],
)
def test_an_address_of_a_byline(
    site: Path, name: str, address: str, own: list[str | None], shared: list[str] | None
) -> None:
    """Readers see one; of several authors it is nobody's own, but of the one who has it anyway."""
    story = data(site, f"2026/06/{name}")
    assert own == [each.get("email") for each in story["author"]]
    assert shared == ([each["target"] for each in story["potentialAction"]] if "potentialAction" in story else None)
    page = dom.parsed((site / f"2026/06/{name}/index.html").read_text(encoding="utf-8"))
    assert address == dom.words(dom.of_class(page, "contact"))


def test_what_a_story_comes_from(site: Path) -> None:
    """Its original, or the address of its source, as readers see both; words for the newsroom are printed nowhere."""
    paper = {"@type": "Organization", "name": "The First Paper"}
    original = {"@type": "CreativeWork", "url": "https://first.example/story", "publisher": paper}
    assert [original] == data(site, "2026/06/news")["isBasedOn"]
    assert ["https://policeé.example/é?a=1&b=2"] == data(site, "2026/06/alone")["isBasedOn"]
    assert [] == [path for path in site.rglob("*") if path.is_file() and b"zx.example" in path.read_bytes()]


def test_what_is_said_of_a_page_of_an_author(site: Path) -> None:
    """Who they are, with a picture, links, and whom they work for."""
    profile = data(site, "authors/ana")
    person = profile["mainEntity"]
    assert ("ProfilePage", f"{kinds.URL}/authors/ana/") == (profile["@type"], profile["url"])
    assert ("Ana Ruiz", "harbor reporter", "Ana covers the harbor & the sea.") == (
        person["name"],
        person["jobTitle"],
        person["description"],
    )
    assert (f"{kinds.URL}/ana.png", "Kinds & Sons") == (person["image"], person["worksFor"]["name"])


def test_the_publisher_says_what_it_stands_by(site: Path) -> None:
    """The home page has every policy that there is a page of, and none that there is not; stories have the same."""
    home, story = data(site, ""), data(site, "2026/06/bare")
    assert set(POLICIES.values()) <= set(home)
    assert "https://owner.example/" == home["ownershipFundingInfo"]
    assert "not-there" not in json.dumps(home)
    assert {name: value for name, value in home.items() if name != "@context"} == story["publisher"]


def test_notes_that_correct(site: Path) -> None:
    """A correction leads to its place on the page; what only adds facts corrects nothing."""
    notes = data(site, "2026/06/news")["correction"]
    assert ["It was Monday, not Sunday.", "The pier is one of two."] == [note["text"] for note in notes]
    pages, anchors = zip(*(note["url"].split("#") for note in notes), strict=True)
    assert {f"{kinds.URL}/2026/06/news/"} == set(pages)
    ids = Document((site / "2026/06/news/index.html").read_text(encoding="utf-8")).ids
    assert len(set(anchors)) == 2
    assert set(anchors) <= set(ids)


def test_what_is_withdrawn_is_not_told(site: Path) -> None:
    """Neither its summary nor a picture is anywhere in the page."""
    assert "ZXWITHDRAWN" not in (site / "2026/06/withdrawn/index.html").read_text(encoding="utf-8")


def test_what_is_said_of_a_picture_follows_it() -> None:
    """Another picture would end the group (https://ogp.me/#structured)."""
    facts = Facts(
        kind="article",
        title="A",
        url="https://a.example/a/",
        site_title="S",
        lang="en",
        image=Image(src="https://a.example/a.png", alt="An A"),
        article=Article(path="a.md", id="a", slug="a", url="/a/", title="A", lang="en"),
    )
    names = [meta.name for meta in metadata(facts)]
    assert names.index("og:image") + 1 == names.index("og:image:alt")
    assert [] == [name for name in names if name.startswith("article:")]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "en_US"),
        ("en-GB", "en_GB"),
        ("ko", "ko_KR"),
        ("zh-Hant", "zh_TW"),
        ("zh-Hant-HK", "zh_HK"),
        ("es-419", "es_419"),
        ("tlh", ""),
    ],
)
def test_locale(lang: str, expected: str) -> None:
    """Open Graph wants a country, which is the likeliest one where a language names none."""
    assert expected == locale(lang)


def test_json_in_a_script_cannot_end_it() -> None:
    """What HTML or JavaScript would take for an end is written by its number, and is the same text as JSON."""
    text = "</script><!-- ]]> & ' \u2028\u2029"
    html = in_script(json.dumps(text, ensure_ascii=False))
    assert [] == [sign for sign in "<>&'\u2028\u2029" if sign in html]
    assert text == json.loads(html)
