"""Every address of a generation that does not exist gives the same answer."""

import httpx
import pytest
from pydantic import JsonValue

from api.blueprint import ENDPOINTS
from api.endpoint import Endpoint
from tests.support.running_app import UNKNOWN_ID, RunningApp

ANSWER = {
    "error": "There is no generation of this id: check the address; it may have been deleted.",
    "code": "not-found",
}
VALUES = {"kind": "panels", "index": "0", "version": "1", "format": "pdf"}
MIRA: JsonValue = {"name": "Mira", "physicalDescription": "tall", "personality": "kind", "role": "hero"}
SETTING: JsonValue = {"timePeriod": "today", "location": "a harbour", "mood": "calm"}
BODIES: dict[str, JsonValue] = {
    "choose_version": {"version": 1},
    "edit_lettering": {"texts": []},
    "translate_lettering_texts": {"language": "ja"},
    "edit_plan": {
        "analysis": {"title": "Harbour", "characters": [MIRA], "setting": SETTING},
        "chunks": {"panels": [{"sceneDescription": "Mira waits."}, {"sceneDescription": "A boat comes."}]},
    },
}
OF_A_GENERATION = [endpoint for endpoint in ENDPOINTS if "{id}" in endpoint.path]


def ask(app: RunningApp, endpoint: Endpoint, generation_id: str) -> httpx.Response:
    required = [parameter for parameter in endpoint.parameters if parameter.is_required]
    query = {parameter.name: VALUES[parameter.name] for parameter in required if parameter.where == "query"}
    path = endpoint.path.format(id=generation_id, **VALUES)
    headers = {"If-Match": "*"} if endpoint.function == "edit_plan" else {}
    return app.http.request(endpoint.method, path, params=query, json=BODIES.get(endpoint.function), headers=headers)


@pytest.fixture(scope="module")
def deleted_id(session_app: RunningApp) -> str:
    """The id of a generation that was deleted."""
    generation_id = session_app.generate().generation_id
    session_app.http.delete(f"/api/generations/{generation_id}").raise_for_status()
    return generation_id


@pytest.mark.parametrize("endpoint", OF_A_GENERATION, ids=lambda it: it.function)
def test_unknown_or_deleted_generation_gives_the_same_answer_everywhere(
    app: RunningApp, endpoint: Endpoint, deleted_id: str
) -> None:
    for generation_id in (UNKNOWN_ID, "not-an-id", deleted_id):
        answer = ask(app, endpoint, generation_id)

        assert (answer.status_code, answer.json()) == (404, ANSWER), generation_id
