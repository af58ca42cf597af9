"""Stories and standing pages, one at a time: what they say, whether they are out, what they show."""

from __future__ import annotations

import posixpath
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from sitegen.content.coverage import Coverage, Mark, without
from sitegen.content.frontmatter import FrontMatter
from sitegen.content.pictures import Picture
from sitegen.errors import ContentError, Location, Problem, Problems
from sitegen.incremental import query
from sitegen.model.article import Article, Body, Entry, StandingPage
from sitegen.model.settings import Extra
from sitegen.site.inputs import PAGES
from sitegen.site.own_addresses import spared
from sitegen.site.pictures import Pictures, picture_fault
from sitegen.site.references import Attachment, References, picture_problem, picture_source, static_url
from sitegen.urls import own_path
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


class Stories(Pictures, ABC):
    """Questions about one story or page."""

    @abstractmethod
    def answers(self, url: str) -> bool:
        """Whether an output is planned at *url*, a path of the site; who plans outputs knows."""

    @abstractmethod
    def why_held(self, path: str) -> str:
        """Why no link may lead to the story or page at *path* now; the gate knows."""

    @abstractmethod
    def held_at(self, url: str) -> str:
        """What is held and would be at *url*, a path of the site; the gate knows."""

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
        story = self._in_words(self._as_of_now(path))

        def spare(key: str, url: str) -> str:
            return "" if url and self.leads_to_held(url, path, key) else url

        replace, partner, origin = msgspec.structs.replace, story.partner, story.syndicated
        if origin:
            origin = replace(origin, url=spare("syndicated", origin.url), feed=spare("syndicated", origin.feed))
        return replace(
            story,
            authors=tuple(
                replace(byline, url="") if byline.url and self._is_to_go(byline, path) else byline
                for byline in story.authors
            ),
            partner=partner and replace(partner, url=spare("partner", partner.url)),
            syndicated=origin,
            canonical=spare("canonical", story.canonical),
            source=spare("source", story.source),
        )

    def _in_words(self, story: Article) -> Article:
        """*story* without addresses of what is held in the words of its front matter."""
        words = (story.title, story.summary, *(note.text for note in story.corrections))
        plain = [self._spared(text, story.path) for text in words]
        if plain == list(words):
            return story
        title, summary, *notes = plain
        corrections = tuple(
            msgspec.structs.replace(note, text=text) for note, text in zip(story.corrections, notes, strict=True)
        )
        return msgspec.structs.replace(story, title=title, summary=summary, corrections=corrections)

    def _spared(self, text: str, path: str, line: int = 0) -> str:
        """*text*, of the file at *path*, without addresses of what is held; from *line* on it is Markdown."""

        def is_to_go(address: str, before: int) -> bool:
            return self.leads_to_held(address, path, line=line and line + before)

        host = urlsplit(str(self.setting("url"))).hostname or ""
        return spared(text, host, is_to_go, linked=bool(line))

    def _is_to_go(self, byline: Byline, path: str) -> bool:
        """Whether the address in *byline* of the story at *path* is one of something held."""
        if any(author.slug == byline.id for author in self.author_book().authors):
            return bool(self.held_behind(byline.url))  # told where that book is read
        return self.leads_to_held(byline.url, path, "authors")

    def leads_to_held(self, url: str, path: str, key: str = "", line: int = 0) -> bool:
        """Whether *url*, of *key* or at *line* in the file at *path*, is that of something held; which is told."""
        source = self.held_behind(url)
        if source:
            what = f"{source} {self.why_held(source)}, so its address is not printed"
            where = self._place(path, key) if key else Location(path, line)
            self.note(Problem(where, what, "remove it, or publish this story later", "warning"))
        return bool(source)

    def held_behind(self, url: str) -> str:
        """The story or page that is held and to which *url*, an address in full, would lead; ``""``: none."""
        path = own_path(str(self.setting("url")), url)
        return self.held_at(path) if path else ""

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
            live=story.kind == "live",
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
        return self.standing_page(path) if path.startswith(PAGES) else self.article(path)

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
    def _front(self, path: str) -> FrontMatter:
        """The front matter alone, so that a word changed in the text does not read it again."""
        return msgspec.structs.replace(self._split(path), body="", body_line=0)

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
        return Text(self._spared(text, path, whole.body_line), whole.body_line)

    def _marks(self, about: Article | StandingPage) -> tuple[Mark, ...] | None:
        """The entries of a live story; None for anything else."""
        return self.coverage(about.path).marks if isinstance(about, Article) and about.kind == "live" else None

    def _split(self, path: str) -> FrontMatter:
        from sitegen.content.frontmatter import split

        data = self.source(path)
        if data is None:
            raise ContentError.at(Location(path), "vanished during the build", "run the build again")
        return split(data, path)

    def _place(self, path: str, key: str) -> Location:
        """Where the front matter at *path* has *key*, as far as it can be told without reading it again."""
        front = self._front(path)
        at = f"\n{front.head}".find(f"\n{key}:")
        return Location(path, front.head_line + front.head.count("\n", 0, at), 1) if at >= 0 else Location(path)

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
