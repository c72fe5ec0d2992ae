"""The durable engine behind the SDK's client: the only module that calls it."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import cast

import aiohttp
import azure.durable_functions as df
from pydantic import JsonValue

from shared.errors import EngineUnavailable
from shared.ports import Run, RunState

_STATES: Mapping[df.OrchestrationRuntimeStatus, RunState] = {
    df.OrchestrationRuntimeStatus.Pending: "pending",
    df.OrchestrationRuntimeStatus.Running: "running",
    df.OrchestrationRuntimeStatus.ContinuedAsNew: "running",
    df.OrchestrationRuntimeStatus.Suspended: "suspended",
    df.OrchestrationRuntimeStatus.Completed: "completed",
    df.OrchestrationRuntimeStatus.Failed: "failed",
    df.OrchestrationRuntimeStatus.Canceled: "terminated",
    df.OrchestrationRuntimeStatus.Terminated: "terminated",
}
_UNFINISHED = [
    df.OrchestrationRuntimeStatus.Pending,
    df.OrchestrationRuntimeStatus.Running,
    df.OrchestrationRuntimeStatus.Suspended,
]


class DurableEngine:
    """Engine (`shared.ports`) on the durable client that a function is handed."""

    def __init__(self, client: df.DurableOrchestrationClient) -> None:
        self._client = client

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        """See `Engine.start`."""
        with _mapped_errors():
            try:
                await self._client.start_new(orchestrator, instance_id, start_input)
            except Exception:
                # The engine refuses an id that is running, with nothing to tell that from other refusals.
                run = await self.run(instance_id)
                if run is None or run.is_over:
                    raise
                return False
            return True

    async def run(self, instance_id: str) -> Run | None:
        """See `Engine.run`."""
        with _mapped_errors():
            status = await self._client.get_status(instance_id)
        return _to_run(status) if status else None

    async def unfinished_runs(self, prefix: str) -> Sequence[Run]:
        """See `Engine.unfinished_runs`."""
        with _mapped_errors():
            statuses = await self._client.get_status_by(instance_id_prefix=prefix, runtime_status=_UNFINISHED)
        return [_to_run(status) for status in statuses]

    async def runs(self, prefix: str) -> Sequence[Run]:
        """See `Engine.runs`."""
        with _mapped_errors():
            statuses = await self._client.get_status_by(instance_id_prefix=prefix)
        return [_to_run(status) for status in statuses]

    async def raise_event(self, instance_id: str, event: str) -> None:
        """See `Engine.raise_event`."""
        with _mapped_errors():
            if await self._is_under_way(instance_id):
                await self._client.raise_event(instance_id, event, {})

    async def terminate(self, instance_id: str, reason: str) -> None:
        """See `Engine.terminate`."""
        with _mapped_errors():
            if await self._is_under_way(instance_id):
                await self._client.terminate(instance_id, reason)

    async def purge(self, instance_id: str) -> None:
        """See `Engine.purge`."""
        with _mapped_errors():
            await self._client.purge_instance_history(instance_id)

    async def _is_under_way(self, instance_id: str) -> bool:
        run = await self.run(instance_id)
        return run is not None and not run.is_over


def _to_run(status: "df.DurableOrchestrationStatus") -> Run:
    if status.instance_id is None or status.runtime_status is None:
        raise EngineUnavailable("The durable engine gave an orchestration without an id or a status.")
    if status.created_time is None or status.last_updated_time is None:
        raise EngineUnavailable("The durable engine gave an orchestration without its times.")
    return Run(
        instance_id=status.instance_id,
        state=_STATES[status.runtime_status],
        custom_status=cast("JsonValue", status.custom_status),
        created_at=status.created_time,
        updated_at=status.last_updated_time,
    )


@contextmanager
def _mapped_errors() -> Generator[None]:
    try:
        yield
    except EngineUnavailable:
        raise
    except (aiohttp.ClientError, OSError, TimeoutError) as exc:
        raise EngineUnavailable("The durable engine does not answer. Try again in a few seconds.") from exc
    except Exception as exc:
        # The SDK raises bare exceptions for every answer that it does not expect.
        raise EngineUnavailable("The durable engine refused the call. Try again in a few seconds.") from exc
