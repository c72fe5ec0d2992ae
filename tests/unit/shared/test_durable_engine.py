"""The engine adapter against a failing endpoint: each call raises EngineUnavailable."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import get_args

import pytest

from shared.durable_engine import DurableEngine
from shared.errors import EngineUnavailable
from shared.ports import RunQuery
from tests.support.fakes.engine_endpoint import STACK_TRACE, EngineEndpoint, Fault, engine_endpoint

type Call = Callable[[DurableEngine], Awaitable[object]]

RUNNING = EngineEndpoint.RUNNING
UNKNOWN = "unknown"
CALLS: dict[str, tuple[str, Call]] = {
    "start": ("POST", lambda engine: engine.start("manga", UNKNOWN, {})),
    "run": ("GET", lambda engine: engine.run(RUNNING)),
    "runs": ("GET", lambda engine: engine.runs(RUNNING)),
    "runs_page": ("GET", lambda engine: engine.runs_page(RunQuery(limit=1))),
    "raise_event": ("POST", lambda engine: engine.raise_event(RUNNING, "cancel")),
    "raise_event, at its look-up": ("GET", lambda engine: engine.raise_event(RUNNING, "cancel")),
    "terminate": ("POST", lambda engine: engine.terminate(RUNNING, "deleted")),
    "terminate, at its look-up": ("GET", lambda engine: engine.terminate(RUNNING, "deleted")),
    "purge": ("DELETE", lambda engine: engine.purge(RUNNING)),
}
every_call = pytest.mark.parametrize(("method", "call"), CALLS.values(), ids=CALLS.keys())
every_fault = pytest.mark.parametrize("fault", [fault for fault in get_args(Fault.__value__) if fault != "silent"])


@pytest.fixture
async def endpoint() -> AsyncIterator[EngineEndpoint]:
    async with engine_endpoint() as running:
        yield running


@every_call
async def test_call_succeeds_without_a_fault(endpoint: EngineEndpoint, method: str, call: Call) -> None:
    await call(DurableEngine(endpoint.client()))

    assert [request for request in endpoint.requests if request.startswith(method)]


@every_fault
@every_call
async def test_unusable_answer_raises_engine_unavailable_with_its_cause(
    endpoint: EngineEndpoint, method: str, call: Call, fault: Fault
) -> None:
    endpoint.faults[method] = fault
    with pytest.raises(EngineUnavailable) as raised:
        await call(DurableEngine(endpoint.client()))

    assert raised.value.__cause__ is not None
    assert raised.value.retry_after_s == 5
    assert STACK_TRACE not in str(raised.value)


@every_call
async def test_missing_answer_raises_engine_unavailable(
    endpoint: EngineEndpoint, method: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.durable_engine._PAGE_TIMEOUT_S", 0.05)
    endpoint.faults[method] = "silent"
    with pytest.raises(EngineUnavailable) as raised:
        await call(DurableEngine(endpoint.client(), timeout_s=0.05))

    assert isinstance(raised.value.__cause__, TimeoutError)


@every_call
async def test_refused_connection_raises_engine_unavailable(method: str, call: Call) -> None:
    async with engine_endpoint() as gone:
        client = gone.client()
    with pytest.raises(EngineUnavailable) as raised:
        await call(DurableEngine(client))

    assert isinstance(raised.value.__cause__, OSError), method


async def test_run_of_an_unknown_orchestration_is_none(endpoint: EngineEndpoint) -> None:
    assert await DurableEngine(endpoint.client()).run(UNKNOWN) is None


async def test_start_whose_answer_is_lost_counts_as_already_running(endpoint: EngineEndpoint) -> None:
    endpoint.faults["POST"] = "closed"

    assert not await DurableEngine(endpoint.client()).start("manga", RUNNING, {})


async def test_cause_quotes_the_beginning_of_an_unexpected_answer(endpoint: EngineEndpoint) -> None:
    endpoint.faults["GET"] = "500"
    with pytest.raises(EngineUnavailable) as raised:
        await DurableEngine(endpoint.client()).run(RUNNING)

    words = str(raised.value.__cause__)
    assert "No table." in words
    assert len(words) < 1100


async def test_refused_start_is_logged_even_if_the_lookup_fails(
    endpoint: EngineEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.faults |= {"POST": "500", "GET": "closed"}
    with pytest.raises(EngineUnavailable):
        await DurableEngine(endpoint.client()).start("manga", RUNNING, {})

    (record,) = (record for record in caplog.records if record.levelno == logging.WARNING)
    assert record.exc_info is not None
    assert "No table." in str(record.exc_info[1])
