"""Articles to build sites of: real ones, read from a folder and multiplied until there are enough.

The same folder and number give the same articles on every machine, in every run.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import yaml
from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DESK: Final = 5_000
"""So many articles share their subjects and authors; the next have others, as a paper that grows takes up new ones."""

_NEWEST: Final = datetime(2024, 6, 1, 12, tzinfo=UTC)
_BETWEEN: Final = timedelta(hours=3)
_FRONT_MATTER: Final = re.compile(r"\A---\n(.*?\n)---\n(.*)\Z", re.DOTALL)
# A copy has none of the files around the original, so what it links to and shows is somewhere else.
_RELATIVE: Final = re.compile(
    r"""(\]\(<?|(?:src|href)=["']|^\[[^\]^]+\]:[ ]+)(?![a-z][a-z0-9+.-]*:|//|\#|[ )"'])/?""",
    re.MULTILINE | re.IGNORECASE,
)
_BOX: Final = re.compile(r"^:::.*\n?", re.MULTILINE)


class Article(Struct, frozen=True, kw_only=True):
    """A story as each tool is given it; *body* is Markdown, the rest plain text."""

    slug: str
    title: str
    published: datetime
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    summary: str
    body: str

    @property
    def folder(self) -> str:
        """Where its file is: a folder a month."""
        return f"{self.published:%Y/%m}"


def read(folder: Path) -> tuple[Article, ...]:
    """The articles in the Markdown files of *folder*, by path; a file without front matter or a title is none."""
    found = (_read(path) for path in sorted(folder.rglob("*.md")))
    return tuple(article for article in found if article)


def multiplied(originals: tuple[Article, ...], number: int) -> tuple[Article, ...]:
    """*number* articles made of *originals*, newest first: no two share title, slug, time or text."""
    return tuple(_copy(originals[at % len(originals)], at) for at in range(number))


def skewed(articles: tuple[Article, ...]) -> tuple[Article, ...]:
    """*articles* with the tags that a list is slowest with: some of 5,000 stories, and as many as can be of two."""
    return tuple(
        replace(article, tags=(f"region {at // 5_000 + 1}", f"case {at // 2 + 1}"))
        for at, article in enumerate(articles)
    )


def _read(path: Path) -> Article | None:
    parts = _FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    keys: dict[str, Any] = (parts and yaml.safe_load(parts[1])) or {}
    if not parts or "title" not in keys:
        return None
    body = _shared(parts[2])
    summary = keys.get("summary") or " ".join(islice(_words(body), 30))
    return Article(
        slug="-".join(_words(path.parent.name if path.stem == "index" else path.stem)),
        title=" ".join(str(keys["title"]).split()),
        published=_NEWEST,
        authors=tuple(_names(keys.get("authors") or "newsroom", str.title)),
        tags=tuple(_names(keys.get("tags") or "news", str.lower)),
        summary=" ".join(str(summary).split()),
        body=body,
    )


def _copy(original: Article, at: int) -> Article:
    desk = at // DESK + 1
    return replace(
        original,
        slug=f"{original.slug}-{at + 1}",
        title=f"{original.title} ({at + 1})",
        published=_NEWEST - at * _BETWEEN,
        authors=tuple(f"{name} {desk}" for name in original.authors),
        tags=tuple(f"{name} {desk}" for name in original.tags),
        body=f"{original.body.rstrip()}\n\nThis is story number {at + 1}.\n",
    )


def _shared(body: str) -> str:
    """*body* without what means something to one tool alone: boxes, braces that call templates, files beside it."""
    plain = _BOX.sub("", body).replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #")
    return _RELATIVE.sub(r"\1https://elsewhere.example/", plain)


def _names(value: object, spell: Callable[[str], str]) -> Iterator[str]:
    """Names in a list or a text with commas: letters, digits, spaces, of which every tool makes an address."""
    entries = value if isinstance(value, list) else str(value).split(",")
    names = (entry.get("name", "") if isinstance(entry, dict) else str(entry) for entry in entries)
    spelled = (" ".join(_words(spell(name))) for name in names)
    yield from dict.fromkeys(filter(None, spelled))


def _words(text: str) -> Iterator[str]:
    return (match[0] for match in re.finditer(r"[^\W_]+", text))
