"""What generations use and cost: what is told of it agrees with what the model was asked."""

from collections.abc import Iterator

import httpx
import pytest

from tests.contract.test_changes import BLOCKED_PANEL, change
from tests.support.another_host import another_host
from tests.support.contract_check import JsonObject, is_end, messages_of
from tests.support.running_app import PATIENCE_S, START, STORY, RunningApp, until
from tests.support.waiting import wait_until

FLAKY_PANEL = {"kind": "panel", "subject": "2", "calls": [1], "fault": "no-image"}


def asked(app: RunningApp) -> int:
    return int(app.emulator.calls()["total"])


def images(messages: list[JsonObject]) -> int:
    return sum(message["type"] in {"character", "panel"} for message in messages)


def test_the_end_tells_what_all_calls_used_those_that_failed_included(app: RunningApp) -> None:
    app.emulator.fail(BLOCKED_PANEL, FLAKY_PANEL)

    read = app.generate()
    usage = read.last["usage"]

    assert read.last["failedPanels"] == [0]
    assert usage["calls"] == asked(app)
    assert usage["images"] == images(read.results)
    assert usage["inputTokens"] > 100 * usage["calls"]
    assert usage["price"] > 0.0336 * usage["images"]
    assert usage["currency"] == "USD"
    assert app.state(read.generation_id)["usage"] == usage
    assert app.follow(read.generation_id).last == read.last


def test_a_retry_is_added_and_the_end_before_it_stays_as_it_was(app: RunningApp) -> None:
    app.emulator.fail(BLOCKED_PANEL)
    first = app.generate()
    app.emulator.fail()

    assert change(app, first.generation_id, "retry") == 202
    again = app.follow(first.generation_id, earlier_ends=1)

    assert again.results[len(first.results) - 1] == first.last
    assert again.last["usage"]["calls"] == first.last["usage"]["calls"] + 1 == asked(app)
    assert again.last["usage"]["images"] == images(again.results)


def stored(blobs: list[str]) -> set[str]:
    """Return whose blobs these are; a ledger is stored a moment after its generation's end was told."""
    return {name.split("/")[0] for name in blobs} - {"limits"}


async def test_an_estimate_holds_what_is_drawn_and_starts_stores_and_asks_nothing(app: RunningApp) -> None:
    read = app.generate()
    runs, blobs, calls = app.runs(), await app.blobs(), asked(app)

    answer = app.http.post(START, params={"estimate": "true"}, json={"story": STORY, "style": "manga"})

    told = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "x-generation-id" not in answer.headers
    assert told["words"] == len(STORY.split())
    assert told["panels"]["min"] <= read.last["totalPanels"] <= told["panels"]["max"]
    assert told["calls"]["min"] <= read.last["usage"]["calls"] <= told["calls"]["max"]
    assert read.last["usage"]["price"] <= told["price"]["max"]
    assert told["price"]["expected"] == pytest.approx(read.last["usage"]["price"], rel=0.7)
    assert (app.runs(), asked(app)) == (runs, calls)
    assert stored(await app.blobs()) == stored(blobs)


GOOD = {"story": STORY, "style": "manga"}


@pytest.mark.parametrize(
    ("wanted", "body", "key", "field"),
    [
        ("true", {"story": " ", "style": "noir"}, "a", "story"),
        ("true", GOOD, "two words", "Idempotency-Key"),
        ("maybe", GOOD, "a", "estimate"),
    ],
)
def test_what_could_not_be_started_is_not_estimated(
    app: RunningApp, wanted: str, body: JsonObject, key: str, field: str
) -> None:
    runs = app.runs()

    answer = app.http.post(START, params={"estimate": wanted}, json=body, headers={"Idempotency-Key": key})

    assert answer.status_code == 400
    assert field in {detail["field"] for detail in answer.json()["details"]}
    assert app.runs() == runs


# With the emulator a text call costs less than half a cent and is reserved at one and a half; an image costs about
# four either way. So both characters and one panel of a story of two fit into the first, and the analysis of another
# does not fit into the second.
PRICE_LIMITS = {"MAX_PRICE_PER_GENERATION": "0.125", "MAX_PRICE_PER_DAY": "0.126"}


