"""The files of this moment: what is planned, rendered, and handed over to be published."""

from __future__ import annotations

import posixpath
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from sitegen.errors import CollisionError, ContentError, Location
from sitegen.incremental import Key, query
from sitegen.incremental.fingerprint import digest
from sitegen.model.page import File, Page
from sitegen.plan import collisions
from sitegen.render.laid_out import LaidOut
from sitegen.render.machine import RENDERERS
from sitegen.site.inputs import PAGES
from sitegen.urls import stays_inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sitegen.publish import Output, Published
    from sitegen.render.studio import Studio

_ASSETS: Final = "assets"
_FINGERPRINT: Final = 8


class Edition(LaidOut):
    """Every file of the site at one moment.

    What is published is what was proved: the answers of `output`, `attachment` and `asset` among the memos are the
    files that a build from nothing would make, so removing what is no longer published needs no code of its own.
    """

    publisher: Output

    def publish_into(self, publisher: Output) -> None:
        """Hand files over to *publisher*."""
        self.publisher = publisher

    @query(keep=True)
    def output(self, url: str) -> File:
        """The file of the page planned at *url*; its bytes are staged."""
        page = self.page_at(url)
        if page.kind == "static":
            return self._copied(page.file, page.subject)
        if page.kind in ("article", "page"):
            for attachment in self.attachments(page.subject):
                self.attachment(attachment.source, attachment.url)
        render = RENDERERS.get(page.kind)
        data = render(self, page, self._word) if render else self._html(page)
        return self._staged(page.file, data)

    @query(keep=True)
    def attachment(self, source: str, url: str) -> File:
        """The copy of a file beside a story, published at *url*."""
        return self._copied(url.removeprefix("/"), source)

    @query(keep=True)
    def asset(self, name: str) -> File:
        """The static file called *name*, the site's or the theme's, under a name that changes when its bytes do."""
        path = f"{self.setting('static')}/{name}"
        if not stays_inside(name):
            raise ContentError.at(Location(path), "leads out of the folder", "name a file below it")
        data = self.source(path)
        data = self.theme.read("static/" + name) if data is None else data
        if data is None:
            raise ContentError.at(Location(path), "does not exist", "add it, or mend the name that the layout gives")
        stem, suffix = posixpath.splitext(name)
        return self._staged(f"{_ASSETS}/{stem}.{digest(data).hex()[:_FINGERPRINT]}{suffix}", data)

    def publish(self) -> Published:
        """Make the output folder hold the files that were proved, and nothing else.

        Raises CollisionError when two of them want one place.
        """
        files = dict(self._files())
        places = [self._taken(key, file) for key, file in files.items()]
        if problems := collisions(places):
            raise CollisionError(problems)
        keys = {file.path: key for key, file in files.items()}
        return self.publisher.publish(files.values(), lambda file: self.recompute(keys[file.path]))

    def readable(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """Those of *paths* whose front matter can be read and that are out: whose texts may have problems to tell."""

        def can_be_read(path: str) -> bool:
            try:
                return path.startswith(PAGES) or self.live(path)
            except ContentError:
                return False

        return tuple(filter(can_be_read, paths))

    def _files(self) -> Iterator[tuple[Key, File]]:
        for key, memo in self.memos.items():
            if key[0] in ("output", "attachment", "asset") and memo.kept is not None:
                yield key, msgspec.json.decode(memo.kept, type=File)

    def _taken(self, key: Key, file: File) -> Page:
        """The place that *file* takes, and who asks for it."""
        match key:
            case ("output", str(url)):
                return self.page_at(url)
            case ("asset", str(name)):
                return Page(url="/" + file.path, kind="static", path=f"{self.setting('static')}/{name}")
            case _:
                return Page(url="/" + file.path, kind="static", path=str(key[1]))

    def _html(self, page: Page) -> bytes:
        return self._studio.page(page, self._word)

    @cached_property
    def _studio(self) -> Studio:
        from sitegen.render.studio import Studio  # loads Jinja

        return Studio(self, self._address)

    def _word(self, lang: str, key: str, **values: object) -> str:
        """The word of the interface called *key* in *lang*, for what is named outside of a layout."""
        from sitegen.render.words import word  # loads Jinja

        return word(self.vocabulary(lang), key, **values)

    def _address(self, name: str) -> str:
        """The address below the site of the asset called *name*."""
        return "/" + self.asset(name).path

    def _staged(self, path: str, data: bytes) -> File:
        self.publisher.stage(path, data)
        return File(path, digest(data).hex())

    def _copied(self, path: str, source: str) -> File:
        found = self.digest(source)
        if not found:
            raise ContentError.at(Location(source), "vanished during the build", "run the build again")
        self.publisher.stage_copy(path, Path(self.snapshot.root) / source)
        return File(path, found)
