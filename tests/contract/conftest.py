"""The whole app and a model emulator for the session, and the means to make the model fail."""

import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from shared.model.gemini import GeminiModel
from shared.settings import load_settings
from tests.contract.models import Connect
from tests.support.emulator_control import EmulatorControl
from tests.support.outside_world import OutsideWorld, outside_world
from tests.support.running_app import RunningApp, running_app
from tests.support.unlimited import NO_LIMITS
from tools.devstack.emulator import start_emulator
from tools.devstack.stack import REPOSITORY, Stack, StackOptions

# Small, so that a body that is too large is quickly made.
MAX_REQUEST_BYTES = 300_000


@pytest.fixture(scope="session")
def emulator_control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorControl]:
    """A running emulator, for the whole session."""
    data = tmp_path_factory.mktemp("emulator")
    emulator = start_emulator(REPOSITORY, data / "ready.json", data / "emulator.log")
    control = EmulatorControl(emulator.url)
    yield control
    control.close()
    emulator.child.stop()


@pytest.fixture
def emulator(emulator_control: EmulatorControl) -> EmulatorControl:
    """The emulator without faults, without latency and without any call counted yet."""
    emulator_control.reset()
    return emulator_control


@pytest.fixture
async def connect(emulator: EmulatorControl) -> AsyncIterator[Connect]:
    """Makes models that use the emulator unless their settings say otherwise."""
    models: list[GeminiModel] = []

    def make(now: Callable[[], float] = time.time, **settings: str) -> GeminiModel:
        environ = {"GEMINI_API_KEY": "test", "GOOGLE_GEMINI_BASE_URL": emulator.url, **settings}
        models.append(GeminiModel(load_settings(environ), now))
        return models[-1]

    yield make
    for model in models:
        await model.close()


@pytest.fixture(scope="session")
def session_outside() -> Iterator[OutsideWorld]:
    """What the app takes for Reddit and for GitHub, for the whole session."""
    with outside_world() as world:
        yield world


@pytest.fixture
def outside(session_outside: OutsideWorld) -> OutsideWorld:
    """Reddit and GitHub, without anything said or sent yet."""
    session_outside.reset()
    return session_outside


@pytest.fixture
def elsewhere() -> Iterator[OutsideWorld]:
    """Another server, which nothing should ever ask."""
    with outside_world() as world:
        yield world


@pytest.fixture(scope="session")
def session_app(tmp_path_factory: pytest.TempPathFactory, session_outside: OutsideWorld) -> Iterator[RunningApp]:
    """The whole stack, for the whole session."""
    settings = {"MAX_REQUEST_BYTES": str(MAX_REQUEST_BYTES), **session_outside.settings, **NO_LIMITS}
    with Stack(StackOptions(tmp_path_factory.mktemp("stack"), settings=settings)) as stack, running_app(stack) as app:
        yield app


@pytest.fixture
def app(session_app: RunningApp) -> Iterator[RunningApp]:
    """The app; its emulator is without faults, without latency and without any call counted yet.

    It is left so too: fixtures of other files start generations before any test has asked for the app.
    """
    session_app.emulator.reset()
    yield session_app
    session_app.emulator.reset()
