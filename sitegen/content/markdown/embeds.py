"""Videos, maps and charts of other sites, which load nothing from there before the reader asks for it.

A frame's ``srcdoc`` takes precedence over its ``src`` (HTML standard, "the iframe element"): the reader first sees a
small page of ours with a link, and the link leads the frame to the other site.  No JavaScript, no request before.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from sitegen.content.forms import address_parts
from sitegen.content.markdown.tokens import block, inline, link, ours, words

if TYPE_CHECKING:
    from markdown_it.token import Token

    from sitegen.content.markdown.reading import Reading
    from sitegen.errors import Location

_FIRST_WORD = re.compile(r"(\S+)\s*(.*)")
_FRAME = re.compile("\x02(\\d{1,6})\x03")
_VIDEO = re.compile(r"[\w-]{1,20}")


def embed(token: Token, inner: list[Token], reading: Reading) -> list[Token]:
    """The tokens of ``::: embed URL Title``: a frame of an allowed host, else a link; *inner* is a caption."""
    line = (token.map or [0])[0]
    where = reading.at_line(line, 1)
    found = _FIRST_WORD.match(token.content)
    url, title = (found[1].strip("<>"), found[2]) if found else ("", "")
    host = host_of(url)
    if not host:
        what = f"an embed needs an address, and {url} is none" if url else "this embed has no address"
        reading.error(where, what, "write ::: embed https://…")
        return block("div", {"class": "embed"}, [*block("p", {}, [inline([words(token.content)], line)]), *inner])
    leading = block("p", {}, [inline(link(url, [words(title or host)]), line)])
    if is_allowed(url, reading):
        caption = block("figcaption", {}, [*leading, *inner])
        parts = [ours(frame(url, title or host, reading)), *caption]
    else:
        tell(host, where, reading)
        parts = [*leading, *(block("figcaption", {}, inner) if inner else [])]
    figure = block("figure", dict(token.attrs), parts)
    figure[0].attrJoin("class", "embed")
    return figure


def host_of(url: str) -> str:
    """The host of an absolute http(s) address; ``""`` for anything else."""
    parts = address_parts(url)
    return (parts.hostname or "") if parts and parts.scheme in {"http", "https"} else ""


def is_allowed(url: str, reading: Reading) -> bool:
    """Whether the site lets the host of *url*, or one that it is part of, be framed."""
    host = host_of(url)
    allowed = [name.lower().removeprefix("www.") for name in reading.settings.embeds]
    return any(host == name or host.endswith(f".{name}") for name in allowed)


def tell(host: str, where: Location, reading: Reading) -> None:
    """Tell that *host* is not framed."""
    fix = f"to show it in the page, add {host} to markdown.embeds in site.yaml"
    reading.warn(where, f"{host} is not a host that this site embeds, so a link is shown", fix)


def frame(url: str, title: str, reading: Reading) -> str:
    """What stands for the frame of *url* until the text is done: see `with_frames`."""
    address = _player(url)
    lang = escape(reading.source.lang or "en")
    page = (
        f'<!doctype html><html lang="{lang}"><meta name="color-scheme" content="light dark">'
        f'<title>{escape(title)}</title><p><a href="{escape(address)}">▶ {escape(title)}</a></p></html>'
    )
    reading.frames.append(
        f'<iframe src="{escape(address)}" srcdoc="{escape(page)}" title="{escape(title)}" loading="lazy"'
        " allowfullscreen></iframe>"
    )
    return f"\x02{len(reading.frames) - 1}\x03"


def with_frames(html: str, reading: Reading) -> str:
    """*html* with its frames.  They come after everything was cleaned: no other frame gets through."""
    if "\x02" not in html and "\x03" not in html:
        return html
    parts = _FRAME.split(html)
    parts[1::2] = [(reading.frames[int(number) :] or [""])[0] for number in parts[1::2]]
    parts[::2] = [part.replace("\x02", "").replace("\x03", "") for part in parts[::2]]
    return "".join(parts)


def _player(url: str) -> str:
    """The address of the player for a video's page on YouTube or Vimeo, which refuse to have the page itself framed."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    path = parts.path.strip("/").split("/")
    video = ""
    match host:
        case "youtube.com" if path[0] == "watch":
            video = (parse_qs(parts.query).get("v") or [""])[0]
        case "youtube.com" if path[0] in {"shorts", "live"} and path[1:]:
            video = path[1]
        case "youtu.be":
            video = path[0]
        case "vimeo.com" if path[0].isdecimal():
            return f"https://player.vimeo.com/video/{path[0]}"
    return f"https://www.youtube-nocookie.com/embed/{video}" if _VIDEO.fullmatch(video) else url
