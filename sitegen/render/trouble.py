"""What goes wrong in a layout, said with our file and line: Jinja's and Python's errors as problems.

Imports Jinja, and so is imported only by what renders.
"""

from __future__ import annotations

import difflib
import re
from datetime import date, datetime
from types import FrameType
from typing import TYPE_CHECKING

from jinja2 import TemplateNotFound, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.utils import missing
from markupsafe import Markup
from msgspec import Struct

from sitegen.errors import Location, Problem
from sitegen.render.sources import LayoutText
from sitegen.urls import stays_inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jinja2 import Environment

MAX_NAMES = 12  # names listed when none is near

TAGS = (
    *("autoescape", "block", "call", "extends", "filter", "for", "from", "if", "import", "include", "macro", "raw"),
    *("set", "with", "elif", "else", "endautoescape", "endblock", "endcall", "endfilter", "endfor", "endif"),
    *("endmacro", "endraw", "endset", "endwith"),
)
_CLOCK = "layouts have no clock, so that a page is the same whenever it is built; use the dates of the story"
_MACHINE = "layouts do not see the machine; put the value in site.yaml under `extra`"
_WISHES = {
    **dict.fromkeys(("now", "today", "datetime", "time", "build_time"), _CLOCK),
    **dict.fromkeys(("env", "environ", "os", "sys", "config", "request", "getenv"), _MACHINE),
    "content": "the text of a story is `page.content`",
    "title": "did you mean `page.title` or `site.title`?",
}
_LOCAL = re.compile(r"l_\d+_(?P<name>\w+)")
_EXTENDS = re.compile(r"\{%[-+]?\s*extends\b")
_UNKNOWN = re.compile(r"(?:Encountered unknown tag|No (?P<kind>filter|test) named) '(?P<name>[^']*)'")


class Trouble(Exception):
    """What a function of ours finds wrong in a layout: *what*, a clause, and *fix*, what to do."""

    def __init__(self, what: str, fix: str = "") -> None:
        """Say *what* and *fix*; where is found out by who catches it."""
        self.what, self.fix = what, fix
        super().__init__(what)


class NoSuch(Exception):
    """A name that stands for nothing: of *owner*, or of the layout if *owner* is Jinja's ``missing``."""

    def __init__(self, owner: object, name: object, message: str = "") -> None:
        """Keep *owner* and *name*, so that the names that are near can be looked for."""
        self.owner, self.name = owner, name
        super().__init__(message)


class TooDeep(Exception):
    """Layouts that include or extend one another without end, met on the way into the one called *name*."""

    def __init__(self, name: str) -> None:
        """Keep the *name* of the layout that was not entered."""
        self.name = name
        super().__init__(name)


class Place(Struct, frozen=True):
    """A line of a layout that was being worked on, and what was known there."""

    name: str
    where: Location
    text: str
    frame: FrameType


def nearest(name: str, known: Iterable[str]) -> str:
    """Which of *known* is probably meant by *name* (``pgae``: ``page``), or ``""``."""
    candidates = sorted(known)
    same = [candidate for candidate in candidates if sorted(candidate) == sorted(name)]
    return next(iter(same or difflib.get_close_matches(name, candidates, 1)), "")


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """A fix that says which of *known* is near *name*, or *otherwise*."""
    near = nearest(name, known)
    return f"did you mean `{near}`?" if near else otherwise


def layout_problem(
    error: Exception, making: str, environment: Environment, names: Callable[[], Iterable[str]]
) -> Problem:
    """The problem that *error* is, met while *making* a page (a content path or a URL).

    *names* answers which layouts there are.
    """
    places = list(_places(error))
    message = str(error).rstrip(".")
    if match := _UNKNOWN.match(message):  # Jinja leaves it until then if it stands in a branch
        what, fix = f"there is no {match['kind']} `{match['name']}`", ""
        fix = did_you_mean(match["name"], _registered(environment, match["kind"]))
    else:
        what, fix = _said(error, places, names)
    if not places:
        return Problem(Location(making) if not making.startswith("/") else None, what + _making(making), fix)
    place = places[-1]
    where = _of_extends(place, error) or place.where
    outer = next((outer for outer in reversed(places) if outer.where.path != where.path), None)
    by_way = f", by way of {outer.where}" if outer and not isinstance(error, TooDeep) else ""
    return Problem(where, what + _making(making, by_way), fix)


def syntax_problem(error: TemplateSyntaxError, text: LayoutText, environment: Environment) -> Problem:
    """The problem of a layout that *environment* cannot read: the same for all pages, so it names none."""
    message, _, fix = (error.message or "is not a layout").rstrip(".").partition("; ")  # Jinja's own have no fix
    needed = re.findall(r"'(end\w+)'", message.partition("looking for")[2])
    what, fix = _uncapitalized(message.split(". ", 1)[0]), f"write {{% {needed[-1]} %}} first" if needed else fix
    if match := _UNKNOWN.match(message):
        what = f"there is no {match['kind'] or 'tag'} `{match['name']}`"
        if match["name"] in TAGS:
            what = f"`{match['name']}` closes nothing here"
        else:
            fix = did_you_mean(match["name"], _registered(environment, match["kind"]))
    return Problem(Location(text.path, error.lineno), what, fix)


def _registered(environment: Environment, kind: str | None) -> Iterable[str]:
    """The names of all filters, tests or tags."""
    return {"filter": environment.filters, "test": environment.tests}.get(kind or "", TAGS)


