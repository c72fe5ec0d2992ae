"""The real storage client against Azurite, and the store in memory that other tests use in its place."""

import asyncio
from datetime import timedelta

import pytest
from azure.storage.blob.aio import BlobServiceClient

from shared.errors import NotConfigured, StorageUnavailable
from shared.ports import BlobStore
from shared.settings import load_settings
from shared.storage.azure_blobs import AzureBlobStore
from tests.support.fakes.memory_blobs import MemoryBlobs
from tools.devstack.azurite import Azurite
from tools.devstack.processes import free_port


@pytest.fixture(params=["azurite", "memory"])
def blobs(request: pytest.FixtureRequest, blobs: AzureBlobStore) -> BlobStore:
    return blobs if request.param == "azurite" else MemoryBlobs()


async def test_blob_is_read_with_its_type_and_etag(blobs: BlobStore) -> None:
    assert await blobs.create("a/1", b"one", "text/plain")
    first = await blobs.read("a/1")
    await blobs.replace("a/1", b"two", "image/png")
    second = await blobs.read("a/1")

    assert first is not None
    assert second is not None
    assert (first.content, first.media_type) == (b"one", "text/plain")
    assert (second.content, second.media_type) == (b"two", "image/png")
    assert first.etag != second.etag
    assert '"' not in first.etag


async def test_missing_blob_is_none(blobs: BlobStore) -> None:
    assert await blobs.read("a/1") is None
    assert not await blobs.exists("a/1")
    await blobs.delete("a/1")


async def test_one_of_many_concurrent_creates_succeeds(blobs: BlobStore) -> None:
    created = await asyncio.gather(*(blobs.create("a/1", str(n).encode(), "text/plain") for n in range(10)))

    blob = await blobs.read("a/1")
    (tag,) = [tag for tag in created if tag]
    assert blob is not None
    assert blob.content == str(created.index(tag)).encode()


async def test_names_are_listed_by_prefix(blobs: BlobStore) -> None:
    for name in ("a/1", "a/2", "b/1"):
        await blobs.replace(name, b"", "text/plain")
    await blobs.delete("a/2")

    assert [name async for name in blobs.names("a/")] == ["a/1"]


async def test_removed_container_is_created_again(azurite: Azurite) -> None:
    settings = load_settings({"AzureWebJobsStorage": azurite.connection, "BLOB_CONTAINER": "removed"})
    store = AzureBlobStore(settings)
    await store.replace("a/1", b"one", "text/plain")
    async with BlobServiceClient.from_connection_string(azurite.connection) as service:
        await service.delete_container("removed")

    await store.replace("a/1", b"two", "text/plain")

    assert await store.exists("a/1")
    await store.close()


@pytest.mark.parametrize("connection", ["nonsense", "at a free port"])
async def test_storage_that_does_not_answer_is_unavailable(azurite: Azurite, connection: str) -> None:
    if connection == "at a free port":
        connection = azurite.connection.replace(f":{azurite.ports['blob']}/", f":{free_port()}/")
    store = AzureBlobStore(load_settings({"AzureWebJobsStorage": connection}))

    with pytest.raises(StorageUnavailable, match="AzureWebJobsStorage"):
        await store.read("a/1")

    await store.close()


async def test_missing_storage_setting_is_named() -> None:
    with pytest.raises(NotConfigured, match="AzureWebJobsStorage"):
        await AzureBlobStore(load_settings({})).read("a/1")


async def test_blob_is_replaced_only_if_unchanged(blobs: BlobStore) -> None:
    first = await blobs.create("a/1", b"one", "text/plain")
    assert first is not None

    second = await blobs.replace_unchanged(first, "a/1", b"two", "text/plain")

    assert second is not None
    assert await blobs.replace_unchanged(first, "a/1", b"three", "text/plain") is None
    blob = await blobs.read("a/1")
    assert blob is not None
    assert (blob.content, blob.etag) == (b"two", second)


async def test_conditional_change_of_a_deleted_blob_does_nothing(blobs: BlobStore) -> None:
    tag = await blobs.create("a/1", b"one", "text/plain")
    assert tag is not None
    await blobs.delete("a/1")

    assert await blobs.replace_unchanged(tag, "a/1", b"two", "text/plain") is None
    await blobs.delete_unchanged(tag, "a/1")
    assert await blobs.read("a/1") is None


async def test_blob_is_deleted_only_if_unchanged(blobs: BlobStore) -> None:
    first = await blobs.create("a/1", b"one", "text/plain")
    assert first is not None
    second = await blobs.replace_unchanged(first, "a/1", b"two", "text/plain")
    assert second is not None

    await blobs.delete_unchanged(first, "a/1")
    assert await blobs.exists("a/1")

    await blobs.delete_unchanged(second, "a/1")
    assert not await blobs.exists("a/1")


async def test_blob_has_the_notes_that_it_was_created_with(blobs: BlobStore) -> None:
    await blobs.create("a/noted", b"text", "text/plain", {"used": "7"})
    await blobs.create("a/plain", b"text", "text/plain")

    assert await blobs.notes("a/noted") == {"used": "7"}
    assert await blobs.notes("a/plain") == {}
    assert await blobs.notes("a/nothing") is None


async def test_blobs_are_listed_by_name_with_the_time_of_their_last_write(blobs: BlobStore) -> None:
    for name in ("b/2", "a/1", "b/1"):
        await blobs.create(name, b"", "text/plain")

    first, second = [blob async for blob in blobs.listed("b/")]

    assert (first.name, second.name) == ("b/1", "b/2")
    assert first.written_at >= second.written_at
    assert first.written_at.utcoffset() == timedelta()


async def test_listed_blob_has_the_etag_for_a_conditional_delete(blobs: BlobStore) -> None:
    await blobs.replace("a/1", b"one", "text/plain")
    (first,) = [blob async for blob in blobs.listed("a/")]
    await blobs.replace("a/1", b"one", "text/plain")
    (second,) = [blob async for blob in blobs.listed("a/")]

    await blobs.delete_unchanged(first.etag, "a/1")
    assert await blobs.exists("a/1")

    await blobs.delete_unchanged(second.etag, "a/1")
    assert not await blobs.exists("a/1")
