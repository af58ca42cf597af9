"""Apache httpd 2.4: https://httpd.apache.org/docs/2.4/."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from sitegen.served import FEED_TYPES, FOREVER, TEXTS

if TYPE_CHECKING:
    from sitegen.hosts.facts import Site


def virtual_host(site: Site) -> str:
    """A virtual host.  ``Header set`` without ``always`` is of no error: what is missing is not kept as missing."""
    lines = [
        f"# {site.url}, as `sitegen host-config apache` writes it. It needs some modules:",
        "# a2enmod headers filter deflate setenvif. certbot --apache adds HTTPS.",
        "<VirtualHost *:80>",
        f"    ServerName {site.host}",
        *(
            [f"    Alias {_quoted(site.path)} {_quoted(site.root)}"]
            if site.path
            else [f"    DocumentRoot {_quoted(site.root)}"]
        ),
        f"    <Directory {_quoted(posixpath.dirname(site.root) or '/')}>",
        "        Options FollowSymLinks",
        "        AllowOverride None",
        "        Require all granted",
        "    </Directory>",
        "    DirectoryIndex index.html",
        "    AddDefaultCharset utf-8",
        f"    ErrorDocument 404 {site.path}/404.html",
        f"    AddOutputFilterByType DEFLATE {' '.join(TEXTS)}",
        '    RedirectMatch 404 "/\\.(?!well-known/)"',
        *(f"    Header always set {name} {_quoted(value)}" for name, value in site.headers.items()),
        '    Header set Cache-Control "no-cache"',
        f'    <LocationMatch "^{re.escape(site.path)}/assets/">',
        f'        Header set Cache-Control "{FOREVER}"',
        "    </LocationMatch>",
        *_links(site),
    ]
    for name, kind in FEED_TYPES.items():
        lines += [
            f'    <FilesMatch "^{re.escape(name)}$">',
            f'        ForceType "{kind}"',
            "    </FilesMatch>",
        ]
    return "\n".join([*lines, "</VirtualHost>"]) + "\n"


def _links(site: Site) -> list[str]:
    """The ``Link`` of feeds, whose address the line of the request has as it was asked for; ``%%`` is one ``%``."""
    if not site.hubs:
        return []
    link = site.link("\0").replace("%", "%%").replace("\0", "%{SITEGEN_FEED}e")
    asked = f"%{{THE_REQUEST}} =~ m#^[A-Z]+ ({site.feed})[ ?]#"
    return [
        # The page for what is missing answers the same request, by an inner redirect.
        f"    SetEnvIfExpr \"-z reqenv('REDIRECT_STATUS') && {asked}\" SITEGEN_FEED=$1",
        f"    Header set Link {_quoted(link)} env=SITEGEN_FEED",
    ]


def _quoted(text: str) -> str:
    """*text* as one word of httpd."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
