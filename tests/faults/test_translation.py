"""A translation survives kill -9 at any point, and is paid once."""

from contextlib import suppress

import httpx
import pytest

from tests.faults.lab import STORY, Lab
from tests.support.running_app import PATIENCE_S, START
from tests.support.waiting import wait_until

# The start, the only activity, and each record of the step.
POINTS = (
    "start-committed:1",
    "episode-committed:1",
    "activity-finished:1",
    "activity-result-committed:1",
    "episode-committed:2",
)
STEP = ("translation", "ja")


class _Comic:
    """A comic whose lettering is text, over HTTP."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        body = {"story": STORY, "style": "manga", "images": "url", "lettering": "text"}
        answer = http.post(START, json=body)
        assert answer.status_code == 200, answer.text
        self._address = f"/api/generations/{answer.headers['x-generation-id']}"

    def translate(self) -> None:
        answer = self._http.post(f"{self._address}/lettering", json={"language": "ja"})
        assert answer.status_code == 202, answer.text

    def wait_for_translation(self) -> None:
        def is_done() -> bool:
            state = self._http.get(self._address).raise_for_status().json()
            return {"language": "ja", "status": "done"} in state["languages"]

        wait_until(is_done, "the translation", PATIENCE_S)


@pytest.mark.devhost
@pytest.mark.parametrize("point", POINTS)
async def test_translation_that_a_crash_interrupts_is_paid_once(lab: Lab, point: str) -> None:
    lab.serve()
    with httpx.Client(base_url=lab.stack.url, trust_env=False, timeout=PATIENCE_S) as http:
        comic = _Comic(http)
        lab.wait_until_idle()
        lab.serve(DEVHOST_CRASH_AT=point)
        with suppress(httpx.TransportError):
            comic.translate()
        await lab.until_dead()
        lab.serve()
        # The same request again, as a client sends it that got no answer.
        comic.translate()
        comic.wait_for_translation()

    assert lab.calls()[STEP] == 1


async def test_call_that_a_crash_cut_off_is_made_once_more_without_another_request(lab: Lab) -> None:
    lab.serve()
    with httpx.Client(base_url=lab.stack.url, trust_env=False, timeout=PATIENCE_S) as http:
        comic = _Comic(http)
        lab.emulator.fail({"kind": "translation", "calls": [1], "fault": "hang"})
        comic.translate()
        wait_until(lambda: lab.calls()[STEP] == 1, "the call", PATIENCE_S)
        lab.kill()
        lab.serve()
        comic.wait_for_translation()

    assert lab.calls()[STEP] == 2
