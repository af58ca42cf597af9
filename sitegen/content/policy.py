"""``csp`` of ``site.yaml``: what pages may load from elsewhere (https://www.w3.org/TR/CSP3/)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.content.fields import Fields
from sitegen.content.yaml import Mapping, Scalar
from sitegen.model.settings import Csp

if TYPE_CHECKING:
    from collections.abc import Iterator

DIRECTIVES: Final = (
    *("script-src", "style-src", "img-src", "media-src", "font-src", "connect-src", "frame-src", "form-action"),
    *("frame-ancestors", "worker-src"),
)
"""What may be let in more than the site itself needs."""

# CSP 3, section 2.3.1: of a scheme, of hosts, a keyword, the hash of a script, and no nonce: pages are made once.
_SOURCE: Final = re.compile(
    r"[a-z][a-z0-9+.-]*:"
    r"|(?:(?:https?|wss?)://)?(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::(?:\d+|\*))?(?:/[\w.%~/-]*)?"
    r"|'(?:self|unsafe-inline|unsafe-eval|unsafe-hashes|strict-dynamic|wasm-unsafe-eval)'"
    r"|'sha(?:256|384|512)-[A-Za-z0-9+/_-]+={0,2}'",
    re.IGNORECASE,
)
_KEYWORDS: Final = ("self", "unsafe-inline", "unsafe-eval", "unsafe-hashes", "strict-dynamic", "wasm-unsafe-eval")


def policy(fields: Fields) -> Csp:
    """What pages may load beside what is the site's own: a mapping, or ``false`` for anything."""
    node = fields.node("csp")
    if isinstance(node, Scalar):
        if fields.flag("csp", default=True):
            fields.error("csp", "is `true`, which it is anyway", "name sources, or write false")
        return Csp(off=True)
    mapping = fields.mapping("csp")
    return Csp(sources=tuple(_sources(mapping, fields))) if mapping else Csp()


def _sources(mapping: Mapping, fields: Fields) -> Iterator[tuple[str, tuple[str, ...]]]:
    inner = Fields(mapping, fields.problems, known=DIRECTIVES, owner="csp")
    for directive in DIRECTIVES:
        found = []
        for text in inner.texts(directive, each="source"):
            for part in text.value.split():
                source = f"'{part}'" if part.lower() in _KEYWORDS else part
                if _SOURCE.fullmatch(source):
                    found.append(source)
                else:
                    fix = "write an address such as https://plausible.io, or a word of CSP such as 'unsafe-inline'"
                    fields.problems.error(text.where, f"`{part}` is no source of {directive}", fix)
        if found:
            yield directive, tuple(dict.fromkeys(found))
