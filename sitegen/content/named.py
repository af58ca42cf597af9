"""Pictures and pages that a configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.content.forms import is_web_url, path_slip

if TYPE_CHECKING:
    from sitegen.content.fields import Fields


def picture(fields: Fields, key: str) -> str:
    """A picture that *fields* name: an absolute URL, or the path of a static file below the site, ``/people/lee.jpg``.

    ``people/lee.jpg`` and ``static/people/lee.jpg`` are what people write for it.
    """
    text = fields.text(key)
    if not text or is_web_url(text):
        return text
    path = text if text.startswith("//") else text.removeprefix("/").removeprefix("static/")
    if slip := path_slip(path):
        fields.error(key, slip, "write a path below static/, or a whole web address")
        return ""
    return f"/{path}"


def is_address(text: str) -> bool:
    """Whether *text* is the address of a page: a path of the site from its root on, or an absolute http(s) URL."""
    return is_web_url(text) or (text.startswith("/") and not text.startswith("//") and "\\" not in text)
