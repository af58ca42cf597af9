"""The preview at work: the one thread that answers, and what every open page is told of a change."""

from __future__ import annotations

import asyncio
import math
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from msgspec.structs import replace

from sitegen.errors import SitegenError
from sitegen.serve.watch import Watcher, refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sitegen.errors import Problem
    from sitegen.serve.desk import Desk, Message, Tab
    from sitegen.serve.preview import Preview

_Answer = TypeVar("_Answer")

_QUIET: Final = 0.05  # seconds without an event after which we look: an editor that saves makes several
_LONGEST: Final = 0.5  # seconds after which we look though more events are coming
_IDLE: Final = 0.3  # seconds without a request after which there is time to tidy up
_SLOW: Final = 5.0  # seconds after which we look though no event came: events can be lost
_POLL: Final = 0.5
_MOST_WAITING: Final = 64  # messages to one page
_SOURCES: Final = ("content", "layouts", "static")


class Teller(Protocol):
    """What is told to the person at the terminal."""

    def remark(self, line: str) -> None:
        """Tell something in passing."""
        ...

    def problems(self, problems: tuple[Problem, ...]) -> None:
        """Tell what is wrong with the site."""
        ...


class _Open:
    """A page that a browser has open, and what waits to be told to it."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.waiting: asyncio.Queue[Message | None] = asyncio.Queue()
        self._told: Message | None = None

    def tell(self, message: Message) -> None:
        """Tell *message*, if the browser does not know it."""
        self.tab = replace(self.tab, digest=message.page.digest or self.tab.digest, revision=message.revision)
        known, self._told = self._told, replace(message, revision=0, action="none", go="", swaps={})
        if message.action == "none" and known == self._told:
            return
        if self.waiting.qsize() >= _MOST_WAITING:  # a browser that sleeps: it is told to begin anew, once
            while not self.waiting.empty():
                self.waiting.get_nowait()
            message = replace(message, action="reload", swaps={}, go="")
        self.waiting.put_nowait(message)


class Service:
    """Answers requests one at a time, and tells open pages of changes.

    *poll*: look now and then instead of waiting for events.
    """

    def __init__(self, preview: Preview, desk: Desk, teller: Teller, *, poll: bool = False) -> None:
        """Do nothing yet."""
        self._preview = preview
        self._desk = desk
        self._teller = teller
        self._poll = poll
        self._busy = Lock()
        self._engine = ThreadPoolExecutor(1, thread_name_prefix="preview")
        self._tabs: list[_Open] = []
        self._stirred = asyncio.Event()
        self._stirred_at = -math.inf
        self._told = preview.revision
        self._problems: tuple[Problem, ...] = ()
        self._due: datetime | None = None
        self._watcher: Watcher | None = None
        self._is_watching_all = False
        self._ending = False

    @property
    def revision(self) -> int:
        """The number of changes seen."""
        return self._preview.revision

    @property
    def is_ending(self) -> bool:
        """Whether nothing is answered any more."""
        return self._ending

    async def ask(self, question: Callable[[Preview, Desk], _Answer]) -> _Answer:
        """What *question* answers, asked in the one thread that may.  Raises CancelledError after `close`."""

        def asked() -> _Answer:
            with self._busy:
                return question(self._preview, self._desk)

        if self._ending:
            raise asyncio.CancelledError
        return await asyncio.get_running_loop().run_in_executor(self._engine, asked)

    def is_idle(self, patience: float) -> bool:
        """Whether nothing is being answered any more within *patience* seconds; from then on nothing will be."""
        return self._busy.acquire(timeout=patience)

    async def messages(self, tab: Tab, breath: float) -> AsyncIterator[Message | None]:
        """What *tab* is to be told, from now on; None after *breath* seconds of silence."""
        opened = _Open(tab)
        self._tabs.append(opened)
        if self._poll:
            self._stir()  # from now on somebody wants to see every change at once
        try:
            opened.tell(await self.ask(lambda preview, desk: _first(preview, desk, tab)))
            while not self._ending:
                try:
                    message = await asyncio.wait_for(opened.waiting.get(), breath)
                except TimeoutError:
                    yield None
                    continue
                if message is None:
                    return
                yield message
        finally:
            self._tabs.remove(opened)

    async def attend(self) -> None:
        """Look whenever something may have changed, and tell open pages of it, until `close`."""
        try:
            await self._attend()
        except asyncio.CancelledError:
            if not self._ending:
                raise

    async def _attend(self) -> None:
        await self._tell_problems()
        await self._watch()
        while not self._ending:
            asked = await self._wait()
            if self._ending:
                return
            await self.ask(lambda preview, _: preview.look(asked))  # noqa: B023 - it is done before the next turn
            if self._told != self._preview.revision:
                self._told = self._preview.revision
                await self._announce()
                await self._tell_problems()
                self._is_watching_all = False
            self._due = await self.ask(lambda preview, _: preview.next_change())

    def close(self) -> None:
        """Let go of everyone who waits."""
        self._ending = True
        self._stirred.set()
        for opened in self._tabs:
            opened.waiting.put_nowait(None)
        if self._watcher:
            self._watcher.stop()
        self._engine.shutdown(wait=False, cancel_futures=True)

    def _stir(self) -> None:
        """Something may have changed."""
        self._stirred_at = time.monotonic()
        self._stirred.set()

    async def _wait(self) -> float:
        """Wait until something may have changed; meanwhile, when nobody asks for anything, tidy up.

        Answers when it was (`time.monotonic`): who looked since has seen it.
        """
        if not await self._stirs(_IDLE):
            await self.ask(lambda preview, _: preview.settle_down())
            lost = self._watcher and not self._poll and self._watcher.has_lost()
            if lost or not self._is_watching_all:  # a folder may have come; looking for it takes a while
                await self._watch()
            while not self._ending and not await self._stirs(self._pause()) and not self._tabs and not self._poll:
                pass  # whoever opens a page has it looked at first
        if not self._stirred.is_set():
            return math.inf
        began = asyncio.get_running_loop().time()
        while self._stirred.is_set() and not self._ending:
            self._stirred.clear()
            await self._stirs(_QUIET)
            if asyncio.get_running_loop().time() - began > _LONGEST:
                self._stirred.clear()
        return self._stirred_at

    def _pause(self) -> float:
        """How long nothing has to be looked at if no event comes."""
        pause = _POLL if self._poll and self._tabs else _SLOW
        left = (self._due - datetime.now(UTC)).total_seconds() if self._due else pause
        return min(pause, max(left, 0.01))

    async def _stirs(self, patience: float) -> bool:
        """Whether something stirs within *patience* seconds."""
        try:
            await asyncio.wait_for(self._stirred.wait(), patience)
        except TimeoutError:
            return False
        return True

    async def _announce(self) -> None:
        tabs = list(self._tabs)
        messages = await self.ask(lambda _, desk: [desk.message(opened.tab) for opened in tabs])
        for opened, message in zip(tabs, messages, strict=True):
            opened.tell(message)

    async def _tell_problems(self) -> None:
        known, self._problems = self._problems, await self.ask(lambda preview, _: preview.at(None).problems)
        if self._problems != known:
            self._teller.problems(self._problems)
            if not self._problems:
                self._teller.remark("that is mended")

    async def _watch(self) -> None:
        """Watch the folders that the site is made of now."""
        self._is_watching_all = True
        if self._poll:
            return
        folders = await self.ask(_folders)
        loop = asyncio.get_running_loop()

        def stirred() -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._stir)

        try:
            if self._watcher is None:
                self._watcher = Watcher(self._preview.showing.folder, stirred)
                self._watcher.start()
            if self._watcher.follow(folders):
                self._stir()
        except OSError as error:
            self._teller.remark(refused(error, _POLL))
            self._poll = True


def _first(preview: Preview, desk: Desk, tab: Tab) -> Message:
    preview.look()
    return desk.message(tab)


def _folders(preview: Preview, _: Desk) -> tuple[str, ...]:
    try:
        settings = preview.at(None).edition.settings()
    except SitegenError:
        return _SOURCES
    return "content", settings.layouts, settings.static
