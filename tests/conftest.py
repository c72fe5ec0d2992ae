"""What tests of several folders share: a real Azurite for the session, and stores on it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from shared.settings import load_settings
from shared.storage.azure_blobs import AzureBlobStore
from tests.support.patience import patience_s
from tests.support.visibility import short_visibility
from tools.devstack.azurite import Azurite, start_azurite
from tools.devstack.host_program import is_devhost
from tools.devstack.stack import REPOSITORY


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give tests their patience, and leave out what is about devhost if the host is another one."""
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
    """Hosts that tests start have a short one."""
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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the lines that tests have recorded as their `summary`."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and report.when == "call":
                for name, line in report.user_properties:
                    if name == "summary":
                        terminalreporter.write_line(str(line))
