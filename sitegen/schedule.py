"""What is due: when stories come, change and go although nobody edits anything."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from sitegen.errors import Problem
from sitegen.incremental import settle
from sitegen.look import looked
from sitegen.site.outlets import NEWS, is_for, joins
from sitegen.site.stories import is_hidden
from sitegen.zones import zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sitegen.build import Request
    from sitegen.edition import Edition
    from sitegen.model.article import Article, CorrectionKind
    from sitegen.model.settings import Settings

What = Literal["publish", "join-feed", "expire", "update", "close", "correct", "clarify", "retract", "leave-news"]

_NOTES: Final[dict[CorrectionKind, What]] = {
    "correction": "correct",
    "clarification": "clarify",
    "update": "update",
    "retraction": "retract",
}


class Due(Struct, frozen=True):
    """What becomes of the story at *path*, and when, in the site's zone: ``2026-10-01T06:00:00+02:00 publish x.md``.

    ``join-feed``: a partner may have it now; ``leave-news``: it is too old for the news sitemap.
    """

    at: datetime
    what: What
    path: str

    def __str__(self) -> str:
        """One line, for people and for scripts: when, what and which story, with a space between."""
        return f"{self.at.isoformat()} {self.what} {self.path}"


class Schedule(Struct, frozen=True):
    """All that is *due*, the next first, as far as stories could be read: *problems* are those that could not be."""

    due: tuple[Due, ...]
    problems: tuple[Problem, ...] = ()


def schedule(request: Request) -> Schedule:
    """What is due on the site of *request* after its moment.  Raises BuildFailed if the settings cannot be read."""
    return looked(request, partial(_schedule, request.now))


def _schedule(now: datetime, edition: Edition) -> Schedule:
    paths = edition.story_paths()
    problems = settle(edition, [("written", path) for path in paths])
    stories = [edition.written(path) for path in paths if ("written", path) not in edition.failures]
    settings = edition.settings()
    live = [("coverage", story.path) for story in stories if story.kind == "live"]
    problems |= settle(edition, live)
    entries = {
        path: [mark.at for mark in edition.coverage(path).marks if mark.at]
        for key, path in live
        if (key, path) not in edition.failures
    }
    here = zone(settings.timezone)
    # In UTC, as Python compares two times of one zone by their clocks, which show an hour twice.
    coming = {
        (at.astimezone(UTC), what, story.path)
        for story in stories
        for at, what in _moments(story, entries.get(story.path, ()), settings)
        if at > now
    }
    due = tuple(Due(at.astimezone(here), what, path) for at, what, path in sorted(coming))
    return Schedule(due, tuple(sorted(problems, key=lambda problem: problem.order)))


def _moments(story: Article, entries: Iterable[datetime], settings: Settings) -> Iterator[tuple[datetime, What]]:
    """When something becomes of *story*, be it past or to come: nothing before it is out, and nothing after its end.

    *entries* are the times of those of a live story.
    """
    first, last = story.published, story.expires
    if story.draft or first is None:
        return
    yield first, "publish"
    if last:
        yield last, "expire"
    over = min(filter(None, (_retracted(story), last)), default=None)  # from then on no reader sees an entry
    yield from ((at, "update") for at in entries if first < at and not (over and at >= over))
    for at, what in _changes(story, first, settings):
        if first < at and not (last and at >= last):
            yield at, what


def _changes(story: Article, first: datetime, settings: Settings) -> Iterator[tuple[datetime, What]]:
    """When readers get something new of *story*, which came out at *first*, or others do, or it is news no more."""
    if story.updated:
        yield story.updated, "update"
    retracted = _retracted(story)
    if story.closed and not (retracted and retracted <= story.closed):
        yield story.closed, "close"
    for note in story.corrections:
        yield note.date, _NOTES[note.kind]
    for at, what in _outlets(story, first, settings):
        if not (retracted and retracted < at):
            yield at, what


def _retracted(story: Article) -> datetime | None:
    """When *story* was withdrawn, or is to be."""
    return min((note.date for note in story.corrections if note.kind == "retraction"), default=None)


def _outlets(story: Article, first: datetime, settings: Settings) -> Iterator[tuple[datetime, What]]:
    """When *story* joins the feeds of partners, and leaves the news sitemap, if it is not withdrawn before."""
    if not story.ours:
        return
    slugs = [tag.slug for tag in story.tags], [byline.id for byline in story.authors]
    for feed in settings.feeds.partners:
        if is_for(feed, story.section, *slugs):
            yield joins(feed, first), "join-feed"
    if not is_hidden(story, f"{settings.url}/"):
        yield first + NEWS, "leave-news"
