"""The figures of a run whose faults are known are the known ones."""

import pytest

from tests.telemetry.conftest import KnownRun


def test_generations_are_counted_once_by_what_came_of_them(known_run: KnownRun) -> None:
    told = known_run.collector

    assert told.total("manga.generations.started", manga_work="new") == 4
    assert told.total("manga.generations.started") == 4
    assert told.total("manga.generations", manga_outcome="complete") == 2
    assert told.total("manga.generations", manga_outcome="partial") == 1
    assert told.total("manga.generations", manga_outcome="critical") == 1
    assert told.total("manga.generations") == 4


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


def test_retries_are_counted_by_whether_they_helped(known_run: KnownRun) -> None:
    assert known_run.collector.total("manga.retries", manga_outcome="succeeded") == 1
    assert known_run.collector.total("manga.retries", manga_outcome="failed") == 1
    assert known_run.collector.total("manga.retries") == 2


def test_streams_are_counted_by_their_end(known_run: KnownRun) -> None:
    told = known_run.collector

    # Three that were started and read, one that came back after the end, and one that came back to the left one.
    assert told.total("manga.stream.duration", manga_outcome="completed") == 5
    assert told.total("manga.stream.duration", manga_outcome="disconnected") == 1
    assert told.total("manga.readers.disconnected") == 1
    assert told.total("manga.readers.disconnected", manga_phase="analysis") == 1


def test_times_are_recorded_once_for_each_generation_that_was_not_cancelled(known_run: KnownRun) -> None:
    told = known_run.collector

    assert told.total("manga.generation.duration") == 4
    assert told.total("manga.time_to_first_panel") == 3
    assert told.total("manga.time_to_first_panel", manga_outcome="critical") == 0
    for first, whole in zip(
        sorted(told.points("manga.time_to_first_panel"), key=lambda point: str(point.attributes)),
        sorted(
            (
                point
                for point in told.points("manga.generation.duration")
                if point.attributes["manga.outcome"] != "critical"
            ),
            key=lambda point: str(point.attributes),
        ),
        strict=True,
    ):
        assert 0 <= first.sum <= whole.sum


def test_calls_of_the_model_are_measured_each(known_run: KnownRun) -> None:
    told = known_run.collector

    assert told.total("gen_ai.client.operation.duration") == known_run.calls
    assert told.total("gen_ai.client.operation.duration", error_type="model-busy") == 2


def test_refused_requests_are_counted_by_their_code(known_run: KnownRun) -> None:
    assert known_run.collector.total("manga.requests.refused", error_type="invalid-input") == 1


def test_what_calls_used_and_cost_is_what_the_generations_tell_of_themselves(known_run: KnownRun) -> None:
    told, usage = known_run.collector, known_run.usage

    def tokens(kind: str) -> float:
        points = told.points("gen_ai.client.token.usage")
        return sum(point.sum for point in points if point.attributes["gen_ai.token.type"] == kind)

    assert tokens("input") == sum(used["inputTokens"] for used in usage) > 0
    assert tokens("output") == sum(used["outputTokens"] for used in usage) > 0
    assert told.total("manga.model.images") == sum(used["images"] for used in usage) > 0
    assert told.total("manga.model.cost") == pytest.approx(sum(used["price"] for used in usage))
    assert told.total("manga.model.unpriced_calls") == 0
