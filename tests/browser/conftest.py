"""One browser and one app for the session; every test has devices of its own."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, async_playwright, expect

from tests.browser.device import DESKTOP, PATIENCE_MS, Device
from tests.browser.model import ModelGate, gate_before, stop_what_runs
from tests.support.emulator_control import EmulatorControl
from tests.support.outside_world import OutsideWorld, outside_world
from tests.support.running_app import RunningApp
from tests.support.unlimited import NO_LIMITS
from tools.devstack.emulator import Emulator, start_emulator
from tools.devstack.stack import REPOSITORY, Stack, StackOptions

# Panels come in waves of so many: a comic grows before one's eyes, as it does with a model that takes its time.
PARALLEL_STEPS = 2

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever is not the app is not to be found.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

HERE = Path(__file__).parent


class SwitchOn(Protocol):
    """Gives a test another device."""

    def __call__(
        self, viewport: ViewportSize = DESKTOP, pixel_ratio: float = 1, app_url: str | None = None
    ) -> Awaitable[Device]:
        """Return a device that has never seen the page; when the test is over, nothing may have gone wrong in it."""
        ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these tests on the loop that the browser is connected to."""
    for item in items:
        if item.path.parent == HERE and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """A running Chromium."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("There is no Chromium for these tests: run `make browser`, or set CHROMIUM to its path.")
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def session_outside() -> Iterator[OutsideWorld]:
    """What the app takes for Reddit, for the whole session."""
    with outside_world() as world:
        yield world


@pytest.fixture
def outside(session_outside: OutsideWorld) -> OutsideWorld:
    """Reddit, without anything said yet."""
    session_outside.reset()
    return session_outside


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A model, for the whole session."""
    data = tmp_path_factory.mktemp("emulator")
    running = start_emulator(REPOSITORY, data / "ready.json", data / "emulator.log")
    yield running
    running.child.stop()


@pytest.fixture(scope="session")
def session_model(emulator: Emulator) -> Iterator[ModelGate]:
    """The gate before the model, for the whole session."""
    with gate_before(emulator.url) as gate:
        yield gate


@pytest.fixture(scope="session")
def session_app(
    tmp_path_factory: pytest.TempPathFactory,
    emulator: Emulator,
    session_model: ModelGate,
    session_outside: OutsideWorld,
) -> Iterator[RunningApp]:
    """The whole stack, for the whole session."""
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
    """The app; its emulator is without faults, without latency and without any call counted yet."""
    session_app.emulator.reset()
    yield session_app
    stop_what_runs(session_app)


@pytest.fixture
def model(session_model: ModelGate, app: RunningApp) -> Iterator[ModelGate]:
    """The gate before the model; whatever a test holds back is let through when it is over."""
    yield session_model
    session_model.release()


@pytest_asyncio.fixture(loop_scope="session")
async def switch_on(chromium: Browser, app: RunningApp) -> AsyncIterator[SwitchOn]:
    """The means to get several devices."""
    async with AsyncExitStack() as at_the_end:

        async def switched_on(
            viewport: ViewportSize = DESKTOP, pixel_ratio: float = 1, app_url: str | None = None
        ) -> Device:
            device = await Device.switched_on(chromium, app_url or app.url, viewport, pixel_ratio)
            at_the_end.push_async_callback(device.switch_off)
            return device

        yield switched_on


@pytest_asyncio.fixture(loop_scope="session")
async def device(switch_on: SwitchOn) -> Device:
    """A device."""
    return await switch_on()
