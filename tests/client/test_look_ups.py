"""Calls that change nothing are repeated within the patience, and then given up with the last answer."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from client import ComingBack, ConnectionLost, MangaClient, Patience, Refused
from shared.models.http.requests import GenerateMangaRequest
from tests.client.comics import GENERATION_ID
from tests.client.scripted_app import ScriptedApp, Turn, refusal

QUICK = Patience(first_delay_s=0.0001, longest_delay_s=0.001)
SHORT = Patience(first_delay_s=0.0001, longest_delay_s=0.001, unreachable_after_s=0.5, lost_after_s=0.5)
REQUEST = GenerateMangaRequest(story="The lamp went out.", style="manga")
COUNTED = {"min": 1, "expected": 1, "max": 1}


@dataclass(frozen=True)
class LookUp:
    """A call, and what the app answers to it."""

    ask: Callable[[MangaClient], Awaitable[object]]
    answer: dict[str, object]

    @property
    def turn(self) -> Turn:
        return Turn(json.dumps(self.answer).encode(), headers={"Content-Type": "application/json"})


LOOK_UPS = {
    "state": LookUp(lambda client: client.generation(GENERATION_ID), {"status": "running", "lastSeq": 0}),
    "estimate": LookUp(
        lambda client: client.estimate(REQUEST),
        {"words": 4, "panels": COUNTED, "characters": COUNTED, "calls": COUNTED, "minutes": COUNTED, "price": None},
    ),
    "admin": LookUp(lambda client: client.admin_generations(), {"generations": []}),
}
every_look_up = pytest.mark.parametrize("look_up", LOOK_UPS.values(), ids=LOOK_UPS.keys())


def script(app: ScriptedApp, *turns: Turn) -> None:
    """Let the app answer with these turns, whatever is looked up."""
    app.looks.extend(turns)
    app.turns.extend(turns)


@every_look_up
async def test_look_up_is_repeated_until_it_is_answered(app: ScriptedApp, look_up: LookUp) -> None:
    script(app, refusal(503, Retry_After="0"), Turn(end="unanswered"), refusal(503), look_up.turn)
    news: list[ComingBack] = []
    async with MangaClient(app.url, patience=QUICK, on_coming_back=news.append) as client:
        await look_up.ask(client)

    assert len(app.calls) == 4
    assert news[0] == ComingBack("the app answered 503: Not now.", 0.0)


@every_look_up
async def test_app_that_stays_away_is_given_up_with_its_own_answer(app: ScriptedApp, look_up: LookUp) -> None:
    script(app, *[refusal(503)] * 10_000)
    async with MangaClient(app.url, patience=SHORT) as client:
        with pytest.raises(Refused, match="Not now"):
            await look_up.ask(client)

    assert len(app.calls) > 1


@every_look_up
async def test_connection_that_keeps_breaking_is_given_up(app: ScriptedApp, look_up: LookUp) -> None:
    script(app, *[Turn(end="unanswered")] * 10_000)
    async with MangaClient(app.url, patience=SHORT) as client:
        with pytest.raises(ConnectionLost, match=app.url):
            await look_up.ask(client)

    assert len(app.calls) > 1


@every_look_up
async def test_wait_beyond_the_patience_is_not_begun(app: ScriptedApp, look_up: LookUp) -> None:
    script(app, refusal(503, Retry_After="4000"))
    async with MangaClient(app.url) as client:
        with pytest.raises(Refused) as refused:
            await look_up.ask(client)

    assert refused.value.retry_after_s == 4000
    assert len(app.calls) == 1


@every_look_up
@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_final_refusal_is_not_repeated(app: ScriptedApp, look_up: LookUp, status: int) -> None:
    script(app, refusal(status))
    async with MangaClient(app.url, patience=QUICK) as client:
        with pytest.raises(Refused):
            await look_up.ask(client)

    assert len(app.calls) == 1
