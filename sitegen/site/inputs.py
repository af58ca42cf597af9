"""What a build is given: the clock, the flags, the settings, and which files there are."""

from __future__ import annotations

import fnmatch
import re
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from sitegen.errors import ContentError, Location, Problem
from sitegen.incremental import Blobs, FileDatabase, Snapshot, Trace, query
from sitegen.model.settings import Settings
from sitegen.model.taxonomy import AuthorBook
from sitegen.urls import stays_inside

if TYPE_CHECKING:
    from sitegen.theme import Theme

CONFIGURATION: Final = "site.yaml"
AUTHORS: Final = "content/authors.yaml"
PAGES: Final = "content/pages/"
DATA: Final = "content/data/"

_LEFTOVERS: Final = (
    *("*~", "#*#", ".#*", "~$*", "*.swp", "*.swo", "*.bak", "*.tmp", "*.orig", "*.rej", "*.part", "*.crdownload"),
    *(".git*", ".hg", ".svn", ".DS_Store", "._*", "Thumbs.db", "desktop.ini", "__pycache__", ".idea", ".vscode"),
    *(".sitegen*", "*(conflicted copy)*", "* conflicted copy *"),
)
_LEFTOVER: Final = re.compile("|".join(map(fnmatch.translate, _LEFTOVERS)))
_MARKDOWN: Final = ".md"
_NEARLY_MARKDOWN: Final = (".markdown", ".mdown", ".mkd", ".mkdn", ".mdx")
_TEXTS: Final = (_MARKDOWN, *_NEARLY_MARKDOWN)


def leftover(name: str) -> bool:
    """Whether a file of this name is what editors, systems and version control leave behind, never content."""
    return _LEFTOVER.match(name) is not None


def is_text(name: str) -> bool:
    """Whether a file of this name is Markdown, or nearly: what it says is published by a build, or not at all."""
    return name.lower().endswith((_MARKDOWN, *_NEARLY_MARKDOWN))


def _packaged(path: str) -> str:
    """Where the theme has what a layout calls ``theme/…``: its words lie beside its layouts, not among them."""
    name = path.removeprefix("theme/")
    return name if name.startswith("words/") else f"layouts/{name}"


class Options(Struct, frozen=True, kw_only=True):
    """How one build differs from another of the same files.

    *now* is its one clock, *url* replaces the site's, *origin* only its scheme, host and port; *drafts* lets drafts and
    future stories out, *without* names content files to build as if they were not there.
    """

    now: datetime
    url: str = ""
    origin: str = ""
    drafts: bool = False
    without: tuple[str, ...] = ()


