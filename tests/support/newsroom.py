"""A small site as a newsroom has it, whose files a test edits."""

from __future__ import annotations

import base64
import json
import os
import shutil
import struct
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

PICTURE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A picture of one pixel."""


def picture(words: str) -> bytes:
    """A picture of one pixel with *words* in it, as its notice of copyright, which stays where it is published."""
    chunk = b"tEXtCopyright\0" + words.encode()
    return (
        PICTURE[:-12] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + PICTURE[-12:]
    )


SITE: Final = """\
title: Harbor Wire
url: https://harborwire.example
timezone: Asia/Seoul
sections: [news, sport]
paginate: 2
feed_limit: 4
"""
AUTHORS: Final = """\
ana:
  name: Ana Ruiz
  bio: Ana covers the harbor.
cy:
  name: Cy Oh
"""
SPECIAL: Final = """\
{% extends "article.html" %}
{% block header %}<p>{{ data.numbers.boats }} boats, {{ site.by_tag("harbor")|length }} stories</p>{% endblock %}
{% block main %}{{ super() }}{% include "partials/note.html" %}{% endblock %}
"""
TAG: Final = """\
{% extends "theme/tag.html" %}
{% block header %}{% for story in site.latest(2) %}<p>{{ story.title }}</p>{% endfor %}{% endblock %}
"""
NOTE: Final = "<p>A note of ours.</p>\n"
NUMBERS: Final = "boats: 3\n"

FILES: Final = {
    "site.yaml": SITE,
    "content/authors.yaml": AUTHORS,
    "content/data/numbers.yaml": NUMBERS,
    "content/pages/about.md": "---\ntitle: About us\n---\n\nWe [report](../a.md).\n",
    "layouts/special.html": SPECIAL,
    "layouts/tag.html": TAG,
    "layouts/partials/note.html": NOTE,
    "static/robots-of-ours.txt": "be kind\n",
}
"""What the site consists of beside stories."""

Fields = dict[str, object]
"""The front matter of a story."""


def story(fields: Fields, body: str) -> str:
    """The text of a story: each field as JSON, which is YAML too."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    return "\n".join(["---", *lines, "---", "", body, ""])


def path_of(name: str) -> str:
    """Where the story called *name* lies; ``f`` is a folder with a picture."""
    return "content/f/index.md" if name == "f" else f"content/{name}.md"


class Newsroom:
    """The sources of a site in the folder *root*, and what is known of its stories."""

    def __init__(self, root: Path) -> None:
        """Start with six stories, one of which is a folder."""
        self.root = root
        self.stories: dict[str, tuple[Fields, str]] = {}
        for path, text in FILES.items():
            self.write(path, text)
        self.write_bytes("content/f/pier.png", PICTURE)
        for day, name in enumerate("abcdef", 1):
            fields: Fields = {
                "title": f"Story {name}",
                "published": f"2026-06-{day:02}T09:00:00+09:00",
                "tags": ["harbor"] if day % 2 else ["weather", "harbor"],
                "section": "news" if day < 4 else "sport",
                "authors": ["ana"] if day % 3 else ["cy", "Bo Li"],
            }
            body = f"The *text* of {name}.\n\n## A heading\n\nSee [the first](/2026/06/story-a/)."
            self.put(name, fields, body)
        self.put("f", self.stories["f"][0], "See [a](../a.md#a-heading).\n\n![The pier](pier.png)")
        self.put("b", self.stories["b"][0] | {"layout": "special.html"}, "See [c](c.md), and [f](f/index.md).")

    def write(self, path: str, text: str) -> None:
        """Make the file at *path* say *text*."""
        self.write_bytes(path, text.encode())

    def write_bytes(self, path: str, data: bytes) -> None:
        """Make the file at *path* hold *data*."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def remove(self, path: str) -> None:
        """Remove the file at *path*, if it is there, and its folder if nothing is left in it."""
        target = self.root / path
        target.unlink(missing_ok=True)
        if target.parent != self.root and target.parent.is_dir() and not any(target.parent.iterdir()):
            target.parent.rmdir()

    def put(self, name: str, fields: Fields, body: str) -> None:
        """Write the story called *name*; a field that is None is left out."""
        fields = {key: value for key, value in fields.items() if value is not None}
        self.stories[name] = fields, body
        self.write(path_of(name), story(fields, body))

    def change(self, name: str, **fields: object) -> None:
        """Change fields of a story."""
        known, body = self.stories[name]
        self.put(name, known | fields, body)

    def drop(self, name: str) -> None:
        """Delete a story."""
        self.stories.pop(name, None)
        self.remove(path_of(name))

    def sources(self) -> dict[str, bytes]:
        """All sources, by their path."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for folder in ("content", "layouts", "static")
            for path in (self.root / folder).rglob("*")
            if path.is_file()
        } | {"site.yaml": (self.root / "site.yaml").read_bytes()}

    def restore(self, sources: dict[str, bytes], stories: dict[str, tuple[Fields, str]]) -> None:
        """Make the sources what they were: a file that did not change is not touched."""
        for path in set(self.sources()) - set(sources):
            self.remove(path)
        for path, data in sources.items():
            if not (self.root / path).is_file() or (self.root / path).read_bytes() != data:
                self.write_bytes(path, data)
        self.stories = dict(stories)

    def overwrite_unseen(self, path: str, data: bytes) -> None:
        """Write *data* and give the file its old time back, as some tools do."""
        target = self.root / path
        was = target.stat()
        target.write_bytes(data)
        os.utime(target, ns=(was.st_atime_ns, was.st_mtime_ns))

    def gone(self) -> None:
        """Remove the site."""
        shutil.rmtree(self.root, ignore_errors=True)
