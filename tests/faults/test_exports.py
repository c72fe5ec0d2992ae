"""Files of a comic, exported before and after kill -9."""

import httpx

from tests.faults.lab import STORY, Lab
from tests.support.running_app import PATIENCE_S, START

FORMATS = ("epub", "webtoon", "json")


async def exported(http: httpx.AsyncClient, generation_id: str) -> list[bytes]:
    answers = [await http.get(f"/api/generations/{generation_id}/export?format={name}") for name in FORMATS]
    return [answer.raise_for_status().content for answer in answers]


async def test_files_after_a_crash_are_those_before_it_and_call_no_model(lab: Lab) -> None:
    lab.serve()
    async with httpx.AsyncClient(base_url=lab.stack.url, trust_env=False, timeout=PATIENCE_S) as http:
        body = {"story": STORY, "style": "manga", "images": "url", "lettering": "text"}
        started = await http.post(START, json=body)
        generation_id = started.raise_for_status().headers["x-generation-id"]
        before, calls = await exported(http, generation_id), lab.calls()
        lab.kill()
        lab.serve()

        assert await exported(http, generation_id) == before
        assert lab.calls() == calls
