"""Copy becomes articles: drafts with front matter of ours, one file each, and no file is ever written over.

What was imported once is known by its id, so that the same file can be given again: then nothing happens, and a story
that has changed since is told.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.content.articles import MAX_TAG, default_id
from sitegen.content.authors import read_authors
from sitegen.content.fields import Fields, near
from sitegen.content.forms import language_tag, one_line
from sitegen.content.frontmatter import split
from sitegen.content.settings import read_settings
from sitegen.content.yaml import Mapping, plain_value, read_mapping
from sitegen.errors import ContentError, Location, MachineError, Problem, Problems
from sitegen.importers.escaping import printable
from sitegen.importers.names import found
from sitegen.importers.wire import read_wire
from sitegen.slugs import slug
from sitegen.urls import slug_problem
from sitegen.zones import zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sitegen.importers.copy import Copy
    from sitegen.model.settings import Settings
    from sitegen.model.taxonomy import AuthorBook

_AUTHORS: Final = "content/authors.yaml"
_PAGES: Final = "content/pages/"
_ID_LINE: Final = re.compile(rb"^id[ \t]*:[ \t]+(\S.*?)[ \t]*\r?$", re.MULTILINE)
_ID: Final = re.compile(rb"(?:^|[\s{,\"'])id[\"']?\s*:")
_MOST_NAMESAKES: Final = 10_000


class Imported(Struct, frozen=True):
    """What an import did: the files made, the ones that had been made before by their source, and what to warn of."""

    made: tuple[str, ...]
    present: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]


def imported_wire(folder: Path, files: Iterable[str]) -> Imported:
    """Import the *files* of a wire into the site in *folder*.

    All of them are read before anything is written.  Raises ContentError with everything that is wrong in any of them,
    MachineError for what the disk refuses.
    """
    desk = _Desk(folder)
    read: list[tuple[str, tuple[Copy, ...], tuple[Problem, ...]]] = []
    wrong: list[Problem] = []
    for file in files:
        try:
            read.append((file, *read_wire(_read(Path(file)), file, zone(desk.settings.timezone))))
        except ContentError as error:
            wrong.extend(error.problems)
    if wrong:
        raise ContentError(wrong)
    known = _known(folder, {desk.id_of(copy) for _, copies, _ in read for copy in copies})
    made: list[str] = []
    present: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for file, copies, told in read:
        if any(desk.id_of(copy) not in known for copy in copies):
            problems.extend(told)  # of what was imported before it was told then
        for copy in copies:
            own = desk.id_of(copy)
            if own in known:
                path, digest = known[own]
                present.append((file, path))
                problems.extend(_changed(copy, path, digest))
                continue
            path, text = desk.article(copy, own, file)
            _write(folder / path, text)
            known[own] = path, _digest(copy)
            made.append(path)
    told_all = sorted((*problems, *desk.problems.found), key=lambda problem: problem.order)
    return Imported(tuple(made), tuple(present), tuple(told_all))


class _Desk:
    """Who makes articles of copy: knows the site and its people.  *problems* has what an editor should know."""

    def __init__(self, folder: Path) -> None:
        """Read the site in *folder*.  Raises ContentError if it cannot be read."""
        self._folder = folder
        self.settings: Settings = read_settings(_read(folder / "site.yaml"))[0]
        people = folder / _AUTHORS
        self._book: AuthorBook = read_authors(_read(people) if people.exists() else None)[0]
        self.problems = Problems()

    def id_of(self, copy: Copy) -> str:
        """The permanent id of a story: the wire's own, else its day and headline, else its headline and words."""
        if own := one_line(printable(copy.id)):
            return own
        name = slug(copy.headline)
        return f"{copy.published:%Y-%m-%d}-{name}" if copy.published else f"{name}-{_digest(copy)}"

    def article(self, copy: Copy, own: str, file: str) -> tuple[str, str]:
        """The path and the text of the article that *copy*, read from *file*, becomes; *own* is its id."""
        name = self._free_name(slug(one_line(copy.headline)))
        head = {
            "title": _quoted(copy.headline),
            "slug": "" if slug_problem(name) else _quoted(name),
            "id": _quoted(own),
            "published": _time(copy.published),
            "updated": _time(self._updated(copy)),
            "expires": _time(copy.expires),
            "authors": f"[{', '.join(self._authors(copy))}]",
            "email": _quoted(copy.email),
            "partner": _quoted(copy.partner),
            "section": self._section(copy),
            "tags": f"[{', '.join(map(_quoted, self._tags(copy)))}]",
            "dateline": "" if _opens_with_dateline(copy) else _quoted(copy.dateline),
            "summary": _quoted(copy.summary),
            "lang": self._lang(copy),
            "source": _quoted(copy.source or f"wire copy, {Path(file).name}"),
            "draft": "true",
            "extra": f"{{wire: {{{', '.join(_provenance(copy))}}}}}",
        }
        lines = [f"{key}: {value}" for key, value in head.items() if value not in {"", "[]"}]
        return f"content/{name}.md", "\n".join(["---", *lines, "---", "", "\n\n".join(copy.blocks), ""])

    def _free_name(self, name: str) -> str:
        """A name that no file of content/ has: *name*, else with a number."""
        content = self._folder / "content"
        for number in range(1, _MOST_NAMESAKES):
            candidate = name if number == 1 else slug(f"{name[:100]}-{number}")
            if not any((content / place).exists() for place in (f"{candidate}.md", candidate)):
                return candidate
        raise ContentError.at(Location(f"content/{name}.md"), "is there too often", "give the story another headline")

    def _authors(self, copy: Copy) -> Iterator[str]:
        """Each credit as front matter has it: an id, a name, or a mapping; each person once."""
        done = set()
        for credit in copy.credits:
            if len(copy.credits) > 1 and credit.name.casefold() == copy.source.casefold():
                what = f"`{credit.name}` in the byline is the wire itself, and no author"
                self.problems.warning(credit.where, what, "it is named as `source`: add it if it is to be credited")
                continue
            author = found(credit.name, self._book)
            written = author.id if author else credit.name
            if written in done:
                continue
            done.add(written)
            if author:
                yield _quoted(author.id)
                continue
            if self._book.authors:
                what = f"`{credit.name}` is not in {_AUTHORS}"
                self.problems.warning(credit.where, what, "they are credited by this name: add them, or correct it")
            more = {"email": credit.email, "role": credit.role}
            facts = [f"{key}: {_quoted(value)}" for key, value in more.items() if value]
            is_like_an_id = near(credit.name, self._book.ids) or credit.name.islower()
            name = _quoted(credit.name)
            yield f"{{{', '.join([f'name: {name}', *facts])}}}" if facts or is_like_an_id else name

    def _section(self, copy: Copy) -> str:
        """The id of the section that the copy names; one that the site does not have is told."""
        named = copy.section.strip().casefold()
        for section in self.settings.sections:
            if named and named in {section.id.casefold(), section.name.casefold()}:
                return section.id
        if named:
            what = f"the copy's section, `{copy.section}`, is none of this site"
            self.problems.warning(copy.where, what, "choose one: write `section:`")
        return ""

    def _lang(self, copy: Copy) -> str:
        """The language of the story, where it is not the site's."""
        tag = language_tag(copy.lang)
        if copy.lang and not tag:
            what = f"the copy's language, `{copy.lang}`, is no language tag"
            self.problems.warning(copy.where, what, "write `lang:`, such as ko or pt-BR, if it is not the site's")
            return ""
        return "" if tag.partition("-")[0] == self.settings.lang.partition("-")[0] else tag

    def _tags(self, copy: Copy) -> tuple[str, ...]:
        """The tags, each once; one that can be none is told."""
        kept: dict[str, str] = {}
        for tag in copy.tags:
            if tag.strip(". ") and len(tag) <= MAX_TAG:
                kept.setdefault(slug(tag), tag)
            elif tag.strip():
                what = f"a tag of the copy cannot be one: `{tag}`"
                self.problems.warning(copy.where, what, f"a tag is a word or two; {MAX_TAG} characters at most")
        return tuple(kept.values())

    def _updated(self, copy: Copy) -> datetime | None:
        """When it was updated; not before it may be public, as under an embargo."""
        if copy.updated and copy.published and copy.updated < copy.published:
            what = "the copy was changed before the time of `published`, so `updated` is left out"
            self.problems.warning(copy.where, what, "check both times")
            return None
        return copy.updated if copy.updated != copy.published else None


