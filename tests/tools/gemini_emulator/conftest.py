"""One emulator for all tests of this folder; each test begins with no faults and no calls."""

from collections.abc import Iterator

import pytest

from tests.tools.gemini_emulator.running_emulator import RunningEmulator, start_emulator


@pytest.fixture(scope="package")
def running_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """An emulator that runs as long as the tests of this folder."""
    with start_emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running


@pytest.fixture
def emulator(running_emulator: RunningEmulator) -> RunningEmulator:
    """The emulator, as good as new."""
    running_emulator.reset()
    return running_emulator
