"""One host for all tests that leave it as they find it; tests that kill theirs start their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.host_process import HostProcess


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    """A running host with the app of patterns."""
    running = HostProcess(tmp_path_factory.mktemp("host")).start()
    yield running
    running.kill()


@pytest.fixture
def own_host(tmp_path: Path) -> Iterator[HostProcess]:
    """A host of the test's own, not yet started."""
    made = HostProcess(tmp_path)
    yield made
    made.kill()
