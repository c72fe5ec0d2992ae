"""Runs a schedule on one stack, batch by batch, with readers whose connections break, and checks the results."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx

from tests.faults.calls import MODEL_TIMEOUT_S, Call, read_calls
from tests.faults.chaos import Chaos
from tests.faults.checks import Outcome, check_calls, check_outcome, check_same, least_calls
from tests.faults.findings import Finding
from tests.faults.incidents import HostDeath
from tests.faults.reader import Reader
from tests.faults.schedule import Batch, GenerationPlan, ImageMode, ReaderPlan, make_schedule
from tests.faults.summary import Summary
from tests.support.emulator_control import EmulatorControl
from tests.support.patience import patience_s
from tests.support.running_app import INSTANCES
from tests.support.unlimited import NO_LIMITS
from tests.support.visibility import short_visibility
from tests.support.waiting import async_wait_until
from tools.devstack.stack import Stack, StackOptions

#: Every generation of a batch ends within this time, whatever happens.
BATCH_PATIENCE_S = patience_s(120)
_LOOK_EVERY_S = 0.05
#: A stream has at least a heartbeat a second; a reader that hears nothing for so long hangs up.
_SILENCE_S = patience_s(15)
SETTINGS = {
    "MODEL_TEXT_TIMEOUT_SECONDS": str(MODEL_TIMEOUT_S),
    "MODEL_IMAGE_TIMEOUT_SECONDS": str(MODEL_TIMEOUT_S),
    "STREAM_WINDOW_SECONDS": "3",
    "STREAM_HEARTBEAT_SECONDS": "1",
    **NO_LIMITS,
    **short_visibility(),
}
TEXT_LATENCY_S, IMAGE_LATENCY_S = 0.05, 0.1


class Running:
    """A generation under way, with its readers; the first of them starts it."""

    def __init__(self, http: httpx.AsyncClient, plan: GenerationPlan) -> None:
        self.plan = plan
        self.readers = [Reader(http, reader, plan) for reader in plan.readers]
        self.wholes: dict[ImageMode, Outcome] = {}

    @property
    def first(self) -> Reader:
        """The reader that starts the generation."""
        return self.readers[0]

    @property
    def outcome(self) -> Outcome | None:
        """What a reader from 0 got, images as addresses; None if the generation did not end in time."""
        return self.wholes.get("url")

    async def read(self) -> None:
        """Read with all readers, to the end."""
        async with asyncio.TaskGroup() as readings:
            for place, reader in enumerate(self.readers):
                readings.create_task(self._read_as(place, reader))

    async def _read_as(self, place: int, reader: Reader) -> None:
        """The others join when the first one has got so far."""
        plan = self.plan.readers[place]
        await async_wait_until(lambda: len(self.first.results) >= plan.joins_after or self.first.has_ended)
        if place > 0 and not plan.sends_again:
            await async_wait_until(lambda: self.first.generation_id is not None)
            reader.generation_id = self.first.generation_id
        await reader.read()


def run_soak(generations: int, seed: int, data: Path, tell: Callable[[str], None] = lambda _: None) -> Summary:
    """Run so many generations under the faults of this seed's schedule."""
    summary = Summary(seed)
    began = time.monotonic()
    with Stack(StackOptions(data, settings=SETTINGS)) as stack:
        assert stack.emulator is not None
        emulator = EmulatorControl(stack.emulator.url)
        soak = _Soak(stack, emulator, summary)
        for number, batch in enumerate(make_schedule(seed, generations), start=1):
            asyncio.run(soak.run(batch))
            tell(f"batch {number}: {summary.as_they_should} of {summary.generations} ended as they should")
        asyncio.run(soak.read_all_again())
        emulator.close()
    summary.took_s = time.monotonic() - began
    return summary


