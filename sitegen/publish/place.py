"""Names of ours in and beside the output folder, and the marker, which tells of a publishing that is not done."""

from __future__ import annotations

import os
from typing import Final

MARKER: Final = ".sitegen-output"
STAGE: Final = ".sitegen-stage"
NEW: Final = "new"
"""The folder in a stage that holds the files to come."""

NOT_LISTED: Final = (".git", STAGE)
"""Folders in the output that are not looked into."""

_TEXT: Final = b"This folder is made by sitegen, which removes from it what it did not make.\n"
_OTHERWISE: Final = b"It was built with %b, so it is not what readers are to see.\n"
_UNDONE: Final = b"A build that is not done takes what it publishes from:\n"


def marker(folder: str, stage: str = "", how: str = "") -> bytes:
    """What the marker of *folder* says; with a *stage*, that what is there is still to be published.

    *how* are the options of a build that is not for readers (``--drafts``).  The stage is named as seen from the
    folder, so that both may be moved, or seen from inside a container.
    """
    undone = _UNDONE + os.fsencode(os.path.relpath(stage, folder)) if stage else b""
    return _TEXT + (_OTHERWISE % how.encode() if how else b"") + undone


def unfinished(folder: str) -> str:
    """The stage that the marker of *folder* names, of a build that did not come to its end; ``""`` if none."""
    _, _, stage = (_said(folder) or b"").partition(_UNDONE)
    return os.path.normpath(os.path.join(folder, os.fsdecode(stage))) if stage else ""


def is_marked(folder: str, how: str = "") -> bool:
    """Whether *folder* has a marker as we write it, and one that says that all is done, and built with *how*."""
    return _said(folder) == marker(folder, how=how)


def is_below(path: str) -> bool:
    """Whether *path*, told by a file of ours that somebody else may have written, is one below the folder it is of."""
    return not {"", ".", ".."}.intersection(path.split("/"))


def _said(folder: str) -> bytes | None:
    """What the marker of *folder* says; None if there is none."""
    try:
        with open(os.path.join(folder, MARKER), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
