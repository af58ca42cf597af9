"""E-mail addresses in a page, kept from programs that collect them and not from readers, without a script.

Programs that collect addresses search the bytes of pages for ``name@host``.  HTML and JSON can write any character as
its number; browsers, screen readers and parsers read the very same page.  What reads feeds undoes such numbers first,
so there the @ is spelled.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# An @ in an address, and the host after it.  The name before it stays as it is: part of it may be a reference or an
# escape already.
_SIGN_AND_HOST: Final = re.compile(r"@(?<=[\w.!$%*+^`{|}~;-]@)[\w-]{1,63}(?:\.[\w-]{1,63})+")
# Elements whose text has no references (HTML, 13.1.2), and comments, which nobody is shown.
# To look at the first letter alone takes a third of the time.
_RAW: Final = re.compile(r"<(?=[!sSxXiInNpP])(?i:!--|(script|style|xmp|iframe|noembed|noframes|plaintext)\b)")
_ENDS: Final = {
    name: re.compile(f"</(?i:{name})") for name in ("script", "style", "xmp", "iframe", "noembed", "noframes")
} | {"": re.compile("-->"), "plaintext": re.compile(r"\Z")}
_DATA: Final = re.compile(r"""[^>]*\stype=["']?application/(?:ld\+)?json["'\s>]""", re.IGNORECASE)
_TELLING: Final = ".@"
# An address in plain text; what looks like one in an address of the web, or is a name in the fediverse (``@ana@host``),
# is none.
_SPELLABLE: Final = re.compile(
    r"(?i:https?://)\S+|(?<![\w.!$%*+^`{|}~@-])(?P<name>[\w.!$%*+^`{|}~-]+)@(?=(?:[\w-]{1,63}\.)+[^\W\d_])"
)
_TAG: Final = re.compile(r"""(<(?:[^>"]|"[^"]*")*>)""")
_TOLD: Final = re.compile(r'(?<=\s)(?:alt|title)="[^"]*"')
_MAIL_LINK: Final = re.compile(
    r'<a(?=\s)(?:[^>"]|"[^"]*")*?\shref="\s*(?i:mailto):[^"]*"(?:[^>"]|"[^"]*")*>(.*?)</a>', re.DOTALL
)


def mailto(address: str) -> str:
    """The e-mail *address* as a link has it (RFC 6068)."""
    return f"mailto:{quote(address, safe='@')}"


def protected(html: str) -> str:
    """The page *html*, with the @ and the host of each e-mail address in it written by numbers: ``a&#64;b&#46;c``.

    Structured data too; not other scripts, nor style sheets, which have no one way to write a character.  The same host
    is always written the same.
    """
    if "@" not in html:
        return html
    return "".join(
        piece if write is None or "@" not in piece else _SIGN_AND_HOST.sub(write, piece)
        for piece, write in _pieces(html)
    )


def spelled(text: str) -> str:
    """The plain *text* with the @ of each e-mail address in it spelled: ``ana [at] example.org``."""
    return _SPELLABLE.sub(_spelled, text) if "@" in text else text


def spelled_html(html: str) -> str:
    """*html*, a story as feeds carry it, so too; a link to an e-mail address is its words alone.

    Every attribute in *html* has quotation marks, double ones.
    """
    if "@" not in html and "mailto:" not in html.lower():
        return html
    pieces = _TAG.split(_MAIL_LINK.sub(r"\1", html))
    return "".join(
        _TOLD.sub(lambda found: spelled(found[0]), piece) if number % 2 else spelled(piece)
        for number, piece in enumerate(pieces)
    )


def _spelled(found: re.Match[str]) -> str:
    return f"{found['name']} [at] " if found["name"] else found[0]


def _pieces(html: str) -> Iterator[tuple[str, Callable[[re.Match[str]], str] | None]]:
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


def _in_html(found: re.Match[str]) -> str:
    """What was *found*, in character references, decimal and hexadecimal."""
    return _numbered(found[0], ("&#{};", "&#x{:x};"))


def _in_json(found: re.Match[str]) -> str:
    """What was *found*, in escapes of JSON (RFC 8259, 7), in small letters and capitals."""
    return _numbered(found[0], ("\\u{:04x}", "\\u{:04X}"))


@lru_cache(maxsize=1024)
def _numbered(text: str, forms: tuple[str, ...]) -> str:
    """*text*, the telling characters in one of *forms*, some others as they are, as its digest says."""
    digest = blake2b(text.encode(errors="replace")).digest()
    signs = []
    for at, sign in enumerate(text):
        by = digest[at % len(digest)] % (len(forms) + (sign not in _TELLING))
        signs.append(forms[by].format(ord(sign)) if by < len(forms) and sign.isascii() else sign)
    return "".join(signs)
