"""The app with a collector for its telemetry, and the telemetry of a known run."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.collector import Collector, Span, running_collector
from tests.support.contract_check import JsonObject
from tests.support.running_app import BODY, START, Received, RunningApp, started_app
from tests.support.waiting import wait_until

CALLERS_TRACE, CALLERS_SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
# Not marked as sampled: the Functions host may mark all of its traces so.
TRACE_PARENT = f"00-{CALLERS_TRACE}-{CALLERS_SPAN}-00"
PATIENCE_S = 30
_OFTEN = {"OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_BLRP_SCHEDULE_DELAY": "100", "OTEL_METRIC_EXPORT_INTERVAL": "200"}


@dataclass(frozen=True, slots=True)
class KnownRun:
    """Generations whose faults are known, and the collector of their telemetry."""

    complete: Received
    faulty: Received
    critical: Received
    followed: Received
    left: str
    calls: int
    usage: list[JsonObject]
    collector: Collector

    def spans_of(self, received: Received) -> list[Span]:
        """Return the spans of the request that started a generation, and of all that was done for it."""
        everything = self.collector.spans()
        (root,) = [
            span
            for span in everything
            if span.name.startswith("POST generate")
            and span.attributes.get("manga.generation.id") == received.generation_id
        ]
        return [span for span in everything if span.trace_id == root.trace_id]


@pytest.fixture(scope="module")
def known_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnownRun]:
    """Everything is done once; the collector has all telemetry, since the host sends the rest when it stops."""
    with running_collector() as collector:
        settings = {"TELEMETRY_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, **_OFTEN}
        settings["MODEL_IS_FREE"] = "false"
        with started_app(tmp_path_factory.mktemp("stack"), **settings) as app:
            run = do_the_run(app, collector)
            assert app.stack.host is not None
            app.stack.host.stop()
            yield run


def do_the_run(app: RunningApp, collector: Collector) -> KnownRun:
    app.emulator.reset()
    complete = app.generate()
    app.emulator.fail(
        # The first panel's first attempt; the second panel for good; every attempt of Mira's sheet.
        {"kind": "panel", "subject": "1", "fault": "503", "calls": [1]},
        {"kind": "panel", "subject": "2", "fault": "finish", "reason": "SAFETY"},
        {"kind": "character", "subject": "Mira", "fault": "429"},
    )
    faulty = app.generate(headers={"traceparent": TRACE_PARENT})
    app.emulator.fail({"kind": "analysis", "fault": "400"})
    critical = app.generate()
    app.emulator.fail()
    followed = app.follow(complete.generation_id)
    assert app.http.post(START, json={**BODY, "story": ""}).status_code == 400
    left = leave_during_the_analysis(app)
    ids = (complete.generation_id, faulty.generation_id, critical.generation_id, left)
    usage = [app.state(generation_id)["usage"] for generation_id in ids]
    return KnownRun(complete, faulty, critical, followed, left, app.emulator.count(), usage, collector)


def leave_during_the_analysis(app: RunningApp) -> str:
    """Start a generation, disconnect during its analysis, and wait for its end."""
    app.emulator.delay(text=1)
    with app.reading() as messages:
        generation_id = str(next(messages)["generationId"])
    app.emulator.delay()
    ended = app.follow(generation_id)
    assert ended.last["type"] == "complete"
    wait_until(lambda: app.state(generation_id)["status"] == "completed", "the generation to end", PATIENCE_S)
    return generation_id
