"""What is sent for an address: the page, feed or file that a build would write there."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from sitegen.edition import Memory
from sitegen.errors import ContentError, Problem, SitegenError
from sitegen.model.page import Page
from sitegen.urls import unfingerprinted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sitegen.edition import Edition

_NOT_FOUND: Final = "/404.html"
_INDEX: Final = "index.html"
_MOST_LEFT_OUT: Final = 16
"""From how many texts on a page is not tried again without what it fails for."""


class Answer(Struct, frozen=True, kw_only=True):
    """What is at an address.

    *file* is its path below the output folder; its bytes are *data*, or those of the file *source*, which are in *data*
    too if others have to read them: a page gets a script, a style sheet names files.  *digest* stands
    for them, and is ``""`` where there is nothing to send.  *url* is the address as the site has it, *page* the plan's
    entry for it, if it has one, *moved* the address to ask for instead.  *problems* are why it could not be made, or
    not of all that belongs to it.
    """

    url: str
    status: int = 200
    file: str = ""
    data: bytes = b""
    source: Path | None = None
    digest: str = ""
    page: Page | None = None
    moved: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def media_type(self) -> str:
        """What kind of file it is, by its name."""
        return mimetypes.guess_type(self.file)[0] or "application/octet-stream"

    @property
    def is_page(self) -> bool:
        """Whether a browser shows it as a page."""
        return self.media_type == "text/html"


class Shown:
    """The files of one edition.  *problems* is what is wrong with the site, whichever page is asked for."""

    def __init__(
        self,
        edition: Edition,
        problems: tuple[Problem, ...],
        without: Callable[[Shown, tuple[str, ...]], Shown],
        lost: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Make nothing yet.

        *without* answers with what is shown without some texts, too; *lost* are the addresses of those that are left
        out of *edition* because they cannot be read, each with its path.
        """
        self.edition = edition
        self.problems = problems
        self._without = without
        self._lost = lost
        self._spared: dict[tuple[str, ...], Shown] = {}
        self._stage = Memory()
        edition.stage_on(self._stage)

    def answer(self, url: str) -> Answer:
        """What is at *url*, a path below the site."""
        try:
            return self._answer(url)
        except SitegenError as error:
            return self._answer_without(url, error.problems) or Answer(url=url, status=500, problems=error.problems)
        finally:
            self.edition.let_go()
            self._stage.clear()

    def is_lost(self, url: str) -> bool:
        """Whether *url* is that of a text that cannot be read, or of a file beside it."""
        return any(url.startswith(lost) for lost in self._lost)

    def _answer(self, url: str) -> Answer:
        plan = self.edition.plan()
        if url.endswith("/" + _INDEX) and url not in plan and not self._beside(url):
            url = url.removesuffix(_INDEX)
        page = plan.get(url) or plan.get(_index_in(url))
        if page is not None:
            return self._planned(page)
        if url in self._lost:
            return Answer(url=url, status=500, problems=self._of_text(self._lost[url]))
        folder = url + "/"
        found = self._beside(url) or (self._beside(_index_in(url)) if url.endswith("/") else None)
        if found:
            return found
        if folder in plan or folder in self._lost or _index_in(folder) in plan or self._beside(_index_in(folder)):
            return Answer(url=url, status=302, moved=folder)
        return self._missing(url)

    def _answer_without(self, url: str, problems: tuple[Problem, ...]) -> Answer | None:
        """What is at *url* without the texts in which *problems* are; None if that is its own, or would be no help."""
        edition = self.edition
        try:
            own = edition.plan()[url].subject
            paths = {problem.where.path for problem in problems if problem.where}
            texts = tuple(sorted(path for path in paths if edition.text_kind(path) in ("story", "page")))
        except (SitegenError, KeyError):
            return None
        if not texts or own in texts or len(edition.without()) > _MOST_LEFT_OUT:
            return None
        if texts not in self._spared:
            self._spared[texts] = self._without(self, texts)
        answer = self._spared[texts].answer(url)
        return replace(answer, problems=tuple(dict.fromkeys((*problems, *answer.problems))))

    def _planned(self, page: Page) -> Answer:
        edition = self.edition
        key = ("output", page.url)
        file = edition.file(edition.prove(key))
        if page.kind == "static":
            return replace(copied(edition, page.url, page.subject, file.digest), file=file.path, page=page)
        return Answer(
            url=page.url, file=file.path, data=self.edition.contents(key, self._stage), digest=file.digest, page=page
        )

    def _beside(self, url: str) -> Answer | None:
        """The asset or the file beside a story that is published at *url*."""
        edition = self.edition
        name = unfingerprinted(url)
        if name:
            try:
                file = edition.asset(name)
            except ContentError:
                return None
            if "/" + file.path == url:
                return Answer(
                    url=url,
                    file=file.path,
                    data=self.edition.contents(("asset", name), self._stage),
                    digest=file.digest,
                )
        owner = self._owner(url)
        for attachment in edition.attachments(owner.subject) if owner else ():
            if attachment.url == url:
                return copied(edition, url, attachment.source, edition.attachment(attachment.source, url).digest)
        return None

    def _of_text(self, path: str) -> tuple[Problem, ...]:
        """What is wrong with the text at *path*, or else with all of them."""
        own = tuple(problem for problem in self.problems if problem.where and problem.where.path == path)
        return own or self.problems

    def _owner(self, url: str) -> Page | None:
        """The story or page below whose address *url* is."""
        plan = self.edition.plan()
        while "/" in url.rstrip("/"):
            url = url.rstrip("/").rpartition("/")[0] + "/"
            page = plan.get(url)
            if page is not None:
                return page if page.kind in ("article", "page") else None
        return None

    def _missing(self, url: str) -> Answer:
        page = self.edition.plan()[_NOT_FOUND]
        found = self._planned(page)
        return replace(found, url=url, status=404, page=None)


def copied(edition: Edition, url: str, path: str, digest: str) -> Answer:
    """The copy at *url* of the source at *path*, whose bytes have that *digest*."""
    answer = Answer(url=url, file=url.removeprefix("/"), source=edition.snapshot.root / path, digest=digest)
    if not answer.is_page and answer.media_type != "text/css":
        return answer
    return replace(answer, data=edition.snapshot.read(path) or b"")


def _index_in(folder: str) -> str:
    """The address of the file that is sent for the address of *folder*."""
    return folder + _INDEX if folder.endswith("/") else ""
