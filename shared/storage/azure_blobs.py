"""Blob storage behind azure-storage-blob (async): the only module that imports that SDK."""

import asyncio
import logging
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import contextmanager
from typing import TypedDict

from azure.core import MatchConditions
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError, ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.storage.blob import ContentSettings
from azure.storage.blob.aio import BlobClient, BlobServiceClient, ContainerClient, ExponentialRetry

from shared.errors import StorageUnavailable
from shared.ports import Blob, ListedBlob
from shared.settings import Settings

# The SDK logs two dozen lines a request at INFO, which would bury everything else and cost more than the request.
logging.getLogger("azure.core.pipeline.policies.http_logging_policy").setLevel(logging.WARNING)


class _ClientOptions(TypedDict):
    """The SDK's options for retries and timeouts, in seconds."""

    retry_policy: ExponentialRetry
    connection_timeout: float
    read_timeout: float


# Retries, a second apart. A client waits for a request's answer, so it reports an unavailable storage within seconds.
# Nobody waits for a step, and its result may have been paid for, so it outlasts a restart of the storage.
REQUEST_RETRIES = 2
STEP_RETRIES = 30

# Creating a client for a blob takes half a millisecond, and a step reads its generation's inputs several times.
_MAX_CLIENTS = 512


def _retry_policy(retries: int) -> ExponentialRetry:
    return ExponentialRetry(
        initial_backoff=0,
        increment_base=1,
        random_jitter_range=0,
        retry_total=retries,
        # The SDK has a lower limit of its own for each kind of error.
        retry_connect=retries,
        retry_read=retries,
        retry_status=retries,
    )


class AzureBlobStore:
    """BlobStore (`shared.ports`) in one container, which is created when it is first needed."""

    def __init__(self, settings: Settings, *, retries: int = REQUEST_RETRIES) -> None:
        self._settings = settings
        self._retries = retries
        self._service: BlobServiceClient | None = None
        self._container: ContainerClient | None = None
        self._opening = asyncio.Lock()
        self._clients: dict[str, BlobClient] = {}

    async def read(self, name: str) -> Blob | None:
        """See `BlobStore.read`."""
        with _mapped_errors():
            client = await self._blob(name)
            try:
                download = await client.download_blob()
            except ResourceNotFoundError:
                return None
            properties = download.properties
            return Blob(
                content=await download.readall(),
                media_type=properties.content_settings.content_type or "application/octet-stream",
                etag=properties.etag.strip('"'),
            )

    async def exists(self, name: str) -> bool:
        """See `BlobStore.exists`."""
        with _mapped_errors():
            return await (await self._blob(name)).exists()

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        """See `BlobStore.create`."""
        with _mapped_errors():
            try:
                return await self._upload(name, content, media_type, overwrite=False, notes=notes)
            except ResourceExistsError:
                return None

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        """See `BlobStore.replace`."""
        with _mapped_errors():
            await self._upload(name, content, media_type, overwrite=True)

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        """See `BlobStore.replace_unchanged`."""
        with _mapped_errors():
            client = await self._blob(name)
            try:
                stored = await client.upload_blob(
                    content,
                    overwrite=True,
                    content_settings=ContentSettings(content_type=media_type),
                    etag=f'"{blob_etag}"',
                    match_condition=MatchConditions.IfNotModified,
                )
            except (ResourceModifiedError, ResourceNotFoundError):
                return None
            return _tag(stored)

    async def notes(self, name: str) -> Mapping[str, str] | None:
        """See `BlobStore.notes`."""
        with _mapped_errors():
            client = await self._blob(name)
            try:
                return (await client.get_blob_properties()).metadata or {}
            except ResourceNotFoundError:
                return None

    async def delete(self, name: str) -> None:
        """See `BlobStore.delete`."""
        with _mapped_errors():
            client = await self._blob(name)
            try:
                await client.delete_blob()
            except ResourceNotFoundError:
                return

    async def delete_unchanged(self, blob_etag: str, name: str) -> None:
        """See `BlobStore.delete_unchanged`."""
        with _mapped_errors():
            client = await self._blob(name)
            try:
                await client.delete_blob(etag=f'"{blob_etag}"', match_condition=MatchConditions.IfNotModified)
            except (ResourceModifiedError, ResourceNotFoundError):
                return

    async def names(self, prefix: str) -> AsyncIterator[str]:
        """See `BlobStore.names`."""
        with _mapped_errors():
            container = await self._open()
            async for name in container.list_blob_names(name_starts_with=prefix):
                yield name

    async def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        """See `BlobStore.listed`."""
        with _mapped_errors():
            container = await self._open()
            async for blob in container.list_blobs(name_starts_with=prefix, include=["metadata"]):
                yield ListedBlob(blob.name, blob.last_modified, blob.etag, blob.metadata or {})

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        service, self._service, self._container = self._service, None, None
        self._clients.clear()
        if service is not None:
            await service.close()
            if isinstance(service.credential, AsyncTokenCredential):
                await service.credential.close()

    async def _upload(
        self, name: str, content: bytes, media_type: str, *, overwrite: bool, notes: Mapping[str, str] | None = None
    ) -> str:
        settings = ContentSettings(content_type=media_type)

        async def upload() -> str:
            client = await self._blob(name)
            metadata = dict(notes) if notes else None
            stored = await client.upload_blob(
                content, overwrite=overwrite, content_settings=settings, metadata=metadata
            )
            return _tag(stored)

        try:
            return await upload()
        except ResourceNotFoundError:
            # Its container is missing: the storage was emptied since it was created.
            self._container = None
            return await upload()

    async def _blob(self, name: str) -> BlobClient:
        container = await self._open()
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = container.get_blob_client(name)
            if len(self._clients) > _MAX_CLIENTS:
                del self._clients[next(iter(self._clients))]
        return client

    async def _open(self) -> ContainerClient:
        async with self._opening:
            if self._container is None:
                self._service = self._service or _service(self._settings, self._retries)
                container = self._service.get_container_client(self._settings.blob_container)
                await _make_if_missing(container)
                self._container = container
            return self._container


def _tag(stored: Mapping[str, object]) -> str:
    return str(stored["etag"]).strip('"')


def _service(settings: Settings, retries: int) -> BlobServiceClient:
    settings.require_storage()
    options = _ClientOptions(retry_policy=_retry_policy(retries), connection_timeout=3, read_timeout=30)
    if settings.storage_connection is not None:
        return BlobServiceClient.from_connection_string(settings.storage_connection.get_secret_value(), **options)
    return BlobServiceClient(settings.blob_service_url or "", credential=_identity(settings), **options)


def _identity(settings: Settings) -> AsyncTokenCredential:
    """Return the managed identity if the settings say so, otherwise whoever is signed in here."""
    # Imported only if an identity is used.
    from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential  # noqa: PLC0415

    if settings.uses_managed_identity:
        return ManagedIdentityCredential(client_id=settings.storage_client_id)
    return DefaultAzureCredential(managed_identity_client_id=settings.storage_client_id)


async def _make_if_missing(container: ContainerClient) -> None:
    try:
        await container.create_container()
    except ResourceExistsError:
        return


@contextmanager
def _mapped_errors() -> Generator[None]:
    """Map the SDK's errors to ours; their text is logged as the cause, and never part of our message."""
    try:
        yield
    except (AzureError, ValueError) as exc:
        # The SDK raises ValueError for an invalid connection string.
        raise StorageUnavailable(
            "The storage of this app does not answer. Nothing was started; try again in a few seconds. "
            "(For the operator: check AzureWebJobsStorage, or start Azurite.)"
        ) from exc
