"""Activities: taken from the work-item queue by any host, at most so many at once, each at least once."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Callable

from tools.devhost.engine import commits, history
from tools.devhost.engine.alarm import Alarm
from tools.devhost.engine.background import Background
from tools.devhost.engine.clock import Clock, later, to_text
from tools.devhost.engine.faults import Faults
from tools.devhost.engine.http_calls import run_http_call
from tools.devhost.engine.invoker import Invoker, Outcome
from tools.devhost.engine.limits import warn_if_large
from tools.devhost.engine.queues import MessageRefusedError, QueueSettings, backoff_s, check_message
from tools.devhost.engine.records import Message, WorkItem
from tools.devhost.engine.replay import HTTP_ACTIVITY
from tools.devhost.engine.store import Store

_logger = logging.getLogger("devhost.engine.activities")


class Activities:
    """Runs activities on the worker."""

    def __init__(
        self,
        *,
        store: Store,
        invoker: Invoker,
        background: Background,
        clock: Clock,
        faults: Faults,
        limit: int,
        queues: QueueSettings,
        host_id: str,
        wake_instance: Callable[[str], None],
    ) -> None:
        self._store = store
        self._invoker = invoker
        self._background = background
        self._clock = clock
        self._faults = faults
        self._free = limit
        self._queues = queues
        self._host_id = host_id
        self._wake_instance = wake_instance
        self._alarm = Alarm(clock, self.wake)
        self._is_taking = False
        self._has_news = False

    def wake(self) -> None:
        """Take activities off the queue, if there is room for them."""
        self._has_news = True
        if not self._is_taking:
            self._is_taking = True
            self._background.start(self._take(), "work items")

    def close(self) -> None:
        self._alarm.cancel()

    async def _take(self) -> None:
        try:
            while self._has_news and self._free:
                self._has_news = False
                await self._take_up_to(self._free)
        finally:
            self._is_taking = False
        if self._free:
            self._alarm.set(self._store.read(commits.next_work_item))

    async def _take_up_to(self, free: int) -> None:
        now = to_text(self._clock())
        items = await self._store.write(
            lambda connection: commits.take_work_items(connection, self._host_id, free, now)
        )
        self._free -= len(items)
        for item in items:
            self._background.start(self._run(item), f"activity {item.name}")

    async def _run(self, item: WorkItem) -> None:
        try:
            await self._perform(item)
        finally:
            self._free += 1
            self.wake()

    async def _perform(self, item: WorkItem) -> None:
        match self._faults.duplicates:
            case None:
                await self._deliver(item)
            case "together":
                await asyncio.gather(self._deliver(item), self._deliver(item))
            case "later":
                await self._deliver(item)
                await self._deliver(item)

    async def _deliver(self, item: WorkItem) -> None:
        warn_if_large(item.input, f"the input of activity {item.name!r}")
        outcome = await self._invoke(item)
        self._faults.passing("activity-finished")
        warn_if_large(outcome.value, f"the output of activity {item.name!r}")
        ref = item.ref
        result = Message(ref.instance_id, self._completion(item, outcome), to_text(self._clock()), ref.execution_id)
        try:
            check_message(self._queues, result.event)
        except MessageRefusedError as error:
            await self._abandon(item, error)
            return
        if await self._store.write(lambda connection: self._complete(connection, item, result)):
            self._faults.passing("activity-result-committed")
            self._wake_instance(ref.instance_id)

    def _complete(self, connection: sqlite3.Connection, item: WorkItem, result: Message) -> bool:
        """Store a result, unless this host does not hold the activity any more; return whether it is stored."""
        if commits.complete_work_item(connection, item, self._host_id, result):
            return True
        if self._faults.duplicates is None:
            return False
        commits.send(connection, [result])
        return True

    async def _invoke(self, item: WorkItem) -> Outcome:
        activity_input = item.input if item.input is not None else "null"
        if item.name == HTTP_ACTIVITY:
            return await run_http_call(activity_input)
        return await self._invoker.run_activity(item.name, activity_input)

    def _completion(self, item: WorkItem, outcome: Outcome) -> str:
        at = to_text(self._clock())
        if outcome.error is None:
            return history.task_completed(at, item.ref.task_id, _compact(outcome.value))
        reason = f"Activity function '{item.name}' failed: {outcome.error}"
        _logger.warning("%s (instance %s)\n%s", reason, item.ref.instance_id, outcome.stack.rstrip())
        return history.task_failed(at, item.ref.task_id, reason, outcome.stack)

    async def _abandon(self, item: WorkItem, error: MessageRefusedError) -> None:
        """Have the activity run again later, as the platform does when its result is refused."""
        wait_s = backoff_s(item.dequeues)
        _logger.warning("activity %r of %s is run again in %d s: %s", item.name, item.ref.instance_id, wait_s, error)
        until = later(self._clock(), wait_s)
        await self._store.write(lambda connection: commits.release_work_item(connection, item, self._host_id, until))


def _compact(value: str | None) -> str | None:
    """The extension parses a result and writes it again."""
    try:
        return value and history.to_json(json.loads(value))
    except ValueError:
        return value
