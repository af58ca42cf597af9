"""What is started for a newsroom: a site, a story; and what is cleaned away."""

from __future__ import annotations

import json
import shutil
import uuid
from typing import TYPE_CHECKING, Final

from sitegen.build import CACHE
from sitegen.content.settings import read_settings
from sitegen.errors import Location, MachineError, UsageError
from sitegen.publish import MARKER, Output
from sitegen.slugs import slug
from sitegen.urls import slug_problem
from sitegen.zones import zone

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_SETTINGS: Final = """\
title: The Example Wire
url: https://www.example.org
# What feed readers know this site by, wherever it moves. Never change it; a copy of this file needs another.
id: {id}
# Every time without an offset is in this zone, whatever the machine's.
timezone: UTC
lang: en
summary: What this site is about, in a sentence.
sections: [news]
"""
_ARTICLE: Final = """\
---
title: {title}
{slug}id: {id}
published: {published}
authors: []
section: {section}
tags: []
summary: ""
draft: true
---

"""
_WELCOME: Final = """\
---
title: A first story
published: {published}
authors: [desk]
section: news
tags: [welcome]
summary: What a story looks like, and where to change it.
---

This is `content/a-first-story.md`. Its headline, its time and its byline stand above the second line of three dashes;
the text is Markdown.

Link to [another page](pages/about.md) by its file: the build tells if it is not there.
"""
_ABOUT: Final = """\
---
title: About
summary: Who we are and how to reach us.
---

Say here who you are.
"""
_AUTHORS: Final = """\
desk:
  name: The news desk
  email: desk@example.org
"""
_IGNORED: Final = "/public/\n/.sitegen/\n"


def started_site(folder: Path, now: datetime) -> list[str]:
    """Start a site in *folder*, as of *now*; answer with the files made.

    It gets an id that no other site has.  Raises UsageError if the folder holds any.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError.at(Location(str(folder)), "is there already", "name a folder that is new or empty")
    files = {
        "site.yaml": _SETTINGS.format(id=uuid.uuid4().urn),
        "content/a-first-story.md": _WELCOME.format(published=now.strftime("%Y-%m-%dT%H:%M+00:00")),
        "content/pages/about.md": _ABOUT,
        "content/authors.yaml": _AUTHORS,
        ".gitignore": _IGNORED,
    }
    for path, text in files.items():
        _write(folder / path, text)
    for name in ("layouts", "static"):
        (folder / name).mkdir()
    return list(files)


def started_article(folder: Path, headline: str, now: datetime) -> str:
    """Start a story in the site in *folder*; answer with its path.  Raises UsageError if there is one of that name."""
    title = " ".join(headline.split())
    if not title:
        raise UsageError.at(None, "the headline is empty", 'write it in quotes: sitegen new article "Ferry resumes"')
    settings, _ = read_settings((folder / "site.yaml").read_bytes())
    here = now.astimezone(zone(settings.timezone)).replace(second=0, microsecond=0)
    name = slug(title)
    path = f"content/{name}.md"
    if (folder / path).exists():
        raise UsageError.at(Location(path), "is there already", "choose another headline; it can be changed later")
    text = _ARTICLE.format(
        title=json.dumps(title, ensure_ascii=False),
        slug="" if slug_problem(name) else f'slug: "{name}"\n',  # without one, `tags` as a headline may stand
        id=f"{here:%Y-%m-%d}-{name}",
        published=here.isoformat(timespec="minutes"),
        section=settings.sections[0].id if settings.sections else "",
    )
    _write(folder / path, text)
    return path


def cleaned(folder: Path, output: Path | None) -> list[str]:
    """Remove the output and the cache of the site in *folder*; answer with what was removed.

    What a build would leave alone in the output stays: files that are kept, version control's own.  Raises UsageError
    for an output folder without our marker, which is not ours to remove, MachineError for what the disk refuses.
    """
    settings, _ = read_settings((folder / "site.yaml").read_bytes())
    place, cache = output or folder / settings.output, folder / CACHE
    removed = []
    try:
        if place.is_dir():
            _emptied(place, cache, settings.keep)
            removed.append(str(place))
        if cache.is_symlink():  # what it leads to may be of use to others
            cache.unlink()
            removed.append(str(cache))
        elif cache.is_dir():
            shutil.rmtree(cache)
            removed.append(str(cache))
    except OSError as error:
        what = f"cannot be removed: {(error.strerror or str(error)).lower()}"
        where = Location(str(error.filename or folder))
        raise MachineError.at(where, what, "check the folder's permissions") from error
    return removed


def _emptied(place: Path, cache: Path, keep: tuple[str, ...]) -> None:
    """Remove what sitegen made in the output folder *place*, and the folder if nothing else is in it."""
    if not (place / MARKER).exists():
        raise UsageError.at(Location(str(place)), "was not made by sitegen", "remove it yourself if you are sure")
    Output(place, cache / "stage", None, keep).clear()
    if not place.is_symlink() and [path.name for path in place.iterdir()] == [MARKER]:
        shutil.rmtree(place)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        what = f"cannot be written: {(error.strerror or str(error)).lower()}"
        raise MachineError.at(Location(str(path)), what, "check the disk and the folder's permissions") from error
