"""What the newsroom writes, file by file, and what of its words readers may see: no address of what is held."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import unquote, urlsplit

import msgspec

from sitegen.content.frontmatter import FrontMatter
from sitegen.errors import ContentError, Location, Problem
from sitegen.incremental import query
from sitegen.model.article import Article, StandingPage
from sitegen.site.inputs import AUTHORS, CONFIGURATION, DATA
from sitegen.site.own_addresses import paths, spared, with_each
from sitegen.site.pictures import Pictures
from sitegen.urls import own_path, place_in

if TYPE_CHECKING:
    from collections.abc import Collection

_ADDRESS: Final = re.compile(r"(?:https?:)?/\S+", re.IGNORECASE)
_NAMES: Final = frozenset(("id", "slug", "src", "email"))
"""What of a story, and of what is in it, is no text to read: what it is known by, and where a file is."""
_PLACES: Final = frozenset(
    (*_NAMES, "path", "url", "lang", "section", "kind", "aliases", "related", "layout", "authors")
)
"""What of a story itself is none, or is looked at by itself."""
_About = TypeVar("_About", Article, StandingPage)
_Value = TypeVar("_Value")


class Words(Pictures, ABC):
    """Questions about what a file says."""

    @abstractmethod
    def why_held(self, path: str) -> str:
        """Why no link may lead to the story or page at *path* now; the gate knows."""

    @abstractmethod
    def held_at(self, url: str) -> str:
        """What is held and would be at *url*, a path of the site and maybe a place there; the gate knows."""

    def all_without_held(self, about: _About, path: str) -> _About:
        """*about*, of the file at *path*, without addresses of what is held in its words and values."""
        changed: dict[str, object] = {}
        for key in about.__struct_fields__:
            if key not in _PLACES and (value := getattr(about, key)):
                plain = self.each_without_held(value, path, key)
                changed |= {key: plain} if plain != value else {}
        return msgspec.structs.replace(about, **changed) if changed else about

    def each_without_held(self, value: _Value, path: str, key: str = "", but: Collection[str] = _NAMES) -> _Value:
        """*value* with each text in it `without_held`, less the fields called as *but*."""
        return with_each(value, partial(self.without_held, path=path, key=key), but)

    def without_held(self, text: str, path: str, key: str = "") -> str:
        """*text*, of *key* in the file at *path*, without addresses of what is held, which are told.

        The name of the site stands in their place; of a text that is nothing else, nothing is left.
        """
        bare = text.strip()
        if _ADDRESS.fullmatch(bare):
            return "" if self.leads_to_held(bare, path, key) else text
        return self._spared(text, path, key)

    def _spared(self, text: str, path: str, key: str = "", line: int = 0, *, linked: bool = False) -> str:
        """*text*, of *key* or from *line* on in the file at *path*, without addresses of what is held.

        *linked*: it is Markdown.
        """
        if "/" not in text:
            return text

        def is_to_go(address: str, before: int) -> bool:
            return self.leads_to_held(address, path, key, line and line + before)

        host = urlsplit(str(self.setting("url"))).hostname or ""
        # Most texts have paths of others at best; to know which of their words are part of a link takes much longer.
        if host not in text.lower() and not any(map(self.held_behind, paths(text, linked=linked))):
            return text
        return spared(text, host, is_to_go, linked=linked)

    def leads_to_held(self, url: str, path: str, key: str = "", line: int = 0) -> bool:
        """Whether *url*, of *key* or at *line* in the file at *path*, is that of something held; which is told."""
        source = self.held_behind(url)
        if source:
            what = f"{source} {self.why_held(source)}, so its address is not printed"
            if path in (AUTHORS, CONFIGURATION) or path.startswith(DATA):
                where = self.place_of(url, path)
            else:
                where = self._place(path, key) if key else Location(path, line)
            self.note(Problem(where, what, "remove it, or publish this story later", "warning"))
        return bool(source)

    def place_of(self, words: str, path: str) -> Location:
        """Where the file at *path* first says *words*, as far as these are written there as they are."""
        text = (self.source(path) or b"").decode("utf-8", "replace")
        at = text.find(words)
        return Location(path, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)) if at >= 0 else Location(path)

    def held_behind(self, url: str) -> str:
        """What is held and to which *url*, an address in full or a path, leads (see `held_at`); ``""``: nothing."""
        site = str(self.setting("url"))
        path = own_path(site, url)
        if path:
            return self.held_at(path + place_in(url))
        if not url.startswith("/"):
            return ""
        path, base = unquote(re.split("[?#]", url, maxsplit=1)[0]), unquote(urlsplit(site).path)
        below = path.removeprefix(base) if base and path.startswith(f"{base}/") else ""
        return self.held_at(path + place_in(url)) or (self.held_at(below + place_in(url)) if below else "")

    @query(fleeting=True)
    def _front(self, path: str) -> FrontMatter:
        """The front matter alone, so that a word changed in the text does not read it again."""
        return msgspec.structs.replace(self._split(path), body="", body_line=0)

    def _split(self, path: str) -> FrontMatter:
        from sitegen.content.frontmatter import split

        data = self.source(path)
        if data is None:
            raise ContentError.at(Location(path), "vanished during the build", "run the build again")
        return split(data, path)

    def _place(self, path: str, key: str) -> Location:
        """Where the front matter at *path* has *key*, as far as it can be told without reading it again."""
        front = self._front(path)
        at = f"\n{front.head}".find(f"\n{key}:")
        return Location(path, front.head_line + front.head.count("\n", 0, at), 1) if at >= 0 else Location(path)
