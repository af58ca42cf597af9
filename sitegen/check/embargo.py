"""What the output says of stories that are not out: the last look before readers get it.

The gate keeps what is held out of all that is made; this looks at what lies in a folder, whoever put it there: an
output of yesterday, one that was built with ``--drafts``, a file copied by hand, or a fault of ours.
"""

from __future__ import annotations

import hashlib
import re
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from sitegen.build import Request
from sitegen.check.phrases import Phrase, Search, decoded, place, shown_words, words_of
from sitegen.check.withheld import Withheld, public_names, public_texts, withheld
from sitegen.errors import Location, Problem
from sitegen.incremental import settle
from sitegen.look import looked
from sitegen.publish import MARKER, STAGE
from sitegen.site.inputs import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sitegen.edition import Edition

# A path from the root or relative, or an address in full; what closes a tag is none.
_ADDRESS: Final = re.compile(r"""(?:https?:)?//([^/\s"'<>\\]+)(/[^\s"'<>?#)\\]*)|(?<![\w/:<])(/[^\s"'<>?#)\\]*)""")


class _Hit(Struct, frozen=True):
    """Something held, at a place of the output; *phrase* if it is one, which may be public as well."""

    where: Location
    what: str
    path: str
    phrase: Phrase | None = None


def embargo_leaks(folder: Path, output: Path, now: datetime) -> tuple[Problem, ...]:
    """What files in *output* tell of what the site in *folder* holds back at *now*: an error for each, with its place.

    Held are drafts, stories to come and expired ones, corrections to come.  Looked for are titles, addresses, ids,
    files, and phrases of their texts that nothing public has as well.  A story that cannot be read is an error, as
    nobody can tell what of it is held.  Raises BuildFailed if the settings cannot be read.
    """
    shown = output.relative_to(folder) if output.is_relative_to(folder) else output
    return looked(Request(folder=folder, now=now), partial(leaks, output, shown.as_posix()))


def leaks(output: Path, shown: str, edition: Edition) -> tuple[Problem, ...]:
    """The same of the site of *edition*; *output* is *shown* under that name."""
    paths = (*edition.story_paths(), *edition.page_paths())
    keys = [("standing_page" if path.startswith(PAGES) else "entry", path) for path in paths]
    if unread := settle(edition, [*keys, ("author_book",)]):
        return tuple(sorted(unread, key=lambda problem: problem.order))
    held = withheld(edition)
    hits = tuple(_hits(edition, held, output, shown))
    public = _public(edition, {hit.phrase for hit in hits if hit.phrase}) if hits else frozenset()
    found = {
        (hit.where.path, hit.what, hit.path): _problem(hit, held.why[hit.path])
        for hit in reversed(hits)  # so that the first of a file is told
        if hit.phrase not in public
    }
    return tuple(sorted(found.values(), key=lambda problem: problem.order))


def _problem(hit: _Hit, why: str) -> Problem:
    what = f"has {hit.what} of {hit.path}, which {why}"
    return Problem(hit.where, what, "build the site again, and look for what else names it")


def _public(edition: Edition, wanted: set[Phrase]) -> frozenset[Phrase]:
    """Those of *wanted* that stand in what is public, too."""
    search = Search(wanted)
    return frozenset(phrase for text in public_texts(edition) for _, phrase in search.found(words_of(text)))


def _hits(edition: Edition, held: Withheld, output: Path, shown: str) -> Iterator[_Hit]:
    search, open_names = Search(held.phrases), public_names(edition)
    names = {name: owner for name, owner in held.names.items() if name not in open_names}
    host = urlsplit(edition.settings().url).netloc.lower()
    for path in _files(output):
        told = f"{shown}/{path}"
        data = (output / path).read_bytes()
        for name in path.split("/"):
            stem = name if name in names else name.rpartition(".")[0]
            if stem in names:
                yield _Hit(Location(told), "the name", names[stem])
        if held.files and (owner := held.files.get(hashlib.sha256(data).hexdigest())):
            yield _Hit(Location(told), "a file", owner)
        text = _text(data)
        if text is not None:
            plain = decoded(text)
            for at, phrase in search.found(shown_words(plain)):
                yield _Hit(place(told, text, at, phrase), phrase.what, phrase.path, phrase)
            if any(name in plain for name in names):
                yield from _named(told, text, plain, names, host)
            for exact, owner in held.ids.items():
                if exact in text:
                    yield _Hit(_spot(told, text, exact), "the id", owner)


def _files(output: Path) -> Iterator[str]:
    """The files below *output*, less what is never deployed."""
    for path in sorted(output.rglob("*")):
        inside = path.relative_to(output)
        if path.is_file() and inside.parts[0] not in {MARKER, STAGE, ".git"}:
            yield inside.as_posix()


def _text(data: bytes) -> str | None:
    """*data* as text; None if it is none."""
    try:
        return None if b"\0" in data else data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _named(told: str, text: str, plain: str, names: dict[str, str], host: str) -> Iterator[_Hit]:
    """The addresses of this site in *text*, which is *plain* when it is decoded, that have a name in *names*."""
    for found in _ADDRESS.finditer(plain):
        if found[1] and found[1].lower() != host:
            continue
        for name in unquote(found[2] or found[3]).split("/"):
            if name in names:
                yield _Hit(_spot(told, text, name), "the address", names[name])


def _spot(told: str, text: str, name: str) -> Location:
    """Where the file *told*, which says *text*, first has *name*; without its line where it stands there encoded."""
    at = text.find(name)
    return Location(told, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)) if at >= 0 else Location(told)
