"""What keeps a plan from being carried out: what nobody does on purpose, unless they say so."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, Final

from sitegen.deploy.kinds import STORY, is_page, url_of
from sitegen.errors import ContentError, Location, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sitegen.deploy.plan import Plan

_MOST_DELETES: Final = 256
_FEW_DELETES: Final = 16
_SHARE: Final = 4
_TOLD: Final = 20


def check(plan: Plan, site: Path, redirected: tuple[str, ...], *, allow_vanish: bool, max_deletes: int) -> None:
    """Raise ContentError if addresses would be gone, or no story is left; UsageError if too much would be deleted.

    *site* is the folder of the sources, *redirected* are addresses that hosts lead elsewhere (`leads`).
    """
    if not allow_vanish:
        if not any(item.kind == STORY for item in plan.items.values()):
            fix = "look into content/; if that is meant, deploy with --allow-vanish"
            raise ContentError.at(None, "the site has no story that readers may see", fix)
        # Of what is adopted it has been said that it may be deleted.
        if problems := [] if plan.adopted else list(_vanishing(plan, site, redirected)):
            rest = len(problems) - _TOLD
            more = [Problem(None, f"and {rest} more addresses would be gone")] if rest > 0 else []
            raise ContentError([*problems[:_TOLD], *more])
    deletes = len(plan.deletes) + len(plan.hurried)
    most = max_deletes or min(_MOST_DELETES, max(len(plan.before) // _SHARE, _FEW_DELETES))
    if deletes > most:
        fix = f"if that is meant, deploy with --max-deletes {deletes}"
        raise UsageError.at(None, f"{deletes} files would be deleted, which is more than {most}", fix)


def _withdrawn(plan: Plan, site: Path) -> set[str]:
    """The files of stories that are taken off by what their own front matter says: expired, or a draft again."""
    shown = {item.source for item in plan.items.values() if item.kind == STORY}
    found = set()
    for path in (*plan.hurried, *plan.deletes):
        entry = plan.before[path]
        if entry.source and entry.source not in shown and (site / entry.source).is_file():
            found.add(path)
    return found


def _vanishing(plan: Plan, site: Path, redirected: tuple[str, ...]) -> Iterator[Problem]:
    """A problem for each address that readers know, and that would be gone.

    A list goes with the last story in it: where one is withdrawn or retracted, that is why.
    """
    meant = _withdrawn(plan, site)
    fewer = bool(meant) or any(
        item.retracted and path in plan.before and not plan.before[path].retracted for path, item in plan.items.items()
    )
    for path in sorted({*plan.hurried, *plan.deletes} - meant):
        entry, url = plan.before[path], url_of(path)
        if not is_page(entry.kind, path) or _is_redirected(url, redirected):
            continue
        if entry.source:
            moved = next((item.url for item in plan.items.values() if item.source == entry.source), "")
            fix = f"add it to its `aliases`: {url}" if moved else "add it to the `aliases` of what takes its place"
            what = f"{url} would be gone" + (f", as it is {moved} now" if moved else "")
            yield Problem(Location(entry.source), what, f"{fix}; or deploy with --allow-vanish")
        elif not fewer:
            yield Problem(None, f"{url} would be gone", "redirect it; or deploy with --allow-vanish")


def leads(redirects: bytes, base: str) -> tuple[str, ...]:
    """The addresses that a ``_redirects`` leads elsewhere: the first word of each line, below the site's *base*."""
    lines = redirects.decode(errors="replace").splitlines()
    found = (line.split()[0] for line in lines if line.strip() and not line.lstrip().startswith("#"))
    return tuple(address.removeprefix(base) for address in found)


def _is_redirected(url: str, redirected: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(url, each) or url.rstrip("/") == each.rstrip("/") for each in redirected)
