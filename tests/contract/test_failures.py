"""What becomes of a generation whose model fails: one retry where it is worth one, and the rest goes on."""

import asyncio
from collections.abc import Iterable

import pytest

from shared.errors import BLOCK_REASONS
from tests.support.contract_check import JsonObject
from tests.support.running_app import START, STORY, Received, RunningApp, received

RETRYABLE = ["408", "429", "500", "503", "cut", "garbage", "wrong-shape", "truncated", "empty"]
FINAL = [
    ("400", "model-rejected-request"),
    ("403", "model-permission-denied"),
    ("404", "model-unknown"),
    ("prompt-blocked", "content-blocked"),
    ("finish", "content-blocked"),
]
# What a provider calls things; none of it is for a reader.
RAW_WORDS = ("HARM_CATEGORY", "FINISH", "BLOCKED_REASON", "RESOURCE_EXHAUSTED", "INVALID_ARGUMENT", "{", "Traceback")


def count(app: RunningApp, kind: str, subject: str | None = None) -> int:
    """Return how often the model was asked for this."""
    calls: Iterable[JsonObject] = app.emulator.calls()["calls"]
    return sum(call["kind"] == kind and subject in {None, call["subject"]} for call in calls)


def retries(read: Received) -> list[tuple[JsonObject, JsonObject]]:
    """Return the two messages of each retry."""
    pairs = zip(read.messages, read.messages[1:], strict=False)
    return [(error, status) for error, status in pairs if error.get("retrying")]


def final_errors(read: Received) -> list[JsonObject]:
    """Return the errors that are results."""
    return [message for message in read.results if message["type"] == "error"]


def assert_plain(message: str) -> None:
    """A reader's message is a sentence in our words."""
    assert message.endswith(".")
    assert not any(word in message for word in (*RAW_WORDS, *BLOCK_REASONS))


async def test_each_passing_fault_costs_one_retry_which_is_told_with_its_reason(app: RunningApp) -> None:
    """All at once, since each retry takes a second: a word in its story says which fault a generation meets."""
    stories = {fault: f"Mira found the word Q{fault}Q on the pier. Jon laughed." for fault in RETRYABLE}
    app.emulator.fail(
        *({"kind": "analysis", "contains": f"Q{fault}Q", "calls": [1], "fault": fault} for fault in RETRYABLE)
    )

    async with app.client() as client:
        bodies = [{"story": story, "style": "manga", "images": "url"} for story in stories.values()]
        answers = await asyncio.gather(*(client.post(START, json=body) for body in bodies))

    assert count(app, "analysis") == 2 * len(RETRYABLE)
    for fault, read in zip(RETRYABLE, map(received, answers), strict=True):
        assert read.last["type"] == "complete", fault
        ((error, status),) = retries(read)
        assert (error["step"], status["message"]) == ("analysis", "Retrying story analysis..."), fault
        assert error["code"].startswith("model-"), fault
        assert_plain(error["message"])


def test_a_fault_that_stays_is_retried_once_and_ends_the_generation(app: RunningApp) -> None:
    app.emulator.fail({"kind": "analysis", "fault": "503"})

    read = app.generate()

    assert count(app, "analysis") == app.emulator.calls()["total"] == 2
    assert (read.last["step"], read.last["seq"], read.last["code"]) == ("critical", 1, "model-unavailable")
    assert_plain(read.last["message"])
    assert app.state(read.generation_id)["status"] == "failed"


@pytest.mark.parametrize(("fault", "code"), FINAL)
def test_a_fault_that_would_come_again_is_not_paid_for_twice(app: RunningApp, fault: str, code: str) -> None:
    app.emulator.fail({"kind": "analysis", "fault": fault})

    read = app.generate()

    assert app.emulator.calls()["total"] == 1
    assert retries(read) == []
    assert (read.last["step"], read.last["code"]) == ("critical", code)
    assert_plain(read.last["message"])


@pytest.mark.parametrize(("fault", "calls"), [("zero-panels", 2), ("prompt-blocked", 1)])
def test_without_panels_there_is_no_comic(app: RunningApp, fault: str, calls: int) -> None:
    app.emulator.fail({"kind": "chunking", "fault": fault})

    read = app.generate()

    assert count(app, "chunking") == calls
    assert count(app, "panel") == 0
    assert read.last["step"] == "critical"
    assert_plain(read.last["message"])
    assert read.of("analysis")


@pytest.mark.parametrize("fault", ["zero-panels", "truncated", "wrong-shape"])
def test_a_breakdown_of_the_wrong_shape_is_asked_for_again(app: RunningApp, fault: str) -> None:
    app.emulator.fail({"kind": "chunking", "calls": [1], "fault": fault})

    read = app.generate()

    assert count(app, "chunking") == 2
    assert read.last["type"] == "complete"


def test_of_too_many_characters_the_first_four_are_taken(app: RunningApp) -> None:
    app.emulator.fail({"kind": "analysis", "fault": "too-many-characters"})

    read = app.generate()

    assert len(read.one("analysis")["data"]["characters"]) == count(app, "character") == 4
    assert count(app, "analysis") == 1
    assert read.last["type"] == "complete"


