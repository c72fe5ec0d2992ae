"""What happens to a generation whose model fails: one retry where that may help, waits that the model asks for, and
the rest goes on.

The generations of this file run at the same time, since each retry takes seconds.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from shared.errors import BLOCK_REASONS
from tests.support.contract_check import JsonObject
from tests.support.marked_stories import longest_story, mark_of, two_panel_story
from tests.support.running_app import (
    BODY,
    LONGEST_STORY,
    MOST_PANELS,
    START,
    Received,
    RunningApp,
    received,
)

pytestmark = pytest.mark.timeout(300)  # the first test waits for all generations

type Rule = Mapping[str, object]

# {mark} stands for how the names of a story's people begin: {mark}do and {mark}mi.
ONCE: Rule = {"calls": [1]}
ANALYSIS: Rule = {"kind": "analysis"}
CHUNKING: Rule = {"kind": "chunking"}
SECOND_CHARACTER: Rule = {"kind": "character", "subject": "{mark}mi"}

RETRYABLE = ["408", "429", "500", "503", "cut", "garbage", "wrong-shape", "truncated", "empty"]
FINAL = {
    "400": "model-rejected-request",
    "403": "model-permission-denied",
    "404": "model-unknown",
    "prompt-blocked": "content-blocked",
    "finish": "content-blocked",
}
NO_PICTURE = ["no-image", "bad-image", "empty"]
BAD_BREAKDOWN = ["zero-panels", "truncated", "wrong-shape"]
BLOCKED = [
    (fault, reason)
    for fault in ("prompt-blocked", "finish")
    for reason in ("SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "OTHER")
]
WAITS: dict[str, Rule] = {
    "429 with RetryInfo": {"fault": "429", "retry_info": "5s"},
    "429 with Retry-After": {"fault": "429", "retry_after": "5"},
    "503 with RetryInfo": {"fault": "503", "retry_info": "4.4s"},
}
QUOTAS = ["quota-per-day", "quota-zero"]
SHORT_WAIT: Rule = {"fault": "429", "retry_info": "0.1s"}


def panel(index: int) -> Rule:
    return {"kind": "panel", "subject": str(index + 1)}


CASES: dict[str, Sequence[Rule]] = {
    **{
        f"{fault} once": [
            {**ANALYSIS, **ONCE, "fault": fault},
            {**CHUNKING, **ONCE, "fault": BAD_BREAKDOWN[index % len(BAD_BREAKDOWN)]},
        ]
        for index, fault in enumerate(RETRYABLE)
    },
    **{f"analysis {fault}": [{**ANALYSIS, "fault": fault}] for fault in ("503", *FINAL, "too-many-characters")},
    "untitled": [{**ANALYSIS, "fault": "untitled"}],
    **{
        f"chunking {fault}": [{**CHUNKING, "fault": fault}]
        for fault in ("zero-panels", "prompt-blocked", "forty-panels", "unknown-characters")
    },
    "panel 503": [{**panel(1), "fault": "503"}],
    "many panels": [
        *({**panel(index), "fault": fault, "reason": reason} for index, (fault, reason) in enumerate(BLOCKED)),
        *({**panel(len(BLOCKED) + index), **ONCE, "fault": fault} for index, fault in enumerate(NO_PICTURE)),
    ],
    "character blocked": [{**SECOND_CHARACTER, "fault": "finish", "reason": "IMAGE_SAFETY"}],
    "all images blocked": [{"kind": kind, "fault": "prompt-blocked"} for kind in ("character", "panel")],
    **{name: [{**ANALYSIS, **ONCE, **told}] for name, told in WAITS.items()},
    "waits around a retry": [
        {**ANALYSIS, "calls": [1, 3], **SHORT_WAIT},
        {**ANALYSIS, "calls": [2], "fault": "503"},
    ],
    "wait between two failures": [{**ANALYSIS, "calls": [2], **SHORT_WAIT}, {**ANALYSIS, "fault": "503"}],
    "analysis quota": [{**ANALYSIS, "fault": "refused", "reason": "quota-per-day"}],
    **{reason: [{**panel(1), "fault": "refused", "reason": reason, "retry_info": "9s"}] for reason in QUOTAS},
}
# What providers call things; a reader should not see these words.
RAW_WORDS = ("HARM_CATEGORY", "FINISH", "BLOCKED_REASON", "RESOURCE_EXHAUSTED", "INVALID_ARGUMENT", "{", "Traceback")


@dataclass(frozen=True, slots=True)
class Generated:
    """A generation: what its reader got, its state, and the model calls for it."""

    mark: str
    read: Received
    state: JsonObject
    calls: Sequence[JsonObject]

    def count(self, kind: str | None = None, subject: str | None = None) -> int:
        return sum(kind in {None, call["kind"]} and subject in {None, call["subject"]} for call in self.calls)

    def final_error(self, index: int | None = None) -> JsonObject:
        """Return the only error among the results, or the one of a panel. Its message is a sentence in our words."""
        errors = [message for message in self.read.results if message["type"] == "error"]
        (error,) = [error for error in errors if index in {None, error.get("index")}]
        assert_plain(error["message"])
        return error

    def retry(self, step: str, index: int = 0) -> tuple[JsonObject, JsonObject]:
        """Return the two messages of a step's only retry."""
        ((error, status),) = [
            pair for pair in self.read.retries if (pair[0]["step"], pair[0].get("index", 0)) == (step, index)
        ]
        assert_plain(error["message"])
        return error, status


