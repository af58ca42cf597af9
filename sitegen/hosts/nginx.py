"""nginx: https://nginx.org/en/docs/."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.served import FEED_TYPES, FOREVER, TEXTS

if TYPE_CHECKING:
    from sitegen.hosts.facts import Site

_ITS_OWN: Final = ("application/javascript", "text/xml")
"""What the mime.types of nginx calls scripts and sitemaps."""


def server(site: Site) -> str:
    """Maps for the block ``http``, and a server.

    ``add_header`` in a location would take away those of the server, so what differs is in the maps.  Without
    ``always`` it is sent with no error: an asset that is missing for a moment must not be kept as missing for a year.
    """
    path = re.escape(site.path)
    packed = [kind for kind in (*TEXTS, *_ITS_OWN) if kind != "text/html"]
    with_charset = [kind for kind in packed if kind.startswith("text/") or kind.endswith(("xml", "script"))]
    lines = [
        f"# {site.url}, as `sitegen host-config nginx` writes it. All of it belongs into the block `http`,",
        "# as all files in /etc/nginx/conf.d/ do. certbot --nginx adds HTTPS.",
        "map $uri $sitegen_cache {",
        "    default no-cache;",
        f'    "~^{path}/assets/" "{FOREVER}";',
        "}",
        *_links(site),
        "",
        "server {",
        "    listen 80;",
        "    listen [::]:80;",
        f"    server_name {site.host};",
        "    absolute_redirect off;",
        "    charset utf-8;",
        f"    charset_types {' '.join(with_charset)};",
        f"    error_page 404 {_quoted(site.path + '/404.html')};",
        f"    error_page 403 =404 {_quoted(site.path + '/404.html')};",  # of a folder without a page
        "    gzip on;",
        "    gzip_vary on;",
        f"    gzip_types {' '.join(packed)};",
        "",
        '    add_header Cache-Control "$sitegen_cache";',
        *(["    add_header Link $sitegen_link;"] if site.hubs else []),
        *(f"    add_header {name} {_quoted(value)} always;" for name, value in site.headers.items()),
        "",
        *(_files(site) if not site.path else _files_below(site)),
        r"    location ~ /\.(?!well-known/) { return 404; }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _links(site: Site) -> list[str]:
    """The ``Link`` of feeds; a ``$`` in the address of a hub would be a variable."""
    if not site.hubs:
        return []
    link = site.link("\0").replace("$", "%24").replace("\0", "$sitegen_feed")
    asked = rf"~^(?<sitegen_feed>{site.feed})(?:\?|$)"
    return [
        "map $request_uri $sitegen_link {",
        f"    {_quoted(asked)} {_quoted(link)};",
        "}",
    ]


def _files(site: Site) -> list[str]:
    return [
        f"    root {_quoted(site.root)};",
        *(f'    location ~ /{re.escape(name)}$ {{ types {{ }} default_type "{kind}"; }}' for name, kind in _feeds()),
    ]


def _files_below(site: Site) -> list[str]:
    """A location by a pattern needs to say itself where its file is."""
    path = re.escape(site.path)
    return [
        f"    location = {_quoted(site.path)} {{ return 301 {_quoted(site.base + '/')}; }}",
        f"    location {_quoted(site.path + '/')} {{ alias {_quoted(site.root + '/')}; }}",
        *(
            f'    location ~ "^{path}/((?:.*/)?{re.escape(name)})$" '
            f'{{ alias {_quoted(site.root + "/$1")}; types {{ }} default_type "{kind}"; }}'
            for name, kind in _feeds()
        ),
    ]


def _feeds() -> list[tuple[str, str]]:
    """The names of feeds, and what they are; ``charset`` adds the rest, which ``gzip_types`` would not know."""
    return [(name, kind.partition(";")[0]) for name, kind in FEED_TYPES.items()]


def _quoted(text: str) -> str:
    """*text* as one word of nginx."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
