"""Stories and standing pages, one at a time: what they say, whether they are out, what they show."""

from __future__ import annotations

import posixpath
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from msgspec import Struct

from sitegen.content.coverage import Coverage, Mark, without
from sitegen.content.pictures import Picture
from sitegen.errors import ContentError, Problem, Problems
from sitegen.incremental import query
from sitegen.model.article import Article, Body, Entry, StandingPage
from sitegen.model.settings import Extra
from sitegen.site.inputs import AUTHORS, PAGES
from sitegen.site.pictures import picture_fault
from sitegen.site.references import Attachment, References, picture_problem, picture_source, static_url
from sitegen.site.words import Words
from sitegen.zones import zone

if TYPE_CHECKING:
    from sitegen.model.settings import Settings
    from sitegen.model.taxonomy import AuthorBook, Byline
    from sitegen.urls import Fault

_STANDFIRST: Final = 50  # words
_About = TypeVar("_About", Article, StandingPage)


class Text(Struct, frozen=True):
    """The Markdown of a file, and the line of the file where it starts."""

    markdown: str
    line: int


class Rendered(Struct, frozen=True):
    """A body, and the files beside its source that are published with it."""

    body: Body
    attachments: tuple[Attachment, ...] = ()


def is_hidden(about: Article | StandingPage, own: str) -> bool:
    """Whether search engines are to leave a page out: it says so, or is a copy of one that is not at *own*."""
    return about.noindex or bool(about.canonical and not about.canonical.startswith(own))


def _tombstone(story: Article) -> Article:
    """What stands in the place of a *story* that was withdrawn: its headline, who wrote it, and the notes."""
    return msgspec.structs.replace(
        story,
        summary="",
        tags=(),
        image=None,
        dateline="",
        source="",
        layout="",
        related=(),
        noindex=True,
        extra=Extra(),
        kind="news" if story.kind == "live" else story.kind,  # it is over, and its entries are seen by nobody
        closed=None,
        entered=None,
    )