class Inputs(FileDatabase):
    """Questions about what the build was given, before any story is read."""

    def __init__(
        self,
        snapshot: Snapshot,
        theme: Theme,
        options: Options,
        trace: Trace | None = None,
        blobs: Blobs | None = None,
    ) -> None:
        """Ask *snapshot* for the site's files, *theme* for those behind them."""
        super().__init__(snapshot, trace, blobs)
        self.theme = theme
        self._options = options

    def stand_at(self, now: datetime, snapshot: Snapshot) -> None:
        """Go on answering at the moment *now*, from *snapshot*: every answer given so far is the same there."""
        self._options = msgspec.structs.replace(self._options, now=now)
        self.snapshot = snapshot

    @query(volatile=True)
    def passed(self, instant: str) -> bool:
        """Whether the build's clock has reached *instant* (ISO 8601 with offset).  Nothing else asks the clock."""
        return datetime.fromisoformat(instant) <= self._options.now

    @query(volatile=True)
    def base_url(self) -> str:
        """The URL to build for instead of the configured one, or ``""``."""
        return self._options.url

    @query(volatile=True)
    def origin(self) -> str:
        """Where the site is shown instead of at its own scheme, host and port, or ``""``."""
        return self._options.origin

    @query(volatile=True)
    def drafts(self) -> bool:
        """Whether drafts and future stories are let out."""
        return self._options.drafts

    @query(volatile=True)
    def without(self) -> tuple[str, ...]:
        """The content files that this build leaves out."""
        return self._options.without

    @query(keep=True)
    def settings(self) -> Settings:
        """The configuration.  Raises ContentError with everything that is wrong with it."""
        from sitegen.content.settings import read_settings  # loads YAML

        data = self.source(CONFIGURATION)
        if data is None:
            raise ContentError.at(
                Location(CONFIGURATION), "does not exist", "start a site with `sitegen new site PATH`"
            )
        settings, problems = read_settings(data, CONFIGURATION)
        self._tell(problems)
        url, origin = self.base_url() or settings.url, self.origin()
        return msgspec.structs.replace(settings, url=origin + urlsplit(url).path if origin else url)

    @query
    def setting(self, name: str) -> object:
        """One setting by its name, so that a page that prints the title does not wait on the rest."""
        return getattr(self.settings(), name)

    @query(keep=True)
    def author_book(self) -> AuthorBook:
        """The people of authors.yaml; empty if there is no such file."""
        from sitegen.content.authors import read_authors  # loads YAML

        book, problems = read_authors(self.source(AUTHORS), AUTHORS)
        self._tell(problems)
        return book

    @query
    def is_attachment(self, path: str) -> bool:
        """Whether the file at *path* may be published beside a story: it is content, but no text and no record of ours.

        Hidden files, what editors leave behind and what lies in a folder held back are not.
        """
        if path == AUTHORS or path.startswith(DATA) or path.endswith(_TEXTS) or not path.startswith("content/"):
            return False
        return not any(part.startswith((".", "_")) for part in path.split("/")) and self.present(path)

    @query
    def data_files(self) -> tuple[tuple[str, str], ...]:
        """The data that layouts may use: names, each with its file.  Raises ContentError for a name used twice."""
        found: dict[str, str] = {}
        for path in self._content():
            stem, _, suffix = path.removeprefix(DATA).rpartition(".")
            if not path.startswith(DATA) or suffix not in ("yaml", "yml", "json", "csv"):
                continue
            name = stem.replace("/", "_").replace("-", "_")
            if name in found:
                what = f"is data.{name}, and so is {found[name]}"
                raise ContentError.at(Location(path), what, "rename one of the two")
            found[name] = path
        return tuple(found.items())

    @query(keep=True)
    def data(self, name: str) -> str:
        """The data of *name* as JSON text; ``""`` if there is none."""
        from sitegen.content.data import read_data  # loads YAML

        path = dict(self.data_files()).get(name)
        source = self.source(path) if path else None
        return read_data(source, path) if path and source is not None else ""

    @query
    def layout_path(self, name: str) -> str:
        """Where the layout called *name* lies: the site's over the theme's; ``theme/NAME`` is the theme's own.

        ``""`` if there is none, also for a name that would leave the folder.
        """
        if not stays_inside(name):
            return ""
        own = f"{self.setting('layouts')}/{name}"
        if not name.startswith("theme/") and self.present(own):
            return own
        theirs = "theme/" + name.removeprefix("theme/")
        return theirs if self.theme.read(_packaged(theirs)) is not None else ""

    @query
    def layout_names(self) -> tuple[str, ...]:
        """The names of the site's own layouts."""
        folder = str(self.setting("layouts")) + "/"
        return tuple(path.removeprefix(folder) for path in self.paths(folder.rstrip("/")))

    def known_layouts(self) -> tuple[str, ...]:
        """The names of all layouts, the theme's too, for "did you mean"."""
        theirs = tuple(name.removeprefix("layouts/") for name in self.theme.names if name.startswith("layouts/"))
        return (*self.layout_names(), *theirs)

    @query
    def layout_text(self, path: str) -> bytes | None:
        """The bytes of the layout at *path*, as `layout_path` answers."""
        if path.startswith("theme/"):
            return self.theme.read(_packaged(path))
        return self.source(path)

    @query
    def story_paths(self) -> tuple[str, ...]:
        """The Markdown files that are stories."""
        return tuple(path for path in self._markdown() if not path.startswith((PAGES, DATA)))

    @query
    def page_paths(self) -> tuple[str, ...]:
        """The Markdown files that are standing pages."""
        return tuple(path for path in self._markdown() if path.startswith(PAGES))

    @query
    def text_kind(self, path: str) -> str:
        """What the Markdown file at *path* is: ``story``, ``page``, ``left out``, or ``""`` if there is none.

        An answer that other files do not change.
        """
        if path in self.without():
            return "left out"
        return self._text_kinds().get(path, "")

    @query
    def _text_kinds(self) -> dict[str, str]:
        return dict.fromkeys(self.story_paths(), "story") | dict.fromkeys(self.page_paths(), "page")

    @query
    def static_paths(self) -> tuple[str, ...]:
        """The files to copy as they are, from the site's folder."""
        return self.paths(str(self.setting("static")))

    @query
    def _markdown(self) -> tuple[str, ...]:
        """The Markdown files of the build.  Notes those that are not read, with the reason."""
        left_out = self.without()
        found = []
        for path in self._content():
            where = Location(path)
            folders = [part for part in path.split("/")[1:-1] if part.startswith("_")]
            if path.endswith(_NEARLY_MARKDOWN) or (path.lower().endswith(_MARKDOWN) and not path.endswith(_MARKDOWN)):
                self.note(Problem(where, "is not read", "end its name in .md", "warning"))
            elif not path.endswith(_MARKDOWN) or path in left_out:
                continue
            elif path.startswith(DATA):
                self.note(Problem(where, "is not read, as it is no data", "move it out of content/data/", "warning"))
            elif folders:
                what = f"is held back like a draft, as the name of the folder {folders[0]} starts with an underscore"
                self.note(Problem(where, what, "move it out to publish it", "warning"))
            else:
                found.append(path)
        return tuple(found)

    @query
    def _content(self) -> tuple[str, ...]:
        """The files of content/, less hidden ones.  Raises ContentError for a folder with a story's name."""
        paths = [path for path in self.paths("content") if not any(part.startswith(".") for part in path.split("/"))]
        folders = {path[: at + len(_MARKDOWN)] for path in paths if (at := path.find(_MARKDOWN + "/")) > 0}
        if folders:
            what, fix = "is a folder, and its name is a story's", "rename it; a story that is a folder has an index.md"
            raise ContentError(Problem(Location(path), what, fix) for path in sorted(folders))
        return tuple(paths)

    def _tell(self, problems: tuple[Problem, ...]) -> None:
        for problem in problems:
            self.note(problem)
