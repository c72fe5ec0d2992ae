"""Histories that running generations carry: the orchestrators as they are now have to go on with them."""

import json
from pathlib import Path

import pytest

from tests.replay.record import FOLDER, ORCHESTRATORS
from tests.replay.replayer import replay

HISTORIES = sorted(FOLDER.glob("*.json"))


def test_there_are_histories_of_every_orchestration() -> None:
    assert {json.loads(path.read_text())["orchestrator"] for path in HISTORIES} == set(ORCHESTRATORS)


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_stored_history_still_leads_to_the_state_it_led_to(path: Path) -> None:
    record = json.loads(path.read_text())
    orchestrator = ORCHESTRATORS[record["orchestrator"]]

    # The episode's closing event is added after the orchestrator has answered.
    assert replay(orchestrator, record["instanceId"], record["input"], record["history"][:-1]) == record["state"]
