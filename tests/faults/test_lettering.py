"""An edit of texts that was answered survives kill -9."""

import httpx

from tests.faults.lab import STORY, Lab
from tests.support.running_app import PATIENCE_S, START

EDIT = {"texts": [{"kind": "narration", "text": "Much later."}]}


async def test_edited_texts_survive_a_crash_right_after_the_answer(lab: Lab) -> None:
    lab.serve()
    async with httpx.AsyncClient(base_url=lab.stack.url, trust_env=False, timeout=PATIENCE_S) as http:
        body = {"story": STORY, "style": "manga", "images": "url", "lettering": "text"}
        started = await http.post(START, json=body)
        generation_id = started.raise_for_status().headers["x-generation-id"]
        address = f"/api/generations/{generation_id}/panels/0/lettering"
        edited = (await http.put(address, json=EDIT)).raise_for_status()
        lab.kill()
        lab.serve()

        assert (await http.get(address)).content == edited.content
        assert (await http.put(address, json=EDIT)).content == edited.content
