"""YAML as typed text with places: no guessed types, no surprises, no tags.

YAML 1.1 reads ``no`` as false, ``12:30`` as 750 and ``1.10`` as 1.1; what an editor typed is what they meant.  So every
scalar stays its own text, and each field reads it as what the field is.

PyYAML gives events, which are put together here without recursion, as its own composer crashes the process on deep
nesting.  It is imported by `read` alone, as a build that changes nothing never reads YAML.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from sitegen.content.slips import in_quotes, slip
from sitegen.errors import Location

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    import yaml

    from sitegen.errors import Problems

    class _Mark(Protocol):
        """A place as YAML counts: from 0."""

        line: int
        column: int


MAX_DEPTH = 50
MAX_ALIASED = 10_000  # nodes that aliases may add: a "billion laughs" file has nine lines

NOTHING = ("", "~", "null", "Null", "NULL")

# Characters that neither HTML nor XML 1.0 can hold, or that no keyboard types.  None of them is printable, and to ask
# that first is cheaper than to search.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
# YAML ends a line at these and an editor does not, so that line numbers would differ.
_ODD_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")
_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?([eE][+-]?[0-9]{1,3})?", re.ASCII)


class Scalar(Struct, frozen=True):
    """A text as typed.  *plain*: it stands without quotes and is no block."""

    text: str
    plain: bool
    where: Location

    @property
    def nothing(self) -> bool:
        """Whether it says that there is no value: empty, ``null`` or ``~``, without quotes."""
        return self.plain and self.text in NOTHING


class Sequence(Struct, frozen=True):
    """A list."""

    items: tuple[Node, ...]
    where: Location


class Mapping(Struct, frozen=True):
    """Keys with values, in the order of the file; no key is there twice."""

    items: tuple[tuple[Scalar, Node], ...]
    where: Location


Node = Scalar | Sequence | Mapping


def kind(node: Node) -> str:
    """What people call a node: ``text``, ``a list``, ``a mapping``."""
    return "text" if isinstance(node, Scalar) else "a list" if isinstance(node, Sequence) else "a mapping"


def plain_value(node: Node) -> object:
    """The value of a node as JSON knows it, for `extra` and data files.

    Only what JSON itself writes is typed (``true``, ``false``, ``null``, numbers of up to 15 digits); ``yes``, ``010``,
    ``12:30`` and dates stay text, as does everything in quotes.
    """
    if isinstance(node, Mapping):
        return {key.text: plain_value(value) for key, value in node.items}
    if isinstance(node, Sequence):
        return [plain_value(item) for item in node.items]
    if node.nothing:
        return None
    if node.plain and node.text in {"true", "false"}:
        return node.text == "true"
    if node.plain and (number := _JSON_NUMBER.fullmatch(node.text)):
        return _number(node.text, whole=number[2] is number[3] is None)
    return node.text


def _number(text: str, *, whole: bool) -> int | float | str:
    """The number that *text* writes; the text itself where it is too large for a number of JSON."""
    if whole:
        return int(text)
    value = float(text)
    return value if math.isfinite(value) else text


def read(text: str, path: str, first_line: int, problems: Problems) -> Node | None:
    """The document in *text*, whose first line is line *first_line* of the file at *path*.

    None if there is no content, or if it cannot be read: then *problems* has the errors.
    """
    import yaml

    lines = text.split("\n")
    if _control_characters(lines, path, first_line, problems):
        return None
    reader = _Reader(lines, path, first_line, problems)
    steps: dict[type[yaml.Event], Callable[[Any], None]] = {
        yaml.DocumentStartEvent: reader.start_document,
        yaml.DocumentEndEvent: reader.end_document,
        yaml.MappingStartEvent: reader.start_mapping,
        yaml.MappingEndEvent: reader.end_mapping,
        yaml.SequenceStartEvent: reader.start_sequence,
        yaml.SequenceEndEvent: reader.end_sequence,
        yaml.ScalarEvent: reader.scalar,
        yaml.AliasEvent: reader.alias,
    }
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text if text.isascii() else text.translate(_ODD_BREAKS), Loader=loader):
            if step := steps.get(type(event)):
                step(event)
    except yaml.MarkedYAMLError as error:
        reader.explain(error)
    except _GivenUpError:
        pass
    return None if reader.failed else reader.root


def read_mapping(text: str, path: str, first_line: int, problems: Problems, what: str) -> Mapping | None:
    """The document in *text* (see `read`) as a mapping, which is what *what* (``front matter``, ``site.yaml``) must be.

    An empty document is an empty mapping; None means that *problems* has errors.
    """
    before = len(problems.found)
    node = read(text, path, first_line, problems)
    if isinstance(node, Mapping):
        return node
    if node is None:
        failed = any(problem.severity == "error" for problem in problems.found[before:])
        return None if failed else Mapping((), Location(path, first_line))
    lines = text.split("\n")
    index = node.where.line - first_line
    found = slip(lines, index, index) if isinstance(node, Scalar) else None
    if found:
        problems.error(Location(path, first_line + found.line, found.column), found.what, found.fix)
    else:
        problems.error(node.where, f"{what} must be lines of `key: value`, not {kind(node)}", "write a key before it")
    return None


def _control_characters(lines: list[str], path: str, first_line: int, problems: Problems) -> bool:
    """Whether *lines* hold characters that no output can; each line that does is an error."""
    found = False
    for number, line in enumerate(lines, first_line):
        if not line.isprintable() and (match := _CONTROL.search(line)):
            found = True
            what = f"there is a control character here (U+{ord(match[0]):04X})"
            problems.error(Location(path, number, match.start() + 1), what, "remove it; it may be invisible")
    return found


class _GivenUpError(Exception):
    """The document has an error after which reading on makes no sense; it has been told."""


class _Open:
    """A list or mapping whose end has not come yet.  *size*: nodes in it, those that aliases repeat included."""

    def __init__(self, where: Location, anchor: str | None) -> None:
        """Start empty."""
        self.where = where
        self.anchor = anchor
        self.nodes: list[Node] = []
        self.size = 1


class _Reader:
    """Puts events together to nodes, and tells what is wrong with them."""

    def __init__(self, lines: list[str], path: str, first_line: int, problems: Problems) -> None:
        """Read for the file at *path*, whose *lines* begin at *first_line*."""
        self.lines = lines
        self.path = path
        self.first_line = first_line
        self.problems = problems
        self.failed = False
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.lonely: dict[str, Location] = {}  # anchors of texts that no alias has named yet
        self.aliased = 0

    def error(self, where: Location, what: str, fix: str) -> None:
        """Tell an error; the document is not read then."""
        self.failed = True
        self.problems.error(where, what, fix)

    def explain(self, error: yaml.MarkedYAMLError) -> None:
        """Tell what *error* of YAML means: where the slip is and how the line should be."""
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, len(self.lines) - 1) if mark else 0
        found = slip(self.lines, line, error.context_mark.line if error.context_mark else line)
        if found:
            self.error(Location(self.path, self.first_line + found.line, found.column), found.what, found.fix)
            return
        what = " ".join(filter(None, ("this is not YAML:", error.problem, error.context)))
        where = Location(self.path, self.first_line + line, (mark.column if mark else 0) + 1)
        if "maximum nesting depth" in what:  # of libyaml from 0.2.6 on, which looks ahead of what it tells
            self._too_deep(where)
        else:
            self.error(where, what, "put text with special characters in quotes")

    def _too_deep(self, where: Location) -> None:
        self.error(where, f"lists and mappings are nested more than {MAX_DEPTH} deep", "make it flatter")

    def _where(self, mark: _Mark | None) -> Location:
        line, column = (mark.line, mark.column) if mark else (0, 0)
        return Location(self.path, self.first_line + line, column + 1)

    def _line(self, where: Location) -> str:
        return self.lines[where.line - self.first_line]

    def scalar(self, event: yaml.ScalarEvent) -> None:
        """Take a text."""
        where = self._where(event.start_mark)
        plain = bool(event.implicit[0])
        if event.tag is not None:
            self._refuse_tag(event.tag, where)
        if not plain and not event.value.isprintable() and (match := _CONTROL.search(event.value)):
            what = f"this text has a control character (U+{ord(match[0]):04X})"
            self.error(where, what, "remove the escape with the backslash")
        if plain and event.value:
            self._warn_of_cut(event)
        if event.anchor:
            self.lonely[event.anchor] = where
        self._add(Scalar(event.value, plain, where), 1, event.anchor)

    def _refuse_tag(self, tag: str, where: Location) -> None:
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        fix = "remove the tag"
        rest = self._line(where)[where.column - 1 :]
        if not tag.startswith("tag:") and rest.startswith("!"):
            fix += f"; if it is text, put it in quotes: {in_quotes(rest.strip())}"
        self.error(where, f"`!` starts a tag in YAML, and `{shown}` is not known", fix)

    def _warn_of_cut(self, event: yaml.ScalarEvent) -> None:
        """Warn of `` #`` in a text: all that follows is a comment, and seldom meant to be one."""
        mark = event.end_mark
        if mark is None or mark.line >= len(self.lines):
            return
        rest = self.lines[mark.line][mark.column :]
        if not rest:
            return
        comment = rest.lstrip()
        if not comment.startswith("#") or _meant_as_comment(event.value, rest):
            return
        whole = f"{event.value}{rest}".rstrip()
        what = f"` #` starts a comment, so that only `{event.value}` is read"
        self.problems.warning(self._where(mark), what, f"if the rest is text too, use quotes: {in_quotes(whole)}")

    def start_document(self, event: yaml.DocumentStartEvent) -> None:
        """Take the start of a document, of which there may be one."""
        if self.root is not None:
            self.error(self._where(event.start_mark), "a second document starts here", "keep one and its `---`")
            raise _GivenUpError

    def start_sequence(self, event: yaml.SequenceStartEvent) -> None:
        """Take the start of a list."""
        self._start(event)

    def start_mapping(self, event: yaml.MappingStartEvent) -> None:
        """Take the start of a mapping."""
        self._start(event)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        where = self._where(event.start_mark)
        if event.tag is not None:
            self._refuse_tag(event.tag, where)
        if len(self.open) >= MAX_DEPTH:
            self._too_deep(where)
            raise _GivenUpError
        self.open.append(_Open(where, event.anchor))

    def end_sequence(self, _event: yaml.SequenceEndEvent) -> None:
        """Take the end of a list."""
        done = self.open.pop()
        self._add(Sequence(tuple(done.nodes), done.where), done.size, done.anchor)

    def end_mapping(self, _event: yaml.MappingEndEvent) -> None:
        """Take the end of a mapping."""
        done = self.open.pop()
        self._add(Mapping(self._pairs(done), done.where), done.size, done.anchor)

    def _pairs(self, done: _Open) -> tuple[tuple[Scalar, Node], ...]:
        """The keys and values of a mapping; what cannot be a key, or is there twice, is an error."""
        first: dict[str, int] = {}
        pairs: list[tuple[Scalar, Node]] = []
        for key, value in zip(done.nodes[::2], done.nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._no_key(key)
                continue
            name = unicodedata.normalize("NFC", key.text)
            if name == "<<" and key.plain:
                self.error(key.where, "merge keys (`<<`) are not known", "write the keys out")
            elif name in first:
                what = f"`{name}` is given twice, on lines {first[name]} and {key.where.line}"
                self.error(key.where, what, "keep one of them")
            first.setdefault(name, key.where.line)
            pairs.append((key, value))
        return tuple(pairs)

    def _no_key(self, node: Sequence | Mapping) -> None:
        """Tell that *node* cannot be a key; mostly these are the braces of a template."""
        index = node.where.line - self.first_line
        found = slip(self.lines, index, index)
        what, fix = (found.what, found.fix) if found else (f"a key must be text, not {kind(node)}", "use quotes")
        self.error(node.where, what, fix)

    def alias(self, event: yaml.AliasEvent) -> None:
        """Take the name of a value that stands further up."""
        where = self._where(event.start_mark)
        name = event.anchor
        if any(name == collection.anchor for collection in self.open):
            self.error(where, f"the alias `*{name}` is inside of what it stands for", "write the value out")
            raise _GivenUpError
        if name not in self.anchors:
            rest = self._line(where)[where.column - 1 :].strip()
            what = f"`*` starts an alias in YAML, and nothing is called `&{name}`"
            self.error(where, what, f"if it is text, put it in quotes: {in_quotes(rest)}")
            raise _GivenUpError
        node, size = self.anchors[name]
        self.lonely.pop(name, None)
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            self.error(where, f"too many aliases: they would repeat {self.aliased} values", "write the values out")
            raise _GivenUpError
        self._add(node, size, None)

    def _add(self, node: Node, size: int, anchor: str | None) -> None:
        """Put a finished node where it belongs."""
        if anchor:
            self.anchors[anchor] = node, size
        if self.open:
            self.open[-1].nodes.append(node)
            self.open[-1].size += size
        else:
            self.root = node

    def end_document(self, _event: yaml.DocumentEndEvent) -> None:
        """Tell of anchors that nothing used: in ``title: &More on this`` the first word is lost."""
        for name, where in self.lonely.items():
            rest = self._line(where)[where.column - 1 :].strip()
            what = f"`&` names a value in YAML, so that `&{name}` is not part of the text"
            self.error(where, what, f"put the text in quotes: {in_quotes(rest)}")


def _meant_as_comment(value: str, rest: str) -> bool:
    """Whether *rest* of a line, after *value*, looks like a comment and not like the end of a text.

    A comment has a space after its ``#`` and no number, and stands apart (``Ferry sails   # working title``) or after
    a value of one word (``draft: false # cleared``).
    """
    comment = rest.lstrip()
    apart = len(rest) - len(comment) > 1
    return re.match(r"#+(?:\s+[^\s0-9]|\s*$)", comment) is not None and (apart or " " not in value)
