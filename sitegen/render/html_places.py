"""Where in its HTML a layout prints a value: some places are not protected by escaping.

A layout is HTML with holes, so this reads the text between the tags of Jinja, one piece after the other, as a browser
would, with just the states that matter.  Branches are read one after the other too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment

_TAG = re.compile(r"<(?P<name>/?[A-Za-z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"\s*(?P<name>[^\s\"'>/=]+)(?P<equals>\s*=\s*)?(?P<quote>[\"'])?|\s*[/\"']|\s+")
_RAW = ("script", "style")
_TRUSTED = ("json", "tojson", "safe")
_OURS = re.compile(r"\s*(?:super|caller|self\.\w+)\s*\(")


def unsafe_places(environment: Environment, source: str) -> Iterator[tuple[int, str, str]]:
    """The lines of *source* that print a value where escaping does not protect it: line, what, fix."""
    page = _Html()
    expression: list[str] | None = None
    for line, kind, value in environment.lex(source):
        if kind == "data":
            page.read(value)
        elif kind == "raw_begin":
            continue
        elif kind == "variable_begin":
            expression = []
        elif kind == "variable_end":
            finding = page.finding("".join(expression or ()))
            page.value_printed()
            expression = None
            if finding:
                yield line, *finding
        elif expression is not None:
            expression.append(value)


class _Html:
    """Where we are in a piece of HTML."""

    def __init__(self) -> None:
        """Start between elements."""
        self.element = ""  # the script or style element we are in
        self.tag = ""  # the tag we are in
        self.attribute = ""  # the attribute whose value we are in
        self.quote = ""  # around that value
        self.comment = False

    def finding(self, expression: str) -> tuple[str, str] | None:
        """What is wrong with printing *expression* here, and what to do."""
        last = re.split(r"\|", expression)[-1].strip().split("(")[0].strip() if "|" in expression else ""
        if self.comment or _OURS.match(expression):
            return None
        if self.tag and self.attribute and not self.quote:
            what = f"the value of the attribute `{self.attribute}` has no quotes, so escaping cannot protect it"
            return what, f'put quotes around it: {self.attribute}="{{{{ … }}}}"'
        if self.tag and self.quote == '"' and last in {"json", "tojson"}:
            return "JSON ends an attribute between double quotes", "use single quotes around the value"
        in_script = self.element == "script" or (self.tag and self.attribute.startswith("on"))
        if in_script and last not in _TRUSTED:
            return "a value inside a script is not protected by escaping", "write it as JSON: {{ …|json }} (or |tojson)"
        return None

    def value_printed(self) -> None:
        """Go on after a value; one without quotes ends where the next white space or > is."""

    def read(self, text: str) -> None:
        """Go through *text*."""
        at = 0
        while at < len(text):
            if self.comment:
                at = self._until(text, at, "-->")
                self.comment = at < 0
                at = len(text) if at < 0 else at
            elif self.tag:
                at = self._in_tag(text, at)
            else:
                at = self._between(text, at)

    @staticmethod
    def _until(text: str, at: int, end: str) -> int:
        """The place after *end*, or -1."""
        found = text.find(end, at)
        return found + len(end) if found >= 0 else -1

    def _between(self, text: str, at: int) -> int:
        """Go on to the next tag or comment."""
        if self.element:
            found = re.compile(rf"</{self.element}", re.IGNORECASE).search(text, at)
            if not found:
                return len(text)
            self.tag, self.element = f"/{self.element}", ""
            return found.end()
        found = _TAG.search(text, at)
        comment = text.find("<!--", at)
        if comment >= 0 and (not found or comment < found.start()):
            self.comment = True
            return comment + 4
        if not found:
            return len(text)
        self.tag = found["name"].lower()
        return found.end()

    def _in_tag(self, text: str, at: int) -> int:
        """Go on to the end of the tag, or to the end of an attribute's value."""
        if self.attribute:
            end = self._until(text, at, self.quote) if self.quote else self._end_of_bare(text, at)
            if end < 0:
                return len(text)
            self.attribute = self.quote = ""
            return end
        if text[at] == ">":
            if self.tag in _RAW:
                self.element = self.tag
            self.tag = ""
            return at + 1
        found = _ATTRIBUTE.match(text, at)
        if not found:
            return at + 1
        if found["name"] and found["equals"] is not None:
            self.attribute, self.quote = found["name"].lower(), found["quote"] or ""
        return found.end()

    @staticmethod
    def _end_of_bare(text: str, at: int) -> int:
        """Where a value without quotes ends, or -1."""
        found = re.compile(r"[\s>]").search(text, at)
        return found.start() if found else -1
