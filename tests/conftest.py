"""Fixtures of several folders: a storage emulator, a model emulator, and a stand-in for Reddit and GitHub."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from shared.settings import load_settings
from shared.storage.azure_blobs import AzureBlobStore
from tests.support.emulator_control import EmulatorControl
from tests.support.outside_world import OutsideWorld, outside_world
from tests.support.patience import patience_s
from tests.support.visibility import short_visibility
from tools.devstack.azurite import Azurite, start_azurite
from tools.devstack.emulator import start_emulator
from tools.devstack.host_program import is_devhost
from tools.devstack.stack import REPOSITORY


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Scale the timeouts, and leave out the tests of devhost itself if the host is another one."""
    for item in items:
        marker = item.get_closest_marker("timeout")
        timeout_s = float(marker.args[0] if marker else config.getini("timeout"))
        item.add_marker(pytest.mark.timeout(patience_s(timeout_s)), append=False)
    if not is_devhost():
        ours = [item for item in items if item.get_closest_marker("devhost")]
        config.hook.pytest_deselected(items=ours)
        items[:] = [item for item in items if item not in ours]


@pytest.fixture(scope="session", autouse=True)
def inherited_visibility() -> Iterator[None]:
    """Give the hosts that tests start a short visibility timeout."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in short_visibility().items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """A storage emulator for the whole session."""
    data: Path = tmp_path_factory.mktemp("azurite")
    running = start_azurite(REPOSITORY, data, data / "azurite.log")
    yield running
    running.child.stop()


@pytest.fixture
async def blobs(azurite: Azurite) -> AsyncIterator[AzureBlobStore]:
    """A blob store in a container of its own."""
    environ = {"AzureWebJobsStorage": azurite.connection, "BLOB_CONTAINER": f"test-{secrets.token_hex(8)}"}
    store = AzureBlobStore(load_settings(environ))
    yield store
    # A request that has failed may have left a read under way, which would open the connection again.
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=1)
    await store.close()


@pytest.fixture(scope="session")
def emulator_control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorControl]:
    """A model emulator that belongs to no stack, for the whole session."""
    data = tmp_path_factory.mktemp("emulator")
    emulator = start_emulator(REPOSITORY, data / "ready.json", data / "emulator.log")
    control = EmulatorControl(emulator.url)
    yield control
    control.close()
    emulator.child.stop()


@pytest.fixture
def emulator(emulator_control: EmulatorControl) -> EmulatorControl:
    """The emulator without faults, latency and counted calls."""
    emulator_control.reset()
    return emulator_control


@pytest.fixture(scope="session")
def session_outside() -> Iterator[OutsideWorld]:
    """A server in the place of Reddit and GitHub, for the whole session."""
    with outside_world() as world:
        yield world


@pytest.fixture
def outside(session_outside: OutsideWorld) -> OutsideWorld:
    """Reddit and GitHub, without replies and received requests."""
    session_outside.reset()
    return session_outside


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the lines that tests have recorded as their `summary`."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and report.when == "call":
                for name, line in report.user_properties:
                    if name == "summary":
                        terminalreporter.write_line(str(line))
