"""What is public at a moment beside what is held: names, and words with those who say them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.check.withheld import plain_words, shown_words_of, text_of
from sitegen.content.frontmatter import split
from sitegen.model.article import Entry, StandingPage
from sitegen.site.held_files import READABLE
from sitegen.site.inputs import AUTHORS, CONFIGURATION
from sitegen.urls import RESERVED, alias_path, own_path

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from sitegen.edition import Edition

_LAYOUT: Final = "a layout: "
_ADDRESS: Final = re.compile(r"""https?://[^\s<>"')\]]+""")


def public_names(edition: Edition, less: Container[str] = ()) -> set[str]:
    """What addresses and files of what is public are called, not counting the stories *less*."""
    urls = [page.url for page in edition.pages()] + [alias for page in edition.pages() for alias in page.aliases]
    found = {*RESERVED, *(section.id for section in edition.settings().sections)}
    for entry in edition.entries():
        if entry.path not in less:
            urls += [entry.url, *map(alias_path, entry.aliases)]
            found.update((entry.section, *(tag.slug for tag in entry.tags), *entry.authors))
    statics = set(edition.static_paths()).difference(edition.held_files())
    for path in (*urls, *statics, *_attachments(edition)):
        for name in path.split("/"):
            found.update((name, name.rpartition(".")[0]))
    return found


def _attachments(edition: Edition) -> Iterator[str]:
    """The files that may be published beside stories, less those in the folder of one that is held."""
    folders = tuple(path.removesuffix("index.md") for path in edition.held_texts() if path.endswith("/index.md"))
    for path in edition.paths("content"):
        if edition.is_attachment(path) and not path.startswith(folders):
            yield path


def who_speaks(edition: Edition) -> Iterator[tuple[str, Entry | StandingPage | None]]:
    """Who says anything in public, the newsroom or a layout: where it stands, and in what state it is.

    In the same state it says the same.
    """
    yield from ((entry.path, entry) for entry in edition.entries())
    yield from ((page.path, page) for page in edition.pages())
    held = set(edition.held_files())
    for path in (CONFIGURATION, AUTHORS, *(path for _, path in edition.data_files())):
        yield path, None
    for path in edition.static_paths():
        if path.lower().endswith(READABLE) and path not in held:
            yield path, None
    yield from ((_LAYOUT + name, None) for name in edition.known_layouts())


def what_is_said(edition: Edition, path: str, state: Entry | StandingPage | None) -> Iterator[str]:
    """The words of one of those who speak."""
    match state:
        case Entry():
            story = edition.article(path)
            yield "\n".join((story.title, story.summary, *(note.text for note in story.corrections)))
            text = edition.text(path)
            yield plain_words(text)
            yield from _elsewhere(edition, text)
            kept = ("tags", "authors", "image", "partner", "dateline", "extra")
            yield _head(edition, path, kept if state.listed else ("authors", "partner"))
        case StandingPage():
            yield f"{state.title}\n{state.summary}\n{shown_words_of(edition, path)}"
        case _ if path.startswith(_LAYOUT):
            data = edition.layout_text(edition.layout_path(path.removeprefix(_LAYOUT)))
            yield (data or b"").decode("utf-8", "replace")
        case _:
            yield text_of(edition, path)


def _elsewhere(edition: Edition, text: str) -> Iterator[str]:
    """The addresses of other sites in *text*: where its links lead, too, is public, but for what is held here."""
    own = edition.settings().url
    return (address for address in _ADDRESS.findall(text) if not own_path(own, address))


def _head(edition: Edition, path: str, keys: tuple[str, ...]) -> str:
    """The lines of the front matter at *path* that belong to *keys*."""
    kept: list[str] = []
    inside = False
    for line in split(edition.source(path) or b"", path).head.split("\n"):
        if line[:1].strip() and line[0] not in "#-":
            inside = line.startswith(keys)
        kept += [line] if inside else []
    return "\n".join(kept)
