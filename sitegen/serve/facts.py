"""What the bar at the foot of a previewed page says of it: its state, its length, and what it still lacks."""

from __future__ import annotations

import math
import posixpath
from datetime import UTC
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote, urlsplit

from msgspec import Struct, structs

from sitegen.errors import SitegenError
from sitegen.model.article import Article
from sitegen.model.settings import Dates
from sitegen.render.dates import NEWSPAPER, date_text, zone_text
from sitegen.zones import zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sitegen.edition import Edition
    from sitegen.model.article import StandingPage
    from sitegen.model.page import Page
    from sitegen.serve.editors import Editor

State = Literal["out", "draft", "scheduled", "expires", "expired"]
"""Whether readers can see a page at the preview's clock, and what becomes of it.  *expires*: it is out until then."""

_PACE: Final = 238
"""Words a minute: M. Brysbaert, How many words do we read per minute?, Journal of Memory and Language 109 (2019)."""


class Moment(Struct, frozen=True):
    """An instant, for machines (in UTC: ``2026-06-18T00:00:00Z``) and for people, in the site's zone."""

    iso: str
    text: str


class Missing(Struct, frozen=True):
    """What a story lacks: *what* is a clause, *fix* says what to do, *names* which parts of it lack it."""

    what: str
    fix: str
    names: tuple[str, ...] = ()


class Held(Struct, frozen=True, kw_only=True):
    """A story that a list shows in the preview alone; *url* is below the site."""

    title: str
    url: str
    state: State
    published: Moment | None = None


class PageFacts(Struct, frozen=True, kw_only=True):
    """What the bar says of a page.

    *path* is its source and *editor* the address that opens it, both empty for a list; *zone* is the site's.  *words*
    and *minutes* are 0 where there is no text.  *held* are the stories on it that are not out yet.
    """

    kind: str
    title: str = ""
    path: str = ""
    editor: str = ""
    zone: str = "UTC"
    state: State = "out"
    published: Moment | None = None
    expires: Moment | None = None
    words: int = 0
    minutes: int = 0
    missing: tuple[Missing, ...] = ()
    held: tuple[Held, ...] = ()


def facts(edition: Edition, page: Page, editor: Editor | None = None) -> PageFacts:
    """What the bar says of *page*, asked of *edition*; no more than its path if the source cannot be read."""
    known = PageFacts(kind=page.kind, path=page.path, editor=editor.link(page.path) if editor else "")
    try:
        name = edition.settings().timezone
        match page.kind:
            case "article":
                return _of_text(edition, known, edition.written(page.subject), name)
            case "page":
                return _of_text(edition, known, edition.standing_page(page.subject), name)
            case _:
                held = tuple(_held(edition, page, name))
                return structs.replace(known, title=page.label, zone=name, held=held)
    except SitegenError:
        return known


def state(edition: Edition, about: Article | StandingPage) -> State:
    """The state of a story or standing page at the clock of *edition*."""
    if about.draft:
        return "draft"
    published, expires = _times(about)
    if isinstance(about, Article) and published is None:
        return "draft"
    if expires and _reached(edition, expires):
        return "expired"
    if published and not _reached(edition, published):
        return "scheduled"
    return "expires" if expires else "out"


def moment(value: datetime, zone_name: str) -> Moment:
    """*value* in the zone called *zone_name*."""
    local = value.astimezone(zone(zone_name))
    return Moment(instant(value), f"{date_text(local, 'en', Dates(format=NEWSPAPER))} {zone_text(local)}")


def instant(value: datetime) -> str:
    """*value* for machines, in UTC: ``2026-06-18T00:00:00Z``."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _of_text(edition: Edition, known: PageFacts, about: Article | StandingPage, zone_name: str) -> PageFacts:
    published, expires = _times(about)
    words = edition.words(about.path)
    return structs.replace(
        known,
        title=about.title,
        zone=zone_name,
        state=state(edition, about),
        published=moment(published, zone_name) if published else None,
        expires=moment(expires, zone_name) if expires else None,
        words=words,
        minutes=math.ceil(words / _PACE),
        missing=tuple(_missing(edition, about)),
    )


def _missing(edition: Edition, about: Article | StandingPage) -> Iterator[Missing]:
    """What *about* lacks, the gravest first."""
    image = about.image
    blind = [_name(image.src)] if image and not image.alt else []
    blind += [_name(src) for src in _blind_pictures(edition.body(about.path).html)]
    if blind:
        count = "1 picture" if len(blind) == 1 else f"{len(blind)} pictures"
        yield Missing(f"no alt text on {count}", "say in words what the picture shows", tuple(blind))
    if image and not image.credit:
        yield Missing("no credit on the lead picture", "add `credit:` below `image:`")
    if not isinstance(about, Article):
        return
    if not about.authors:
        yield Missing("no author", "add `authors:`")
    if not about.published:
        yield Missing("no publication time", "add `published:`")
    if not about.summary:
        yield Missing("no summary", "add `summary:`; the first paragraph stands in for it")
    if not about.section and edition.settings().sections:
        yield Missing("no section", "add `section:`")
    if not about.tags:
        yield Missing("no tags", "add `tags:`")


def _held(edition: Edition, page: Page, zone_name: str) -> Iterator[Held]:
    """The stories that the list at *page* shows and that are not out yet, in its order."""
    for story in _stories_on(edition, page):
        now = state(edition, story)
        if now in {"draft", "scheduled"}:
            published = moment(story.published, zone_name) if story.published else None
            yield Held(title=story.title, url=story.url, state=now, published=published)


def _stories_on(edition: Edition, page: Page) -> Iterable[Article]:
    match page.kind:
        case "home" if not page.number:
            places = edition.places()
            first = [edition.article(path) for path in (places.lead, *places.pinned) if path]
            return dict.fromkeys([*first, *edition.listing("home", "", 0).articles])
        case "home" | "section" | "tag" | "author":
            return edition.listing(page.kind, page.subject, page.number).articles
        case "month":
            year, month = map(int, page.subject.split("-"))
            return edition.in_month(year, month)
        case _:
            return ()


def _times(about: Article | StandingPage) -> tuple[datetime | None, datetime | None]:
    """When *about* appears and when it leaves; None for never said."""
    return (about.published, about.expires) if isinstance(about, Article) else (None, None)


def _reached(edition: Edition, instant: datetime) -> bool:
    return edition.passed(instant.astimezone(UTC).isoformat())


def _name(src: str) -> str:
    """What people call the picture at *src*: the name of its file."""
    return posixpath.basename(unquote(urlsplit(src).path)) or src


class _Pictures(HTMLParser):
    """The addresses of the pictures in a text that have no words for those who cannot see them."""

    def __init__(self) -> None:
        super().__init__()
        self.blind: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img" and not (given.get("alt") or "").strip():
            self.blind.append(given.get("src") or "")


def _blind_pictures(html: str) -> list[str]:
    pictures = _Pictures()
    pictures.feed(html)
    pictures.close()
    return pictures.blind