def _known(folder: Path, ids: set[str]) -> dict[str, tuple[str, str]]:
    """Which of *ids* articles in *folder* have: the path of each, and what stands for the words as imported."""
    known: dict[str, tuple[str, str]] = {}
    needles = frozenset(form.encode() for own in ids for form in (own, json.dumps(own, ensure_ascii=False)[1:-1]))
    content = folder / "content"
    for file in sorted(content.rglob("*.md")) if ids else ():
        path = file.relative_to(folder).as_posix()
        if path.startswith(_PAGES) or not file.is_file():
            continue
        data = _read(file)
        if default_id(path) not in ids and not _may_have(data, needles):
            continue
        own, digest = _identity(data, path)
        candidates = {own} if own else {each for each in ids if each.encode() in data}  # unreadable: rather not twice
        for each in candidates & ids:
            known.setdefault(each, (path, digest))
    return known


def _may_have(data: bytes, needles: frozenset[bytes]) -> bool:
    """Whether the id of the article *data* may be one of *needles*: to read all articles as YAML takes too long."""
    line = _ID_LINE.search(data)
    if line and line[1][0] not in b"|>&*!{[" and b"''" not in line[1]:
        return line[1] in needles or line[1].split(b" #")[0].strip(b" \"'") in needles
    return bool(_ID.search(data)) and any(needle in data for needle in needles)


