"""What a layout sees of the site: its questions and its settings, and nothing of what answers them.

Imports Jinja, and so is imported only by what renders.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import msgspec
from jinja2 import Undefined

from sitegen.errors import ContentError, Location, Problem
from sitegen.model.article import Body
from sitegen.model.settings import Settings
from sitegen.render.trouble import Trouble, described, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sitegen.render.loose_links import LooseLinks
    from sitegen.site import Site

QUESTIONS: Final = (
    "answers",
    "article",
    "articles",
    "author",
    "authors",
    "body",
    "by_author",
    "by_section",
    "by_tag",
    "contacts",
    "credits",
    "front",
    "in_month",
    "in_year",
    "latest",
    "months",
    "neighbours",
    "pages",
    "picture",
    "picture_size",
    "policies",
    "related",
    "section",
    "sections",
    "standfirst",
    "tag",
    "tags",
    "words",
)
"""The questions that a layout may ask: ``site.latest(5)``."""

SETTINGS: Final = tuple(name for name in Settings.__struct_fields__ if name not in (*QUESTIONS, "csp", "deploy"))
"""The settings that a layout may print: ``site.title``.  Where the site is put and how is nothing for readers."""

_SETTINGS: Final = frozenset(SETTINGS)

_OF_A_TEXT: Final[Mapping[str, object]] = MappingProxyType(
    {
        "article": None,
        "body": Body(html=""),
        "contacts": (),
        "credits": (),
        "picture": "",
        "picture_size": (0, 0),
        "related": (),
        "standfirst": "",
        "words": 0,
    }
)
"""The questions about one story or page, and what each answers of one that is held: nothing."""
_MOST: Final = 2**63


class Question:
    """A question that a layout may ask, with its arguments as the core knows them: plain texts and whole numbers."""

    __slots__ = ("_ask", "_name", "_site")

    def __init__(self, name: str, site: Site) -> None:
        """Ask *site* what layouts call ``site.NAME``."""
        self._name = name
        self._ask = getattr(site, name)
        self._site = site

    def __call__(self, *arguments: object) -> object:
        """The answer.  Raises Trouble for an argument that is neither a text nor a whole number, or names no file.

        2, 2.0 and True are one key in Python, and are not one question.
        """
        plain = [self._plain(argument) for argument in arguments]
        if self._name not in _OF_A_TEXT or not plain:
            return self._ask(*plain)
        path = str(plain[0])
        try:
            return _OF_A_TEXT[self._name] if self._is_held(path) else self._ask(*plain)
        except ContentError:
            texts = (*self._site.story_paths(), *self._site.page_paths())
            if path not in texts:
                fix = did_you_mean(path, texts, "write its path from the folder of site.yaml on: content/ferry.md")
                raise Trouble(f"there is no story `{path}`", fix) from None
            raise

    def _is_held(self, path: str) -> bool:
        """Whether the story or page at *path* is held: a layout that names it learns nothing of it, which is told."""
        if not self._site.is_held(path):
            return False
        what, fix = "is named by a layout, and is not public now", "let the layout do without it: {% if story %}"
        self._site.note(Problem(Location(path), what, fix, "warning"))
        return True

    def __str__(self) -> str:
        """Raises Trouble: a question is no text."""
        raise Trouble(f"would print the question site.{self._name}, not its answer", "call it, with parentheses")

    def _plain(self, argument: object) -> str | int:
        if isinstance(argument, Undefined):
            return str(argument)  # raises, with the name that is not known
        if isinstance(argument, str):
            return str.__str__(argument)
        if isinstance(argument, int) and not isinstance(argument, bool) and abs(argument) < _MOST:
            return argument
        what = f"site.{self._name} asks for a text or a whole number, not {described(argument)}"
        raise Trouble(what, "see docs/layouts.md for what each question asks for")


class _NoText:
    """What layouts look into, and cannot print as it is."""

    __slots__ = ()

    def __str__(self) -> str:
        """Raises Trouble: it is no text."""
        raise Trouble(f"would print {described(self)} as Python writes it", "print one of its fields")


class SiteView(_NoText):
    """What a layout calls ``site``."""

    def __init__(self, site: Site) -> None:
        """Look at *site*."""
        self._site = site

    def __getattr__(self, name: str) -> object:
        """The value of a setting, asked for each time it is used; or a question to ask, found here from then on."""
        if name in _SETTINGS:
            return self._site.shown(name)
        if name not in QUESTIONS:
            raise AttributeError(name)
        question = self.__dict__[name] = Question(name, self._site)
        return question

    def __dir__(self) -> list[str]:
        """The names there are, for "did you mean"."""
        return sorted((*QUESTIONS, *SETTINGS))


def links_of(view: SiteView) -> LooseLinks:
    """What links lead to in Markdown that layouts print."""
    from sitegen.render.loose_links import LooseLinks  # loads the parser

    return LooseLinks(view._site)  # noqa: SLF001 - what layouts do not reach


class DataView(_NoText):
    """What a layout calls ``data``: the files of content/data, each by its name."""

    __slots__ = ("_site",)

    def __init__(self, site: Site) -> None:
        """Look at the data of *site*."""
        self._site = site

    def __getitem__(self, name: str) -> object:
        """The data called *name*.  Raises KeyError where there is none, which a layout sees as undefined."""
        found = self._site.shown_data(name)
        if not found:
            raise KeyError(name)
        return msgspec.json.decode(found)
