"""What is given on the command line, as the use cases take it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sitegen.errors import Location, UsageError

_CONFIGURATION: Final = "site.yaml"


def site_folder(given: Path | None) -> Path:
    """The site's folder: the one given, or the nearest one upwards that has a site.yaml."""
    if given is not None:
        if not (given / _CONFIGURATION).is_file():
            what, fix = f"has no {_CONFIGURATION}", "start a site with `sitegen new site PATH`, or name another folder"
            raise UsageError.at(Location(str(given)), what, fix)
        return given.absolute()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / _CONFIGURATION).is_file():
            return folder
    what, fix = f"there is no {_CONFIGURATION} here or above", "go to a site, name one with --site, or start one"
    raise UsageError.at(None, what, fix)


def moment_of(given: str) -> datetime:
    """The one clock of a build: the time given, else SOURCE_DATE_EPOCH (https://reproducible-builds.org), else now."""
    if given:
        try:
            moment = datetime.fromisoformat(given)
            utc = moment.astimezone(UTC) if moment.tzinfo else None
        except (ValueError, OverflowError):
            utc = None
        if utc is None:
            fix = "write it with its offset, as 2026-06-15T12:00+09:00 or 2026-06-15T03:00Z"
            raise UsageError.at(None, f"--now {given} is not a moment", fix)
        return utc
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        fix = "unset it, or give the seconds since 1970"
        raise UsageError.at(None, f"SOURCE_DATE_EPOCH={epoch} is not a number of seconds", fix) from None


def address_of(url: str) -> str:
    """An address to build for, as site.yaml would have it."""
    if not url:
        return ""
    from sitegen.content.settings import site_url

    found = site_url(url)
    if not isinstance(found, str):
        raise UsageError.at(None, f"--url {found.what}", found.fix)
    return found


def text_path(folder: Path, given: str) -> str:
    """A story or page as the site calls it, given from here or from the site's folder."""
    for path in (Path(os.path.normpath(Path(given).absolute())), Path(os.path.normpath(folder / given))):
        if path.is_file() and path.suffix == ".md" and path.is_relative_to(folder / "content"):
            return path.relative_to(folder).as_posix()
    raise UsageError.at(Location(given), "is no story or page of content/", "name it as messages do: content/story.md")
