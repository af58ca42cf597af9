"""Object stores: Amazon S3 and what speaks its language, Google Cloud Storage, Azure Blob Storage.

Credentials are those of the environment, under the names that each vendor's own tools read, or, for S3, of the usual
files where boto3 is installed; they are never in site.yaml.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from sitegen.errors import MachineError
from sitegen.model.deploy import AzurePlace, GcsPlace, S3Place

if TYPE_CHECKING:
    from obstore.auth.boto3 import Boto3CredentialProvider
    from obstore.store import AzureStore, ClientConfig, GCSStore, RetryConfig, S3Config, S3Store

_S3_GIVEN: Final = (
    *("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
)
_GCS_GIVEN: Final = (
    *("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH"),
    *("GOOGLE_SERVICE_ACCOUNT_KEY", "GOOGLE_BEARER_TOKEN", "GOOGLE_SKIP_SIGNATURE"),
)
_GCLOUD: Final = ".config/gcloud/application_default_credentials.json"
_AZURE_GIVEN: Final = (
    *("AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_ACCESS_KEY", "AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_SAS_KEY"),
    *("AZURE_STORAGE_TOKEN", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT", "MSI_ENDPOINT"),
)


class Provider(Struct, frozen=True, kw_only=True):
    """One store: how it is called (*place*, *where*), what to do if something is wrong with it, and how it is made."""

    place: str
    where: str
    prefix: str
    compress: str
    keys: str
    rights: str
    missing: str
    reached: str
    store: Callable[[], Any]


def provider_of(place: S3Place | GcsPlace | AzurePlace) -> Provider:
    """The store of *place*; nobody is asked yet.  Raises MachineError if what it needs is not installed."""
    kind = place.__struct_config__.tag
    _need("obstore", f"a target of the kind {kind}", "pip install 'sitegen[s3]'")
    if place.compress == "brotli":
        _need("brotli", "`compress: brotli`", "pip install 'sitegen[s3]' brotli")
    match place:
        case S3Place():
            return _s3(place)
        case GcsPlace():
            return _gcs(place)
        case AzurePlace():
            return _azure(place)


def _s3(place: S3Place) -> Provider:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/."""
    return Provider(
        place=_below(f"s3://{place.bucket}", place.prefix),
        where=place.endpoint or "Amazon S3",
        prefix=place.prefix,
        compress=place.compress,
        keys="check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile",
        rights="allow s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on its objects",
        missing="make the bucket, or mend `bucket`, `region` and `endpoint` in site.yaml",
        reached="`endpoint` and `region`",
        store=lambda: _s3_store(place),
    )


def _s3_store(place: S3Place) -> S3Store:
    from obstore.store import S3Store

    provider = _s3_credentials(place)
    config: S3Config = {"bucket": place.bucket}
    if place.region:
        config["region"] = place.region
    if place.endpoint:
        config["endpoint"] = place.endpoint
    return S3Store(
        config=config,
        client_options=_client(place.endpoint),
        retry_config=_retry(),
        credential_provider=provider,
    )


def _s3_credentials(place: S3Place) -> Boto3CredentialProvider | None:
    """Those of the usual files, or of the machine, as boto3 finds them; None for those of the environment."""
    profile = place.profile
    if not profile and any(os.environ.get(name) for name in _S3_GIVEN):
        return None
    where = _below(f"s3://{place.bucket}", place.prefix)
    fix = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; or install boto3, and keep them in ~/.aws/credentials"
    try:
        import boto3
        from botocore.exceptions import BotoCoreError
        from obstore.auth.boto3 import Boto3CredentialProvider
    except ImportError:
        raise MachineError.at(None, f"there are no credentials for {where}", fix) from None
    try:
        return Boto3CredentialProvider(boto3.Session(profile_name=profile or None))
    except (BotoCoreError, ValueError):
        what = f"there are no credentials of the profile `{profile}`" if profile else "there are no credentials"
        raise MachineError.at(None, f"{what} for {where}", fix) from None


def _gcs(place: GcsPlace) -> Provider:
    """https://cloud.google.com/storage/docs/xml-api/overview."""
    return Provider(
        place=_below(f"gs://{place.bucket}", place.prefix),
        where=place.endpoint or "Google Cloud Storage",
        prefix=place.prefix,
        compress=place.compress,
        keys="check the file that GOOGLE_APPLICATION_CREDENTIALS names",
        rights="give the account the role Storage Object Admin (roles/storage.objectAdmin) on the bucket",
        missing="make the bucket, or mend `bucket` in site.yaml",
        reached="`endpoint`",
        store=lambda: _gcs_store(place),
    )


def _gcs_store(place: GcsPlace) -> GCSStore:
    from obstore.exceptions import GenericError
    from obstore.store import GCSStore

    where = _below(f"gs://{place.bucket}", place.prefix)
    fix = "set GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account"
    if not any(os.environ.get(name) for name in _GCS_GIVEN) and not (Path.home() / _GCLOUD).is_file():
        raise MachineError.at(None, f"there are no credentials for {where}", fix)
    try:
        return GCSStore(
            config={"bucket": place.bucket, **({"base_url": place.endpoint} if place.endpoint else {})},
            client_options=_client(place.endpoint),
            retry_config=_retry(),
        )
    except GenericError:
        raise MachineError.at(None, f"the credentials for {where} cannot be read", fix) from None


def _azure(place: AzurePlace) -> Provider:
    """https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api."""
    return Provider(
        place=_below(f"azure://{place.account}/{place.container}", place.prefix),
        where=place.endpoint or f"https://{place.account}.blob.core.windows.net",
        prefix=place.prefix,
        compress=place.compress,
        keys="check AZURE_STORAGE_ACCOUNT_KEY, or AZURE_STORAGE_SAS_TOKEN, and that it is of this `account`",
        rights="give it the role Storage Blob Data Contributor, or a token with read, add, create, write, delete, list",
        missing="make the container, or mend `account` and `container` in site.yaml",
        reached="`account` and `endpoint`",
        store=lambda: _azure_store(place),
    )


def _azure_store(place: AzurePlace) -> AzureStore:
    from obstore.exceptions import GenericError
    from obstore.store import AzureStore

    where = _below(f"azure://{place.account}/{place.container}", place.prefix)
    fix = "set AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_SAS_TOKEN, or AZURE_CLIENT_ID and what belongs to it"
    if not any(os.environ.get(name) for name in _AZURE_GIVEN):
        raise MachineError.at(None, f"there are no credentials for {where}", fix)
    try:
        return AzureStore(
            config={
                "container_name": place.container,
                "account_name": place.account,
                **({"endpoint": place.endpoint} if place.endpoint else {}),
            },
            client_options=_client(place.endpoint),
            retry_config=_retry(),
        )
    except GenericError:
        raise MachineError.at(None, f"the credentials for {where} cannot be read", fix) from None


def _client(endpoint: str) -> ClientConfig:
    return {
        "allow_http": endpoint.startswith("http://"),
        "connect_timeout": timedelta(seconds=10),
        "timeout": timedelta(seconds=120),
    }


def _retry() -> RetryConfig:
    return {
        "max_retries": 5,
        "retry_timeout": timedelta(seconds=60),
        "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=5), "base": 2},
    }


def _below(place: str, prefix: str) -> str:
    return f"{place}/{prefix}" if prefix else place


def _need(package: str, what: str, how: str) -> None:
    try:
        import_module(package)
    except ImportError:
        raise MachineError.at(None, f"{what} needs {package}", how) from None
