"""``feeds:`` of ``site.yaml``: in which formats feeds are, what they tell, and which ones partners have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, get_args
from urllib.parse import quote, urlsplit, urlunsplit

from sitegen.content.fields import Fields, near
from sitegen.content.forms import is_web_url
from sitegen.content.yaml import Mapping, Scalar, Sequence
from sitegen.model.settings import FeedFormat, Feeds, PartnerFeed
from sitegen.urls import slug, slug_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sitegen.model.taxonomy import Section

FORMATS: Final[tuple[FeedFormat, ...]] = get_args(FeedFormat)
KEYS: Final = ("email", "formats", "lists", "hubs", "partners")
PARTNER_KEYS: Final = ("title", "sections", "tags", "authors", "delay", "text", "credit", "pictures", "formats")
_UNITS: Final = {"minute": 60, "hour": 3600, "day": 86400, "m": 60, "h": 3600, "d": 86400}
_SPAN: Final = re.compile(r"([0-9]{1,4}) *([a-z]+?)s?", re.ASCII)
_LONGEST: Final = 90 * 86400


def feeds(fields: Fields, sections: tuple[Section, ...]) -> Feeds:
    """What feeds there are; *sections* are the parts of the paper, if it has a list of them."""
    mapping = fields.mapping("feeds")
    if mapping is None:
        return Feeds()
    inner = Fields(mapping, fields.problems, known=KEYS, meant={"websub": "hubs", "hub": "hubs"}, owner="feeds")
    partners = inner.mapping("partners")
    return Feeds(
        email=inner.flag("email"),
        formats=_formats(inner, "formats", Feeds().formats),
        lists=_formats(inner, "lists", Feeds().lists),
        hubs=tuple(_hubs(inner)),
        partners=tuple(_partners(partners, inner, sections)) if partners else (),
    )


def _formats(fields: Fields, key: str, default: tuple[FeedFormat, ...]) -> tuple[FeedFormat, ...]:
    """Formats that a list names.  RSS is always among them, as every reader knows it, and pages lead to it."""
    if isinstance(node := fields.node(key), Sequence) and not node.items:
        return ("rss",)
    if node is None:
        return default
    chosen = {"rss"}
    for text in fields.texts(key, each="format", commas=True):
        if text.value.lower() in FORMATS:
            chosen.add(text.value.lower())
            continue
        meant = near(text.value, FORMATS)
        fix = f"did you mean {meant}?" if meant else f"the formats are {', '.join(FORMATS)}"
        fields.problems.error(text.where, f"`{text.value}` is no format of a feed", fix)
    return tuple(each for each in FORMATS if each in chosen)


def _hubs(fields: Fields) -> Iterator[str]:
    """The addresses of hubs, percent-encoded, as they are called and told to others."""
    for text in fields.texts("hubs", each="hub"):
        if is_web_url(text.value):
            parts = urlsplit(text.value)
            yield urlunsplit(parts[:2] + tuple(quote(part, safe="%/:?#[]@!$&'()*+,;=~") for part in parts[2:]))
        else:
            fix = "write it whole, from https:// on"
            fields.problems.error(text.where, f"the hub `{text.value}` is no web address", fix)


def _partners(mapping: Mapping, fields: Fields, sections: tuple[Section, ...]) -> Iterator[PartnerFeed]:
    """The feeds of partners, each by its name."""
    for key, node in mapping.items:
        fault = slug_problem(key.text, called="name of a partner's feed")
        if fault:
            fields.problems.error(key.where, fault.what, fault.fix)
        elif isinstance(node, Mapping):
            yield _partner(key.text, Fields(node, fields.problems, known=PARTNER_KEYS, owner=key.text), sections)
        elif isinstance(node, Scalar) and node.nothing:
            yield PartnerFeed(name=key.text)
        else:
            what = f"`feeds.partners.{key.text}` must be a mapping"
            fields.problems.error(node.where, what, "write lines of `key: value` below it, such as `tags: [harbor]`")


def _partner(name: str, fields: Fields, sections: tuple[Section, ...]) -> PartnerFeed:
    """What the feed called *name* is to hold."""
    return PartnerFeed(
        name=name,
        title=fields.text("title"),
        sections=tuple(_sections(fields, sections)),
        tags=tuple(slug(text.value) for text in fields.texts("tags", each="tag")),
        authors=tuple(slug(text.value) for text in fields.texts("authors", each="author")),
        delay=_delay(fields),
        text=fields.choice("text", ("full", "summary"), "full"),
        credit=fields.text("credit"),
        pictures=_pictures(fields),
        formats=_formats(fields, "formats", PartnerFeed(name=name).formats),
    )


def _sections(fields: Fields, sections: tuple[Section, ...]) -> Iterator[str]:
    """The ids of sections, which are among *sections* if there are any."""
    known = [section.id for section in sections]
    for text in fields.texts("sections", each="section"):
        if text.value in known or not known:
            yield text.value if known else slug(text.value)
            continue
        meant = near(text.value, known)
        fix = f"the sections are {', '.join(known)}" + (f"; did you mean {meant}?" if meant else "")
        fields.problems.error(text.where, f"`{text.value}` is not a section of this site", fix)


def _delay(fields: Fields) -> int:
    """After how many seconds a story joins: ``90 minutes``, ``2h``, ``1 day``."""
    text = fields.text("delay").lower()
    if not text:
        return 0
    found = _SPAN.fullmatch(text)
    unit = _UNITS.get(found[2]) if found else None
    if not found or unit is None:
        fields.error("delay", f"is `{text}`, which is no span of time", "write such as 90 minutes, 2 hours or 1 day")
        return 0
    if int(found[1]) * unit > _LONGEST:
        fields.error("delay", "is longer than 90 days", "what is as old is no news; leave the feed out")
        return 0
    return int(found[1]) * unit


def _pictures(fields: Fields) -> tuple[str, ...]:
    """The credits of pictures that may be passed on: ``all``, ``none``, or a list of them; nothing said is none."""
    node = fields.node("pictures")
    if isinstance(node, Scalar):
        choice = fields.choice("pictures", ("none", "all"), "none")
        return ("*",) if choice == "all" else ()
    return tuple(text.value for text in fields.texts("pictures", each="credit"))
