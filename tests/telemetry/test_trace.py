"""One trace a generation: one root, and every step and every call of the model below it."""

from collections import Counter

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


def test_a_generation_is_one_trace_with_one_root(known_run: KnownRun) -> None:
    spans = known_run.spans_of(known_run.complete)

    root = root_of(spans)

    assert root.name == "POST generate-manga-stream"
    assert root.attributes["http.response.status_code"] == 200
    assert {span.attributes["manga.generation.id"] for span in steps(spans)} == {known_run.complete.generation_id}


def test_every_step_is_below_the_root_and_every_call_below_its_step(known_run: KnownRun) -> None:
    spans = known_run.spans_of(known_run.complete)
    root = root_of(spans)
    done = [(span.attributes["manga.step.kind"], span.attributes["manga.step.index"]) for span in steps(spans)]

    assert sorted(done) == sorted(expected_steps(known_run.complete))
    assert {span.parent_id for span in steps(spans)} == {root.span_id}
    assert Counter(span.parent_id for span in calls(spans)) == Counter(span.span_id for span in steps(spans))
    assert len(spans) == 1 + 2 * len(done)


def test_a_callers_trace_is_gone_on_with_even_if_it_keeps_none(known_run: KnownRun) -> None:
    spans = known_run.spans_of(known_run.faulty)
    root = root_of(spans)

    assert root.name.startswith("POST ")
    assert {span.trace_id for span in spans} == {CALLERS_TRACE}
    # The host's span, which is below the caller's.
    assert root.parent_id not in {"", CALLERS_SPAN}
    assert {span.parent_id for span in steps(spans)} == {root.span_id}


def test_each_attempt_has_its_span_with_what_came_of_it(known_run: KnownRun) -> None:
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


def test_every_call_that_the_model_got_has_one_span(known_run: KnownRun) -> None:
    assert len(calls(known_run.collector.spans())) == known_run.calls


def test_log_records_belong_to_the_trace_and_carry_their_fields(known_run: KnownRun) -> None:
    (blocked,) = [
        log
        for log in known_run.collector.logs()
        if log.attributes.get("action") == "step_attempt_failed" and log.attributes["code"] == "content-blocked"
    ]

    assert blocked.trace_id == CALLERS_TRACE
    assert blocked.attributes["generation_id"] == known_run.faulty.generation_id
    assert (blocked.attributes["step"], blocked.attributes["index"]) == ("panel", 1)
