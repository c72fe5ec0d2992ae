"""What generations use and cost: what is told of it agrees with what the model was asked."""

from tests.contract.contract_check import JsonObject
from tests.contract.running_app import RunningApp
from tests.contract.test_changes import BLOCKED_PANEL, change

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
    assert usage["price"] > 0.067 * usage["images"]
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
