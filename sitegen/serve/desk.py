"""What each open page of a browser is to do about a change."""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from sitegen.errors import SitegenError
from sitegen.serve.facts import PageFacts, facts, instant
from sitegen.serve.files import Answer, copied
from sitegen.serve.trouble import Described, described
from sitegen.urls import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sitegen.errors import Problem
    from sitegen.serve.editors import Editor
    from sitegen.serve.files import Shown
    from sitegen.serve.preview import Preview

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

Action = Literal["none", "swap", "reload", "go"]

_ASSET: Final = re.compile(rb"/assets/([^\"'\s()<>]+?)\.[0-9a-f]{8}(\.[A-Za-z0-9]+)?(?![A-Za-z0-9.])")
_IN_SHEETS: Final = re.compile(rb"""url\(\s*["']?([^"')]+?)["']?\s*\)|@import\s+["']([^"']+)["']""", re.IGNORECASE)
_SWAPPED: Final = (".css", ".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
"""The kinds of files that are put in place of others while a page stays."""
_LOADED: Final = (
    *(".js", ".mjs", ".wasm", ".otf", ".ttf", ".woff", ".woff2", ".vtt"),
    *(".aac", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".m4v", ".mov", ".mp4", ".ogv", ".webm"),
)
"""The kinds for which a page that shows them is loaded again."""
LISTS: Final = "/_sitegen/"
"""The address of the preview's own page, below the site."""
_NOT_FOUND: Final = 404
_MOST_PAGES: Final = 64
_MOST_FILES: Final = 4096


class Tab(Struct, frozen=True, kw_only=True):
    """A page that a browser has open: the address *url* below the site, whose bytes had that *digest*.

    *as_of* is the moment that it shows, if not the present, *revision* the preview's when the browser last heard of it.
    """

    url: str
    digest: str
    as_of: datetime | None = None
    revision: int = 0


class PageState(Struct, frozen=True):
    """The page that is right now: its address, and the digest of its bytes, ``""`` if it cannot be made."""

    url: str
    digest: str


class Message(Struct, frozen=True, kw_only=True):
    """All that a tab has to know at one revision of the *server*, as `client/main.js` takes it.

    Where to *go* and what *swaps* are addresses below the site as an href has them.  *as_of* is the moment that the tab
    shows, *clock* that of the preview, both in UTC, and ``""`` for the present, which goes on.
    """

    revision: int
    server: str
    page: PageState
    action: Action = "none"
    go: str = ""
    swaps: dict[str, str] = {}
    problems: tuple[Described, ...] = ()
    facts: PageFacts | None = None
    busy: bool = False
    as_of: str = ""
    clock: str = ""


class _Told(Struct, frozen=True):
    """What a browser was sent at an address last."""

    answer: Answer
    title: str


class _Sent(Struct, frozen=True):
    """A file that is no page, as it was sent last: its digest, where it lies, and the names in it if it is a sheet."""

    digest: str
    source: Path | None
    named: frozenset[str]


class Desk:
    """Answers browsers, and remembers what they were sent, for as long as somebody may have it open."""

    def __init__(self, preview: Preview, server: str, editor: Editor) -> None:
        """Answer for *preview*."""
        self._preview = preview
        self._server = server
        self._editor = editor
        self._pages: OrderedDict[tuple[str, str], _Told] = OrderedDict()
        self._good: OrderedDict[str, Answer] = OrderedDict()
        self._files: OrderedDict[str, _Sent] = OrderedDict()
        self._changed: dict[str, int] = {}  # the revision at which a file that was sent changed last
        self._revision = 0

    def open(self, url: str, as_of: datetime | None = None, asked: float = math.inf) -> Answer:
        """What to send for *url*, as of this moment: what is right, or else what was, with why it is not.

        *asked* is when somebody did (`time.monotonic`).
        """
        self._preview.look(asked)
        return self._opened(self._preview.at(as_of), url)

    def message(self, tab: Tab) -> Message:
        """What *tab* is to do, as of the last look."""
        clock = instant(self._preview.moment) if self._preview.showing.stands else ""
        return replace(self._message(tab), as_of=instant(tab.as_of) if tab.as_of else clock, clock=clock)

    def _message(self, tab: Tab) -> Message:
        if tab.url == LISTS:
            page = PageState(LISTS, self.digest_of_lists())
            action: Action = "none" if page.digest == tab.digest else "reload"
            return Message(revision=self._preview.revision, server=self._server, page=page, action=action)
        self._note_changed_files()
        shown = self._preview.at(tab.as_of)
        answer = shown.answer(tab.url)
        told = _used(self._pages, (tab.url, tab.digest))
        _used(self._good, tab.url)
        is_hidden = _may_be_left_out(shown, answer) and told is None and answer.digest != tab.digest
        page = PageState(answer.url, "" if is_hidden else answer.digest)
        problems = tuple(self._described(shown, (*answer.problems, *shown.problems)))
        known = facts(shown.edition, answer.page, self._editor) if answer.page else None
        message = Message(
            revision=self._preview.revision, server=self._server, page=page, problems=problems, facts=known
        )
        if not page.digest:
            return message  # what the tab shows stays readable beneath the problems
        if (answer.status == _NOT_FOUND or answer.moved) and told and told.answer.page:
            url = self._new_address(shown, told)
            if url:
                return replace(message, action="go", go=quoted(url))
        changed = [url for url in self._changed_since(tab.revision) if self._shows(answer.data, url)]
        if any(url.lower().endswith(_LOADED) for url in changed):
            return replace(message, action="reload")
        swaps = {quoted(url): quoted(url) for url in changed}
        if answer.digest != tab.digest:
            fresh = swapped(told.answer.data, answer.data) if told else {}
            if not fresh:
                return replace(message, action="reload")
            swaps |= fresh
            self._remember(shown, answer)
        return replace(message, action="swap" if swaps else "none", swaps=swaps)

    def digest_of_lists(self) -> str:
        """What stands for the page of lists as of the last look: any change may change it."""
        return f"revision {self._preview.revision}"

    def _opened(self, shown: Shown, url: str) -> Answer:
        answer = self._found(shown, url)
        if answer.digest:
            self._remember(shown, answer)
        elif answer.problems and (good := _used(self._good, url)):
            return replace(good, problems=answer.problems)
        return answer

    def _found(self, shown: Shown, url: str) -> Answer:
        """What is at *url*, which may be beside a text that cannot be read."""
        answer = shown.answer(url)
        if answer.status == _NOT_FOUND and shown.is_lost(url):
            return self._beside_lost(shown, url) or answer
        return answer

    def _beside_lost(self, shown: Shown, url: str) -> Answer | None:
        """The file at *url* beside a text that cannot be read, for the last good page of that."""
        sent = self._files.get(url)
        if sent is None or sent.source is None:
            return None
        path = sent.source.relative_to(shown.edition.snapshot.root).as_posix()
        digest = shown.edition.digest(path)
        return copied(shown.edition, url, path, digest) if digest else None

    def _remember(self, shown: Shown, answer: Answer) -> None:
        """Keep what is sent, to tell what changed."""
        if answer.is_page:
            _keep(self._good, answer.url, answer, _MOST_PAGES)
            _keep(self._pages, (answer.url, answer.digest), _Told(answer, _title(shown, answer)), _MOST_PAGES)
        if answer.source or not answer.is_page:
            _keep(self._files, answer.url, _sent(answer), _MOST_FILES)

    def _note_changed_files(self) -> None:
        """See which of the files that were sent have other bytes under their old address."""
        if self._revision == self._preview.revision:
            return
        self._revision = self._preview.revision
        shown = self._preview.at(None)
        for url, sent in list(self._files.items()):
            if not url.lower().endswith((*_SWAPPED, *_LOADED)):
                continue
            now = self._found(shown, url)
            if now.digest and now.digest != sent.digest:
                is_gone = now.status == _NOT_FOUND
                self._files[url] = replace(sent, digest=now.digest) if is_gone else _sent(now)
                self._changed[url] = self._revision

    def _shows(self, page: bytes, url: str) -> bool:
        """Whether *page* names the file at *url*, however it gets there, or a style sheet of it does."""
        name = url.rpartition("/")[2]
        pending = [name]
        seen = set(pending)
        while pending:
            wanted = pending.pop()
            if quoted(wanted).encode() in page:
                return True
            sheets = (other.rpartition("/")[2] for other, sent in self._files.items() if wanted in sent.named)
            new = set(sheets) - seen
            seen |= new
            pending += new
        return False

    def _changed_since(self, revision: int) -> list[str]:
        return [url for url, changed in self._changed.items() if changed > revision]

    def _described(self, shown: Shown, problems: Iterable[Problem]) -> Iterable[Described]:
        read = shown.edition.snapshot.read
        return (described(problem, read, self._editor) for problem in dict.fromkeys(problems))

    def _new_address(self, shown: Shown, told: _Told) -> str:
        """Where the story or page that *told* showed is now: it was given another address, or its file another name."""
        edition, page = shown.edition, told.answer.page
        if page is None or page.kind not in ("article", "page"):
            return ""
        try:
            texts = [each for each in edition.plan().values() if each.kind == page.kind]
            same = [each.url for each in texts if each.subject == page.subject]
            if same:
                return same[0]
            new = [each for each in texts if each.url not in self._good]
            titled = [each.url for each in new if _headline(shown, each.subject, each.kind) == told.title]
        except SitegenError:
            return ""
        return titled[0] if len(titled) == 1 else ""


def _may_be_left_out(shown: Shown, answer: Answer) -> bool:
    """Whether nothing is at an address at which there may be a text that cannot be read."""
    return answer.status == _NOT_FOUND and bool(shown.edition.without())


def swapped(old: bytes, new: bytes) -> dict[str, str]:
    """The assets that *new* has in the place of those of *old*, by their addresses, if that is all that differs.

    Empty if anything else does, or if one of them is not a file that can be put in place of another.
    """
    if _ASSET.sub(rb"\1\2", old) != _ASSET.sub(rb"\1\2", new):
        return {}
    pairs = zip(_ASSET.finditer(old), _ASSET.finditer(new), strict=True)
    found = {one[0].decode(): other[0].decode() for one, other in pairs if one[0] != other[0]}
    return found if all(name.lower().endswith(_SWAPPED) for name in found) else {}


def _named(sheet: bytes) -> frozenset[str]:
    """The names of the files that a style sheet names, less their folders."""
    found = (one or other for one, other in _IN_SHEETS.findall(sheet))
    paths = (re.split("[?#]", address.decode(errors="replace"), maxsplit=1)[0] for address in found)
    return frozenset(unquote(path.rpartition("/")[2]) for path in paths)


def _title(shown: Shown, answer: Answer) -> str:
    page = answer.page
    return _headline(shown, page.subject, page.kind) if page else ""


def _headline(shown: Shown, path: str, kind: str) -> str:
    if kind == "article":
        return shown.edition.written(path).title
    return shown.edition.standing_page(path).title if kind == "page" else ""


def _sent(answer: Answer) -> _Sent:
    named = _named(answer.data) if answer.media_type == "text/css" else frozenset[str]()
    return _Sent(answer.digest, answer.source, named)


def _keep(kept: OrderedDict[_Key, _Value], key: _Key, value: _Value, most: int) -> None:
    """Keep *value* as what was used last, with the *most* that were before it."""
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


def _used(kept: OrderedDict[_Key, _Value], key: _Key) -> _Value | None:
    """What is kept as *key*, which is used now and so not forgotten next; None if nothing is."""
    if key not in kept:
        return None
    kept.move_to_end(key)
    return kept[key]