def assert_plain(message: str) -> None:
    assert message.endswith(".")
    assert not any(word in message for word in (*RAW_WORDS, *BLOCK_REASONS))


@pytest.fixture(scope="module")
def generated(session_app: RunningApp) -> dict[str, Generated]:
    """One generation for each case."""
    app, marks = session_app, {case: mark_of(1, index) for index, case in enumerate(CASES)}
    app.emulator.reset()
    app.emulator.fail(*(of_mark(rule, marks[case]) for case, rules in CASES.items() for rule in rules))
    stories = [longest_story(mark) if case == "many panels" else two_panel_story(mark) for case, mark in marks.items()]
    reads = asyncio.run(generate_all(app, stories))
    calls = [("\n".join(call["texts"]), call) for call in app.emulator.of(full=True)]
    return {
        case: Generated(mark, read, app.state(read.generation_id), [call for texts, call in calls if mark in texts])
        for (case, mark), read in zip(marks.items(), reads, strict=True)
    }


def of_mark(rule: Rule, mark: str) -> Rule:
    subject = rule.get("subject")
    named = {"subject": subject.format(mark=mark)} if isinstance(subject, str) else {}
    return {**rule, **named, "contains": mark}


async def generate_all(app: RunningApp, stories: Sequence[str]) -> list[Received]:
    async with app.client() as client:
        answers = await asyncio.gather(*(client.post(START, json={**BODY, "story": story}) for story in stories))
    return [received(answer) for answer in answers]


@pytest.mark.parametrize("fault", RETRYABLE)
def test_passing_fault_costs_one_retry_that_is_announced_with_its_reason(
    generated: dict[str, Generated], fault: str
) -> None:
    one = generated[f"{fault} once"]

    error, status = one.retry("analysis")
    assert status["message"] == "Retrying story analysis..."
    assert error["code"].startswith("model-")
    assert one.count("analysis") == 2
    assert one.read.last["type"] == "complete"


@pytest.mark.parametrize("index", range(len(BAD_BREAKDOWN)), ids=BAD_BREAKDOWN)
def test_breakdown_of_the_wrong_shape_is_asked_for_again(generated: dict[str, Generated], index: int) -> None:
    one = generated[f"{RETRYABLE[index]} once"]

    one.retry("chunks")
    assert one.count("chunking") == 2
    assert one.read.last["type"] == "complete"


def test_fault_that_stays_is_retried_once_and_ends_the_generation(generated: dict[str, Generated]) -> None:
    one = generated["analysis 503"]

    assert one.count("analysis") == one.count() == 2
    error = one.final_error()
    assert (error["step"], error["seq"], error["code"]) == ("critical", 1, "model-unavailable")
    assert one.read.last == error
    assert one.state["status"] == "failed"


