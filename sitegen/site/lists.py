"""Stories together: lists, tags, sections, authors, and what stands beside a story.

Two rules: a question answers exactly what its name says, and what many ask is indexed once, so that proving stays
linear.  The indexes are private: they are dicts, which layouts must not reach.
"""

from __future__ import annotations

import posixpath
from abc import ABC
from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from sitegen import listing as lists
from sitegen.errors import Location, Problem
from sitegen.incremental import query
from sitegen.listing import AuthorCount, Dated, Front, Month, Neighbours, Places, TagCount
from sitegen.model.article import Article, Correction, Entry, StandingPage
from sitegen.model.page import Listing, Noted, NoteListing, Part
from sitegen.model.taxonomy import Author, Byline, Credit, Section, Tag
from sitegen.site.printed import Printed
from sitegen.urls import CORRECTIONS, author_url, list_page_url, section_url, tag_url

if TYPE_CHECKING:
    from collections.abc import Iterable

_RELATED: Final = 4
_NEWEST: Final = 200


class Lists(Printed, ABC):
    """Questions about the stories that are out."""

    @query
    def entries(self) -> tuple[Entry, ...]:
        """The stories that have a page now, newest first: retracted ones too, as a notice stands in their place."""
        return lists.newest_first(entry for entry in map(self.entry, self.story_paths()) if entry.out)

    @query
    def addresses(self) -> tuple[tuple[str, str, str], ...]:
        """The permanent ids of the stories that have a page now, each with its file and its address."""
        return tuple((entry.id, entry.path, entry.url) for entry in self.entries())

    @query
    def _listed(self) -> tuple[Entry, ...]:
        """The stories that lists and feeds show, newest first."""
        return tuple(entry for entry in self.entries() if entry.listed)

    @query
    def stories(self) -> tuple[Article, ...]:
        """The stories that have a page now, newest first: retracted ones too."""
        return tuple(self.article(entry.path) for entry in self.entries())

    @query
    def articles(self) -> tuple[Article, ...]:
        """The stories that lists and feeds show, newest first."""
        return self._articles(self.list_paths("all", ""))

    @query
    def latest(self, n: int) -> tuple[Article, ...]:
        """The *n* newest stories."""
        return self.newest("all", "", n)

    @query(fleeting=True)
    def newest(self, kind: str, subject: str, n: int) -> tuple[Article, ...]:
        """The *n* newest stories of a list: see `list_paths`."""
        return self._articles(self.list_paths(kind, subject)[:n])

    @query(keep=True)
    def list_paths(self, kind: str, subject: str) -> tuple[str, ...]:
        """The paths of the stories of a section, tag, author or month, of the home page, or of all, newest first."""
        match kind:
            case "section":
                return self._by_section().get(subject, ())
            case "tag":
                return self._by_tag().get(subject, ())
            case "author":
                return self._by_author().get(subject, ())
            case "month":
                return self._by_month().get(subject, ())
            case "home":
                return tuple(entry.path for entry in self._listed() if entry.front != "hidden")
            case _:
                return tuple(entry.path for entry in self._listed())

    @query(keep=True)
    def places(self) -> Places:
        """The home page's arrangement, by path."""
        return lists.places(self._listed())

    @query
    def front(self) -> Front:
        """The home page's arrangement: the lead, the pinned stories, the rest."""
        places = self.places()
        lead = self.article(places.lead) if places.lead else None
        return Front(lead, self._articles(places.pinned), self._articles(places.rest))

    @query(fleeting=True)
    def listing(self, kind: str, subject: str, number: int) -> Listing:
        """Page *number* (0: the first) of the list of a home page, section, tag or author."""
        part = self._part(kind, subject, number)
        stories = self._articles(part.paths)
        return Listing(articles=stories, number=part.number, count=part.count, newer=part.newer, older=part.older)

    @query
    def _part(self, kind: str, subject: str, number: int) -> Part:
        """The same by paths: most pages of a list stay as they are when a story joins it."""
        bases = {"section": section_url, "tag": tag_url, "author": author_url}
        base = bases[kind](subject) if kind in bases else "/"
        size = int(str(self.setting("paginate")))
        return lists.page_of(self.list_paths(kind, subject), number, size, partial(list_page_url, base))

    def _articles(self, paths: Iterable[str]) -> tuple[Article, ...]:
        return tuple(map(self.article, paths))

    @query(keep=True)
    def corrections(self) -> tuple[str, ...]:
        """The notes of all stories that have a page, newest first: ``content/ferry.md#correction-2026-06-11``."""
        found = ((at, f"{entry.path}#{own}") for entry in self.entries() for at, own in entry.corrections)
        return tuple(name for _, name in sorted(found, reverse=True))

    @query
    def noted(self, name: str) -> Noted:
        """The note that `corrections` calls *name*, and of the other notes of its story only that it is withdrawn.

        With all of them, a story of hundreds would be told in full as often.
        """
        path, _, own = name.rpartition("#")
        note, retractions = self._notes(path)[own], self._retractions(path)
        kept = retractions if note in retractions else (note, *retractions)
        return Noted(article=replace(self.article(path), corrections=kept), note=note)

    @query(fleeting=True)
    def _notes(self, path: str) -> dict[str, Correction]:
        """The notes of the story at *path* by their ids."""
        return {note.id: note for note in self.article(path).corrections}

    @query
    def _retractions(self, path: str) -> tuple[Correction, ...]:
        """Those of them that withdraw it."""
        return tuple(note for note in self.article(path).corrections if note.kind == "retraction")

    @query(fleeting=True)
    def newest_notes(self, n: int) -> tuple[Noted, ...]:
        """The *n* newest notes."""
        return tuple(map(self.noted, self.corrections()[:n]))

    @query(fleeting=True)
    def note_listing(self, number: int) -> NoteListing:
        """Page *number* (0: the first) of the list of corrections."""
        size = int(str(self.setting("paginate")))
        part = lists.page_of(self.corrections(), number, size, partial(list_page_url, CORRECTIONS))
        notes = tuple(map(self.noted, part.paths))
        return NoteListing(notes=notes, number=part.number, count=part.count, newer=part.newer, older=part.older)

    @query
    def pages(self) -> tuple[StandingPage, ...]:
        """The standing pages, by address."""
        pages = (self.shown_page(path) for path in self.page_paths())
        return tuple(sorted((page for page in pages if self.drafts() or not page.draft), key=lambda page: page.url))

    @query(keep=True)
    def sections(self) -> tuple[Section, ...]:
        """The sections: the configured ones in their order, or those that stories name, by address."""
        configured = self.shown_settings().sections
        return configured or tuple(map(Section, sorted(self._by_section())))

    @query
    def section(self, name: str) -> Section:
        """The section with the id *name*."""
        return next((section for section in self.sections() if section.id == name), Section(name))

    @query
    def by_section(self, name: str) -> tuple[Article, ...]:
        """The stories of a section, newest first."""
        return self._articles(self.list_paths("section", name))

    @query(keep=True)
    def tags(self) -> tuple[TagCount, ...]:
        """The tags of the stories that are out, by address, each with how many."""
        return tuple(TagCount(self.tag(slug), len(paths)) for slug, paths in sorted(self._by_tag().items()))

    @query(keep=True)
    def tag(self, slug: str) -> Tag:
        """A tag as the site spells it: as configured, else as most of its stories do."""
        return self._spellings().get(slug) or Tag(slug, slug)

    @query
    def by_tag(self, slug: str) -> tuple[Article, ...]:
        """The stories with a tag, newest first."""
        return self._articles(self.list_paths("tag", slug))

    @query(keep=True)
    def authors(self) -> tuple[AuthorCount, ...]:
        """Who has stories out, by name, each with how many."""
        found = (AuthorCount(self.author(slug), len(paths)) for slug, paths in self._by_author().items())
        return tuple(sorted(found, key=lambda each: (each.author.name.casefold(), each.author.slug)))

    @query(keep=True)
    def author(self, slug: str) -> Author:
        """The author whose page has the address *slug*: as authors.yaml has them, else as their newest byline does."""
        for known in self.author_book().authors:
            if known.slug == slug:
                return self.shown_author(known)
        for story in self.newest("author", slug, 1):
            for byline in story.authors:
                if byline.id == slug:
                    return Author(
                        id=slug, slug=slug, name=byline.name, email=byline.email, role=byline.role, url=byline.url
                    )
        return Author(id=slug, slug=slug, name=slug)

    @query(keep=True)
    def introduction(self, slug: str) -> str:
        """Who the author *slug* is, as plain text: how their bio, which is Markdown, begins."""
        from sitegen.content.markdown import first_paragraph  # loads markdown-it

        bio = self.author(slug).bio
        return first_paragraph(bio, str(self.setting("lang"))) if bio else ""

    def credits(self, path: str) -> tuple[Credit, ...]:
        """The authors of the story at *path*, in their order: every output credits them so."""
        story = self.article(path)
        return tuple(
            Credit(
                name=byline.name,
                role=byline.role,
                email=_address(story, byline),
                url=page if self.answers(page := author_url(byline.id)) else byline.url,
                elsewhere=tuple(dict.fromkeys(filter(None, (byline.url, *self.elsewhere(byline.id))))),
            )
            for byline in story.authors
        )

    def contacts(self, path: str) -> tuple[str, ...]:
        """How to reach who wrote the story at *path*: the address of the whole byline, else those of its authors."""
        story = self.article(path)
        return tuple(filter(None, dict.fromkeys((story.email,) if story.email else (by.email for by in story.authors))))

    @query(keep=True)
    def elsewhere(self, slug: str) -> tuple[str, ...]:
        """The addresses elsewhere of the author *slug*, as authors.yaml has them, else as their newest byline does."""
        author = self.author(slug)
        return tuple(filter(None, (author.url, *(link.url for link in author.links))))

    @query
    def by_author(self, slug: str) -> tuple[Article, ...]:
        """The stories of an author, newest first."""
        return self._articles(self.list_paths("author", slug))

    @query(keep=True)
    def months(self) -> tuple[Month, ...]:
        """The months with stories, newest first, in the site's zone."""
        return lists.months(self._listed())

    @query(keep=True)
    def months_of(self, year: int) -> tuple[Month, ...]:
        """The months of a year with stories, newest first."""
        return tuple(month for month in self.months() if month.year == year)

    @query(fleeting=True)
    def in_month(self, year: int, month: int) -> tuple[Article, ...]:
        """The stories published in a month, newest first."""
        return self._articles(self.list_paths("month", f"{year:04}-{month:02}"))

    @query(fleeting=True)
    def in_year(self, year: int) -> tuple[Article, ...]:
        """The stories published in a year, newest first."""
        months = (f"{year:04}-{month:02}" for month in range(12, 0, -1))
        return self._articles(path for month in months for path in self.list_paths("month", month))

    @query
    def neighbours(self, path: str) -> Neighbours:
        """The stories published just after and just before the one at *path*."""
        newer, older = self._beside(path)
        return Neighbours(self.article(newer) if newer else None, self.article(older) if older else None)

    @query
    def related(self, path: str) -> tuple[Article, ...]:
        """The stories that the one at *path* names as related and that are out, then those that share most tags.

        Of each tag the newest are looked at, so that a tag of thousands costs no more than one of hundreds.
        """
        story = self.article(path)
        named = dict.fromkeys(found for name in story.related if (found := self._named(path, name)))
        chosen = [self.entry(other) for other in named if other != path]
        shown = [other.path for other in chosen if other.out and other.listed]
        more = lists.related(path, (self._newest_tagged(tag.slug) for tag in story.tags), _RELATED + len(named))
        return self._articles([*shown, *(other for other in more if other not in named)][:_RELATED])

    def _named(self, path: str, name: str) -> str:
        """The path of what the story at *path* calls *name*: a path from its folder or from content/, or an id."""
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        for candidate in (beside, f"content/{name}", f"content/{name}.md", f"content/{name}/index.md"):
            if self.text_kind(candidate) == "story":
                return candidate
        found = self._ids().get(name, "")
        if not found:
            where = self._place(path, "related")
            self.note(Problem(where, f"no story is called {name}", "write its path, such as other-story.md", "warning"))
        return found

    @query
    def _ids(self) -> dict[str, str]:
        """The paths of the stories that are out, by their permanent ids."""
        return {entry.id: entry.path for entry in self.entries()}

    @query
    def _by_tag(self) -> dict[str, tuple[str, ...]]:
        return _index((tag.slug, entry.path) for entry in self._listed() for tag in entry.tags)

    @query(keep=True)
    def _newest_tagged(self, slug: str) -> tuple[Dated, ...]:
        """The newest stories with a tag."""
        return tuple(lists.dated(self.entry(path)) for path in self.list_paths("tag", slug)[:_NEWEST])

    @query
    def _by_section(self) -> dict[str, tuple[str, ...]]:
        return _index((entry.section, entry.path) for entry in self._listed() if entry.section)

    @query
    def _by_author(self) -> dict[str, tuple[str, ...]]:
        return _index((author, entry.path) for entry in self._listed() for author in entry.authors)

    @query
    def _by_month(self) -> dict[str, tuple[str, ...]]:
        entries = ((entry.published, entry.path) for entry in self._listed())
        return _index((f"{at.year:04}-{at.month:02}", path) for at, path in entries if at)

    @query
    def _neighbours(self) -> dict[str, tuple[str, str]]:
        return lists.neighbours(self.list_paths("all", ""))

    @query(keep=True)
    def _beside(self, path: str) -> tuple[str, str]:
        """The paths of the stories just after and just before the one at *path*; ``""`` for none."""
        return self._neighbours().get(path) or ("", "")

    @query
    def _spellings(self) -> dict[str, Tag]:
        """The tags in use, by slug, each in its winning spelling.  Notes the stories that spell one otherwise."""
        configured = {tag.slug: tag for tag in self.shown_settings().tags}
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for entry in self._listed():
            for tag in entry.tags:
                counts[tag.slug][tag.title] += 1
        best = {slug: min(by, key=lambda title: (-by[title], title)) for slug, by in counts.items()}
        winning = {slug: configured.get(slug) or Tag(slug, title) for slug, title in best.items()}
        for entry in self._listed():
            for tag in entry.tags:
                if tag.title != winning[tag.slug].title:
                    what = f"the tag {tag.title} is one with {winning[tag.slug].title}, which is how it is printed"
                    self.note(Problem(Location(entry.path), what, "spell it like that here", "warning"))
        return winning


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, path in pairs:
        found[name].append(path)
    return {name: tuple(paths) for name, paths in found.items()}


def _address(story: Article, byline: Byline) -> str:
    """The e-mail address of *byline* in *story*: one of the byline as a whole is that of a sole author alone."""
    if not story.email or len(story.authors) == 1:
        return story.email or byline.email
    return story.email if byline.email.casefold() == story.email.casefold() else ""
