"""The names of static files in texts of any kind, by which one tells who uses them.

A name is a path from the root of the site, or it is relative: to the file that says it, or to a folder that is said
somewhere else, as where a layout prints ``/photos/`` and a story the rest.  Letters are compared without case, as some
servers do.
"""

from __future__ import annotations

import html
import posixpath
import re
import sys
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from sitegen.site.own_addresses import CLOSING
from sitegen.urls import folded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_PLAIN: Final = re.compile(r"[\w~%@+./-]+")  # what a path is made of that ends in a text where the text goes on

# A path from the root, in whatever text: up to what ends it in YAML, Markdown and HTML, and up to the end of its line.
# What ends a tag is none.
_ROOTED: Final = re.compile(rf"""/{CLOSING}[^\s"'<>()\[\]{{}}|,?#]+""")
_SPACED_ROOTED: Final = re.compile(rf"""/{CLOSING}[^\n"'<>()\[\]{{}}|,?#]+""")
_RELATIVE: Final = re.compile(r"(?<![\w/.~%@+-])[\w~%@+.-][\w~%@+./-]*+")
_SPACED_RELATIVE: Final = re.compile(r"""(?<=["'(<>])[^\n"'<>()\[\]{}|,?#/]+ [^\n"'<>()\[\]{}|,?#]+""")
_ESCAPE: Final = re.compile(r"\\(?:u\{?([0-9A-Fa-f]{4,6})\}?|x([0-9A-Fa-f]{2})|([!-/:-@\[-`{-~]))")
_GOES_ON: Final = re.compile(r" \w")
_STOPS: Final = ".,:;!*_`&\\"  # what may stand behind a path and is no part of it
_INDEX: Final = "/index.html"


class Marks(Struct, frozen=True):
    """What all static files have in common, by which words that name none of them are passed over.

    *tops* are the names at the top of their folder, *suffixes* how names end (``.png``; ``""``); *odd* are the
    addresses with characters that end an address in text.
    """

    tops: tuple[str, ...]
    suffixes: tuple[str, ...]
    odd: tuple[str, ...]


class Mentions(Struct, frozen=True):
    """What a text names: *paths* from the root of the site, and *relative* ones."""

    paths: tuple[str, ...] = ()
    relative: tuple[str, ...] = ()


def marks_of(urls: Iterable[str]) -> Marks:
    """What the static files at *urls* have in common."""
    known = tuple(urls)
    tops = {folded(url.split("/")[1]) for url in known}
    suffixes = {posixpath.splitext(folded(url))[1] for url in known}
    odd = tuple(url for url in known if not _PLAIN.fullmatch(url))
    return Marks(tuple(sorted(tops)), tuple(sorted(suffixes)), odd)


def mentions(text: str, marks: Marks, site_url: str) -> Mentions:
    """What *text*, of the site at *site_url*, says that may be the name of a static file, of which *marks* tell."""
    base = folded(unquote(urlsplit(site_url).path))
    paths: set[str] = set()
    relative: set[str] = set()
    for form in _forms(text):
        whole = (found[0] for found in _ROOTED.finditer(form) if not _is_half(found))
        for name in (*whole, *_SPACED_ROOTED.findall(form)):
            paths.update(_rooted(name, base))
        relative.update(map(_plain, (*_RELATIVE.findall(form), *_SPACED_RELATIVE.findall(form))))
        for url in marks.odd:
            if url in form:
                paths.add(folded(url))
            if posixpath.basename(url) in form:
                relative.update(map(folded, _ends_in(form, url)))
    tops, suffixes = frozenset(marks.tops), frozenset(marks.suffixes)
    return Mentions(
        tuple(sorted({level(path) for path in paths if path.split("/", 2)[1] in tops})),
        tuple(sorted(name for name in relative if _may_be_relative(name, suffixes))),
    )


def _ends_in(text: str, url: str) -> Iterator[str]:
    """What *text* says of how *url* ends, from the name of a folder or file on, with the steps up before it."""
    parts = url.split("/")
    for at in range(1, len(parts)):
        end = "/".join(parts[at:])
        if end in text:
            yield from (steps + end for steps in re.findall(rf"((?:\.\.?/)*){re.escape(end)}", text))
            return


def _is_half(found: re.Match[str]) -> bool:
    """Whether the path that was *found* seems to go on behind the space that ends it: there is no dot in its name."""
    name = found[0].rpartition("/")[2]
    return bool(name) and "." not in name and _GOES_ON.match(found.string, found.end()) is not None


def _rooted(name: str, base: str) -> Iterator[str]:
    """The paths that *name*, which begins with a slash, may stand for on a site below *base*."""
    for form in dict.fromkeys((name, name.rstrip(_STOPS))):
        path = _plain(form)
        if path.startswith("//"):  # an address in full: a host follows two slashes, and a path the host
            path = "/" + path[2:].partition("/")[2]
        for each in (path, path.removeprefix(base)):
            if each.startswith("/"):
                yield posixpath.normpath(each) if "/." in each else each


def _plain(name: str) -> str:
    return folded(unquote(name).rstrip())


def _may_be_relative(name: str, suffixes: Collection[str]) -> bool:
    """Whether *name* can be that of a file, or of a folder: those are told from words by their final slash."""
    return name.endswith("/") or ("." in name and posixpath.splitext(name.rstrip(_STOPS))[1] in suffixes)


def level(path: str) -> str:
    """The *path* of a file or folder as it is compared; a folder and its index page are one."""
    return path.rstrip("/").removesuffix(_INDEX)


def levels(url: str) -> Iterator[str]:
    """The file at *url*, and the folders that it is in, the nearest first."""
    at = level(url)
    while at:
        yield at
        at = posixpath.dirname(at).rstrip("/")


class Said:
    """All that some texts say: it grows with each of them."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.levels: set[str] = set()
        self.folders: set[str] = set()
        self.tails: set[str] = set()

    def hear(self, found: Mentions, folder: str = "", *, is_page: bool = False) -> None:
        """Take in what a text in *folder* names; one that *is_page* gives its folder to what it loads."""
        self.levels.update(found.paths)
        self.tails.update(path.removeprefix("/") for path in found.paths)
        for name in found.relative:
            for form in dict.fromkeys((name, name.rstrip(_STOPS))):
                self.levels.update(level(posixpath.normpath(posixpath.join(place, form))) for place in (folder, "/"))
                self.tails.add(form.removeprefix("./"))
        if is_page:
            self.folders.add(folder)

    def names(self, url: str, folders: Collection[str]) -> bool:
        """Whether the file at *url* is named: whole, or in two pieces, of which one is among *folders*."""
        own = level(url)
        if own in self.levels:
            return True
        return any(
            folder in folders and url[len(folder) + 1 :] in self.tails for folder in levels(posixpath.dirname(url))
        )


def _forms(text: str) -> tuple[str, ...]:
    """*text* as it is written, and as those read it who undo references to characters, escapes and percent signs."""
    plain = html.unescape(text)
    forms = (text, plain, _ESCAPE.sub(_character, plain))
    return tuple(dict.fromkeys((*forms, *map(unquote, forms))))


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if not code:
        return found[3]
    number = int(code, 16)
    return chr(number) if number <= sys.maxunicode else ""
