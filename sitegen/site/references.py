"""What a link or a picture in a text leads to, found by asking the site."""

from __future__ import annotations

import difflib
import posixpath
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec import Struct

from sitegen.content.forms import address_parts
from sitegen.content.references import Link
from sitegen.errors import Location, Problems
from sitegen.site.inputs import is_text
from sitegen.site.pictures import picture_fault
from sitegen.urls import Fault, place_in, quoted

if TYPE_CHECKING:
    from sitegen.content.pictures import Picture
    from sitegen.model.article import Entry, StandingPage

_ELSEWHERE: Final = ("http", "https")


class Attachment(Struct, frozen=True):
    """A file beside a story, and the URL below the site at which it is published."""

    source: str
    url: str


class Asked(Protocol):
    """What following a reference asks of the site."""

    def story_paths(self) -> tuple[str, ...]:
        """The files that are stories."""

    def page_paths(self) -> tuple[str, ...]:
        """The files that are standing pages."""

    def text_kind(self, path: str) -> str:
        """What the file at *path* is."""

    def drafts(self) -> bool:
        """Whether drafts are let out."""

    def paths(self, folder: str) -> tuple[str, ...]:
        """The files below *folder*."""

    def present(self, path: str) -> bool:
        """Whether there is a file at *path*."""

    def is_attachment(self, path: str) -> bool:
        """Whether the file at *path* may be published beside a story."""

    def looked_into(self, path: str) -> Picture:
        """What the header of the picture at *path* says."""

    def setting(self, name: str) -> object:
        """A setting."""

    def entry(self, path: str) -> Entry:
        """The story at *path* as lists see it."""

    def standing_page(self, path: str) -> StandingPage:
        """The standing page at *path*."""

    def anchors(self, path: str) -> tuple[str, ...]:
        """The ids in the text at *path*."""

    def answers(self, url: str) -> bool:
        """Whether the site has something at *url*."""

    def why_held(self, path: str) -> str:
        """Why no link may lead to the story or page at *path* now."""

    def held_at(self, url: str) -> str:
        """What is held and would be at *url*."""

    def to_come(self, path: str, place: str) -> str:
        """From when the story at *path* will have the anchor *place*."""


class References:
    """The links and pictures of the text at *path*, which is published at *url*: see `sitegen.content.markdown`.

    *problems* and *attachments* grow as they are followed.
    """

    def __init__(self, site: Asked, path: str, url: str) -> None:
        """Follow references for the text at *path*."""
        self._site = site
        self._path = path
        self._folder = posixpath.dirname(path)
        self._url = url
        self.problems = Problems()
        self.attachments: dict[Attachment, None] = {}

    def link(self, target: str, where: Location, *, pasted: bool = False) -> Link:
        """What a link to *target* becomes; its words alone where there is nothing to lead to."""
        parts = _split(target)
        path = unquote(parts.path)
        if not path:
            return Link(target) if self._has_anchor(self._path, parts.fragment, where) else Link("", text_only=True)
        tail = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
        if path.startswith("/"):
            return self._root_link(path, tail, where)
        source = posixpath.normpath(posixpath.join(self._folder, path))
        if self._site.text_kind(source):
            return self._story_link(source, parts.fragment, tail, where)
        attachment = self.beside(path)
        if attachment is None:
            self._missing(path, where, pasted=pasted)
            return Link("", text_only=True)
        self.attachments[attachment] = None
        return Link(self._printed(attachment.url))

    def picture(self, src: str, where: Location, *, pasted: bool = False) -> str:
        """The URL to print for the picture called *src*; ``""`` where there is none."""
        source = picture_source(self._site, self._folder, src)
        fault = picture_fault(self._site, source) if source else picture_problem(self._site, self._folder, src)
        if fault:
            # A root path may be answered by something outside the site, so one of nothing is only doubted.
            doubted = pasted or fault.severity == "warning" or (src.startswith("/") and not source)
            (self.problems.warning if doubted else self.problems.error)(where, fault.what, fault.fix)
            if fault.severity == "error":
                return ""
        if _split(src).scheme in _ELSEWHERE:
            return src
        attachment = self.beside(src)
        if attachment:
            self.attachments[attachment] = None
        return self._printed(attachment.url if attachment else static_url(self._site, src))

    def picture_size(self, src: str) -> tuple[int, int]:
        """Width and height of the picture called *src*, in pixels; 0 where they are not known."""
        source = picture_source(self._site, self._folder, src)
        found = self._site.looked_into(source) if source else None
        return (found.width, found.height) if found else (0, 0)

    def beside(self, src: str) -> Attachment | None:
        """The file called *src* beside the text, if there is one, and where it is published; never another text."""
        parts = _split(src)
        if parts.scheme or not parts.path or src.startswith("/"):
            return None
        source = _source(self._site, self._folder, src)
        if not self._site.is_attachment(source):
            return None
        inside = posixpath.relpath(source, self._folder)
        published = posixpath.basename(source) if inside.startswith("../") else inside
        folder = self._url if self._url.endswith("/") else posixpath.dirname(self._url) + "/"
        return Attachment(source, folder + published)

    def _root_link(self, path: str, tail: str, where: Location) -> Link:
        if source := self._site.held_at(path + place_in(tail)):
            return self._held(source, where)
        if self._site.answers(path):
            return Link(self._printed(path) + tail)
        self.problems.warning(where, f"nothing on this site answers at {path}", "the link is printed as plain text")
        return Link("", text_only=True)

    def _story_link(self, source: str, fragment: str, tail: str, where: Location) -> Link:
        match self._site.text_kind(source):
            case "story":
                entry = self._site.entry(source)
                url, out = entry.url, entry.out and entry.listed
            case "page":
                page = self._site.standing_page(source)
                url, out = page.url, self._site.drafts() or not page.draft
            case _:
                url, out = "", False
        if not out:
            return self._held(source, where)
        if fragment and self._site.to_come(source, unquote(fragment)):
            return self._held(f"{source}#{unquote(fragment)}", where)
        anchored = self._has_anchor(source, fragment, where)
        return Link(self._printed(url) + (tail if anchored else tail.partition("#")[0]))

    def _held(self, source: str, where: Location) -> Link:
        """A link to what is held: its words, as an address may say what is in the story."""
        what = f"{source} {self._site.why_held(source)}, so the link is printed as plain text"
        self.problems.warning(where, what, "remove the link, or publish this story later")
        return Link("", text_only=True)

    def leads_to_held(self, path: str, where: Location) -> bool:
        """Whether *path*, of an address of this site in full, is that of something held; which is told.

        With a place behind it, that is meant; a place alone is one of this text.
        """
        source = self._site.held_at(self._url + path if path.startswith("#") else path)
        return bool(source and self._held(source, where))

    def _has_anchor(self, source: str, fragment: str, where: Location) -> bool:
        if not fragment or unquote(fragment) in self._site.anchors(source):
            return True
        known = self._site.anchors(source)
        near = difflib.get_close_matches(unquote(fragment), known, 1)
        fix = f"did you mean #{near[0]}?" if near else "link to one of its headings"
        self.problems.warning(where, f"{source} has no heading or anchor #{fragment}", fix)
        return False

    def _missing(self, path: str, where: Location, *, pasted: bool) -> None:
        known = (*self._site.story_paths(), *self._site.page_paths(), *self._site.paths("content"))
        tell = self.problems.warning if pasted else self.problems.error
        tell(where, f"{path} does not exist", near_file(self._folder, path, known))

    def _printed(self, url: str) -> str:
        settings_url = str(self._site.setting("url"))
        base = urlsplit(settings_url).path
        return base + quoted(url)


