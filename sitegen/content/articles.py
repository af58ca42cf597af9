"""A story, from its front matter.

Each key is read as what it is: a story may be called ``yes``, have the tag ``1.10`` and the language ``no``.  All that
is wrong is told at once; only what surely says that a story may be public makes it so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

from sitegen.content.credits import bylines, corrections, not_before, partner, syndicated
from sitegen.content.dates import DateError, Instant, clock, instant
from sitegen.content.entries import MEANT, SAME, Keys, aliases, front_fields, image, layout, settled, slug_of, title
from sitegen.content.fields import Fields, near
from sitegen.content.yaml import Scalar, kind
from sitegen.errors import Problems
from sitegen.model.article import Article, Kind
from sitegen.model.taxonomy import Tag
from sitegen.urls import RESERVED, permalink, slug
from sitegen.zones import zone

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sitegen.content.dates import ShowsLess
    from sitegen.content.entries import World
    from sitegen.content.frontmatter import FrontMatter
    from sitegen.errors import Problem
    from sitegen.model.article import Syndicated
    from sitegen.model.settings import Settings

KINDS: tuple[Kind, ...] = get_args(Kind)
MAX_TAG = 100  # characters

KEYS = Keys(
    known=(
        *(
            "title",
            "published",
            "updated",
            "closed",
            "authors",
            "email",
            "partner",
            "summary",
            "section",
            "tags",
            "image",
        ),
        *("front", "dateline", "corrections", "kind", "expires", "draft", "slug", "aliases", "canonical", "id"),
        *("lang", "layout", "related", "noindex", "syndicated", "source", "extra"),
    ),
    same=SAME | {"date": "published", "lastmod": "updated", "modified": "updated", "author": "authors"},
    meant=MEANT
    | {
        "publish_date": "published",
        "pub_date": "published",
        "date_published": "published",
        "release_date": "published",
        "embargo": "published",
        "scheduled": "published",
        "expiry_date": "expires",
        "expiration_date": "expires",
        "unpublish_date": "expires",
    },
)


def read_article(path: str, front: FrontMatter, world: World) -> tuple[Article, tuple[Problem, ...]]:
    """The story at *path*, and what to warn of.

    Raises ContentError with all problems if there is an error.  Those of a draft are warnings, and its faulty fields
    have their defaults.
    """
    problems = Problems()
    fields = front_fields(path, front, KEYS, problems)
    settings = world.settings()
    times = _Times(fields, zone(settings.timezone))
    headline = title(fields, path)
    section = _section(fields, settings)
    name = slug_of(fields, headline)
    local = times.published.astimezone(times.zone) if times.published else None
    url = permalink(settings.permalink, published=local, section=section, slug=name)
    origin = syndicated(fields)
    canonical, noindex = _original(fields, origin, settings)
    story = Article(
        path=path,
        id=fields.text("id") or default_id(path),
        slug=name,
        url=url,
        title=headline,
        lang=fields.language("lang", settings.lang),
        published=times.published,
        updated=times.updated,
        closed=times.closed,
        expires=times.expires,
        draft=times.draft,
        authors=bylines(fields, world.author_book()),
        email=fields.email("email"),
        partner=partner(fields),
        summary=fields.text("summary"),
        section=section,
        tags=_tags(fields),
        image=image(fields, path, world, draft=times.draft),
        front=_front(fields),
        dateline=fields.text("dateline"),
        corrections=corrections(fields, times.published, times.of),
        kind=fields.choice("kind", KINDS, "news"),
        aliases=aliases(fields, url),
        canonical=canonical,
        layout=layout(fields, world),
        related=tuple(text.value for text in fields.texts("related", each="related story")),
        noindex=noindex,
        syndicated=origin,
        source=fields.text("source"),
        extra=fields.extra(),
    )
    return story, settled(problems, draft=times.declared_draft)


def _original(fields: Fields, origin: Syndicated | None, settings: Settings) -> tuple[str, bool]:
    """Where search engines find the original, and whether they are to leave this copy of it out.

    What the story itself says of either is the choice for it; else the site chooses for all that first appeared
    elsewhere, and a copy whose original has no address can only be left out.
    """
    canonical, noindex = fields.url("canonical"), fields.flag("noindex")
    if origin is None or canonical or "noindex" in fields:
        return canonical, noindex
    if settings.syndicated == "canonical" and origin.url:
        return origin.url, False
    return "", True


def default_id(path: str) -> str:
    """The id of the story at *path*, which a new headline does not change: its path below content/."""
    return path.removeprefix("content/").removesuffix(".md").removesuffix("/index")


class _Times:
    """When a story is out: what its dates and its `draft` say.  Doubt keeps it in.

    *declared_draft*: the story says that it is one; *draft* is also true without a date.
    """

    def __init__(self, fields: Fields, zone: ZoneInfo) -> None:
        """Read them from *fields*, in the site's *zone*."""
        self.zone = zone
        self.declared_draft = fields.flag("draft")
        self.draft = self.declared_draft
        published = self.of(fields, "published")
        if "published" not in fields:
            self.draft = True
            if not self.declared_draft:
                what = "there is no `published`, so that this story is a draft"
                fields.problems.warning(fields.place, what, "add `published: 2026-06-10 09:00`, or `draft: true`")
        self.published = published.value if published else None
        self.updated = self._updated(fields)
        self.closed = self._closed(fields)
        self.expires = self._expires(fields)

    def of(self, fields: Fields, key: str, shows_less: ShowsLess = "later") -> Instant | None:
        """The instant of a field; None, with an error, if the field is there and has none that is certain."""
        if key not in fields:
            return None
        node = fields.node(key)
        if not isinstance(node, Scalar):
            what = "is empty, and must be a date" if node is None else f"must be a date, not {kind(node)}"
            fields.error(key, what, "write 2026-06-10 09:00, or remove the key")
            return None
        try:
            found = instant(fields.text(key), self.zone, shows_less)
        except DateError as error:
            fields.error(key, error.what if node.text.strip() else "is empty, and must be a date", error.fix)
            return None
        if found.note:
            fields.warning(key, found.note, found.fix)
        return found

    def _updated(self, fields: Fields) -> datetime | None:
        """When readers got something new; not before the story itself."""
        found = self.of(fields, "updated")
        if found is None:
            return None
        value = not_before(found, self.published)
        if self.published and value < self.published:
            what = f"is {clock(value)}, before `published`, {clock(self.published)}"
            fields.error("updated", what, "check both dates")
            return None
        return value

    def _closed(self, fields: Fields) -> datetime | None:
        """When a live story ended; after it began."""
        found = self.of(fields, "closed")
        if found and fields.text("kind").casefold() != "live":
            fields.warning(
                "closed", "says when a live story ends, and this is none", "write `kind: live`, or remove it"
            )
        if found and self.published and found.value <= self.published:
            what = f"is {clock(found.value)}, not after `published`, {clock(self.published)}"
            fields.error("closed", what, "check both dates")
        return found.value if found else None

    def _expires(self, fields: Fields) -> datetime | None:
        """When the story leaves the site; after it was there."""
        found = self.of(fields, "expires", "earlier")
        if found and self.published and found.value <= self.published:
            what = f"is {clock(found.value)}, not after `published`, {clock(self.published)}"
            fields.error("expires", what, "check both dates")
        return found.value if found else None


