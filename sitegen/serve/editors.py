"""Links that open a writer's editor at a place in a source file."""

from __future__ import annotations

import re
import shlex
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from msgspec import Struct

from sitegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = "://file/{path}:{line}:{column}"
_OPEN: Final = "://open?file=/{path}&line={line}&column={column}"
_OPEN_URL: Final = "://open?url=file:///{path}&line={line}&column={column}"
KNOWN: Final = {
    "code": "vscode" + _FILE,
    "code-insiders": "vscode-insiders" + _FILE,
    "codium": "vscodium" + _FILE,
    "cursor": "cursor" + _FILE,
    "idea": "idea" + _OPEN,
    "mate": "txmt" + _OPEN_URL,
    "pycharm": "pycharm" + _OPEN,
    "subl": "subl" + _OPEN_URL,
    "windsurf": "windsurf" + _FILE,
    "zed": "zed" + _FILE,
}
"""The addresses that editors answer to, by their commands.  Those of a terminal have none."""
_FIELDS: Final = re.compile(r"\{(path|line|column)\}")
_TEMPLATE: Final = re.compile(r"(?!javascript:|data:|vbscript:)[a-z][a-z0-9+.-]*:[^\s{}]+", re.IGNORECASE)


class Editor(Struct, frozen=True):
    """How to open the files of the site in *folder*: an address with ``{path}``, ``{line}`` and ``{column}``.

    ``{path}`` is the file's whole path, percent-encoded and without its first slash.  An empty *template* opens
    nothing.
    """

    template: str = ""
    folder: Path = Path()

    def link(self, path: str, line: int = 0, column: int = 0) -> str:
        """The address that opens the file at *path* of the site there; ``""`` if no editor is known."""
        if not path:
            return ""
        whole = quote((self.folder / path).as_posix().removeprefix("/"), safe="/:")
        values = {"path": whole, "line": str(line or 1), "column": str(column or 1)}
        return _FIELDS.sub(lambda field: values[field[1]], self.template)


def editor_of(environ: Mapping[str, str], folder: Path, template: str = "") -> Editor:
    """The editor that *template* says, else the one that ``$VISUAL`` or ``$EDITOR`` in *environ* names, if it is known.

    Raises UsageError for a template that is no address with a ``{path}``.
    """
    if template and not (_TEMPLATE.fullmatch(_FIELDS.sub("x", template)) and "{path}" in template):
        fix = "write it like vscode://file/{path}:{line}:{column}"
        raise UsageError.at(None, f"{template} is not an editor's address", fix)
    return Editor(template or KNOWN.get(_command(environ), ""), folder)


def _command(environ: Mapping[str, str]) -> str:
    """The name of the editor's command, without its folder and flags: ``code``."""
    given = environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        words = shlex.split(given)
    except ValueError:  # a quote that is not closed
        return ""
    return PurePath(words[0]).stem.lower() if words else ""
