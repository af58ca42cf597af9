"""The files of ``static/`` that are held: those to which held stories alone lead, straight or over other such files.

What is public and what is held each say names (`sitegen.site.mentions`): of files, and of folders.  For a file that
counts which is said nearest to it: itself, then its folder, then the folder around that; and of what is as near, what
is public.  One that nobody names is published.
"""

from __future__ import annotations

import posixpath
from abc import ABC
from typing import TYPE_CHECKING, Final

from sitegen.errors import ContentError
from sitegen.incremental import query
from sitegen.site.gate import Gate
from sitegen.site.inputs import CONFIGURATION, PAGES, is_text
from sitegen.site.mentions import Marks, Mentions, Said, levels, marks_of, mentions
from sitegen.urls import folded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sitegen.model.taxonomy import Author

_PAGES: Final = (".htm", ".html", ".svg", ".xhtml")
READABLE: Final = (
    *_PAGES,
    *(".css", ".csv", ".geojson", ".js", ".json", ".jsonld", ".m3u8", ".md", ".mjs", ".mpd", ".srt", ".topojson"),
    *(".tsv", ".txt", ".vtt", ".webmanifest", ".xml", ".xsl", ".yaml", ".yml"),
)
"""How the names of those static files end that have words, in small letters."""


class HeldFiles(Gate, ABC):
    """Questions about files that are published for stories."""

    @query(keep=True)
    def held_files(self) -> tuple[str, ...]:
        """The static files that are held, as stories and pages that are held, or retracted, alone lead to them.

        So it is with the picture of an author all of whose stories are held, and with what an unread text names.
        """
        statics = self._statics()
        if not statics:
            return ()
        held, open_texts = self._texts()
        said = Said()
        for path in held:
            said.hear(self.named_in(path))
        for author in self._authors_to_come():
            said.hear(self._mentioned(_text_of(author)))
        names = {name.rpartition("/")[2] for name in said.tails}
        if not any(posixpath.basename(url) in names or not said.levels.isdisjoint(levels(url)) for url in statics):
            return ()
        public = Said()
        for path in open_texts:
            public.hear(self.shown_in(path))
        for found in self._named_around():
            public.hear(found)
        return tuple(sorted(path for url in self._held_of(statics, said, public) for path in statics[url]))

    def _held_of(self, statics: Mapping[str, tuple[str, ...]], held: Said, public: Said) -> set[str]:
        """The addresses of those *statics* to which what is *held* leads, and not what is *public*."""
        everything = {folder for url in statics for folder in levels(posixpath.dirname(url))}
        own = {url: self._named_by(paths) for url, paths in statics.items() if url.endswith(READABLE)}
        doubtful: set[str] = set()
        while new := {
            url
            for url in statics.keys() - doubtful
            if held.names(url, everything) or not held.levels.isdisjoint(levels(url))
        }:
            doubtful |= new
            _hear(held, new, own)
        _hear(public, statics.keys() - doubtful, own)
        while new := {url for url in doubtful if not _is_held(url, held, public, everything)}:
            doubtful -= new
            _hear(public, new, own)
        return doubtful

    def _statics(self) -> dict[str, tuple[str, ...]]:
        """The static files by their addresses, as these are compared; of several that differ in case, all."""
        folder = str(self.setting("static"))
        found: dict[str, tuple[str, ...]] = {}
        for path in self.static_paths():
            url = folded(path.removeprefix(folder))
            found[url] = (*found.get(url, ()), path)
        return found

    def _texts(self) -> tuple[list[str], list[str]]:
        """The texts of which something is held, and those of which readers may see something."""
        gone = {*self.held_texts(), *self.withdrawn()}
        open_texts = sorted(set(self.story_paths()).union(self.page_paths()).difference(gone))
        unread = {path for path in self.paths("content") if is_text(path)}.difference(open_texts)
        unfinished = (path for path in open_texts if not path.startswith(PAGES) and self.entry(path).to_come)
        return sorted(gone.union(unread, unfinished)), open_texts

    @query(keep=True)
    def named_in(self, path: str) -> Mentions:
        """What the file at *path* names anywhere."""
        text = (self.source(path) or b"").decode("utf-8", "replace")
        return self._mentioned(f"{text}\n{self._values(path)}")

    def shown_in(self, path: str) -> Mentions:
        """What the story or page at *path* names, as far as readers may see it now."""
        is_whole = path.startswith(PAGES) or not self.entry(path).to_come
        return self.named_in(path) if is_whole else self.named_in_part(path)

    @query(keep=True)
    def named_in_part(self, path: str) -> Mentions:
        """The same of one of which something is yet to come."""
        return self._mentioned(f"{self._front(path).head}\n{self._text(path).markdown}\n{self._values(path)}")

    def _values(self, path: str) -> str:
        """What the front matter at *path* says of files, whichever way it is quoted there."""
        if not self.text_kind(path):
            return ""
        try:
            about = self.standing_page(path) if path.startswith(PAGES) else self.written(path)
        except ContentError:
            return ""
        return f"{about.image.src if about.image else ''}\n{about.extra.json}"

    @query(keep=True)
    def named_by_layout(self, name: str) -> Mentions:
        """What the layout called *name* names."""
        return self._mentioned((self.layout_text(self.layout_path(name)) or b"").decode("utf-8", "replace"))

    def _named_around(self) -> Iterable[Mentions]:
        """What settings, data, layouts and people of whom readers may know name."""
        yield self.named_in(CONFIGURATION)
        for _, path in self.data_files():
            yield self.named_in(path)
        for name in self.known_layouts():
            yield self.named_by_layout(name)
        unknown = self._authors_to_come()
        yield self._mentioned("\n".join(_text_of(author) for author in self._book() if author not in unknown))

    def _named_by(self, paths: Iterable[str]) -> tuple[Mentions, ...]:
        return tuple(map(self.named_in, paths))

    def _mentioned(self, text: str) -> Mentions:
        return mentions(text, self._marks_of_statics(), str(self.setting("url")))

    @query(keep=True)
    def _marks_of_statics(self) -> Marks:
        """What the addresses of static files have in common."""
        folder = str(self.setting("static"))
        return marks_of(path.removeprefix(folder) for path in self.static_paths())

    def _authors_to_come(self) -> tuple[Author, ...]:
        """The people of authors.yaml who wrote something that is held, and nothing that readers may see."""
        entries = [self.entry(path) for path in self.story_paths()]
        shown = {author for entry in entries if entry.out for author in entry.authors}
        to_come = {author for entry in entries if not entry.out for author in entry.authors} - shown
        return tuple(author for author in self._book() if author.slug in to_come)

    def _book(self) -> tuple[Author, ...]:
        """The people of authors.yaml; nobody where that cannot be read, which is told by those who need it."""
        try:
            return self.author_book().authors
        except ContentError:
            return ()


def _text_of(author: Author) -> str:
    return "\n".join((author.picture, author.bio, author.url, *(link.url for link in author.links)))


def _hear(said: Said, urls: Iterable[str], own: Mapping[str, tuple[Mentions, ...]]) -> None:
    """Let *said* grow by what the static files at *urls* name; *own* are the words of each that has any."""
    for url in urls:
        for found in own.get(url, ()):
            said.hear(found, posixpath.dirname(url), is_page=url.endswith(_PAGES))


def _is_held(url: str, held: Said, public: Said, everything: Collection[str]) -> bool:
    """Whether what is said nearest to the static file at *url* is *held*, and not *public*."""
    if public.names(url, public.levels | public.folders):
        return False
    if held.names(url, everything):
        return True
    for each in levels(url):
        if each in public.levels:
            return False
        if each in held.levels:
            return True
    return False
