"""The pictures in a text that a partner may publish: those whose credit says so.  In doubt a picture stays here."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERY: Final = "*"
"""The credit that all pictures have, also those with none."""

_TAG: Final = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^>"]|"[^"]*")*>')
_CREDIT: Final = re.compile(r'<span class="credit">(.*?)</span>', re.DOTALL)
_MARKUP: Final = re.compile(r'<(?:[^>"]|"[^"]*")*>')
_EMPTY: Final = frozenset(("img", "source", "track"))
_MEDIA: Final = _EMPTY | {"audio", "picture", "video"}
_ADDRESS: Final = re.compile(r'\s(?:src|poster)="([^"]*)"')
_CANDIDATE: Final = re.compile(r"([^\s,]\S*[^\s,])(?:\s+[^,]+)?\s*(?:,|$)")
_SET: Final = re.compile(r'\ssrcset="([^"]*)"')
_LINK: Final = re.compile(r'<a((?:\s+[\w-]+="[^"]*")*)\s*>(.*?)</a>', re.DOTALL)
_OPENED: Final = re.compile(r'<a(?:\s+[\w-]+="[^"]*")*?\s+href="([^"]*)"[^>]*>\s*<(?:img|picture)\b')
_HREF: Final = re.compile(r'\shref="([^"]*)"')
# Not the host, which may end in .mov or .ai.
_FILE: Final = re.compile(
    r"(?i:https?://)[^/?#]*[/?#].*\."
    r"(?i:avif|bmp|gif|hei[cf]|jpe|jpe?g|jxl|png|svgz?|tiff?|webp|ai|eps|psd|arw|cr[23]|dng|nef|raw"  # pictures
    r"|aac|aiff?|flac|m4a|mp3|og[ag]|opus|wav|weba|avi|m4v|mkv|mov|mp4|mpe?g|ogv|webm)"  # sounds, films
    r"(?:[?#&:;!].*)?",
    re.DOTALL,
)
_HOLLOW: Final = re.compile(r"<(a|p)(?:[^>\"]|\"[^\"]*\")*>\s*</\1>")


def is_passed_on(credit: str, pictures: Iterable[str]) -> bool:
    """Whether a picture with that *credit* is among *pictures*: whole credits in any case, ``*`` for any text."""
    return any(
        re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), credit.strip(), re.IGNORECASE | re.DOTALL)
        for pattern in pictures
    )


def without_pictures(html: str, pictures: tuple[str, ...]) -> str:
    """*html* less the pictures, films and sounds that are not to be passed on; of links to such, the words.

    It is as nh3 writes it: every element closed, every value in double quotes.  The credit of a picture is that of the
    figure around it; a figure of several pictures goes as a whole, and has the caption with it.
    """
    if EVERY in pictures:
        return html
    done: list[str] = []
    kept: set[str] = set()
    gone: set[str] = set()
    at = 0
    for name, start, end in _outermost(html):
        done.append(html[at:start])
        part = html[start:end]
        if name == "figure" and (not _has_media(part) or _is_passed_on(part, pictures)):
            done.append(part)
            kept.update(_addresses(part), _OPENED.findall(part))
        else:
            gone.update(_addresses(part))
        at = end
    rest = "".join((*done, html[at:]))
    plain = _LINK.sub(lambda link: _spared(link, kept, gone), rest)
    return html if plain == html else _HOLLOW.sub("", _HOLLOW.sub("", plain))


def _spared(link: re.Match[str], kept: set[str], gone: set[str]) -> str:
    """*link*, or its words if it leads to a file that is not among those that were *kept*."""
    href = _HREF.search(link[1])
    address = href[1].partition("#")[0] if href else ""
    is_to_go = address not in kept and (address in gone or bool(_FILE.fullmatch(unescape(address))))
    return link[2] if is_to_go else link[0]


def _addresses(html: str) -> set[str]:
    """The addresses of the pictures, films and sounds in *html*."""
    sets = (found for each in _SET.findall(html) for found in _CANDIDATE.findall(each))
    return {*_ADDRESS.findall(html), *sets}


def _is_passed_on(figure: str, pictures: tuple[str, ...]) -> bool:
    credits_ = [unescape(_MARKUP.sub("", found)) for found in _CREDIT.findall(figure)]
    return bool(credits_) and all(is_passed_on(credit, pictures) for credit in credits_)


def _has_media(html: str) -> bool:
    return any(found[2] in _MEDIA for found in _TAG.finditer(html))


def _outermost(html: str) -> list[tuple[str, int, int]]:
    """The figures, pictures, films and sounds of *html* that are in no other: the name, start and end of each."""
    found = []
    outer, start, depth = "", 0, 0
    for tag in _TAG.finditer(html):
        name, closes = tag[2], bool(tag[1])
        if not outer:
            if closes or (name != "figure" and name not in _MEDIA):
                continue
            if name in _EMPTY:
                found.append((name, tag.start(), tag.end()))
                continue
            outer, start = name, tag.start()
        if name == outer:
            depth += -1 if closes else 1
            if not depth:
                found.append((outer, start, tag.end()))
                outer = ""
    return found