def _section(fields: Fields, settings: Settings) -> str:
    """The id of the section; where the site has no list of them, any text in the form of an address."""
    text = fields.text("section")
    known = tuple(section.id for section in settings.sections)
    if not text or text in known:
        return text
    if known:
        titled = {section.name.casefold(): section.id for section in settings.sections}
        meant = titled.get(text.casefold()) or near(text, known)
        fix = f"the sections are {', '.join(known)}" + (f"; did you mean {meant}?" if meant else "")
        fields.error("section", f"names `{text}`, which is not a section of site.yaml", fix)
        return ""
    if owner := RESERVED.get(slug(text)):
        fields.error("section", f"cannot be `{text}`: that is the address of {owner}", "choose another name")
    elif slug(text) != text:
        fix = f"write `{slug(text)}`, and give it a title under `sections:` in site.yaml"
        fields.warning("section", f"is used as an address: `{slug(text)}`", fix)
    return slug(text)


def _tags(fields: Fields) -> tuple[Tag, ...]:
    """The tags in their order, each slug once."""
    tags: dict[str, Tag] = {}
    for text in fields.texts("tags", each="tag", commas=True):
        if not text.value.strip(". "):
            fields.problems.error(text.where, f"the tag `{text.value}` is only dots", "write a word")
        elif len(text.value) > MAX_TAG:
            what = f"a tag has {len(text.value)} characters: `{text.value[:20]}…`"
            fields.problems.error(text.where, what, f"a tag is a word or two; {MAX_TAG} characters at most")
        else:
            name = slug(text.value)
            tags.setdefault(name, Tag(name, text.value))
    return tuple(tags.values())


def _front(fields: Fields) -> int | Literal["lead", "hidden", ""]:
    """The place on the home page."""
    text = fields.text("front").casefold()
    if text in {"", "lead", "hidden"}:
        return "lead" if text == "lead" else "hidden" if text else ""
    if not re.fullmatch("[1-9][0-9]{0,4}", text):
        fields.error("front", "must be lead, hidden, or a number from 1", "remove it for the usual order: newest first")
        return ""
    return int(text)