@pytest.fixture
def frugal(app: RunningApp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A further host, which may spend little."""
    settings = {**PRICE_LIMITS, "BLOB_CONTAINER": "spending", "HTTP_AUTH_LEVEL": "anonymous"}
    with (
        another_host(app.stack, tmp_path_factory.mktemp("frugal"), **settings) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_S) as http,
    ):
        yield http


def test_no_call_is_made_over_a_limit_and_a_day_that_is_used_up_starts_nothing(
    app: RunningApp, frugal: httpx.Client
) -> None:
    body = {"story": STORY, "style": "manga", "images": "url"}
    first = messages_of(frugal.post(START, json=body, headers={"Idempotency-Key": "first"}).content)
    generation = f"/api/generations/{first[0]['generationId']}"
    spent = asked(app)

    (refused,) = (message for message in first if message["type"] == "error")
    assert (refused["step"], refused["code"]) == ("panel", "generation-budget-exhausted")
    assert refused["message"].endswith("what may be spent on one story is used up.")
    assert (first[-1]["type"], len(first[-1]["failedPanels"])) == ("complete", 1)
    assert first[-1]["usage"]["calls"] == spent == 5
    assert first[-1]["usage"]["price"] <= 0.125

    single = {"story": STORY, "style": "manga"}
    for path, sent in ((START, body), (f"{generation}/retry", None), ("/api/analyze-story", single)):
        answer = frugal.post(path, json=sent)
        assert (answer.status_code, answer.json()["code"]) == (429, "daily-budget-exhausted"), path
        assert 1 <= int(answer.headers["retry-after"]) <= 24 * 3600
        assert "midnight UTC" in answer.json()["error"]
    again = messages_of(frugal.post(START, json=body, headers={"Idempotency-Key": "first"}).content)

    assert again[-1] == first[-1]
    assert is_end(again[-1])
    assert len({run.split(":")[0] for run in runs_of(frugal)}) == 1
    assert frugal.post(START, params={"estimate": "true"}, json=body).status_code == 200
    assert asked(app) == spent


def runs_of(http: httpx.Client) -> list[str]:
    return [run["instanceId"] for run in http.get("/runtime/webhooks/durabletask/instances").raise_for_status().json()]


@pytest.fixture
def unpriced(app: RunningApp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A further host with a limit, whose image model has no price."""
    settings = {"MAX_PRICE_PER_DAY": "5", "GEMINI_IMAGE_MODEL": "gemini-unpriced-image"}
    settings |= {"BLOB_CONTAINER": "unpriced", "HTTP_AUTH_LEVEL": "anonymous"}
    with (
        another_host(app.stack, tmp_path_factory.mktemp("unpriced"), **settings) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_S) as http,
    ):
        yield http


def test_with_a_limit_and_a_model_without_a_price_nothing_starts_and_the_setting_is_named(
    app: RunningApp, unpriced: httpx.Client
) -> None:
    answer = unpriced.post(START, json=GOOD, headers={"Idempotency-Key": "a"})

    assert (answer.status_code, answer.json()["code"]) == (503, "not-configured")
    assert "MODEL_PRICES" in answer.json()["error"]
    assert int(answer.headers["retry-after"]) >= 1
    assert runs_of(unpriced) == []
    assert asked(app) == 0


def wait_for_all_calls(app: RunningApp, generation_id: str) -> None:
    """Wait until the state of the generation tells every call that the model was asked; none may be under way."""

    def told() -> bool | None:
        calls = app.state(generation_id)["usage"]["calls"]
        return calls == asked(app) or None

    wait_until(told, "the state tells every call", PATIENCE_S)


def test_calls_that_an_early_end_overtook_are_told(app: RunningApp) -> None:
    app.emulator.fail(
        {"kind": "chunking", "fault": "prompt-blocked"},
        {"kind": "character", "subject": "Mira", "fault": "slow", "seconds": 1},
        {"kind": "character", "subject": "Jon", "fault": "finish"},
    )

    read = app.generate()

    assert read.last["step"] == "critical"
    wait_for_all_calls(app, read.generation_id)
    assert app.state(read.generation_id)["usage"]["calls"] == 4


def test_calls_that_a_cancel_overtook_are_told(app: RunningApp) -> None:
    app.emulator.fail({"kind": "character", "fault": "slow", "seconds": 1})
    with app.reading() as messages:
        generation_id = str(until(messages, lambda message: message["type"] == "chunks")["generationId"])
        assert change(app, generation_id, "cancel") == 202
        list(messages)

    wait_for_all_calls(app, generation_id)
    assert app.state(generation_id)["usage"]["images"] == 2
