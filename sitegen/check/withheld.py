"""What a site holds back at a moment, and what is public beside it, as words, names and files."""

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
from sitegen.site.inputs import AUTHORS, CONFIGURATION, PAGES, is_text
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
_READABLE: Final = (".css", ".csv", ".htm", ".html", ".js", ".json", ".md", ".svg", ".txt", ".webmanifest", ".xml")


class Withheld(Struct, frozen=True):
    """What is held, each with its story: *names* of addresses and files, *ids* in feeds, *files* by SHA-256.

    *phrases* know theirs themselves; *why* says of each story why it is held.
    """

    phrases: tuple[Phrase, ...]
    names: dict[str, str]
    ids: dict[str, str]
    files: dict[str, str]
    why: dict[str, str]


def withheld(edition: Edition) -> Withheld:
    """What the site of *edition*, all of whose texts can be read, holds back."""
    said: list[Phrase] = []
    names: dict[str, str] = {}
    ids: dict[str, str] = {}
    why: dict[str, str] = {}
    site = edition.settings().id
    for path in edition.held_texts():
        about = edition.standing_page(path) if path.startswith(PAGES) else edition.written(path)
        said += _phrases_of(edition, about)
        names |= dict.fromkeys(_names_of(about), path)
        why[path] = edition.why_held(path)
        if isinstance(about, Article):
            ids[guid(about, site)] = path
    for path in _held_back(edition):
        said += phrases(_source(edition, path), "words", path)
        names[name_of(path)] = path
        why[path] = "is in a folder that is held back"
    for path in edition.withdrawn():
        said += _words_of(edition, edition.written(path))
        why[path] = "is retracted"
    for entry in edition.entries():
        ids.pop(guid(edition.article(entry.path), site), None)
        if to_come := _entries_to_come(edition, entry):
            said += phrases(to_come, "an entry to come", entry.path)
            why[entry.path] = "is to have it later"
        notes = set(edition.written(entry.path).corrections) - set(edition.article(entry.path).corrections)
        for note in sorted(notes, key=lambda note: note.date):
            said += phrases(note.text, "a note to come", entry.path)
            why[entry.path] = f"is to have it from {note.date.isoformat()} on"
    return Withheld(tuple(dict.fromkeys(said)), names, ids, _files_of(edition, tuple(why)), why)


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
    yield from phrases(_shown(edition, about.path), "words", about.path)


def _entries_to_come(edition: Edition, entry: Entry) -> str:
    """The lines of a live story that readers may not see yet."""
    if not entry.listed or edition.article(entry.path).kind != "live":
        return ""
    whole, shown = (text.split("\n") for text in (_body(edition, entry.path), edition.text(entry.path)))
    return _plain("\n".join(line if line != now else "" for line, now in zip(whole, shown, strict=False)))


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


def _files_of(edition: Edition, held: tuple[str, ...]) -> dict[str, str]:
    """The files that *held* texts name and nothing public does, by what is in them."""
    found = dict.fromkeys(edition.held_files(), held[0]) if held else {}
    pictures = [path for path in edition.paths("content") if edition.is_attachment(path)]
    said = {path: unquote(_source(edition, path)) for path in held} if pictures else {}
    in_public = [unquote(text) for text in _open_texts(edition)] if said else []
    for picture in pictures:
        name = posixpath.basename(picture)
        owner = next((path for path, text in said.items() if name in text), "")
        if owner and not any(name in text for text in in_public):
            found[picture] = owner
    by_content = {digest: owner for path, owner in found.items() for digest in _digests(edition, path)}
    if by_content:  # what is somebody else's too, to the byte, is public
        for path in (*edition.static_paths(), *pictures):
            if path not in found:
                for digest in _digests(edition, path):
                    by_content.pop(digest, None)
    return by_content


def _digests(edition: Edition, path: str) -> set[str]:
    """The SHA-256 of the file at *path* as it lies there, and as it would be published."""
    forms = (edition.source(path) or b"", edition.sendable(path))
    return {hashlib.sha256(data).hexdigest() for data in forms}


def _open_texts(edition: Edition) -> Iterator[str]:
    """What readers may see, as it is written: no more of a live story than is out."""
    stories = [entry.path for entry in edition.entries() if entry.listed]
    for path in (*stories, *(page.path for page in edition.pages())):
        yield f"{split(edition.source(path) or b'', path).head}\n{edition.text(path)}"


def public_names(edition: Edition) -> set[str]:
    """What addresses and files of what is public are called."""
    urls = [page.url for page in edition.pages()] + [alias for page in edition.pages() for alias in page.aliases]
    found = {*RESERVED, *(section.id for section in edition.sections())}
    for entry in edition.entries():
        urls += [entry.url, *map(alias_path, entry.aliases)]
        found.update(tag.slug for tag in entry.tags)
        found.update(entry.authors)
    statics = set(edition.static_paths()).difference(edition.held_files())
    for path in (*urls, *statics, *filter(edition.is_attachment, edition.paths("content"))):
        for name in path.split("/"):
            found.update((name, name.rpartition(".")[0]))
    return found


def public_texts(edition: Edition) -> Iterator[str]:
    """All that the newsroom says in public, and all that the layouts do."""
    for entry in edition.entries():
        story = edition.article(entry.path)
        yield "\n".join((story.title, story.summary, *(note.text for note in story.corrections)))
        yield _plain(edition.text(entry.path))
        kept = ("tags", "authors", "image", "partner", "dateline", "extra") if entry.listed else ("authors", "partner")
        yield _head(edition, entry.path, kept)
    for page in edition.pages():
        yield f"{page.title}\n{page.summary}\n{_shown(edition, page.path)}"
    held = set(edition.held_files())
    files = [CONFIGURATION, AUTHORS, *(path for _, path in edition.data_files())]
    files += [path for path in edition.static_paths() if path.lower().endswith(_READABLE) and path not in held]
    for path in files:
        yield _source(edition, path)
    for name in edition.known_layouts():
        yield (edition.layout_text(edition.layout_path(name)) or b"").decode("utf-8", "replace")


def _head(edition: Edition, path: str, keys: tuple[str, ...]) -> str:
    """The lines of the front matter at *path* that belong to *keys*."""
    kept: list[str] = []
    inside = False
    for line in split(edition.source(path) or b"", path).head.split("\n"):
        if line[:1].strip() and line[0] not in "#-":
            inside = line.startswith(keys)
        kept += [line] if inside else []
    return "\n".join(kept)


def _shown(edition: Edition, path: str) -> str:
    """The text of the file at *path* without what its links lead to."""
    return _plain(_body(edition, path))


def _plain(markdown: str) -> str:
    """*markdown* without what its links lead to and what its blocks are called."""
    return _FENCES.sub(r"\n\1\n", _TARGETS.sub("]", markdown))


def _body(edition: Edition, path: str) -> str:
    return split(edition.source(path) or b"", path).body


def _source(edition: Edition, path: str) -> str:
    return (edition.source(path) or b"").decode("utf-8", "replace")
