"""The gate: what readers may not see now, and why.

A story is out from ``published`` until ``expires``, at the build's one clock.  Lists, pages and maps ask for stories
that are out; here stands what keeps the others from being named by those: by a link, by a layout, by a file that is
published for them alone.
"""

from __future__ import annotations

import html
import posixpath
import re
from abc import ABC
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from sitegen.errors import ContentError
from sitegen.incremental import query
from sitegen.site.inputs import CONFIGURATION, PAGES
from sitegen.site.stories import Stories
from sitegen.urls import alias_path, quoted

if TYPE_CHECKING:
    from sitegen.model.taxonomy import Author

_READABLE: Final = (".css", ".csv", ".htm", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".webmanifest", ".xml")
# A path from the root, in whatever text: up to what ends it in YAML, Markdown and HTML, and up to the end of its line.
_ROOT_PATHS: Final = re.compile(r"""/[^\s"'<>()\[\]{}|,?#]+""")
_SPACED_ROOT_PATHS: Final = re.compile(r"""/[^\n"'<>()\[\]{}|,?#]+""")
# The path of a file without its first slash, as a layout may be given it.
_BARE_PATHS: Final = re.compile(r"(?<![\w/.~%-])[\w~%.-][\w~%./-]*+")
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")  # of a character of punctuation, in Markdown


