"""Who made a story, and what was put right in it: authors, partners, corrections."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, get_args

from msgspec.structs import replace

from sitegen.content.dates import moment_id
from sitegen.content.fields import Fields, near
from sitegen.content.yaml import Mapping, Scalar
from sitegen.model.article import Correction, CorrectionKind, Partner, Severity, Syndicated
from sitegen.model.taxonomy import Byline
from sitegen.urls import slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sitegen.content.dates import Instant
    from sitegen.content.yaml import Node
    from sitegen.model.taxonomy import Author, AuthorBook

CORRECTION_KINDS: tuple[CorrectionKind, ...] = get_args(CorrectionKind)
_SEVERITIES: tuple[Severity, ...] = ("major", "minor")

_NOTE = ("date", "text", "kind", "severity")

# What ids look like, so that one that nobody has is not taken for a name.
_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.ASCII)
_CREDIT = "to credit someone else, write {name: …}"


def bylines(fields: Fields, book: AuthorBook | None) -> tuple[Byline, ...]:
    """The authors in their order, each once.  *book* has those of the site; without it nothing is checked."""
    node = fields.node("authors")
    if isinstance(node, Scalar) and "," in node.text and _author(book, node.text) is None:
        fields.error("authors", "must be a list if there are several", f"write `[{node.text}]`")
        return ()
    items: tuple[Node, ...] = (node,) if isinstance(node, Scalar | Mapping) else node.items if node else ()
    found: dict[str, Byline] = {}
    for item in items:
        byline = _own_byline(fields, item, book) if isinstance(item, Mapping) else _named_byline(fields, item, book)
        if byline and byline.id in found:
            fields.problems.warning(item.where, f"the author {byline.name} is named twice", "remove one of them")
        elif byline:
            found[byline.id] = byline
    return tuple(found.values())


def _own_byline(fields: Fields, mapping: Mapping, book: AuthorBook | None) -> Byline | None:
    """The byline of an author whom only this story knows; nobody else of *book* may have their address."""
    inner = Fields(mapping, fields.problems, known=("name", "email", "role", "url"), owner="author")
    name = inner.text("name", required=True)
    email, role, url = inner.email("email"), inner.text("role"), inner.url("url")
    if not name:
        return None
    other = next((author for author in _authors(book) if author.slug == slug(name) and author.name != name), None)
    if other:
        what = f"{name} would share the page /authors/{other.slug}/ with {other.name} of content/authors.yaml"
        inner.problems.error(inner.where("name"), what, "write the name in full")
    if (same := _author(book, name)) and same.slug != slug(name):
        what = f"{name} is in content/authors.yaml too, and gets another page of that name here"
        inner.problems.warning(inner.where("name"), what, f"write `{same.id}` instead, unless it is somebody else")
    return Byline(id=slug(name), name=name, email=email, role=role, url=url)


def _named_byline(fields: Fields, node: Node, book: AuthorBook | None) -> Byline | None:
    """The byline of an id of *book*, or of a name; what may be a misspelled id is an error."""
    text = fields.text_of(node, "author")
    if text is None:
        return None
    name = text.value
    if namesakes := _namesakes(book, name):
        what = f"{name} is the name of several people in content/authors.yaml"
        fields.problems.error(text.where, what, f"write {' or '.join(f'`{each.id}`' for each in namesakes)}")
    if author := _author(book, name):
        return Byline(id=author.slug, name=author.name, email=author.email, role=author.role, url=author.url)
    ids = book.ids if book else ()
    if meant := near(name, ids):
        what = f"`{name}` is not in content/authors.yaml"
        fields.problems.error(text.where, what, f"did you mean `{meant}`? {_CREDIT}")
    elif ids and _ID.fullmatch(name):
        what = f"`{name}` looks like an id and is not in content/authors.yaml"
        fields.problems.error(text.where, what, f"add it there; {_CREDIT}")
    return Byline(id=slug(name), name=name)


def _author(book: AuthorBook | None, text: str) -> Author | None:
    """Whom of *book* the text names, by id or by the very name."""
    by_id = book.find(text) if book else None
    return by_id or next((author for author in _authors(book) if author.name == text), None)


def _namesakes(book: AuthorBook | None, text: str) -> tuple[Author, ...]:
    """Those of *book* whom the text may name, if it is not clear which one it does."""
    found = tuple(author for author in _authors(book) if author.name == text)
    return found if len(found) > 1 and not (book and book.find(text)) else ()


def _authors(book: AuthorBook | None) -> tuple[Author, ...]:
    return book.authors if book else ()


def partner(fields: Fields) -> Partner | None:
    """Whom the story was made with: a name, or a mapping."""
    node = fields.node("partner")
    if not isinstance(node, Mapping):
        name = fields.text("partner")
        return Partner(name=name) if name else None
    inner = Fields(node, fields.problems, known=("name", "url", "line"), owner="partner")
    name, url, line = inner.text("name", required=True), inner.url("url"), inner.text("line")
    return Partner(name=name, url=url, line=line) if name else None


def syndicated(fields: Fields) -> Syndicated | None:
    """Where the story first appeared: a name, or a mapping."""
    node = fields.node("syndicated")
    if not isinstance(node, Mapping):
        name = fields.text("syndicated")
        return Syndicated(name=name) if name else None
    inner = Fields(node, fields.problems, known=("from", "url", "feed"), same={"name": "from"}, owner="syndicated")
    name, url, feed = inner.text("from", required=True), inner.url("url"), inner.url("feed")
    return Syndicated(name=name, url=url, feed=feed) if name else None


def corrections(
    fields: Fields, published: datetime | None, instant: Callable[[Fields, str], Instant | None]
) -> tuple[Correction, ...]:
    """The notes on what was wrong, oldest first; *instant* reads a date.

    A note of the day of publication that has no time comes with it, not before it.
    """
    if isinstance(fields.node("corrections"), Scalar | Mapping):
        fields.error("corrections", "must be a list of date and text", "write `- {date: 2026-06-11, text: …}`")
        return ()
    notes = []
    for number, node in enumerate(fields.items("corrections"), 1):
        if not isinstance(node, Mapping):
            fields.problems.error(node.where, "a correction needs a date and a text", "write `{date: …, text: …}`")
            continue
        inner = Fields(node, fields.problems, known=_NOTE, owner=f"corrections[{number}]")
        text = inner.lines("text", required=True)
        kind = inner.choice("kind", CORRECTION_KINDS, "correction")
        severity = inner.choice("severity", _SEVERITIES, "")
        if kind == "retraction" and severity == "minor":
            inner.error("severity", "cannot be minor in a retraction", "remove it")
        when = instant(inner, "date")
        if "date" not in inner:
            fix = "every correction says when it was made: `date: …`"
            fields.problems.error(node.where, f"`corrections[{number}].date` is required", fix)
        if when is None or not text:
            continue
        date = not_before(when, published)
        if published and date < published:
            inner.warning("date", "is older than the story: a correction comes after it", "check both dates")
        notes.append(Correction(date=date, text=text, kind=kind, severity=severity))
    return tuple(_anchored(sorted(notes, key=lambda note: note.date)))


def _anchored(notes: list[Correction]) -> Iterator[Correction]:
    """*notes* with their ids: ``correction-2026-06-11``, with the time if there is one; then ``…-2`` for the second.

    So a note that joins the others takes the anchor of none.
    """
    taken: Counter[str] = Counter()
    for note in notes:
        own = f"correction-{moment_id(note.date)}"
        taken[own] += 1
        yield replace(note, id=own if taken[own] == 1 else f"{own}-{taken[own]}")


def not_before(when: Instant, published: datetime | None) -> datetime:
    """The moment *when*; where it is only a day, and the day of publication, no earlier than *published*."""
    # Each has the offset that the site's zone has then, which on some days is not the same in the evening.
    same_day = published is not None and when.whole_day and when.value.date() == published.date()
    return max(when.value, published) if published and same_day else when.value
