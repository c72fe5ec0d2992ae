"""A stack whose host a test starts, crashes and starts again."""

import asyncio
import itertools
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import httpx

from tests.faults.reader import Reader
from tests.faults.schedule import GenerationPlan, ReaderPlan
from tests.support.emulator_control import EmulatorControl
from tests.support.marked_stories import two_panel_story
from tests.support.running_app import INSTANCES, PATIENCE_S
from tests.support.waiting import async_wait_until, wait_until
from tools.devstack.stack import Stack

MARK = "Kabazu"
STORY = two_panel_story(MARK)


@dataclass(slots=True)
class Lab:
    """The processes, and one generation at a time."""

    stack: Stack
    emulator: EmulatorControl
    _settings: dict[str, str] = field(default_factory=dict[str, str])
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def serve(self, **settings: str) -> None:
        """Have a host with these settings, and no others."""
        assert self.stack.host is not None
        if self.stack.host.is_running and settings == self._settings:
            return
        self.stack.host.stop()
        self._settings = settings
        self.stack.start_host(**settings)

    async def generate(self, meanwhile: Callable[[Reader], Awaitable[None]] | None = None) -> Reader:
        """Run a generation to its end with a reader that comes back, and return it."""
        plan = GenerationPlan(0, MARK, STORY, (), next(self._numbers))
        async with self.client() as http, asyncio.timeout(PATIENCE_S):
            reader = Reader(http, ReaderPlan("url"), plan)
            reading = asyncio.create_task(reader.read())
            if meanwhile is not None:
                await meanwhile(reader)
            await reading
        assert not reader.findings, reader.findings
        return reader

    def kill(self) -> None:
        """Let the host die at once."""
        assert self.stack.host is not None
        self.stack.host.kill()

    async def until_dead(self) -> None:
        """Return once the host has died as by kill -9."""
        host = self.stack.host
        assert host is not None
        await async_wait_until(lambda: not host.is_running)
        assert host.process.returncode == -signal.SIGKILL, f"it ended with status {host.process.returncode}"

    def wait_until_idle(self) -> None:
        """Return once the host, if it runs, has nothing left to do: a reader has its last line a moment before."""
        assert self.stack.host is not None
        if self.stack.host.is_running:
            unfinished = f"{self.stack.url}{INSTANCES}?runtimeStatus=Pending,Running"
            wait_until(lambda: not httpx.get(unfinished, trust_env=False).json(), "the end of all work")

    def calls(self) -> Counter[tuple[str, str | None]]:
        """Return how often the model was asked for each thing."""
        return Counter((call["kind"], call["subject"]) for call in self.emulator.calls()["calls"])

    def client(self) -> httpx.AsyncClient:
        """Return a client of the app."""
        return httpx.AsyncClient(base_url=self.stack.url, trust_env=False, timeout=PATIENCE_S)
