"""The kinds of targets there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.model.deploy import AzurePlace, CommandPlace, FolderPlace, GcsPlace, GitPlace, RsyncPlace, S3Place

if TYPE_CHECKING:
    from pathlib import Path

    from sitegen.deploy.target import Target
    from sitegen.model.deploy import AnyPlace


def target_of(place: AnyPlace, site: Path) -> Target:
    """The target that *place* names, for the site in the folder *site*.

    Each is imported when it is needed.  Raises MachineError if what it needs is not installed.
    """
    match place:
        case FolderPlace():
            from sitegen.deploy.folder import Folder

            return Folder(place, site)
        case S3Place() | GcsPlace() | AzurePlace():
            from sitegen.deploy.bucket import Bucket
            from sitegen.deploy.stores import provider_of

            return Bucket(provider_of(place))
        case GitPlace():
            from sitegen.deploy.git import Branch

            return Branch(place, site)
        case CommandPlace():
            from sitegen.deploy.command import Uploader

            return Uploader(place, site)
        case RsyncPlace():
            from sitegen.deploy.rsync import Host

            return Host(place)
