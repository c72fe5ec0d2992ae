"""Rate limits and daily limits, counted over two hosts of one app."""

from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from tests.support import running_app
from tests.support.another_host import another_host
from tests.support.contract_check import JsonObject
from tests.support.running_app import (
    BLOCKED_PANEL,
    BODY,
    INSTANCES,
    PATIENCE_S,
    START,
    UNKNOWN_ID,
    RunningApp,
    received,
    runs_of,
)
from tests.support.waiting import wait_until

REDDIT = "/api/reddit?path=none"
ADDRESS_HEADER = "X-Azure-ClientIP"
# Requests a minute have their default.
LIMITS = {"GENERATIONS_PER_DAY": "1", "MAX_RUNNING_GENERATIONS": "1"}
# A generation whose model calls take so long is running for all of a test.
HELD_S = 3

type Hosts = tuple[httpx.Client, httpx.Client]
_addresses = count(1)


@pytest.fixture(scope="module")
def urls(session_app: RunningApp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Two hosts of one app on one storage, behind a proxy that names each test as a client of its own."""
    settings = {**LIMITS, "CLIENT_ADDRESS_HEADER": ADDRESS_HEADER, "BLOB_CONTAINER": "limits"}
    first, second = (tmp_path_factory.mktemp(name) for name in ("first", "second"))
    with (
        another_host(session_app.stack, first, **settings) as one,
        another_host(session_app.stack, second, **settings) as other,
    ):
        yield str(one.base_url), str(other.base_url)


@pytest.fixture
def hosts(urls: tuple[str, str]) -> Iterator[Hosts]:
    """Both hosts, for a client that has not called before."""
    one, other = (new_client(url) for url in urls)
    other.headers = one.headers
    with one, other:
        yield one, other


@pytest.fixture
def http(hosts: Hosts) -> httpx.Client:
    """The first host."""
    return hosts[0]


def new_client(url: httpx.URL | str) -> httpx.Client:
    """Return a client with an address that is new to the app."""
    headers = {ADDRESS_HEADER: f"203.0.113.{next(_addresses)}"}
    return httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=PATIENCE_S)


def refusal(answer: httpx.Response, code: str) -> JsonObject:
    """Return the body of a refusal that says when to come back and how much is allowed, as its headers do."""
    body = running_app.refusal(answer, 429, code)
    assert set(body) == {"error", "code"}
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert answer.headers["x-ratelimit-reset"] == answer.headers["retry-after"]
    assert answer.headers["x-ratelimit-limit"] in body["error"]
    return body


def test_26th_request_of_a_minute_is_refused_and_other_endpoints_stay_open(http: httpx.Client) -> None:
    statuses = [http.get(REDDIT).status_code for _ in range(25)]
    refused = http.get(REDDIT)

    assert statuses == [400] * 25
    refusal(refused, "rate-limited")
    assert refused.headers["x-ratelimit-limit"] == "25"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert http.post(f"/api/generations/{UNKNOWN_ID}/cancel").status_code == 404
    assert http.get("/api/health").status_code == 200
    with new_client(http.base_url) as somebody_else:
        assert somebody_else.get(REDDIT).status_code == 400


def test_answer_says_how_many_requests_are_left(app: RunningApp, hosts: Hosts) -> None:
    one, other = hosts

    answers = [host.post("/api/analyze-story", json=BODY) for host in (one, other, one)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer.headers["x-ratelimit-limit"] for answer in answers] == ["25"] * 3
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["24", "23", "22"]
    assert all(1 <= int(answer.headers["x-ratelimit-reset"]) <= 60 for answer in answers)


def test_start_over_the_limit_starts_nothing_calls_nothing_and_stores_nothing(app: RunningApp, hosts: Hosts) -> None:
    one, other = hosts
    known = runs_of(one), runs_of(other)
    for _ in range(25):
        assert one.post(START, content=b"{", headers={"Content-Type": "application/json"}).status_code == 400

    for host in hosts:
        refusal(host.post(START, json=BODY, headers={"Idempotency-Key": "one-too-many"}), "rate-limited")

    assert (runs_of(one), runs_of(other)) == known
    assert app.emulator.count() == 0
    with new_client(one.base_url) as somebody_else:
        # The key is free for another body, so nothing of the refused request was stored.
        changed = {**BODY, "style": "comic"}
        read = received(somebody_else.post(START, json=changed, headers={"Idempotency-Key": "one-too-many"}))
        assert read.last["type"] == "complete"
        wait_for_end(somebody_else, read.generation_id)


def test_client_over_its_daily_limit_can_still_read_retry_redo_and_send_again(
    app: RunningApp, http: httpx.Client
) -> None:
    app.emulator.fail(BLOCKED_PANEL)
    key = {"Idempotency-Key": "today"}
    first = received(http.post(START, json=BODY, headers=key))
    app.emulator.fail()
    wait_for_end(http, first.generation_id)
    known = runs_of(http)

    for headers in ({}, {"Idempotency-Key": "another"}):
        refused = http.post(START, json=BODY, headers=headers)
        refusal(refused, "daily-limit-reached")
        assert 86_000 < int(refused.headers["retry-after"]) <= 86_400

    again = received(http.post(START, json=BODY, headers=key))
    assert again.generation_id == first.generation_id
    assert runs_of(http) == known
    assert http.post(f"/api/generations/{first.generation_id}/retry").status_code == 202
    ended = received(http.get(f"{START}/{first.generation_id}?images=url"), earlier_ends=1)
    assert "failedPanels" not in ended.last
    wait_for_end(http, first.generation_id)
    assert http.post(f"/api/generations/{first.generation_id}/panels/0/regenerate").status_code == 202
    wait_for_end(http, first.generation_id)


def test_no_work_begins_while_the_most_generations_are_running(app: RunningApp, http: httpx.Client) -> None:
    app.emulator.fail(BLOCKED_PANEL)
    incomplete = received(http.post(START, json=BODY)).generation_id
    app.emulator.fail()
    wait_for_end(http, incomplete)
    app.emulator.delay(text=HELD_S, image=HELD_S)
    key = {"Idempotency-Key": "working"}
    with new_client(http.base_url) as owner, owner.stream("POST", START, json=BODY, headers=key) as stream:
        working = stream.headers["x-generation-id"]
    wait_until(lambda: app.emulator.calls()["running"] == 1, "the model to be asked for the analysis")
    known = runs_of(http)

    address = f"/api/generations/{incomplete}"
    with new_client(http.base_url) as somebody_else:
        for path, body in (
            (START, BODY),
            (f"{address}/retry", None),
            (f"{address}/panels/1/regenerate", {}),
        ):
            refused = somebody_else.post(path, json=body)
            assert "as many as this app takes at once" in refusal(refused, "too-many-generations")["error"]
            assert refused.headers["retry-after"] == "30"
        with somebody_else.stream("POST", START, json=BODY, headers=key) as again:
            assert again.headers["x-generation-id"] == working
    assert runs_of(http) == known

    app.emulator.delay()
    assert http.post(f"/api/generations/{working}/cancel").status_code == 202
    wait_for_end(http, working)
    assert http.post(f"{address}/retry").status_code == 202
    wait_for_end(http, incomplete)


def wait_for_end(http: httpx.Client, generation_id: str) -> None:
    """Wait for the end of a generation's run, which is a little after the end of its stream."""

    def is_over() -> bool:
        run = http.get(f"{INSTANCES}/{generation_id}").json()
        return run["runtimeStatus"] not in {"Pending", "Running"}

    wait_until(is_over, "the end of the generation's run")
