"""Where pages are made: the layouts of a site, and what they know."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sitegen.errors import ContentError
from sitegen.render.facade import DataView, SiteView
from sitegen.render.html import page_of
from sitegen.render.layouts import Layouts
from sitegen.render.trouble import Trouble
from sitegen.urls import is_elsewhere, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.model.page import Page
    from sitegen.render.laid_out import LaidOut
    from sitegen.render.machine import Word


class Studio:
    """The layouts of *site*, ready to render.  *asset* answers with the address below the site of a static file."""

    def __init__(self, site: LaidOut, asset: Callable[[str], str]) -> None:
        """Read no layout yet."""
        self._site = site
        self._asset = asset
        known = {
            "site": SiteView(site),
            "data": DataView(site),
            "asset": self.asset,
            "url": self.url,
            "absolute": self.absolute,
        }
        self._layouts = Layouts(site.layout, site.known_layouts, known, site.vocabulary)

    def page(self, page: Page, word: Word) -> bytes:
        """The HTML of *page*.  Raises LayoutError."""
        return page_of(self._site, self._layouts, page, word)

    def asset(self, name: str) -> str:
        """The address to print for the static file called *name*: one that changes when the file does."""
        try:
            return self.url(self._asset(name))
        except ContentError:  # the layout's mistake, so told at its line
            raise Trouble(f"there is no static file {name}", "add it to static/, or mend the name") from None

    def url(self, path: str) -> str:
        """The address to print for *path*, a path of the site; an address elsewhere is left as it is."""
        return path if is_elsewhere(path) else _base(str(self._site.setting("url"))) + quoted(path)

    def absolute(self, path: str) -> str:
        """The full address of *path*, a path of the site; an address elsewhere is left as it is."""
        return path if is_elsewhere(path) else str(self._site.setting("url")) + quoted(path)


@lru_cache(maxsize=16)  # a site has one, and every link of it asks
def _base(url: str) -> str:
    """The path below which the site at *url* lives."""
    return urlsplit(url).path
