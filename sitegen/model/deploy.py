"""Where a site is put, as ``deploy:`` of ``site.yaml`` names it.  Nothing here is a secret."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Compression = Literal["none", "gzip", "brotli"]

GRACE: int = 14
"""Days for which a file that no page shows any more is left for readers whose page is older."""


class Place(Struct, frozen=True, kw_only=True):
    """What every target has: its *name*, and how a deploy to it goes.

    *max_deletes* is how many files a deploy may delete (0: 256, or a quarter of the site if that is less), *grace* is
    in days, *verify* fetches pages back, *after* is a command, which is given the changed URLs on its standard input.
    """

    name: str
    max_deletes: int = 0
    grace: int = GRACE
    verify: bool = False
    after: tuple[str, ...] = ()


class FolderPlace(Place, frozen=True, kw_only=True, tag_field="kind", tag="folder"):
    """A folder of releases on this machine; *path* is absolute, or relative to the site; *releases* are kept."""

    path: str
    releases: int = 5


class Store(Place, frozen=True, kw_only=True):
    """What every store of objects has: files lie below *prefix*; *endpoint* is where it is, if not at its vendor's."""

    prefix: str = ""
    endpoint: str = ""
    compress: Compression = "none"


class S3Place(Store, frozen=True, kw_only=True, tag_field="kind", tag="s3"):
    """A bucket of Amazon S3, or of a store that speaks its language at *endpoint*."""

    bucket: str
    region: str = ""
    profile: str = ""


class GcsPlace(Store, frozen=True, kw_only=True, tag_field="kind", tag="gcs"):
    """A bucket of Google Cloud Storage, or of what stands in for it at *endpoint*."""

    bucket: str


class AzurePlace(Store, frozen=True, kw_only=True, tag_field="kind", tag="azure"):
    """A *container* of an *account* of Azure Blob Storage: ``$web`` is the one that is shown as a site."""

    account: str
    container: str = "$web"


class GitPlace(Place, frozen=True, kw_only=True, tag_field="kind", tag="git"):
    """A *branch* of a *remote* repository; *folder* is where in it the site lies, *cname* the host of GitHub Pages."""

    remote: str
    branch: str = "gh-pages"
    folder: str = ""
    cname: str = ""


class CommandPlace(Place, frozen=True, kw_only=True, tag_field="kind", tag="command"):
    """Any uploader: a *command* as its arguments, in which ``{public}`` is the folder to upload."""

    command: tuple[str, ...]


class RsyncPlace(Place, frozen=True, kw_only=True, tag_field="kind", tag="rsync"):
    """A folder of releases at *path* on another machine, reached by ssh as *host* (``user@host``) and *port*."""

    host: str
    path: str
    port: int = 0
    releases: int = 5


AnyPlace = FolderPlace | S3Place | GcsPlace | AzurePlace | GitPlace | CommandPlace | RsyncPlace
