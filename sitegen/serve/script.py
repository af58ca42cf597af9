"""The one element that the preview adds to a page: a script, before everything else that is in it.

What comes first no unclosed element of a layout swallows, and no policy that the page states forbids: a policy that
stands in a page holds for what is read and loaded after it
(https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-content-security-policy).  For the same
reason the script is one: the modules in ``client/``, each after those that it imports, in one scope.
"""

from __future__ import annotations

import hashlib
import json
import re
from html import escape
from importlib.resources import files
from typing import Final

from sitegen.urls import quoted

SCRIPT: Final = "client.js"
LISTENER: Final = "listener.js"
"""The names under which a browser asks for the script, and for what a page that may not connect listens with."""

_MAIN: Final = "main.js"
_IMPORT: Final = re.compile(r'^import (\w+|\{[^}]*\}) from "\./([\w.]+)"(?: with \{ type: "css" \})?;\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export ", re.MULTILINE)
# Both keep what they took (*+, (?>): else a page of many comments and no head is tried in all ways to part them.
_SPACE: Final = rb"(?>\s|<!--.*?-->)*+"
_TAG: Final = rb"""(?>[^>"']|"[^"]*"|'[^']*')*+>"""
_START: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?"
    + rb"".join(rb"(?:%b<%b(?=[\s>])%b)?" % (_SPACE, tag, _TAG) for tag in (rb"!doctype", rb"html", rb"head")),
    re.IGNORECASE | re.DOTALL,
)
"""What a page begins with, up to the first thing that is in its head, or in its body where it has none."""
_POLICY: Final = b"content-security-policy"


class Script:
    """The script, and where it goes."""

    def __init__(self) -> None:
        """Join its modules."""
        self.data = joined().encode()
        self.listener = _text(LISTENER).encode()
        self.version = hashlib.blake2b(self.data, digest_size=4).hexdigest()

    def added(self, page: bytes, base: str, url: str, digest: str) -> bytes:
        """*page* with the script, which is told that it is at *url* of the site below *base*, and has that *digest*."""
        told = {"base": quoted(base), "page": url, "digest": digest} | (
            {"guarded": ""} if _POLICY in page.lower() else {}
        )
        attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in told.items())
        element = f'<script src="{quoted(base)}/_sitegen/{SCRIPT}?{self.version}" {attributes}></script>'
        start = _START.match(page)
        at = start.end() if start else 0
        return page[:at] + element.encode() + page[at:]


def joined() -> str:
    """All modules of the client as one script that leaves no name behind."""
    done: dict[str, str] = {}
    _join(_MAIN, done)
    return '(() => {\n"use strict";\n' + "".join(done.values()) + "})();\n"


def _join(name: str, done: dict[str, str]) -> None:
    """Put the module called *name*, and before it those that it imports, into *done*, each once."""
    if name in done:
        return
    text = _text(name)
    for binding, imported in _IMPORT.findall(text):
        if imported.endswith(".css"):
            styles = json.dumps(_text(imported))
            done[imported] = f"const {binding} = new CSSStyleSheet();\n{binding}.replaceSync({styles});\n"
        else:
            _join(imported, done)
    done[name] = _EXPORT.sub("", _IMPORT.sub("", text))


def _text(name: str) -> str:
    return files("sitegen.serve").joinpath("client", name).read_text(encoding="utf-8")