class _Soak:
    """One run over one stack."""

    def __init__(self, stack: Stack, emulator: EmulatorControl, summary: Summary) -> None:
        self._stack = stack
        self._emulator = emulator
        self._chaos = Chaos(stack, emulator)
        self._summary = summary
        self._ended: list[Running] = []

    async def run(self, batch: Batch) -> None:
        """Run a batch's generations side by side, to the end of everything they began."""
        self._emulator.reset()
        self._emulator.delay(text=TEXT_LATENCY_S, image=IMAGE_LATENCY_S)
        self._emulator.fail(*(rule for plan in batch.generations for rule in plan.rules()))
        async with _client(self._stack.url) as http:
            running = [Running(http, plan) for plan in batch.generations]
            is_over = asyncio.Event()
            faults = asyncio.create_task(
                self._chaos.during(
                    batch.faults,
                    results=lambda: sum(len(one.first.results) for one in running),
                    generations=lambda: [one.first.generation_id for one in running if one.first.generation_id],
                    is_over=is_over,
                )
            )
            await self._read_all(http, running)
            is_over.set()
            deaths = await faults
        self._check_batch(running, deaths)

    async def read_all_again(self) -> None:
        """After one more restart of the host, every generation still reads the same."""
        self._chaos.restart_host()
        async with _client(self._stack.url) as http:
            for one in self._ended:
                if one.outcome is not None:
                    again = await self._read_whole(http, one, "url")
                    results = again.results if again else []
                    found = check_same(one.outcome.generation_id, results, one.outcome.results, "long after")
                    self._summary.findings.extend(found)
        self._summary.findings.extend(self._chaos.findings)
        self._summary.faults.update(self._chaos.injected)

    async def _read_all(self, http: httpx.AsyncClient, running: Sequence[Running]) -> None:
        try:
            async with asyncio.timeout(BATCH_PATIENCE_S):
                async with asyncio.TaskGroup() as readings:
                    for one in running:
                        readings.create_task(self._read(http, one))
                await self._until_idle(http)
        except TimeoutError:
            what = f"a batch was not over within {BATCH_PATIENCE_S:g} s"
            self._summary.findings.append(Finding("ending", "batch", what))

    async def _read(self, http: httpx.AsyncClient, one: Running) -> None:
        await one.read()
        modes: set[ImageMode] = {"url", *(reader.images for reader in one.readers)}
        for images in modes:
            whole = await self._read_whole(http, one, images)
            if whole is not None:
                one.wholes[images] = whole

    async def _read_whole(self, http: httpx.AsyncClient, one: Running, images: ImageMode) -> Outcome | None:
        """Read a generation from 0; None if its stream does not end."""
        reader = Reader(http, ReaderPlan(images), one.plan, generation_id=one.first.generation_id)
        await reader.read()
        self._summary.findings.extend(reader.findings)
        self._summary.readings += 1
        return Outcome(one.first.generation_id or "", reader.messages) if reader.has_ended else None

    async def _until_idle(self, http: httpx.AsyncClient) -> None:
        """Wait until no orchestration and no model call is under way, so that all calls are counted."""
        while True:
            if not await self._is_busy(http):
                return
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _is_busy(self, http: httpx.AsyncClient) -> bool:
        try:
            answer = await http.get(INSTANCES, params={"runtimeStatus": "Pending,Running"})
        except httpx.TransportError:
            return True
        return not answer.is_success or bool(answer.json()) or self._emulator.calls()["running"] > 0

    def _check_batch(self, running: Sequence[Running], deaths: Sequence[HostDeath]) -> None:
        """Check a batch and add it to the summary."""
        calls = read_calls(self._emulator.calls(full=True), [one.plan.mark for one in running])
        for call in calls:
            if call.mark is None:
                self._summary.findings.append(Finding("call", "nobody's", f"{call} belongs to no generation"))
        self._summary.model_calls += len(calls)
        self._summary.faults.update(f"model {call.fault}" for call in calls if call.fault)
        for one in running:
            self._count(one, [call for call in calls if call.mark == one.plan.mark], deaths)
        self._ended.extend(running)

    def _count(self, one: Running, calls: Sequence[Call], deaths: Sequence[HostDeath]) -> None:
        found = list(_check(one, calls, deaths))
        summary = self._summary
        summary.findings.extend(found)
        summary.generations += 1
        summary.readings += len(one.readers)
        summary.faults["reader cut"] += sum(reader.cuts for reader in one.readers)
        if one.outcome is not None:
            summary.as_they_should += not found
            summary.complete += one.outcome.is_complete
            summary.results += len(one.outcome.results)
            summary.least_model_calls += least_calls(one.outcome, calls)


def _check(one: Running, calls: Sequence[Call], deaths: Sequence[HostDeath]) -> Iterator[Finding]:
    for place, reader in enumerate(one.readers):
        yield from reader.findings
        if reader.generation_id != one.first.generation_id:
            yield Finding(
                "doubled", str(one.first.generation_id), f"reader {place} got another: {reader.generation_id}"
            )
        whole = one.wholes.get(reader.images)
        if whole is not None:
            yield from check_same(whole.generation_id, reader.results, whole.results, f"reader {place}")
    if one.outcome is None:
        yield Finding(
            "ending", one.first.generation_id or one.plan.mark, f"no end after {len(one.first.results)} results"
        )
    else:
        yield from check_outcome(one.outcome)
        yield from check_calls(one.outcome, calls, deaths)


def _client(url: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=url, trust_env=False, timeout=_SILENCE_S, limits=limits)
