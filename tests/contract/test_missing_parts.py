"""What the app says when its storage or its model is missing."""

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.support.contract_check import JsonObject, is_end, messages_of
from tests.support.running_app import PATIENCE_S, START
from tests.support.waiting import wait_until
from tools.devstack.processes import free_port
from tools.devstack.stack import Stack, StackOptions

GOOD = {"story": "Mira met Jon.", "style": "manga", "images": "url"}
NO_MODEL = {"GEMINI_API_KEY": "", "GOOGLE_GEMINI_BASE_URL": ""}


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> dict[str, str]:
    return request.param


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]) -> Iterator[Stack]:
    """A stack without a model emulator."""
    options = StackOptions(tmp_path_factory.mktemp("stack"), settings=settings, emulator_wanted=False)
    with Stack(options) as running:
        yield running


@pytest.fixture
def http(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, trust_env=False, timeout=PATIENCE_S) as client:
        yield client


def runs(http: httpx.Client) -> list[JsonObject]:
    return http.get("/runtime/webhooks/durabletask/instances").json()


def _unless_503(answer: httpx.Response) -> httpx.Response | None:
    return None if answer.status_code == 503 else answer


@pytest.mark.parametrize("settings", [NO_MODEL], indirect=True, ids=["no key"])
def test_without_a_key_the_answer_names_the_setting_that_is_missing(http: httpx.Client) -> None:
    answer = http.post(START, json=GOOD)
    refused = http.post(START, json={**GOOD, "style": "noir"})
    health = http.get("/api/health")

    assert (answer.status_code, answer.json()["code"]) == (503, "not-configured")
    assert "GEMINI_API_KEY" in answer.json()["error"]
    assert int(answer.headers["retry-after"]) > 0
    assert runs(http) == []
    assert refused.status_code == 400
    assert (health.status_code, health.json()["status"]) == (503, "degraded")
    assert health.json()["dependencies"]["model"] == "unavailable"


@pytest.mark.parametrize(
    "settings",
    [{"GEMINI_API_KEY": "offline", "GOOGLE_GEMINI_BASE_URL": f"http://127.0.0.1:{free_port()}"}],
    indirect=True,
    ids=["no storage"],
)
def test_without_storage_the_answer_says_so_soon_and_all_is_well_when_it_is_back(
    stack: Stack, http: httpx.Client
) -> None:
    assert stack.azurite is not None
    assert http.get("/api/health").json()["dependencies"]["storage"] == "ok"
    stack.azurite.child.kill()

    asked_at = time.monotonic()
    answer = http.post(START, json=GOOD)
    answered_in_s = time.monotonic() - asked_at
    health = http.get("/api/health")
    stack.start_storage()
    # An engine that lives in the storage too needs a few seconds.
    recovered = wait_until(lambda: _unless_503(http.post(START, json=GOOD)), "the start to be accepted again")

    assert (answer.status_code, answer.json()["code"]) == (503, "storage-unavailable")
    assert "AzureWebJobsStorage" in answer.json()["error"]
    assert int(answer.headers["retry-after"]) > 0
    # What the contract promises to whoever waits, not a measure of this machine: the SDK's default is a minute.
    assert answered_in_s < 5
    assert (health.status_code, health.json()["dependencies"]["storage"]) == (503, "unavailable")
    assert recovered.status_code == 200
    assert is_end(messages_of(recovered.content)[-1])
    assert [run["instanceId"] for run in runs(http)] == [
        recovered.headers["x-generation-id"],
        f"{recovered.headers['x-generation-id']}:analysis",
    ]
