"""Requests to the model and to storage use the proxy from the environment."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from shared.errors import ModelError, StorageUnavailable
from shared.model.gemini import GeminiModel
from shared.ports import Prompt
from shared.settings import load_settings
from shared.storage.azure_blobs import AzureBlobStore

STORAGE = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://store.test/a;"


@pytest.fixture
async def hosts(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str | None]]:
    """The hosts that were requested from the proxy."""
    asked: list[str | None] = []

    async def refuse(request: web.BaseRequest) -> web.Response:
        asked.append(request.url.host)
        return web.Response(status=403)

    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    async with RawTestServer(refuse) as server:
        monkeypatch.setenv("HTTP_PROXY", str(server.make_url("/")))
        yield asked


async def ask_model_and_storage() -> None:
    settings = load_settings(
        {"GEMINI_API_KEY": "k", "GOOGLE_GEMINI_BASE_URL": "http://model.test", "AzureWebJobsStorage": STORAGE}
    )
    model, blobs = GeminiModel(settings), AzureBlobStore(settings, retries=0)
    with pytest.raises(ModelError):
        await model.draw(Prompt(rules="Draw.", task="A cat."), "1:1")
    with pytest.raises(StorageUnavailable):
        await blobs.read("a blob")
    await model.close()
    await blobs.close()


async def test_proxy_from_the_environment_is_used(hosts: list[str | None]) -> None:
    await ask_model_and_storage()

    assert set(hosts) == {"model.test", "store.test"}


async def test_hosts_in_no_proxy_are_reached_directly(hosts: list[str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", ".test")

    await ask_model_and_storage()

    assert hosts == []
