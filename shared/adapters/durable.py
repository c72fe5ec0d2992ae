"""The durable engine behind the SDK's client: the only module that calls it."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import cast

import aiohttp
import azure.durable_functions as df
from pydantic import AwareDatetime, JsonValue, TypeAdapter

from shared.errors import EngineUnavailable, InvalidInput
from shared.models.base import WireModel
from shared.ports import Run, RunPage, RunQuery, RunState

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
_CONTINUATION_HEADER = "x-ms-continuation-token"
_PAGE = 100
_LIST_TIMEOUT = aiohttp.ClientTimeout(total=60)


class _ListedRun(WireModel):
    """An orchestration as the extension lists it."""

    instance_id: str
    runtime_status: df.OrchestrationRuntimeStatus
    custom_status: JsonValue = None
    created_time: AwareDatetime
    last_updated_time: AwareDatetime

    def to_run(self) -> Run:
        return Run(
            instance_id=self.instance_id,
            state=_STATES[self.runtime_status],
            custom_status=self.custom_status,
            created_at=self.created_time,
            updated_at=self.last_updated_time,
        )


_LISTED_RUNS: TypeAdapter[list[_ListedRun]] = TypeAdapter(list[_ListedRun])


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

    async def runs(self, prefix: str) -> Sequence[Run]:
        """See `Engine.runs`."""
        query = RunQuery(limit=_PAGE, prefix=prefix)
        page = await self.runs_page(query)
        runs = list(page.runs)
        while page.next_token is not None:
            page = await self.runs_page(query, page.next_token)
            runs += page.runs
        return runs

    async def runs_page(self, query: RunQuery, token: str | None = None) -> RunPage:
        """See `Engine.runs_page`. The SDK asks for the engine's first page only, so that this asks by itself."""
        headers = {_CONTINUATION_HEADER: token} if token else {}
        with _mapped_errors():
            async with (
                aiohttp.ClientSession(timeout=_LIST_TIMEOUT) as session,
                session.get(_list_url(self._client), params=_list_parameters(query), headers=headers) as response,
            ):
                if response.status == HTTPStatus.BAD_REQUEST and token:
                    raise InvalidInput("The token is not one that this list gave out: begin again without one.")
                response.raise_for_status()
                statuses = _LISTED_RUNS.validate_json(await response.read())
                next_token = response.headers.get(_CONTINUATION_HEADER)
            return RunPage([status.to_run() for status in statuses], next_token or None)

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


def _list_url(client: df.DurableOrchestrationClient) -> str:
    """Return where the host's own listener lists orchestrations; the SDK has no public name for it."""
    bindings = client._orchestration_bindings  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    if bindings.rpc_base_url is None:
        raise EngineUnavailable("The durable engine does not say where it is.")
    return f"{bindings.rpc_base_url}instances/"


def _list_parameters(query: RunQuery) -> dict[str, str]:
    statuses = ",".join(status.value for status, state in _STATES.items() if state in query.states)
    parameters = {
        "top": str(query.limit),
        "showInput": "false",
        "runtimeStatus": statuses,
        "createdTimeFrom": _to_text(query.created_after),
        "createdTimeTo": _to_text(query.created_before),
        "instanceIdPrefix": query.prefix,
    }
    return {name: value for name, value in parameters.items() if value}


def _to_text(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


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
    except (EngineUnavailable, InvalidInput):
        raise
    except (aiohttp.ClientError, OSError, TimeoutError) as exc:
        raise EngineUnavailable("The durable engine does not answer. Try again in a few seconds.") from exc
    except Exception as exc:
        # The SDK raises bare exceptions for every answer that it does not expect.
        raise EngineUnavailable("The durable engine refused the call. Try again in a few seconds.") from exc