def test_of_too_many_panels_the_first_fifteen_are_drawn(app: RunningApp) -> None:
    app.emulator.fail({"kind": "chunking", "fault": "forty-panels"})

    read = app.generate()

    assert read.last["totalPanels"] == count(app, "panel") == 15
    assert count(app, "chunking") == 1


def test_plan_without_a_title_is_named_after_the_first_words_of_the_story(app: RunningApp) -> None:
    app.emulator.fail({"kind": "analysis", "fault": "untitled"})

    read = app.generate()

    assert str(read.one("analysis")["data"]["title"]).rstrip("…") in STORY
    assert count(app, "analysis") == 1
    assert read.last["type"] == "complete"


def test_characters_that_nobody_knows_are_left_out_of_panels(app: RunningApp) -> None:
    app.emulator.fail({"kind": "chunking", "fault": "unknown-characters"})

    read = app.generate()

    assert all(panel["characters"] == [] for panel in read.one("chunks")["data"]["panels"])
    assert count(app, "chunking") == 1
    assert read.last["type"] == "complete"


@pytest.mark.parametrize("fault", ["no-image", "bad-image", "empty"])
def test_a_panel_without_a_picture_is_asked_for_again(app: RunningApp, fault: str) -> None:
    app.emulator.fail({"kind": "panel", "subject": "1", "calls": [1], "fault": fault})

    read = app.generate()

    assert (count(app, "panel", "1"), count(app, "panel", "2")) == (2, 1)
    assert "failedPanels" not in read.last
    ((error, status),) = retries(read)
    assert (error["step"], error["index"], status["message"]) == ("panel", 0, "Retrying panel 1...")
    assert_plain(error["message"])


def test_a_panel_that_fails_for_good_is_named_and_the_rest_goes_on(app: RunningApp) -> None:
    app.emulator.fail({"kind": "panel", "subject": "2", "fault": "503"})

    read = app.generate()
    state = app.state(read.generation_id)

    (error,) = final_errors(read)
    assert (error["step"], error["index"], error["code"]) == ("panel", 1, "model-unavailable")
    assert "panel 2" in error["message"]
    assert_plain(error["message"])
    assert (count(app, "panel", "1"), count(app, "panel", "2")) == (1, 2)
    assert (read.last["totalPanels"], read.last["failedPanels"]) == (2, [1])
    assert [message["panelNumber"] for message in read.of("panel")] == [0]
    assert state["status"] == "completed"
    assert state["progress"]["panels"] == {"done": 1, "failed": 1, "total": 2}
    assert state["links"]["images"]["panels"][1] is None


@pytest.mark.parametrize("reason", ["SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "OTHER"])
@pytest.mark.parametrize("fault", ["prompt-blocked", "finish"])
def test_a_blocked_panel_says_why_and_how_to_tell_it_otherwise(app: RunningApp, fault: str, reason: str) -> None:
    app.emulator.fail({"kind": "panel", "subject": "1", "fault": fault, "reason": reason})

    read = app.generate()

    (error,) = final_errors(read)
    assert count(app, "panel", "1") == 1
    assert (error["step"], error["index"], error["code"]) == ("panel", 0, "content-blocked")
    assert BLOCK_REASONS[reason] in error["message"]
    assert_plain(error["message"])
    assert read.last["failedPanels"] == [0]


def test_a_character_that_fails_is_drawn_in_panels_by_its_description(app: RunningApp) -> None:
    app.emulator.fail({"kind": "character", "subject": "Jon", "fault": "finish", "reason": "IMAGE_SAFETY"})

    read = app.generate()

    (error,) = final_errors(read)
    names = [one["name"] for one in read.one("analysis")["data"]["characters"]]
    assert (error["step"], error["index"]) == ("character", names.index("Jon"))
    assert "Jon" in error["message"]
    assert_plain(error["message"])
    assert read.last["failedCharacters"] == [names.index("Jon")]
    assert len(read.of("panel")) == read.last["totalPanels"]
    calls = [call for call in app.emulator.calls(full=True)["calls"] if call["kind"] == "panel"]
    texts = "".join(text for call in calls for text in call["texts"])
    assert '"shows": "character sheet", "name": "Mira"' in texts
    assert '"shows": "character sheet", "name": "Jon"' not in texts


def test_everything_that_is_drawn_may_fail(app: RunningApp) -> None:
    app.emulator.fail({"kind": "character", "fault": "prompt-blocked"}, {"kind": "panel", "fault": "prompt-blocked"})

    read = app.generate()

    assert (read.last["type"], read.last["failedPanels"], read.last["failedCharacters"]) == ("complete", [0, 1], [0, 1])


def test_a_later_reader_is_told_of_failures_in_the_same_words(app: RunningApp) -> None:
    app.emulator.fail({"kind": "panel", "subject": "2", "fault": "prompt-blocked"})

    read = app.generate()

    assert app.follow(read.generation_id).results == read.results