def _uncapitalized(message: str) -> str:
    """A sentence as a clause: its first letter small, unless it is an abbreviation."""
    return message[:1].lower() + message[1:] if message[1:2].islower() else message


def _making(making: str, more: str = "") -> str:
    """In which page a thing was met."""
    return f" (making {making}{more})"


def _places(error: BaseException) -> Iterator[Place]:
    """The lines of layouts that led to *error*, outermost first."""
    step = error.__traceback__
    while step is not None:
        template = step.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            text = getattr(template, "text", None) or LayoutText(template.name, template.filename or "", "")
            line = template.get_corresponding_lineno(step.tb_lineno)
            yield Place(text.name, Location(text.path, line), text.text, step.tb_frame)
        step = step.tb_next


def _of_extends(place: Place, error: Exception) -> Location | None:
    """The line of the tag that makes layouts extend one another in a circle; Jinja remembers a later one."""
    match = _EXTENDS.search(place.text)
    if not isinstance(error, TooDeep) or not match:
        return None
    return Location(place.where.path, place.text.count("\n", 0, match.start()) + 1)


def _said(error: Exception, places: list[Place], names: Callable[[], Iterable[str]]) -> tuple[str, str]:
    """What *error* says to an editor, and what to do."""
    match error:
        case Trouble():
            return error.what, error.fix
        case NoSuch():
            return _of_name(error, places) if error.owner is missing else _of_attribute(error)
        case TooDeep() | RecursionError():
            return _of_circle(error, places)
        case TemplateNotFound():
            return _of_layout(error, names)
        case SecurityError():
            return f"unsafe: {error}", "layouts see data only"
        case MemoryError():
            return "needs more memory than there is", "make less text"
    message = str(error).rstrip(".")
    return _uncapitalized(message) or f"fails ({type(error).__name__})", ""


def _of_name(error: NoSuch, places: list[Place]) -> tuple[str, str]:
    """A name the layout does not know."""
    name = str(error.name)
    data, functions = _known(places)
    fix = _WISHES.get(name) or did_you_mean(name, data + functions, "the names here are: " + ", ".join(data))
    return f"nothing is called `{name}` here", fix


def _known(places: list[Place]) -> tuple[list[str], list[str]]:
    """The names of values, and of functions, that the innermost of *places* knows, sorted."""
    known: dict[str, object] = {}
    for place in places:
        context = place.frame.f_locals.get("context")
        if isinstance(context, Context):
            known = {str(name): value for name, value in context.get_all().items()}
    for name, value in places[-1].frame.f_locals.items() if places else ():
        if match := _LOCAL.fullmatch(name):
            known[match["name"]] = value
    known = {
        name: value
        for name, value in sorted(known.items())
        if value is not missing and name.isidentifier() and not name.startswith("_")
    }
    functions = [name for name, value in known.items() if callable(value)]
    return [name for name in known if name not in functions], functions


def _of_attribute(error: NoSuch) -> tuple[str, str]:
    """An attribute or a key that a value does not have."""
    owner, name = error.owner, error.name
    if owner is None:
        what = f"`{name}` is asked of something that is empty (None)"
        return what, "ask first whether it is there, with {% if … %}"
    if isinstance(name, int):
        return f"{described(owner)} has no item {name}", "ask first how many there are, with the filter `length`"
    known = _attributes(owner)
    listed = f"it has: {', '.join(known[:MAX_NAMES])}" + (" …" if len(known) > MAX_NAMES else "") if known else ""
    return f"{described(owner)} has no `{name}`", did_you_mean(str(name), known, listed)


def _attributes(owner: object) -> list[str]:
    """The names that a layout may ask of *owner*, sorted."""
    if isinstance(owner, dict):
        return sorted(str(key) for key in owner)
    if isinstance(owner, str | int | float | tuple | list):
        return []
    return [name for name in dir(owner) if not name.startswith("_")]


def described(value: object) -> str:
    """What *value* is, in words: ``this text``, ``this list``, ``Article``."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (Markup, "this HTML"),
        (str, "this text"),
        (bool, "this yes or no"),
        ((int, float), "this number"),
        ((datetime, date), "this date"),
        (dict, "this mapping"),
        ((list, tuple), "this list"),
    )
    named = "a function" if callable(value) else type(value).__name__.removesuffix("View")
    return next((words for kind, words in kinds if isinstance(value, kind)), named)


def _of_circle(error: Exception, places: list[Place]) -> tuple[str, str]:
    """Layouts, or macros, that call each other without end."""
    if not isinstance(error, TooDeep):
        return "a macro calls itself without end", "give it a condition to stop"
    names = [place.name for index, place in enumerate(places) if index == 0 or places[index - 1].name != place.name]
    circle = names[names.index(error.name) :] if error.name in names else names[-1:]
    circle = circle[: circle.index(error.name, 1)] if error.name in circle[1:] else circle
    what = "layouts use each other in a circle: " + " > ".join([*circle, error.name])
    own = f'to build on the layout of the theme, name it "theme/{error.name}"'
    return what, own if not error.name.startswith("theme/") else "let one of them stop"


def _of_layout(error: TemplateNotFound, names: Callable[[], Iterable[str]]) -> tuple[str, str]:
    """A layout that does not exist."""
    name = str(error.name or error.message)
    what = f"there is no layout `{name}`"
    if not stays_inside(name):
        return what, "a layout is named by its path below layouts/, and stays inside that folder"
    return what, did_you_mean(name, names(), f"create layouts/{name}, or name one that exists")
