"""Telemetry of a run whose faults are known: one trace for each generation, and the metrics.

The tests are in one file, so that one worker does the run once.
"""

from collections import Counter
from collections.abc import Mapping

import pytest

from tests.support.collector import Span
from tests.support.running_app import Received
from tests.telemetry.conftest import CALLERS_SPAN, CALLERS_TRACE, KnownRun


def root_of(spans: list[Span]) -> Span:
    """Return the one span of the app that is below none of its others; it may be below one of the host."""
    ids = {span.span_id for span in spans}
    (root,) = [span for span in spans if span.parent_id not in ids]
    return root


def steps(spans: list[Span]) -> list[Span]:
    return [span for span in spans if span.name.startswith("step ")]


def calls(spans: list[Span]) -> list[Span]:
    return [span for span in spans if span.name.startswith("generate_content ")]


def expected_steps(received: Received) -> set[tuple[str, int]]:
    characters, panels = received.one("analysis")["data"]["characters"], received.one("chunks")["data"]["panels"]
    images = {("character", index) for index in range(len(characters))} | {
        ("panel", index) for index in range(len(panels))
    }
    return {("analysis", 0), ("chunks", 0), *images}


def test_generation_is_one_trace_with_one_root(known_run: KnownRun) -> None:
    spans = known_run.spans_of(known_run.complete)

    root = root_of(spans)

    assert root.name == "POST generate-manga-stream"
    assert root.attributes["http.response.status_code"] == 200
    assert {span.attributes["manga.generation.id"] for span in steps(spans)} == {known_run.complete.generation_id}


def test_steps_are_below_the_root_and_calls_are_below_their_steps(known_run: KnownRun) -> None:
    spans = known_run.spans_of(known_run.complete)
    root = root_of(spans)
    done = [(span.attributes["manga.step.kind"], span.attributes["manga.step.index"]) for span in steps(spans)]

    assert sorted(done) == sorted(expected_steps(known_run.complete))
    assert {span.parent_id for span in steps(spans)} == {root.span_id}
    assert Counter(span.parent_id for span in calls(spans)) == Counter(span.span_id for span in steps(spans))
    assert len(spans) == 1 + 2 * len(done)


def test_trace_of_the_caller_is_continued_even_if_it_is_not_sampled(known_run: KnownRun) -> None:
    spans = known_run.spans_of(known_run.faulty)
    root = root_of(spans)

    assert root.name.startswith("POST ")
    assert {span.trace_id for span in spans} == {CALLERS_TRACE}
    # The host's span, which is below the caller's.
    assert root.parent_id not in {"", CALLERS_SPAN}
    assert {span.parent_id for span in steps(spans)} == {root.span_id}


def test_each_attempt_has_a_span_with_its_outcome(known_run: KnownRun) -> None:
    spans = steps(known_run.spans_of(known_run.faulty))
    attempts = {
        (
            span.attributes["manga.step.kind"],
            span.attributes["manga.step.index"],
            span.attributes["manga.step.attempt"],
        ): (
            span.attributes["manga.step.outcome"],
            span.attributes.get("error.type"),
            span.failed,
        )
        for span in spans
    }

    assert attempts["panel", 0, 1] == ("failed", "model-unavailable", True)
    assert attempts["panel", 0, 2] == ("done", None, False)
    assert attempts["panel", 1, 1] == ("failed", "content-blocked", True)
    assert ("panel", 1, 2) not in attempts
    assert attempts["character", 0, 1] == attempts["character", 0, 2] == ("failed", "model-busy", True)


def test_every_model_call_has_one_span_and_one_duration(known_run: KnownRun) -> None:
    assert len(calls(known_run.collector.spans())) == known_run.calls
    assert known_run.collector.total("gen_ai.client.operation.duration") == known_run.calls


def test_log_records_have_their_trace_and_fields(known_run: KnownRun) -> None:
    (blocked,) = [
        log
        for log in known_run.collector.logs()
        if log.attributes.get("action") == "step_attempt_failed" and log.attributes["code"] == "content-blocked"
    ]

    assert blocked.trace_id == CALLERS_TRACE
    assert blocked.attributes["generation_id"] == known_run.faulty.generation_id
    assert (blocked.attributes["step"], blocked.attributes["index"]) == ("panel", 1)


@pytest.mark.parametrize(
    ("metric", "attributes", "total"),
    [
        ("manga.generations.started", {"manga_work": "new"}, 4),
        ("manga.generations.started", {}, 4),
        ("manga.generations", {"manga_outcome": "complete"}, 2),
        ("manga.generations", {"manga_outcome": "partial"}, 1),
        ("manga.generations", {"manga_outcome": "critical"}, 1),
        ("manga.generations", {}, 4),
        ("manga.retries", {"manga_outcome": "succeeded"}, 1),
        ("manga.retries", {"manga_outcome": "failed"}, 1),
        ("manga.retries", {}, 2),
        # Three that were started and read, one that came back after the end, and one that came back to the left one.
        ("manga.stream.duration", {"manga_outcome": "completed"}, 5),
        ("manga.stream.duration", {"manga_outcome": "disconnected"}, 1),
        ("manga.readers.disconnected", {}, 1),
        ("manga.readers.disconnected", {"manga_phase": "analysis"}, 1),
        ("manga.generation.duration", {}, 4),
        ("manga.time_to_first_panel", {}, 3),
        ("manga.time_to_first_panel", {"manga_outcome": "critical"}, 0),
        ("gen_ai.client.operation.duration", {"error_type": "model-busy"}, 2),
        ("manga.requests.refused", {"error_type": "invalid-input"}, 1),
        ("manga.model.unpriced_calls", {}, 0),
    ],
)
def test_metric_has_one_count_for_each_event(
    known_run: KnownRun, metric: str, attributes: Mapping[str, str], total: int
) -> None:
    assert known_run.collector.total(metric, **attributes) == total


def test_errors_are_counted_by_their_code_for_each_attempt(known_run: KnownRun) -> None:
    errors = {
        (point.attributes["error.type"], point.attributes["manga.step.kind"]): point.count
        for point in known_run.collector.points("manga.errors")
    }

    assert errors == {
        ("model-unavailable", "panel"): 1,
        ("content-blocked", "panel"): 1,
        ("model-busy", "character"): 2,
        ("model-rejected-request", "analysis"): 1,
    }


def test_first_panel_comes_before_the_end_of_its_generation(known_run: KnownRun) -> None:
    sent = known_run.collector

    durations = {str(point.attributes): point for point in sent.points("manga.generation.duration")}
    for first in sent.points("manga.time_to_first_panel"):
        whole = durations[str(first.attributes)]
        assert 0 <= first.sum <= whole.sum


def test_usage_and_cost_are_those_that_the_generations_report(known_run: KnownRun) -> None:
    sent, usage = known_run.collector, known_run.usage

    def tokens(kind: str) -> float:
        points = sent.points("gen_ai.client.token.usage")
        return sum(point.sum for point in points if point.attributes["gen_ai.token.type"] == kind)

    assert tokens("input") == sum(used["inputTokens"] for used in usage) > 0
    assert tokens("output") == sum(used["outputTokens"] for used in usage) > 0
    assert sent.total("manga.model.images") == sum(used["images"] for used in usage) > 0
    assert sent.total("manga.model.cost") == pytest.approx(sum(used["price"] for used in usage))
