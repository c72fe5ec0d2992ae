"""While the engine does not work, every endpoint that needs it answers 503 with Retry-After."""

import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta

import azure.durable_functions as df
import pytest
from azurefunctions.extensions.http.fastapi import Response
from pydantic import SecretStr

from api.blueprint import ENDPOINTS, build_blueprint
from shared.deps import Deps
from shared.storage.generations import Inputs
from tests.support.fakes.engine_endpoint import EngineEndpoint, Fault, engine_endpoint
from tests.support.fakes.stories import GENERATION
from tests.unit.api.http_requests import http_request, json_request

type Route = Callable[..., Awaitable[Response]]

START = b'{"story": "Mira met Jon.", "style": "manga"}'
PLAN = json.dumps(
    {
        "analysis": {
            "title": "Harbour",
            "characters": [{"name": "Mira", "physicalDescription": "tall"}],
            "setting": {"timePeriod": "today", "location": "a harbour", "mood": "calm"},
        },
        "chunks": {"panels": [{"sceneDescription": "Mira waits."}, {"sceneDescription": "Mira leaves."}]},
    }
).encode()
BODIES = {
    "generate_manga_stream": START,
    "choose_version": b'{"version": 1}',
    "edit_plan": PLAN,
    "edit_lettering": b'{"texts": []}',
    "translate_lettering_texts": b'{"language": "ja"}',
}
PATH = {"id": GENERATION, "kind": "panels", "index": "0", "version": "1"}
# A cancelled start that has not arrived needs no engine, and health has an answer of its own.
NAMES = {endpoint.function for endpoint in ENDPOINTS if endpoint.uses_engine} - {"cancel_start", "health"}
every_fault = pytest.mark.parametrize("fault", ["503", "503 page", "500", "500 empty", "garbage", "closed"])


@pytest.fixture
async def endpoint() -> AsyncIterator[EngineEndpoint]:
    async with engine_endpoint() as running:
        yield running


@pytest.fixture
async def token(deps: Deps) -> str:
    """The token of the generation's share."""
    return (await deps.shares.make(GENERATION, None, deps.utc_now() + timedelta(days=1))).token


@pytest.fixture
async def routes(deps: Deps) -> Mapping[str, Route]:
    """The HTTP functions by name, with a model key set and the generation's inputs stored."""
    await deps.generations.save_inputs(GENERATION, Inputs("Mira met Jon.", "manga", no_dialogue=False))
    settings = deps.settings.model_copy(update={"gemini_api_key": SecretStr("key"), "requests_per_minute": 0})
    with_key = dataclasses.replace(deps, settings=settings)
    app = df.DFApp()
    app.register_functions(build_blueprint(lambda: with_key))
    return {str(function.get_function_name()): function.get_user_function() for function in app.get_functions()}


@every_fault
@pytest.mark.parametrize("name", sorted(NAMES))
async def test_endpoint_answers_503_with_retry_after(
    routes: Mapping[str, Route], endpoint: EngineEndpoint, token: str, name: str, fault: Fault
) -> None:
    is_start = name == "generate_manga_stream"
    endpoint.faults["POST" if is_start else "GET"] = fault
    request = http_request(query="format=pdf", path_params={**PATH, "token": token})
    if name in BODIES:
        headers = {"content-type": "application/json", "if-match": '"original"'}
        request = http_request(BODIES[name], headers, path_params=PATH)
    answer = await routes[name](req=request, client=endpoint.client_context())

    assert (answer.status_code, json.loads(bytes(answer.body))["code"]) == (503, "engine-unavailable")
    assert answer.headers["Retry-After"] == "5"


@every_fault
async def test_start_that_attaches_by_its_key_answers_503(
    routes: Mapping[str, Route], endpoint: EngineEndpoint, fault: Fault
) -> None:
    async def start() -> Response:
        request = json_request(START, **{"Idempotency-Key": "mine"})
        return await routes["generate_manga_stream"](req=request, client=endpoint.client_context())

    assert (await start()).status_code == 200
    endpoint.faults["GET"] = fault
    answer = await start()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


@every_fault
async def test_health_answers_503_and_names_the_engine(
    routes: Mapping[str, Route], endpoint: EngineEndpoint, fault: Fault
) -> None:
    endpoint.faults["GET"] = fault
    answer = await routes["health"](req=http_request(), client=endpoint.client_context())

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert json.loads(bytes(answer.body))["dependencies"] == {"storage": "ok", "engine": "unavailable", "model": "ok"}


async def test_health_answers_200_while_the_engine_works(routes: Mapping[str, Route], endpoint: EngineEndpoint) -> None:
    answer = await routes["health"](req=http_request(), client=endpoint.client_context())

    assert answer.status_code == 200
