"""A scripted app for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.client.scripted_app import ScriptedApp


@pytest.fixture
async def app() -> AsyncIterator[ScriptedApp]:
    running = ScriptedApp()
    await running.start()
    yield running
    await running.stop()
