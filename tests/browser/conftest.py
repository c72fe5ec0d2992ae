"""One browser and one app per session; each test has its own devices."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, async_playwright, expect

from tests.browser.support.device import DESKTOP, PATIENCE_MS, Device
from tests.browser.support.model import ModelGate, cancel_running, gate_before
from tests.support.emulator_control import EmulatorControl
from tests.support.outside_world import OutsideWorld
from tests.support.running_app import RunningApp
from tests.support.unlimited import NO_LIMITS
from tools.devstack.emulator import Emulator, start_emulator
from tools.devstack.stack import REPOSITORY, Stack, StackOptions

# Panels arrive in waves of so many, as with a slow model.
PARALLEL_STEPS = 2

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No host but the app can be resolved.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

HERE = Path(__file__).parent


type NewDevice = Callable[..., Awaitable[Device]]
"""Returns a new device; at the end of the test, it must have no unexpected errors."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these tests on the event loop of the browser."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing. Run `make browser`, or set CHROMIUM to its path.")
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    data = tmp_path_factory.mktemp("emulator")
    running = start_emulator(REPOSITORY, data / "ready.json", data / "emulator.log")
    yield running
    running.child.stop()


@pytest.fixture(scope="session")
def session_model(emulator: Emulator) -> Iterator[ModelGate]:
    """The gate in front of the model, for the whole session."""
    with gate_before(emulator.url) as gate:
        yield gate


@pytest.fixture(scope="session")
def session_app(
    tmp_path_factory: pytest.TempPathFactory,
    emulator: Emulator,
    session_model: ModelGate,
    session_outside: OutsideWorld,
) -> Iterator[RunningApp]:
    settings = {
        **session_outside.settings,
        **NO_LIMITS,
        "GOOGLE_GEMINI_BASE_URL": session_model.url,
        "MAX_PARALLEL_STEPS": str(PARALLEL_STEPS),
    }
    with Stack(StackOptions(tmp_path_factory.mktemp("stack"), settings=settings)) as stack:
        app = RunningApp(stack, EmulatorControl(emulator.url))
        yield app
        app.close()


@pytest.fixture
def app(session_app: RunningApp) -> Iterator[RunningApp]:
    """The app, with a reset emulator: no faults, no latency, no calls counted."""
    session_app.emulator.reset()
    yield session_app
    cancel_running(session_app)


@pytest.fixture
def model(session_model: ModelGate, app: RunningApp) -> Iterator[ModelGate]:
    """The gate in front of the model; it opens at the end of the test."""
    yield session_model
    session_model.release()


@pytest_asyncio.fixture(loop_scope="session")
async def new_device(chromium: Browser, app: RunningApp) -> AsyncIterator[NewDevice]:
    async with AsyncExitStack() as cleanup:

        async def created(
            viewport: ViewportSize = DESKTOP,
            pixel_ratio: float = 1,
            app_url: str | None = None,
            *,
            has_service_worker: bool = False,
        ) -> Device:
            device = await Device.create(
                chromium, app_url or app.url, viewport, pixel_ratio, has_service_worker=has_service_worker
            )
            cleanup.push_async_callback(device.close)
            return device

        yield created


@pytest_asyncio.fixture(loop_scope="session")
async def device(new_device: NewDevice) -> Device:
    return await new_device()
