"""The entries of a live story: ``::: entry 2026-06-15 12:00 The boat is back``, each a piece of the text by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markdown_it.token import Token
from msgspec import Struct

from sitegen.content.coverage import Coverage, Definition, Mark, label_of
from sitegen.content.dates import DateError, instant, moment_id
from sitegen.content.markdown.attributes import id_in
from sitegen.content.markdown.directives import span
from sitegen.content.markdown.plaintext import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sitegen.content.markdown.reading import Reading
    from sitegen.errors import Location

ENTRY = "entry"

_FORM = "write ::: entry 2026-06-15 12:00 What happened"
# The offset follows the time without a space, and hours go to 24, so that no word of a title is read as either.
_TIME = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2}[Tt ]\d{1,2}:\d\d(?::\d\d)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)(?:\s+(.*))?",
    re.ASCII,
)
_DOUBT = re.compile(
    r"([+-]\d\d(?::?\d\d)?|z|[ap]\.?\s?m\.?|utc|gmt|[kj]st|[ecmp][sd]t|ces?t|bst)(?!\S)", re.ASCII | re.IGNORECASE
)


class Part(Struct, frozen=True):
    """An entry as it is rendered: its line in the file, its title as plain text, its blocks."""

    mark: Mark
    id: str
    title: str
    tokens: list[Token]


class Parts(Struct, frozen=True):
    """A text: what stands *before* its entries, these, newest first, and what comes *after*.

    They stand together where the first of them was written.
    """

    before: list[Token]
    entries: tuple[Part, ...]
    after: list[Token]

    @property
    def around(self) -> list[Token]:
        """The text without its entries."""
        return [*self.before, *self.after] if self.after else self.before


def coverage_of(tokens: list[Token], env: Mapping[str, Any], reading: Reading, zone: ZoneInfo) -> Coverage:
    """The entries among the blocks *tokens*, in *zone* where they give no offset; what is wrong goes to *reading*."""
    marks: list[Mark] = []
    owners: dict[str, Mark] = {}
    for index, token in enumerate(tokens):
        if token.type == "directive_open" and token.info == ENTRY and token.level == 0:
            mark = _mark(tokens, index, reading, zone)
            other = owners.setdefault(mark.id, mark) if mark.id else mark
            if other is not mark:
                what = f"this entry would have the anchor of the one in line {reading.at_line(other.line).line}"
                fix = "write the seconds of its time, or give it an id in the line above: {#name}"
                reading.error(reading.at_line(mark.line, 1), what, fix)
            marks.append(mark)
    return Coverage(tuple(marks), tuple(_definitions(tokens, env)))


def _mark(tokens: list[Token], index: int, reading: Reading, zone: ZoneInfo) -> Mark:
    line, end = tokens[index].map or [0, 0]
    start, own = line, ""
    for above in reversed(tokens[:index]):
        if above.type != "attributes" or (above.map or [0, 0])[1] != start:
            break
        start, own = (above.map or [0])[0], own or id_in(above.content)
    at, title = _opened(tokens[index].content, reading, reading.at_line(line, 1), zone)
    automatic = f"{ENTRY}-{moment_id(at)}" if at else ""
    return Mark(id=own or automatic, at=at, title=title, line=line, start=start, end=end)


def _opened(words: str, reading: Reading, where: Location, zone: ZoneInfo) -> tuple[datetime | None, str]:
    """The time and the title in *words*, what stands after ``::: entry``."""
    found = _TIME.fullmatch(words)
    if not found:
        reading.error(where, "an entry begins with its date and time", _FORM)
        return None, words
    title = found[2] or ""
    if doubt := _DOUBT.match(title):
        what = f"`{doubt[1]}` after the time may be part of it"
        reading.error(
            where, what, "write the time as 18:00 or 18:00+09:00, without a space; or begin with another word"
        )
        return None, title
    try:
        moment = instant(found[1], zone, "later")
    except DateError as error:
        reading.error(where, f"the time of this entry {error.what}", error.fix)
        return None, title
    if moment.note:
        reading.warn(where, f"the time of this entry {moment.note}", moment.fix)
    return moment.value, title


def _definitions(tokens: list[Token], env: Mapping[str, Any]) -> Iterator[Definition]:
    """The footnotes and addresses that *tokens* define outside of everything else."""
    for token in tokens:
        if token.type == "note_open" and token.level == 0:
            start, end = token.map or [0, 0]
            yield Definition("note", str(token.meta["label"]), start, end)
    for label, reference in env.get("references", {}).items():
        start, end = reference["map"]
        yield Definition("link", label_of(label), start, end)


def entry(token: Token, inner: list[Token], read: Callable[[str, int], Token], reading: Reading) -> list[Token]:
    """The tokens of an entry: its title, if it has one, then its blocks; `parted` takes them apart."""
    line = (token.map or [0])[0]
    mark = reading.marks.get(line)
    if mark is None:
        where = reading.at_line(line, 1)
        if reading.is_live:
            reading.error(where, "an entry stands by itself, not inside of something else", "move it out")
        else:
            reading.error(where, "entries are for live stories", "write `kind: live` in the front matter")
        return inner
    opening = Token("entry_open", "section", 1, attrs=dict(token.attrs), meta={"mark": mark}, block=True)
    closing = Token("entry_close", "section", -1, block=True)
    return [opening, read(mark.title, line), *inner, closing]


def parted(tokens: list[Token], reading: Reading) -> Parts:
    """*tokens* with their entries apart; each has an id, and the oldest is given its own first."""
    if not reading.is_live:
        return Parts(tokens, (), [])
    before: list[Token] = []
    after: list[Token] = []
    entries: list[Part] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type != "entry_open":
            (after if entries else before).append(token)
            index += 1
            continue
        end = span(tokens, index)
        mark = token.meta["mark"]
        title = " ".join(plain(tokens[index + 1].children or []).split())
        own = str(token.attrs.get("id", "")) or _kept(mark.id, reading)
        entries.append(Part(mark, own, title, tokens[index + 2 : end]))
        index = end + 1
    return Parts(before, tuple(sorted(entries, key=_moment, reverse=True)), after)


def _kept(own: str, reading: Reading) -> str:
    """*own* as an id; in a draft, where two entries may want the same one, another."""
    return reading.ids.unique(own) if own in reading.ids else reading.ids.keep(own)


def _moment(part: Part) -> datetime:
    assert part.mark.at  # noqa: S101 - one without a time is held
    return part.mark.at
