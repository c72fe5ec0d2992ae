"""Entities: each has a state, and runs its operations one batch at a time.

An operation is stored before it runs; the new state and the replies to callers are stored together, so an operation
changes the state exactly once even if the function itself had to run again after a crash.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import cast

from tools.devhost.engine.execution import history
from tools.devhost.engine.execution.replay import entity_name
from tools.devhost.engine.invoker import Outcome
from tools.devhost.engine.services import Services
from tools.devhost.engine.storage import commits
from tools.devhost.engine.storage.commits import TakenOverError
from tools.devhost.engine.storage.queues import MessageRefusedError, backoff_s
from tools.devhost.engine.storage.records import Entity, EntityOp, Message, TaskRef

_logger = logging.getLogger("devhost.engine.entities")


@dataclass(frozen=True, slots=True)
class _Result:
    text: str | None
    is_error: bool


class Entities:
    """Runs queued operations: those of one entity one batch after another, over all hosts."""

    def __init__(self, services: Services, wake_instance: Callable[[str], None]) -> None:
        self._services = services
        self._store = services.store
        self._wake_instance = wake_instance
        self._busy: set[str] = set()

    def wake(self) -> None:
        """Run the queued operations that no host runs."""
        for entity_id in self._store.read(commits.entities_with_ops):
            if entity_id not in self._busy and self._services.invoker.has_entity(entity_name(entity_id)):
                self._busy.add(entity_id)
                self._services.background.start(self._drain(entity_id), f"entity {entity_id}")

    async def _drain(self, entity_id: str) -> None:
        try:
            while batch := await self._store.write(commits.take_entity_ops, self._services.host_id, entity_id):
                await self._run_until_accepted(entity_id, batch)
        except TakenOverError as error:
            _logger.warning("the results of a batch are dropped: %s", error)
        finally:
            self._busy.discard(entity_id)

    async def _run_until_accepted(self, entity_id: str, batch: list[EntityOp]) -> None:
        """Run a batch, and again later, as the platform does, while the queue refuses its state or its replies."""
        for attempt in count(1):
            try:
                await self._run(entity_id, batch)
            except MessageRefusedError as error:
                wait_s = backoff_s(attempt)
                _logger.warning("entity %s is run again in %d s: %s", entity_id, wait_s, error)
                await asyncio.sleep(wait_s)
            else:
                return

    async def _run(self, entity_id: str, batch: list[EntityOp]) -> None:
        before = self._store.read(commits.find_entity, entity_id)
        outcome = await self._services.invoker.run_entity(entity_name(entity_id), _context(entity_id, before, batch))
        after, results = self._read_outcome(entity_id, before, batch, outcome)
        replies = [self._reply(op, op.caller, result) for op, result in zip(batch, results, strict=True) if op.caller]
        self._services.check_message(after.state, *(reply.event for reply in replies))
        await self._store.write(commits.store_entity_batch, after, batch, self._services.host_id, replies)
        self._services.faults.passing("entity-batch-committed")
        for reply in replies:
            self._wake_instance(reply.instance_id)

    def _read_outcome(
        self, entity_id: str, before: Entity | None, batch: list[EntityOp], outcome: Outcome
    ) -> tuple[Entity, list[_Result]]:
        at = self._services.now()
        if outcome.error is not None or outcome.value is None:
            error = outcome.error or "the entity function returned nothing"
            _logger.warning("entity %s failed: %s", entity_id, error)
            unchanged = before or Entity(entity_id, None, exists=False, updated_at=at)
            return unchanged, [_Result(history.to_json(error), is_error=True)] * len(batch)
        answer = cast("dict[str, object]", json.loads(outcome.value))
        exists = answer.get("entityExists") is True
        state = cast("str | None", answer.get("entityState")) if exists else None
        raw_results = cast("list[dict[str, object]]", answer["results"])
        results = [_Result(cast("str | None", r.get("result")), r.get("isError") is True) for r in raw_results]
        return Entity(entity_id, state, exists, at), results

    def _reply(self, op: EntityOp, caller: TaskRef, result: _Result) -> Message:
        """The reply an orchestrator waits for: an external event named by the request's id."""
        reply: dict[str, object] = {"result": result.text if result.text is not None else "null"}
        if result.is_error:
            reply["exceptionType"] = "System.Exception"
        at = self._services.now()
        event = history.event_raised(at, op.request_id or "", history.to_json(reply))
        return Message(caller.instance_id, event, at, caller.execution_id)


def _context(entity_id: str, entity: Entity | None, batch: list[EntityOp]) -> str:
    name, _, key = entity_id.removeprefix("@").partition("@")
    return history.to_json(
        {
            "self": {"name": name, "key": key},
            "exists": entity is not None and entity.exists,
            "state": entity.state if entity else None,
            "batch": [
                {"name": op.name, "input": op.input if op.input is not None else "null", "isSignal": op.caller is None}
                for op in batch
            ],
        }
    )


def entity_id(name: str, key: str) -> str:
    """``Counter``, ``k`` → ``@counter@k``."""
    return f"@{name.lower()}@{key}"
