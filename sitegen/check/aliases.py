"""Former addresses of stories: proposed as aliases, and written into their front matter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from sitegen.addresses import Address, Addresses
from sitegen.content.frontmatter import split
from sitegen.errors import ContentError, Location, Problem
from sitegen.urls import alias_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sitegen.edition import Edition

_PLAIN: Final = re.compile(r"[\w./~-]+")


class Proposal(Struct, frozen=True):
    """The story at *path*, now at *url*, should redirect from its former addresses *aliases*."""

    path: str
    url: str
    aliases: tuple[str, ...]

    @property
    def problem(self) -> Problem:
        """The proposal as a warning."""
        former = " and ".join(self.aliases)
        what = f"was at {former} when it was published, and is at {self.url} now, so that links to it break"
        fix = f"add `aliases: [{', '.join(map(_written, self.aliases))}]`, as `sitegen check --fix` does"
        return Problem(Location(self.path), what, fix, "warning")


def proposals(edition: Edition, kept: Path) -> Iterator[Proposal]:
    """What the addresses known in the cache folder *kept* ask for; what another page answers is left alone.

    An address that several stories had goes to the one that had it last.
    """
    known = Addresses(kept)
    missing: dict[str, list[str]] = {}
    heirs: dict[str, tuple[bool, str]] = {}
    for entry in edition.entries():
        before = known.of(Address(entry.id, entry.path, entry.url))
        own = {entry.url, *map(alias_path, entry.aliases)}
        for url in before.urls if before else ():
            if url not in own and not edition.answers(url):
                missing.setdefault(entry.path, []).append(url)
                claim = (bool(before and before.last.url == url), entry.path)
                heirs[url] = max(heirs.get(url, claim), claim, key=lambda each: each[0])
    for entry in edition.entries():
        urls = tuple(url for url in missing.get(entry.path, ()) if heirs[url][1] == entry.path)
        if urls:
            yield Proposal(entry.path, entry.url, urls)


def changed(edition: Edition, kept: Path) -> Iterator[Problem]:
    """Warnings of what readers and feed readers lose: a story that is gone, an id that is another."""
    entries = {entry.path: entry for entry in edition.entries()}
    ids = {entry.id for entry in entries.values()}
    paths = set(edition.story_paths())
    for each in Addresses(kept).known:
        last = each.last
        if last.id in ids:
            continue
        if last.path in entries:
            what = f"had the id {last.id} when it was published, so that feed readers will show it as new"
            yield Problem(Location(last.path), what, f"write `id: {last.id}`; ids are for ever", "warning")
        elif last.path not in paths:
            heir = next((entry.path for entry in entries.values() if entry.url == last.url), "")
            what = f"is gone, and was public at {last.url}"
            fix = "retract it instead, or let another story have its address among its `aliases`"
            if heir:
                what += f", where {heir} is now: feed readers will show that as new"
                fix = f"if it is the same story, write `id: {last.id}` in {heir}"
            if heir or not edition.answers(last.url):
                yield Problem(Location(last.path), what, fix, "warning")


def amended(data: bytes, path: str, aliases: tuple[str, ...]) -> bytes:
    """The file at *path*, whose bytes are *data*, with *aliases* added, and otherwise as it is, to the byte.

    Raises ContentError where its front matter has a form in which nothing can be added safely.
    """
    text = data.decode("utf-8")
    end = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    fence = re.search(r"^---[ \t]*\r?(?:\n|\r)", text.lstrip("\ufeff"), re.MULTILINE)
    start = (fence.end() if fence else 0) + len(text) - len(text.lstrip("\ufeff"))
    head_lines = split(data, path).head.count("\n") + 1 if split(data, path).head else 0
    lines = re.split(r"(?<=\n)" if end != "\r" else r"(?<=\r)", text[start:])
    head = "".join(lines[:head_lines])
    made = text[:start] + _amended(head, path, aliases, end) + text[start + len(head) :]
    if not _is_right(text, made, path, aliases):
        raise _by_hand(path, aliases)
    return made.encode()


def _amended(head: str, path: str, aliases: tuple[str, ...], end: str) -> str:
    """The front matter *head* with *aliases* in it."""
    import yaml

    # Marks count characters of what was read; ends of lines are one or two of them there as here.
    try:
        root = yaml.compose(head, yaml.SafeLoader)
    except yaml.YAMLError:
        raise _by_hand(path, aliases) from None
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise _by_hand(path, aliases)
    written = [_written(alias) for alias in aliases]
    value = next((value for key, value in root.value if key.value == "aliases"), None)
    if value is None:
        body = head if not head or head.endswith(("\n", "\r")) else head + end
        return f"{body}aliases: [{', '.join(written)}]{end}"
    first, last = value.start_mark.index, value.end_mark.index
    if isinstance(value, yaml.SequenceNode) and value.flow_style:
        inside = head[first + 1 : last - 1].rstrip()
        comma = "" if not value.value else " " if inside.endswith(",") else ", "
        at = first + 1 + len(inside)
        return f"{head[:at]}{comma}{', '.join(written)}{head[at:]}"
    if isinstance(value, yaml.SequenceNode) and value.value:
        item = value.value[-1].end_mark.index
        at = min((found for found in (head.find("\n", item), head.find("\r", item)) if found >= 0), default=len(head))
        lines = "".join(f"{end}{' ' * value.start_mark.column}- {alias}" for alias in written)
        return head[:at] + lines + head[at:]
    if isinstance(value, yaml.ScalarNode) and not head[first:last].strip():
        at = head.index(":", _key_of(root).end_mark.index) + 1
        return f"{head[:at]} [{', '.join(written)}]{head[at:]}"
    if isinstance(value, yaml.ScalarNode) and value.style in {None, "'", '"'}:
        return f"{head[:first]}[{', '.join([head[first:last], *written])}]{head[last:]}"
    raise _by_hand(path, aliases)


def _key_of(root: Any) -> Any:  # noqa: ANN401 - a node of PyYAML, which has no types
    return next(key for key, _ in root.value if key.value == "aliases")


def _is_right(before: str, after: str, path: str, aliases: tuple[str, ...]) -> bool:
    """Whether *after* says what *before* did, and *aliases* besides."""
    import yaml

    old, new = (split(text.encode(), path) for text in (before, after))
    if old.body != new.body:
        return False
    try:
        was, now = (_values(yaml.compose(front.head + "\n", yaml.SafeLoader)) for front in (old, new))
    except (yaml.YAMLError, ContentError):
        return False
    had = was.pop("aliases", ())
    has = now.pop("aliases", ())
    listed = had if isinstance(had, tuple) else (had,) if had else ()
    return bool(was == now and has == (*listed, *aliases))


def _values(node: Any) -> Any:  # noqa: ANN401 - a node of PyYAML, which has no types
    """What *node* says, without its form."""
    if isinstance(node.value, str):
        return node.value
    if node.value and isinstance(node.value[0], tuple):
        return {_values(key): _values(value) for key, value in node.value}
    return tuple(map(_values, node.value))


def _written(alias: str) -> str:
    """*alias* as YAML has it within brackets."""
    return alias if _PLAIN.fullmatch(alias) else '"' + alias.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _by_hand(path: str, aliases: tuple[str, ...]) -> ContentError:
    what = "has front matter in which nothing can be added safely"
    return ContentError.at(Location(path), what, f"write `aliases: [{', '.join(map(_written, aliases))}]` yourself")
