"""Pages: what a layout is given for each kind of page, and the layout that each kind has.

Imports Jinja, and so is imported only by what renders.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape
from msgspec import structs

from sitegen.model.article import Article
from sitegen.render.cards import metadata
from sitegen.render.emails import protected
from sitegen.render.linked_data import document
from sitegen.render.live import live_properties
from sitegen.render.metadata import Facts, facts_of
from sitegen.render.partners import partner_html
from sitegen.render.trouble import Trouble
from sitegen.urls import absolute, feed_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sitegen.model.article import Heading, Image, StandingPage, Update
    from sitegen.model.page import Page
    from sitegen.plan import Planned
    from sitegen.render.laid_out import LaidOut
    from sitegen.render.layouts import Layouts
    from sitegen.render.machine import Word

LAYOUTS: Final = {
    "article": "article.html",
    "page": "page.html",
    "home": "home.html",
    "section": "section.html",
    "tag": "tag.html",
    "tags": "tags.html",
    "author": "author.html",
    "authors": "authors.html",
    "archive": "archive.html",
    "year": "year.html",
    "month": "month.html",
    "corrections": "corrections.html",
    "not-found": "404.html",
}
"""The kinds of page that are HTML, each with its layout."""

_RIGHT_TO_LEFT: Final = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
)


class PageView:
    """What a layout calls ``page``: the page being made.  Its text is asked for when it is used."""

    def __init__(self, site: LaidOut, page: Page, word: Word) -> None:
        """Look at *page*; *word* answers with words of the interface."""
        self._site = site
        self._page = page
        self._word = word
        self._about = _about(site, page)
        self.title = _title(site, page, word)
        self.url = page.url
        self.kind = page.kind
        self.number = page.number
        self.lang = self._about.lang if self._about else str(site.setting("lang"))
        self.dir = direction(self.lang)
        self.slug = self._about.slug if self._about else page.subject
        self.extra = self._about.extra if self._about else None

    def __str__(self) -> str:
        """Raises Trouble: a page is no text."""
        raise Trouble("would print the page as Python writes it", "print one of its fields: page.title")

    @property
    def content(self) -> Markup:
        """The text of the story or page as HTML, safe to print; empty for a list."""
        # Our own rendering, cleaned as the site asks.
        return Markup(self._site.body(self._page.subject).html if self._about else "")  # noqa: S704

    @property
    def updates(self) -> tuple[Update, ...]:
        """The entries of a live story, newest first: they stand between `content` and `after`."""
        found = self._site.body(self._page.subject).updates if self._about else ()
        return tuple(structs.replace(each, html=Markup(each.html)) for each in found)  # noqa: S704 - as `content`

    @property
    def after(self) -> Markup:
        """What stands after the entries of a live story, as HTML; empty for all else."""
        return Markup(self._site.body(self._page.subject).after if self._about else "")  # noqa: S704 - as `content`

    @property
    def coverage(self) -> dict[str, object]:
        """What is special in the structured data of a live story; nothing for all else."""
        if not isinstance(self._about, Article) or self._about.kind != "live":
            return {}
        return live_properties(self._about, self._site.body(self._page.subject), self._own)

    @property
    def outline(self) -> tuple[Heading, ...]:
        """The headings of the text."""
        return self._site.body(self._page.subject).outline if self._about else ()

    @property
    def styles(self) -> tuple[str, ...]:
        """The optional style sheets that the text needs: ``code``."""
        return self._site.body(self._page.subject).styles if self._about else ()

    @property
    def summary(self) -> str:
        """What the page is about, in a sentence."""
        site, subject = self._site, self._page.subject
        match self._page.kind:
            case "article" | "page":
                return site.standfirst(subject)
            case "section":
                return site.section(subject).summary
            case "tag":
                return site.tag(subject).summary
            case "author":
                return site.introduction(subject)
            case "home":
                return str(site.shown("summary"))
            case _:
                return ""

    @property
    def image(self) -> Image | None:
        """The lead picture, with its address below the site or elsewhere."""
        image = self._about.image if self._about else None
        if image is None:
            return None
        width, height = self._site.picture_size(self._page.subject, image.src)
        src = self._site.picture(self._page.subject, image.src)
        return structs.replace(image, src=src, width=width, height=height)

    @property
    def canonical(self) -> str:
        """The one address, in full, of what the page says."""
        return (self._about.canonical if self._about else "") or self._own

    @property
    def _own(self) -> str:
        """The address of this very page, in full."""
        return absolute(str(self._site.setting("url")), self._page.url)

    @property
    def partner(self) -> Markup:
        """Whom the story was made with, or who paid for it, with a link to them; empty if it was made alone."""
        return (
            partner_html(self._about, partial(self._word, self.lang)) if isinstance(self._about, Article) else Markup()
        )

    @property
    def noindex(self) -> bool:
        """Whether search engines are asked to leave the page out."""
        return self._page.kind == "not-found" or bool(self._about and self._about.noindex)

    @property
    def feed(self) -> str:
        """The address below the site of the feed that follows this page; ``""`` if it has none but the site's."""
        base = self._page.url.partition("page/")[0] if self._page.number else self._page.url
        return feed_url(base) if self._page.kind in ("section", "tag", "author", "corrections") else ""

    @property
    def discovery(self) -> Markup:
        """The ``link`` elements that lead feed readers to the feeds: the site's, and the list's or the section's."""
        found = [self._site.discovery("home", "")]
        if self._page.kind in ("section", "tag", "author"):
            found.append(self._site.discovery(self._page.kind, self._page.subject))
        elif isinstance(self._about, Article) and self._about.section:
            found.append(self._site.discovery("section", self._about.section))
        elif self._page.kind == "corrections":
            found.append(self._site.discovery("corrections", ""))
        return Markup("\n".join(found))  # noqa: S704 - escaped

    @property
    def metadata(self) -> Markup:
        """The ``meta`` elements that say what the page is: to search engines, and where it is shared."""
        # One piece of HTML: printed by a layout, it is ten times as dear.
        found = (
            f'<meta {meta.attribute}="{meta.name}" content="{escape(meta.content)}">' for meta in metadata(self._facts)
        )
        return Markup("\n".join(found))  # noqa: S704 - escaped

    @property
    def linked_data(self) -> Markup:
        """The ``script`` element with JSON-LD that says what the page is; nothing where there is nothing to say."""
        found = document(self._facts, self._site.organization(), self.coverage)
        html = f'<script type="application/ld+json">{found}</script>' if found else ""
        return Markup(html)  # noqa: S704 - escaped

    @cached_property
    def _facts(self) -> Facts:
        return facts_of(self._site, self._page, self, self._word)


