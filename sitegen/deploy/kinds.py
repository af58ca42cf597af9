"""What kinds of files there are for a deploy: which comes when, and how each is to be served."""

from __future__ import annotations

import posixpath
from typing import Final

ASSET: Final = "asset"
"""A file with a fingerprint in its name: its bytes never change."""

STORY: Final = "article"
PAGE: Final = "page"
FEED: Final = "feed"

FIRST, ASSETS, NEW, CHANGED, LISTS = range(5)
"""The groups of a deploy, in their order.  What is deleted comes after all of them."""

GROUPS: Final = ("what cannot wait", "assets", "new pages", "changed pages", "home, lists, feeds and sitemaps")
"""What each is called."""

_PAGES: Final = (STORY, PAGE, "redirect")
_LATE: Final = ("home", "not-found", "sitemap", "news-sitemap", "robots", "redirects")
_HTML: Final = ".html"

_FOREVER: Final = "public, max-age=31536000, immutable"
_SHORT: Final = "public, max-age=60"
_HOUR: Final = "public, max-age=3600"

# RSS 2.0 and Atom by RFC 4287 and the RSS board; JSON Feed 1.1; WHATWG MIME for scripts; RFC 9239, 8081, 6838.
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
_FEEDS: Final = {
    "atom.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json",
    "feed.xml": "application/rss+xml; charset=utf-8",
}
_PACKED: Final = ("text/", "application/json", "application/xml", "application/rss+xml", "application/atom+xml")
_PACKED_TOO: Final = ("application/feed+json", "application/manifest+json", "image/svg+xml")


def is_page(kind: str, path: str) -> bool:
    """Whether a file of *kind* at *path* is what readers go to, not what a page loads."""
    return kind not in (ASSET, "attachment") and (path.endswith(_HTML) or kind == FEED)


def group(kind: str, path: str, *, new: bool) -> int:
    """In which group a file is sent.

    What pages load comes first; nothing links to new pages yet, so they are next, lists of a new tag among them; then
    what links to those; then what readers and machines begin with.
    """
    if kind in (ASSET, "attachment") or (kind == "static" and not path.endswith(_HTML)):
        return ASSETS
    if kind in _LATE:
        return LISTS
    if new:
        return NEW
    return CHANGED if kind in (*_PAGES, "static") else LISTS


def content_type(kind: str, path: str) -> str:
    """What the bytes are (RFC 9110, section 8.3); all text of ours is UTF-8."""
    name = posixpath.basename(path)
    if kind == FEED and name in _FEEDS:
        return _FEEDS[name]
    suffix = posixpath.splitext(name)[1].removeprefix(".").lower()
    if not suffix and kind in ("redirects", "static"):
        return "text/plain; charset=utf-8" if name.startswith("_") else "application/octet-stream"
    return _TYPES.get(suffix, "application/octet-stream")


def cache_control(kind: str, path: str) -> str:
    """For how long it may be kept (RFC 9111; immutable: RFC 8246): what may be corrected, only shortly."""
    if kind == ASSET:
        return _FOREVER
    return _SHORT if kind not in ("static", "attachment") or path.endswith(_HTML) else _HOUR


def is_packed(kind: str, path: str) -> bool:
    """Whether compressing it makes it smaller: pictures and films already are."""
    found = content_type(kind, path)
    return found.startswith(_PACKED) or found in _PACKED_TOO


def url_of(path: str) -> str:
    """The address below the site at which readers find the file at *path*."""
    return "/" + path.removesuffix("index.html") if path.rpartition("/")[2] == "index.html" else "/" + path
