"""Time zones, from the tzdata package alone: the rules of a machine are as old as its last update.

With them, the same site has the same times on every machine, and an upgrade of the rules is an upgrade of a package.
"""

from __future__ import annotations

import difflib
import zoneinfo
from functools import cache
from importlib import resources


class UnknownZoneError(ValueError):
    """There is no such zone.  *near* is the name that was perhaps meant, or ``""``."""

    def __init__(self, name: str) -> None:
        """Say so of *name*."""
        self.name = name
        self.near = nearest(name)
        super().__init__(f"{name} is not a time zone")


# Rules never change while a package is installed: what is cached here is as constant as the code.
@cache
def zone(name: str) -> zoneinfo.ZoneInfo:
    """The zone called *name*, such as ``Asia/Seoul`` or ``UTC``.

    Abbreviations (``EST``, ``KST``) are no names: most of them mean several zones, and none knows of summer time.
    Raises UnknownZoneError.
    """
    if name not in names():
        raise UnknownZoneError(name)
    file = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with file.open("rb") as stream:
        return zoneinfo.ZoneInfo.from_file(stream, key=name)


@cache
def names() -> tuple[str, ...]:
    """The names of all zones: ``Region/City``, and ``UTC``."""
    lines = resources.files("tzdata").joinpath("zones").read_text("utf-8").splitlines()
    return tuple(sorted(name for name in lines if name == "UTC" or "/" in name))


def nearest(name: str) -> str:
    """The name of the zone that is perhaps meant by *name* (``asia/soul``, ``Seoul``); ``""`` if none is near."""
    wanted = name.strip().replace(" ", "_").casefold()
    by_key = {known.casefold(): known for known in names()} | {
        known.rsplit("/", 1)[-1].casefold(): known for known in reversed(names())
    }
    found = difflib.get_close_matches(wanted, by_key, n=1, cutoff=0.8)
    return by_key[found[0]] if found else ""
