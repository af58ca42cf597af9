"""Stories together: lists, tags, sections, authors, and what stands beside a story.

Two rules: a question answers exactly what its name says, and what many ask is indexed once, so that proving stays
linear.  The indexes are private: they are dicts, which layouts must not reach.
"""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from sitegen import listing as lists
from sitegen.errors import Location, Problem
from sitegen.incremental import query
from sitegen.listing import AuthorCount, Front, Month, Neighbours, TagCount
from sitegen.model.article import Article, StandingPage
from sitegen.model.page import Listing
from sitegen.model.taxonomy import Author, Section, Tag
from sitegen.site.stories import Stories
from sitegen.urls import author_url, list_page_url, section_url, tag_url

if TYPE_CHECKING:
    from collections.abc import Iterable

_RELATED: Final = 4


class Site(Stories):
    """Questions about the stories that are out."""

    @query
    def stories(self) -> tuple[Article, ...]:
        """The stories that have a page now, newest first: retracted ones too, as a notice stands in their place."""
        return lists.newest_first(self.article(path) for path in self.story_paths() if self.live(path))

    @query
    def articles(self) -> tuple[Article, ...]:
        """The stories that lists and feeds show, newest first."""
        return tuple(story for story in self.stories() if not story.retracted)

    @query
    def latest(self, n: int) -> tuple[Article, ...]:
        """The *n* newest stories."""
        return self.articles()[:n]

    @query
    def home_stories(self) -> tuple[Article, ...]:
        """The stories of the home page and its older pages, newest first: those that are not hidden there."""
        return tuple(story for story in self.articles() if story.front != "hidden")

    @query
    def front(self) -> Front:
        """The home page's arrangement: the lead, the pinned stories, the rest."""
        return lists.front(self.articles())

    @query
    def listing(self, kind: str, subject: str, number: int) -> Listing:
        """Page *number* (0: the first) of the list of a home page, section, tag or author."""
        stories, base = self._listed(kind, subject)
        return lists.page_of(stories, number, self.settings().paginate, partial(list_page_url, base))

    def _listed(self, kind: str, subject: str) -> tuple[tuple[Article, ...], str]:
        """The stories of a list, and its address."""
        match kind:
            case "section":
                return self.by_section(subject), section_url(subject)
            case "tag":
                return self.by_tag(subject), tag_url(subject)
            case "author":
                return self.by_author(subject), author_url(subject)
            case _:
                return self.home_stories(), "/"

    @query
    def pages(self) -> tuple[StandingPage, ...]:
        """The standing pages, by address."""
        pages = (self.standing_page(path) for path in self.page_paths())
        return tuple(sorted((page for page in pages if self.drafts() or not page.draft), key=lambda page: page.url))

    @query
    def sections(self) -> tuple[Section, ...]:
        """The sections: the configured ones in their order, or those that stories name, by address."""
        configured = self.settings().sections
        return configured or tuple(map(Section, sorted(self._by_section())))

    @query
    def section(self, name: str) -> Section:
        """The section with the id *name*."""
        return next((section for section in self.sections() if section.id == name), Section(name))

    @query
    def by_section(self, name: str) -> tuple[Article, ...]:
        """The stories of a section, newest first."""
        return self._by_section().get(name, ())

    @query
    def tags(self) -> tuple[TagCount, ...]:
        """The tags of the stories that are out, by address, each with how many."""
        return tuple(TagCount(self.tag(slug), len(stories)) for slug, stories in sorted(self._by_tag().items()))

    @query
    def tag(self, slug: str) -> Tag:
        """A tag as the site spells it: as configured, else as most of its stories do."""
        return self._spellings().get(slug) or Tag(slug, slug)

    @query
    def by_tag(self, slug: str) -> tuple[Article, ...]:
        """The stories with a tag, newest first."""
        return self._by_tag().get(slug, ())

    @query
    def authors(self) -> tuple[AuthorCount, ...]:
        """Who has stories out, by name, each with how many."""
        found = (AuthorCount(self.author(slug), len(stories)) for slug, stories in self._by_author().items())
        return tuple(sorted(found, key=lambda each: (each.author.name.casefold(), each.author.slug)))

    @query
    def author(self, slug: str) -> Author:
        """The author whose page has the address *slug*: as authors.yaml has them, else as their newest byline does."""
        for known in self.author_book().authors:
            if known.slug == slug:
                return known
        for story in self.by_author(slug):
            for byline in story.authors:
                if byline.id == slug:
                    return Author(
                        id=slug, slug=slug, name=byline.name, email=byline.email, role=byline.role, url=byline.url
                    )
        return Author(id=slug, slug=slug, name=slug)

    @query
    def by_author(self, slug: str) -> tuple[Article, ...]:
        """The stories of an author, newest first."""
        return self._by_author().get(slug, ())

    @query
    def months(self) -> tuple[Month, ...]:
        """The months with stories, newest first, in the site's zone."""
        return lists.months(self.articles())

    @query
    def in_month(self, year: int, month: int) -> tuple[Article, ...]:
        """The stories published in a month, newest first."""
        return self._by_month().get(f"{year:04}-{month:02}", ())

    @query
    def in_year(self, year: int) -> tuple[Article, ...]:
        """The stories published in a year, newest first."""
        months = self._by_month().items()
        return tuple(story for month, stories in months if month.startswith(f"{year:04}-") for story in stories)

    @query
    def neighbours(self, path: str) -> Neighbours:
        """The stories published just after and just before the one at *path*."""
        return self._neighbours().get(path) or Neighbours()

    @query
    def related(self, path: str) -> tuple[Article, ...]:
        """The stories that the one at *path* names as related and that are out, then those that share most tags."""
        story = self.article(path)
        named = dict.fromkeys(found for name in story.related if (found := self._named(path, name)))
        chosen = [self.article(other) for other in named if other != path and self.live(other)]
        others = {other.path: other for tag in story.tags for other in self.by_tag(tag.slug)}
        more = lists.related(story, others.values(), _RELATED + len(chosen))
        rest = [other for other in more if other.path not in named]
        return tuple([*(other for other in chosen if not other.retracted), *rest][:_RELATED])

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
        return {story.id: story.path for story in self.stories()}

    @query
    def _by_tag(self) -> dict[str, tuple[Article, ...]]:
        return _index((tag.slug, story) for story in self.articles() for tag in story.tags)

    @query
    def _by_section(self) -> dict[str, tuple[Article, ...]]:
        return _index((story.section, story) for story in self.articles() if story.section)

    @query
    def _by_author(self) -> dict[str, tuple[Article, ...]]:
        return _index((byline.id, story) for story in self.articles() for byline in story.authors)

    @query
    def _by_month(self) -> dict[str, tuple[Article, ...]]:
        dated = ((story.published, story) for story in self.articles())
        return _index((f"{at.year:04}-{at.month:02}", story) for at, story in dated if at)

    @query
    def _neighbours(self) -> dict[str, Neighbours]:
        return lists.neighbours(self.articles())

    @query
    def _spellings(self) -> dict[str, Tag]:
        """The tags in use, by slug, each in its winning spelling.  Notes the stories that spell one otherwise."""
        configured = {tag.slug: tag for tag in self.settings().tags}
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for story in self.articles():
            for tag in story.tags:
                counts[tag.slug][tag.title] += 1
        best = {slug: min(by, key=lambda title: (-by[title], title)) for slug, by in counts.items()}
        winning = {slug: configured.get(slug) or Tag(slug, title) for slug, title in best.items()}
        for story in self.articles():
            for tag in story.tags:
                if tag.title != winning[tag.slug].title:
                    what = f"the tag {tag.title} is one with {winning[tag.slug].title}, which is how it is printed"
                    self.note(Problem(Location(story.path), what, "spell it like that here", "warning"))
        return winning


def _index(pairs: Iterable[tuple[str, Article]]) -> dict[str, tuple[Article, ...]]:
    found: dict[str, list[Article]] = defaultdict(list)
    for name, story in pairs:
        found[name].append(story)
    return {name: tuple(stories) for name, stories in found.items()}
