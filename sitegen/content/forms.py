"""Forms of text: what a line, an e-mail address, a web address, a language tag and a path are."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

# No-break spaces and characters without width, that copying brings along; joiners and marks of direction have a use.
_SPACES = "".join(map(chr, range(0x2000, 0x200C)))
_INVISIBLE = " \t\n\r\x0b\x0c\xa0\xad\u1680\u180e\u2028\u2029\u202f\u205f\u2060\u3000\ufeff" + _SPACES
_ENDS = "\t\n\r\x0b\x0c\x85\u2028\u2029"
_LINE_ENDS = re.compile(f"(?<! ) *+[{_ENDS}][ {_ENDS}]*+")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")

_EMAIL = re.compile(r"[^\s@<>()\[\]\\,:;\"']+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_](?:[\w-]*[^\W_])?")
_EMAIL_LENGTH = 254  # RFC 5321
_URL_FORBIDDEN = re.compile(r"[\s<>\"\\^`{|}\x00-\x1f]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", re.ASCII)


def cleaned(text: str) -> str:
    """*text* without invisible edges, byte-order marks and characters that turn the direction."""
    if not text.isprintable():  # as most texts are; ends of lines, marks of direction and the like are not printable
        text = _TURNS.sub("", text.replace("\ufeff", ""))
    return text.strip(_INVISIBLE)


def one_line(text: str) -> str:
    """*text* cleaned, with one space for ends of line and tabs that follow one another."""
    text = cleaned(text)
    return text if text.isprintable() else _LINE_ENDS.sub(" ", text)


def turns(text: str) -> bool:
    """Whether *text* has invisible characters that turn its direction: what it shows may differ from what it says."""
    return not text.isprintable() and _TURNS.search(text) is not None


def is_email(text: str) -> bool:
    """Whether *text* is an e-mail address and nothing else; international ones are."""
    local = text.split("@", 1)[0]
    return (
        len(text) <= _EMAIL_LENGTH
        and _EMAIL.fullmatch(text) is not None
        and not (local.startswith(".") or local.endswith(".") or ".." in local)
    )


def address_parts(address: str) -> SplitResult | None:
    """The parts of *address*, relative or not, as it was typed; None if it cannot be one, such as ``//[``."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts


def is_web_url(text: str) -> bool:
    """Whether *text* is an absolute http or https URL with a host, and without a user's name or password."""
    if _URL_FORBIDDEN.search(text):
        return False
    parts = address_parts(text)
    return bool(parts and parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc)


def language_tag(text: str) -> str:
    """The language tag (BCP 47) *text* in its usual case, ``zh-Hant-TW``; ``""`` if it is none."""
    if not _LANGUAGE.fullmatch(text):
        return ""
    first, *rest = text.split("-")
    cased = [part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower() for part in rest]  # noqa: PLR2004
    return "-".join([first.lower(), *cased])


def path_slip(text: str) -> str:
    """What is wrong with *text* as a path within the site; ``""`` if nothing is."""
    if "\\" in text:
        return "has a backslash: folders are separated by `/`"
    if text.startswith(("/", "~")) or re.match(r"[A-Za-z]:", text):
        return "must start inside of the site, not at the root of the machine"
    if ".." in text.split("/"):
        return "leads out of the site with `..`"
    return ""
