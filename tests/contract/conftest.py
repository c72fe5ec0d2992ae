"""The whole app for the session, and models that use the emulator."""

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
from tools.devstack.stack import Stack, StackOptions

# Small, so that too large a body is quickly made.
MAX_REQUEST_BYTES = 300_000


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


@pytest.fixture
def elsewhere() -> Iterator[OutsideWorld]:
    """Another server, to which no request should go."""
    with outside_world() as world:
        yield world


@pytest.fixture(scope="session")
def session_app(tmp_path_factory: pytest.TempPathFactory, session_outside: OutsideWorld) -> Iterator[RunningApp]:
    """The whole stack, for the whole session."""
    settings = {"MAX_REQUEST_BYTES": str(MAX_REQUEST_BYTES), **session_outside.settings, **NO_LIMITS}
    # The calls have their usual prices, so that tests can add them up.
    settings["MODEL_IS_FREE"] = "false"
    with Stack(StackOptions(tmp_path_factory.mktemp("stack"), settings=settings)) as stack, running_app(stack) as app:
        yield app


@pytest.fixture
def app(session_app: RunningApp) -> Iterator[RunningApp]:
    """The app; its emulator is without faults, latency and counted calls.

    It is reset afterwards too: fixtures of other files start generations before any test has asked for the app.
    """
    session_app.emulator.reset()
    yield session_app
    session_app.emulator.reset()


@pytest.fixture
def model(connect: Connect) -> GeminiModel:
    """The model with the default settings."""
    return connect()
