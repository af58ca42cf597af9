"""The bytes of a site, looked through once for all that is held at one moment or another.

What of it is a leak depends on the moment: a story that is to expire may be named until then.  So of each file is kept
what was found in it of all that may ever be held, and a moment asks for what is held then.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from sitegen.check.in_public import public_names, what_is_said, who_speaks
from sitegen.check.phrases import Phrase, Search, decoded, place, shown_words, words_of
from sitegen.check.withheld import Digests, Withheld, once_held, withheld
from sitegen.errors import Location, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sitegen.edition import Edition
    from sitegen.errors import Severity

# A path from the root or relative, or an address in full; what closes a tag is none.
_ADDRESS: Final = re.compile(r"""(?:https?:)?//([^/\s"'<>\\]+)(/[^\s"'<>?#)\\]*)|(?<![\w/:<])(/[^\s"'<>?#)\\]*)""")


class _Found(Struct, frozen=True):
    """What a file has of all that is looked for: *phrases*, each with where it begins, *names* in its addresses, *ids*.

    *digest* is its SHA-256.
    """

    phrases: tuple[tuple[int, Phrase], ...]
    names: frozenset[str]
    ids: tuple[str, ...]
    digest: str


class _Hit(Struct, frozen=True):
    """Something held, in the file *file*, at *at* if that can be said: *what* it is, and of the text at *path*.

    *phrase* if it is one, which begins with the word number *at* and may be public as well; else *at* is a name or id.
    """

    file: str
    at: int | str
    what: str
    path: str
    phrase: Phrase | None = None


class Scan:
    """The output that is called *shown*, whose files *read* answers with, looked through for what *edition* holds.

    *coming* are the stories that may be held later.
    """

    def __init__(self, read: Callable[[str], bytes], shown: str, edition: Edition, coming: Iterable[str] = ()) -> None:
        """Nothing is looked through yet."""
        self.read = read
        self.shown = shown
        self._host = urlsplit(edition.settings().url).netloc.lower()
        self._digests = Digests()
        self._found: dict[str, _Found] = {}
        self._phrases: dict[Phrase, None] = {}
        self._names: set[str] = set()
        self._ids: set[str] = set()
        self._search = Search(())
        self._states: dict[str, object] = {}
        self._speakers: dict[Phrase, set[str]] = defaultdict(set)
        later = tuple(coming)
        steady = public_names(edition, later)
        for each in (withheld(edition, self._digests), *(once_held(edition, path) for path in later)):
            self._want(each.phrases, each.names.keys() - steady, each.ids)

    def look(self, written: Iterable[str], removed: Iterable[str]) -> None:
        """Look through the files *written*, and forget those *removed*."""
        for path in removed:
            self._found.pop(path, None)
        for path in written:
            self._found[path] = self._looked_through(self.read(path))

    def problems(self, edition: Edition, gone: Severity = "error") -> tuple[Problem, ...]:
        """What the files tell of what *edition* holds: the first of its kind in each file.

        Each is an error; *gone* is what it is where the story was public before.
        """
        held = withheld(edition, self._digests)
        open_names = public_names(edition)
        names = {name: owner for name, owner in held.names.items() if name not in open_names}
        if self._want(held.phrases, names, held.ids):
            self.look(tuple(self._found), ())
        hits = [hit for path in sorted(self._found) for hit in self._hits(path, held, names)]
        public = self._public(edition, {hit.phrase for hit in hits if hit.phrase}) if hits else frozenset()
        found: dict[tuple[str, str, str], _Hit] = {}
        for hit in hits:
            if hit.phrase not in public:
                found.setdefault((hit.file, hit.what, hit.path), hit)
        problems = (
            self._problem(hit, held.why[hit.path], gone if hit.path in held.gone else "error") for hit in found.values()
        )
        return tuple(sorted(problems, key=lambda problem: problem.order))

    def _want(self, phrases: Iterable[Phrase], names: Iterable[str], ids: Iterable[str]) -> bool:
        """Look for these as well from now on; whether any of them is new."""
        before = len(self._phrases), len(self._names), len(self._ids)
        self._phrases.update(dict.fromkeys(phrases))
        self._names.update(names)
        self._ids.update(ids)
        if before == (len(self._phrases), len(self._names), len(self._ids)):
            return False
        self._search = Search(self._phrases)
        self._states.clear()
        self._speakers.clear()
        return True

    def _looked_through(self, data: bytes) -> _Found:
        digest = hashlib.sha256(data).hexdigest()
        text = _text(data)
        if text is None:
            return _Found((), frozenset(), (), digest)
        plain = decoded(text)
        names = frozenset(_named(plain, self._host)) if any(name in plain for name in self._names) else frozenset()
        ids = tuple(sorted(each for each in self._ids if each in text))
        return _Found(tuple(self._search.found(shown_words(plain))), names & self._names, ids, digest)

    def _hits(self, path: str, held: Withheld, names: dict[str, str]) -> Iterator[_Hit]:
        found, phrases = self._found[path], held.phrases
        for name in path.split("/"):
            stem = name if name in names else name.rpartition(".")[0]
            if stem in names:
                yield _Hit(path, "", "the name", names[stem])
        if found.digest in held.files:
            yield _Hit(path, "", "a file", held.files[found.digest])
        for at, phrase in found.phrases:
            if phrase in phrases:
                yield _Hit(path, at, phrase.what, phrase.path, phrase)
        for name in sorted(found.names):
            if name in names:
                yield _Hit(path, name, "the address", names[name])
        for each in found.ids:
            if each in held.ids:
                yield _Hit(path, each, "the id", held.ids[each])

    def _public(self, edition: Edition, wanted: set[Phrase]) -> frozenset[Phrase]:
        """Those of *wanted* that stand in what is public, too."""
        speaking = dict(who_speaks(edition))
        for path, state in speaking.items():
            if path not in self._states or self._states[path] != state:
                self._states[path] = state
                for speakers in self._speakers.values():
                    speakers.discard(path)
                for text in what_is_said(edition, path, state):
                    for _, phrase in self._search.found(words_of(text)):
                        self._speakers[phrase].add(path)
        return frozenset(
            phrase for phrase in wanted if not speaking.keys().isdisjoint(self._speakers.get(phrase, frozenset()))
        )

    def _problem(self, hit: _Hit, why: str, severity: Severity) -> Problem:
        what = f"has {hit.what} of {hit.path}, which {why}"
        return Problem(self._place(hit), what, "build the site again, and look for what else names it", severity)

    def _place(self, hit: _Hit) -> Location:
        told = f"{self.shown}/{hit.file}"
        text = _text(self.read(hit.file)) if hit.at != "" else None
        if text is None:
            return Location(told)
        if isinstance(hit.at, int) and hit.phrase:
            return place(told, text, hit.at, hit.phrase)
        at = text.find(str(hit.at))
        return Location(told, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)) if at >= 0 else Location(told)


def _text(data: bytes) -> str | None:
    """*data* as text; None if it is none."""
    try:
        return None if b"\0" in data else data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _named(text: str, host: str) -> Iterator[str]:
    """The names in addresses of the site at *host* in *text*, which is decoded."""
    for found in _ADDRESS.finditer(text):
        if not found[1] or found[1].lower() == host:
            yield from unquote(found[2] or found[3]).split("/")