def near_file(folder: str, path: str, known: tuple[str, ...]) -> str:
    """What to do about *path*, seen from *folder*, that is none of *known*."""
    relative = [posixpath.relpath(name, folder) for name in known]
    near = difflib.get_close_matches(path, relative, 1) or [
        name for name in relative if posixpath.basename(name) == posixpath.basename(path)
    ]
    return f"did you mean {near[0]}?" if near else "check the spelling; paths start at this file's folder"


def static_url(site: Asked, src: str) -> str:
    """The URL below the site of the static file that is called *src*, a path from the root."""
    return _source(site, "", src).removeprefix(str(site.setting("static")))


def _source(site: Asked, folder: str, src: str) -> str:
    """The file that a text in *folder* calls *src*: as typed if there is such a file, and else percent-decoded."""
    path = _split(src).path
    if path.startswith("/"):
        sources = [f"{site.setting('static')}{name}" for name in (path, unquote(path))]
    else:
        sources = [posixpath.normpath(posixpath.join(folder, name)) for name in (path, unquote(path))]
    return next((source for source in sources if "\0" not in source and site.present(source)), sources[-1])


def picture_source(site: Asked, folder: str, src: str) -> str:
    """The file of the picture called *src* in a file of *folder*; ``""`` if it is elsewhere, or nowhere."""
    if _split(src).scheme or not _split(src).path or picture_problem(site, folder, src):
        return ""
    return _source(site, folder, src)


def picture_problem(site: Asked, folder: str, src: str) -> Fault | None:
    """What is wrong with the name of the picture called *src* in a file of *folder*; None if there is such a file."""
    parts = _split(src)
    path = unquote(parts.path)
    if parts.scheme in _ELSEWHERE and parts.netloc:
        return None
    if parts.scheme or parts.netloc:
        return Fault(f"a picture cannot be at {src[:40]}", "name a file of this site, or an http(s) address")
    if not path:
        return Fault("the picture has no address", "write its file's name")
    if path.startswith("/"):
        static = str(site.setting("static"))
        if ".." not in path.split("/") and site.present(_source(site, folder, src)):
            return None
        known = tuple(name.removeprefix(static) for name in site.paths(static))
        near = difflib.get_close_matches(path, known, 1)
        fix = f"did you mean {near[0]}?" if near else "add the file, or mend the path"
        return Fault(f"{static}{path} does not exist", fix)
    source = _source(site, folder, src)
    if not source.startswith("content/"):
        return Fault(f"{src} leads out of content/", "put the picture beside this file, or into static/")
    if is_text(source):
        return Fault(f"{src} is a text, not a picture", "name a picture, or make it a link")
    if site.is_attachment(source):
        return None
    return Fault(f"{src} does not exist", near_file(folder, path, site.paths("content")))


def _split(address: str) -> SplitResult:
    """The parts of an address as it was typed; what cannot be one is a path, which leads to no file."""
    return address_parts(address) or SplitResult("", "", address, "", "")
