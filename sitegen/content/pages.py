"""A standing page, from its front matter: about, the corrections policy.  It has no dates and is in no feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.content.entries import (
    MEANT,
    SAME,
    Keys,
    aliases,
    front_fields,
    image,
    layout,
    name_of,
    settled,
    slug_of,
    title,
)
from sitegen.errors import Problems
from sitegen.model.article import StandingPage
from sitegen.urls import RESERVED

if TYPE_CHECKING:
    from sitegen.content.entries import World
    from sitegen.content.frontmatter import FrontMatter
    from sitegen.errors import Problem

KEYS = Keys(
    known=(
        *("title", "summary", "draft", "slug", "image", "aliases", "canonical"),
        *("lang", "layout", "noindex", "extra"),
    ),
    same=SAME,
    meant=MEANT,
)


def read_page(path: str, front: FrontMatter, world: World) -> tuple[StandingPage, tuple[Problem, ...]]:
    """The standing page at *path*, and what to warn of.

    Its address is its file's name, as other pages link to it whatever its title: pages/about.md is ``/about/``.
    Raises ContentError with all problems if there is an error; those of a draft are warnings.
    """
    problems = Problems()
    fields = front_fields(path, front, KEYS, problems)
    draft = fields.flag("draft")
    name = slug_of(fields, name_of(path))
    if "slug" not in fields and (owner := RESERVED.get(name)):
        what = f"`/{name}/` is kept for {owner}"
        problems.error(fields.place, what, f"write `slug: {name}-policy` or the like, or rename the file")
    url = f"/{name}/"
    page = StandingPage(
        path=path,
        slug=name,
        url=url,
        title=title(fields, path),
        lang=fields.language("lang", world.settings().lang),
        summary=fields.text("summary"),
        draft=draft,
        image=image(fields, path, world, draft=draft),
        aliases=aliases(fields, url),
        canonical=fields.url("canonical"),
        layout=layout(fields, world),
        noindex=fields.flag("noindex"),
        extra=fields.extra(),
    )
    return page, settled(problems, draft=draft)
