"""The page ``/_sitegen/`` of the preview: what is not out yet, what will go, what was changed, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from msgspec import Struct, structs

from sitegen.errors import SitegenError
from sitegen.serve.facts import Moment, State, moment, state
from sitegen.serve.pages import filled
from sitegen.serve.trouble import Described, ordered
from sitegen.urls import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sitegen.edition import Edition
    from sitegen.model.article import Article, StandingPage
    from sitegen.serve.editors import Editor

_RECENT: Final = 20
_END: Final = "9"  # sorts after every year


class Line(Struct, frozen=True, kw_only=True):
    """One line of a list: what it is called, its preview, its source, and the times that matter.

    *url* is empty where there is no page; *then* is the preview as of *when*.
    """

    title: str
    url: str = ""
    path: str = ""
    editor: str = ""
    state: State | str = ""
    when: Moment | None = None
    then: str = ""


def dashboard(
    edition: Edition,
    problems: Sequence[Described],
    changed: Sequence[tuple[str, datetime]],
    now: datetime,
    editor: Editor | None = None,
) -> bytes:
    """The page, for the clock *now*.

    *changed* are the files last changed, newest first, each with when.  A story that cannot be read is in no list but
    that of the problems; without a readable site.yaml there are only problems.
    """
    try:
        settings = edition.settings()
        title, base, zone, lists = settings.title, settings.base, settings.timezone, _Lists(edition, editor)
        found = lists.by_state(zone)
        recent = [lists.changed(path, at, zone) for path, at in changed[:_RECENT]]
    except SitegenError:
        title, base, zone, found, recent = "", "", "UTC", {}, []
    return filled(
        "dashboard.html",
        title=title,
        base=base,
        now=moment(now, zone),
        drafts=_by_time(found.get("draft", ())),
        scheduled=_by_time(found.get("scheduled", ())),
        expiring=_by_time(found.get("expires", ())),
        changed=recent,
        problems=ordered(problems),
        errors=sum(problem.severity == "error" for problem in problems),
    )


class _Lists:
    """The lists of the site of *edition*."""

    def __init__(self, edition: Edition, editor: Editor | None) -> None:
        self._edition = edition
        self._editor = editor
        self._base = edition.settings().base

    def by_state(self, zone: str) -> dict[State, list[Line]]:
        """The stories and standing pages that can be read, by their state."""
        found: dict[State, list[Line]] = {}
        for about in self._texts():
            now = state(self._edition, about)
            published, expires = getattr(about, "published", None), getattr(about, "expires", None)
            when = expires if now in {"expires", "expired"} else published
            found.setdefault(now, []).append(self._line(about, now, moment(when, zone) if when else None))
        return found

    def changed(self, path: str, at: datetime, zone: str) -> Line:
        """The file at *path*, which was changed *at* that time."""
        when = moment(at, zone)
        about = self._text(path)
        if about is None:
            return Line(title=path, path=path, editor=self._link(path), when=when)
        return structs.replace(self._line(about, state(self._edition, about), when), then="")

    def _line(self, about: Article | StandingPage, now: State, when: Moment | None) -> Line:
        address = self._base + quoted(about.url)
        then = f"{address}?now={quote(when.iso)}" if when and now in {"scheduled", "expires"} else ""
        is_shown = now in {"out", "expires"} or (self._edition.drafts() and now in {"draft", "scheduled"})
        url = address if is_shown else ""
        return Line(
            title=about.title,
            url=url,
            path=about.path,
            editor=self._link(about.path),
            state=now,
            when=when,
            then=then,
        )

    def _texts(self) -> Iterator[Article | StandingPage]:
        for path in (*self._edition.story_paths(), *self._edition.page_paths()):
            about = self._text(path)
            if about is not None:
                yield about

    def _text(self, path: str) -> Article | StandingPage | None:
        """The story or standing page at *path*, if there is one that can be read."""
        try:
            match self._edition.text_kind(path):
                case "story":
                    return self._edition.written(path)
                case "page":
                    return self._edition.standing_page(path)
        except SitegenError:
            pass
        return None

    def _link(self, path: str) -> str:
        return self._editor.link(path) if self._editor else ""


def _by_time(lines: Iterable[Line]) -> list[Line]:
    """*lines* as their times come; those without one last."""
    return sorted(lines, key=lambda line: (line.when.iso if line.when else _END, line.title))
