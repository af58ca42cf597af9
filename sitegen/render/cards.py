"""What a page shows where it is shared: Open Graph (https://ogp.me) and the cards of X, which know most of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from sitegen.model.article import Image
from sitegen.render.dates import iso_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sitegen.model.article import Article
    from sitegen.render.metadata import Facts

_TYPES: Final = {"article": "article", "author": "profile"}
_REGION: Final = re.compile(r"[A-Za-z]{2}|[0-9]{3}")


class Meta(Struct, frozen=True):
    """A ``meta`` element: Open Graph is in its attribute ``property``, everything else in ``name``."""

    attribute: Literal["name", "property"]
    name: str
    content: str


def metadata(facts: Facts) -> tuple[Meta, ...]:
    """What a page says in ``meta`` elements, in their order, which counts: what is said of a picture follows it."""
    return tuple(meta for meta in _metadata(facts) if meta.content)


def _metadata(facts: Facts) -> Iterator[Meta]:
    image = facts.image
    picture = image or facts.logo or Image(src="")
    yield Meta("name", "description", facts.summary)
    for credit in facts.credits:
        yield Meta("name", "author", credit.name)
    yield Meta("property", "og:site_name", facts.site_title)
    yield Meta("property", "og:title", facts.title)
    yield Meta("property", "og:type", _TYPES.get(facts.kind, "website"))
    yield Meta("property", "og:url", facts.url)
    yield Meta("property", "og:description", facts.summary)
    yield Meta("property", "og:locale", locale(facts.lang))
    yield Meta("property", "og:image", picture.src)
    yield Meta("property", "og:image:width", str(picture.width or ""))
    yield Meta("property", "og:image:height", str(picture.height or ""))
    yield Meta("property", "og:image:alt", picture.alt)
    if facts.article:
        yield from _story(facts, facts.article)
    yield Meta("name", "twitter:card", "summary_large_image" if image and not facts.author else "summary")
    yield Meta("name", "twitter:title", facts.title)
    yield Meta("name", "twitter:description", facts.summary)
    yield Meta("name", "twitter:image", picture.src)
    yield Meta("name", "twitter:image:alt", picture.alt)


def _story(facts: Facts, article: Article) -> Iterator[Meta]:
    """What Open Graph has for a story: times, the page of each author, section, subjects."""
    times = {"published_time": article.published, "modified_time": article.modified, "expiration_time": article.expires}
    for name, at in times.items():
        yield Meta("property", f"article:{name}", iso_text(at) if at else "")
    for credit in facts.credits:
        yield Meta("property", "article:author", credit.url)
    yield Meta("property", "article:section", facts.section)
    for tag in facts.tags:
        yield Meta("property", "article:tag", tag)
    if facts.label and facts.partner:  # two fields of a card's own, which Slack shows; Open Graph has none for it
        yield Meta("name", "twitter:label1", facts.label)
        yield Meta("name", "twitter:data1", facts.partner)


@lru_cache(maxsize=64)
def locale(lang: str) -> str:
    """*lang* (BCP 47) as Open Graph writes it: ``en_GB``; with the likeliest country (CLDR) where it names none.

    ``""`` where there is none: without a locale a page counts as American English.
    """
    language, *others = lang.split("-")
    region = next(filter(_REGION.fullmatch, others), "")
    if not region:
        from babel.core import get_global  # slow to import

        likely = get_global("likely_subtags")
        known = likely.get(f"{language}_{others[0].title()}" if others else language) or likely.get(language) or ""
        region = known.rpartition("_")[2]
    return f"{language.lower()}_{region.upper()}" if region else ""
