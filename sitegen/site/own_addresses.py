"""Addresses of the site itself as they stand in words and in values, where no link has them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar, cast

import msgspec
from msgspec import Struct

from sitegen.model.settings import Extra

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_Value = TypeVar("_Value")

CLOSING: Final = r"(?!(?<=</)[A-Za-z][\w-]*\s*>)"
"""A pattern behind a slash: it is not that of a tag that ends."""
# A path from the root; in Markdown other than where a link leads: most texts have none.
_ROOT: Final = rf"/(?<![\w/@.:\\-]/){CLOSING}(?!/)"
_ROOTED_PATH: Final = re.compile(rf"""{_ROOT}[^\s<>"'()\[\]`]+""")
_UNLINKED_PATH: Final = re.compile(rf"""{_ROOT}(?<!\]\(/)[^\s<>"'()\[\]`]+""")
_PATH: Final = rf"""(?<![\w/@.:\\-])/{CLOSING}[^\s<>"'()\[\]`]+"""
# Where a link or a definition of Markdown leads: these are resolved by themselves, and leave their words.
_RESOLVED: Final = r"""\]\(\s*<?[^\s<>)]*|^[ \t>]*\[[^\]\n]+\]:[ \t]*<?[^\s>]+"""
_TAG: Final = r"""(<[A-Za-z][\w-]*(?:\s(?:"[^"]*"|'[^']*'|[^<>"'])*)?>)"""
_ATTRIBUTE: Final = re.compile(r"""([\w:-]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'<>]+)""")
_STOPS: Final = ".,;:!?*_"
_LEADING: Final = frozenset(("href", "src", "srcset", "cite", "poster", "data", "action"))
"""Attributes that lead somewhere, and are resolved by themselves as well."""


def has_address(text: str, host: str) -> bool:
    """Whether *text* may have an address of the site at *host* in it, or a path."""
    return _ROOTED_PATH.search(text) is not None or host in text.lower()


def paths(text: str, *, linked: bool) -> Iterator[str]:
    """The paths from the root in *text* that `spared` asks about, and maybe some that it does not."""
    return (found[0].rstrip(_STOPS) for found in (_UNLINKED_PATH if linked else _ROOTED_PATH).finditer(text))


def spared(text: str, host: str, is_to_go: Callable[[str, int], bool], *, linked: bool) -> str:
    """*text* with the name of the *host* in the place of each of its addresses, and paths, that *is_to_go*.

    That is asked with the address in full, or the path, and the number of lines before it.  *linked*: the text is
    Markdown, where those of links, attributes and definitions are resolved by themselves, and leave their words.
    """
    if not has_address(text, host):
        return text

    def found(match: re.Match[str]) -> str:
        if match[1] is None:
            return _tag_spared(match, plain) if linked and match[2] else match[0]
        written = match[1].strip("<>")
        address = written.rstrip(_STOPS)
        whole = address if address.startswith("/") or "//" in address else f"//{address}"
        if is_to_go(whole, text.count("\n", 0, match.start())):
            return host + written[len(address) :]
        return match[0]

    def plain(value: str, at: int) -> str:
        before = text.count("\n", 0, at)
        return spared(value, host, lambda address, more: is_to_go(address, before + more), linked=False)

    return _pattern(host, linked).sub(found, text)


def _tag_spared(match: re.Match[str], plain: Callable[[str, int], str]) -> str:
    """The tag that *match* found, with the values of those attributes *plain* that are text."""

    def found(part: re.Match[str]) -> str:
        is_text = part[1].lower() not in _LEADING
        return part[1] + part[2] + plain(part[3], match.start() + part.start()) if is_text else part[0]

    return _ATTRIBUTE.sub(found, match[2])


@lru_cache(maxsize=16)  # a site has one, and every text asks
def _pattern(host: str, linked: bool) -> re.Pattern[str]:  # noqa: FBT001 - for the cache
    address = rf"(?:(?:https?:)?//)?(?:[^\s/@<>]*@)?{re.escape(host)}\.?(?::\d+)?/[^\s<>\"'()\[\]`]*"
    apart = rf"(<{address}>|(?<![\w/@.-]){address}|{_PATH})"
    return re.compile(f"{apart}|{_RESOLVED}|{_TAG}" if linked else apart, re.IGNORECASE | re.MULTILINE)


def with_each(value: _Value, change: Callable[[str], str], but: Collection[str] = ()) -> _Value:
    """*value* with each text in it as *change* answers, however deep, but for the fields of structs called as *but*."""
    return cast("_Value", _with_each(value, change, but))


def _with_each(value: object, change: Callable[[str], str], but: Collection[str]) -> object:
    match value:
        case str():
            return change(value)
        case Extra():
            found = msgspec.json.decode(value.json)
            plain = _with_each(found, change, but)
            return value if plain == found else Extra(msgspec.json.encode(plain).decode())
        case Struct():
            fields = {name: getattr(value, name) for name in value.__struct_fields__ if name not in but}
            plain = {name: _with_each(field, change, but) for name, field in fields.items()}
            changed = {name: field for name, field in plain.items() if field != fields[name]}
            return msgspec.structs.replace(value, **changed) if changed else value
        case tuple():
            return tuple(_with_each(item, change, but) for item in value)
        case list():
            return [_with_each(item, change, but) for item in value]
        case dict():
            return {_with_each(name, change, but): _with_each(item, change, but) for name, item in value.items()}
        case _:
            return value
