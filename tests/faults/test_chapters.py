"""The host is killed between chapters: each is drawn once, and nothing is paid twice."""

from collections import Counter

import pytest

from tests.faults.lab import MARK, STORY, Lab
from tests.support.contract_check import messages_of
from tests.support.running_app import START

# The first chapter's sheets are the second one's too.
EACH_ONCE = Counter(
    {
        ("analysis", None): 2,
        ("chunking", None): 2,
        ("character", f"{MARK}do"): 1,
        ("character", f"{MARK}mi"): 1,
        ("panel", "1"): 2,
        ("panel", "2"): 2,
    }
)
SETTINGS = {"MAX_PARALLEL_STEPS": "1", "MAX_STORY_WORDS": str(len(STORY.split()))}
# Six activities draw the first chapter; the seventh saves its ledger, and the eighth begins the second chapter.
DEATHS = ["activity-finished:7", "activity-result-committed:7", "start-committed:2", "activity-finished:8"]


@pytest.mark.devhost
@pytest.mark.parametrize("death", DEATHS)
async def test_chapters_are_drawn_once_whenever_the_host_dies_between_them(lab: Lab, death: str) -> None:
    lab.serve(**SETTINGS, DEVHOST_CRASH_AT=death)
    body = {"story": f"{STORY}\n\n{STORY}", "style": "manga", "images": "url", "chapters": "auto"}

    async with lab.client() as http:
        async with http.stream("POST", START, json=body) as response:
            first = response.headers["x-generation-id"]
        await lab.until_dead()
        lab.serve(**SETTINGS)

        async def kinds(generation_id: str) -> Counter[str]:
            stream = await http.get(f"{START}/{generation_id}", params={"images": "url"})
            return Counter(message["type"] for message in messages_of(stream.content) if "seq" in message)

        whole = {"analysis": 1, "chunks": 1, "character": 2, "panel": 2, "complete": 1}
        assert await kinds(first) == whole
        chapters = (await http.get(f"/api/generations/{first}")).json()["chapters"]
        assert len(chapters) == 2
        assert await kinds(chapters[1]["id"]) == whole
        chapters = (await http.get(f"/api/generations/{first}")).json()["chapters"]

    assert [chapter["status"] for chapter in chapters] == ["completed", "completed"]
    assert lab.calls() == EACH_ONCE
