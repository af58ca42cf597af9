"""The questions of a site, without a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.edition import Edition
from sitegen.incremental import Snapshot
from sitegen.site import Options, leftover
from sitegen.theme import Theme
from support.building import NOON

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def edition_of(folder: Path, now: datetime = NOON) -> Edition:
    """The site in *folder* as a preview sees it: drafts and future stories are shown."""
    return Edition(Snapshot(folder, leftover), Theme(), Options(now=now, drafts=True))
