"""What kinds of files there are for a deploy: which comes when."""

from __future__ import annotations

from typing import Final

from sitegen.served import ASSET, is_feed

STORY: Final = "article"
PAGE: Final = "page"
FIRST, ASSETS, NEW, CHANGED, LISTS = range(5)
"""The groups of a deploy, in their order.  What is deleted comes after all of them."""

GROUPS: Final = ("what cannot wait", "assets", "new pages", "changed pages", "home, lists, feeds and sitemaps")
"""What each is called."""

_PAGES: Final = (STORY, PAGE, "redirect")
_LATE: Final = ("home", "not-found", "sitemap", "news-sitemap", "robots", "redirects", "headers")
_HTML: Final = ".html"


def is_page(kind: str, path: str) -> bool:
    """Whether a file of *kind* at *path* is what readers go to, not what a page loads."""
    return kind not in (ASSET, "attachment") and (path.endswith(_HTML) or is_feed(kind))


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


def url_of(path: str) -> str:
    """The address below the site at which readers find the file at *path*."""
    return "/" + path.removesuffix("index.html") if path.rpartition("/")[2] == "index.html" else "/" + path
