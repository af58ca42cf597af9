"""What a deploy would do: the output compared with what is really there, before anything is changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from sitegen.deploy.kinds import FIRST, GROUPS, group
from sitegen.deploy.manifest import Entry, Manifest
from sitegen.deploy.target import Local
from sitegen.errors import UsageError
from sitegen.inventory import Item
from sitegen.served import ASSET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sitegen.deploy.target import Found, Target

ALTERED: Final = "?"
"""The digest of a file of which it is not known how the target would serve it."""


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be done at a target.

    *groups* are sent one after the other; *deletes* are last, but for those of *hurried*, which are first.  *before*
    and *after* are all files of ours, by their paths, that are there when it begins and once it is done; of those
    *after* that are sent the tag is still to come.  *foreign* counts files that are not ours; *adopted* is True where
    all files become ours; *whole* is False where an earlier deploy was cut short.
    """

    groups: tuple[tuple[Local, ...], ...]
    deletes: tuple[str, ...]
    hurried: tuple[str, ...]
    before: dict[str, Entry]
    after: dict[str, Entry]
    items: dict[str, Item]
    foreign: int
    adopted: bool
    whole: bool

    @property
    def sent(self) -> int:
        """How many files are to be sent."""
        return sum(map(len, self.groups))

    @property
    def nothing(self) -> bool:
        """Whether the target is as it should be."""
        return self.whole and not self.sent and not self.deletes and not self.hurried

    @property
    def possible(self) -> dict[str, Entry]:
        """All that may be there while it is done, for the next deploy if this one is cut short."""
        sent = {file.path for files in self.groups for file in files}
        found = {**self.before, **self.after}
        for path in sent:
            old, new = self.before.get(path), self.after[path]
            served_anew = old is not None and old.digest == new.digest and old.form != new.form
            found[path] = msgspec.structs.replace(new, tag="", digest=ALTERED if served_anew else new.digest)
        return found


class Wishes(Struct, frozen=True, kw_only=True):
    """What the person who deploys asks for: *first* are addresses, or paths of stories, that cannot wait."""

    first: tuple[str, ...] = ()
    adopt: bool = False


def planned(  # noqa: PLR0913 - each is a side of the comparison
    target: Target,
    manifest: Manifest | None,
    local: Mapping[str, Local],
    items: Mapping[str, Item],
    *,
    now: datetime,
    grace: int,
    wishes: Wishes,
) -> Plan:
    """What makes *target*, which was last given what *manifest* says, hold *local* files.

    *items* say what those are.  A file with a fingerprint in its name, which no page loads any more, is left for
    *grace* days.  Raises UsageError where files of somebody else are there, unless they are to be adopted.
    """
    listing = target.listing()
    before = _before(target.place, manifest, listing, adopt=wishes.adopt)
    groups: list[list[Local]] = [[] for _ in GROUPS]
    after: dict[str, Entry] = {}
    first, hurried = _hurried(wishes.first, items, before.keys() - local.keys(), before)
    for path, file in local.items():
        after[path] = _entry(file, items[path], target.form(file))
    same = _same(target, before, after, listing, local)
    for path, file in local.items():
        if path in same:
            after[path] = msgspec.structs.replace(after[path], tag=listing[path].tag)
        else:
            groups[FIRST if path in first else group(file.kind, path, new=path not in listing)].append(file)
    gone, kept = _gone(before, local, now, grace)
    after |= kept
    return Plan(
        groups=tuple(tuple(sorted(files, key=lambda file: file.path)) for files in groups),
        deletes=tuple(path for path in gone if path not in hurried),
        hurried=tuple(path for path in gone if path in hurried),
        before=before,
        after=after,
        items=dict(items),
        foreign=len(listing.keys() - before.keys() - local.keys()),
        adopted=manifest is None and bool(before),
        whole=manifest is not None and manifest.whole,
    )


def _before(place: str, manifest: Manifest | None, listing: Mapping[str, Found], *, adopt: bool) -> dict[str, Entry]:
    """The files of ours that are there, as far as is known; all of them where nobody's are to become ours.

    What a deploy that was cut short never sent is in its manifest alone.
    """
    if manifest is not None:
        return {path: entry for path, entry in manifest.files.items() if path in listing}
    if listing and not adopt:
        some = ", ".join(sorted(listing)[:3])
        fix = "name another place; or, if all of that may be replaced and deleted, deploy with --adopt"
        raise UsageError.at(None, f"{place} holds {len(listing)} files that sitegen did not put there ({some})", fix)
    return {path: Entry(digest=ALTERED, size=found.size, kind="static") for path, found in listing.items()}


def _entry(file: Local, item: Item, form: str) -> Entry:
    return Entry(
        digest=file.digest,
        size=file.size,
        kind=file.kind,
        form=form,
        source=item.source,
        edited=item.edited,
        title=item.title,
        corrections=item.corrections,
        retracted=item.retracted,
    )


def _same(
    target: Target,
    before: Mapping[str, Entry],
    after: Mapping[str, Entry],
    listing: Mapping[str, Found],
    local: Mapping[str, Local],
) -> set[str]:
    """The paths at which there is what is to be there: as the manifest knows, or as the target can tell."""
    same: set[str] = set()
    in_doubt: list[tuple[Found, Local]] = []
    for path, new in after.items():
        old, found = before.get(path), listing.get(path)
        if old is None or found is None or old.form != new.form:
            continue
        if old.digest == new.digest and old.tag and old.tag == found.tag:
            same.add(path)
        elif old.digest == new.digest or (old.digest == ALTERED and not old.form):
            in_doubt.append((found, local[path]))
    return same | (target.holding(in_doubt) if in_doubt else set())


def _gone(
    before: Mapping[str, Entry], local: Mapping[str, Local], now: datetime, grace: int
) -> tuple[list[str], dict[str, Entry]]:
    """What of ours is to go, and what is left for readers whose page is older."""
    gone: list[str] = []
    kept: dict[str, Entry] = {}
    for path in sorted(before.keys() - local.keys()):
        entry = before[path]
        since = datetime.fromisoformat(entry.unused) if entry.unused else now
        if entry.kind == ASSET and now - since < timedelta(days=grace):
            kept[path] = msgspec.structs.replace(entry, unused=since.isoformat(timespec="seconds"))
        else:
            gone.append(path)
    return gone, kept


def _hurried(
    wished: Iterable[str], items: Mapping[str, Item], leaving: Iterable[str], before: Mapping[str, Entry]
) -> tuple[set[str], set[str]]:
    """The paths of what is to be sent, and of what is to go, before everything else."""
    first: set[str] = set()
    hurried: set[str] = set()
    for wish in wished:
        forms = {wish, wish.lstrip("/"), wish.strip("/") + "/index.html", wish.lstrip("/") + "index.html"}
        sent = {path for path, item in items.items() if path in forms or (item.source and item.source == wish)}
        going = {path for path in leaving if path in forms or before[path].source == wish}
        if not sent and not going:
            fix = "give the address of a page, or the path of its story"
            raise UsageError.at(None, f"--first {wish} is nothing that the site has or had", fix)
        first |= sent
        hurried |= going
    return first, hurried
