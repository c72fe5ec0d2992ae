"""An edit of the plan that a crash has cut off is repeated without loss, and nothing is paid for twice."""

from collections import Counter

import httpx
import pytest

from tests.faults.lab import Lab
from tests.faults.test_saved_results import EACH_ONCE
from tests.support.contract_check import messages_of
from tests.support.running_app import START

# The round that replaces the plan loads the ledger, copies the images that move, and saves the ledger.
POINTS = (
    "start-committed:1",
    "activity-finished:1",
    "activity-finished:2",
    "activity-finished:3",
    "episode-committed:2",
)


@pytest.mark.devhost
@pytest.mark.parametrize("point", POINTS)
async def test_edit_that_a_crash_cuts_off_is_repeated_and_only_what_changed_is_drawn(lab: Lab, point: str) -> None:
    lab.serve()
    generation_id = (await lab.generate()).generation_id
    plan_path, retry_path = f"/api/generations/{generation_id}/plan", f"/api/generations/{generation_id}/retry"
    async with lab.client() as http:
        read = (await http.get(plan_path)).raise_for_status()
        plan, known = read.json(), {"If-Match": read.headers["etag"]}
        first, second = plan["chunks"]["panels"]
        plan["chunks"]["panels"] = [second, {**first, "sceneDescription": "It rains."}]

        lab.serve(DEVHOST_CRASH_AT=point)
        with pytest.raises(httpx.TransportError):
            await http.put(plan_path, json=plan, headers=known)
        await lab.until_dead()
        lab.serve()
        # The same request again, as a client sends it that got no answer.
        put = await http.put(plan_path, json=plan, headers=known)

        assert put.status_code == 200, put.text
        assert lab.calls() == EACH_ONCE
        assert (await http.post(retry_path)).status_code == 202
        stream = await http.get(f"{START}/{generation_id}", params={"images": "url"})

    results = [message for message in messages_of(stream.content) if message.get("seq")]
    assert [message["seq"] for message in results] == list(range(1, len(results) + 1))
    # The edit, the image that has moved, and the one that was drawn.
    assert [message["type"] for message in results[7:]] == [
        "analysis",
        "chunks",
        "panel",
        "complete",
        "panel",
        "complete",
    ]
    assert lab.calls() == EACH_ONCE + Counter({("panel", "2"): 1})
