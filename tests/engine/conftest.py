"""One host for all tests that leave it as they find it; tests that kill theirs start their own. And bare engines."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devhost.engine import commits
from devhost.engine.engine import Engine, Limits
from devhost.engine.faults import Faults
from devhost.engine.invoker import Invoker
from devhost.engine.records import Instance
from devhost.engine.store import Store
from devhost.engine.versions import Versions
from tests.engine.host_process import HostProcess

_ANY_VERSION = Versions()


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


@dataclass
class ManualClock:
    """Stands still until it is moved."""

    now: datetime = field(default_factory=lambda: datetime(2030, 1, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Bench:
    """Makes engines on one store file, one after the other."""

    path: Path
    clock: ManualClock = field(default_factory=ManualClock)
    fatal: list[BaseException] = field(default_factory=list[BaseException])
    first_fatal: asyncio.Future[BaseException] = field(default_factory=asyncio.Future[BaseException])
    _opened: list[tuple[Engine, Store]] = field(default_factory=list[tuple[Engine, Store]])

    def engine(self, invoker: Invoker, activities: int = 10, versions: Versions = _ANY_VERSION) -> Engine:
        store = Store(self.path)
        engine = Engine(store, invoker, Limits(activities, 10), Faults({}), self._failed, self.clock, versions)
        self._opened.append((engine, store))
        engine.recover()
        return engine

    def stored_results(self, instance_id: str) -> int:
        """How many of the instance's open tasks have ended, as the store has it."""
        _, store = self._opened[-1]
        tasks = store.read(lambda connection: commits.find_tasks(connection, instance_id))
        return sum(completion is not None for _, completion in tasks)

    def _failed(self, error: BaseException) -> None:
        self.fatal.append(error)
        if not self.first_fatal.done():
            self.first_fatal.set_result(error)

    async def close(self) -> None:
        """Stop the engines, as a host that ends does."""
        for engine, store in self._opened:
            await engine.close()
            store.close()
        self._opened.clear()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path / "durable.sqlite")
    yield made
    await made.close()
    assert not made.fatal


async def wait_for(engine: Engine, instance_id: str, condition: Callable[[Instance], bool]) -> Instance:
    """The instance once `condition` holds of it."""
    instance = engine.get(instance_id)
    async with asyncio.timeout(20):
        while instance is None or not condition(instance):
            await asyncio.sleep(0.001)
            instance = engine.get(instance_id)
    return instance


async def wait_for_end(engine: Engine, instance_id: str) -> Instance:
    return await wait_for(engine, instance_id, lambda instance: instance.status.is_final)
