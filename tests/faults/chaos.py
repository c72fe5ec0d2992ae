"""Injects the faults of the schedule into the processes, and records what was saved each time the host died."""

import asyncio
import signal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import httpx

from tests.faults.findings import Finding
from tests.faults.incidents import HostDeath
from tests.faults.schedule import Duplicates, HostKilled, ProcessFault, StorageAway
from tests.support.emulator_control import EmulatorControl
from tests.support.running_app import store_of
from tests.support.waiting import async_wait_until
from tools.devstack.host_program import is_devhost
from tools.devstack.processes import Child, StartFailed
from tools.devstack.stack import Stack

_LOOK_EVERY_S = 0.02
KILLED = "kill -9"
LINGERING = "worker outlives its host"
LINGERED = "end of a worker that outlived its host"
STORAGE_AWAY = "storage away"


@dataclass(slots=True)
class Chaos:
    """The processes of one run. Processes are started on the main thread: the readers wait for that moment."""

    stack: Stack
    emulator: EmulatorControl
    injected: list[str] = field(default_factory=list[str])
    findings: list[Finding] = field(default_factory=list[Finding])
    _armed: str | None = None
    _lingering: list[Child] = field(default_factory=list[Child])
    _deaths: list[HostDeath] = field(default_factory=list[HostDeath])

    async def during(
        self,
        faults: Sequence[ProcessFault],
        results: Callable[[], int],
        generations: Callable[[], Iterable[str]],
        is_over: asyncio.Event,
    ) -> list[HostDeath]:
        """Inject a batch's faults, each when its progress is reached; keep the host alive until the batch is over.

        `results` counts the results so far, `generations` gives the ids of the batch as far as they are known.
        """
        self._deaths = []
        for fault in faults:
            while results() < fault.after_results and not is_over.is_set():
                await self._look(generations)
            if is_over.is_set():
                break
            await asyncio.sleep(fault.delay_s)
            await self._inject(fault, generations)
        while not is_over.is_set() or self._lingering:
            await self._look(generations)
        return self._deaths

    def restart_host(self) -> None:
        """Restart the host, without faults."""
        if self.stack.host is not None:
            self.stack.host.stop()
        self._armed = None
        self.stack.start_host()

    async def _look(self, generations: Callable[[], Iterable[str]]) -> None:
        """Pause for a moment; if the host has died, record that and start the next one."""
        await asyncio.sleep(_LOOK_EVERY_S)
        for worker in [worker for worker in self._lingering if not worker.is_running]:
            self._lingering.remove(worker)
            self._deaths.append(HostDeath(LINGERED, int(self.emulator.calls()["total"]), frozenset()))
        if self.stack.host is not None and not self.stack.host.is_running:
            await self._note_death(generations())
            self._start_host(None, None)

    async def _inject(self, fault: ProcessFault, generations: Callable[[], Iterable[str]]) -> None:
        match fault:
            case HostKilled():
                await self._look(generations)
                if fault.lingers and is_devhost():
                    await self._lose_host(generations())
                else:
                    await self._kill_host(generations())
                self._start_host(fault.then_at, fault.then_twice)
            case StorageAway():
                await self._take_storage_away(fault.for_s)

    async def _kill_host(self, generations: Iterable[str]) -> None:
        if self.stack.host is not None:
            self.stack.host.kill()
        self._armed = None
        await self._note_death(generations)

    async def _lose_host(self, generations: Iterable[str]) -> None:
        """End the host, while the activities that it runs go on for some seconds."""
        host = self.stack.host
        assert host is not None
        host.process.send_signal(signal.SIGUSR1)
        await async_wait_until(lambda: not self._answers())
        self._armed = None
        self._lingering.append(host)
        self.injected.append(LINGERING)
        self._deaths.append(HostDeath(LINGERING, int(self.emulator.calls()["total"]), await self._saved(generations)))

    def _answers(self) -> bool:
        try:
            httpx.get(f"{self.stack.url}/admin/host/status", trust_env=False)
        except httpx.TransportError:
            return False
        return True

    async def _take_storage_away(self, for_s: float) -> None:
        """Stop the storage as an operator would: killed, Azurite forgets what it has acknowledged last."""
        assert self.stack.azurite is not None
        self.stack.azurite.child.stop()
        await asyncio.sleep(for_s)
        self.stack.start_storage()
        self.injected.append(STORAGE_AWAY)

    async def _note_death(self, generations: Iterable[str]) -> None:
        """Record the dead host's last call and what it had saved: nothing changes until the next one runs."""
        assert self.stack.host is not None
        status = self.stack.host.kill()
        how = f"crash at {self._armed.partition(':')[0]}" if self._armed else KILLED
        if status != -signal.SIGKILL:
            self.findings.append(Finding("process", "host", f"it ended by itself with status {status}"))
        self._armed = None
        self.injected.append(how)
        self._deaths.append(HostDeath(how, await self._last_call(), await self._saved(generations)))

    async def _last_call(self) -> int:
        """Return the number of the last call, once those that the dead host left behind have arrived and ended."""
        await async_wait_until(lambda: not self.emulator.calls()["running"])
        return int(self.emulator.calls()["total"])

    async def _saved(self, generations: Iterable[str]) -> frozenset[str]:
        async with store_of(self.stack) as store:
            return frozenset([name for id_ in generations async for name in store.names(f"{id_}/")])

    def _start_host(self, crash_at: str | None, twice: Duplicates | None) -> None:
        """Start a host, which dies at that point and delivers activities twice if it is devhost.

        One that dies while it starts is found dead by the next look.
        """
        self._armed = crash_at if is_devhost() else None
        settings = {"DEVHOST_CRASH_AT": self._armed, "DEVHOST_DUPLICATE_ACTIVITIES": twice if is_devhost() else None}
        if settings["DEVHOST_DUPLICATE_ACTIVITIES"]:
            self.injected.append(f"delivered twice, {twice}")
        try:
            self.stack.start_host(**{name: value for name, value in settings.items() if value})
        except StartFailed:
            if self._armed is None:
                raise