@pytest.mark.parametrize(
    ("case", "code"),
    [*((f"analysis {fault}", code) for fault, code in FINAL.items()), ("analysis quota", "model-quota-exhausted")],
)
def test_fault_that_a_retry_cannot_cure_is_paid_for_once(generated: dict[str, Generated], case: str, code: str) -> None:
    one = generated[case]

    assert one.count() == 1
    assert one.read.retries == []
    assert (one.final_error()["step"], one.read.last["code"]) == ("critical", code)


@pytest.mark.parametrize(("fault", "calls"), [("zero-panels", 2), ("prompt-blocked", 1)])
def test_generation_without_panels_fails_after_its_analysis(
    generated: dict[str, Generated], fault: str, calls: int
) -> None:
    one = generated[f"chunking {fault}"]

    assert (one.count("chunking"), one.count("panel")) == (calls, 0)
    assert one.read.of("analysis")
    assert_plain(one.read.last["message"])
    assert one.read.last["step"] == "critical"


def test_only_the_first_four_characters_are_used(generated: dict[str, Generated]) -> None:
    one = generated["analysis too-many-characters"]

    assert len(one.read.one("analysis")["data"]["characters"]) == 4
    assert len(one.read.of("character")) == 4
    assert one.count("analysis") == 1
    assert one.read.last["type"] == "complete"


def test_only_the_first_fifteen_panels_are_drawn(generated: dict[str, Generated]) -> None:
    one = generated["chunking forty-panels"]

    assert one.read.last["totalPanels"] == len(one.read.of("panel")) == MOST_PANELS
    assert one.count("chunking") == 1


def test_plan_without_a_title_is_named_after_the_first_words_of_the_story(generated: dict[str, Generated]) -> None:
    one = generated["untitled"]

    assert str(one.read.one("analysis")["data"]["title"]).rstrip("…") in two_panel_story(one.mark)
    assert one.count("analysis") == 1
    assert one.read.last["type"] == "complete"


def test_unknown_characters_are_left_out_of_panels(generated: dict[str, Generated]) -> None:
    one = generated["chunking unknown-characters"]

    assert all(panel["characters"] == [] for panel in one.read.one("chunks")["data"]["panels"])
    assert one.count("chunking") == 1
    assert one.read.last["type"] == "complete"


@pytest.mark.parametrize("index", range(len(BLOCKED), len(BLOCKED) + len(NO_PICTURE)), ids=NO_PICTURE)
def test_panel_without_a_picture_is_asked_for_again(generated: dict[str, Generated], index: int) -> None:
    one = generated["many panels"]

    assert one.count("panel", str(index + 1)) == 2
    assert index in [message["panelNumber"] for message in one.read.of("panel")]
    assert one.retry("panel", index)[1]["message"] == f"Retrying panel {index + 1}..."


@pytest.mark.parametrize("index", range(len(BLOCKED)), ids=map(" ".join, BLOCKED))
def test_blocked_panel_says_why_and_what_to_change(generated: dict[str, Generated], index: int) -> None:
    one = generated["many panels"]

    error = one.final_error(index)
    assert one.count("panel", str(index + 1)) == 1
    assert (error["step"], error["code"]) == ("panel", "content-blocked")
    assert BLOCK_REASONS[BLOCKED[index][1]] in error["message"]
    assert one.read.last["failedPanels"] == list(range(len(BLOCKED)))


def test_failed_panel_is_named_and_the_others_are_drawn(generated: dict[str, Generated], app: RunningApp) -> None:
    one = generated["panel 503"]

    error = one.final_error()
    assert (error["step"], error["index"], error["code"]) == ("panel", 1, "model-unavailable")
    assert "panel 2" in error["message"]
    assert (one.count("panel", "1"), one.count("panel", "2")) == (1, 2)
    assert (one.read.last["totalPanels"], one.read.last["failedPanels"]) == (2, [1])
    assert [message["panelNumber"] for message in one.read.of("panel")] == [0]
    assert one.state["status"] == "completed"
    assert one.state["progress"]["panels"] == {"done": 1, "failed": 1, "total": 2}
    assert one.state["links"]["images"]["panels"][1] is None
    assert app.follow(one.read.generation_id).results == one.read.results


