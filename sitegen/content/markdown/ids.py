"""The ids of one text: unique, and none that is the theme's or that a script could take for something else."""

from __future__ import annotations

import re

# What the theme and the footnotes number themselves.
_KEPT = re.compile(r"site-|correction-|entry-\d|fn(?:ref)?\d")
# An element with such an id answers for a property of the window or the document (HTML standard, 7.2.2.3 and 3.1.5).
_PROPERTIES = frozenset(
    (
        *("__proto__", "constructor", "prototype", "hasownproperty", "tostring", "valueof", "window", "self", "top"),
        *("parent", "opener", "frames", "frameelement", "length", "status", "location", "history", "navigator"),
        *("document", "body", "head", "forms", "images", "links", "anchors", "embeds", "scripts", "cookie", "children"),
        *("childnodes", "attributes", "nodename", "name", "url", "domain", "referrer", "title", "config", "settings"),
    )
)


class Ids:
    """The ids that a text has given out so far, in their order."""

    def __init__(self) -> None:
        """Start with none."""
        self._taken: dict[str, None] = {}
        self._numbers: dict[str, int] = {}

    @property
    def taken(self) -> tuple[str, ...]:
        """All ids so far."""
        return tuple(self._taken)

    def __contains__(self, name: str) -> bool:
        """Whether *name* is an id of the text."""
        return name in self._taken

    def claim(self, wanted: str) -> str:
        """The id to print for one that an editor chose; ``""`` if the text has it already."""
        name = _own(wanted)
        if name in self._taken:
            return ""
        self._taken[name] = None
        return name

    def unique(self, wanted: str) -> str:
        """An id like *wanted* that nothing else has: ``votes``, then ``votes-2``."""
        name = base = _own(wanted)
        while name in self._taken:
            self._numbers[base] = self._numbers.get(base, 1) + 1
            name = f"{base}-{self._numbers[base]}"
        self._taken[name] = None
        return name

    def keep(self, name: str) -> str:
        """*name* as it is: one of our own numbered ids, such as ``fn1``, or one of HTML that is trusted."""
        self._taken[name] = None
        return name


def _own(wanted: str) -> str:
    """*wanted*, or with ``story-`` before it where it is not the text's to give."""
    return f"story-{wanted}" if _KEPT.match(wanted) or wanted.lower() in _PROPERTIES else wanted
