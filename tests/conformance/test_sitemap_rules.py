"""Sitemaps obey their rules, each test named for its rule: S for sitemaps, N for news sitemaps.

S: https://www.sitemaps.org/protocol.html.
N: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap.
"""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest
from usp.tree import sitemap_tree_for_homepage

from sitegen.listing import parts
from support import dom, fed
from support.building import NOON, built
from support.crawling import Files
from support.fed import NAMES, texts
from support.newsroom import Newsroom
from support.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from support.published import Published

SCHEMAS: Final = ROOT / "tests" / "conformance" / "schemas"
HOME: Final = "https://harborwire.example"


@pytest.fixture(scope="module")
def site(published_kinds: Published) -> Published:
    """The site that is judged."""
    return published_kinds


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A site of six stories."""
    return Newsroom(tmp_path / "site")


def judged(path: Path, schema: str, folder: Path) -> str:
    """What xmllint has to say of the file at *path*; ``""`` if nothing."""
    # What is of another namespace would need its schema, too.
    lax = (SCHEMAS / schema).read_text(encoding="utf-8").replace('processContents="strict"', 'processContents="lax"')
    (folder / schema).write_text(lax, encoding="utf-8")
    command = ["xmllint", "--noout", "--nonet", "--schema", str(folder / schema), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr


def located(path: Path) -> list[str]:
    """The addresses in a sitemap or an index."""
    return [node.findtext("s:loc", "", NAMES) for node in fed.root(path)]


def news(room: Newsroom, now: datetime = NOON) -> list[str]:
    """The addresses in the news sitemap of a site that is built at *now*."""
    outcome = built(room.root, now)
    assert 0 == outcome.status, outcome.told
    return located(room.root / "public/news-sitemap.xml")


@pytest.mark.needs("xmllint")
def test_S1_sitemaps_are_split(room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more addresses, or bytes, than a file may have, there is an index; nothing is lost or told twice."""
    assert 0 == built(room.root).status
    whole = located(room.root / "public/sitemap.xml")
    for limit, value in (("MOST_URLS", 7), ("MOST_BYTES", 2048)):
        with monkeypatch.context() as patched:
            patched.setattr(f"sitegen.plan.{limit}", value)
            assert 0 == built(room.root, cache=False).status
        index = room.root / "public/sitemap.xml"
        assert "" == judged(index, "siteindex.xsd", tmp_path)
        files = [room.root / "public" / urlsplit(address).path[1:] for address in located(index)]
        assert [f"sitemap-{number}.xml" for number in range(1, len(files) + 1)] == [path.name for path in files]
        assert len(files) > 2
        assert sorted(whole) == sorted(address for path in files for address in located(path))
        for path, entry in zip(files, fed.root(index), strict=True):
            assert "" == judged(path, "sitemap.xsd", tmp_path)
            assert path.stat().st_size <= 2048 if limit == "MOST_BYTES" else 0 < len(located(path)) <= 7
            moments = [text for node in fed.root(path) for text in texts(node, "s:lastmod")]
            assert texts(entry, "s:lastmod") == ([max(moments)] if moments else [])
    assert 0 == built(room.root).status
    assert whole == located(room.root / "public/sitemap.xml")
    assert ((0, 50_000), (50_000, 50_001)) == parts([1] * 50_001, 50_000, 10**9)
    assert ((0, 2), (2, 3), (3, 4)) == parts([40, 60, 1, 900], 50_000, 100)


@pytest.mark.needs("xmllint")
def test_S2_sitemaps_have_their_schema(site: Published, tmp_path: Path) -> None:
    """A sitemap at the root is valid, and every address is whole, of this site, and answered by a page."""
    assert "" == judged(site.folder / "sitemap.xml", "sitemap.xsd", tmp_path)
    assert "" != judged(site.folder / "feed.xml", "sitemap.xsd", tmp_path)
    found = located(site.folder / "sitemap.xml")
    assert len(found) > 20
    assert all(address.startswith(f"{site.url}/") and site.file(address) for address in found)
    assert sorted(set(found)) == sorted(found)


def test_S3_lastmod_is_the_last_real_update(site: Published) -> None:
    """It has an offset, and is the story's own; a list, of which nobody knows when it changed, has none."""
    found = {
        node.findtext("s:loc", "", NAMES): texts(node, "s:lastmod") for node in fed.root(site.folder / "sitemap.xml")
    }
    assert ["2026-06-12T15:00:00+00:00"] == found[f"{site.url}/2026/06/bare/"]
    assert ["2026-06-14T02:00:00+00:00"] == found[f"{site.url}/2026/06/everybody/"]
    assert [] == found[f"{site.url}/tags/"]


def test_S4_only_what_may_be_found_is_listed(site: Published) -> None:
    """No page that asks not to be indexed, is a copy, or only redirects; no priority and no frequency."""
    listed = set(located(site.folder / "sitemap.xml"))
    for path in site.files("*.html"):
        page = dom.parsed(path.read_text(encoding="utf-8"))
        hidden = any("noindex" in text for text in dom.meta(page, "robots"))
        canonical = [each.get("href") for each in dom.elements(page) if each.get("rel") == "canonical"]
        may_be_found = not hidden and bool(site.document(path).kind) and canonical[0].startswith(site.url)
        assert may_be_found == bool(set(canonical) & listed), path
    data = (site.folder / "sitemap.xml").read_text(encoding="utf-8")
    assert "priority" not in data
    assert "changefreq" not in data