def test_character_that_fails_is_drawn_in_panels_by_its_description(generated: dict[str, Generated]) -> None:
    one = generated["character blocked"]
    first, second = f"{one.mark}do", f"{one.mark}mi"

    error = one.final_error()
    names = [character["name"] for character in one.read.one("analysis")["data"]["characters"]]
    assert (error["step"], error["index"]) == ("character", names.index(second))
    assert second in error["message"]
    assert one.read.last["failedCharacters"] == [names.index(second)]
    assert len(one.read.of("panel")) == one.read.last["totalPanels"]
    texts = "".join(text for call in one.calls if call["kind"] == "panel" for text in call["texts"])
    assert f'"shows": "character sheet", "name": "{first}"' in texts
    assert f'"shows": "character sheet", "name": "{second}"' not in texts


def test_generation_completes_even_if_every_image_fails(generated: dict[str, Generated]) -> None:
    last = generated["all images blocked"].read.last

    assert (last["type"], last["failedPanels"], last["failedCharacters"]) == ("complete", [0, 1], [0, 1])


@pytest.mark.parametrize("case", WAITS)
def test_step_waits_as_long_as_the_model_asks_and_reports_the_wait(generated: dict[str, Generated], case: str) -> None:
    one = generated[case]

    first, second = [call for call in one.calls if call["kind"] == "analysis"]
    assert second["startedS"] - first["finishedS"] >= 5
    error, status = one.retry("analysis")
    assert error["code"] == "model-rate-limited"
    assert 6 <= error["waitSeconds"] <= 15
    assert f"in {error['waitSeconds']} seconds" in error["message"]
    assert status["message"] == "Retrying story analysis..."
    assert one.read.last["type"] == "complete"


def test_wait_is_not_the_one_retry(generated: dict[str, Generated]) -> None:
    one = generated["waits around a retry"]

    assert one.count("analysis") == 4
    assert one.read.last["type"] == "complete"


def test_second_failure_ends_the_step_however_often_it_waited(generated: dict[str, Generated]) -> None:
    one = generated["wait between two failures"]

    assert one.count("analysis") == 3
    assert (one.read.last["step"], one.read.last["code"]) == ("critical", "model-unavailable")


@pytest.mark.parametrize("reason", QUOTAS)
def test_exhausted_quota_fails_the_step_at_once_and_a_later_retry_succeeds(
    generated: dict[str, Generated], app: RunningApp, reason: str
) -> None:
    one = generated[reason]

    assert one.read.retries == []
    error = one.final_error()
    assert (error["step"], error["index"], error["code"]) == ("panel", 1, "model-quota-exhausted")
    assert (one.read.last["type"], one.read.last["failedPanels"]) == ("complete", [1])
    assert one.count("panel", "2") == 1

    assert app.change(one.read.generation_id, "retry") == 202
    again = app.follow(one.read.generation_id, after=one.read.last["seq"])
    assert "failedPanels" not in again.last


def test_rate_limited_model_draws_all_panels_and_none_is_paid_for_twice(app: RunningApp) -> None:
    app.emulator.limit_rates({"gemini-nano-banana-2.1": {"calls": 10, "seconds": 5}})

    read = app.generate(LONGEST_STORY)

    assert read.last["type"] == "complete"
    assert "failedPanels" not in read.last
    assert read.last["totalPanels"] == len(read.of("panel")) == MOST_PANELS
    calls = app.emulator.of("panel")
    answered = Counter(call["subject"] for call in calls if call["status"] == 200)
    assert set(answered.values()) == {1}
    assert len(answered) == MOST_PANELS
    assert [call for call in calls if call["status"] == 429]
    assert read.retries
