"""A change of an image survives kill -9: it is made to the version that counted when it was asked for."""

import httpx

from tests.faults.lab import Lab
from tests.support.running_app import PATIENCE_S
from tests.support.waiting import wait_until

STEP = ("panel", "1")


class _Comic:
    """A generation over HTTP; its first panel is redone and changed."""

    def __init__(self, http: httpx.Client, generation_id: str) -> None:
        self._http = http
        self._address = f"/api/generations/{generation_id}"

    def redo(self, **body: str) -> None:
        answer = self._http.post(f"{self._address}/panels/0/regenerate", json=body)
        assert answer.status_code == 202, answer.text

    def choose(self, version: int) -> None:
        answer = self._http.put(f"{self._address}/panels/0/version", json={"version": version})
        assert answer.status_code == 200, answer.text

    def wait_for(self, version: int) -> None:
        """Wait until this version is drawn and its round has ended."""

        def is_drawn() -> bool:
            state = self._http.get(self._address).raise_for_status().json()
            return state["status"] == "completed" and version in state["images"]["panels"][0]["versions"]

        wait_until(is_drawn, f"version {version}", PATIENCE_S)

    def size_of(self, version: int) -> int:
        return len(self._http.get(f"{self._address}/images/panels/0/{version}").raise_for_status().content)


async def test_killed_change_is_made_to_the_version_that_was_pinned(lab: Lab) -> None:
    """Version 2 counts and is being changed when the host dies; then the user chooses version 1."""
    lab.serve()
    generation_id = (await lab.generate()).generation_id
    assert generation_id is not None
    with httpx.Client(base_url=lab.stack.url, trust_env=False, timeout=PATIENCE_S) as http:
        comic = _Comic(http, generation_id)
        comic.redo(instructions="in the rain")
        comic.wait_for(2)
        calls = lab.calls()[STEP]
        lab.emulator.fail({"kind": "panel", "subject": "1", "calls": [1], "fault": "hang"})

        comic.redo(**{"from": "current", "instructions": "at night"})
        wait_until(lambda: lab.calls()[STEP] == calls + 1, "the call", PATIENCE_S)
        lab.kill()
        lab.serve()
        comic.choose(1)
        comic.wait_for(3)

        assert comic.size_of(1) != comic.size_of(2)
        sent = [call["images"][0]["bytes"] for call in lab.emulator.of(*STEP, full=True)[calls:]]
        # The call that the kill cut off, and the one that was made again.
        assert sent == [comic.size_of(2)] * 2
