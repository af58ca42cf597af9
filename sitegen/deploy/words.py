"""What a plan is, in a newsroom's words: what a reader will see of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.deploy.kinds import PAGE, STORY, url_of
from sitegen.served import ASSET, is_feed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sitegen.deploy.manifest import Entry
    from sitegen.deploy.plan import Plan
    from sitegen.inventory import Item

_TOLD: Final = 20
_CALLED: Final = {
    STORY: ("story", "stories"),
    PAGE: ("page", "pages"),
    "feed": ("feed", "feeds"),
    "headers": ("table of headers", "tables of headers"),
    "sitemap": ("sitemap", "sitemaps"),
    "news-sitemap": ("news sitemap", "news sitemaps"),
    "redirect": ("redirect", "redirects"),
    "redirects": ("table of redirects", "tables of redirects"),
    "robots": ("file for robots", "files for robots"),
    "not-found": ("page for missing addresses", "pages for missing addresses"),
    ASSET: ("asset", "assets"),
    "attachment": ("file of a story", "files of stories"),
    "static": ("static file", "static files"),
}
_LIST: Final = ("list", "lists")
"""What files are called, one and several; all others are lists."""

_LEFT: Final = "what was left to do"


class News(Struct, frozen=True, kw_only=True):
    """A story or page that readers find new, changed or gone: its address, its headline, and in words what happened."""

    url: str
    title: str
    what: str
    unedited: bool = False
    why: str = ""


class Telling(Struct, frozen=True, kw_only=True):
    """A plan as it is told.  *others* count files of all other kinds, sent and removed.

    *idle*: there is nothing to be done, not even the end of an earlier deploy.
    """

    new: tuple[News, ...]
    updated: tuple[News, ...]
    withdrawn: tuple[News, ...]
    unedited: tuple[News, ...]
    others: dict[str, int]
    removed: dict[str, int]
    first: bool
    foreign: int
    idle: bool


def told(plan: Plan) -> Telling:
    """*plan*, as it is told."""
    sent = [file.path for files in plan.groups for file in files]
    texts = dict.fromkeys(path for path in sent if plan.items[path].kind in (STORY, PAGE))
    again = "sent again" if plan.whole else "left to do by a deploy that was cut short"
    changed = [_changed(plan.items[path], plan.before[path], again) for path in texts if _was(plan, path)]
    going = (*plan.hurried, *plan.deletes)
    gone = dict.fromkeys(path for path in going if plan.before[path].kind in (STORY, PAGE))
    return Telling(
        new=tuple(News(url=item.url, title=item.title, what="new") for item in _items(plan, texts)),
        updated=tuple(news for news in changed if not news.unedited),
        withdrawn=tuple(News(url=url_of(path), title=plan.before[path].title, what=_left(plan, path)) for path in gone),
        unedited=tuple(news for news in changed if news.unedited),
        others=_counted(plan.items[path].kind for path in sent if path not in texts),
        removed=_counted(plan.before[path].kind for path in going if path not in gone),
        first=not plan.before,
        foreign=plan.foreign,
        idle=plan.nothing,
    )


def lines(telling: Telling) -> list[str]:
    """*telling*, line by line."""
    found = []
    for label, news in (("new", telling.new), ("updated", telling.updated), ("withdrawn", telling.withdrawn)):
        found += _listed(label, news)
    if telling.unedited:
        found.append(f"changed though nobody edited them: {len(telling.unedited)}")
        found += _listed("unedited", telling.unedited)
    if others := _parts(telling):
        found.append("with " + ", ".join(others))
    if found:
        found.append("and nothing else")
    elif telling.idle:
        found.append("nothing to do: readers see this site already")
    else:
        found.append(f"nothing new for readers, only {_LEFT}")
    if telling.foreign:
        found.append(f"{telling.foreign} files there are not sitegen's, and are left alone")
    return found


def summary(telling: Telling) -> str:
    """*telling* in one line, for a history: ``1 new, 2 updated, 1 withdrawn``."""
    counts = (
        ("new", len(telling.new)),
        ("updated", len(telling.updated) + len(telling.unedited)),
        ("withdrawn", len(telling.withdrawn)),
    )
    parts = [f"{number} {label}" for label, number in counts if number]
    return ", ".join([*parts, *_parts(telling)]) or _LEFT


def _was(plan: Plan, path: str) -> bool:
    """Whether the page was ours before; what somebody else had there is new to readers of this site."""
    return path in plan.before and bool(plan.before[path].title)


def _items(plan: Plan, texts: Iterable[str]) -> list[Item]:
    return [plan.items[path] for path in texts if not _was(plan, path)]


def _changed(item: Item, old: Entry, again: str) -> News:
    """What happened to a text since it was deployed; *again* is why one is sent to which nothing did."""
    happened = []
    if item.title != old.title:
        happened.append(f"headline changed, was “{old.title}”")
    if item.retracted and not old.retracted:
        happened.append("retracted")
    elif item.corrections > old.corrections:
        happened.append("corrected")
    if old.source and item.source != old.source:
        happened.append(f"now from {item.source}")
    unedited = not happened and item.edited == old.edited and item.digest != old.digest
    if not happened:
        happened.append("text changed" if item.digest != old.digest else again)
    return News(url=item.url, title=item.title, what=", ".join(happened), unedited=unedited, why=item.why)


def _left(plan: Plan, path: str) -> str:
    """What becomes of a story whose page goes."""
    source = plan.before[path].source
    now = next((item.url for item in plan.items.values() if source and item.source == source), "")
    return f"moved to {now}" if now else "withdrawn"


def _counted(kinds: Iterable[str]) -> dict[str, int]:
    """How many there are of each kind; all that are called lists together."""
    counts = Counter("feed" if is_feed(kind) else kind if kind in _CALLED else "list" for kind in kinds)
    return dict(sorted(counts.items()))


def _parts(telling: Telling) -> list[str]:
    """All that are no stories or pages: ``3 lists``, ``1 asset removed``."""
    sent = [_called(kind, number) for kind, number in telling.others.items()]
    return sent + [f"{_called(kind, number)} removed" for kind, number in telling.removed.items()]


def _called(kind: str, number: int) -> str:
    one, several = _CALLED.get(kind, _LIST)
    return f"{number} {one if number == 1 else several}"


def _listed(label: str, news: tuple[News, ...]) -> list[str]:
    found = []
    for each in news[:_TOLD]:
        what = each.what if each.what not in (label, "text changed") else ""
        said = "; ".join(filter(None, (what, each.why if each.unedited else "")))
        found.append(f"  {label}: {each.url} “{each.title}”" + (f" ({said})" if said else ""))
    if len(news) > _TOLD:
        found.append(f"  {label}: {len(news) - _TOLD} more")
    return found
