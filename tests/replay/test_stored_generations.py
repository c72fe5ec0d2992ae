"""A generation that version 1.0 of this app stored, read by this version: its stream, its state and a retry of it."""

import io
import json
import zipfile

import pytest

from api.export.exporter import Exporter
from api.generations.changes import retry
from api.generations.ledgers import find_run, full_ledger
from api.generations.state import state_of
from api.limits.limits import Limits
from api.streaming.poller import Pollers
from api.streaming.stream import StreamRequest, stream_lines
from shared.deps import Deps
from shared.models.ledger import Ledger
from shared.names import MANGA_ORCHESTRATOR
from shared.outside.github import GitHubIssues
from shared.outside.reddit import RedditPosts
from shared.settings import load_settings
from shared.storage.shared_values import SharedValues
from tests.replay.record import FOLDER, GENERATION
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.memory_blobs import MemoryBlobs
from tests.support.fakes.model import ScriptedModel
from tests.support.fakes.pictures import png

ENDED: object = json.loads((FOLDER / "1.0" / "manga-complete.json").read_text())["state"]["customStatus"]
PEOPLE = [
    {"name": name, "physicalDescription": f"{name} wears red", "personality": "kind", "role": "hero"}
    for name in ("Mira", "Jon")
]
SETTING = {"timePeriod": "today", "location": "a harbour", "mood": "calm"}
PANELS = [
    {
        "panelNumber": number,
        "characters": ["Mira"],
        "sceneDescription": "rowing",
        "cameraAngle": "wide",
        "visualMood": "calm",
    }
    for number in (1, 2, 3)
]
JSON_BLOBS: dict[str, object] = {
    "request.json": {"story": "Mira rows out.", "style": "manga", "noDialogue": False},
    "analysis.json": {"title": "A Tale", "characters": PEOPLE, "setting": SETTING},
    "chunks.json": {"panels": PANELS},
    "failures/character-1-1.json": {"code": "content-blocked", "block": "SAFETY", "used": {"calls": 1}},
    "ledger.json": ENDED,
}
IMAGES = ("characters/0/1", "panels/0/1", "panels/1/1", "panels/2/1")


@pytest.fixture
async def deps() -> Deps:
    """The storage of version 1.0: without lifecycle records, and without the usage of results."""
    blobs, model = MemoryBlobs(), ScriptedModel()
    for name, content in JSON_BLOBS.items():
        await blobs.create(f"{GENERATION}/{name}", json.dumps(content).encode(), "application/json")
    for name in IMAGES:
        await blobs.create(f"{GENERATION}/{name}", png(), "image/png")
    settings = load_settings({"GEMINI_API_KEY": "key"})
    return Deps(settings, blobs, model, model, RedditPosts(settings), GitHubIssues(settings), SharedValues(blobs))


@pytest.fixture
def engine() -> FakeEngine:
    engine = FakeEngine()
    engine.show(GENERATION, Ledger.model_validate(ENDED), "completed")
    return engine


async def test_stream_has_a_message_for_each_entry(deps: Deps, engine: FakeEngine) -> None:
    request = StreamRequest(GENERATION, images="url", phase="ended")
    lines = [line async for line in stream_lines(deps, engine, Pollers(), request)]
    messages = [message for message in map(json.loads, lines) if "seq" in message]

    assert [message["seq"] for message in messages] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [(message["type"], message.get("code")) for message in messages] == [
        ("analysis", None),
        ("chunks", None),
        ("error", "content-blocked"),
        ("character", None),
        *[("panel", None)] * 3,
        ("complete", None),
    ]
    assert messages[-1]["failedCharacters"] == [1]


async def test_state_counts_finished_and_failed_images(deps: Deps, engine: FakeEngine) -> None:
    run = await find_run(deps, engine, GENERATION)
    ledger = await full_ledger(deps.generations, run)
    request = await deps.generations.request(GENERATION)

    state = state_of(run, ledger, request, await deps.generations.used(GENERATION))

    assert (state.status, state.progress.panels.done, state.progress.characters.failed) == ("completed", 3, 1)
    assert (state.language, state.cost) == (None, None)


async def test_retry_resumes_the_generation_in_its_second_round(deps: Deps, engine: FakeEngine) -> None:
    await retry(deps, Limits(deps.settings, deps.blobs), engine, GENERATION)

    ((orchestrator, instance_id, start_input),) = engine.started
    assert (orchestrator, instance_id) == (MANGA_ORCHESTRATOR, GENERATION)
    assert isinstance(start_input, dict)
    assert (start_input["resumed"], start_input["round"]) == (True, 1)


async def test_images_can_be_exported(deps: Deps, engine: FakeEngine) -> None:
    exported = await Exporter().export(deps, engine, GENERATION, "zip")

    assert exported.content is not None
    names = zipfile.ZipFile(io.BytesIO(exported.content)).namelist()
    assert [name for name in names if name.endswith(".png")] == [
        "characters/01-Mira.png",
        "panels/01.png",
        "panels/02.png",
        "panels/03.png",
    ]
