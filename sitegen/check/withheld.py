"""What a site holds back at a moment, as words, names and files."""

from __future__ import annotations

import hashlib
import posixpath
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from msgspec import Struct

from sitegen.check.phrases import Phrase, phrases, words_of
from sitegen.content.entries import name_of
from sitegen.content.frontmatter import split
from sitegen.model.article import Article
from sitegen.render.feeds import guid
from sitegen.site.inputs import PAGES, is_text
from sitegen.urls import RESERVED, alias_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sitegen.edition import Edition
    from sitegen.model.article import Entry, StandingPage

# Where a link leads is not shown, and what is held may be named there.
_TARGETS: Final = re.compile(r"\]\([^()\s]*|^ {0,3}\[[^\]\n]+\]:.*$|<[^<>]*>", re.MULTILINE)
# What a block is called is not shown, nor when an entry was made as it is written; what follows on its line is.
_FENCES: Final = re.compile(r"^ *:{3,} *(?:entry +\S+(?: +\d\S*)?|\w+)?(.*)$", re.MULTILINE)
_LETTERS: Final = 10


class Withheld(Struct, frozen=True):
    """What is held, each with its story: *names* of addresses and files, *ids* in feeds, *files* by SHA-256.

    *phrases* know theirs themselves; *why* says of each story why it is held, and *gone* are those that were public
    before.
    """

    phrases: frozenset[Phrase]
    names: dict[str, str]
    ids: dict[str, str]
    files: dict[str, str]
    why: dict[str, str]
    gone: frozenset[str] = frozenset()


class Digests:
    """The SHA-256 of files, worked out once for all moments."""

    def __init__(self) -> None:
        """None yet."""
        self._known: dict[str, frozenset[str]] = {}

    def of(self, edition: Edition, path: str) -> frozenset[str]:
        """Those of the file at *path* as it lies there, and as it would be published."""
        if path not in self._known:
            forms = (edition.source(path) or b"", edition.sendable(path))
            self._known[path] = frozenset(hashlib.sha256(data).hexdigest() for data in forms)
        return self._known[path]


def withheld(edition: Edition, digests: Digests) -> Withheld:
    """What the site of *edition*, all of whose texts can be read, holds back."""
    said: list[Phrase] = []
    names: dict[str, str] = {}
    ids: dict[str, str] = {}
    why: dict[str, str] = {}
    taken = {entry.id for entry in edition.entries()}
    for path in edition.held_texts():
        found = once_held(edition, path)
        said += found.phrases
        names |= found.names
        ids |= found.ids if path.startswith(PAGES) or edition.written(path).id not in taken else {}
        why[path] = edition.why_held(path)
    for path in _held_back(edition):
        said += phrases(text_of(edition, path), "words", path)
        names[name_of(path)] = path
        why[path] = "is in a folder that is held back"
    for path in edition.withdrawn():
        said += _words_of(edition, edition.written(path))
        why[path] = "is retracted"
    for entry in edition.entries():
        if not entry.to_come:
            continue
        if to_come := _entries_to_come(edition, entry):
            said += phrases(to_come, "an entry to come", entry.path)
            why[entry.path] = "is to have it later"
        notes = set(edition.written(entry.path).corrections) - set(edition.article(entry.path).corrections)
        for note in sorted(notes, key=lambda note: note.date):
            said += phrases(note.text, "a note to come", entry.path)
            why[entry.path] = f"is to have it from {note.date.isoformat()} on"
    files = _files_of(edition, tuple(why), digests)
    stories = set(edition.story_paths()).intersection(edition.held_texts())
    gone = frozenset((*edition.withdrawn(), *filter(edition.has_expired, stories)))
    return Withheld(frozenset(said), names, ids, files, why, gone)


def once_held(edition: Edition, path: str) -> Withheld:
    """What the story or standing page at *path* has for itself, and is not to be anywhere while it is held."""
    about = edition.standing_page(path) if path.startswith(PAGES) else edition.written(path)
    ids = {guid(about, edition.settings().id): path} if isinstance(about, Article) else {}
    return Withheld(frozenset(_phrases_of(edition, about)), dict.fromkeys(_names_of(about), path), ids, {}, {})


