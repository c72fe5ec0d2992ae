"""A durable engine in memory that runs the real orchestrators, and delivers each activity at least once.

It keeps what the real one keeps over a crash; only the activities' processes are lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from azure.durable_functions import RetryOptions
from pydantic import JsonValue, TypeAdapter

from orchestrators.context import Flow, OrchestrationContext, Output, Task
from orchestrators.manga import run_manga
from orchestrators.step import run_step
from shared.names import MANGA_ORCHESTRATOR, STEP_ORCHESTRATOR
from shared.ports import Run, RunPage, RunQuery, RunState
from tests.explorer.processes import Killed, Process

VERSION = "1.3"
# host.json's visibility timeouts: so long after a crash an activity is delivered again.
_REDELIVERY_S = 60.0
_ORCHESTRATORS: dict[str, Callable[[OrchestrationContext], Flow[Output]]] = {
    MANGA_ORCHESTRATOR: run_manga,
    STEP_ORCHESTRATOR: run_step,
}

_OPTIONS: TypeAdapter[dict[str, int]] = TypeAdapter(dict[str, int])

type RunActivity = Callable[[Process, str, JsonValue], Awaitable[JsonValue]]


@dataclass(slots=True, eq=False)
class Promise:
    """A task of the orchestration context (`orchestrators.context.Task`)."""

    result: object = None
    is_completed: bool = False
    is_any: bool = False
    waiting: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])

    def complete(self, result: object) -> None:
        """End the task, once."""
        if not self.is_completed:
            self.result, self.is_completed = result, True
            for wake in self.waiting:
                wake()


class Execution:
    """One orchestration, from its start to its end; also its context."""

    def __init__(self, engine: "MemoryEngine", name: str, instance_id: str, input_: object) -> None:
        self.instance_id = instance_id
        self.version: str | None = VERSION
        self.name = name
        self.state: RunState = "pending"
        self.status: JsonValue = None
        self.output: JsonValue = None
        self.created_at = self.updated_at = engine.now()
        self.ended = Promise()
        self._engine = engine
        self._input = input_
        self._next_status: object = None
        self._events: dict[str, Promise] = {}
        self._flow = _ORCHESTRATORS[name](self)
        asyncio.get_running_loop().call_soon(self._resume, None)

    @property
    def is_over(self) -> bool:
        return self.state not in {"pending", "running"}

    @property
    def current_utc_datetime(self) -> datetime:
        return self._engine.now()

    def get_input(self) -> object:
        return self._input

    def set_custom_status(self, status: object) -> None:
        self._next_status = status

    def call_sub_orchestrator(self, name: str, input_: object = None, instance_id: str | None = None) -> Task:
        assert instance_id is not None
        return self._engine.begin(name, instance_id, input_).ended

    def call_activity_with_retry(self, name: str, retry_options: object, input_: object = None) -> Task:
        assert isinstance(retry_options, RetryOptions)
        promise = Promise()
        options = _OPTIONS.validate_python(retry_options.to_json())  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue, reportUnknownArgumentType]
        self._engine.schedule(name, input_, options, promise)
        return promise

    def create_timer(self, fire_at: datetime) -> Task:
        promise = Promise()
        delay_s = int((fire_at - self._engine.now()).total_seconds())
        asyncio.get_running_loop().call_later(delay_s, promise.complete, None)
        return promise

    def wait_for_external_event(self, name: str) -> Task:
        return self._events.setdefault(name, Promise())

    def task_any(self, activities: Sequence[Task]) -> Task:
        promise = Promise(is_any=True)
        for activity in activities:
            assert isinstance(activity, Promise)
            _when_done(activity, lambda done=activity: promise.complete(done))
        return promise

    def raise_event(self, name: str) -> None:
        if not self.is_over:
            self._events.setdefault(name, Promise()).complete({})

    def end(self, state: RunState, output: object) -> None:
        """End the orchestration, unless it has ended."""
        if not self.is_over:
            self.state, self.updated_at = state, self._engine.now()
            self._flow.close()
            self.ended.complete(output)

    def _resume(self, awaited: Promise | None) -> None:
        """Run the orchestrator until it waits for an unfinished task."""
        while not self.is_over:
            self.state = "running"
            try:
                awaited = self._advance(awaited)
            except StopIteration as stop:
                self._publish()
                self.output = stop.value
                self.end("completed", stop.value)
                return
            except Exception as exc:  # noqa: BLE001 - the engine ends an orchestration that raises
                self._engine.broken.append(f"{self.name}: {exc!r}")
                self.end("failed", exc)
                return
            self._publish()
            if not awaited.is_completed:
                _when_done(awaited, lambda done=awaited: self._resume_later(done))
                return

    def _resume_later(self, awaited: Promise) -> None:
        asyncio.get_running_loop().call_soon(self._resume, awaited)

    def _advance(self, awaited: Promise | None) -> Promise:
        if awaited is not None and isinstance(awaited.result, Exception) and not awaited.is_any:
            waits_for = self._flow.throw(awaited.result)
        else:
            waits_for = self._flow.send(None if awaited is None else awaited.result)
        assert isinstance(waits_for, Promise)
        return waits_for

    def _publish(self) -> None:
        self.status = self._next_status  # pyright: ignore[reportAttributeAccessIssue] - plain JSON by its model
        self.updated_at = self._engine.now()


def _when_done(promise: Promise, then: Callable[[], None]) -> None:
    if promise.is_completed:
        then()
    else:
        promise.waiting.append(then)


class MemoryEngine:
    """Engine. `broken` are orchestrations that raised, and `worker` is the process that activities are delivered to."""

    def __init__(self, rng: Random, now: Callable[[], datetime], run_activity: RunActivity, worker: Process) -> None:
        self.now = now
        self.worker = worker
        self.duplicates = 0.0
        self.executions: dict[str, Execution] = {}
        self.broken: list[str] = []
        self._rng = rng
        self._run_activity = run_activity
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, name: str, instance_id: str, input_: object) -> Execution:
        """Start an orchestration, and replace one with that id."""
        execution = Execution(self, name, instance_id, input_)
        self.executions[instance_id] = execution
        return execution

    def schedule(self, name: str, input_: object, options: Mapping[str, int], promise: Promise) -> None:
        """Run an activity with the built-in retry."""
        task = asyncio.create_task(self._with_retry(name, input_, options, promise))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Wait until no activity is on its way."""
        while self._tasks or any(not each.is_over for each in self.executions.values()):  # noqa: ASYNC110 - either
            await asyncio.sleep(1)

    async def _with_retry(self, name: str, input_: object, options: Mapping[str, int], promise: Promise) -> None:
        result: object = None
        for attempt in range(options["maxNumberOfAttempts"]):
            if attempt:
                await asyncio.sleep(options["firstRetryIntervalInMilliseconds"] / 1000)
            result = await self._delivered(name, input_)
            if not isinstance(result, Exception):
                break
        promise.complete(result)

    async def _delivered(self, name: str, input_: object) -> object:
        """Return what the first copy of the activity comes to whose host lives."""
        while True:
            worker = self.worker
            number = 2 if self._rng.random() < self.duplicates else 1
            copies = [asyncio.create_task(self._copy(worker, name, input_)) for _ in range(number)]
            lost = asyncio.create_task(worker.lost.wait())
            done, _ = await asyncio.wait([*copies, lost], return_when=asyncio.FIRST_COMPLETED)
            lost.cancel()
            if not worker.lost.is_set():
                return next(copy.result() for copy in copies if copy in done)
            await asyncio.sleep(_REDELIVERY_S)

    async def _copy(self, worker: Process, name: str, input_: object) -> object:
        try:
            return await self._run_activity(worker, name, input_)  # pyright: ignore[reportArgumentType]
        except Killed:
            # The process is lost, so this result is not used.
            return None
        except Exception as exc:  # noqa: BLE001 - the engine tries a failed activity again
            return exc

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        known = self.executions.get(instance_id)
        if known is not None and not known.is_over:
            return False
        self.begin(orchestrator, instance_id, start_input)
        return True

    async def run(self, instance_id: str) -> Run | None:
        found = self.executions.get(instance_id)
        return found and Run(instance_id, found.state, found.status, found.created_at, found.updated_at)

    async def runs(self, prefix: str) -> Sequence[Run]:
        found = [
            await self.run(instance_id) for instance_id in sorted(self.executions) if instance_id.startswith(prefix)
        ]
        return [run for run in found if run is not None]

    async def runs_page(self, query: RunQuery, token: str | None = None) -> RunPage:
        assert token is None
        before = query.created_before
        runs = [
            run
            for run in await self.runs(query.prefix)
            if run.state in (query.states or {run.state}) and (before is None or run.created_at <= before)
        ]
        return RunPage(runs, None)

    async def raise_event(self, instance_id: str, event: str) -> None:
        if (found := self.executions.get(instance_id)) is not None:
            asyncio.get_running_loop().call_soon(found.raise_event, event)

    async def terminate(self, instance_id: str, reason: str) -> None:
        del reason
        if (found := self.executions.get(instance_id)) is not None:
            asyncio.get_running_loop().call_soon(found.end, "terminated", Exception("terminated"))

    async def purge(self, instance_id: str) -> None:
        found = self.executions.get(instance_id)
        if found is not None and found.is_over:
            del self.executions[instance_id]
