"""The files of this moment: what is planned, rendered, and handed over to be published."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from sitegen.errors import CollisionError, ContentError, Location
from sitegen.incremental import Index, Key, Pack, in_processes, query
from sitegen.incremental.fingerprint import digest
from sitegen.model.page import File, Page
from sitegen.plan import collide, collisions
from sitegen.render.laid_out import LaidOut
from sitegen.site.inputs import PAGES
from sitegen.urls import fingerprinted, stays_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sitegen.incremental import Blobs, Memo, Print
    from sitegen.publish import Output, Published
    from sitegen.render.studio import Studio

_ODD: Final = re.compile(r"[\x00-\x1f\x7f\\]")
"""What no file may have in its name: in an address (WHATWG URL, "path state") a backslash is a slash."""

FILES: Final = ("output", "attachment", "asset")
"""The questions whose answers are published."""
_FILE: Final = msgspec.json.Decoder(File).decode
_MANY: Final = 256  # files, for which it pays to start processes


ON_DEMAND: Final = frozenset(("rendered", "feed_text", "feed_item", "output", "everything_made"))
"""What a preview works out only for the page that is looked at."""


class Stage(Protocol):
    """Where files wait that were made."""

    def stage(self, path: str, data: bytes) -> None:
        """Keep *data* for *path*."""
        ...

    def stage_copy(self, path: str, source: Path) -> None:
        """Keep a copy of the file *source* for *path*."""
        ...


class Memory:
    """Where files wait in memory, and of copies where they are copied from: a stage for one who wants their bytes."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._data: dict[str, bytes] = {}
        self._sources: dict[str, Path] = {}

    def stage(self, path: str, data: bytes) -> None:
        """Keep *data* for *path*."""
        self._data[path] = data

    def stage_copy(self, path: str, source: Path) -> None:
        """Keep that the file *source* is to be at *path*."""
        self._sources[path] = source

    def __contains__(self, path: str) -> bool:
        """Whether anything waits for *path*."""
        return path in self._data or path in self._sources

    def __getitem__(self, path: str) -> bytes:
        """The bytes for *path*.  Raises KeyError if nothing waits for it."""
        return self._sources[path].read_bytes() if path in self._sources else self._data[path]

    def clear(self) -> None:
        """Hold nothing any more."""
        self._data.clear()
        self._sources.clear()


