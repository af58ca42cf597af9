"""What stories lack, and what nothing uses: what no reader misses yet."""

from __future__ import annotations

import posixpath
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from sitegen.content.frontmatter import split
from sitegen.errors import Location, Problem
from sitegen.site.inputs import AUTHORS, DATA, PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sitegen.edition import Edition
    from sitegen.model.article import Article

_MOST: Final = 20
_WIDE: Final = 1200
_FAR: Final = timedelta(days=366)
_FIRST: Final = 1600  # the year of the first newspapers, nearly
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_BARE: Final = re.compile(r"!\[\s*\]\(")
_NAME: Final = re.compile(r"[\w%.~@+() -]+\.\w{1,11}")
# What browsers, robots and servers ask for without being told.
_ASKED_FOR: Final = re.compile(
    r"(?:\.well-known/.*|favicon\.\w+|apple-touch-icon[\w-]*\.png|android-chrome-[\w-]*\.png|browserconfig\.xml|mstile.*"
    r"|(?:robots|humans|ads|app-ads|security|llms)\.txt|google\w+\.html|BingSiteAuth\.xml|yandex_\w+\.html|pinterest-\w+\.html"
    r"|CNAME|\.nojekyll|_headers|_redirects|\.htaccess|sw\.js|(?:site|manifest)\.(?:json|webmanifest)|crossdomain\.xml)"
)


def lacking(edition: Edition, now: datetime) -> Iterator[Problem]:
    """Warnings about stories that are out or will be: a standfirst, an alt text, a date that cannot be meant."""
    stories = [edition.written(path) for path in edition.story_paths()]
    coming = [story for story in stories if not story.draft and not (story.expires and story.expires <= now)]
    yield from _few((_no_summary(story) for story in coming if not story.summary), "stories have no `summary`")
    small = (problem for story in coming for problem in _small_picture(edition, story))
    yield from _few(small, "lead pictures are small")
    pages = (page.path for page in edition.pages())
    bare = (
        problem for path in (*(story.path for story in coming), *pages) for problem in _bare_pictures(edition, path)
    )
    yield from _few(bare, "pictures have no alt text")
    for story in coming:
        yield from _odd_dates(story, now)


def _few(found: Iterator[Problem], many: str) -> Iterator[Problem]:
    """The first of *found*, and how many more there are: of an archive nobody reads them all."""
    problems = list(found)
    yield from problems[:_MOST]
    if len(problems) > _MOST:
        yield Problem(None, f"{len(problems) - _MOST} more {many}", severity="warning")


def _no_summary(story: Article) -> Problem:
    what = "has no `summary`, so lists and feeds show how its text begins"
    return Problem(Location(story.path), what, "write one or two sentences", "warning")


def _small_picture(edition: Edition, story: Article) -> Iterator[Problem]:
    """What is narrower is shown small, if at all (https://developers.google.com/search/docs/appearance/google-discover)."""
    src = story.image.src if story.image and not story.retracted else ""
    width = edition.picture_size(story.path, src)[0] if src else 0
    if 0 < width < _WIDE and not src.lower().endswith(".svg"):
        what = f"has a lead picture that is {width} pixels wide, which search engines show small"
        yield Problem(Location(story.path), what, f"take one of {_WIDE} or more", "warning")


def _bare_pictures(edition: Edition, path: str) -> Iterator[Problem]:
    text = split(edition.source(path) or b"", path)
    fence = ""
    for number, line in enumerate(text.body.split("\n"), text.body_line):
        mark = _FENCE.match(line)
        if mark:
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        elif not fence and (found := _BARE.search(line)):
            fix = "write between the brackets what it shows, for those who cannot see it"
            yield Problem(Location(path, number, found.start() + 1), "this picture has no alt text", fix, "warning")


def _odd_dates(story: Article, now: datetime) -> Iterator[Problem]:
    dates = [("published", story.published), ("updated", story.updated)]
    dates += [("corrections", note.date) for note in story.corrections]
    for key, date in dates:
        if date and date > now + _FAR:
            what = f"`{key}` is more than a year ahead: {date.isoformat()}"
            yield Problem(Location(story.path), what, "check the year", "warning")
        elif date and date.year < _FIRST:
            what = f"`{key}` is before there were newspapers: {date.isoformat()}"
            yield Problem(Location(story.path), what, "check the year", "warning")


def orphans(edition: Edition, output: set[str]) -> Iterator[Problem]:
    """Warnings about files that no page leads to and no source names; *output* are the files that pages lead to."""
    static = str(edition.setting("static")) + "/"
    files = [path for path in edition.paths("content") if edition.is_attachment(path)]
    files += [
        path
        for path in edition.static_paths()
        if path.removeprefix(static) not in output and not _ASKED_FOR.fullmatch(path.removeprefix(static))
    ]
    names = _names_said(edition) if files else set()
    unused = (path for path in files if posixpath.basename(path) not in names)
    what, fix = "is used by nothing", "remove it, or name it where it belongs"
    yield from _few((Problem(Location(path), what, fix, "warning") for path in unused), "files are used by nothing")
    layouts = b"\n".join(edition.layout_text(edition.layout_path(name)) or b"" for name in edition.layout_names())
    for name, path in edition.data_files():
        if name.encode() not in layouts:
            what = f"is `data.{name}`, which no layout uses"
            yield Problem(Location(path), what, "remove it, or print it in a layout", "warning")


def _names_said(edition: Edition) -> set[str]:
    """The names of files that any source says, also one that is held: what waits for its story is no orphan."""
    texts = [
        path for path in edition.paths("content") if path.endswith(".md") or path.startswith((AUTHORS, DATA, PAGES))
    ]
    texts += [
        "site.yaml",
        *(path for path in edition.static_paths() if path.endswith((".css", ".js", ".html", ".json"))),
    ]
    data = [edition.source(path) for path in texts]
    data += [edition.layout_text(edition.layout_path(name)) for name in edition.known_layouts()]
    found: set[str] = set()
    for each in data:
        for name in _NAME.findall(unquote((each or b"").decode("utf-8", "replace"))):
            found.update((name, name.strip(" ("), name.rpartition(" ")[2].lstrip("(")))
    return found
