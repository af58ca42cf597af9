"""The links of a built site: which of them lead nowhere."""

from __future__ import annotations

import html
import posixpath
import re
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

from msgspec import Struct

from sitegen.check.phrases import decoded
from sitegen.errors import Location, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_PAGES: Final = (".html", ".htm")
_MAPS: Final = (".xml", ".json")
_STYLES: Final = (".css",)
_UNREAD: Final = re.compile(r"<!--.*?-->|(?<=>)[^<]*(?=</(?:script|style|textarea)\b)", re.DOTALL | re.IGNORECASE)
_SCRIPT: Final = re.compile(r"(<(script|style)\b[^>]*>).*?(?=</\2\b)", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"""<([a-zA-Z][\w-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")
_ATTRIBUTE: Final = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_ADDRESSES: Final = frozenset(("href", "src", "poster", "cite", "action", "data"))
_SETS: Final = frozenset(("srcset", "imagesrcset"))
# What a feed or a map calls an address; text that merely has one is text.
_IN_MAPS: Final = (
    r"""(?:\b(?:href|src|poster|url|cite)=["']|<(?:loc|link|comments|image:loc|news:loc)>|"[a-z_]*ur[li]"\s*:\s*")"""
)
_IN_STYLES: Final = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
_ELSEWHERE: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


class _Read(Struct, frozen=True):
    """What a file leads to, as it is written, and what in it can be led to; *bare* pictures have no alt text."""

    targets: tuple[str, ...]
    ids: frozenset[str]
    bare: tuple[str, ...] = ()


@lru_cache(maxsize=1 << 16)  # most tags of a page stand in others, too
def _attributes(text: str) -> Mapping[str, str]:
    """What a tag says, by its attributes."""
    return {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(text)}


class Links:
    """The links of the site that belongs at *url*; *kept* says which files others put there.

    *text* answers with the text of the file at a path.
    """

    def __init__(self, text: Callable[[str], str], url: str, kept: Callable[[str], bool]) -> None:
        """Read nothing yet."""
        self.text = text
        self._site = url.rstrip("/")
        self._base = urlsplit(url).path.rstrip("/")
        self._kept = kept
        self._read: dict[str, _Read] = {}
        self._in_maps = re.compile(_IN_MAPS + "(" + re.escape(self._site) + r"""[^"'<>\s\\]*)""", re.IGNORECASE)
        self.files: set[str] = set()
        self._faults: dict[str, str] = {}
        # Where an address leads is the same whatever files there are: it is worked out once for all moments.
        self._known: dict[tuple[str, str], tuple[str, str] | None] = {}

    def look(self, written: Iterable[str], removed: Iterable[str]) -> None:
        """Read the files *written*, and forget those *removed*."""
        self._faults.clear()
        for path in removed:
            self.files.discard(path)
            self._read.pop(path, None)
        for path in written:
            self.files.add(path)
            if path.lower().endswith((*_PAGES, *_MAPS, *_STYLES)):
                self._read[path] = self._of(path, self.text(path))

    def problems(self, shown: str) -> Iterator[Problem]:
        """An error for each target that is not there, at the first file that leads to it; *shown*: the folder's name.

        And a warning for each picture without alt text.
        """
        broken: dict[tuple[str, str], list[str]] = {}
        for path, read in sorted(self._read.items()):
            for target in read.targets:
                if why := self._fault(path, target):
                    broken.setdefault((target, why), []).append(path)
        for (target, why), paths in broken.items():
            more = f", and so do {len(paths) - 1} more files" if len(paths) > 1 else ""
            fix = "mend the link; it stands in a layout, or in a text as HTML"
            yield Problem(self._place(shown, paths[0], target), f"leads to {target}, {why}{more}", fix)
        bare: dict[str, list[str]] = {}
        for path, read in sorted(self._read.items()):
            for src in read.bare:
                bare.setdefault(src, []).append(path)
        for src, paths in bare.items():
            fix = 'say in alt="" what it shows, for those who cannot see it'
            yield Problem(self._place(shown, paths[0], src), f"the picture {src} has no alt", fix, "warning")

    def used(self) -> set[str]:
        """The files of the site that another one leads to."""
        return {
            file for path, read in self._read.items() for target in read.targets if (file := self._file(path, target))
        }

    def _of(self, path: str, text: str) -> _Read:
        if path.lower().endswith(_STYLES):
            return _Read(tuple(dict.fromkeys(map(intern, _IN_STYLES.findall(text)))), frozenset())
        if path.lower().endswith(_MAPS):
            found = self._in_maps.findall(decoded(text, percent=False))
            return _Read(tuple(dict.fromkeys(map(intern, found))), frozenset())
        return self._page(text)

    def _page(self, text: str) -> _Read:
        targets: dict[str, None] = {}
        ids: set[str] = set()
        bare: dict[str, None] = {}
        for tag, rest in _TAG.findall(_SCRIPT.sub(r"\1", _UNREAD.sub("", text))):
            values = _attributes(rest)
            element = tag.lower()
            ids.update(values[name] for name in ("id", *(("name",) if element == "a" else ())) if name in values)
            for name in values.keys() & _ADDRESSES:
                targets[intern(values[name].strip())] = None
            for name in values.keys() & _SETS:
                targets.update((intern(part.split()[0]), None) for part in values[name].split(",") if part.strip())
            if element == "meta":
                content = values.get("content", "")
                refresh = content.partition("url=")[2] if values.get("http-equiv", "").lower() == "refresh" else ""
                own = content if content.startswith(self._site + "/") else ""
                targets.update((each, None) for each in (refresh, own) if each)
            if element == "img" and "alt" not in values:
                bare[values.get("src", "")] = None
        return _Read(tuple(targets), frozenset(ids), tuple(bare))

    def _resolved(self, path: str, target: str) -> tuple[str, str] | None:
        """The path below the site and the fragment that *target*, in the file at *path*, leads to; None: elsewhere."""
        key = ("" if target.startswith("/") or _ELSEWHERE.match(target) else path, target)
        if key not in self._known:
            self._known[key] = self._newly_resolved(path, target)
        return self._known[key]

    def _newly_resolved(self, path: str, target: str) -> tuple[str, str] | None:
        if not target:
            return None
        if _ELSEWHERE.match(target) or target.startswith("//"):
            full = target if not target.startswith("//") else self._site.partition("//")[0] + target
            if full.lower() != self._site.lower() and not full.lower().startswith(self._site.lower() + "/"):
                return None
        own = posixpath.join(self._base or "/", path.removesuffix("index.html"))
        try:
            parts = urlsplit(urljoin(own, target))
        except ValueError:
            return None
        below = unquote(parts.path)
        return (below.removeprefix(self._base) or "/") if below.startswith(self._base) else below, parts.fragment

    def _file(self, path: str, target: str) -> str:
        """The file of this site that *target* leads to; ``""`` where there is none."""
        found = self._resolved(path, target)
        if found is None:
            return ""
        name = found[0].removeprefix("/")
        return next(
            (form for form in (name, f"{name.rstrip('/')}/index.html".removeprefix("/")) if form in self.files), ""
        )

    def _fault(self, path: str, target: str) -> str:
        """Why *target*, in the file at *path*, leads nowhere; ``""`` if it does not."""
        if not (target.startswith("/") or _ELSEWHERE.match(target)):
            return self._found_fault(path, target)
        known = self._faults.get(target)
        if known is None:  # the same wherever it stands
            known = self._faults[target] = self._found_fault(path, target)
        return known

    def _found_fault(self, path: str, target: str) -> str:
        found = self._resolved(path, target)
        if found is None or self._kept(found[0].removeprefix("/")):
            return ""
        file = self._file(path, target)
        if not file:
            return "where this site has nothing"
        name = unquote(found[1]).partition(":~:")[0]
        if not name or name.lower() == "top" or name[0] in "!/" or not file.lower().endswith(_PAGES):
            return ""
        return "" if name in self._read[file].ids else "and that page has no such place"

    def _place(self, shown: str, path: str, target: str) -> Location:
        text = self.text(path)
        at = max(text.find(form) for form in (target, html.escape(target), target.replace("/", "\\/")))
        told = f"{shown}/{path}"
        return Location(told, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)) if at >= 0 else Location(told)
