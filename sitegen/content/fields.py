"""A mapping of YAML, read field by field: each field says what it is, and the text is read as that.

    fields = Fields(mapping, problems, known=("title", "published"), same={"date": "published"})
    title = fields.text("title", required=True)

What is wrong goes to *problems* with its line and column, and the field gets its default: whoever reads asks
`problems.errors` at the end.
"""

from __future__ import annotations

import difflib
import json
import re
from typing import TYPE_CHECKING, TypeVar
from unicodedata import normalize

from msgspec import Struct

from sitegen.content.forms import cleaned, is_email, is_web_url, language_tag, one_line, turns
from sitegen.content.yaml import Mapping, Scalar, Sequence, kind, plain_value
from sitegen.errors import Location
from sitegen.model.settings import Extra

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dict

    from sitegen.content.yaml import Node
    from sitegen.errors import Problems

MAX_TOLD = 5  # unknown keys told one by one
NEAR = 0.8  # how alike two names must be for one to be a slip of the other (difflib)

_Choice = TypeVar("_Choice", bound=str)

_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)


class Text(Struct, frozen=True):
    """A text and its place."""

    value: str
    where: Location


def near(name: str, known: Iterable[str]) -> str:
    """Which of *known* is perhaps meant by *name*: ``publised`` is ``published``; ``""`` if none is near."""
    return _nearest(name, _by_bare(known))


def _by_bare(known: Iterable[str]) -> dict[str, str]:
    """The names of *known* by what is left of each without what people vary."""
    return {_bare(candidate): candidate for candidate in known}


def _nearest(name: str, by_bare: dict[str, str]) -> str:
    """See `near`; for several names that are looked for in the same ones."""
    if not by_bare:
        return ""
    bare = _bare(name)
    if bare in by_bare:
        return by_bare[bare]
    swapped = next((known for known in by_bare if len(known) == len(bare) and sorted(known) == sorted(bare)), "")
    found = [swapped] if swapped else difflib.get_close_matches(bare, by_bare, n=1, cutoff=NEAR)
    return by_bare[found[0]] if found else ""


def _bare(name: str) -> str:
    """*name* without what people vary: case, hyphens, underscores and spaces."""
    return re.sub(r"[-_\s]", "", name).casefold()


