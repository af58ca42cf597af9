"""A site with a story of each kind, and of all that a story can say, for tests that judge every output together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from sitegen.model.article import Kind
from support.newsroom import PICTURE, Fields, story

if TYPE_CHECKING:
    from pathlib import Path

URL: Final = "https://kinds.example/wire"
NOW: Final = "2026-06-15T03:00:00Z"

SITE: Final = f"""\
title: The <Kinds> & Others
url: {URL}
timezone: Asia/Seoul
lang: en-GB
summary: One of each.
sections: [news, {{id: desk, title: "The Desk's"}}]
tags: {{C++: {{summary: A language.}}}}
publisher:
  name: Kinds & Sons
  logo: /logo.png
  policies:
    corrections: /policies/
    ethics: /policies/
    masthead: /authors/
    ownership: https://owner.example/
    verification: /policies/
    sources: /policies/
    feedback: /policies/
    diversity: /policies/
    mission: /policies/
    bylines: /policies/
    principles: /policies/
    privacy: /policies/
    nowhere: /not-there/
feeds:
  lists: [atom, json]
  hubs: ["https://hub.example/?a=1&b=2"]
  partners:
    herald:
      title: For the <Herald>
      tags: [harbor]
      pictures: [bo *]
      credit: First in Kinds & Sons.
    short:
      sections: [news, desk]
      delay: 2 hours
      text: summary
"""
AUTHORS: Final = """\
ana:
  name: Ana Ruiz
  role: harbor reporter
  email: ana.ruiz@kinds.example
  bio: "Ana covers the *harbor* & the sea.\\n\\nShe has a boat."
  picture: /ana.png
  url: https://ana.example/
  links: {Mastodon: "https://social.example/@ana", Photos: "https://photos.example/ana?a=1&b=2"}
bo:
  name: Bo O'Li
  email: bo@kinds.example
"""
POLICIES: Final = "---\ntitle: Policies\nsummary: What we stand by.\n---\n\nWrite to <desk@kinds.example>.\n"

PIER: Final[Fields] = {"src": "/pier.png", "alt": "The pier", "caption": "The pier, at noon.", "credit": "Bo O'Li"}
FULL: Final[Fields] = {
    "authors": [
        "bo",
        {
            "name": "ليلى حداد",
            "role": "photographer",
            "email": "layla@elsewhere.example",
            "url": "https://layla.example/",
        },
        "ana",
        "Cy Oh",
    ],
    "partner": {"name": "the Coast Herald", "url": "https://herald.example/"},
    "summary": 'A "summary" & more.',
    "section": "desk",
    "tags": ["C++", "harbor"],
    "image": PIER,
    "dateline": "BUSAN",
    "corrections": [
        {"date": "2026-06-14T10:00:00+09:00", "text": "It was Monday, not Sunday."},
        {"date": "2026-06-14T11:00:00+09:00", "text": "The pier is one of two.", "kind": "clarification"},
        {"date": "2026-06-14T12:00:00+09:00", "text": "The mayor has answered.", "kind": "update"},
    ],
    "updated": "2026-06-14T12:30:00+09:00",
    "expires": "2027-01-01",
    "syndicated": {
        "name": "The First Paper",
        "url": "https://first.example/story",
        "feed": "https://first.example/rss?a=1&b=é",
    },
}
"""All that a story can say."""

MORE: Final[dict[str, Fields]] = {
    "bare": {"published": "2026-06-13"},
    "everybody": {"email": "all@kinds.example", "authors": ["ana", "bo"], "partner": "a friend", "image": PIER},
    "alone": {"email": "desk+1%@kinds.example", "authors": ["bo"], "source": "https://policeé.example/é?a=1&b=2"},
    "one-of-two": {"email": "BO@kinds.example", "authors": ["ana", "bo"], "source": "notes, seen https://zx.example"},
    "copy": {"canonical": "https://first.example/copied", "authors": ["bo"]},
    "korean": {"lang": "ko", "authors": ["ana", "bo"], "partner": "해안 신문", "tags": ["harbor"], "section": "news"},
    "elsewhere": {"image": {"src": "https://pictures.example/1.jpg", "alt": "A boat"}, "summary": "Seen from afar."},
    "withdrawn": {
        "authors": ["Somebody Else"],
        "summary": "ZXWITHDRAWN",
        "source": "https://police.example/ZXWITHDRAWN",
        "corrections": [{"date": "2026-06-14", "text": "It was all wrong.", "kind": "retraction"}],
    },
}
"""Stories that say something else, by their names."""

LIVE: Final = """\
It begins.

::: entry 2026-06-14 09:30 The <pier> & the sea
It is closed.
:::

::: entry 2026-06-14 11:30
It is *open* again.
:::
"""
"""The text of a live story."""

MARKUP: Final = """\
A [list](/tags/harbor/), a [page](pages/policies.md), [a place](#below) and a note.[^1]

<p><img src="/pier.png" srcset="/pier.png 1x, /logo.png 2x" width="1" height="1" alt="Twice"></p>

<picture><source srcset="/ana.png" media="(min-width: 1px)"><img src="/pier.png" alt="One"></picture>

<video src="/film.mp4" poster="/logo.png" controls></video>

<blockquote cite="/policies/"><p>What we <q cite="/policies/">stand</q> by.</p></blockquote>

<p>It was <del cite="/policies/" datetime="2026-06-14">Sunday</del> <ins cite="/policies/">Monday</ins>.</p>

<p onclick="alert(1)" style="color: red">Red</p>

<script>alert(1)</script>

![The pier](pier.png "Below it."){credit="Bo O'Li"}

![The other pier](/logo.png "By an agency."){credit="An Agency"}

## Below

::: factbox Facts
- One, and a table:

| a | b |
|---|---|
| 1 | 2 |
:::

[^1]: The note.
"""
"""A text with an address in every attribute that can have one, and with what no feed may carry."""


def write(folder: Path) -> None:
    """Write the site into *folder*."""
    (folder / "content/pages").mkdir(parents=True)
    (folder / "static").mkdir()
    for name in ("logo", "pier", "ana"):
        (folder / f"static/{name}.png").write_bytes(PICTURE)
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")
    (folder / "content/authors.yaml").write_text(AUTHORS, encoding="utf-8")
    (folder / "content/pages/policies.md").write_text(POLICIES, encoding="utf-8")
    for hour, kind in enumerate(get_args(Kind)):
        put(folder, kind, {**FULL, "title": f"A story of kind {kind}", "kind": kind}, hour, LIVE * (kind == "live"))
    for hour, (name, fields) in enumerate(MORE.items(), 10):
        put(folder, name, {"title": f"The story {name}", **fields}, hour)
    (folder / "static/film.mp4").write_bytes(b"film")
    (folder / "content/pier.png").write_bytes(PICTURE)
    put(folder, "marked-up", {"title": "The story marked up", "tags": ["harbor"], "authors": ["bo"]}, 20, MARKUP)


def put(folder: Path, name: str, fields: Fields, hour: int = 0, body: str = "") -> None:
    """Write the story called *name*, published at *hour*."""
    known = {"published": f"2026-06-14T{hour:02}:00:00+09:00", "slug": name} | fields
    text = body or f"The text of {name}.\n\nWrite to tips@kinds.example, or <press@kinds.example>.\n"
    (folder / f"content/{name}.md").write_text(story(known, text), encoding="utf-8")
