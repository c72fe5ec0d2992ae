"""Hosts as processes, one of them shared by read-only tests, and engines without a host."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.tools.engine.host_process import HostProcess
from tools.devhost.engine.clock import system_clock, to_text
from tools.devhost.engine.engine import Engine
from tools.devhost.engine.execution.history import EventType, parse_event
from tools.devhost.engine.faults import Faults
from tools.devhost.engine.invoker import Invoker
from tools.devhost.engine.services import EngineSettings
from tools.devhost.engine.storage import commits
from tools.devhost.engine.storage.records import Instance, Message
from tools.devhost.engine.storage.store import Store

_DEFAULT = EngineSettings()


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    """A running host with the app of patterns."""
    running = HostProcess(tmp_path_factory.mktemp("host")).start()
    yield running
    running.kill()


@pytest.fixture
def own_host(tmp_path: Path) -> Iterator[HostProcess]:
    """A host for one test, not yet started."""
    made = HostProcess(tmp_path)
    yield made
    made.kill()


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[tuple[HostProcess, HostProcess]]:
    """Two hosts on one data directory, not yet started."""
    pair = HostProcess(tmp_path, name="one"), HostProcess(tmp_path, name="two")
    yield pair
    for host in pair:
        host.kill()


@dataclass
class ManualClock:
    """A clock that moves only when a test advances it."""

    now: datetime = field(default_factory=lambda: datetime(2030, 1, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass
class TickingClock(ManualClock):
    """A clock that also moves by a millisecond whenever it is read."""

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


class SystemClock(ManualClock):
    """The wall clock."""

    def __call__(self) -> datetime:
        return system_clock()


@dataclass
class Bench:
    """Makes engines on one store file, one after the other."""

    path: Path
    clock: ManualClock = field(default_factory=ManualClock)
    fatal: list[tuple[str, BaseException]] = field(default_factory=list[tuple[str, BaseException]])
    first_fatal: asyncio.Future[BaseException] = field(default_factory=asyncio.Future[BaseException])
    _opened: list[tuple[Engine, Store]] = field(default_factory=list[tuple[Engine, Store]])

    async def engine(
        self, invoker: Invoker, settings: EngineSettings = _DEFAULT, host_id: str = "this", **environ: str
    ) -> Engine:
        """Start an engine. `environ` holds the variables that cause faults."""
        store = Store(self.path)
        engine = Engine(store, invoker, settings, Faults(environ), self._failed, self.clock, host_id)
        self._opened.append((engine, store))
        await engine.claim_work()
        return engine

    def waiting_messages(self, instance_id: str) -> int:
        """The number of messages that the next episode would receive."""
        return len(self._store.read(commits.find_messages, instance_id, to_text(self.clock())))

    def next_visible(self, instance_id: str) -> str | None:
        """When the next hidden message of the instance becomes visible."""
        now = to_text(self.clock())
        return self._store.read(commits.next_visible, instance_id, now)

    def released_work_items(self) -> int:
        """The number of queued activities that no host holds."""
        return self._count("SELECT count(*) FROM work_items WHERE taken_by IS NULL")

    def taken_work_items(self) -> int:
        """The number of activities that hosts hold."""
        return self._count("SELECT count(*) FROM work_items WHERE taken_by IS NOT NULL")

    def _count(self, counting: str) -> int:
        return self._store.read(lambda connection: connection.execute(counting).fetchone()[0])

    async def kill(self, engine: Engine) -> None:
        """Stop an engine as SIGKILL would: its work is not released."""
        engine._store.freeze()  # pyright: ignore[reportPrivateUsage]
        await engine._background.close()  # pyright: ignore[reportPrivateUsage]
        store = next(store for opened, store in self._opened if opened is engine)
        self._opened.remove((engine, store))
        store.close()

    @asynccontextmanager
    async def hold(self, engine: Engine, instance_id: str) -> AsyncGenerator[None]:
        """Hold back messages for an instance, so that its next episode receives all of them."""
        orchestrations = engine._orchestrations  # pyright: ignore[reportPrivateUsage]
        active = orchestrations._active[instance_id]  # pyright: ignore[reportPrivateUsage]
        await self.until(lambda: not active.is_draining and self.waiting_messages(instance_id) == 0)
        active.is_draining = True
        yield
        active.is_draining = False
        orchestrations.wake(instance_id)

    async def send(self, message: Message) -> None:
        """Put a message into the control queue without waking the instance."""
        await self._store.write(commits.send, [message])

    async def settle(self) -> None:
        """Wait until all queued work has run and its writes have finished."""
        for _ in range(3):
            for _, store in self._opened:
                await store.write(lambda _: None)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 -- the store has no event to await
                await asyncio.sleep(0.001)

    @property
    def _store(self) -> Store:
        _, store = self._opened[-1]
        return store

    def _failed(self, name: str, error: BaseException) -> None:
        self.fatal.append((name, error))
        if not self.first_fatal.done():
            self.first_fatal.set_result(error)

    async def close(self) -> None:
        """Stop the engines, as a stopping host does."""
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
    """Wait until `condition` holds for the instance, and return it."""
    instance = engine.get(instance_id)
    async with asyncio.timeout(20):
        while instance is None or not condition(instance):
            await asyncio.sleep(0.001)
            instance = engine.get(instance_id)
    return instance


async def wait_for_end(engine: Engine, instance_id: str) -> Instance:
    return await wait_for(engine, instance_id, lambda instance: instance.status.is_final)


def history_of(engine: Engine, instance_id: str = "it") -> list[dict[str, object]]:
    """The parsed events of the instance's current execution."""
    return [parse_event(event) for event in engine.get_history(instance_id)]


def episodes_of(engine: Engine, instance_id: str = "it") -> int:
    """The number of episodes of the instance."""
    return sum(event["EventType"] == EventType.ORCHESTRATOR_COMPLETED for event in history_of(engine, instance_id))
