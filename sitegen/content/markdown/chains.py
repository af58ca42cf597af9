"""Markdown-it's chains of rules for blocks, each line led to the few rules that its start can be for.

markdown-it asks every rule at every line, for each paragraph again at every line within it, and for each item of a
list.  Nearly all lines of a story are words, and their first character says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.ruler import Ruler

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

CODE = 4
"""So many columns of indentation make a line code."""

_CHAINS = ("", "paragraph", "reference", "blockquote", "list")

# What the line of a block starts with.  A definition starts with the line of its term, but ends a paragraph at its own.
_STARTS = {
    "directive": ":",
    "attributes": "{",
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*-+0123456789",
    "footnote": "[",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
    "deflist": ":~",
}
# What the line below starts with that makes a table or a definition of a line of words.
_BELOW = frozenset("|-:~")
_BY_BELOW = frozenset(("table", "deflist"))


class Chain:
    """The rules of one chain, in their order."""

    def __init__(self, rules: dict[str, RuleFuncBlockType]) -> None:
        """Lead lines to *rules*, which are given by their names."""
        starts = {start for starts in _STARTS.values() for start in starts}
        self.rules = tuple(rules.values())
        self._led = {
            start: tuple(rule for name, rule in rules.items() if start in _STARTS.get(name, "")) for start in starts
        }
        self._led_by_both = {
            start: tuple(rule for name, rule in rules.items() if name in _BY_BELOW or start in _STARTS.get(name, ""))
            for start in starts
        }
        self._led_by_below = tuple(rule for name, rule in rules.items() if name in _BY_BELOW)

    def led(self, state: StateBlock, line: int, end: int) -> tuple[RuleFuncBlockType, ...]:
        """The rules that *line*, which is not empty, can be for; if there is none it is words."""
        if state.sCount[line] - state.blkIndent >= CODE:
            return self.rules
        below = first(state, line + 1) if line + 1 < end else ""
        if not below and line + 2 < end:
            below = first(state, line + 2)  # a definition may stand below an empty line
        if below in _BELOW:
            return self._led_by_both.get(first(state, line), self._led_by_below)
        return self._led.get(first(state, line), ())

    def __call__(self, state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        """Whether one of the rules takes *line*; as a rule is called by markdown-it."""
        for rule in self.led(state, line, end):  # noqa: SIM110  a generator takes longer than most of the rules
            if rule(state, line, end, silent):
                return True
        return False


class Led(Ruler[RuleFuncBlockType]):
    """The active rules of a ruler; markdown-it is given each of its chains as a single rule."""

    def __init__(self, rules: Ruler[RuleFuncBlockType]) -> None:
        """Lead to *rules*, which change no more."""
        super().__init__()
        names = dict(zip(rules.getRules(""), rules.get_active_rules(), strict=True))
        for rule, name in names.items():
            self.push(name, rule)
        self.chains = {chain: Chain({names[rule]: rule for rule in rules.getRules(chain)}) for chain in _CHAINS}
        self._rules: dict[str, list[RuleFuncBlockType]] = {name: [chain] for name, chain in self.chains.items()}

    def getRules(self, chainName: str = "") -> list[RuleFuncBlockType]:  # noqa: N802, N803
        """The one rule of a chain."""
        return self._rules[chainName]


def first(state: StateBlock, line: int) -> str:
    """The first character of *line* that is no space; ``""`` if it has none."""
    at = state.bMarks[line] + state.tShift[line]
    return state.src[at] if at < state.eMarks[line] else ""
