"""Media RSS, which RSS and Atom share: the lead picture of a story (https://www.rssboard.org/media-rss)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sitegen.render.feeds import uri
from sitegen.render.xml import element, escaped

if TYPE_CHECKING:
    from sitegen.render.feeds import Picture

NAMESPACE: Final = "http://search.yahoo.com/mrss/"
"""With its final slash, without which it is another one."""


def media(picture: Picture) -> str:
    """The ``media:content`` of *picture*: where and what it is, what is on it, who took it."""
    about = [
        element(f"media:{name}", escaped(text), type="plain")
        for name, text in (("title", picture.alt), ("description", picture.caption))
        if text
    ]
    if picture.credit:
        about.append(element("media:credit", escaped(picture.credit), role="photographer", scheme="urn:ebu"))
    known = {"type": picture.type, "fileSize": str(picture.length or "")}
    return element(
        "media:content",
        "".join(about),
        url=uri(picture.url),
        medium="image",
        **{name: value for name, value in known.items() if value},
    )
