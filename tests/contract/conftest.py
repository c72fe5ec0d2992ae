"""A model emulator for the session, and the means to make it fail."""

from collections.abc import Iterator

import pytest

from devstack.emulator import start_emulator
from devstack.stack import REPOSITORY
from tests.contract.emulator_control import EmulatorControl


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
