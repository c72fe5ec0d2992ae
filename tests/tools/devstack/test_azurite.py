"""The storage emulator as devstack starts it."""

import secrets
from datetime import UTC, datetime, timedelta

import aiohttp
from azure.storage.blob import BlobClient, BlobSasPermissions, generate_blob_sas

from shared.settings import load_settings
from shared.storage.azure_blobs import AzureBlobStore
from tools.devstack.azurite import Azurite

_LOOKS = 5


async def test_looks_for_what_is_not_there_share_a_connection(azurite: Azurite) -> None:
    url = await _url_of_a_missing_blob(azurite)
    opened: list[str] = []

    async def note(*_: object) -> None:
        opened.append(url)

    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(note)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        for _ in range(_LOOKS):
            async with session.head(url) as answer:
                assert answer.status == 404

    assert len(opened) == 1


async def _url_of_a_missing_blob(azurite: Azurite) -> str:
    container = f"test-{secrets.token_hex(8)}"
    store = AzureBlobStore(load_settings({"AzureWebJobsStorage": azurite.connection, "BLOB_CONTAINER": container}))
    assert not await store.exists("missing")
    await store.close()
    with BlobClient.from_connection_string(azurite.connection, container, "missing") as blob:
        token = generate_blob_sas(
            account_name=blob.account_name or "",
            container_name=container,
            blob_name=blob.blob_name,
            account_key=azurite.key,
            permission=BlobSasPermissions(read=True),
            expiry=datetime.now(UTC) + timedelta(hours=1),
        )
        return f"{blob.url}?{token}"