def page_of(site: LaidOut, layouts: Layouts, page: Page, word: Word) -> bytes:
    """The HTML of *page*.  *word* answers with the words of the interface.  Raises LayoutError."""
    about = _about(site, page)
    name = (about.layout if about else "") or LAYOUTS[page.kind]
    html = layouts.render(name, {"page": PageView(site, page, word), **_context(site, page)}, page.source)
    return (protected(html) if site.setting("emails") == "protected" else html).encode()


def direction(lang: str) -> str:
    """Which way *lang* (BCP 47) is written: ``ltr`` or ``rtl``."""
    parts = lang.lower().split("-")
    return "rtl" if parts[0] in _RIGHT_TO_LEFT and "latn" not in parts else "ltr"


def _about(site: Planned, page: Page) -> Article | StandingPage | None:
    match page.kind:
        case "article":
            return site.article(page.subject)
        case "page":
            return site.shown_page(page.subject)
        case _:
            return None


def _title(site: Planned, page: Page, word: Word) -> str:
    lang = str(site.setting("lang"))
    match page.kind:
        case "article":
            story = site.article(page.subject)
            return word(story.lang, "retracted_title", title=story.title) if story.retracted else story.title
        case "page":
            return site.shown_page(page.subject).title
        case "section":
            return site.section(page.subject).name
        case "tag":
            return site.tag(page.subject).title
        case "author":
            return site.author(page.subject).name
        case "tags" | "authors" | "archive" | "corrections":
            return word(lang, page.kind)
        case "year":
            return page.subject
        case "month":
            from sitegen.render.dates import month_text  # Babel, which is slow to import

            year, month = map(int, page.subject.split("-"))
            return month_text(year, month, lang)
        case "not-found":
            return word(lang, "not_found_title")
        case _:
            return str(site.shown("title"))


def _context(site: Planned, page: Page) -> Mapping[str, object]:
    """The names that only this kind of page has."""
    subject = page.subject
    match page.kind:
        case "article":
            return {"article": site.article(subject)}
        case "home":
            return _home(site, page.number)
        case "section":
            return {"section": site.section(subject), "listing": site.listing("section", subject, page.number)}
        case "tag":
            return {"tag": site.tag(subject), "listing": site.listing("tag", subject, page.number)}
        case "author":
            return {"author": site.author(subject), "listing": site.listing("author", subject, page.number)}
        case "corrections":
            return {"listing": site.note_listing(page.number)}
        case "archive":
            return {"months": site.months()}
        case "year":
            year = int(subject)
            return {"year": year, "months": site.months_of(year), "articles": site.in_year(year)}
        case "month":
            year, month = map(int, subject.split("-"))
            return {"year": year, "month": month, "articles": site.in_month(year, month)}
        case _:
            return {}


def _home(site: Planned, number: int) -> Mapping[str, object]:
    """The first page shows the lead and the pinned stories, and each of them once; the older pages know neither."""
    listing = site.listing("home", "", number)
    if number:
        return {"lead": None, "pinned": (), "listing": listing}
    places = site.places()
    placed = {places.lead, *places.pinned}
    rest = tuple(story for story in listing.articles if story.path not in placed)
    return {
        "lead": site.article(places.lead) if places.lead else None,
        "pinned": tuple(map(site.article, places.pinned)),
        "listing": structs.replace(listing, articles=rest),
    }
