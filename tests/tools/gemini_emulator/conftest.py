"""One emulator for all tests of this folder; each test starts with no faults and no calls."""

from collections.abc import Iterator

import pytest

from tests.tools.gemini_emulator.running_emulator import RunningEmulator, start_emulator


@pytest.fixture(scope="package")
def running_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """The emulator process of this folder's tests."""
    with start_emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running


@pytest.fixture
def emulator(running_emulator: RunningEmulator) -> RunningEmulator:
    """The emulator, reset."""
    running_emulator.reset()
    return running_emulator
