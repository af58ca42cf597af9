"""The text of a story: Markdown to HTML that is safe, valid and set well.

markdown-it-py reads the blocks; the words, the footnotes, the directives and all that a newsroom needs beside are in
the modules around this one, each a step from tokens to tokens.  No step takes more than time linear in the text, and
none drops a word without telling (docs/decisions/0004-raw-html-allow-list.md).

This module loads markdown-it; it is imported by the question that needs it, so that a build without changes does not.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sitegen.content.markdown import attributes, blocks, figures, footnotes, headings, plaintext, tables, typography
from sitegen.content.markdown.addresses import Addresses, Unresolved
from sitegen.content.markdown.embeds import with_frames
from sitegen.content.markdown.inlines import Inlines
from sitegen.content.markdown.live import Parts, coverage_of, parted
from sitegen.content.markdown.rawhtml import RawHtml, sanitized
from sitegen.content.markdown.reading import Reading, Source
from sitegen.content.markdown.writing import html_of, words_html
from sitegen.errors import Problems
from sitegen.model.article import Body, Heading, Update
from sitegen.model.settings import Markdown

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sitegen.content.coverage import Coverage, Mark
    from sitegen.content.references import References

# Control characters are not allowed in XML or HTML; the first group separates words, the second joins them.
_SEPARATORS = re.compile("[\x0b\x0c\x1c-\x1f\x85]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
# All else, what is frequent first: to see that a text is nothing but this takes a quarter of the time of two searches.
_ALLOWED = re.compile("[ -~\n\t\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*+")
# Words in brackets that are a link or a note only if something further down defines it; others have an address at hand.
_DEFINED = re.compile(r"\[\^|\](?!\([^\s()<>\\&]++\))")
_NEWLINE = re.compile(r"\r\n?")
_ENTRY_LEVEL = 2  # an entry has a heading of this level


def render(  # noqa: PLR0913, PLR0917  a text has all of these, and no two of them belong together elsewhere
    text: str,
    first_line: int,
    path: str,
    lang: str,
    settings: Markdown,
    site_url: str,
    references: References,
    problems: Problems,
    marks: tuple[Mark, ...] | None = None,
    *,
    paid: bool = False,
) -> Body:
    """The text of the file at *path*, whose first line is line *first_line* of the file, as HTML.

    *lang* (BCP 47) decides the quotation marks, *site_url* which links leave the site, *marks* are the entries of a
    live story; *paid*: somebody paid for it.  What is wrong is put in *problems*; what *references* find wrong they
    tell themselves.
    """
    source = Source(path, first_line, lang)
    clean = _without_controls(text, source, problems)
    reading = Reading(clean, source, settings, problems, marks)
    addresses = Addresses(reading, references, site_url, paid=paid)
    parts, outline = _finished(clean, reading, addresses, lang)
    updates = tuple(
        Update(id=each.id, at=each.mark.at, title=each.title, html=_printed(each.tokens, reading))
        for each in parts.entries
        if each.mark.at
    )
    before, after = _printed(parts.before, reading), _printed(parts.after, reading)
    styles = ("code",) if reading.has_code else ()
    return Body(html=before, updates=updates, after=after, outline=outline, styles=styles)


def coverage(text: str, first_line: int, path: str, zone: ZoneInfo, problems: Problems) -> Coverage:
    """The entries of the live story *text*, held ones too, and what is wrong with any of them.

    What is held is not rendered before it is out, so an entry that would swallow others is told of here.
    """
    clean = _without_controls(text)
    found = Problems()
    reading = Reading(clean, Source(path, first_line), problems=found)
    env = _environment(reading)
    tokens = _parser().block.parse(clean, _parser(), env, []) or []
    entries = coverage_of(tokens, env, reading, zone)
    problems.found.extend(problem for problem in found.found if problem.severity == "error")
    return entries


def anchors(
    text: str, lang: str = "", settings: Markdown | None = None, marks: tuple[Mark, ...] | None = None
) -> tuple[str, ...]:
    """The ids in *text* that a link may name: of headings, footnotes, ``{#id}`` and HTML; no link is followed.

    *lang*, *settings* and *marks* are those of `render`: quotation marks are part of a heading, and HTML may be text.
    """
    clean = _without_controls(text)
    reading = Reading(clean, Source("", 1, lang), settings, marks=marks)
    _finished(clean, reading, None, lang)
    return reading.ids.taken


def first_paragraph(text: str, lang: str = "") -> str:
    """The words of the first paragraph of *text* that is neither in a directive nor a quote; ``""``: it has none."""
    clean = _without_controls(text)
    reading = Reading(clean)
    env = _environment(reading)

    def read(paragraph: Token) -> str:
        _read_words([paragraph], reading, env)
        typography.set_type([paragraph], lang)
        return next(plaintext.blocks([paragraph]), "")

    is_certain, found = True, ""  # certain: no definition further down changes the paragraphs so far

    def enough(block: list[Token]) -> bool:
        nonlocal is_certain, found
        if is_certain and block and block[-1].type == "paragraph_close":
            is_certain = not _DEFINED.search(block[-2].content)
            found = read(block[-2]) if is_certain else ""
        return bool(found)

    env["enough"] = enough
    tokens = _parser().block.parse(clean, _parser(), env, []) or []
    if found:
        return found
    ends = (at for at, token in enumerate(tokens) if token.type == "paragraph_close" and not token.level)
    return next(filter(None, (read(tokens[at - 1]) for at in ends)), "")


def words(text: str) -> int:
    """How many words *text* has, as readers count: in Chinese and Japanese, characters."""
    clean = _without_controls(text)
    reading = Reading(clean)
    return sum(map(plaintext.count, plaintext.blocks(_tokens(clean, reading, _environment(reading)))))


def inline(
    text: str,
    lang: str = "",
    site_url: str = "",
    settings: Markdown | None = None,
    references: References | None = None,
) -> str:
    """One line of Markdown, such as a caption, as safe HTML without a paragraph around it.

    Without *references*, a link that is relative is its words alone.  HTML in it is cleaned or shown as text, as
    *settings* have it; it is never trusted, and nothing here can be told.
    """
    clean = _without_controls(" ".join(text.split()))
    settings = settings or Markdown()
    settings = Markdown(html="none" if settings.html == "none" else "safe", embeds=settings.embeds)
    reading = Reading(clean, Source("", 1, lang), settings)
    env = _environment(reading)
    line = [_line(clean, 0, env)]
    addresses = Addresses(reading, references or Unresolved(urlsplit(site_url).path.rstrip("/")), site_url)
    RawHtml(reading, addresses).cleaned(line)
    addresses.resolved(line)
    typography.set_type(line, lang)
    line_html = words_html([child for child in line[0].children or [] if child.type != "note"])
    return with_frames(sanitized(line_html) if reading.has_html else line_html, reading)


def _finished(text: str, reading: Reading, addresses: Addresses | None, lang: str) -> tuple[Parts, tuple[Heading, ...]]:
    """The tokens of *text* after every step but printing, and its outline; links stay as typed without *addresses*."""
    env = _environment(reading)

    def read(content: str, line: int) -> Token:
        """A caption or title, read as Markdown."""
        reading.line = line
        return _line(content, line, env)

    tokens = _tokens(text, reading, env)
    tokens = figures.shaped(tokens, read, reading)
    for note in reading.notes:  # captions may have notes as well, so that more are found on the way
        note.tokens = figures.shaped(attributes.resolved(note.tokens, reading), read, reading)
    tokens += footnotes.section(reading)
    tables.number_items(tokens)
    RawHtml(reading, addresses).cleaned(tokens)
    typography.set_type(tokens, lang)
    parts = parted(tables.framed(tokens), reading)
    outline = headings.outlined(parts.around, reading)
    # The oldest first, so that an entry that joins the others takes none of their ids.
    for part in reversed(parts.entries):
        own = (Heading(_ENTRY_LEVEL, part.id, part.title),) if part.title else ()
        outline += own + headings.outlined(part.tokens, reading, _ENTRY_LEVEL)
    if addresses:
        addresses.resolved(tokens)
    return parts, outline


def _printed(tokens: list[Token], reading: Reading) -> str:
    """The HTML of *tokens*, safe to print."""
    html = html_of(tokens, reading)
    return with_frames(sanitized(html) if reading.has_html else html, reading)


def _tokens(text: str, reading: Reading, env: dict[str, Any]) -> list[Token]:
    """The blocks of *text* with their words read, without those of notes, which *reading* has."""
    parser = _parser()
    tokens = parser.block.parse(text, parser, env, []) or []
    _read_words(tokens, reading, env)
    _tell_unused(reading, env)
    return attributes.resolved(footnotes.gathered(tokens, reading), reading)


def _line(content: str, line: int, env: dict[str, Any]) -> Token:
    """The words *content*, which stand in the line with index *line*, read."""
    parser = _parser()
    children = parser.inline.parse(content, parser, env, [])
    return Token("inline", "", 0, content=content, children=children, map=[line, line + 1], block=True)


def _read_words(tokens: list[Token], reading: Reading, env: dict[str, Any]) -> None:
    """Read the words of every block in *tokens*."""
    parser = _parser()
    before: Token | None = None
    for token in tokens:
        if token.type == "inline":
            line = (token.map or [0])[0]
            if before and before.type == "heading_open":
                token.content, braces = attributes.split_heading(token.content)
                attributes.apply(braces, before, reading, reading.at_line(line))
            reading.line = line
            token.children = parser.inline.parse(token.content, parser, env, [])
        before = token


def _tell_unused(reading: Reading, env: dict[str, Any]) -> None:
    """Tell which definitions of links nothing uses: their lines are not printed, and may have been meant as words."""
    references: dict[str, dict[str, Any]] = env.get("references", {})
    for label, reference in references.items():
        if label not in reading.references_used:
            where = reading.at_line(reference["map"][0], 1)
            what = "this line defines the address of a link that the text does not have, so it is not shown"
            reading.warn(where, what, f"use [{label.lower()}] in the text, or write \\[ if these are words")


def _without_controls(text: str, source: Source | None = None, problems: Problems | None = None) -> str:
    """*text* without characters that XML and HTML forbid; which line had them is told."""
    if "\r" in text:
        text = _NEWLINE.sub("\n", text)
    if _ALLOWED.fullmatch(text):
        return text
    if problems:
        reading = Reading(text, source, problems=problems)
        for pattern in (_SEPARATORS, _CONTROLS):
            at = line = start = 0  # of the last one: lines are counted once
            for found in pattern.finditer(text):
                if found[0] == "\ufeff":
                    continue
                line += text.count("\n", at, found.start())
                start = max(start, text.rfind("\n", at, found.start()) + 1)
                at = found.start()
                what = f"a control character (U+{ord(found[0]):04X}) stands here, and is left out"
                reading.warn(reading.at_line(line, at - start + 1), what, "delete it: it cannot be seen")
    return _CONTROLS.sub("", _SEPARATORS.sub(" ", text))


def _environment(reading: Reading) -> dict[str, Any]:
    """What markdown-it hands its rules."""
    return {"reading": reading}


@functools.cache
def _parser() -> MarkdownIt:
    """The parser: no rule of it remembers anything between two texts."""
    md = MarkdownIt("default", {"html": True, "linkify": False})
    blocks.install(md)
    md.inline = Inlines()
    # Addresses are looked at once, in `addresses`, where each is known to be a link or a picture, and its line.
    md.normalizeLink = _as_written  # type: ignore[method-assign]
    md.validateLink = _any_link  # type: ignore[method-assign]
    return md


def _as_written(url: str) -> str:
    return url


def _any_link(url: str) -> bool:
    return isinstance(url, str)