class Stories(Words, ABC):
    """Questions about one story or page."""

    @abstractmethod
    def answers(self, url: str) -> bool:
        """Whether an output is planned at *url*, a path of the site; who plans outputs knows."""

    @query(keep=True, dear=True, fleeting=True)
    def written(self, path: str) -> Article:
        """The story at *path* as its front matter has it, whatever the time."""
        from sitegen.content.articles import read_article  # loads YAML

        return self._told(*read_article(path, self._front(path), _World(self)))

    @query(keep=True)
    def standing_page(self, path: str) -> StandingPage:
        """The standing page at *path*."""
        from sitegen.content.pages import read_page  # loads YAML

        return self._told(*read_page(path, self._front(path), _World(self)))

    def live(self, path: str) -> bool:
        """Whether the story at *path* is out: from ``published`` until ``expires``, at the build's clock."""
        story = self.written(path)
        if story.expires and self._reached(story.expires):
            return False
        if self.drafts():
            return True
        return not story.draft and story.published is not None and self._reached(story.published)

    @query
    def article(self, path: str) -> Article:
        """The story at *path* as readers may see it now.

        It is without the notes and the update that are yet to come, and without addresses of what is held.  Of one that
        is withdrawn only what its tombstone says is left, so that nothing can print more.
        """
        story = self._as_of_now(path)
        found = self.all_without_held(story, path)
        authors = tuple(self._without_own(byline, path) for byline in story.authors)
        return found if authors == story.authors else msgspec.structs.replace(found, authors=authors)

    def _without_own(self, byline: Byline, path: str) -> Byline:
        """*byline* of the story at *path* without an address of something held."""
        is_known = any(author.slug == byline.id for author in self.author_book().authors)
        return self.each_without_held(byline, AUTHORS) if is_known else self.each_without_held(byline, path, "authors")

    @query
    def shown_page(self, path: str) -> StandingPage:
        """The standing page at *path* as readers may see it now: without addresses of what is held."""
        return self.all_without_held(self.standing_page(path), path)

    def _as_of_now(self, path: str) -> Article:
        """The story at *path* at the build's clock; lists and addresses go by it, so it asks nothing of them."""
        story = self.written(path)
        if not (story.corrections or story.updated or story.kind == "live"):
            return story
        notes = tuple(note for note in story.corrections if self._reached(note.date))
        updated = story.updated if story.updated and self._reached(story.updated) else None
        if updated is None and story.updated and self.live(path):
            what = f"`updated` is in the future: {story.updated.isoformat()}"
            self.note(Problem(self._place(path, "updated"), what, "readers see it from then on", "warning"))
        closed = story.closed if story.closed and self._reached(story.closed) else None
        entered = max((mark.at for mark in self._shown(story) if mark.at), default=None)
        seen = msgspec.structs.replace(story, corrections=notes, updated=updated, closed=closed, entered=entered)
        return _tombstone(seen) if seen.retracted else seen

    @query(keep=True)
    def coverage(self, path: str) -> Coverage:
        """The entries of the live story at *path*, whatever the time."""
        from sitegen.content.markdown import coverage  # loads markdown-it

        story, whole, problems = self.written(path), self._split(path), Problems()
        found = coverage(whole.body, whole.body_line, path, zone(str(self.setting("timezone"))), problems)
        if problems.errors and not story.draft:
            raise ContentError(problems.found)
        self._tell(tuple(problem.softened() for problem in problems.found))
        return found

    def _shown(self, story: Article) -> tuple[Mark, ...]:
        """The entries of *story* that readers may see now."""
        marks = self.coverage(story.path).marks if story.kind == "live" else ()
        return tuple(mark for mark in marks if mark.at and (self.drafts() or self._reached(mark.at)))

    def _has_more(self, story: Article) -> bool:
        """Whether the page of *story*, which is as of now, is to have entries or notes that it has not."""
        marks = self.coverage(story.path).marks if story.kind == "live" else ()
        return len(story.corrections) < len(self.written(story.path).corrections) or len(self._shown(story)) < len(
            marks
        )

    @query
    def to_come(self, path: str, place: str) -> str:
        """From when the page of the story at *path* will have the anchor *place*, ISO 8601; ``""``: it has, or never.

        That of an entry to come or of a heading in it, or of a note.
        """
        if path.startswith(PAGES) or not self.entry(path).to_come or place in self.anchors(path):
            return ""
        from sitegen.content.markdown import anchors  # loads markdown-it

        notes = [note.date for note in self.written(path).corrections if note.id == place]
        if notes:
            return notes[0].isoformat()
        about, entries, whole = self.article(path), self._marks(self.article(path)) or (), self._split(path).body
        shown = self._shown(about)
        for mark in (mark for mark in entries if mark.at and mark not in shown):
            text = without(whole, self.coverage(path), [each for each in entries if each not in (*shown, mark)])
            if place in anchors(text, about.lang, self.settings().markdown, entries):
                return mark.at.isoformat() if mark.at else ""
        return ""

    @query(keep=True, dear=True)
    def entry(self, path: str) -> Entry:
        """The story at *path* as lists see it."""
        story = self._as_of_now(path)
        own = str(self.setting("url")) + "/"
        return Entry(
            path=path,
            id=story.id,
            url=story.url,
            out=self.live(path),
            listed=not story.retracted,
            published=story.published,
            modified=story.modified,
            front=story.front,
            section=story.section,
            tags=story.tags,
            authors=tuple(byline.id for byline in story.authors),
            aliases=story.aliases,
            hidden=is_hidden(story, own),
            layout=self.written(path).layout,
            corrections=tuple((note.date, note.id) for note in story.corrections),
            to_come=not story.retracted and self._has_more(story),
            ours=story.ours,
            paid=story.kind == "sponsored",
        )

    def body(self, path: str) -> Body:
        """The text of the story or page at *path*, rendered."""
        return self.rendered(path).body

    def attachments(self, path: str) -> tuple[Attachment, ...]:
        """The files beside the source at *path* that are published with it: its lead picture and what its text uses."""
        image = self._about(path).image
        beside = References(self, path, self._about(path).url).beside(image.src) if image else None
        found = dict.fromkeys(self.rendered(path).attachments)
        return tuple(({beside: None} if beside else {}) | found)

    @query
    def picture(self, path: str, src: str) -> str:
        """The URL below the site, or elsewhere, of the picture that the file at *path* calls *src*."""
        beside = References(self, path, self._about(path).url).beside(src)
        if beside:
            return beside.url
        return static_url(self, src) if src.startswith("/") else src

    @query
    def picture_size(self, path: str, src: str) -> tuple[int, int]:
        """Width and height, in pixels, of the picture that the file at *path* calls *src*; 0 where not known."""
        source = self.picture_source(path, src)
        found = self.looked_into(source) if source else Picture()
        return found.width, found.height

    def picture_source(self, path: str, src: str) -> str:
        """The file of the picture that the file at *path* calls *src*; ``""`` if it is elsewhere."""
        return picture_source(self, posixpath.dirname(path), src)

    def text(self, path: str) -> str:
        """The Markdown of the text at *path*, as far as readers may see it now; its lines stay where they are."""
        return self._text(path).markdown

    @query
    def anchors(self, path: str) -> tuple[str, ...]:
        """The ids on the page of the text at *path* that a link may name."""
        from sitegen.content.markdown import anchors  # loads markdown-it

        about = self._about(path)
        notes = about.corrections if isinstance(about, Article) else ()
        found = anchors(self._text(path).markdown, about.lang, self.settings().markdown, self._marks(about))
        return (*found, *(note.id for note in notes))

    @query(keep=True)
    def standfirst(self, path: str) -> str:
        """The standfirst of the story at *path*; where none is written, its first paragraph, cut at a word."""
        from sitegen.content.clusters import first_words
        from sitegen.content.markdown import first_paragraph  # loads markdown-it

        about = self._about(path)
        return about.summary or first_words(first_paragraph(self._text(path).markdown, about.lang), _STANDFIRST)

    @query
    def words(self, path: str) -> int:
        """The number of words in the text at *path*."""
        from sitegen.content.markdown import words  # loads markdown-it

        return words(self._text(path).markdown)

    def _about(self, path: str) -> Article | StandingPage:
        return self.shown_page(path) if path.startswith(PAGES) else self.article(path)

    @query(aside=True, dear=True, fleeting=True)
    def rendered(self, path: str) -> Rendered:
        """The text of the story or page at *path* and what is published with it."""
        from sitegen.content.markdown import render  # loads markdown-it

        text, about, settings = self._text(path), self._about(path), self.settings()
        references, problems = References(self, path, about.url), Problems()
        body = render(
            text.markdown,
            text.line,
            path,
            about.lang,
            settings.markdown,
            settings.url,
            references,
            problems,
            self._marks(about),
            paid=isinstance(about, Article) and about.kind == "sponsored",
        )
        found = (*problems.found, *references.problems.found)
        if about.draft:
            found = tuple(problem.softened() for problem in found)
        elif any(problem.severity == "error" for problem in found):
            raise ContentError(found)
        self._tell(found)
        return Rendered(body, tuple(references.attachments))

    @query(fleeting=True)
    def _text(self, path: str) -> Text:
        """The text alone, as far as readers may see it now: nothing else reads it, so that the rest is nowhere."""
        whole = self._split(path)
        about = self._about(path)
        if isinstance(about, Article) and about.retracted:
            return Text("", whole.body_line)
        text = whole.body
        if isinstance(about, Article) and about.kind == "live":
            shown, entries = self._shown(about), self.coverage(path)
            text = without(text, entries, [mark for mark in entries.marks if mark not in shown])
        return Text(self._spared(text, path, line=whole.body_line, linked=True), whole.body_line)

    def _marks(self, about: Article | StandingPage) -> tuple[Mark, ...] | None:
        """The entries of a live story; None for anything else."""
        return self.coverage(about.path).marks if isinstance(about, Article) and about.kind == "live" else None

    def _reached(self, instant: datetime) -> bool:
        return self.passed(instant.astimezone(UTC).isoformat())

    def _told(self, about: _About, problems: tuple[Problem, ...]) -> _About:
        self._tell(problems)
        return about


class _World:
    """What reading front matter asks about the rest of the site: see `sitegen.content.articles.World`."""

    def __init__(self, site: Stories) -> None:
        self._site = site

    def settings(self) -> Settings:
        return self._site.settings()

    def author_book(self) -> AuthorBook | None:
        """The people of the site; None when their file is broken, which is told where it is read."""
        try:
            return self._site.author_book()
        except ContentError:
            return None

    def layout_exists(self, name: str) -> bool:
        return bool(self._site.layout_path(name))

    def picture(self, path: str, src: str) -> Fault | None:
        return picture_problem(self._site, posixpath.dirname(path), src)

    def picture_file(self, path: str, src: str) -> Fault | None:
        source = self._site.picture_source(path, src)
        return picture_fault(self._site, source) if source else None
