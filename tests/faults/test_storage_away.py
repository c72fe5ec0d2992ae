"""A step outlasts a restart of the storage; a request does not wait for it."""

import asyncio
from pathlib import Path

import pytest

from shared.errors import StorageUnavailable
from shared.settings import load_settings
from shared.storage.azure_blobs import STEP_RETRIES, AzureBlobStore
from tests.support.patience import patience_s
from tools.devstack.azurite import start_azurite
from tools.devstack.stack import REPOSITORY

#: A request is refused well before this.
PATIENCE_S = patience_s(20)


async def test_result_is_saved_when_the_storage_is_back(tmp_path: Path) -> None:
    before = start_azurite(REPOSITORY, tmp_path / "data", tmp_path / "azurite.log")
    settings = load_settings({"AzureWebJobsStorage": before.connection})
    steps, requests = AzureBlobStore(settings, retries=STEP_RETRIES), AzureBlobStore(settings)
    await steps.create("there", b"before", "text/plain")
    before.child.stop()

    saving = asyncio.create_task(steps.create("result", b"paid for", "image/png"))
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(StorageUnavailable):
            await requests.read("there")
    assert not saving.done()
    after = start_azurite(REPOSITORY, tmp_path / "data", tmp_path / "azurite.log", again=before)

    assert await saving
    blob = await requests.read("result")
    assert blob is not None
    assert blob.content == b"paid for"
    await asyncio.gather(steps.close(), requests.close())
    after.child.stop()