class Edition(LaidOut):
    """Every file of the site at one moment.

    What is published is what is alive: the answers of `output`, `attachment` and `asset` that the site needs are the
    files that a build from nothing would make, so removing what is no longer published needs no code of its own.
    """

    staging: Stage

    def contents(self, key: Key, stage: Memory) -> bytes:
        """The bytes of the file of *key*: as they wait on *stage*, as they were kept aside, or made again for it."""
        file = self.file(self.prove(key))
        if file.path in stage:
            return stage[file.path]
        if self.blobs is not None and (data := self.blobs.get(bytes.fromhex(file.digest))) is not None:
            return data
        self.stage_on(stage)
        self.recompute(key)
        return stage[file.path]

    def stage_on(self, staging: Stage) -> None:
        """Hand files over to *staging*."""
        self.staging = staging

    def sources(self) -> list[Key]:
        """The questions that read all that the site is made of."""
        parts: list[Key] = [("author_book",), *(("entry", path) for path in self.story_paths())]
        parts += [("standing_page", path) for path in self.page_paths()]
        parts += [("data", name) for name, _ in self.data_files()]
        return parts

    @query(needs=("author_book", "entry", "standing_page", "data"))
    def everything_read(self) -> None:
        """Holds while all that the site is made of can be read."""
        for key in self.sources():
            self.need(*key)

    @query(needs=("addresses", "held_texts", "output"))
    def everything_made(self) -> None:
        """Holds while every output is as it should be, every story where it was, and held what was."""
        self.need("addresses")
        self.need("held_texts")
        for url in self.plan():
            self.need("output", url)

    @query(needs=("layout_warnings", "layout_use"))
    def layouts_checked(self) -> None:
        """Holds while nothing new can be said of the layouts."""
        for name in self.layout_names():
            self.need("layout_warnings", name)
        self.need("layout_use")

    @query(keep=True, dear=True)
    def output(self, url: str) -> File:
        """The file of the page planned at *url*; its bytes are staged."""
        page = self.page_at(url)
        if page.kind == "static":
            return self._copied(page.file, page.subject)
        from sitegen.render.machine import RENDERERS

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
        data = self.theme.read("static/" + name) if data is None else self.sendable(path)
        if data is None:
            raise ContentError.at(Location(path), "does not exist", "add it, or mend the name that the layout gives")
        return self._staged(fingerprinted(name, digest(data).hex()), data)

    def publish(self, output: Output, alive: bytearray, jobs: int = 1) -> Published:
        """Make *output*, where files were staged, hold those among the memos that are *alive*, and nothing else.

        What the folder lost is made up for in *jobs* processes.  Raises CollisionError when two files want one place.
        """
        files = self.placed(alive)
        keys = {file.path: key for key, file in files.items()}
        return output.publish(files.values(), lambda missing: self._again(missing, keys, jobs))

    def placed(self, alive: bytearray) -> dict[Key, File]:
        """What is `published`.  Raises CollisionError when two files want one place."""
        files = self.published(alive)
        if (self.trace.partial or self._has_new_places()) and collide(file.path for file in files.values()):
            raise CollisionError(collisions(self._taken(key, file) for key, file in files.items()))
        return files

    @staticmethod
    def file(memo: Memo) -> File:
        """The file that one of `FILES` answered."""
        return _FILE(memo.kept or b"null")

    def file_at(self, path: str, alive: bytearray) -> Key | None:
        """The question whose answer is the file at *path* of the output; None if there is none."""
        return next((key for key, file in self.published(alive).items() if file.path == path), None)

    def _again(self, files: list[File], keys: Mapping[str, Key], jobs: int) -> bool:
        """Stage *files*, whose answers hold and whose bytes are not there: as they were kept aside, or made anew.

        Whether nothing else was staged, as may be where one is made.
        """
        blobs = self.blobs
        if blobs is None:
            lost = files
        else:
            self.before_work()

            def unpack(share: int, shares: int = jobs) -> list[File]:
                return [file for file in files[share::shares] if not self._unpacked(file, blobs)]

            if len(files) > _MANY and in_processes(lambda share: not unpack(share), jobs):
                return True
            lost = unpack(0, 1)
        for file in lost:
            self.recompute(keys[file.path])
        return not lost

    def _unpacked(self, file: File, blobs: Blobs) -> bool:
        """Stage *file* as it was kept aside, if it was."""
        data = blobs.get(bytes.fromhex(file.digest))
        if data is not None:
            self.staging.stage(file.path, data)
        return data is not None

    def readable(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """Those of *paths* whose front matter can be read and that are out: whose texts may have problems to tell."""

        def can_be_read(path: str) -> bool:
            try:
                return path.startswith(PAGES) or self.live(path)
            except ContentError:
                return False

        return tuple(filter(can_be_read, paths))

    def _has_new_places(self) -> bool:
        """Whether a file was made for a place where the earlier build had none of the same question."""
        trace = self.trace
        for number, memo in self.made.items():
            if str(self.key(number)[0]) in FILES:
                kept = trace.kept(number) if number < len(trace) and trace.alive[number] else None
                if kept is None or _FILE(kept).path != self.file(memo).path:
                    return True
        return False

    def published(self, alive: bytearray) -> dict[Key, File]:
        """The files among the memos that are *alive*, by the questions that they answer."""
        keys: list[Key] = []
        kept: list[bytes] = []
        for name in FILES:
            for number, key in self.trace.keys_of(name):
                data = self.trace.kept(number)
                if alive[number] and number not in self.made and data is not None:
                    keys.append(key)
                    kept.append(data)
        for number, memo in self.made.items():
            key = self.key(number)
            if alive[number] and key[0] in FILES and memo.kept is not None:
                keys.append(key)
                kept.append(memo.kept)
        files = msgspec.json.decode(b"[" + b",".join(kept) + b"]", type=list[File])
        return dict(zip(keys, files, strict=True))

    def needed_blobs(self, alive: bytearray) -> Iterator[Print]:
        """The prints of what is kept aside for the memos that are *alive*."""
        for name, each in self.queries.items():
            if each.aside:
                for number, _ in self.trace.keys_of(name):
                    if alive[number] and number not in self.made:
                        yield self.trace.print(number)
        for number, memo in self.made.items():
            if alive[number] and self.queries[str(self.key(number)[0])].aside:
                yield memo.print
        for file in self.published(alive).values():
            yield bytes.fromhex(file.digest)

    def before_work(self) -> None:
        """Write what was kept aside so far: what waits in memory would be written by each of several processes."""
        if isinstance(self.blobs, Pack):
            self.blobs.added()

    def at_work(self) -> None:
        """Begin to work as one of several processes: what is kept aside goes into a segment of one's own."""
        if isinstance(self.blobs, Pack):
            self.blobs.fork()

    def luggage(self) -> bytes:
        """Where a worker has put what it kept aside."""
        return msgspec.msgpack.encode(self.blobs.added() if isinstance(self.blobs, Pack) else Index())

    def unload(self, luggage: bytes) -> None:
        """Take note of where a worker has put what it kept aside."""
        if isinstance(self.blobs, Pack):
            self.blobs.adopt(msgspec.msgpack.decode(luggage, type=Index))

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

    def _address(self, name: str) -> str:
        """The address below the site of the asset called *name*."""
        return "/" + self.asset(name).path

    def _staged(self, path: str, data: bytes) -> File:
        answer = digest(data)
        self.staging.stage(path, data)
        if self.blobs is not None:
            self.blobs.add(answer, data)
        return File(path, answer.hex())

    def _copied(self, path: str, source: str) -> File:
        if odd := _ODD.search(path):
            what = "has a backslash in its name, which browsers take for a slash"
            if odd[0] != "\\":
                what = "has a control character in its name, which not every host can keep"
            raise ContentError.at(Location(source), what, "rename it")
        found = self.sent(source).digest
        if not found:
            raise ContentError.at(Location(source), "vanished during the build", "run the build again")
        if self.looked_into(source).private:
            self.staging.stage(path, self.sendable(source))
        else:
            self.staging.stage_copy(path, Path(self.snapshot.root) / source)
        return File(path, found)
