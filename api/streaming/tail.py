"""Following a generation: one poller for each generation in a process, shared by all who read it here."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from api.generations.ledgers import LedgerSource
from api.streaming.failures import FailurePoller
from api.streaming.lines import Lines
from api.streaming.pace import failures_interval_s, first_interval_s, next_interval_s
from shared.errors import MangaError
from shared.models.ledger import Ledger
from shared.models.step_ref import StepRef
from shared.models.steps import FailureRecord
from shared.ports import Engine
from shared.storage.generations import Generations

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of a generation: its whole ledger, and the last failures of steps that are tried again."""

    ledger: Ledger = field(default_factory=Ledger)
    retries: Mapping[StepRef, FailureRecord] = field(default_factory=dict[StepRef, FailureRecord])
    deleted: bool = False

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come."""
        return self.deleted or self.ledger.is_closed


@dataclass(frozen=True, slots=True)
class Sources:
    """What a tail polls; `poll_s` is the time in seconds from a change to the next poll."""

    engine: Engine
    generations: Generations
    poll_s: float


class Tail:
    """The latest snapshot of a generation, and the means to wait for the next.

    `others` are the tails of this process, this one included: they share a bound on polls.
    """

    def __init__(self, sources: Sources, generation_id: str, others: Callable[[], Collection["Tail"]]) -> None:
        self.lines = Lines(sources.generations, generation_id)
        self._engine = sources.engine
        self._poll_s = sources.poll_s
        self._ledgers = LedgerSource(sources.generations)
        self._failures = FailurePoller(sources.generations, generation_id)
        self._generation_id = generation_id
        self._others = others
        self._changed = asyncio.Event()
        self._seen_run = False
        self.snapshot = Snapshot()
        self.failure: MangaError | None = None
        self.readers = 0
        self.polling: asyncio.Task[None] | None = None

    async def changed(self, since: Snapshot, timeout_s: float) -> Snapshot:
        """Return the latest snapshot as soon as it is another one than `since`, or after the timeout.

        Raises:
            MangaError: the generation can't be followed any more.
        """
        changed = self._changed
        if self.snapshot is since and self.failure is None:
            try:
                async with asyncio.timeout(timeout_s):
                    await changed.wait()
            except TimeoutError:
                return self.snapshot
        if self.failure is not None:
            # All readers raise the same error: without this its traceback would grow with each of them.
            raise self.failure.with_traceback(None)
        return self.snapshot

    async def poll(self) -> None:
        """Refresh the snapshot until it is final. Its readers learn of a failure from `changed`."""
        try:
            await self._poll_until_final()
        except MangaError as exc:
            self._fail(exc)
        except Exception as exc:
            # A reader must not wait for a poller that is dead.
            _logger.exception("A generation can't be followed", extra={"generation_id": self._generation_id})
            failure = MangaError("This generation can't be followed: something went wrong in this app.")
            failure.__cause__ = exc
            self._fail(failure)

    async def _poll_until_final(self) -> None:
        clock = asyncio.get_running_loop().time
        next_failures_at = clock() + failures_interval_s(len(self._others()))
        interval_s = self._poll_s
        while not self.snapshot.is_final:
            is_time = clock() >= next_failures_at
            latest = await self._look(with_failures=is_time)
            if is_time:
                next_failures_at = clock() + failures_interval_s(len(self._others()))
            if latest == self.snapshot:
                interval_s = next_interval_s(interval_s, len(self._others()))
            else:
                interval_s = first_interval_s(self._poll_s, len(self._others()))
                self._publish(latest)
            await asyncio.sleep(interval_s)

    async def _look(self, *, with_failures: bool) -> Snapshot:
        run = await self._engine.run(self._generation_id)
        if run is None:
            # The engine may need a moment until it knows what it was told to start.
            return Snapshot(deleted=self._seen_run)
        self._seen_run = True
        ledger = await self._ledgers.whole(run)
        if with_failures and not ledger.is_closed:
            await self._failures.poll()
        return Snapshot(ledger=ledger, retries=self._failures.retries(ledger))

    def _publish(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._wake()

    def _fail(self, failure: MangaError) -> None:
        self.failure = failure
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class Tails:
    """The tails that are read in this process."""

    def __init__(self) -> None:
        self._tails: dict[str, Tail] = {}

    @asynccontextmanager
    async def follow(self, sources: Sources, generation_id: str) -> AsyncGenerator[Tail]:
        """Share the generation's tail; its poller runs as long as somebody reads.

        One whose poller has ended is left to those who still read it: the generation may have been gone on with.
        """
        tail = self._tails.get(generation_id)
        if tail is None or tail.polling is None or tail.polling.done():
            tail = Tail(sources, generation_id, self._tails.values)
            self._tails[generation_id] = tail
            tail.polling = asyncio.create_task(tail.poll(), name=f"tail-{generation_id}")
        tail.readers += 1
        try:
            yield tail
        finally:
            tail.readers -= 1
            if tail.readers == 0:
                self._drop(generation_id, tail)

    def _drop(self, generation_id: str, tail: Tail) -> None:
        if self._tails.get(generation_id) is tail:
            del self._tails[generation_id]
        if tail.polling is not None:
            tail.polling.cancel()
