"""What is wrong with what the site is made of, whichever page is looked at, and whose fault it is."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.errors import CoreError, Problem
from sitegen.incremental import settle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sitegen.edition import Edition
    from sitegen.incremental import Key

_FOLDERS: Final = (("story_paths",), ("page_paths",), ("static_paths",), ("data_files",))


class Judged(Struct, frozen=True):
    """All that is wrong, and the *culprits*: the stories and standing pages but for which lists could be made."""

    problems: tuple[Problem, ...] = ()
    culprits: tuple[str, ...] = ()


def judged(edition: Edition, recent: Iterable[str], jobs: int) -> Judged:
    """What is wrong with the site of *edition*, asked in *jobs* processes.

    All front matter is read, but of the texts only those at the *recent* paths: the others when somebody looks at them.
    """

    def found(keys: Iterable[Key]) -> tuple[Problem, ...]:
        return tuple(settle(edition, keys, jobs))

    problems = found([("settings",)]) or found(_FOLDERS)
    if problems:
        return Judged(_in_order(problems))
    if not edition.known(("everything_read",)):
        problems = found(edition.sources()) + found([("everything_read",)])
    problems += found([("plan",)])
    if problems:
        return Judged(_in_order(problems), _texts_in(edition, problems))
    problems += found([("rendered", path) for path in _readable(edition, recent)])
    problems += found([("layout_warnings", name) for name in edition.layout_names()])
    return Judged(_in_order(problems))


def _readable(edition: Edition, recent: Iterable[str]) -> Iterable[str]:
    """Those of the *recent* paths whose texts can be read; a file that is saved as we read it is, at the next look."""
    for path in recent:
        with suppress(CoreError):
            yield from edition.readable((path,))


def _texts_in(edition: Edition, problems: Iterable[Problem]) -> tuple[str, ...]:
    """The stories and standing pages in which there are errors among *problems*."""
    paths = dict.fromkeys(each.where.path for each in problems if each.where and each.severity == "error")
    return tuple(sorted(path for path in paths if edition.text_kind(path) in ("story", "page")))


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.order))
