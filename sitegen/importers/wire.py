"""Files of a wire: which of its forms a file has, by what is in it, and the stories that it holds."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from sitegen.content.frontmatter import MAX_BYTES
from sitegen.errors import ContentError, Location, Problems
from sitegen.importers.markup import read_xml
from sitegen.importers.newsml import read_newsml
from sitegen.importers.ninjs import read_ninjs
from sitegen.importers.nitf import read_nitf
from sitegen.importers.plain import read_plain

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sitegen.errors import Problem
    from sitegen.importers.copy import Copy

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_XML: Final = re.compile(
    r"\s*<(?:\?xml\s|!DOCTYPE\s+(?!html)|!--|nitf[\s>]|(?:\w+:)?news(?:Item|Message)[\s>])", re.IGNORECASE
)
_HTML: Final = re.compile(r"\s*<(?:!DOCTYPE\s+html|html|head|body)[\s>]", re.IGNORECASE)
_JSON: Final = re.compile(r'\s*(?:\[\s*){0,9}(?:\{\s*(?:"|\})|\[\s*\])')
_HANGUL: Final = re.compile("[가-힣]")


def read_wire(data: bytes, path: str, zone: ZoneInfo) -> tuple[tuple[Copy, ...], tuple[Problem, ...]]:
    """The stories in *data*, the bytes of the file at *path*, and what to warn of.

    Times without an offset are in *zone*.  Raises ContentError with all that is wrong.
    """
    problems = Problems()
    if len(data) > MAX_BYTES:
        what = f"the file has {len(data) / 1e6:.1f} MB, and copy may have {MAX_BYTES // 1_000_000}"
        raise ContentError.at(Location(path, 1), what, "import the items of it that you need")
    try:
        stories = _stories(data, path, zone, problems)
    except ContentError as error:
        raise ContentError([*problems.found, *error.problems]) from None
    for story in stories:
        if not story.headline.strip():
            problems.error(story.where, "a story without a headline", "add one to the file")
    if problems.errors:
        raise ContentError(problems.found)
    return stories, tuple(problems.found)


def _stories(data: bytes, path: str, zone: ZoneInfo, problems: Problems) -> tuple[Copy, ...]:
    start = _start(data)
    if _XML.match(start):
        root = read_xml(data, path)
        if root.name in {"newsItem", "newsMessage"}:
            return read_newsml(root, zone, problems)
        if root.name == "nitf":
            return (read_nitf(root, zone, problems),)
        what = f"this XML is neither NewsML-G2 nor NITF: its root is <{root.name}>"
        raise ContentError.at(root.where, what, "ask the wire for one of these, for ninjs, or for plain text")
    if _HTML.match(start):
        raise ContentError.at(Location(path, 1), "this is a page of HTML", "copy the words of the story as plain text")
    text = decoded(data, path, problems)
    return read_ninjs(text, path, zone, problems) if _JSON.match(start) else (read_plain(text, path, zone, problems),)


def _start(data: bytes) -> str:
    """The first characters of *data*, for a look at what they are."""
    some = data[:2000]
    if some.startswith(_UTF16):
        return some[: len(some) // 2 * 2].decode("utf-16", "replace")
    return some.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def decoded(data: bytes, path: str, problems: Problems) -> str:
    r"""The text of *data*, with lines that end in ``\n``.

    Wires send UTF-8, with a mark of byte order or not, UTF-16 with one, and still code pages: Korean if the bytes are
    Korean letters, else Western, which is told.  Raises ContentError where no encoding gives a text.
    """
    text = _text(data, path, problems)
    if "\0" in text:
        raise ContentError.at(Location(path, 1), "this file is no text", "save it as plain text in UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _text(data: bytes, path: str, problems: Problems) -> str:
    try:
        if data.startswith(_UTF16):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    for encoding, called in (("euc_kr", "Korean (EUC-KR)"), ("cp949", "Korean (CP949)"), ("cp1252", "Windows-1252")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp1252" or _is_korean(text, data, encoding):
            what = f"this file is not UTF-8, and was read as {called}"
            problems.warning(Location(path, 1), what, "check its letters; ask the wire for UTF-8")
            return text
    raise ContentError.at(Location(path, 1), "this file is in no encoding that is known", "save it as UTF-8")


def _is_korean(text: str, data: bytes, encoding: str) -> bool:
    """Whether *text*, which *data* is in *encoding*, is Korean: curly quotes of Windows look like rare syllables."""
    letters = _HANGUL.findall(text)
    if encoding == "euc_kr":
        return bool(letters)
    usual = sum(all(byte >= 0xA1 for byte in letter.encode("cp949")) for letter in letters)  # noqa: PLR2004 - KS X 1001
    return usual * 2 > len(letters) and len(data) > len(text)
