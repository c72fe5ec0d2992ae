"""Activities: any host takes them from the work-item queue, up to a limit, and runs each at least once."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Callable

from tools.devhost.engine.alarm import Alarm
from tools.devhost.engine.execution import history
from tools.devhost.engine.execution.limits import warn_if_large
from tools.devhost.engine.execution.replay import HTTP_ACTIVITY
from tools.devhost.engine.http_calls import run_http_call
from tools.devhost.engine.invoker import Outcome
from tools.devhost.engine.services import Services
from tools.devhost.engine.storage import commits
from tools.devhost.engine.storage.queues import MessageRefusedError, backoff_s
from tools.devhost.engine.storage.records import Message, WorkItem

_logger = logging.getLogger("devhost.engine.activities")


class Activities:
    """Runs activities on the worker."""

    def __init__(self, services: Services, wake_instance: Callable[[str], None]) -> None:
        self._services = services
        self._store = services.store
        self._faults = services.faults
        self._free = services.settings.max_activities
        self._wake_instance = wake_instance
        self._alarm = Alarm(services.clock, self.wake)
        self._is_taking = False
        self._is_woken = False

    def wake(self) -> None:
        """Take activities from the queue while there are free places."""
        self._is_woken = True
        if not self._is_taking:
            self._is_taking = True
            self._services.background.start(self._take(), "work items")

    def close(self) -> None:
        self._alarm.cancel()

    async def _take(self) -> None:
        try:
            while self._is_woken and self._free:
                self._is_woken = False
                await self._take_up_to(self._free)
        finally:
            self._is_taking = False
        if self._free:
            self._alarm.set(self._store.read(commits.next_work_item))

    async def _take_up_to(self, free: int) -> None:
        host_id, now = self._services.host_id, self._services.now()
        items = await self._store.write(commits.take_work_items, host_id, free, now)
        self._free -= len(items)
        for item in items:
            self._services.background.start(self._run(item), f"activity {item.name}")

    async def _run(self, item: WorkItem) -> None:
        try:
            match self._faults.duplicates:
                case None:
                    await self._deliver(item)
                case "together":
                    await asyncio.gather(self._deliver(item), self._deliver(item))
                case "later":
                    await self._deliver(item)
                    await self._deliver(item)
        finally:
            self._free += 1
            self.wake()

    async def _deliver(self, item: WorkItem) -> None:
        warn_if_large(item.input, f"the input of activity {item.name!r}")
        outcome = await self._invoke(item)
        self._faults.passing("activity-finished")
        warn_if_large(outcome.value, f"the output of activity {item.name!r}")
        ref, now = item.ref, self._services.now()
        result = Message(ref.instance_id, _completion(item, outcome, now), now, ref.execution_id)
        try:
            self._services.check_message(result.event)
        except MessageRefusedError as error:
            await self._retry_later(item, error)
            return
        if await self._store.write(self._complete, item, result):
            self._faults.passing("activity-result-committed")
            self._wake_instance(ref.instance_id)

    def _complete(self, connection: sqlite3.Connection, item: WorkItem, result: Message) -> bool:
        """Store a result, unless this host no longer holds the activity; return whether it is stored."""
        if commits.complete_work_item(connection, item, self._services.host_id, result):
            return True
        if self._faults.duplicates is None:
            return False
        commits.send(connection, [result])
        return True

    async def _invoke(self, item: WorkItem) -> Outcome:
        activity_input = item.input if item.input is not None else "null"
        if item.name == HTTP_ACTIVITY:
            return await run_http_call(activity_input)
        return await self._services.invoker.run_activity(item.name, activity_input)

    async def _retry_later(self, item: WorkItem, error: MessageRefusedError) -> None:
        """Run the activity again later, as the platform does when the queue refuses its result."""
        wait_s = backoff_s(item.dequeues)
        _logger.warning("activity %r of %s is run again in %d s: %s", item.name, item.ref.instance_id, wait_s, error)
        host_id, until = self._services.host_id, self._services.in_seconds(wait_s)
        await self._store.write(commits.release_work_item, item, host_id, until)


def _completion(item: WorkItem, outcome: Outcome, at: str) -> str:
    if outcome.error is None:
        return history.task_completed(at, item.ref.task_id, _compact(outcome.value))
    reason = f"Activity function '{item.name}' failed: {outcome.error}"
    _logger.warning("%s (instance %s)\n%s", reason, item.ref.instance_id, outcome.stack.rstrip())
    return history.task_failed(at, item.ref.task_id, reason, outcome.stack)


def _compact(value: str | None) -> str | None:
    """Return the JSON without spaces: the extension parses a result and serializes it again."""
    try:
        return value and history.to_json(json.loads(value))
    except ValueError:
        return value
