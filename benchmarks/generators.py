"""The tools that are compared: how each is run, and how each is given the same site."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct

from benchmarks.corpus import Article
from benchmarks.workshop import put_aside

TEMPLATES: Final = Path(__file__).with_name("sites")


class Generator(Struct, frozen=True, kw_only=True):
    """A tool: below its site's folder, *posts* is where articles lie, *layout* what makes their pages.

    *output* is what it writes, *caches* what it keeps for the next build; *written* is an article as it is read,
    *arguments* are those of a build.
    """

    name: str
    arguments: tuple[str, ...]
    posts: str
    layout: str
    output: str
    caches: tuple[str, ...]
    written: Callable[[Article], str]

    def write(self, articles: Iterable[Article], site: Path) -> None:
        """Make the site of *articles* in *site*, a folder that must not exist."""
        shutil.copytree(TEMPLATES / self.name, site)
        for article in articles:
            self.put(article, site)

    def put(self, article: Article, site: Path) -> None:
        """Write the file of *article*, in place of an older one."""
        path = self.path(article, site)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.written(article), encoding="utf-8")

    def path(self, article: Article, site: Path) -> Path:
        """The file of *article*."""
        return site / self.posts / article.folder / f"{article.slug}.md"

    def change_layout(self, edition: int, site: Path) -> None:
        """Edit the layout of articles, so that each of their pages differs from any *edition* before."""
        path = site / self.layout
        layout = path.read_text(encoding="utf-8")
        changed, times = re.subn(r'<article class="story[^"]*">', f'<article class="story edition-{edition}">', layout)
        if times != 1:
            raise ValueError(f"{path}: has no article element to edit")
        path.write_text(changed, encoding="utf-8")

    def clean(self, site: Path) -> None:
        """Put aside what builds left."""
        for name in (self.output, *self.caches):
            put_aside(site / name, site.parent)


def _yaml(**keys: str | tuple[str, ...]) -> str:
    """A block of front matter; a JSON text is a YAML text, whatever stands in it."""
    return "".join(
        ("---\n", *(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in keys.items()), "---\n")
    )


def _sitegen(article: Article) -> str:
    return (
        _yaml(
            title=article.title,
            slug=article.slug,
            published=article.published.isoformat(),
            authors=article.authors,
            tags=article.tags,
            summary=article.summary,
        )
        + article.body
    )


def _hugo(article: Article) -> str:
    return (
        _yaml(
            title=article.title,
            slug=article.slug,
            date=article.published.isoformat(),
            authors=article.authors,
            tags=article.tags,
            summary=article.summary,
        )
        + article.body
    )


def _pelican(article: Article) -> str:
    keys = {
        "Title": article.title,
        "Slug": article.slug,
        "Date": article.published.isoformat(),
        "Authors": "; ".join(article.authors),
        "Tags": ", ".join(article.tags),
        "Summary": article.summary,
    }
    return "".join(f"{key}: {value}\n" for key, value in keys.items()) + "\n" + article.body


def _eleventy(article: Article) -> str:
    return (
        _yaml(
            title=article.title,
            permalink=f"/{article.published:%Y/%m}/{article.slug}/",
            date=article.published.isoformat(),
            authors=article.authors,
            tags=article.tags,
            summary=article.summary,
        )
        + article.body
    )


GENERATORS: Final = {
    generator.name: generator
    for generator in (
        Generator(
            name="sitegen",
            arguments=("build", "--quiet", "--now", "2024-06-15T12:00Z"),
            posts="content",
            layout="layouts/article.html",
            output="public",
            caches=(".sitegen",),
            written=_sitegen,
        ),
        Generator(
            name="hugo",
            arguments=("--quiet",),
            posts="content/posts",
            layout="layouts/page.html",
            output="public",
            caches=("resources",),
            written=_hugo,
        ),
        Generator(
            name="pelican",
            arguments=("--quiet",),
            posts="content/posts",
            layout="theme/templates/article.html",
            output="output",
            caches=("cache", "__pycache__"),
            written=_pelican,
        ),
        Generator(
            name="eleventy",
            arguments=("--quiet",),
            posts="content/posts",
            layout="layouts/article.njk",
            output="_site",
            caches=(".cache",),
            written=_eleventy,
        ),
    )
}
