"""How files are served: what they are, and for how long they may be kept."""

from __future__ import annotations

import posixpath
from typing import Final

ASSET: Final = "asset"
"""A file with a fingerprint in its name: its bytes never change."""

FOREVER: Final = "public, max-age=31536000, immutable"
"""How what never changes may be kept (RFC 9111; immutable: RFC 8246)."""

FEED_TYPES: Final = {
    "atom.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json",
    "feed.xml": "application/rss+xml; charset=utf-8",
}
"""What feeds are, by their names (RFC 4287, JSON Feed 1.1, the RSS board)."""

_SHORT: Final = "public, max-age=60"
_HOUR: Final = "public, max-age=3600"

# WHATWG MIME for scripts; RFC 9239, 8081, 6838.
_TYPES: Final = {
    "atom": "application/atom+xml",
    "avif": "image/avif",
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "gif": "image/gif",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "m4a": "audio/mp4",
    "map": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "wasm": "application/wasm",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "xml": "application/xml; charset=utf-8",
    "zip": "application/zip",
}
_PACKED: Final = ("text/", "application/json", "application/xml", "application/rss+xml", "application/atom+xml")
_PACKED_TOO: Final = ("application/feed+json", "application/manifest+json", "image/svg+xml")


def is_feed(kind: str) -> bool:
    """Whether a page of *kind* is what feed readers ask for."""
    return kind.endswith("feed")


def content_type(kind: str, path: str) -> str:
    """What the bytes are (RFC 9110, section 8.3); all text of ours is UTF-8."""
    name = posixpath.basename(path)
    if is_feed(kind) and name in FEED_TYPES:
        return FEED_TYPES[name]
    suffix = posixpath.splitext(name)[1].removeprefix(".").lower()
    if not suffix and kind in ("headers", "redirects", "static"):
        return "text/plain; charset=utf-8" if name.startswith("_") else "application/octet-stream"
    return _TYPES.get(suffix, "application/octet-stream")


def cache_control(kind: str, path: str) -> str:
    """For how long it may be kept: what may be corrected, only shortly."""
    if kind == ASSET:
        return FOREVER
    return _SHORT if kind not in ("static", "attachment") or path.endswith(".html") else _HOUR


def is_packed(kind: str, path: str) -> bool:
    """Whether compressing it makes it smaller: pictures and films already are."""
    found = content_type(kind, path)
    return found.startswith(_PACKED) or found in _PACKED_TOO


TEXTS: Final = tuple(
    sorted(
        {
            kind.partition(";")[0]
            for kind in (*_TYPES.values(), *FEED_TYPES.values())
            if kind.startswith(_PACKED) or kind in _PACKED_TOO
        }
    )
)
"""The types of what compressing makes smaller."""
