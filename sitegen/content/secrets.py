"""Secrets in a configuration: found by their look, refused, and never shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sitegen.content.yaml import Mapping, Scalar

if TYPE_CHECKING:
    from sitegen.content.yaml import Node
    from sitegen.errors import Location, Problems

_NAME = re.compile(
    r"secret(?!ar)|passw(?:or)?d|passphrase|token|credential|(?:api|access|account|private|shared)[-_ ]?key",
    re.IGNORECASE,
)
# Keys of Amazon, GitHub and Slack, private keys in PEM, and a password within an address.
_VALUE = re.compile(
    r"\bA[KS]IA[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}|\bxox[abprs]-[\w-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY|://[^/\s:@]*:[^/\s@]+@"
)
_FIX = "take it out of this file, which all of the team and its history can read; give it in the environment"


def without_secrets(mapping: Mapping, problems: Problems) -> Mapping:
    """*mapping* without what looks like a secret; each is told to *problems* as an error, by its place alone.

    Records of tags are for readers, and a paper may well write about passwords.
    """
    items = tuple(
        (key, value) for key, value in mapping.items if key.text == "tags" or not _secrets(key, value, problems)
    )
    return Mapping(items, mapping.where)


def _secrets(key: Scalar, value: Node, problems: Problems) -> bool:
    """Whether there is a secret in a field, at any depth."""
    if _NAME.search(key.text) and isinstance(value, Scalar) and not value.nothing:
        _tell(key.where, "this key looks like that of a secret", problems)
        return True
    return _in_value(value, problems)


def _in_value(value: Node, problems: Problems) -> bool:
    """Whether there is a secret in *value*, at any depth; all of them are told."""
    if isinstance(value, Scalar):
        found = _VALUE.search(value.text) is not None
        if found:
            _tell(value.where, "this value looks like a secret", problems)
        return found
    if isinstance(value, Mapping):
        found_in = [_secrets(key, inner, problems) for key, inner in value.items]
    else:
        found_in = [_in_value(item, problems) for item in value.items]
    return any(found_in)


def _tell(where: Location, what: str, problems: Problems) -> None:
    """Tell of a secret, without it."""
    problems.error(where, what, _FIX)
