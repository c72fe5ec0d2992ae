"""Polls a generation for everyone who reads its stream: one poller per generation and process."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from api.generations.ledgers import LedgerReader
from api.streaming.entry_steps import steps_of
from api.streaming.lines import Lines
from shared.deps import Deps
from shared.errors import MangaError
from shared.models.ledger import Ledger
from shared.models.step_ref import StepRef
from shared.models.steps import FailureRecord
from shared.ports import Engine
from shared.storage.generations import Generations

_logger = logging.getLogger(__name__)

# 95 of 100 results have to reach their readers within a second.
MAX_INTERVAL_S = 0.8
FAILURES_INTERVAL_S = 3.0
# Limits for all pollers of a process together: a poll is a query to the engine, or a listing of blobs.
POLLS_PER_S = 100
FAILURE_POLLS_PER_S = 25
_BACKOFF = 1.5


def first_interval_s(configured_s: float, pollers: int) -> float:
    """Return how long to wait after a poll that found a change."""
    return max(configured_s, pollers / POLLS_PER_S)


def next_interval_s(interval_s: float, pollers: int) -> float:
    """Return how long to wait after a poll that found no change, when the last wait was `interval_s`."""
    return max(interval_s, min(interval_s * _BACKOFF, MAX_INTERVAL_S), pollers / POLLS_PER_S)


def failures_interval_s(pollers: int) -> float:
    """Return how long to wait between two polls of the failure records."""
    return max(FAILURES_INTERVAL_S, pollers / FAILURE_POLLS_PER_S)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A generation's state: its full ledger, and the latest failures of steps that will be retried."""

    ledger: Ledger = field(default_factory=Ledger)
    retries: Mapping[StepRef, FailureRecord] = field(default_factory=dict[StepRef, FailureRecord])
    deleted: bool = False

    @property
    def is_final(self) -> bool:
        """Whether it will not change any more."""
        return self.deleted or self.ledger.is_closed


class Poller:
    """Polls one generation until it ends, and wakes its readers on each change.

    `count_pollers` returns how many there are in this process.
    """

    def __init__(self, deps: Deps, engine: Engine, generation_id: str, count_pollers: Callable[[], int]) -> None:
        self.lines = Lines(deps.cached_generations, generation_id)
        self.snapshot = Snapshot()
        self.readers = 0
        self._engine = engine
        self._generation_id = generation_id
        self._interval_s = deps.settings.stream_poll_s
        self._count_pollers = count_pollers
        self._ledgers = LedgerReader(deps.cached_generations)
        self._failures = _FailureRecords(deps.cached_generations, generation_id)
        self._was_found = False
        self._error: MangaError | None = None
        self._changed = asyncio.Event()
        self.task = asyncio.create_task(self._run(), name=f"poller-{generation_id}")

    async def wait_for_change(self, since: Snapshot, timeout_s: float) -> Snapshot:
        """Return the latest snapshot as soon as it differs from `since`, or after the timeout.

        Raises:
            MangaError: polling has failed.
        """
        changed = self._changed
        if self.snapshot is since and self._error is None:
            try:
                async with asyncio.timeout(timeout_s):
                    await changed.wait()
            except TimeoutError:
                return self.snapshot
        if self._error is not None:
            # All readers raise the same error: without this its traceback would grow with each of them.
            raise self._error.with_traceback(None)
        return self.snapshot

    async def _run(self) -> None:
        try:
            await self._poll_until_final()
        except MangaError as exc:
            self._error = exc
        except Exception as exc:
            # Readers have to be woken whatever happens.
            _logger.exception("A generation can't be polled", extra={"generation_id": self._generation_id})
            self._error = MangaError("This generation can't be followed: something went wrong in this app.")
            self._error.__cause__ = exc
        self._wake_readers()

    async def _poll_until_final(self) -> None:
        clock = asyncio.get_running_loop().time
        interval_s = self._interval_s
        failures_due_at = clock() + failures_interval_s(self._count_pollers())
        while not self.snapshot.is_final:
            with_failures = clock() >= failures_due_at
            latest = await self._poll(with_failures=with_failures)
            if with_failures:
                failures_due_at = clock() + failures_interval_s(self._count_pollers())
            if latest == self.snapshot:
                interval_s = next_interval_s(interval_s, self._count_pollers())
            else:
                interval_s = first_interval_s(self._interval_s, self._count_pollers())
                self.snapshot = latest
                self._wake_readers()
            await asyncio.sleep(interval_s)

    async def _poll(self, *, with_failures: bool) -> Snapshot:
        run = await self._engine.run(self._generation_id)
        if run is None:
            # A run that was just started may be unknown to the engine for a moment.
            return Snapshot(deleted=self._was_found)
        self._was_found = True
        ledger = await self._ledgers.read(run)
        if with_failures and not ledger.is_closed:
            await self._failures.refresh()
        return Snapshot(ledger=ledger, retries=self._failures.retries(ledger))

    def _wake_readers(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class _FailureRecords:
    """The failure records of one generation. Each is read once, and again when it has changed."""

    def __init__(self, generations: Generations, generation_id: str) -> None:
        self._generations = generations
        self._generation_id = generation_id
        self._read: dict[StepRef, tuple[str, FailureRecord]] = {}

    async def refresh(self) -> None:
        async for step, etag in self._generations.failures(self._generation_id):
            if step.kind == "lettering":
                # A translation runs beside the rounds that the stream is about.
                continue
            if step in self._read and self._read[step][0] == etag:
                continue
            if record := await self._generations.failure(step):
                self._read[step] = etag, record

    def retries(self, ledger: Ledger) -> Mapping[StepRef, FailureRecord]:
        """Return the records of steps that will be retried in the ledger's round and have no result in it yet."""
        ended = set(steps_of(ledger, self._generation_id))
        return {
            step: record
            for step, (_, record) in self._read.items()
            if record.will_retry and record.round == ledger.round and step not in ended
        }


class Pollers:
    """The pollers of this process."""

    def __init__(self) -> None:
        self._pollers: dict[str, Poller] = {}

    @asynccontextmanager
    async def follow(self, deps: Deps, engine: Engine, generation_id: str) -> AsyncGenerator[Poller]:
        """Share the generation's poller with its other readers; it stops when the last of them leaves.

        A poller that has ended is not shared any more: a new round may have begun since.
        """
        poller = self._pollers.get(generation_id)
        if poller is None or poller.task.done():
            poller = self._pollers[generation_id] = Poller(deps, engine, generation_id, self._pollers.__len__)
        poller.readers += 1
        try:
            yield poller
        finally:
            poller.readers -= 1
            if poller.readers == 0:
                poller.task.cancel()
                if self._pollers.get(generation_id) is poller:
                    del self._pollers[generation_id]
