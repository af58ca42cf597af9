"""Google Cloud Storage and Azure Blob Storage: how they are named, and what is said where something is wrong.

What a bucket is asked for is the same for all stores: `test_s3.py` has it, with a real one.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Final

import pytest

from sitegen.deploy.stores import provider_of
from sitegen.deploy.targets import target_of
from sitegen.errors import ContentError, MachineError, SitegenError
from sitegen.model.deploy import AzurePlace, GcsPlace, S3Place
from support.deploys import Paper

if TYPE_CHECKING:
    from pathlib import Path

NOBODY: Final = "endpoint: 'http://127.0.0.1:9/wire'"
HUSH: Final = base64.b64encode(b"HUSHHUSHHUSH").decode()
KEY_FILE: Final = json.dumps(
    {
        "gcs_base_url": "http://127.0.0.1:9",
        "disable_oauth": True,
        "client_email": "desk@wire.example",
        "private_key": HUSH,
        "private_key_id": "1",
    }
)
GCS: Final = GcsPlace(name="live", bucket="news", prefix="wire", endpoint="http://127.0.0.1:9")
AZURE: Final = AzurePlace(name="live", account="wire", endpoint="http://127.0.0.1:9/wire")


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_SERVICE_ACCOUNT_KEY", "AZURE_STORAGE_ACCOUNT_KEY"):
        monkeypatch.delenv(name, raising=False)


def refused(tmp_path: Path, target: str) -> str:
    """What a deploy to *target* was refused for."""
    with pytest.raises(SitegenError) as error:
        Paper(tmp_path / "site", target).deploy()
    return str(error.value)


def test_places(tmp_path: Path) -> None:
    """They are called as the vendors' own tools call them."""
    assert "gs://news/wire" == target_of(GCS, tmp_path).place
    assert "azure://wire/$web" == target_of(AZURE, tmp_path).place


def test_made_with_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the environment, by the names that the vendors' own tools read."""
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", KEY_FILE)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", HUSH)
    assert "news" == provider_of(GCS).store().config["bucket"]
    assert {"container_name": "$web", "account_name": "wire"}.items() <= provider_of(AZURE).store().config.items()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("{kind: gcs, bucket: news}", "there are no credentials for gs://news; set GOOGLE_APPLICATION_CREDENTIALS"),
        ("{kind: azure, account: wire}", r"there are no credentials for azure://wire/\$web; set AZURE_STORAGE_"),
    ],
)
def test_no_credentials(tmp_path: Path, target: str, said: str) -> None:
    """It says where they belong, and asks no machine of the vendor's for them first."""
    assert re.search(said, refused(tmp_path, target))


def test_credentials_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not there, one of another kind, a key that is none; nothing of them is told."""
    for path, text in (("gone", ""), ("other", '{"type": "external_account", "secret": "HUSH"}')):
        if text:
            (tmp_path / path).write_text(text)
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / path))
        said = refused(tmp_path, "{kind: gcs, bucket: news}")
        assert "the credentials for gs://news cannot be read; set GOOGLE_APPLICATION_CREDENTIALS to the key" in said
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "HUSH!")
    said += refused(tmp_path, "{kind: azure, account: wire}")
    assert "the credentials for azure://wire/$web cannot be read; set AZURE_STORAGE_ACCOUNT_KEY" in said
    assert "HUSH" not in said


def test_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in the endpoint, or the network; no key is told."""
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", HUSH)
    said = refused(tmp_path, f"{{kind: azure, account: wire, {NOBODY}}}")
    assert "http://127.0.0.1:9/wire cannot be reached" in said
    assert "check the network, and `account` and `endpoint` in site.yaml, and deploy again" in said
    assert HUSH not in said


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("{kind: gcs}", "`deploy.live.bucket` is required"),
        ("{kind: gcs, bucket: 'gs://news'}", "which cannot be one; write its name alone, without gs://"),
        ("{kind: azure, account: My-Wire}", "which cannot be one; 3 to 24 small letters and digits"),
        ("{kind: azure, account: wire, container: a--b}", "which cannot be one; such as $web"),
        ("{kind: azure, account: wire, account_key: HUSH}", "looks like that of a secret"),
        ("{kind: azure, account: wire, prefix: ../x}", "`deploy.live.prefix`"),
    ],
)
def test_slips(tmp_path: Path, target: str, said: str) -> None:
    """In site.yaml, told before anything is built."""
    with pytest.raises(ContentError) as error:
        Paper(tmp_path / "site", target).deploy()
    assert said in str(error.value)
    assert "HUSH" not in str(error.value)


def test_brotli_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to install, before anything is built."""
    monkeypatch.setitem(__import__("sys").modules, "brotli", None)
    with pytest.raises(MachineError, match=r"`compress: brotli` needs brotli; pip install 'sitegen\[s3\]' brotli"):
        provider_of(S3Place(name="live", bucket="news", compress="brotli"))