class Gate(Stories, ABC):
    """Questions about what is held."""

    @query
    def is_held(self, path: str) -> bool:
        """Whether the story or page at *path* is kept from readers now.  A retracted one is not: it has a notice."""
        if path in self.without() or any(part.startswith(("_", ".")) for part in path.split("/")):
            return True
        if path.startswith(PAGES):
            return self.standing_page(path).draft and not self.drafts()
        return not self.entry(path).out

    @query
    def why_held(self, path: str) -> str:
        """Why no link may lead to the story or page at *path* now, as the end of a sentence; ``""`` if one may."""
        if self.text_kind(path) == "left out":
            return "is left out of this build"
        if path.startswith(PAGES):
            return "is a draft" if self.is_held(path) else ""
        story = self.written(path)
        if story.expires and self._reached(story.expires):
            return f"expired at {story.expires.isoformat()}"
        if self.live(path):
            return "is retracted" if self._as_of_now(path).retracted else ""
        if story.draft or story.published is None:
            return "is a draft"
        return f"is not public before {story.published.isoformat()}"

    @query
    def held_at(self, url: str) -> str:
        """The story or page that is held, or withdrawn, and would be at *url*, a path of the site; ``""``: none.

        So it is with where it was.  None either where a story or page that readers may see is there, or was.
        """
        held = self._held_urls()
        forms = (url, url.rstrip("/") + "/", url.removesuffix("index.html"))
        return next((held[form] for form in forms if form in held), "")

    @query
    def held_texts(self) -> tuple[str, ...]:
        """The stories and standing pages that are held, stories first."""
        stories = [path for path in self.story_paths() if not self.entry(path).out]
        pages = [] if self.drafts() else [path for path in self.page_paths() if self.standing_page(path).draft]
        return (*stories, *pages)

    @query
    def withdrawn(self) -> tuple[str, ...]:
        """The stories that are retracted: a notice stands in their place, and nothing that they showed."""
        entries = map(self.entry, self.story_paths())
        return tuple(entry.path for entry in entries if entry.out and not entry.listed)

    @query
    def _held_urls(self) -> dict[str, str]:
        held = (*self.held_texts(), *self.withdrawn())
        found = {url: path for path in reversed(held) for url in self._urls_of(path)}
        for path in sorted({*self.story_paths(), *self.page_paths()}.difference(held)):
            for url in self._urls_of(path):  # what somebody can read may stand where something else did
                found.pop(url, None)
        return found

    def _urls_of(self, path: str) -> tuple[str, ...]:
        about = self.standing_page(path) if path.startswith(PAGES) else self.entry(path)
        return (about.url, *map(alias_path, about.aliases))

    @query(keep=True)
    def held_files(self) -> tuple[str, ...]:
        """The static files that stories and pages that are held, or retracted, name, and nothing else does.

        So it is with the picture of an author all of whose stories are held.  What is public, the layouts, the settings
        and the static files themselves may need them: where any of these names one, it is published.
        """
        statics = {path.removeprefix(str(self.setting("static"))): path for path in self.static_paths()}
        held = (*self.held_texts(), *self.withdrawn())
        open_texts = sorted(set(self.story_paths()).union(self.page_paths()).difference(held))
        doubtful = (*held, *filter(self._has_entries, open_texts))  # of which some may be yet to come
        named = {url for path in doubtful for url in self.roots_named(path)}
        named.update(author.picture for author in self._authors_to_come())
        named.intersection_update(statics)
        if not named:
            return ()
        named.difference_update(url for path in open_texts for url in self._roots_shown(path))
        named.difference_update(url for url in sorted(named) if self._is_used(url))
        return tuple(statics[url] for url in sorted(named))

    @query(keep=True)
    def roots_named(self, path: str) -> tuple[str, ...]:
        """The paths from the root of the site that the story or page at *path* names anywhere, decoded."""
        return self._roots((self.source(path) or b"").decode("utf-8", "replace"))

    def _roots_shown(self, path: str) -> tuple[str, ...]:
        """The same, as far as readers may see it now."""
        return self.roots_of_live(path) if self._has_entries(path) else self.roots_named(path)

    @query(keep=True)
    def roots_of_live(self, path: str) -> tuple[str, ...]:
        """The same for a live story: what is said above it, and in the entries that are out."""
        return self._roots(f"{self._front(path).head}\n{self._text(path).markdown}")

    def _has_entries(self, path: str) -> bool:
        return not path.startswith(PAGES) and self.entry(path).live

    def _roots(self, text: str) -> tuple[str, ...]:
        """The paths from the root of the site in *text*, and the files of ``static/`` whose odd names are in it."""
        base = urlsplit(str(self.setting("url"))).path
        forms = _forms(text)
        found = {name for form in forms for name in (*_ROOT_PATHS.findall(form), *_SPACED_ROOT_PATHS.findall(form))}
        found |= {"/" + name.rstrip(".") for form in forms for name in _BARE_PATHS.findall(form) if "." in name}
        decoded = {unquote(name).rstrip() for name in found}
        decoded |= {posixpath.normpath(name) for name in decoded if "/." in name}
        # An address in full: what follows two slashes is a host, and what follows that a path.
        decoded |= {"/" + name[2:].partition("/")[2] for name in decoded if name.startswith("//")}
        decoded |= {url for url in self._odd_statics() if any(url in form for form in forms)}
        return tuple(sorted(decoded | {name.removeprefix(base) for name in decoded}))

    @query(keep=True)
    def _odd_statics(self) -> tuple[str, ...]:
        """The addresses of static files with characters that end an address in text."""
        urls = (path.removeprefix(str(self.setting("static"))) for path in self.static_paths())
        return tuple(url for url in urls if not _SPACED_ROOT_PATHS.fullmatch(url))

    def _is_used(self, url: str) -> bool:
        """Whether a file that is no story or page says the name of the static file at *url*."""
        name = url.rpartition("/")[2]
        others = [CONFIGURATION, *(path for _, path in self.data_files())]
        others += [path for path in self.static_paths() if path.lower().endswith(_READABLE)]
        texts = [self.source(path) for path in others if not path.endswith(url)]
        texts += [self.layout_text(self.layout_path(layout)) for layout in self.known_layouts()]
        texts += [f"{author.picture} {author.bio}".encode() for author in self._authors_known()]
        said = re.compile(b"(?<![\\w.-])(?:%b|%b)" % (re.escape(name.encode()), re.escape(quoted(name).encode())))
        return any(text is not None and said.search(text) for text in texts)

    def _authors_known(self) -> tuple[Author, ...]:
        """The people of authors.yaml of whom readers may know."""
        to_come = self._authors_to_come()
        return tuple(author for author in self._book() if author not in to_come)

    def _authors_to_come(self) -> tuple[Author, ...]:
        """The people of authors.yaml who wrote something that is held, and nothing that readers may see."""
        entries = [self.entry(path) for path in self.story_paths()]
        shown = {author for entry in entries if entry.out for author in entry.authors}
        held = {author for entry in entries if not entry.out for author in entry.authors} - shown
        return tuple(author for author in self._book() if author.slug in held)

    def _book(self) -> tuple[Author, ...]:
        """The people of authors.yaml; nobody where that cannot be read, which is told by those who need it."""
        try:
            return self.author_book().authors
        except ContentError:
            return ()


def _forms(text: str) -> tuple[str, ...]:
    """*text* as it is written, and as those read it who undo references to characters, escapes and percent signs."""
    plain = html.unescape(text)
    forms = (text, plain, _ESCAPE.sub(r"\1", plain))
    return tuple(dict.fromkeys((*forms, *map(unquote, forms))))