def _identity(data: bytes, path: str) -> tuple[str, str]:
    """The id of the article *data* and what stands for its words as imported; ``""`` if it cannot be read."""
    problems = Problems()
    try:
        front = split(data, path)
        mapping = read_mapping(front.head, path, front.head_line, problems, "front matter")
    except ContentError:
        return "", ""
    if mapping is None:
        return "", ""
    fields = Fields(mapping, problems, known=[key.text for key, _ in mapping.items])
    node = next((value for key, value in mapping.items if key.text == "extra"), None)
    extra = plain_value(node) if isinstance(node, Mapping) else None
    wire = extra.get("wire") if isinstance(extra, dict) else None
    digest = wire.get("digest") if isinstance(wire, dict) else None
    return fields.text("id") or default_id(path), digest if isinstance(digest, str) else ""


def _changed(copy: Copy, path: str, digest: str) -> Iterator[Problem]:
    """A warning if *copy* is not what was imported as *path*."""
    if digest and digest != _digest(copy):
        version = f" (version {copy.version})" if copy.version else ""
        what = f"this story was imported as {path} and has changed since{version}"
        yield Problem(copy.where, what, f"compare the two, and put what is new into {path}", "warning")


def _provenance(copy: Copy) -> Iterator[str]:
    """What is kept of where *copy* came from, to see whether it was imported in this version."""
    yield f"form: {copy.form}"
    if copy.version:
        yield f"version: {_quoted(copy.version)}"
    yield f"digest: {_quoted(_digest(copy))}"


def _digest(copy: Copy) -> str:
    """What stands for the words of a story."""
    words = "\n\n".join((copy.headline, *copy.blocks))
    return hashlib.blake2b(words.encode(errors="replace"), digest_size=6).hexdigest()


def _opens_with_dateline(copy: Copy) -> bool:
    """Whether the text says itself where it was reported from, so that front matter would say it twice."""
    opening = "".join(copy.blocks[:1]).replace("\\", "").casefold()
    return opening.startswith(copy.dateline.casefold())


def _quoted(text: str) -> str:
    """*text* in quotes, as YAML; ``""`` if there is none."""
    line = one_line(printable(text))
    return json.dumps(line, ensure_ascii=False) if line else ""


def _time(moment: datetime | None) -> str:
    """*moment* as front matter has it, to the minute where that says all."""
    if moment is None:
        return ""
    return moment.isoformat(timespec="seconds" if moment.second or moment.microsecond else "minutes")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise MachineError.at(Location(str(path)), what, "check the name and the permissions") from error


def _write(path: Path, text: str) -> None:
    """Make the file at *path*; one that is there, or that a link stands for, is never written over."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            try:
                stream.write(text)
                stream.flush()
            except OSError:
                path.unlink()
                raise
    except OSError as error:
        what = f"cannot be written: {(error.strerror or str(error)).lower()}"
        raise MachineError.at(Location(str(path)), what, "check the disk and the folder's permissions") from error
