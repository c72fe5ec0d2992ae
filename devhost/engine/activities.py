"""Activities: at most so many at once, each at least once, and its result stored before anything else happens."""

import asyncio
import logging
from collections.abc import Callable

from devhost.engine import commits, history
from devhost.engine.background import Background
from devhost.engine.clock import Clock, to_text
from devhost.engine.faults import Faults
from devhost.engine.invoker import Invoker, Outcome
from devhost.engine.limits import warn_if_large
from devhost.engine.records import Task, TaskRef
from devhost.engine.store import Store

#: Tells the orchestration that a stored completion waits for it.
type Deliver = Callable[[TaskRef, str], None]

_logger = logging.getLogger("devhost.engine.activities")


class Activities:
    """Runs activity tasks on the worker."""

    def __init__(
        self,
        *,
        store: Store,
        invoker: Invoker,
        background: Background,
        clock: Clock,
        faults: Faults,
        limit: int,
        deliver: Deliver,
        is_wanted: Callable[[TaskRef], bool],
    ) -> None:
        self._store = store
        self._invoker = invoker
        self._background = background
        self._clock = clock
        self._faults = faults
        self._slots = asyncio.Semaphore(limit)
        self._deliver = deliver
        self._is_wanted = is_wanted

    def submit(self, task: Task) -> None:
        self._background.start(self._run(task), f"activity {task.name}")

    async def _run(self, task: Task) -> None:
        async with self._slots:
            if not self._is_wanted(task.ref):
                return
            warn_if_large(task.input, f"the input of activity {task.name!r}")
            outcome = await self._invoke(task)
            self._faults.passing("activity-finished")
        warn_if_large(outcome.value, f"the output of activity {task.name!r}")
        completion = self._completion(task, outcome)
        if await self._store.write(lambda connection: commits.complete_task(connection, task.ref, completion)):
            self._faults.passing("activity-result-committed")
            self._deliver(task.ref, completion)

    async def _invoke(self, task: Task) -> Outcome:
        activity_input = task.input if task.input is not None else "null"
        if self._faults.duplicate_activities:
            await self._invoker.run_activity(task.name, activity_input)
        return await self._invoker.run_activity(task.name, activity_input)

    def _completion(self, task: Task, outcome: Outcome) -> str:
        at = to_text(self._clock())
        if outcome.error is None:
            return history.task_completed(at, task.ref.task_id, outcome.value)
        reason = f"Activity function '{task.name}' failed:  {outcome.error}"
        _logger.warning("%s (instance %s)\n%s", reason, task.ref.instance_id, outcome.stack.rstrip())
        return history.task_failed(at, task.ref.task_id, reason, outcome.stack)
