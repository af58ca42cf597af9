"""The places that a site is put to: one store and one machine for all tests of a process."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from support.bucket import ACCESS, Bucket, Proxy, serving
from support.secure_shell import Machine, listening

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def store() -> Iterator[Proxy]:
    """A store that speaks the language of S3, behind a proxy."""
    with serving() as found:
        yield found


@pytest.fixture
def proxy(store: Proxy, monkeypatch: pytest.MonkeyPatch) -> Proxy:
    """The store, with credentials for it in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", ACCESS[1])
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    store.reset()
    return store


@pytest.fixture
def bucket(proxy: Proxy, request: pytest.FixtureRequest) -> Bucket:
    """An empty bucket of this test's own."""
    return Bucket(proxy, re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:60].strip("-"))


@pytest.fixture(scope="session")
def secure_shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine that is reached by ssh."""
    with listening(tmp_path_factory.mktemp("ssh")) as found:
        yield found


@pytest.fixture
def machine(secure_shell: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """The machine, with the ``ssh`` that knows it first in the PATH."""
    monkeypatch.setenv("PATH", f"{secure_shell.bin}:{os.environ['PATH']}")
    return secure_shell
