"""A content file taken apart: its front matter and its text.

    ---
    title: Ferry service resumes
    ---

    The text, in Markdown.

A file whose front matter is not certain is an error, and never published with defaults: what it hides might be a
`draft: true`.
"""

from __future__ import annotations

import re

from msgspec import Struct

from sitegen.content.decoding import decoded
from sitegen.errors import ContentError, Location, Problem

MAX_BYTES = 10_000_000

FORM = "start the file with a line `---`, lines such as `title: …`, and another line `---`"

_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: .*)?$", re.MULTILINE)
_FENCE = "---"
_ENDS = (_FENCE, "...")  # both end a document in YAML


class FrontMatter(Struct, frozen=True):
    """What stands between the fences and what follows, with the lines of the file (from 1) where they start.

    *problems* are warnings about the file as a whole.
    """

    head: str
    head_line: int
    body: str
    body_line: int
    problems: tuple[Problem, ...] = ()


def split(data: bytes, path: str) -> FrontMatter:
    r"""The front matter and the text of the file at *path*, whose bytes are *data*; ends of lines become ``\n``.

    Raises ContentError if it is not UTF-8, is too large, or has no front matter that is certain.
    """
    if len(data) > MAX_BYTES:
        what = f"the file has {len(data) / 1e6:.1f} MB, and a text may have {MAX_BYTES // 1_000_000}"
        raise ContentError.at(Location(path, 1), what, "split it, or move data to content/data/")
    lines = decoded(data, path).split("\n")
    start = next((index for index, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise ContentError.at(Location(path, 1), "the file is empty", FORM)
    if lines[start].rstrip() != _FENCE:
        what, fix = _no_fence(lines[start].rstrip())
        raise ContentError.at(Location(path, start + 1), what, fix)
    end = next((index for index in range(start + 1, len(lines)) if lines[index].rstrip() in _ENDS), None)
    if end is None:
        what = "the front matter opens here and is never closed"
        raise ContentError.at(Location(path, start + 1), what, "put a line `---` after its last key")
    head, body = "\n".join(lines[start + 1 : end]), "\n".join(lines[end + 1 :])
    if conflict := _conflict(head):
        line = start + 2 + head.count("\n", 0, conflict.start())
        raise ContentError.at(Location(path, line), "a merge conflict is not resolved here", "keep one of its versions")
    return FrontMatter(head, start + 2, body, end + 2, _conflicts(body, path, end + 2))


def _no_fence(first: str) -> tuple[str, str]:
    """What is wrong with a file whose *first* line is no fence, and what to do."""
    if first.startswith("+++"):
        return "front matter in TOML is not read", "use YAML: a line `---`, lines such as `title: …`, a line `---`"
    if first.startswith("{"):
        return "front matter in JSON is not read", "use YAML: a line `---`, lines such as `title: …`, a line `---`"
    if re.fullmatch("-{2,}|[\u2013\u2014]+-*", first):
        return f"a fence of front matter is three hyphens, not `{first[:20]}`", "write `---`"
    return "there is no front matter", FORM


def _conflict(text: str) -> re.Match[str] | None:
    """The first mark of a merge conflict in *text*; the whole text is searched for it only if one may be there."""
    return _CONFLICT.search(text) if "<<<<<<<" in text or ">>>>>>>" in text else None


def _conflicts(body: str, path: str, first_line: int) -> tuple[Problem, ...]:
    """A warning for the first mark of a merge conflict in *body*."""
    conflict = _conflict(body)
    if conflict is None:
        return ()
    where = Location(path, first_line + body.count("\n", 0, conflict.start()), 1)
    what = "a merge conflict is not resolved here, and its marks would be published"
    return (Problem(where, what, "keep one of its versions", "warning"),)
