"""Every address has exactly one owner: a build fails just when two sources want one, and names them."""

from __future__ import annotations

import json
import tempfile
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from support.building import built, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

SITE: Final = """\
title: Harbor Wire
url: https://harborwire.example
timezone: UTC
permalink: /{slug}/
sections: [news]
feeds: {partners: {coast: {formats: [atom]}}}
"""
WORDS: Final = st.sampled_from(["pier", "dock", "news", "straße", "strasse", "café", "cafe\u0301", "부산"])
ALIASES: Final = st.sampled_from(
    [
        *("/pier/", "/Pier/", "/dock.html", "/old/", "/old/deep/", "/news/", "/tags/pier/", "/tags/dock/feed.xml"),
        *("/authors/ana/", "/archive/2026/", "/pier/index.html", "/straße/", "/feed.xml", "/2026/", "/about/"),
        *("/café/", "/cafe%CC%81/", "/news/atom.xml", "/feeds/coast/", "/feeds/coast/feed.xml"),
    ]
)
FILES: Final = st.sampled_from(
    [
        *("pier", "pier/index.html", "Pier/index.html", "DOCK/extra.txt", "old", "old/index.html", "news/page"),
        *("tags/pier/index.html", "tags", "feed.xml", "Feed.XML", "robots.txt", "café/index.html", "favicon.svg"),
        *("cafe\u0301/index.html", "authors/ana/feed.xml", "index.html", "404.html", "부산/index.html", "_redirects"),
        *(
            "old/deep/picture.png",
            "assets/ours.css",
            "_headers",
            "feed.json",
            "news-sitemap.xml",
            "feeds/coast/atom.xml",
            "feeds",
        ),
    ]
)


class Story(Struct, frozen=True):
    """A story as the model has it."""

    slug: str
    tags: tuple[str, ...]
    aliases: tuple[str, ...]
    section: str
    author: str


class Site(Struct, frozen=True):
    """A site as the model has it: stories, the slugs of its pages, its static files."""

    stories: tuple[Story, ...]
    pages: tuple[str, ...]
    static: tuple[str, ...]


def some(strategy: st.SearchStrategy[str], most: int) -> st.SearchStrategy[tuple[str, ...]]:
    """A few different values, different also when folded."""
    return st.lists(strategy, max_size=most, unique_by=folded).map(tuple)


def plain(alias: str) -> str:
    """An alias as it is stored, decoded and composed."""
    return alias.replace("e%CC%81", "é")


def folded(name: str) -> str:
    """What is one name on some disk."""
    return normalize("NFC", normalize("NFD", name).casefold())


STORIES: Final = st.builds(
    Story,
    slug=WORDS,
    tags=some(st.sampled_from(["pier", "dock"]), 2),
    aliases=st.lists(ALIASES, max_size=2, unique_by=lambda alias: folded(plain(alias))).map(tuple),
    section=st.sampled_from(["", "news"]),
    author=st.sampled_from(["", "ana"]),
)
SITES: Final = st.builds(
    Site,
    stories=st.lists(STORIES, min_size=1, max_size=4).map(tuple),
    pages=some(st.sampled_from(["about", "pier", "old"]), 2),
    static=some(FILES, 3),
)


FEEDS: Final = ("feed.xml", "atom.xml", "feed.json")
FIXED: Final = (
    *("index.html", *FEEDS, "404.html", "robots.txt", "sitemap.xml", "news-sitemap.xml", "archive/index.html"),
    *("corrections/index.html", "corrections/feed.xml", "feeds/coast/feed.xml", "feeds/coast/atom.xml"),
)
"""What every site has."""


def wanted(site: Site) -> Iterator[tuple[str, str]]:
    """Each file that the site would publish, and its owner's name in messages: a path or, for lists, a word."""
    for each in FIXED:
        yield each, ""
    if "_headers" not in site.static:
        yield "_headers", ""
    for number, story in enumerate(site.stories):
        yield f"{slug(story.slug)}/index.html", f"content/s{number}.md"
        for alias in redirected(story):
            target = alias.removeprefix("/")
            yield target + "index.html" if target.endswith("/") else target, f"content/s{number}.md"
    for page in site.pages:
        yield f"{page}/index.html", f"content/pages/{page}.md"
    for name in site.static:
        yield name, f"static/{name}"
    yield from lists(site)


def lists(site: Site) -> Iterator[tuple[str, str]]:
    """The files of sections, tags, authors and the archive."""
    for each in ("news", "archive/2026", "archive/2026/06"):
        yield f"{each}/index.html", ""
    yield from ((f"news/{each}", "") for each in FEEDS)
    tags = {tag for story in site.stories for tag in story.tags}
    authors = {story.author for story in site.stories if story.author}
    for folder, names in (("tags", tags), ("authors", authors)):
        if names:
            yield f"{folder}/index.html", ""
        for name in names:
            yield f"{folder}/{name}/index.html", ""
            yield f"{folder}/{name}/feed.xml", ""
    if any(map(redirected, site.stories)):
        yield "_redirects", ""


def redirected(story: Story) -> list[str]:
    """The aliases of a story that are not its own address."""
    return [alias for alias in map(plain, story.aliases) if alias != f"/{slug(story.slug)}/"]


def slug(word: str) -> str:
    """The slug of one of the words used here."""
    return folded(word)


def clashes(site: Site) -> list[tuple[str, str]]:
    """The pairs of owners that want one place, or of which one wants a folder where the other wants a file."""
    pairs = combinations([(folded(file), owner) for file, owner in wanted(site)], 2)
    return [
        (owner, other)
        for (file, owner), (beside, other) in pairs
        if file == beside or file.startswith(beside + "/") or beside.startswith(file + "/")
    ]


def write(site: Site, root: Path) -> None:
    """Write the site into *root*."""
    (root / "content/pages").mkdir(parents=True)
    (root / "site.yaml").write_text(SITE)
    for number, story in enumerate(site.stories):
        fields: dict[str, object] = {"title": f"Story {number}", "published": "2026-06-01", "slug": story.slug}
        fields |= {"tags": story.tags, "aliases": story.aliases}
        fields |= {"section": story.section} if story.section else {}
        fields |= {"authors": [story.author]} if story.author else {}
        head = "\n".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items())
        (root / f"content/s{number}.md").write_text(f"---\n{head}\n---\n\nText.\n")
    for page in site.pages:
        (root / f"content/pages/{page}.md").write_text(f"---\ntitle: {page}\n---\n\nText.\n")
    for name in site.static:
        (root / "static" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "static" / name).write_text("static")


def can_be_written(site: Site) -> bool:
    """Whether a disk can hold the static files: none of them is a folder for another."""
    return not any(two.startswith(one + "/") for one in site.static for two in site.static)


@given(site=SITES.filter(can_be_written))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_address_has_one_owner(site: Site) -> None:
    """A build fails exactly when two sources want one place, naming both; else it makes exactly what is wanted."""
    with tempfile.TemporaryDirectory(prefix="sitegen-test-") as folder:
        root = Path(folder)
        write(site, root)
        outcome = built(root, cache=False)
        found = clashes(site)
        assert bool(found) == (outcome.summary is None), outcome.told
        told = "\n".join(outcome.told)
        for owner in {owner for pair in found for owner in pair}:
            assert owner in told
        if not found:
            public = {path for path, (mode, _) in tree(root / "public").items() if mode & 0o170000 == 0o100000}
            ours = {path for path in public if not path.startswith("assets/app.") and path != ".sitegen-output"}
            assert {file for file, _ in wanted(site)} == ours
