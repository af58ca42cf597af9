"""Whatever a newsroom calls its stories, tags and people: every address of the site is answered, also below a path.

`SITEGEN_LONG=1` makes it long.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from support.building import built
from support.newsroom import PICTURE, story
from support.published import Published

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long

HOSTS: Final = st.sampled_from(["https://x.example", "https://x.example/microsite", "https://x.example/a/b"])
LETTERS: Final = st.characters(exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"])
NAMES: Final = st.one_of(
    st.text(LETTERS, min_size=1, max_size=12),
    st.text(" #%&+-./:?@\\_aA~äß한", min_size=1, max_size=8).map(lambda text: f"n{text}n"),
    st.sampled_from(
        ["C++", "C#", "100 %", "50%25", "a/b", "Tom & Jerry", "İstanbul", "부산항", "e\u0301te\u0301", "🎉", "page"]
    ),
)
SLUGS: Final = st.none() | st.text("abcß한_-1", min_size=1, max_size=6)
PICTURES: Final = st.sampled_from(
    ["pier.png", "my pier.png", "100%.png", "50%25.png", "부두.png", "a+b&c.png", "#1.png"]
)


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[dict[str, object], list[int], str]]:
    """Up to five stories: the front matter, which others the text links to, and a picture beside them all."""
    count = draw(st.integers(1, 5))
    others = st.lists(st.integers(0, count - 1), max_size=3)
    return [(draw(fields(number)), draw(others), draw(PICTURES)) for number in range(count)]


@st.composite
def fields(draw: st.DrawFn, number: int) -> dict[str, object]:
    """The front matter of story *number*."""
    drawn = {
        "title": draw(NAMES),
        "published": f"2026-0{draw(st.integers(1, 5))}-1{number}T09:00:00+09:00",
        "slug": draw(SLUGS),
        "tags": draw(st.lists(NAMES, max_size=3)) or None,
        "authors": [{"name": name} for name in draw(st.lists(NAMES, max_size=2))] or None,
        "aliases": [f"/old/{number}-{name}/" for name in draw(st.lists(SLUGS, max_size=1)) if name] or None,
        "section": draw(st.sampled_from([None, "news", "sport"])),
        "front": draw(st.sampled_from([None, "lead", 1, "hidden"])),
    }
    return {key: value for key, value in drawn.items() if value is not None}


def text_of(links: list[int], picture: str) -> str:
    """A text with a heading, a picture, and links to stories and to their headings."""
    lines = ["## A heading", "", f"![The pier](<{picture}>)", ""]
    for link in links:
        lines += [f"See [one](s{link}.md), [two](s{link}.md#a-heading), [three](<{picture}>).[^1]", ""]
    return "\n".join([*lines, "[Up](#a-heading).", "", "[^1]: A note." if links else ""])


@settings(
    max_examples=1000 if LONG else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(HOSTS, stories())
def test_every_address_is_answered(url: str, wanted: list[tuple[dict[str, object], list[int], str]]) -> None:
    """Links, anchors, pictures, redirects, feeds, sitemaps and structured data lead to what is there."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        (root / "content").mkdir(parents=True)
        (root / "site.yaml").write_text(
            f"title: Wire\nurl: {url}\ntimezone: Asia/Seoul\nsections: [news, sport]\npaginate: 2\n", encoding="utf-8"
        )
        for number, (front, links, picture) in enumerate(wanted):
            beside = picture.replace("%", "%25").replace("#", "%23")
            front["image"] = {"src": beside, "alt": "The pier"}
            (root / "content" / picture).write_bytes(PICTURE)
            (root / "content" / f"s{number}.md").write_text(story(front, text_of(links, beside)), encoding="utf-8")

        outcome = built(root, output=Path(folder) / "out")
        event("built" if outcome.summary else "refused")
        assume(outcome.summary)

        published = Published(Path(folder) / "out", url)
        assert [] == list(published.dead_links())
        assert [] == list(published.dead_addresses())


@pytest.mark.parametrize(("link", "line"), [("[b](b.md)", 6), ("[b](b.md#a-heading)", 8), ("![b](b.png)", 10)])
def test_removing_what_a_story_links_to_is_told_at_the_link(link: str, line: int, tmp_path: Path) -> None:
    """A story or picture that is gone is an error at the line of each text that leads to it."""
    (tmp_path / "content").mkdir()
    (tmp_path / "site.yaml").write_text("title: W\nurl: https://x.example\ntimezone: UTC\n", encoding="utf-8")
    front: dict[str, object] = {"title": "A", "published": "2026-06-01"}
    body = "\n" * (line - 6) + link
    (tmp_path / "content/a.md").write_text(story(front, body), encoding="utf-8")
    (tmp_path / "content/b.md").write_text(story(front | {"title": "B"}, "## A heading"), encoding="utf-8")
    (tmp_path / "content/b.png").write_bytes(PICTURE)
    first = built(tmp_path)
    assert (0, ()) == (first.status, first.told)

    for name in ("b.md", "b.png"):
        (tmp_path / "content" / name).unlink()

    told = built(tmp_path).told
    assert 1 == len(told)
    assert told[0].startswith(f"content/a.md:{line}:"), told
