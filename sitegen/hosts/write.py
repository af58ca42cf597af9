"""The use case: the configuration of a server or service for a site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sitegen.hosts.actions import workflow
from sitegen.hosts.apache import virtual_host
from sitegen.hosts.caddy import caddyfile
from sitegen.hosts.facts import site_of
from sitegen.hosts.nginx import server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sitegen.hosts.facts import Site

_CONFIGURATION: Final = "site.yaml"
_WRITERS: Final[dict[str, Callable[[Site], str]]] = {
    "nginx": server,
    "caddy": caddyfile,
    "apache": virtual_host,
    "github-actions": workflow,
}
KINDS: Final = tuple(_WRITERS)
"""What there are configurations for."""


def host_config(kind: str, folder: Path, target: str = "") -> str:
    """The configuration of one of `KINDS` for the site in *folder*, as it is deployed to *target*, or to the first one.

    Raises ContentError with what is wrong in site.yaml, UsageError for a target that there is not, or that
    the service does not reach.
    """
    from sitegen.content.settings import read_settings  # loads YAML

    settings, _ = read_settings((folder / _CONFIGURATION).read_bytes(), _CONFIGURATION)
    return _WRITERS[kind](site_of(settings, folder, target))