def _phrases_of(edition: Edition, about: Article | StandingPage) -> Iterator[Phrase]:
    title = tuple(words_of(about.title))
    if sum(map(len, title)) >= _LETTERS and not all(word.isdigit() for word in title):
        yield Phrase(title, "the title", about.path)
    if isinstance(about, Article):
        for note in about.corrections:
            yield from phrases(note.text, "words", about.path)
    yield from _words_of(edition, about)


def _words_of(edition: Edition, about: Article | StandingPage) -> Iterator[Phrase]:
    """What *about* says, but for its headline and its notes, which stay where it is retracted."""
    image = about.image
    for text in (about.summary, *((image.alt, image.caption, image.credit) if image else ())):
        yield from phrases(text, "words", about.path)
    yield from phrases(shown_words_of(edition, about.path), "words", about.path)


def _entries_to_come(edition: Edition, entry: Entry) -> str:
    """The lines of a live story that readers may not see yet."""
    if not entry.listed or edition.article(entry.path).kind != "live":
        return ""
    whole, shown = (text.split("\n") for text in (_body(edition, entry.path), edition.text(entry.path)))
    return plain_words("\n".join(line if line != now else "" for line, now in zip(whole, shown, strict=False)))


def _names_of(about: Article | StandingPage) -> Iterator[str]:
    """What addresses and files of *about* are called, and nothing else is."""
    found = [
        about.slug,
        name_of(about.path),
        *(alias_path(alias).strip("/").rpartition("/")[2] for alias in about.aliases),
    ]
    if isinstance(about, Article):
        found += [tag.slug for tag in about.tags]
        found += [byline.id for byline in about.authors]
    for name in found:
        if len(name) > 1 and not name.isdigit() and name not in RESERVED:
            yield name


def _held_back(edition: Edition) -> list[str]:
    """The texts in folders whose name starts with an underscore."""
    return [
        path for path in edition.paths("content") if is_text(path) and any(p[0] == "_" for p in path.split("/")[:-1])
    ]


def _files_of(edition: Edition, held: tuple[str, ...], digests: Digests) -> dict[str, str]:
    """The files that *held* texts name and nothing public does, by what is in them."""
    if not held:
        return {}
    statics = edition.held_files()
    pictures = [path for path in edition.paths("content") if edition.is_attachment(path)]
    said = {path: unquote(text_of(edition, path)) for path in held} if statics or pictures else {}
    owners = {file: _owner(posixpath.basename(file), said) for file in (*statics, *pictures)}
    beside = [picture for picture in pictures if owners[picture]]
    in_public = [unquote(text) for text in _open_texts(edition)] if beside else []
    beside = [picture for picture in beside if not any(posixpath.basename(picture) in text for text in in_public)]
    found = {file: owners[file] or held[0] for file in (*statics, *beside)}
    by_content = {digest: owner for path, owner in found.items() for digest in digests.of(edition, path)}
    if by_content:  # what is somebody else's too, to the byte, is public
        for path in (*edition.static_paths(), *pictures):
            if path not in found:
                for digest in digests.of(edition, path):
                    by_content.pop(digest, None)
    return by_content


def _owner(name: str, said: dict[str, str]) -> str:
    """The first of those that *said* the *name* of a file; ``""`` if nobody did."""
    return next((path for path, text in said.items() if name in text), "")


def _open_texts(edition: Edition) -> Iterator[str]:
    """What readers may see, as it is written: no more of a live story than is out."""
    stories = [entry.path for entry in edition.entries() if entry.listed]
    for path in (*stories, *(page.path for page in edition.pages())):
        yield f"{split(edition.source(path) or b'', path).head}\n{edition.text(path)}"


def shown_words_of(edition: Edition, path: str) -> str:
    """The text of the file at *path* without what its links lead to."""
    return plain_words(_body(edition, path))


def plain_words(markdown: str) -> str:
    """*markdown* without what its links lead to and what its blocks are called."""
    return _FENCES.sub(r"\n\1\n", _TARGETS.sub("]", markdown))


def _body(edition: Edition, path: str) -> str:
    return split(edition.source(path) or b"", path).body


def text_of(edition: Edition, path: str) -> str:
    """All that the file at *path* says."""
    return (edition.source(path) or b"").decode("utf-8", "replace")
