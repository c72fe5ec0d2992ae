"""One orchestrator for each durable pattern, and HTTP functions for observing the host."""

# ruff: noqa: INP001, PLR0911 -- a function app is a folder, not a package; the client route is one big switch
# The SDK publishes no complete types.
# pyright: basic, reportAttributeAccessIssue=false, reportCallIssue=false, reportIndexIssue=false
import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from azure.functions.warmup import WarmUpContext
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, StreamingResponse

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)

type Flow = Generator[Any, Any, Any]

RETRY_TWICE = df.RetryOptions(first_retry_interval_in_milliseconds=50, max_number_of_attempts=2)


def note(line: str) -> None:
    """Record a run in a file that survives a crash of the host."""
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(line + "\n")


def count_notes(line: str) -> int:
    path = Path(os.environ["NOTES"])
    return path.read_text().splitlines().count(line) if path.is_file() else 0


_warm_ups: list[str] = []


@app.function_name("warmup")
@app.warm_up_trigger("context")
def warm_up(context: WarmUpContext) -> None:
    _warm_ups.append("warm")


@app.route(route="warm-ups", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def warm_ups(req: Request) -> JSONResponse:
    return JSONResponse(_warm_ups)


@app.activity_trigger(input_name="number")
def double(number: int) -> int:
    note(f"double {number}")
    return number * 2


@app.activity_trigger(input_name="number")
async def slow_double(number: int) -> int:
    note(f"slow_double {number}")
    await asyncio.sleep(float(os.environ.get("SLOW_S", "0.05")))
    return number * 2


@app.activity_trigger(input_name="name")
def gated(name: str) -> str:
    """Waits, in a thread, until the test creates the gate's file."""
    note(f"begun {name}")
    while not _gate_file().exists():
        time.sleep(0.02)
    note(f"ended {name}")
    return name


@app.activity_trigger(input_name="name")
async def gated_async(name: str) -> str:
    """Waits, on the event loop, until the test creates the gate's file."""
    note(f"begun {name}")
    while not _gate_file().exists():  # noqa: ASYNC110 -- the test creates it
        await asyncio.sleep(0.02)
    note(f"ended {name}")
    return name


def _gate_file() -> Path:
    return Path(os.environ["NOTES"]).with_name("gate")


@app.activity_trigger(input_name="name")
def fails_once(name: str) -> str:
    """Fails only on its first run, even across restarts of the host."""
    note(f"fails_once {name}")
    if count_notes(f"fails_once {name}") == 1:
        raise ValueError(f"first time for {name}")
    return f"{name} done"


@app.activity_trigger(input_name="name")
def always_fails(name: str) -> str:
    note(f"always_fails {name}")
    raise ValueError(f"never for {name}")


@app.orchestration_trigger(context_name="context")
def chain(context: df.DurableOrchestrationContext) -> Flow:
    value = context.get_input()
    for _ in range(3):
        value = yield context.call_activity("slow_double", value)
    return value


@app.orchestration_trigger(context_name="context")
def fan_out(context: df.DurableOrchestrationContext) -> Flow:
    results = yield context.task_all([context.call_activity("slow_double", n) for n in range(5)])
    return sum(results)


@app.orchestration_trigger(context_name="context")
def gated_steps(context: df.DurableOrchestrationContext) -> Flow:
    steps = [context.call_activity("gated", "sync"), context.call_activity("gated_async", "async")]
    return (yield context.task_all(steps))


@app.orchestration_trigger(context_name="context")
def first_of(context: df.DurableOrchestrationContext) -> Flow:
    tasks = [context.call_activity("slow_double", n) for n in range(3)]
    remaining, results = list(tasks), []
    while remaining:
        winner = yield context.task_any(remaining)
        remaining.remove(winner)
        results.append(winner.result)
        context.set_custom_status({"done": len(results)})
    return sorted(results)


@app.orchestration_trigger(context_name="context")
def retry_succeeds(context: df.DurableOrchestrationContext) -> Flow:
    result = yield context.call_activity_with_retry("fails_once", RETRY_TWICE, context.instance_id)
    return result


@app.orchestration_trigger(context_name="context")
def retry_gives_up(context: df.DurableOrchestrationContext) -> Flow:
    try:
        yield context.call_activity_with_retry("always_fails", RETRY_TWICE, context.instance_id)
    except Exception as error:  # noqa: BLE001 -- the SDK raises plain Exception
        return {"gave_up": "never for" in str(error)}
    return "unreachable"


@app.orchestration_trigger(context_name="context")
def timer_beats_event(context: df.DurableOrchestrationContext) -> Flow:
    timer = context.create_timer(context.current_utc_datetime + timedelta(milliseconds=300))
    event = context.wait_for_external_event("go")
    winner = yield context.task_any([timer, event])
    return "timer" if winner == timer else "event"


@app.orchestration_trigger(context_name="context")
def event_beats_timer(context: df.DurableOrchestrationContext) -> Flow:
    timer = context.create_timer(context.current_utc_datetime + timedelta(hours=1))
    event = context.wait_for_external_event("go")
    winner = yield context.task_any([timer, event])
    if winner == event:
        timer.cancel()
        return event.result
    return "timer"


@app.orchestration_trigger(context_name="context")
def child(context: df.DurableOrchestrationContext) -> Flow:
    result = yield context.call_activity("slow_double", context.get_input())
    return {"child": result}


@app.orchestration_trigger(context_name="context")
def flaky_child(context: df.DurableOrchestrationContext) -> Flow:
    result = yield context.call_activity("fails_once", context.get_input())
    return result


@app.orchestration_trigger(context_name="context")
def parent(context: df.DurableOrchestrationContext) -> Flow:
    tasks = [context.call_sub_orchestrator("child", n, f"{context.instance_id}:{n}") for n in range(2)]
    results = yield context.task_all(tasks)
    retried = yield context.call_sub_orchestrator_with_retry("flaky_child", RETRY_TWICE, context.instance_id)
    return [results, retried]


@app.orchestration_trigger(context_name="context")
def everything(context: df.DurableOrchestrationContext) -> Flow:
    """Combines fan-out, retries and a child."""
    tasks = [context.call_activity("double", n) for n in range(2)]
    tasks.append(context.call_activity_with_retry("fails_once", RETRY_TWICE, context.instance_id))
    tasks.append(context.call_sub_orchestrator("child", 5, f"{context.instance_id}:child"))
    results = yield context.task_all(tasks)
    context.set_custom_status({"results": len(results)})
    last = yield context.call_activity("double", 10)
    return [results, last]


@app.orchestration_trigger(context_name="context")
def with_entity(context: df.DurableOrchestrationContext) -> Flow:
    counter = df.EntityId("counter", context.instance_id)
    context.signal_entity(counter, "add", 5)
    yield context.call_entity(counter, "add", 2)
    total = yield context.call_entity(counter, "get")
    return total


@app.orchestration_trigger(context_name="context")
def entity_error(context: df.DurableOrchestrationContext) -> Flow:
    try:
        yield context.call_entity(df.EntityId("counter", context.instance_id), "explode")
    except Exception as error:  # noqa: BLE001 -- the SDK raises plain Exception
        return str(error)
    return "unreachable"


@app.orchestration_trigger(context_name="context")
def eternal(context: df.DurableOrchestrationContext) -> Flow:
    n = context.get_input()
    doubled = yield context.call_activity("slow_double", n)
    context.set_custom_status({"round": n})
    if n < 4:
        context.continue_as_new(n + 1)
        return None
    return {"rounds": n, "last": doubled}


@app.orchestration_trigger(context_name="context")
def waits_for_event(context: df.DurableOrchestrationContext) -> Flow:
    value = yield context.wait_for_external_event("go")
    return value


@app.orchestration_trigger(context_name="context")
def parent_of_waiting_child(context: df.DurableOrchestrationContext) -> Flow:
    result = yield context.call_sub_orchestrator("waits_for_event", None, f"{context.instance_id}:child")
    return result


@app.orchestration_trigger(context_name="context")
def retry_uncaught(context: df.DurableOrchestrationContext) -> Flow:
    yield context.call_activity_with_retry("always_fails", RETRY_TWICE, context.instance_id)


@app.orchestration_trigger(context_name="context")
def leaves_work_behind(context: df.DurableOrchestrationContext) -> Flow:
    """Returns while an activity still runs: the instance ends when the activity has ended."""
    quick = context.call_activity("double", 1)
    slow = context.call_activity("slow_double", 2)
    yield context.task_any([quick, slow])
    return "early"


@app.orchestration_trigger(context_name="context")
def fails_after_activity(context: df.DurableOrchestrationContext) -> Flow:
    before = yield context.call_activity("double", 3)
    after = yield context.call_activity("fails_once", context.instance_id)
    return [before, after]


@app.orchestration_trigger(context_name="context")
def big_status(context: df.DurableOrchestrationContext) -> Flow:
    context.set_custom_status("漢" * context.get_input())
    yield context.call_activity("double", 1)
    return "kept"


@app.orchestration_trigger(context_name="context")
def calls_nothing_known(context: df.DurableOrchestrationContext) -> Flow:
    yield context.call_activity("no_such_activity", 1)


@app.orchestration_trigger(context_name="context")
def over_http(context: df.DurableOrchestrationContext) -> Flow:
    answer = yield context.call_http("GET", context.get_input())
    return [answer["statusCode"], json.loads(answer["content"])]


@app.orchestration_trigger(context_name="context")
def plain(context: df.DurableOrchestrationContext) -> str:
    return f"hello {context.get_input()}"


@app.entity_trigger(context_name="context")
def counter(context: df.DurableEntityContext) -> None:
    value = context.get_state(lambda: 0)
    match context.operation_name:
        case "add":
            value += context.get_input()
            context.set_state(value)
            context.set_result(value)
        case "get":
            context.set_result(value)
        case operation:
            raise ValueError(f"no operation {operation}")


@app.route(route="echo/{name}/{rest?}", methods=["GET", "POST"], auth_level=func.AuthLevel.ANONYMOUS)
async def echo(req: Request) -> JSONResponse:
    body = await req.body()
    return JSONResponse(
        {
            "params": dict(req.path_params),
            "query": dict(req.query_params),
            "headers": {name: req.headers[name] for name in req.headers},
            "size": len(body),
            "method": req.method,
        }
    )


@app.route(route="echo/literal", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def literal(req: Request) -> JSONResponse:
    return JSONResponse({"literal": True})


@app.route(route="secured", methods=["GET"])
async def secured(req: Request) -> JSONResponse:
    return JSONResponse({"ok": True})


@app.route(route="administered", methods=["GET"], auth_level=func.AuthLevel.ADMIN)
async def administered(req: Request) -> JSONResponse:
    return JSONResponse({"ok": True})


@app.route(route="raises", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def raises(req: Request) -> JSONResponse:
    raise ValueError("a bug in the app")


_gates: dict[str, asyncio.Event] = {}


def _gate(name: str) -> asyncio.Event:
    return _gates.setdefault(name, asyncio.Event())


@app.route(route="stream/{gate}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def stream(req: Request) -> StreamingResponse:
    """Sends one line, and a second one when the gate is open."""
    gate = req.path_params["gate"]

    async def lines() -> AsyncIterator[bytes]:
        try:
            yield b"first\n"
            await _gate(gate).wait()
            yield b"second\n"
        except asyncio.CancelledError:
            note(f"stream {gate} cancelled")
            raise

    return StreamingResponse(lines(), media_type="application/x-ndjson")


@app.route(route="breaks", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def breaks(req: Request) -> StreamingResponse:
    """Fails after the first line has been sent."""

    async def lines() -> AsyncIterator[bytes]:
        yield b"half\n"
        await asyncio.sleep(0)
        raise ValueError("a bug in the middle of a stream")

    return StreamingResponse(lines(), media_type="application/x-ndjson")


@app.route(route="gates/{gate}", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
async def open_gate(req: Request) -> JSONResponse:
    _gate(req.path_params["gate"]).set()
    return JSONResponse({})


@app.route(route="upload", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
async def upload(req: Request) -> JSONResponse:
    """Records the arrival of each chunk of the body."""
    sizes = []
    async for chunk in req.stream():
        if chunk:
            note(f"upload {len(chunk)}")
            sizes.append(len(chunk))
    return JSONResponse({"sizes": sizes, "at": time.time()})


@app.route(route="client/{action}/{id}", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@app.durable_client_input(client_name="client")
async def use_client(req: Request, client: df.DurableOrchestrationClient) -> JSONResponse:
    """Does `action` through the SDK's client, so that its protocol is tested, too."""
    instance_id, body = req.path_params["id"], json.loads(await req.body() or "null")
    match req.path_params["action"]:
        case "start":
            return JSONResponse({"id": await client.start_new(body["name"], instance_id, body.get("input"))})
        case "status":
            status = await client.get_status(instance_id, show_history=True, show_input=True)
            return JSONResponse({"found": bool(status), "status": status.to_json() if status else None})
        case "raise":
            await client.raise_event(instance_id, "go", body)
        case "terminate":
            await client.terminate(instance_id, "enough")
        case "restart":
            return JSONResponse({"id": (await client.restart(instance_id))["id"]})
        case "purge":
            return JSONResponse({"deleted": (await client.purge_instance_history(instance_id)).instances_deleted})
        case "signal":
            await client.signal_entity(df.EntityId("counter", instance_id), "add", body)
        case "entity":
            state = await client.read_entity_state(df.EntityId("counter", instance_id))
            return JSONResponse({"exists": state.entity_exists, "state": state.entity_state})
        case "payload":
            return JSONResponse(client.create_http_management_payload(instance_id))
        case action:
            return JSONResponse({"unknown": action}, status_code=400)
    return JSONResponse({})
