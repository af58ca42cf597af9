"""Caddy 2: https://caddyserver.com/docs/caddyfile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sitegen.served import FEED_TYPES, FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sitegen.hosts.facts import Site


def caddyfile(site: Site) -> str:
    """A site, which gets its certificate by itself."""
    path = site.path
    lines = [
        f"# {site.url}, as `sitegen host-config caddy` writes it.",
        f"{site.url.removesuffix(site.base) if site.base else site.url} {{",
        f"\troot * {_quoted(site.root)}",
        "\tencode zstd gzip",
        "\theader {",
        *(f"\t\t{name} {_quoted(value)}" for name, value in site.headers.items()),
        "\t}",
        f"\t@kept path {_quoted(path + '/assets/*')}",
        f'\theader @kept Cache-Control "{FOREVER}"',
        f"\t@asked not path {_quoted(path + '/assets/*')}",
        "\theader @asked Cache-Control no-cache",
        *_feeds(),
        *_links(site),
        "\t@hidden {",
        "\t\tpath_regexp /\\.",
        "\t\tnot path_regexp /\\.well-known/",
        "\t}",
        *(_files_below(site) if path else ["\terror @hidden 404", "\tfile_server"]),
        "\thandle_errors {",
        "\t\theader Cache-Control no-cache",
        *(["\t\theader -Link"] if site.hubs else []),
        "\t\t@missing expression {http.error.status_code} == 404",
        "\t\trewrite @missing /404.html",
        "\t\tfile_server @missing",
        "\t}",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _feeds() -> Iterator[str]:
    for name, kind in FEED_TYPES.items():
        called = name.replace(".", "_")
        yield f"\t@{called} path_regexp {called} /{re.escape(name)}$"
        yield f'\theader @{called} Content-Type "{kind}"'


def _links(site: Site) -> Iterator[str]:
    """The ``Link`` of feeds, in quotes in which a Caddyfile has no escapes."""
    if site.hubs:
        yield f"\t@self vars_regexp self {{http.request.orig_uri}} `^({site.feed})(?:\\?|$)`"
        yield f"\theader @self Link `{site.link('{re.self.1}')}`"


def _files_below(site: Site) -> list[str]:
    return [
        f"\tredir {_quoted(site.path)} {_quoted(site.base + '/')} 301",
        f"\thandle_path {_quoted(site.path + '/*')} {{",
        "\t\terror @hidden 404",
        "\t\tfile_server",
        "\t}",
        "\thandle {",
        "\t\terror 404",
        "\t}",
    ]


def _quoted(text: str) -> str:
    """*text* as one word of a Caddyfile."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
