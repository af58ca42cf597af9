"""Plain text copy, as it is mailed or pasted.

    Ferry returns after the storm
    Published: 28 Oct. 2021, 18:22
    Updated: 28 Oct. 2021, 19:05

    The first boat left the pier on Thursday.

    BY KIM MIN-JI, ANA RUIZ [kim.minji@example.org]
    with the Korea JoongAng Daily

The headline comes first.  Whatever else is recognized is taken out of the text; page furniture is dropped and told;
all other words are the story's, whether they look like it or not, and those that look like something else are told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.content.dates import DateError
from sitegen.content.forms import is_email, is_web_url, language_tag
from sitegen.errors import ContentError, Location
from sitegen.importers.bylines import Byline, names_of, read_byline
from sitegen.importers.closing import without_credits
from sitegen.importers.copy import Copy
from sitegen.importers.escaping import SPACES, escaped, paragraph
from sitegen.importers.furniture import kinds, without_counter
from sitegen.importers.lines import Line, lines_of, unwrapped
from sitegen.importers.times import LONGEST_TIME_LINE, moment, seems_held

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sitegen.errors import Problems

_TIMES: Final = {
    "published": r"(?:first\s)?(?:published|posted)(?:\s(?:on|at|date))?|publication date|date published"
    r"|(?:기사\s?|최초\s?)?(?:입력|등록|발행|게재|승인|송고)(?:\s?(?:시간|일시|일))?",
    "updated": r"(?:last\s)?(?:updated|modified)(?:\s(?:on|at))?"
    r"|(?:기사\s?|최종\s?|마지막\s?)?(?:수정|업데이트)(?:\s?(?:시간|일시|일))?",
    "embargo": r"(?:strictly\s)?(?:under\s)?embargo(?:ed)?(?:\s(?:until|till|to))?"
    r"|not for (?:publication|release)\s(?:before|until)|엠바고",
}
_TIME: Final = re.compile(
    "|".join(rf"(?P<{name}>(?:{pattern}))" for name, pattern in _TIMES.items()) + r"(?![^\W\d])", re.IGNORECASE
)
_TIME_LINE: Final = re.compile(rf"\W{{0,3}}(?:{_TIME.pattern})\s*[:：]?\s*(?P<rest>.*)", re.IGNORECASE)
_STATED: Final = rf"{_TIMES['published']}|{_TIMES['updated']}"
_SECOND: Final = re.compile(
    rf"\s*[|·•ㆍ/;]\s*(?={_STATED})|\s*,?\s(?=(?:{_STATED})\s*(?:[:：]|\d{{4}}))", re.IGNORECASE
)
_LABEL: Final = re.compile(r"(?P<label>[^\W\d_][\w \t-]{1,24}?)\s*[:：]\s+(?P<value>\S.*)")
_LABELS: Final = {
    **dict.fromkeys(("source", "출처"), "source"),
    **dict.fromkeys(("section", "category", "섹션", "분류"), "section"),
    **dict.fromkeys(("tags", "keywords", "태그", "키워드"), "tags"),
    **dict.fromkeys(("id", "guid", "story id", "story-id"), "id"),
    **dict.fromkeys(("e-mail", "email", "contact", "이메일"), "email"),
    **dict.fromkeys(("byline", "author", "authors"), "byline"),
    **dict.fromkeys(("summary", "standfirst"), "summary"),
    **{name: name for name in ("dateline", "language", "partner", "version")},
}
_HEADLINE: Final = re.compile(r"(?:headline|title|제목)\s*[:：]\s+(?=\S)", re.IGNORECASE)
_ITEM: Final = re.compile(r"(?:[-*+•·‣▲△■□○●◆▶–—]|[0-9]{1,3}[.)])\s")
_WRAPPED: Final = 90
_FULL: Final = 30  # a wrapped line has at least so many characters
_SOURCE_AT_ENDS: Final = 3


def read_plain(text: str, path: str, zone: ZoneInfo, problems: Problems) -> Copy:
    """The story in *text*, the content of the file at *path*.  Raises ContentError if it has no words."""
    written = lines_of(text, path, problems)
    copy = unwrapped(written, problems)
    told = kinds([line.text for line in copy])
    lines = [_without_furniture(line, kind, problems) for line, kind in zip(copy, told, strict=True)]
    start = next((index for index, line in enumerate(lines) if line.text and not _is_embargo(line)), None)
    if start is None:
        raise ContentError.at(Location(path, 1), "there is no story in this file", "put the headline on its first line")
    embargoes = [line for line in written if seems_held(line.text)]
    return _Reader([lines[start], *lines[:start], *lines[start + 1 :]], embargoes, zone, problems).copy()


def _is_embargo(line: Line) -> bool:
    """Whether *line*, above the headline, says until when the story is held."""
    found = _TIME_LINE.fullmatch(line.text)
    return bool(found and found["embargo"])


def text_blocks(text: str) -> tuple[str, ...]:
    """The paragraphs of plain *text* as Markdown, as for the body of a story that comes with its data."""
    lines = [Line(line.strip(), Location("")) for line in text.replace("\r\n", "\n").split("\n")]
    return tuple(block for group in _groups(lines) for block in _markdown(group))


def _without_furniture(line: Line, kind: str, problems: Problems) -> Line:
    """*line* without page furniture: all of it if it is of a *kind*, or what is at its end; what goes is told."""
    dropped = line.shown
    kept = "" if kind else without_counter(line.text)
    if not kind and kept != line.text:
        kind, dropped = "a comment box", line.text[len(kept) :].strip()
    if not kind:
        return line
    problems.warning(line.where, f"{kind} was left out: `{dropped}`", "put it back if it belongs to the story")
    return Line(kept, line.where)


class _Reader:
    """One text, and what was found in it so far.  *lines* are those that are still text, with blanks between."""

    def __init__(self, lines: list[Line], embargoes: list[Line], zone: ZoneInfo, problems: Problems) -> None:
        """Start with the line of the headline; *embargoes* are all lines that seem to hold the story."""
        self._headline = lines[0]
        self._lines = lines[1:]
        self._zone = zone
        self._problems = problems
        self._times: dict[str, datetime] = {}
        self._embargoes = {line.where.line: line for line in embargoes}
        self._untold = False  # whether an embargo has no end that can be read
        self._facts: dict[str, str] = {}
        self._byline = Byline()

    def copy(self) -> Copy:
        """All that the text says."""
        self._take_times()
        self._tell_embargoes()
        self._take_labels()
        self._take_source()
        facts = self._facts
        known = self._known()
        self._lines, byline = without_credits(self._lines, known, self._headline.where, self._problems)
        blocks = tuple(block for group in _groups(self._lines) for block in _markdown(group))
        if not blocks:
            fix = "paste its paragraphs below the headline"
            self._problems.warning(self._headline.where, "there is a headline and no story", fix)
        published = None if self._untold else self._times.get("embargo") or self._times.get("published")
        found = _HEADLINE.match(self._headline.text)
        return Copy(
            form="text",
            where=self._headline.where,
            headline=self._headline.text[found.end() :] if found else self._headline.text,
            blocks=blocks,
            id=facts.get("id", ""),
            version=facts.get("version", ""),
            published=published,
            updated=self._times.get("updated"),
            credits=byline.credits,
            email=byline.email,
            partner=byline.partner,
            section=facts.get("section", ""),
            tags=tuple(tag.strip() for tag in facts.get("tags", "").split(",") if tag.strip()),
            dateline=facts.get("dateline", ""),
            summary=facts.get("summary", ""),
            lang=facts.get("language", ""),
            source=facts.get("source", ""),
        )

    def _known(self) -> Byline:
        """What lines below the headline say of who made the story."""
        said, facts = self._byline, self._facts
        return Byline(said.credits, facts.get("email", "") or said.email, facts.get("partner", "") or said.partner)

    def _take(self, taken: set[int]) -> None:
        """Take lines out of the text, by their indices; what stood on both sides of them stays apart."""
        blank = [Line("", line.where) if index in taken else line for index, line in enumerate(self._lines)]
        self._lines = blank

    def _take_times(self) -> None:
        """Take the lines that say when: two may stand on one."""
        taken = set()
        for index, line in enumerate(self._lines):
            found = _TIME_LINE.fullmatch(line.text) if len(line.text) <= LONGEST_TIME_LINE else None
            if found and self._read_times(line):
                taken.add(index)
        self._take(taken)

    def _read_times(self, line: Line) -> bool:
        """Read the times on *line*; False if it only begins like a line of times."""
        at = 0
        is_read = False
        for part in _SECOND.split(line.text):
            at = line.text.index(part, at)
            where = Location(line.where.path, line.where.line, line.where.column + at)
            is_read = self._read_time(part, where) or is_read
        return is_read

    def _read_time(self, text: str, where: Location) -> bool:
        """Read one labelled time; False if it is none and has no colon, so that it may be words of the story."""
        found = _TIME_LINE.fullmatch(text)
        if not found:
            return False
        name = next(name for name in _TIMES if found[name])
        if name == "embargo":
            self._embargoes.pop(where.line, None)  # it is read here, or told
        value = found["rest"].strip(" |·,;")
        labelled = bool(re.search(r"[:：]", text[: found.start("rest")]))
        try:
            when = moment(value, self._zone, "later")
        except DateError as error:
            if name == "embargo":
                self._untold = True
                fix = "set `published` to the end of the embargo before you remove `draft: true`"
                self._problems.warning(where, f"an embargo whose end cannot be read: `{text}`", fix)
                return True
            if labelled:
                self._problems.warning(where, f"`{name}` {error.what}", f"set `{name}` yourself: {error.fix}")
            elif value[:1].isdecimal():
                what = f"this line seems to say when, and was not understood: `{text[:_WRAPPED]}`"
                self._problems.warning(where, what, f"it stays in the text: set `{name}` yourself, or leave it")
            return labelled
        if when.note:
            self._problems.warning(where, f"`{name}` {when.note}", when.fix)
        if name in self._times and self._times[name] != when.value:
            self._problems.warning(where, f"`{name}` is given twice", "the first one is taken: check it")
        self._times.setdefault(name, when.value)
        return True

    def _tell_embargoes(self) -> None:
        """Tell what else speaks of an embargo, wherever it stood: then it is not known when the story may be public."""
        for line in self._embargoes.values():
            self._untold = True
            what = f"this line seems to hold the story, and was not understood: `{line.shown}`"
            fix = "set `published` to when it may be public before you remove `draft: true`"
            self._problems.warning(line.where, what, fix)

    def _take_labels(self) -> None:
        """Take the lines below the headline that say a fact under its name, up to the first words of the story."""
        taken = set()
        for index, line in enumerate(self._lines):
            if not line.text:
                continue
            found = _LABEL.fullmatch(line.text)
            name = _LABELS.get(" ".join(found["label"].casefold().split()), "") if found else ""
            if found and name:
                if self._is_taken(name, found["value"].strip(), line):
                    taken.add(index)
            elif not names_of(line.text) and not self._is_stray(line, labelled=found is not None):
                break
        self._take(taken)

    def _is_taken(self, name: str, value: str, line: Line) -> bool:
        """Whether *value* can be the fact called *name*; then it is kept, else told."""
        if name in self._facts or (name == "byline" and self._byline.credits):
            what = f"`{name}` is given twice, and the first one is taken: `{line.shown}`"
            self._problems.warning(line.where, what, "it stays in the text: move or remove it")
            return False
        if name == "byline":
            self._byline = read_byline(value, line.where, self._problems)
            return True
        value = language_tag(value) if name == "language" else value
        if not value or (name == "email" and not is_email(value)):
            self._problems.warning(line.where, f"this is no {name}: `{line.shown}`", "it stays in the text: correct it")
            return False
        self._facts[name] = value
        return True

    def _is_stray(self, line: Line, *, labelled: bool) -> bool:
        """Whether *line*, below the headline, looks like data of a kind that is not known; it stays, and is told."""
        try:
            moment(line.text, self._zone)
        except DateError:
            if not labelled or len(line.text) > _WRAPPED or line.text.endswith((".", "”", '"')):
                return False
            what = f"this line was not understood: `{line.shown}`"
            self._problems.warning(line.where, what, "it stays in the text: move or remove it")
            return True
        what = f"this date does not say what it is the date of: `{line.shown}`"
        self._problems.warning(line.where, what, "it stays in the text: write `Published:` before it, or remove it")
        return True

    def _take_source(self) -> None:
        """Take an address that stands alone at the start or the end: where the text was copied."""
        places = [index for index, line in enumerate(self._lines) if line.text]
        for index in (*places[:_SOURCE_AT_ENDS], *places[-_SOURCE_AT_ENDS:]):
            if is_web_url(self._lines[index].text) and "source" not in self._facts:
                self._facts["source"] = self._lines[index].text
                self._take({index})


def _groups(lines: list[Line]) -> list[list[Line]]:
    """The lines that no blank line parts, and no indentation, but that of an item's further lines."""
    groups: list[list[Line]] = [[]]
    for line in lines:
        before = groups[-1][-1] if groups[-1] else line
        if line.text and line.where.column > before.where.column + 1 and not _ITEM.match(before.text):
            groups.append([line])
        elif line.text:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _markdown(group: list[Line]) -> list[str]:
    """The lines of *group* as Markdown.

    Long lines are a paragraph each, as in text copied from a page; lines of one width are those of one paragraph, as
    in a mail; short ones stay apart.
    """
    texts = [escaped(SPACES.sub(" ", line.text)) for line in group]
    longest = max(len(line.text) for line in group)
    if longest > _WRAPPED:
        return [paragraph([text]) for text in texts]
    is_list = any(_ITEM.match(line.text) for line in group)
    is_wrapped = longest >= _FULL and not is_list and all(len(line.text) >= longest * 2 / 3 for line in group[:-1])
    return [paragraph(texts, broken=not is_wrapped)]
