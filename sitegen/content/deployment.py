"""``deploy:`` of ``site.yaml``: the places where the site may be put, each by its name."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, TypedDict

from sitegen.content.fields import Fields
from sitegen.content.forms import path_slip
from sitegen.content.yaml import Mapping, Scalar, Sequence
from sitegen.model.deploy import (
    GRACE,
    AnyPlace,
    AzurePlace,
    CommandPlace,
    Compression,
    FolderPlace,
    GcsPlace,
    GitPlace,
    RsyncPlace,
    S3Place,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sitegen.content.yaml import Node

_COMMON = ("kind", "max_deletes", "grace", "verify", "after")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER = re.compile(r"\$web|[a-z0-9](?:-?[a-z0-9])*")
_HOST = re.compile(r"(?:[\w.-]+@)?[A-Za-z0-9][A-Za-z0-9.-]*", re.ASCII)
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|@\{))[A-Za-z0-9][\w./-]*(?<![./])", re.ASCII)
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_REMOTE_HELPER = re.compile(r"[A-Za-z0-9+.-]+::")
_REMOTE = re.compile(r"(?:https|ssh|file)://\S+|[\w.-]+@[\w.-]+:\S+|\.{0,2}/\S*", re.ASCII)
_COMPRESSIONS: tuple[Compression, ...] = ("none", "gzip", "brotli")
_MOST = 10**6
_DAYS = 3650


class _Common(TypedDict):
    """What every target has; see `sitegen.model.deploy.Place`."""

    name: str
    max_deletes: int
    grace: int
    verify: bool
    after: tuple[str, ...]


class _CommonOfStores(_Common):
    """What every store of objects has; see `sitegen.model.deploy.Store`."""

    prefix: str
    endpoint: str
    compress: Compression


def places(fields: Fields) -> tuple[AnyPlace, ...]:
    """The places that ``deploy:`` names, in its order; what is wrong is told, and left out."""
    mapping = fields.mapping("deploy")
    return tuple(_places(mapping, fields)) if mapping else ()


def _places(mapping: Mapping, fields: Fields) -> Iterator[AnyPlace]:
    for key, node in mapping.items:
        if not _NAME.fullmatch(key.text):
            fields.problems.error(key.where, f"`{key.text}` is no name of a target", "use letters, digits, - and _")
            continue
        before = len(fields.problems.found)
        _check_safe(node, fields)
        if len(fields.problems.found) > before:
            continue
        if not isinstance(node, Mapping):
            fix = f"write `{key.text}:` and below it lines such as `kind: rsync`"
            fields.problems.error(node.where, f"the target `{key.text}` must be a mapping", fix)
            continue
        place = _place(key.text, node, fields)
        if place and not any(problem.severity == "error" for problem in fields.problems.found[before:]):
            yield place


def _place(name: str, mapping: Mapping, fields: Fields) -> AnyPlace | None:
    """The target called *name*.  One that is called like a kind is of that kind."""
    written = next((node for key, node in mapping.items if key.text == "kind" and isinstance(node, Scalar)), None)
    kind = written.text if written else name
    if kind not in _KINDS:
        where = written.where if written else mapping.where
        what = f"`deploy.{name}.kind` is `{kind}`, which is none" if written else f"`deploy.{name}` has no `kind`"
        fields.problems.error(where, what, f"choose one of {', '.join(_KINDS)}")
        return None
    known, made = _KINDS[kind]
    inner = Fields(mapping, fields.problems, known=(*_COMMON, *known), owner=f"deploy.{name}")
    common = _Common(
        name=name,
        max_deletes=inner.number("max_deletes", 0, most=_MOST),
        grace=inner.number("grace", GRACE, most=_DAYS),
        verify=inner.flag("verify"),
        after=_command(inner, "after"),
    )
    return made(inner, common)


def _folder(fields: Fields, common: _Common) -> FolderPlace:
    path = fields.text("path", required=True)
    releases = fields.number("releases", 5, least=1, most=_MOST)
    return FolderPlace(**common, path=path, releases=releases)


def _store(fields: Fields, common: _Common) -> _CommonOfStores:
    """What every store of objects has."""
    prefix = fields.text("prefix").strip("/")
    if prefix and (slip := path_slip(prefix)):
        fields.error("prefix", slip, "write it from the bucket on: sites/wire")
    return _CommonOfStores(
        **common,
        prefix=prefix,
        endpoint=fields.url("endpoint").rstrip("/"),
        compress=fields.choice("compress", _COMPRESSIONS, "none"),
    )


def _gcs(fields: Fields, common: _Common) -> GcsPlace:
    bucket = _matching(fields, "bucket", _BUCKET, "write its name alone, without gs://", required=True)
    return GcsPlace(**_store(fields, common), bucket=bucket)


def _azure(fields: Fields, common: _Common) -> AzurePlace:
    return AzurePlace(
        **_store(fields, common),
        account=_matching(fields, "account", _ACCOUNT, "3 to 24 small letters and digits", required=True),
        container=_matching(fields, "container", _CONTAINER, "such as $web") or "$web",
    )


def _s3(fields: Fields, common: _Common) -> S3Place:
    return S3Place(
        **_store(fields, common),
        bucket=_matching(fields, "bucket", _BUCKET, "write its name alone, without s3://", required=True),
        region=_matching(fields, "region", _BUCKET, "such as eu-central-1"),
        profile=fields.text("profile"),
    )


def _git(fields: Fields, common: _Common) -> GitPlace:
    folder = fields.text("folder").strip("/")
    if folder and (slip := path_slip(folder)):
        fields.error("folder", slip, "write it from the top of the branch on: docs")
    return GitPlace(
        **common,
        remote=_matching(fields, "remote", _REMOTE, "such as git@github.com:desk/wire.git", required=True),
        branch=_matching(fields, "branch", _BRANCH, "such as gh-pages") or "gh-pages",
        folder=folder,
        cname=_matching(fields, "cname", _DOMAIN, "write the name of the host alone"),
    )


def _uploader(fields: Fields, common: _Common) -> CommandPlace:
    command = _command(fields, "command")
    if not any("{public}" in part for part in command[1:]) and (command or not fields.node("command")):
        fix = "write {public} where the command takes the folder to upload"
        fields.error("command", "has no `{public}`" if command else "is required", fix)
    return CommandPlace(**common, command=command)


def _rsync(fields: Fields, common: _Common) -> RsyncPlace:
    path = fields.text("path", required=True)
    if path and not path.startswith("/"):
        fields.error("path", "is not an absolute path", "write it from / on, as the other machine has it")
    return RsyncPlace(
        **common,
        host=_matching(fields, "host", _HOST, "such as desk@www.example.org", required=True),
        path=path,
        port=fields.number("port", 0, most=65535),
        releases=fields.number("releases", 5, least=1, most=_MOST),
    )


_STORE = ("prefix", "endpoint", "compress")
_KINDS: dict[str, tuple[tuple[str, ...], Callable[[Fields, _Common], AnyPlace]]] = {
    "folder": (("path", "releases"), _folder),
    "s3": ((*_STORE, "bucket", "region", "profile"), _s3),
    "gcs": ((*_STORE, "bucket"), _gcs),
    "azure": ((*_STORE, "account", "container"), _azure),
    "git": (("remote", "branch", "folder", "cname"), _git),
    "command": (("command",), _uploader),
    "rsync": (("host", "path", "port", "releases"), _rsync),
}


def _matching(fields: Fields, key: str, form: re.Pattern[str], fix: str, *, required: bool = False) -> str:
    """A text of a *form*."""
    text = fields.text(key, required=required)
    if text and not form.fullmatch(text):
        fields.error(key, f"is `{text}`, which cannot be one", fix)
        return ""
    return text


def _command(fields: Fields, key: str) -> tuple[str, ...]:
    """A command as its arguments: a list, or one text, cut at its spaces as a shell would, which is never asked."""
    node = fields.node(key)
    if isinstance(node, Sequence):
        parts = tuple(text.value for text in fields.texts(key, each="argument"))
    else:
        text = fields.text(key)
        try:
            parts = tuple(shlex.split(text))
        except ValueError:
            fields.error(key, "has a quote that is not closed", "write the arguments as a list")
            return ()
    if parts and parts[0].startswith("-"):
        fields.error(key, "begins with an option", "write the program first")
    return parts


def _check_safe(node: Node, fields: Fields) -> None:
    """Tell of texts that a tool would take for an option, or that would run a command; arguments may be options."""
    if isinstance(node, Scalar):
        if node.text.lstrip().startswith("-"):
            fields.problems.error(node.where, "a target cannot start with a dash", "write a host, path or address")
        elif _REMOTE_HELPER.match(node.text.lstrip()):
            what = "a target with `::` can run commands"
            fields.problems.error(node.where, what, "only https, ssh and file remotes are allowed")
    elif isinstance(node, Sequence):
        for item in node.items:
            _check_safe(item, fields)
    else:
        for key, value in node.items:
            if key.text not in ("command", "after"):
                _check_safe(value, fields)
