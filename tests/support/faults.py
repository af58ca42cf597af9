"""A disk that refuses, or a process that ends, at its n-th call."""

from __future__ import annotations

import builtins
import io
import os
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANGES: Final = ("mkdir", "open", "rename", "replace", "rmdir", "unlink", "write")
"""Functions of `os` that change something; ``open`` is counted for writing only."""

LOOKS: Final = ("listdir", "lstat", "open", "scandir")
"""Functions of `os` that look at something."""

KILLED: Final = 137
"""The status of a process that ended itself at its n-th call."""

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

Fault = Callable[[object], None]
"""What happens instead of a call on that path or handle."""


def refusal(number: int) -> Fault:
    """The disk refuses, with this `errno`."""

    def refuse(subject: object) -> None:
        raise OSError(number, os.strerror(number), *([subject] if not isinstance(subject, int) else []))

    return refuse


def end(subject: object) -> None:
    """The process ends at once, as when it is killed."""
    del subject
    os._exit(KILLED)


@contextmanager
def fault(at: int, what: Fault, names: tuple[str, ...] = CHANGES, *, lasting: bool = False) -> Iterator[Counter[str]]:
    """Let *what* happen instead of the call number *at* (from 1) of *names*, or, *lasting*, of each from that one on.

    Answers with the numbers of calls so far, by name.
    """
    calls: Counter[str] = Counter()
    files = {name: getattr(os, name) for name in names}

    def counted(name: str, call: Callable[..., Any], writes: Callable[..., bool]) -> Callable[..., Any]:
        def wrapped(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - it stands for any of the functions
            if writes(*args, **named):
                calls[name] += 1
                count = calls.total()
                if count == at or (lasting and count > at):
                    what(args[0])
            return call(*args, **named)

        return wrapped

    def always(*_: object, **__: object) -> bool:
        return True

    def for_writing(_: object, flags: int = 0, *__: object, **___: object) -> bool:
        return bool(flags & _WRITING) == (names is not LOOKS)

    def as_writer(_: object, mode: str = "r", *__: object, **___: object) -> bool:
        return ("r" not in mode) == (names is not LOOKS)

    with pytest.MonkeyPatch.context() as patch:
        for name, call in files.items():
            patch.setattr(os, name, counted(name, call, for_writing if name == "open" else always))
        opened = counted("open", builtins.open, as_writer)
        patch.setattr(builtins, "open", opened)
        patch.setattr(io, "open", opened)
        yield calls
