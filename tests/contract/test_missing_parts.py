"""What the app answers when its storage or its model is missing."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.running_app import BODY, PATIENCE_S, START, broken_fields, received, refusal, runs_of
from tests.support.waiting import wait_until
from tools.devstack.processes import free_port
from tools.devstack.stack import Stack, StackOptions


@contextmanager
def app_without_emulator(data: Path, **settings: str) -> Generator[tuple[Stack, httpx.Client]]:
    options = StackOptions(data, settings=settings, emulator_wanted=False)
    with Stack(options) as stack, httpx.Client(base_url=stack.url, trust_env=False, timeout=PATIENCE_S) as http:
        yield stack, http


def _unless_503(answer: httpx.Response) -> httpx.Response | None:
    return None if answer.status_code == 503 else answer


def test_without_a_model_key_the_answer_names_the_missing_setting(tmp_path: Path) -> None:
    with app_without_emulator(tmp_path, GEMINI_API_KEY="", GOOGLE_GEMINI_BASE_URL="") as (_, http):
        answer = http.post(START, json=BODY)
        assert "GEMINI_API_KEY" in refusal(answer, 503, "not-configured")["error"]
        assert int(answer.headers["retry-after"]) > 0
        assert runs_of(http) == []
        assert broken_fields(http.post(START, json={**BODY, "style": "noir"})) == ["style"]
        health = http.get("/api/health")

    assert (health.status_code, health.json()["status"]) == (503, "degraded")
    assert health.json()["dependencies"]["model"] == "unavailable"


def test_unavailable_storage_is_reported_quickly_and_starts_work_once_it_is_back(tmp_path: Path) -> None:
    model = f"http://127.0.0.1:{free_port()}"
    with app_without_emulator(tmp_path, GEMINI_API_KEY="offline", GOOGLE_GEMINI_BASE_URL=model) as (stack, http):
        assert stack.azurite is not None
        assert http.get("/api/health").json()["dependencies"]["storage"] == "ok"
        stack.azurite.child.kill()

        asked_at = time.monotonic()
        answer = http.post(START, json=BODY)
        answered_in_s = time.monotonic() - asked_at
        health = http.get("/api/health")
        stack.start_storage()
        # An engine that keeps its state in the storage too needs a few seconds.
        recovered = wait_until(lambda: _unless_503(http.post(START, json=BODY)), "the start to be accepted again")
        runs = runs_of(http)

    assert (answer.status_code, answer.json()["code"]) == (503, "storage-unavailable")
    assert "AzureWebJobsStorage" in answer.json()["error"]
    assert int(answer.headers["retry-after"]) > 0
    # The bound of the contract: the SDK would try for a minute.
    assert answered_in_s < 5
    assert (health.status_code, health.json()["dependencies"]["storage"]) == (503, "unavailable")
    generation_id = received(recovered).generation_id
    assert runs == [generation_id, f"{generation_id}:analysis"]