def test_S5_robots_name_the_sitemaps(site: Published) -> None:
    """Both of them, with their whole addresses; a crawler that starts at robots.txt finds every story."""
    lines = (site.folder / "robots.txt").read_text(encoding="utf-8").splitlines()
    named = [line.removeprefix("Sitemap: ") for line in lines if line.startswith("Sitemap: ")]
    assert [f"{site.url}/sitemap.xml", f"{site.url}/news-sitemap.xml"] == named
    tree = sitemap_tree_for_homepage(f"{site.url}/", Files(site), use_known_paths=False, normalize_homepage_url=False)
    assert set(located(site.folder / "sitemap.xml")) == {page.url for page in tree.all_pages()}


@pytest.mark.needs("xmllint")
def test_N1_news_sitemaps_have_their_form(site: Published, tmp_path: Path) -> None:
    """Each address has one news:news with publication, date and title, as another reader finds them."""
    path = site.folder / "news-sitemap.xml"
    assert "" == judged(path, "sitemap.xsd", tmp_path)
    for node in fed.root(path):
        (story,) = node.findall("news:news", NAMES)
        names = [child.tag for child in story]
        assert [f"{{{NAMES['news']}}}{name}" for name in ("publication", "publication_date", "title")] == names
    tree = sitemap_tree_for_homepage(f"{site.url}/", Files(site), use_known_paths=False, normalize_homepage_url=False)
    read = {page.url: page.news_story for page in tree.all_pages() if page.news_story}
    assert set(located(path)) == set(read)
    assert {"The <Kinds> & Others"} == {story.publication_name for story in read.values()}


def test_N2_stories_of_two_days(room: Newsroom) -> None:
    """A story is there from its publication until two days later, to the second; then the file is empty."""
    address = f"{HOME}/2026/06/story-a/"
    room.change("a", published="2026-06-14T09:00:00Z")
    start, end = datetime(2026, 6, 14, 9, tzinfo=UTC), datetime(2026, 6, 16, 9, tzinfo=UTC)
    second = timedelta(seconds=1)
    found = [news(room, at) for at in (start - second, start, end - second, end)]
    assert [[], [address], [address], []] == found


def test_N3_news_sitemaps_are_split(room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More stories than a file may have are in several, which an index names."""
    for name in "abcde":
        room.change(name, published=f"2026-06-15T0{'abcde'.index(name)}:00:00Z")
    whole = news(room)
    monkeypatch.setattr("sitegen.plan.MOST_NEWS", 2)
    monkeypatch.setattr("sitegen.render.machine.MOST_NEWS", 2)
    assert 0 == built(room.root, cache=False).status
    index = room.root / "public/news-sitemap.xml"
    files = located(index)
    assert [f"{HOME}/news-sitemap-{number}.xml" for number in (1, 2, 3)] == files
    assert "" == judged(index, "siteindex.xsd", tmp_path)
    pages = [located(room.root / "public" / address.rpartition("/")[2]) for address in files]
    assert ([2, 2, 1], whole) == ([len(page) for page in pages], [address for page in pages for address in page])


def test_N4_the_date_is_that_of_publication(room: Newsroom) -> None:
    """Neither an update, nor a correction, nor the build changes it."""
    note = {"date": "2026-06-15T11:00:00Z", "text": "Wrong."}
    room.change("a", published="2026-06-14T09:00:00Z", updated="2026-06-15T10:00:00Z", corrections=[note])
    assert 1 == len(news(room))
    (node,) = fed.root(room.root / "public/news-sitemap.xml")
    (story,) = node.findall("news:news", NAMES)
    assert ["2026-06-14T09:00:00+00:00"] == texts(story, "news:publication_date")
    assert ["2026-06-15T11:00:00+00:00"] == texts(node, "s:lastmod")


def test_N5_name_and_language(room: Newsroom) -> None:
    """The name of the paper has no parentheses, the language no country; but Chinese has its script."""
    settings = (room.root / "site.yaml").read_text(encoding="utf-8")
    room.write("site.yaml", settings.replace("Harbor Wire", "Harbor (daily) Wire (a (EN))") + "lang: en-GB\n")
    languages = {"a": "zh-Hans", "b": "zh-Hant", "c": "pt-BR", "d": None, "e": "zh-TW"}
    for name, lang in languages.items():
        room.change(name, published=f"2026-06-15T0{'edcba'.index(name)}:00:00Z", lang=lang)
    news(room)
    found = list(fed.root(room.root / "public/news-sitemap.xml").iter(f"{{{NAMES['news']}}}publication"))
    assert ["zh-cn", "zh-tw", "pt", "en", "zh-tw"] == [text for node in found for text in texts(node, "news:language")]
    assert {"Harbor Wire"} == {text for node in found for text in texts(node, "news:name")}


def test_N6_only_news_of_ours(room: Newsroom) -> None:
    """The headline is the page's; what is paid for, from elsewhere, withdrawn or hidden from search is not listed."""
    out = {"published": "2026-06-15T09:00:00Z"}
    room.change("a", **out, title="A <b> & more")
    room.change("b", **out, kind="sponsored")
    room.change("c", **out, syndicated={"from": "Coast Radio", "url": "https://coast.example/c"})
    room.change("d", **out, noindex=True)
    room.change("e", **out, corrections=[{"date": "2026-06-15T10:00:00Z", "text": "No.", "kind": "retraction"}])
    room.change("f", **out, canonical="https://other.example/f")
    assert [f"{HOME}/2026/06/a-b-and-more/"] == news(room)
    (story,) = fed.root(room.root / "public/news-sitemap.xml").iter(f"{{{NAMES['news']}}}news")
    assert ["A <b> & more"] == texts(story, "news:title")
