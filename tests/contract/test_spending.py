"""Usage and cost of generations: what the app reports agrees with the calls that the model got."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.another_host import another_host
from tests.support.contract_check import JsonObject, is_end, messages_of
from tests.support.running_app import (
    BLOCKED_PANEL,
    BODY,
    PATIENCE_S,
    START,
    STORY,
    RunningApp,
    broken_fields,
    refusal,
    runs_of,
)
from tests.support.waiting import wait_until

FLAKY_PANEL = {"kind": "panel", "subject": "2", "calls": [1], "fault": "no-image"}


def test_last_message_has_the_usage_of_all_calls_including_failed_ones(app: RunningApp) -> None:
    app.emulator.fail(BLOCKED_PANEL, FLAKY_PANEL)

    read = app.generate()
    usage = read.last["usage"]

    assert read.last["failedPanels"] == [0]
    assert usage["calls"] == app.emulator.count()
    assert usage["images"] == len(read.of("character")) + len(read.of("panel"))
    assert usage["inputTokens"] > 100 * usage["calls"]
    assert usage["price"] > 0.0336 * usage["images"]
    assert usage["currency"] == "USD"
    state = app.state(read.generation_id)
    assert state["usage"] == usage
    check_cost(state["cost"], usage)
    # The blocked panel, and the one that was drawn at its second attempt.
    assert state["cost"]["parts"]["panels"]["calls"] == len(read.of("panel")) + 2
    assert app.follow(read.generation_id).last == read.last


def check_cost(cost: JsonObject, usage: JsonObject) -> None:
    """Check that the cost is that of the usage, and that its parts add up to it."""
    parts = cost["parts"]
    assert list(parts) == ["story", "script", "characters", "panels"]
    assert {name: cost[name] for name in usage} == usage
    assert cost["tokens"] == usage["inputTokens"] + usage["outputTokens"]
    for name in ("calls", "tokens", "inputTokens", "outputTokens", "images", "price"):
        assert cost[name] == pytest.approx(sum(part[name] for part in parts.values())), name
    assert parts["story"]["calls"] == parts["script"]["calls"] == 1
    assert cost["isFree"] is False


def stored(blobs: list[str]) -> set[str]:
    """Return whose blobs these are; a ledger is stored a moment after the last message was sent."""
    return {name.split("/")[0] for name in blobs} - {"limits"}


async def test_estimate_covers_the_real_cost_and_starts_stores_and_calls_nothing(app: RunningApp) -> None:
    read = app.generate()
    runs, blobs, calls = app.runs(), await app.blobs(), app.emulator.count()

    answer = app.http.post(START, params={"estimate": "true"}, json=BODY)

    told = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "x-generation-id" not in answer.headers
    assert told["words"] == len(STORY.split())
    assert told["panels"]["min"] <= told["likelyPanels"]["min"] < told["likelyPanels"]["max"] <= told["panels"]["max"]
    assert told["isFree"] is False
    assert told["panels"]["min"] <= read.last["totalPanels"] <= told["panels"]["max"]
    assert told["calls"]["min"] <= read.last["usage"]["calls"] <= told["calls"]["max"]
    assert read.last["usage"]["price"] <= told["price"]["max"]
    assert told["price"]["expected"] == pytest.approx(read.last["usage"]["price"], rel=0.7)
    assert (app.runs(), app.emulator.count()) == (runs, calls)
    assert stored(await app.blobs()) == stored(blobs)


def test_invalid_start_is_not_estimated(app: RunningApp) -> None:
    runs = app.runs()

    answer = app.http.post(START, params={"estimate": "true"}, json={"story": " ", "style": "noir"})

    assert broken_fields(answer) == ["story", "style"]
    assert app.runs() == runs


# With the emulator a text call costs less than half a cent and is reserved at one and a half; an image costs about
# four either way. So both characters and one panel of a story of two fit into the first, and the analysis of another
# does not fit into the second.
PRICE_LIMITS = {"MAX_PRICE_PER_GENERATION": "0.125", "MAX_PRICE_PER_DAY": "0.126"}


@pytest.fixture
def frugal(app: RunningApp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A further host, which may spend little."""
    settings = {**PRICE_LIMITS, "BLOB_CONTAINER": "spending", "HTTP_AUTH_LEVEL": "anonymous"}
    with another_host(app.stack, tmp_path_factory.mktemp("frugal"), **settings) as http:
        yield http


def test_no_call_exceeds_a_budget_and_an_exhausted_day_starts_nothing(app: RunningApp, frugal: httpx.Client) -> None:
    first = messages_of(frugal.post(START, json=BODY, headers={"Idempotency-Key": "first"}).content)
    generation = f"/api/generations/{first[0]['generationId']}"
    spent = app.emulator.count()

    (refused,) = (message for message in first if message["type"] == "error")
    assert (refused["step"], refused["code"]) == ("panel", "generation-budget-exhausted")
    assert refused["message"].endswith("the spending limit of this story is reached.")
    assert (first[-1]["type"], len(first[-1]["failedPanels"])) == ("complete", 1)
    assert first[-1]["usage"]["calls"] == spent == 5
    assert first[-1]["usage"]["price"] <= 0.125

    for path, sent in ((START, BODY), (f"{generation}/retry", None), ("/api/analyze-story", BODY)):
        answer = frugal.post(path, json=sent)
        assert "midnight UTC" in refusal(answer, 429, "daily-budget-exhausted")["error"]
        assert 1 <= int(answer.headers["retry-after"]) <= 24 * 3600
    again = messages_of(frugal.post(START, json=BODY, headers={"Idempotency-Key": "first"}).content)

    assert again[-1] == first[-1]
    assert is_end(again[-1])
    assert len({run.split(":")[0] for run in runs_of(frugal)}) == 1
    assert frugal.post(START, params={"estimate": "true"}, json=BODY).status_code == 200
    assert app.emulator.count() == spent


def wait_for_all_calls(app: RunningApp, generation_id: str) -> None:
    """Wait until the state of the generation counts every call that the model got; none may be under way."""

    def are_counted() -> bool:
        calls = app.state(generation_id)["usage"]["calls"]
        return calls == app.emulator.count()

    wait_until(are_counted, "the state to count every call", PATIENCE_S)


def test_calls_that_end_after_a_failed_generation_are_counted(app: RunningApp) -> None:
    app.emulator.fail(
        {"kind": "chunking", "fault": "prompt-blocked"},
        {"kind": "character", "subject": "Mira", "fault": "slow", "seconds": 1},
        {"kind": "character", "subject": "Jon", "fault": "finish"},
    )

    read = app.generate()

    assert read.last["step"] == "critical"
    wait_for_all_calls(app, read.generation_id)
    assert app.state(read.generation_id)["usage"]["calls"] == 4


def test_calls_that_end_after_a_cancel_are_counted(app: RunningApp) -> None:
    app.emulator.fail({"kind": "character", "fault": "slow", "seconds": 1})
    generation_id = app.cancelled_at("chunks")

    wait_for_all_calls(app, generation_id)
    assert app.state(generation_id)["usage"]["images"] == 2