class Fields:
    """The fields of one mapping.  A key that is missing, or that says nothing, has the default of its form.

    *known* are the keys there are.  *same* maps other names for a key to it, as other tools call it; *meant* maps names
    that are refused to the key they probably mean.  *owner* is what messages call the mapping (``image``), and
    *spare* the key that takes what is not known, or ``""``.
    """

    def __init__(  # noqa: PLR0913 - each is a fact about the mapping, and named
        self,
        mapping: Mapping,
        problems: Problems,
        *,
        known: Iterable[str],
        same: Dict[str, str] | None = None,
        meant: Dict[str, str] | None = None,
        owner: str = "",
        spare: str = "",
    ) -> None:
        """Take *mapping*, and tell *problems* at once which of its keys are unknown."""
        self.problems = problems
        self.place = mapping.where
        self.owner = owner
        self._nodes: dict[str, tuple[Scalar, Node]] = {}
        self._sort(mapping, tuple(known), same or {}, meant or {}, spare)

    def _sort(
        self, mapping: Mapping, known: tuple[str, ...], same: Dict[str, str], meant: Dict[str, str], spare: str
    ) -> None:
        """Find the field of each key; two keys for one field are an error."""
        unknown: list[Scalar] = []
        for key, node in mapping.items:
            name = same.get(key.text, key.text)
            if name not in known:
                unknown.append(key)
            elif name in self._nodes:
                other = self._nodes[name][0]
                what = f"`{key.text}` and `{other.text}` (line {other.where.line}) are the same field"
                self.problems.error(key.where, what, "keep one of them")
            else:
                self._nodes[name] = key, node
        if unknown:
            self._tell_unknown(unknown, known, same, meant, spare)

    def _tell_unknown(
        self, unknown: list[Scalar], known: tuple[str, ...], same: Dict[str, str], meant: Dict[str, str], spare: str
    ) -> None:
        """Tell which keys are *unknown*: errors where a known one is near, and warnings for some of the others."""
        candidates, refused = _by_bare((*known, *same)), {_bare(name): meant[name] for name in meant}
        untold = []
        for key in unknown:
            if found := refused.get(_bare(key.text)) or _nearest(key.text, candidates):
                fix = f"did you mean `{found}`?"
                self.problems.error(key.where, f"unknown key {self._called(key.text)}", fix)
            else:
                untold.append(key)
        fix = f"put it under `{spare}:` if your layouts use it" if spare else f"the keys here are {', '.join(known)}"
        for key in untold[:MAX_TOLD]:
            self.problems.warning(key.where, f"unknown key {self._called(key.text)}", fix)
        if len(untold) > MAX_TOLD:
            where = untold[MAX_TOLD].where
            self.problems.warning(where, f"and {len(untold) - MAX_TOLD} more unknown keys from here on", fix)

    def _called(self, key: str) -> str:
        """What messages call a field: `` `image.alt` ``."""
        shown = key if key.isprintable() and key.strip() == key and key else json.dumps(key)
        return f"`{self.owner}.{shown}`" if self.owner else f"`{shown}`"

    def __contains__(self, key: str) -> bool:
        """Whether the key is written at all, even without a value."""
        return key in self._nodes

    def written(self, key: str) -> str:
        """The name by which the key is written here (``date`` for ``published``); the key itself if it is missing."""
        return self._nodes[key][0].text if key in self._nodes else key

    def node(self, key: str) -> Node | None:
        """The value of a key; None if the key is missing or says nothing."""
        _, node = self._nodes.get(key, (None, None))
        return None if isinstance(node, Scalar) and node.nothing else node

    def where(self, key: str) -> Location:
        """The place of a key's value: of its first word, on the key's line if there is none; else of the mapping."""
        if key not in self._nodes:
            return self.place
        name, node = self._nodes[key]
        return name.where if isinstance(node, Scalar) and node.nothing else node.where

    def error(self, key: str, what: str, fix: str = "") -> None:
        """Tell that a field *what* (``must be text``)."""
        self.problems.error(self.where(key), f"{self._called(self.written(key))} {what}", fix)

    def warning(self, key: str, what: str, fix: str = "") -> None:
        """Warn that a field *what*."""
        self.problems.warning(self.where(key), f"{self._called(self.written(key))} {what}", fix)

    def text(self, key: str, *, required: bool = False) -> str:
        """A text of one line, in NFC; ``""`` if there is none, which is an error if it is *required*."""
        if key not in self._nodes and not required:
            return ""  # as for most of the keys that a story may have
        return normalize("NFC", self.headline(key, required=required))

    def headline(self, key: str, *, required: bool = False) -> str:
        """A text of one line that is shown and never compared, in the Unicode form in which it is typed."""
        return one_line(self._scalar(key, required=required))

    def lines(self, key: str, *, required: bool = False) -> str:
        """A text that keeps its lines, for Markdown."""
        return cleaned(self._scalar(key, required=required))

    def _scalar(self, key: str, *, required: bool) -> str:
        """The text of a field as typed; ``""`` if it is missing, or is no text."""
        node = self.node(key)
        if isinstance(node, Scalar):
            if turns(node.text):
                self.warning(key, "has invisible characters that turn the direction of text", "they were removed")
            if required and not cleaned(node.text):
                self.error(key, "is blank", "write a text")
            return node.text
        if node is not None:
            self.error(key, f"must be text, not {kind(node)}", "if it is text, put it in quotes")
        elif required and key in self._nodes:
            value = self._nodes[key][1]
            typed = value.text if isinstance(value, Scalar) else ""
            fix = f'if "{typed}" is the text itself, put it in quotes: {key}: "{typed}"' if typed else "write a text"
            self.error(key, "is empty", fix)
        elif required:
            self.problems.error(self.place, f"{self._called(key)} is required", f"add a line `{key}: …`")
        return ""

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false, in any of YAML's words, in quotes or not.  A key without a value is an error."""
        if key not in self._nodes:
            return default
        node = self.node(key)
        answer = _WORDS.get(node.text.strip().casefold()) if isinstance(node, Scalar) else None
        if answer is None:
            self.error(key, "must be true or false" if node else "is empty", f"write `{key}: true` or `{key}: false`")
        return default if answer is None else answer

    def number(self, key: str, default: int, *, least: int = 0, most: int = 10**15) -> int:
        """A whole number from *least* to *most*."""
        text = self.text(key)
        if not text:
            return default
        if not _NUMBER.fullmatch(text):
            self.error(key, "must be a whole number", f"such as {default}")
            return default
        number = int(text)
        if not least <= number <= most:
            self.error(key, f"must be from {least} to {most}", f"such as {default}")
            return default
        return number

    def choice(self, key: str, choices: tuple[_Choice, ...], default: _Choice) -> _Choice:
        """One of *choices*, in any case."""
        text = self.text(key)
        if not text:
            return default
        for choice in choices:
            if text.casefold() == choice.casefold():
                return choice
        meant = near(text, choices)
        fix = f"did you mean {meant}?" if meant else f"choose one of {', '.join(choices)}"
        self.error(key, f"is {json.dumps(text, ensure_ascii=False)}, which is none of its values", fix)
        return default

    def url(self, key: str) -> str:
        """An absolute http or https URL."""
        text = self.text(key)
        if text and not is_web_url(text):
            self.error(key, "must be a web address", "write it whole, from https:// on")
            return ""
        return text

    def email(self, key: str) -> str:
        """An e-mail address."""
        text = cleaned(self._scalar(key, required=False))
        if text and not is_email(text):
            self.error(key, "is not an e-mail address", "write one address and nothing else: desk@example.org")
            return ""
        return text

    def language(self, key: str, default: str = "") -> str:
        """A language tag (BCP 47)."""
        text = self.text(key)
        if not text:
            return default
        tag = language_tag(text)
        if not tag:
            self.error(key, "is not a language tag", "write one such as en, ko or pt-BR")
        return tag or default

    def items(self, key: str) -> tuple[Node, ...]:
        """The items of a list."""
        node = self.node(key)
        if isinstance(node, Sequence):
            return node.items
        if node is not None:
            self.error(key, f"must be a list, not {kind(node)}", "write one item on each line, after `- `")
        return ()

    def texts(self, key: str, *, each: str, commas: bool = False) -> tuple[Text, ...]:
        """The texts of a list, or one text; *each* is what one is called.  Empty ones are errors.

        *commas*: one text with commas is several.
        """
        node = self.node(key)
        if isinstance(node, Mapping):
            self.error(key, "must be a list, not a mapping", "write one item on each line, after `- `")
            return ()
        if isinstance(node, Scalar):
            parts = node.text.split(",") if commas else [node.text]
            items: tuple[Node, ...] = tuple(Scalar(part, plain=False, where=node.where) for part in parts)
        else:
            items = node.items if node else ()
        return tuple(text for item in items if (text := self.text_of(item, each)))

    def text_of(self, node: Node, called: str) -> Text | None:
        """The text of *node*, an item *called* so; None, and an error, if it has none."""
        if not isinstance(node, Scalar):
            self.problems.error(node.where, f"a {called} must be text, not {kind(node)}", "write it as one text")
            return None
        value = normalize("NFC", one_line(node.text))
        if not value or node.nothing:
            typed = f'; if "{node.text}" is the text itself, put it in quotes' if node.text and node.nothing else ""
            self.problems.error(node.where, f"a {called} is empty", f"write it out, or take the item away{typed}")
            return None
        if turns(node.text):
            what = f"a {called} has invisible characters that turn the direction of text"
            self.problems.warning(node.where, what, "they were removed")
        return Text(value, node.where)

    def mapping(self, key: str) -> Mapping | None:
        """A mapping; None if there is none."""
        node = self.node(key)
        if node is None or isinstance(node, Mapping):
            return node
        self.error(key, f"must be a mapping, not {kind(node)}", f"write `{key}:` and below it lines of `key: value`")
        return None

    def extra(self, key: str = "extra") -> Extra:
        """A mapping of anything, as JSON text; see `plain_value`."""
        mapping = self.mapping(key)
        return Extra(json.dumps(plain_value(mapping), ensure_ascii=False)) if mapping else Extra()
