"""One stack for the session, whose host is restarted with the settings of each test."""

from collections.abc import Iterator

import pytest

from tests.faults.lab import Lab
from tests.support.emulator_control import EmulatorControl
from tests.support.unlimited import NO_LIMITS
from tools.devstack.stack import Stack, StackOptions


@pytest.fixture(scope="session")
def session_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The processes, for the whole session."""
    with Stack(StackOptions(tmp_path_factory.mktemp("stack"), settings=NO_LIMITS)) as stack:
        assert stack.emulator is not None
        emulator = EmulatorControl(stack.emulator.url)
        yield Lab(stack, emulator)
        emulator.close()


@pytest.fixture
def lab(session_lab: Lab) -> Iterator[Lab]:
    """The processes; the emulator is without faults, without latency and without any call counted yet.

    What a test has begun is over before the next one: the host of that may be told to die at its first activity.
    """
    session_lab.emulator.reset()
    yield session_lab
    session_lab.wait_until_idle()
