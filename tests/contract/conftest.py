"""The whole app and a model emulator for the session, and the means to make the model fail."""

from collections.abc import Iterator

import pytest

from devstack.emulator import start_emulator
from devstack.stack import REPOSITORY, Stack, StackOptions
from tests.contract.emulator_control import EmulatorControl
from tests.contract.outside_world import OutsideWorld, outside_world
from tests.contract.running_app import RunningApp, running_app
from tests.unlimited import NO_LIMITS

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
