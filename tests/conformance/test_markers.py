"""Text that is hard to escape reads back as it was typed, in structured data, in cards and on the page."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import extruct

from support import dom
from support.newsroom import PICTURE, story
from support.published import built

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

HARD: Final = (
    *("&", "&amp;", "<", ">", '"', "'", "]]>", "</script>", "<!--", "\\u003c", "{{ 1 }}"),
    *("👩‍🚀", "ليلى", "שלום", "x\u0331"),
)
"""What must be escaped somewhere, and what some programs cut in two or turn around."""

FIELDS: Final = ("title", "summary", "author", "role", "partner", "alt", "caption", "credit", "dateline", "tag", "note")


def texts() -> list[dict[str, str]]:
    """For every two pieces, side by side, a story that has them in each of its fields; and one with all of them."""
    pairs = [first + second for first, second in product(HARD, HARD)]
    return [
        {field: f"{field} {number}{hard}{number} {field}" for field in FIELDS}
        for number, hard in enumerate((*pairs, "".join(HARD)))
    ]


def front(fields: dict[str, str], number: int) -> dict[str, object]:
    """The front matter of a story that says *fields*."""
    return {
        "title": fields["title"],
        "slug": f"story-{number}",
        "published": "2026-06-01T09:00:00+09:00",
        "summary": fields["summary"],
        "authors": [{"name": fields["author"], "role": fields["role"]}],
        "partner": {"name": fields["partner"]},
        "image": {name: fields[name] for name in ("alt", "caption", "credit")} | {"src": "/pier.png"},
        "dateline": fields["dateline"],
        "tags": [fields["tag"]],
        "corrections": [{"date": "2026-06-02", "text": fields["note"]}],
    }


def said(html: str) -> Iterator[tuple[str, object]]:
    """Each field, with what a place of the page *html* says of it."""
    found = extruct.extract(html, syntaxes=["json-ld", "opengraph"])
    data: dict[str, Any] = found["json-ld"][0]
    card = dict(found["opengraph"][0]["properties"])
    page = dom.parsed(html)
    yield from (("title", text) for text in (data["headline"], card["og:title"], dom.words(dom.one(page, "h1"))))
    yield "title", data["mainEntityOfPage"]["breadcrumb"]["itemListElement"][-1]["name"]
    yield from (("summary", text) for text in (data["description"], card["og:description"]))
    yield from (("author", text) for text in (data["author"][0]["name"], *dom.meta(page, "author")))
    yield "role", data["author"][0]["jobTitle"]
    yield from (("partner", text) for text in (data["contributor"]["name"], data["creditText"].removeprefix("With ")))
    yield from (("alt", text) for text in (card["og:image:alt"], *dom.meta(page, "twitter:image:alt")))
    yield from (("caption", data["image"]["caption"]), ("credit", data["image"]["creditText"]))
    yield from (("dateline", data["dateline"]), ("note", data["correction"][0]["text"]))
    yield from (("tag", text) for text in (*data["keywords"], card["article:tag"]))


def test_hard_text_reads_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each two pieces side by side, in each field of a story, are what they were to each reader."""
    site: Path = tmp_path_factory.mktemp("markers") / "site"
    (site / "content").mkdir(parents=True)
    (site / "static").mkdir()
    (site / "static/pier.png").write_bytes(PICTURE)
    configuration = {"title": "".join(HARD), "url": "https://markers.example", "timezone": "Asia/Seoul"}
    (site / "site.yaml").write_text(json.dumps(configuration, ensure_ascii=False), encoding="utf-8")
    expected = texts()
    for number, fields in enumerate(expected):
        text = story(front(fields, number), "Text.")
        (site / f"content/story-{number}.md").write_text(text, encoding="utf-8")
    published = built(site, site / "public", "https://markers.example", "2026-06-15T00:00:00Z")
    for number, fields in enumerate(expected):
        found = list(said((published.folder / f"2026/06/story-{number}/index.html").read_text(encoding="utf-8")))
        assert set(FIELDS) == {field for field, _ in found}
        assert [] == [(field, text) for field, text in found if fields[field] != text]
