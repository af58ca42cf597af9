"""E-mail addresses in a page, kept from programs that collect them and not from readers, without a script.

Programs that collect addresses search the bytes of pages for ``name@host``.  HTML and JSON can write any character as
its number; browsers, screen readers and parsers read the very same page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What stands before and after an @ where it is part of an address, in text as HTML or JSON have it: no sign that ends a
# reference or an attribute.  RFC 5322 allows more; of an address with an apostrophe, what follows that is encoded.
_BEFORE_NAME: Final = re.compile(r".*[^\w.!$%*+^`{|}~-]", re.DOTALL)
_ADDRESS: Final = re.compile(r"@(?<=[\w.!$%*+^`{|}~-]@)[\w-]{1,63}(?:\.[\w-]{1,63})+")
_LONGEST: Final = 64  # characters of a name (RFC 5321, 4.5.3.1.1)
_SCHEME: Final = "mailto:"
_ESCAPE: Final = 6  # characters of \u0027
# Elements whose text has no references (HTML, 13.1.2), and comments, which nobody is shown.
# To look at the first letter alone takes a third of the time.
_RAW: Final = re.compile(r"<(?=[!sSxXiInNpP])(?i:!--|(script|style|xmp|iframe|noembed|noframes|plaintext)\b)")
_ENDS: Final = {
    name: re.compile(f"</(?i:{name})") for name in ("script", "style", "xmp", "iframe", "noembed", "noframes")
} | {"": re.compile("-->"), "plaintext": re.compile(r"\Z")}
_DATA: Final = re.compile(r"""[^>]*\stype=["']?application/(?:ld\+)?json["'\s>]""", re.IGNORECASE)
_TELLING: Final = ".:@"


def protected(html: str) -> str:
    """The page *html*, with each e-mail address in it, and the ``mailto:`` before one, written by numbers.

    Structured data too; not other scripts, nor style sheets, which have no one way to write a character.  The same
    address is always written the same.
    """
    if "@" not in html:
        return html
    return "".join(
        piece if write is None or "@" not in piece else _written(piece, write) for piece, write in _pieces(html)
    )


def _pieces(html: str) -> Iterator[tuple[str, Callable[[str], str] | None]]:
    """*html* in pieces, in order, each with how its addresses are to be written; None where nothing may be."""
    at = 0
    while start := _RAW.search(html, at):
        yield html[at : start.start()], _in_html
        name = (start[1] or "").lower()
        close = _ENDS[name].search(html, start.end())
        end = close.start() if close else len(html)
        write = _in_json if name == "script" and _DATA.match(html, start.end()) else None
        yield html[start.start() : end], write
        at = end
    yield html[at:], _in_html


def _written(text: str, write: Callable[[str], str]) -> str:
    """*text*, each address in it as *write* has it."""
    found = []
    at = 0
    for address in _ADDRESS.finditer(text):
        sign = address.start()
        start = _start(text, at, sign)
        found += [text[at:start], write(text[start : address.end()])]
        at = address.end()
    return "".join((*found, text[at:]))


def _start(text: str, at: int, sign: int) -> int:
    r"""Where the address whose @ is at *sign* starts, not before *at*, as far as it may be written anew.

    What may be part of a reference or an escape of JSON stays: the start of ``\u0027brien``, all of ``&copyname``.
    """
    least = max(at, sign - _LONGEST)
    before = _BEFORE_NAME.match(text, least, sign)
    if before is None:
        return least if least == at else least + _ESCAPE
    start = before.end()
    last = text[start - 1]
    if last == "\\":
        return min(sign, start + (_ESCAPE - 1 if text[start] == "u" else 1))
    if last in "&#":
        return sign
    return start - len(_SCHEME) if text.endswith(_SCHEME, at, start) else start


@lru_cache(maxsize=1024)
def _in_html(address: str) -> str:
    """*address* in character references, decimal and hexadecimal."""
    return "".join(_numbered(address, ("&#{};", "&#x{:x};")))


@lru_cache(maxsize=1024)
def _in_json(address: str) -> str:
    """*address* in escapes of JSON (RFC 8259, 7), in small letters and capitals."""
    return "".join(_numbered(address, ("\\u{:04x}", "\\u{:04X}")))


def _numbered(address: str, forms: tuple[str, ...]) -> Iterator[str]:
    """The characters of *address*: the telling ones in one of *forms*, some others as they are, as its digest says."""
    digest = blake2b(address.encode(errors="replace")).digest()
    for at, sign in enumerate(address):
        by = digest[at % len(digest)] % (len(forms) + (sign not in _TELLING))
        yield forms[by].format(ord(sign)) if by < len(forms) and sign.isascii() else sign
