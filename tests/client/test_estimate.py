"""Asking what a generation would take, and being told what it took."""

import json

from client import MangaClient
from shared.models.http.estimate import GenerationEstimate
from shared.models.http.requests import GenerateMangaRequest
from shared.models.usage import UsageReport
from tests.client.comics import GENERATION_ID, whole_comic
from tests.client.command_line import Command
from tests.client.scripted_app import ScriptedApp, Turn

TOLD = {
    "words": 4,
    "panels": {"min": 2, "expected": 3, "max": 15},
    "characters": {"min": 1, "expected": 2, "max": 4},
    "calls": {"min": 5, "expected": 7, "max": 21},
    "minutes": {"min": 0.27, "expected": 0.8, "max": 7.5},
    "price": {"min": 0.28, "expected": 0.42, "max": 1.39},
    "currency": "USD",
}
USAGE = UsageReport(calls=7, input_tokens=2000, output_tokens=500, images=5, price=0.41)


def told(**changes: object) -> Turn:
    return Turn(json.dumps({**TOLD, **changes}).encode(), headers={"Content-Type": "application/json"})


async def test_an_estimate_is_asked_for_with_the_whole_request(app: ScriptedApp) -> None:
    app.turns.append(told())
    async with MangaClient(app.url, key="secret") as client:
        answer = await client.estimate(GenerateMangaRequest(story="The lamp went out.", style="comic"))

    (call,) = app.calls
    assert answer == GenerationEstimate.model_validate(TOLD)
    assert (call.method, call.path, call.query) == ("POST", "/api/generate-manga-stream", {"estimate": "true"})
    assert json.loads(call.body)["style"] == "comic"
    assert call.headers["x-functions-key"] == "secret"


async def test_the_command_tells_each_figure_with_its_bounds(app: ScriptedApp, command: Command) -> None:
    app.turns += [told(), told(price=None)]
    ran = await command("estimate", "story.txt", "--url", app.url)
    unpriced = await command("estimate", "story.txt", "--url", app.url)

    assert (ran.status, ran.err) == (0, "")
    assert "4 words: about 2 (1 to 4) characters, about 3 (2 to 15) panels" in ran.out
    assert "calls of the model: about 7 (5 to 21)" in ran.out
    assert "minutes: about 0.8 (0.3 to 7.5)" in ran.out
    assert "price: about 0.42 USD (0.28 to 1.39)" in ran.out
    assert "price: the app knows none for its models" in unpriced.out


async def test_what_a_comic_took_is_told_at_its_end_and_with_its_state(app: ScriptedApp, command: Command) -> None:
    *earlier, last = whole_comic()
    app.messages = [*earlier, last.model_copy(update={"usage": USAGE})]
    usage = USAGE.model_dump(mode="json", by_alias=True)
    app.state = json.dumps({"status": "completed", "lastSeq": 9, "usage": usage})

    ran = await command("attach", GENERATION_ID, "--url", app.url)
    status = await command("status", GENERATION_ID, "--url", app.url)

    line = "used: 7 calls, 5 images, 2,500 tokens; 0.410 USD"
    assert line in ran.out
    assert line in status.out
