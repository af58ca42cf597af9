"""What a server has to know of a site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from sitegen.errors import UsageError
from sitegen.model.deploy import AnyPlace, FolderPlace, RsyncPlace
from sitegen.render.headers import feed_link, security_headers
from sitegen.served import FEED_TYPES

if TYPE_CHECKING:
    from pathlib import Path

    from sitegen.model.settings import Settings

_SEGMENT: Final = r"(?:[\w~-]|%[89A-F][0-9A-F])(?:[\w.~-]|%[89A-F][0-9A-F])*"
_ANYWHERE: Final = "/srv/www/site"


class Site(Struct, frozen=True, kw_only=True):
    """A site as a server sees it: its files lie in the folder *root* and are shown at *host* below the path *base*.

    *headers* are those of every answer, *hubs* those of its feeds; *place* is the target that it is deployed to, if
    there is one.
    """

    url: str
    host: str
    base: str
    root: str
    output: str
    headers: dict[str, str]
    hubs: tuple[str, ...]
    place: AnyPlace | None

    @property
    def path(self) -> str:
        """The path below which it lives, as servers compare it: decoded."""
        return unquote(self.base)

    @property
    def feed(self) -> str:
        """A pattern of the paths of its feeds as they are asked for, in their one spelling (see `urls.quoted`).

        In what RE2 and PCRE have in common.  Of another spelling that leads there, such as one with dots, a server does
        not say that it is the feed's own.
        """
        return rf"{re.escape(self.base)}(?:/{_SEGMENT})*/(?:{'|'.join(map(re.escape, FEED_TYPES))})"

    def link(self, path: str) -> str:
        """The ``Link`` of the feed at *path*, which a server puts in."""
        return feed_link(self.url.removesuffix(self.base) + path, self.hubs)


def site_of(settings: Settings, folder: Path, target: str) -> Site:
    """The site of *settings* in *folder*, as it is deployed to the *target* of that name, or to the first one.

    Raises UsageError if there is no such target.
    """
    places = [place for place in settings.deploy if target in ("", place.name)]
    if target and not places:
        names = ", ".join(place.name for place in settings.deploy)
        fix = f"name one of {names}" if names else "add `deploy:` to site.yaml, or leave the name out"
        raise UsageError.at(None, f"there is no target `{target}`", fix)
    return Site(
        url=settings.url,
        host=urlsplit(settings.url).hostname or "",
        base=settings.base,
        root=_root(places, folder),
        output=settings.output,
        headers=security_headers(settings),
        hubs=settings.feeds.hubs,
        place=places[0] if places else None,
    )


def _root(places: list[AnyPlace], folder: Path) -> str:
    """Where a deploy puts the files: the link to the release that is shown."""
    for place in places:
        match place:
            case FolderPlace():
                return str((folder / place.path).resolve() / "current")
            case RsyncPlace():
                return f"{place.path.rstrip('/')}/current"
            case _:
                pass
    return _ANYWHERE
