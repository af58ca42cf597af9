"""Text as XML and HTML take it: safe in any element or attribute, and readable by every XML 1.0 parser."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# XML 1.0, production [2] Char: what is not in it may not even be written as a character reference.
_CHARS: Final = "\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
_FORBIDDEN: Final = re.compile(f"[^{_CHARS}]")
_LEGAL: Final = re.compile(f"[{_CHARS}]*+")  # to run along it takes a quarter of the time of looking for what is not
# Of the ways to write & and <, these are shown right by most feed readers (RSS Best Practices Profile, 3.1).  A bare
# carriage return would be read as a line feed.  Replaced one after the other, & first: str.translate takes ten times as
# long for a text.
_TEXT: Final = {"&": "&#x26;", "<": "&#x3C;", ">": "&#x3E;", "\r": "&#xD;"}
_SCRIPT: Final = {sign: f"\\u{ord(sign):04x}" for sign in "<>&'\u2028\u2029"}
_ATTRIBUTE: Final = _TEXT | {'"': "&#x22;", "'": "&#x27;", "\t": "&#x9;", "\n": "&#xA;"}


def legal(text: str) -> str:
    """*text* without the characters that XML 1.0 forbids: controls, lone surrogates, U+FFFE and U+FFFF."""
    return text if _LEGAL.fullmatch(text) else _FORBIDDEN.sub("", text)


def escaped(text: str) -> str:
    """*text* as the content of an element, of XML or of HTML, that shows it literally."""
    return _replaced(legal(text), _TEXT)


def attribute(text: str) -> str:
    """*text* as the value of an attribute, of XML or of HTML, between double quotes."""
    return _replaced(legal(text), _ATTRIBUTE)


def markup(html: str) -> str:
    """HTML as the content of an XML element that holds markup as text: the shortest form, as it is long."""
    return legal(html).replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]&gt;").replace("\r", "&#xD;")


def in_script(json: str) -> str:
    """JSON text as it may stand in a script element, and in an attribute between single quotes.

    No ``</script>`` or ``<!--`` of a headline ends it; nothing in it is a reference or a line's end of JavaScript.
    """
    for character, escape in _SCRIPT.items():  # str.translate takes ten times as long
        json = json.replace(character, escape)
    return json


def timestamp(at: datetime) -> str:
    """*at*, which is aware, as RFC 3339 and xsd:dateTime write it: ``2026-06-10T00:00:00+00:00``.

    In UTC, as offsets of old local times have seconds, which neither form allows.
    """
    return at.astimezone(UTC).isoformat(timespec="seconds")


def element(name: str, content: str = "", **attributes: str) -> str:
    """An XML element around *content*, which is already escaped; *attributes* are not, and keep their order."""
    start = opened(name, **attributes)
    return f"{start}{content}</{name}>" if content else f"{start[:-1]}/>"


def opened(name: str, **attributes: str) -> str:
    """The start tag of an element; *attributes* are not escaped yet, and keep their order."""
    pairs = (f' {key}="{attribute(value)}"' for key, value in attributes.items())
    return f"<{name}{''.join(pairs)}>"


def document(*lines: str) -> bytes:
    """*lines* as a file: an XML declaration, then one line after the other, in UTF-8."""
    return "\n".join(('<?xml version="1.0" encoding="utf-8"?>', *lines, "")).encode()


def _replaced(text: str, by: Mapping[str, str]) -> str:
    """*text* with each key of *by* replaced by its value."""
    for character, reference in by.items():
        text = text.replace(character, reference)
    return text
