"""Generations that last for many stream windows, and generations with many redos."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.faults.lab import Lab
from tests.support.contract_check import JsonObject
from tests.support.running_app import INSTANCES, LONGEST_STORY, MOST_PANELS, RunningApp, running_app

REDOS = 30
#: Redos after which nothing may grow any more: by then the status shows as many entries as it ever does.
SETTLED_AFTER = 10
#: What the platform allows, in UTF-16.
MAX_STATUS_BYTES = 16 * 1024
#: Each of the ten ends that a status shows adds up what was used: three numbers, which may get one more digit each.
DIGITS_BYTES = 10 * 3 * 2


class Size(NamedTuple):
    """How much the engine keeps of a generation's run."""

    status_bytes: int
    events: int


@pytest.fixture
def app(lab: Lab) -> Iterator[RunningApp]:
    """The app with its usual settings."""
    lab.serve()
    with running_app(lab.stack) as app:
        yield app


def size_of(app: RunningApp, generation_id: str) -> Size:
    """Ask the engine, as an operator would."""
    address = f"{INSTANCES}/{generation_id}"
    run: dict[str, Any] = app.http.get(address, params={"showHistory": "true"}).raise_for_status().json()
    return Size(len(json.dumps(run["customStatus"]).encode("utf-16-le")), len(run["historyEvents"]))


def image_of(message: JsonObject) -> str:
    """Return the address of a message's image."""
    return str(message["data"]["image"])


async def test_generation_of_more_than_ten_stream_windows_is_delivered_whole(lab: Lab) -> None:
    lab.serve(STREAM_WINDOW_SECONDS="0.2")
    lab.emulator.delay(text=1, image=2)
    lab.emulator.fail({"kind": "panel", "subject": "1", "fault": "slow", "seconds": 4})

    reader = await lab.generate()

    windows = [message for message in reader.messages if message.get("step") == "reconnect"]
    assert len(windows) > 10
    assert [message["type"] for message in reader.results].count("panel") == 2
    assert [message["seq"] for message in reader.results] == list(range(1, 8))


@pytest.mark.timeout(400)  # half a minute on two idle cores
def test_status_and_history_stay_bounded_after_many_redos(app: RunningApp) -> None:
    first = app.generate(LONGEST_STORY)
    generation_id, results = first.generation_id, list(first.results)
    assert len(first.of("panel")) == MOST_PANELS
    whole_run = size_of(app, generation_id)

    sizes: list[Size] = []
    for redo in range(REDOS):
        address = f"/api/generations/{generation_id}/panels/{redo % MOST_PANELS}/regenerate"
        assert app.http.post(address).status_code == 202
        results += app.follow(generation_id, after=len(results)).results
        sizes.append(size_of(app, generation_id))

    assert app.follow(generation_id, earlier_ends=REDOS).results == results
    early, late = sizes[:SETTLED_AFTER], sizes[SETTLED_AFTER:]
    assert max(size.status_bytes for size in [whole_run, *sizes]) < MAX_STATUS_BYTES
    assert max(size.status_bytes for size in late) <= max(size.status_bytes for size in early) + DIGITS_BYTES
    assert max(size.events for size in late) <= max(size.events for size in early) < whole_run.events

    images = [image_of(message) for message in results if message["type"] == "panel"]
    assert len(set(images)) == MOST_PANELS + REDOS
    assert {app.http.get(address).status_code for address in images} == {200}
