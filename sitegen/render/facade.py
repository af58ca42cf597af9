"""What a layout sees of the site: its questions and its settings, and nothing of what answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from sitegen.model.settings import Settings

if TYPE_CHECKING:
    from sitegen.site import Site

QUESTIONS: Final = (
    "answers",
    "answers",
    "article",
    "articles",
    "author",
    "authors",
    "body",
    "by_author",
    "by_section",
    "by_tag",
    "front",
    "in_month",
    "in_year",
    "latest",
    "months",
    "neighbours",
    "pages",
    "picture",
    "related",
    "section",
    "sections",
    "standfirst",
    "tag",
    "tags",
    "words",
)
"""The questions that a layout may ask: ``site.latest(5)``."""

SETTINGS: Final = tuple(name for name in Settings.__struct_fields__ if name not in QUESTIONS)
"""The settings that a layout may print: ``site.title``."""


class SiteView:
    """What a layout calls ``site``."""

    __slots__ = ("_site",)

    def __init__(self, site: Site) -> None:
        """Look at *site*."""
        self._site = site

    def __getattr__(self, name: str) -> object:
        """A question to ask, or the value of a setting."""
        if name in QUESTIONS:
            return getattr(self._site, name)
        if name in SETTINGS:
            return self._site.setting(name)
        raise AttributeError(name)

    def __dir__(self) -> list[str]:
        """The names there are, for "did you mean"."""
        return sorted((*QUESTIONS, *SETTINGS))


class DataView:
    """What a layout calls ``data``: the files of content/data, each by its name."""

    __slots__ = ("_site",)

    def __init__(self, site: Site) -> None:
        """Look at the data of *site*."""
        self._site = site

    def __getitem__(self, name: str) -> object:
        """The data called *name*.  Raises KeyError where there is none, which a layout sees as undefined."""
        found = self._site.data(name)
        if not found:
            raise KeyError(name)
        return msgspec.json.decode(found)
