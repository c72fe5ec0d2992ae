"""Cancelling, retrying, drawing again and deleting from Python: what is asked, and what becomes of the answers."""

import json
import socket
from collections.abc import Awaitable, Callable

import httpx
import pytest

from client import ConnectionLost, GenerationState, MangaClient, ProtocolBroken, Refused, Unreachable
from tests.client.comics import GENERATION_ID
from tests.client.scripted_app import ScriptedApp, Turn, refusal

type Change = Callable[[MangaClient], Awaitable[object]]

CHANGES: dict[str, Change] = {
    "POST /cancel": lambda client: client.cancel(GENERATION_ID),
    "POST /retry": lambda client: client.retry(GENERATION_ID),
    "POST /panels/2/regenerate": lambda client: client.regenerate(GENERATION_ID, "panel", 2),
    "POST /characters/0/regenerate": lambda client: client.regenerate(GENERATION_ID, "character", 0),
    "DELETE": lambda client: client.delete(GENERATION_ID),
}
every_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())


@pytest.mark.parametrize(("address", "change"), CHANGES.items(), ids=CHANGES.keys())
async def test_change_is_asked_for_once_at_its_address(app: ScriptedApp, address: str, change: Change) -> None:
    app.state = '{"status": "running", "lastSeq": 7, "style": "comic", "noDialogue": true}'
    async with MangaClient(app.url, key="secret") as client:
        answer = await change(client)

    assert app.other_calls() == [address]
    assert app.calls[0].headers["x-functions-key"] == "secret"
    assert app.calls[0].body == b""
    if address != "DELETE":
        assert answer == GenerationState(status="running", last_seq=7, style="comic", no_dialogue=True)


async def test_instructions_go_along(app: ScriptedApp) -> None:
    async with MangaClient(app.url) as client:
        await client.regenerate(GENERATION_ID, "panel", 0, "下から, in the rain")

    assert json.loads(app.calls[0].body) == {"instructions": "下から, in the rain"}
    assert app.calls[0].headers["Content-Type"] == "application/json"


@every_change
@pytest.mark.parametrize("status", [429, 503])
async def test_refusal_tells_how_long_to_wait_and_is_not_repeated(
    app: ScriptedApp, change: Change, status: int
) -> None:
    app.changes.append(refusal(status, Retry_After="12"))
    async with MangaClient(app.url) as client:
        with pytest.raises(Refused, match="Not now") as refused:
            await change(client)

    assert (refused.value.status, refused.value.code, refused.value.retry_after_s) == (status, "not-now", 12)
    assert len(app.calls) == 1


async def test_refusal_without_a_time_has_none(app: ScriptedApp) -> None:
    app.changes.append(refusal(409))
    async with MangaClient(app.url) as client:
        with pytest.raises(Refused) as refused:
            await client.retry(GENERATION_ID)

    assert refused.value.retry_after_s is None


@every_change
@pytest.mark.parametrize("end", ["unanswered", "broken"])
async def test_break_before_the_answer_leaves_open_whether_it_was_heard(
    app: ScriptedApp, change: Change, end: str
) -> None:
    app.changes.append(Turn(b"{", "unanswered" if end == "unanswered" else "broken", status=202))
    async with MangaClient(app.url) as client:
        with pytest.raises(ConnectionLost, match="may have heard") as lost:
            await change(client)

    assert not isinstance(lost.value, Unreachable)
    assert lost.value.generation_id == GENERATION_ID
    assert len(app.calls) == 1


@every_change
async def test_nobody_listening_is_unreachable(change: Change) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        async with MangaClient(url) as client:
            with pytest.raises(Unreachable, match=url):
                await change(client)


@every_change
async def test_answer_of_something_else_breaks_the_protocol(app: ScriptedApp, change: Change) -> None:
    app.changes.append(Turn(b"<h1>Welcome</h1>", headers={"Content-Type": "text/html"}))
    async with MangaClient(app.url) as client:
        with pytest.raises(ProtocolBroken):
            await change(client)


async def test_id_can_not_leave_its_place_in_an_address() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(404, json={"error": "No such generation.", "code": "not-found"})

    async with MangaClient("http://app/base", transport=httpx.MockTransport(answer)) as client:
        for asking in (client.cancel("../x?y"), client.delete("../x?y"), client.export("../x?y", "pdf")):
            with pytest.raises(Refused):
                await asking

    below = "/base/api/generations/..%2Fx%3Fy"
    assert asked == [f"{below}/cancel", below, f"{below}/export?format=pdf"]
