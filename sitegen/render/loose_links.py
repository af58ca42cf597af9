"""The links of Markdown that layouts print: bios, and what data and settings say.

A link by file starts at the folder of authors.yaml.  Loads the parser, as it answers it.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from sitegen.content.markdown.addresses import Unresolved
from sitegen.content.references import Link
from sitegen.errors import Location, Problem
from sitegen.site.inputs import AUTHORS, CONFIGURATION, PAGES
from sitegen.site.references import near_file
from sitegen.urls import place_in, quoted

if TYPE_CHECKING:
    from sitegen.site import Site

_FOLDER = posixpath.dirname(AUTHORS)
_ALONE = "so a link to it in a text that a layout prints is printed as plain text"


class LooseLinks(Unresolved):
    """The answers of *site* for such a text: what is held, or nowhere, is told, and is the words of its link."""

    def __init__(self, site: Site) -> None:
        """Ask *site*."""
        super().__init__(urlsplit(str(site.setting("url"))).path)
        self._site = site

    def link(self, target: str, where: Location, *, pasted: bool = False) -> Link:
        """*target* below the base, from the root or by its file."""
        path, rest = _divided(target)
        if target.startswith("/"):
            if self.leads_to_held(unquote(path) + place_in(target), where):
                return Link("", text_only=True)
            return super().link(target, where, pasted=pasted)
        source = posixpath.normpath(posixpath.join(_FOLDER, unquote(path)))
        kind = self._site.text_kind(source)
        if not kind:
            known = (*self._site.story_paths(), *self._site.page_paths())
            self._tell(target, f"{unquote(path)} is no story or page", near_file(_FOLDER, unquote(path), known))
            return Link("", text_only=True)
        held = next((name for name in (source, source + place_in(target)) if self._site.why_held(name)), "")
        if held:
            self._tell_held(target, held)
            return Link("", text_only=True)
        about = self._site.standing_page(source) if source.startswith(PAGES) else self._site.entry(source)
        return Link(self._base + quoted(about.url) + rest)

    def leads_to_held(self, path: str, where: Location) -> bool:  # noqa: ARG002 - it stands in no file that is known
        """Whether what is at *path* is held, which is told."""
        source = self._site.held_at(path)
        if source:
            self._tell_held(path, source)
        return bool(source)

    def _tell_held(self, target: str, name: str) -> None:
        what, fix = f"{name} {self._site.why_held(name)}", "remove the link, or publish this story later"
        self._tell(target, what, fix, Location(name.partition("#")[0]))

    def _tell(self, target: str, what: str, fix: str, otherwise: Location | None = None) -> None:
        """Tell of the link to *target* where it stands, as far as that can be found."""
        found = (self._site.place_of(target, path) for path in self._written_in())
        where = next((place for place in found if place.line), otherwise)
        self._site.note(Problem(where, f"{what}, {_ALONE}", fix, "warning"))

    def _written_in(self) -> tuple[str, ...]:
        return (AUTHORS, CONFIGURATION, *(path for _, path in self._site.data_files()))


def _divided(target: str) -> tuple[str, str]:
    """The path of *target*, and what follows it."""
    path = re.split("[?#]", target, maxsplit=1)[0]
    return path, target[len(path) :]
