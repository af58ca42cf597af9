"""Stories that first appeared elsewhere: credited for readers, and no original for search engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import dom
from support.building import built
from support.workspace import SITE, Workspace

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "2026/06/whale/index.html"
OWN = "https://harbourwire.example/2026/06/whale/"
ORIGIN = "https://coast.example/whale"
THEIRS = f"syndicated: {{from: Coast Radio, url: {ORIGIN}}}\n"


def site(folder: Path, front: str, setting: str = "") -> Workspace:
    """A site with a story that has *front*."""
    found = Workspace(folder / "site")
    found.write("site.yaml", SITE + setting)
    found.write("content/whale.md", f"---\ntitle: Whale\npublished: 2026-06-12\n{front}---\nA whale.\n")
    assert (0, ()) == ((outcome := built(found.root)).status, outcome.told)
    return found


@pytest.mark.parametrize(
    ("front", "setting", "canonical", "is_hidden"),
    [
        (THEIRS, "", OWN, True),
        (THEIRS, "syndicated: noindex\n", OWN, True),
        (THEIRS, "syndicated: canonical\n", ORIGIN, False),
        ("syndicated: Coast Radio\n", "syndicated: canonical\n", OWN, True),
        (THEIRS + "canonical: https://other.example/\n", "", "https://other.example/", False),
        (THEIRS + "noindex: true\n", "syndicated: canonical\n", OWN, True),
        ("", "", OWN, False),
        ("", "syndicated: canonical\n", OWN, False),
    ],
)
def test_the_site_chooses(tmp_path: Path, front: str, setting: str, canonical: str, is_hidden: bool) -> None:  # noqa: FBT001
    """A copy is left out of search, or names its original; what the story itself says goes before the site's choice."""
    found = site(tmp_path, front, setting)
    root = dom.parsed(found.read(PAGE))
    links = [each.get("href") for each in dom.elements(root) if each.get("rel") == "canonical"]
    assert [canonical] == links
    assert is_hidden == dom.meta(root, "robots")[0].startswith("noindex")
    is_ours = not is_hidden and canonical == OWN
    assert is_ours == (OWN in found.read("sitemap.xml"))


@pytest.mark.parametrize("key", ["from", "name"])
def test_the_credit(tmp_path: Path, key: str) -> None:
    """Readers are told where the story first appeared, with a link: on its page and in the feed."""
    found = site(tmp_path, THEIRS.replace("from", key))
    credit = dom.of_class(dom.parsed(found.read(PAGE)), "syndicated")
    assert ("First published by Coast Radio", ORIGIN) == (dom.words(credit), dom.one(credit, "a").get("href"))
    assert "First published by Coast Radio" in found.read("feed.xml")
    assert f"<dc:source>{ORIGIN}</dc:source>" in found.read("feed.xml")
    assert "<source" not in found.read("feed.xml")


def test_the_feed_of_the_original(tmp_path: Path) -> None:
    """RSS names it where it is known."""
    found = site(tmp_path, THEIRS.replace("}", ", feed: https://coast.example/rss}"))
    assert '<source url="https://coast.example/rss">Coast Radio</source>' in found.read("feed.xml")


def test_the_original_as_source(tmp_path: Path) -> None:
    """An address that is credited already is not told again."""
    page = site(tmp_path, f"{THEIRS}source: {ORIGIN}\n").read(PAGE)
    assert 'class="source"' not in page


def test_readers_find_it_in_lists(tmp_path: Path) -> None:
    """A copy that search engines leave out is on the home page like any other story."""
    assert "Whale" in site(tmp_path, THEIRS).read("index.html")
