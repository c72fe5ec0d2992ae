"""A scripted app, and a client of it that retries quickly."""

import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from client import ComingBack, MangaClient, Patience
from tests.client.scripted_app import ScriptedApp

QUICK = Patience(idle_s=5, first_delay_s=0.0001, longest_delay_s=0.001, longest_retry_after_s=0.01)


@pytest.fixture
async def app() -> AsyncIterator[ScriptedApp]:
    running = ScriptedApp()
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def reported() -> list[ComingBack]:
    """The retries that the client reported."""
    return []


@pytest.fixture
async def client(app: ScriptedApp, reported: list[ComingBack]) -> AsyncIterator[MangaClient]:
    async with MangaClient(app.url, key="secret", patience=QUICK, on_coming_back=reported.append) as client:
        yield client


@pytest.fixture
def unused_url() -> Iterator[str]:
    """A URL that refuses connections."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{free.getsockname()[1]}"
