"""A client that was written for the first version of the stream works unchanged."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import cast

from shared.images.check import check_image
from shared.images.data_urls import from_data_url
from tests.support.contract_check import ANALYSIS, PANEL_PLAN, JsonObject
from tests.support.running_app import BLOCKED_PANEL, PATIENCE_S, RunningApp

CLIENT = Path(__file__).with_name("original_client.mjs")
STORY = 'Zoë and 美咲 met at the quay. "Where is the boat?" asked Zoë. 美咲 pointed at the sea. 🌊'


def run_client(app: RunningApp) -> JsonObject:
    """Return the final state of the client. It sends what clients of that time send."""
    body: JsonObject = {"uploadedCharacterReferences": [], "uploadedSettingReferences": [], "story": STORY}
    node = shutil.which("node")
    assert node is not None, "Node.js is needed, as it is for the storage emulator"
    finished = subprocess.run(
        [node, CLIENT, app.url],
        input=json.dumps({**body, "style": "manga"}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return cast("JsonObject", json.loads(finished.stdout))


def test_original_client_gets_the_whole_comic(app: RunningApp) -> None:
    store = run_client(app)

    assert (store["generating"], store["step"], store["error"]) == (False, "Complete!", None)
    assert (store["unparsable"], store["leftOver"]) == (0, "")
    assert ANALYSIS(store["analysis"])
    assert all(map(PANEL_PLAN, store["breakdown"]["panels"]))
    assert len(store["panels"]) == len(store["breakdown"]["panels"]) == store["totalPanels"]
    assert [panel["panelNumber"] for panel in store["panels"]] == list(range(1, store["totalPanels"] + 1))
    assert {one["name"] for one in store["characters"]} == {one["name"] for one in store["analysis"]["characters"]}
    for drawn in (*store["panels"], *store["characters"]):
        check_image(from_data_url(drawn["image"]), 25_000_000)


def test_original_client_shows_no_error_for_a_step_whose_retry_succeeds(app: RunningApp) -> None:
    app.emulator.fail({"kind": "analysis", "calls": [1], "fault": "503"})

    store = run_client(app)

    assert (store["generating"], store["error"], store["unparsable"]) == (False, None, 0)
    assert store["retries"] == 1


def test_original_client_shows_which_step_failed_and_has_the_rest(app: RunningApp) -> None:
    app.emulator.fail(BLOCKED_PANEL)

    store = run_client(app)

    assert store["failedStep"] == "panel"
    assert store["error"].startswith("Error during panel: ")
    assert store["panels"][0] is None
    assert all(panel is not None for panel in store["panels"][1:])
