"""The durable engine, by the SDK's client: the only module that calls it.

The engine answers 500, with a stack trace or an empty body, for every error of its storage
(https://github.com/Azure/azure-functions-durable-extension, HttpApiHandler.cs). The SDK's `get_status` reports such an
answer as an orchestration that does not exist, so this module sends these requests itself.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus

import aiohttp
import azure.durable_functions as df
from azure.durable_functions.models.utils.http_utils import get_async_request
from pydantic import AwareDatetime, JsonValue, TypeAdapter

from shared.errors import EngineUnavailable
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
# The SDK's own timeout of 240 s is longer than a client's request may take.
_TIMEOUT_S = 20.0
_PAGE_TIMEOUT_S = 60.0
_MAX_LOGGED_CHARACTERS = 1000

_logger = logging.getLogger(__name__)


class _Instance(WireModel):
    """An orchestration as the engine reports it."""

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


_INSTANCES: TypeAdapter[list[_Instance]] = TypeAdapter(list[_Instance])


class _UnexpectedAnswerError(Exception):
    """The engine answered with an unexpected status; the text is for the log."""

    def __init__(self, status: int, content: object) -> None:
        super().__init__(f"The engine answered {status}: {str(content)[:_MAX_LOGGED_CHARACTERS]}")


class DurableEngine:
    """Engine (`shared.ports`) on the durable client of a function."""

    def __init__(self, client: df.DurableOrchestrationClient, timeout_s: float = _TIMEOUT_S) -> None:
        """`timeout_s` is how long one call may take, other than a page of a list."""
        self._client = client
        self._timeout_s = timeout_s

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        """See `Engine.start`."""
        async with _mapped_errors(self._timeout_s):
            try:
                await self._client.start_new(orchestrator, instance_id, start_input)
            except Exception as exc:
                # The engine refuses an id that is running, and the SDK raises the same error for other refusals.
                extra = {"action": "engine_refused_start", "generation_id": instance_id}
                _logger.warning("The engine refused to start a generation", extra=extra, exc_info=exc)
                run = await self.run(instance_id)
                if run is None or run.is_over:
                    raise
                return False
            return True

    async def run(self, instance_id: str) -> Run | None:
        """See `Engine.run`."""
        async with _mapped_errors(self._timeout_s):
            status, content = await get_async_request(self._url(f"instances/{instance_id}?showInput=false"))
            if status == HTTPStatus.NOT_FOUND:
                return None
            if status not in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
                raise _UnexpectedAnswerError(status, content)
            return _Instance.model_validate(content).to_run()

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
        """See `Engine.runs_page`. The SDK asks for the engine's first page only."""
        headers = {_CONTINUATION_HEADER: token} if token else {}
        async with _mapped_errors(_PAGE_TIMEOUT_S):
            async with (
                aiohttp.ClientSession() as session,
                session.get(self._url("instances/"), params=_list_parameters(query), headers=headers) as response,
            ):
                response.raise_for_status()
                instances = _INSTANCES.validate_json(await response.read())
                next_token = response.headers.get(_CONTINUATION_HEADER)
            return RunPage([instance.to_run() for instance in instances], next_token or None)

    async def raise_event(self, instance_id: str, event: str) -> None:
        """See `Engine.raise_event`."""
        async with _mapped_errors(self._timeout_s):
            if await self._is_under_way(instance_id):
                await self._client.raise_event(instance_id, event, {})

    async def terminate(self, instance_id: str, reason: str) -> None:
        """See `Engine.terminate`."""
        async with _mapped_errors(self._timeout_s):
            if await self._is_under_way(instance_id):
                await self._client.terminate(instance_id, reason)

    async def purge(self, instance_id: str) -> None:
        """See `Engine.purge`."""
        async with _mapped_errors(self._timeout_s):
            await self._client.purge_instance_history(instance_id)

    async def _is_under_way(self, instance_id: str) -> bool:
        run = await self.run(instance_id)
        return run is not None and not run.is_over

    def _url(self, path: str) -> str:
        """Return a URL of the engine's API within the host; the SDK has no public name for its base."""
        bindings = self._client._orchestration_bindings  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        if bindings.rpc_base_url is None:
            raise EngineUnavailable("The durable engine does not say where it is.")
        return f"{bindings.rpc_base_url}{path}"


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


@asynccontextmanager
async def _mapped_errors(timeout_s: float) -> AsyncGenerator[None]:
    """Map any error of a call, and a timeout, to EngineUnavailable."""
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except EngineUnavailable:
        raise
    except Exception as exc:
        # The SDK raises bare exceptions for unexpected answers.
        raise EngineUnavailable("The durable engine does not answer right now. Try again in a few seconds.") from exc
