"""The default theme, as it comes with the package: layouts, static files, words of the interface."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Final

_FOLDERS: Final = ("layouts", "static", "words")


class Theme:
    """The files of a theme, by names such as ``layouts/base.html``.  Like our code, they count as tools, not inputs."""

    def __init__(self, folder: Path = Path(__file__).parent) -> None:
        """Read the theme in *folder*: the packaged one."""
        self._folder = folder

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The files of the theme, sorted."""
        found = (path for folder in _FOLDERS for path in (self._folder / folder).rglob("*") if path.is_file())
        return tuple(sorted(path.relative_to(self._folder).as_posix() for path in found))

    def read(self, name: str) -> bytes | None:
        """The bytes of the file called *name*, or None."""
        return (self._folder / name).read_bytes() if name in self.names else None
