"""Former addresses: a page that sends readers on, for any host, and the table that some hosts read instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.render.xml import attribute, escaped
from sitegen.urls import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable


def redirect_page(target_absolute: str, target_href: str, title: str, lang: str) -> bytes:
    """The page at a former address: it goes on to *target_href* at once, and shows a link called *title* meanwhile.

    *target_absolute* is the same address in full, for search engines.  Both are encoded already.
    """
    href, name = attribute(target_href), escaped(title)
    return f"""<!doctype html>
<html lang="{attribute(lang)}" class="redirect">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={href}">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width">
<link rel="canonical" href="{attribute(target_absolute)}">
<title>{name}</title>
</head>
<body>
<p><a href="{href}">{name}</a></p>
</body>
</html>
""".encode()


def redirects_file(pairs: Iterable[tuple[str, str]], base: str = "") -> bytes:
    """The ``_redirects`` of Netlify and Cloudflare Pages: a line ``from to 301`` for each of *pairs*, sorted.

    Both addresses are paths of the site, not encoded; *base* is the path below which the site lives.
    """
    lines = (f"{base}{_literal(old)} {base}{quoted(new)} 301\n" for old, new in sorted(pairs))
    return "".join(lines).encode()


def _literal(path: str) -> str:
    """*path* encoded, and so that no host takes a part of it for a pattern."""
    return quoted(path).replace("*", "%2A").replace(":", "%3A")
