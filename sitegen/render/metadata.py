"""What a page is, for machines: each fact once, for structured data, for cards, and for what readers see."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct, structs

from sitegen.model.article import Article, Image
from sitegen.model.taxonomy import Author, Credit
from sitegen.render.partners import partner_line
from sitegen.urls import absolute, archive_url, author_url, is_elsewhere, section_url, tag_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sitegen.model.page import Page
    from sitegen.plan import Planned

_INDEXES: Final = {"tag": "tags", "author": "authors", "year": "archive", "month": "archive"}
"""For a kind of page, the kind of the list that leads to it."""


class Facts(Struct, frozen=True, kw_only=True):
    """What a page says of itself; every address is absolute.

    *url* is its one address, ``""`` if it has none.  *contacts* are the e-mail addresses to write to about a story,
    whoever of its *credits* they belong to.  *section* and *tags* are as readers see them.  *label* says that a story
    is sponsored, *partner* whom it was made with or who paid for it, *notes* of what kind each of its corrections is.
    *trail* has the names and addresses from the home page to this one.  What was withdrawn has neither *summary* nor
    *image*.
    """

    kind: str
    title: str
    url: str
    site_title: str
    lang: str
    summary: str = ""
    image: Image | None = None
    logo: Image | None = None
    article: Article | None = None
    credits: tuple[Credit, ...] = ()
    contacts: tuple[str, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    label: str = ""
    partner: str = ""
    notes: tuple[str, ...] = ()
    author: Author | None = None
    trail: tuple[tuple[str, str], ...] = ()


class Shown(Protocol):
    """A page as its layout knows it."""

    title: str
    lang: str

    @property
    def summary(self) -> str:
        """What the page is about, in a sentence."""

    @property
    def image(self) -> Image | None:
        """The lead picture, with its address below the site or elsewhere."""

    @property
    def canonical(self) -> str:
        """The one address, in full, of what the page says."""


def facts_of(site: Planned, page: Page, shown: Shown, word: Callable[..., str]) -> Facts:
    """The facts of *page*, of which the layout knows what is *shown*; *word* answers with words of the interface."""
    home, publisher = str(site.setting("url")), site.shown_settings().publisher
    story = site.article(page.subject) if page.kind == "article" else None
    author = site.author(page.subject) if page.kind == "author" else None
    withdrawn = story is not None and story.retracted
    image = None if withdrawn else shown.image
    if author and author.picture:
        image = _static(site, author.picture, author.name)
    logo = _static(site, publisher.logo, str(site.shown("title"))) if publisher.logo else None
    return Facts(
        kind=page.kind,
        title=shown.title,
        url="" if page.kind == "not-found" else shown.canonical,
        site_title=str(site.shown("title")),
        lang=shown.lang,
        summary="" if withdrawn else shown.summary,
        image=structs.replace(image, src=full(home, image.src)) if image else None,
        logo=structs.replace(logo, src=full(home, logo.src)) if logo else None,
        article=story,
        credits=tuple(_credit(home, credit) for credit in site.credits(page.subject)) if story else (),
        contacts=site.contacts(page.subject) if story else (),
        section=site.section(story.section).name if story and story.section else "",
        tags=tuple(site.tag(tag.slug).title for tag in story.tags) if story else (),
        label=word(story.lang, "kind_sponsored") if story and story.kind == "sponsored" else "",
        partner=partner_line(story, partial(word, story.lang)) if story else "",
        notes=tuple(word(story.lang, note.kind) for note in story.corrections) if story else (),
        author=structs.replace(author, picture=full(home, author.picture)) if author else None,
        trail=tuple((name, absolute(home, url)) for name, url in _trail(site, page, shown, word)),
    )


def _static(site: Planned, src: str, alt: str) -> Image:
    """The picture *src* of a configuration, at a path of the site or elsewhere."""
    width, height = site.picture_size("", src)
    return Image(src=src, alt=alt, width=width, height=height)


def _credit(home: str, credit: Credit) -> Credit:
    return structs.replace(credit, url=full(home, credit.url))


def full(home: str, address: str) -> str:
    """The absolute address of *address*, a path of the site at *home* or elsewhere already; of nothing, nothing."""
    return absolute(home, address) if address and not is_elsewhere(address) else address


def _trail(site: Planned, page: Page, shown: Shown, word: Callable[..., str]) -> Iterator[tuple[str, str]]:
    """The way from the home page to *page*: the name of each step and its path; of a long list, to its first page."""
    if page.kind in ("home", "not-found"):
        return
    yield str(site.shown("title")), "/"
    if index := _INDEXES.get(page.kind, ""):
        yield word(shown.lang, index), f"/{index}/"
    match page.kind:
        case "article":
            story = site.article(page.subject)
            section = section_url(story.section) if story.section else ""
            if section and site.answers(section):
                yield site.section(story.section).name, section
            yield shown.title, page.url
        case "section":
            yield shown.title, section_url(page.subject)
        case "tag":
            yield shown.title, tag_url(page.subject)
        case "author":
            yield shown.title, author_url(page.subject)
        case "month":
            year = page.subject.partition("-")[0]
            yield year, archive_url(int(year))
            yield shown.title, page.url
        case _:
            yield shown.title, page.url
