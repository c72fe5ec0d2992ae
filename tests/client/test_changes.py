"""Calls that change a generation: cancel, retry, regenerate and delete."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import httpx
import pytest

from client import ConnectionLost, GenerationState, MangaClient, ProtocolBroken, Refused, Unreachable
from shared.models.http.share import ShareLink
from tests.client.comics import GENERATION_ID
from tests.client.scripted_app import ScriptedApp, Turn, refusal

type Change = Callable[[MangaClient], Awaitable[object]]

CHANGES: dict[str, Change] = {
    "POST /cancel": lambda client: client.cancel(GENERATION_ID),
    "POST /retry": lambda client: client.retry(GENERATION_ID),
    "POST /panels/2/regenerate": lambda client: client.regenerate(GENERATION_ID, "panel", 2),
    "POST /characters/0/regenerate": lambda client: client.regenerate(GENERATION_ID, "character", 0),
    "PUT /panels/2/version": lambda client: client.choose_version(GENERATION_ID, "panel", 2, 1),
    "POST /share": lambda client: client.share(GENERATION_ID),
    "DELETE /share": lambda client: client.unshare(GENERATION_ID),
    "DELETE": lambda client: client.delete(GENERATION_ID),
}
every_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())


@pytest.mark.parametrize(("address", "change"), CHANGES.items(), ids=CHANGES.keys())
async def test_change_is_sent_once(app: ScriptedApp, client: MangaClient, address: str, change: Change) -> None:
    app.state = '{"status": "running", "lastSeq": 7, "style": "comic", "noDialogue": true, "url": "/c/0", "expires": 0}'
    answer = await change(client)

    assert app.other_calls() == [address]
    assert app.calls[0].headers["x-functions-key"] == "secret"
    assert app.calls[0].body == (b'{"version":1}' if address.startswith("PUT") else b"")
    if address == "POST /share":
        assert answer == ShareLink(url="/c/0", expires=datetime.fromtimestamp(0, UTC))
    elif not address.startswith("DELETE"):
        assert answer == GenerationState(status="running", last_seq=7, style="comic", no_dialogue=True)


async def test_days_of_a_share_are_sent_as_json(app: ScriptedApp, client: MangaClient) -> None:
    app.state = '{"url": "/c/0", "expires": 0}'
    await client.share(GENERATION_ID, 7)

    assert json.loads(app.calls[0].body) == {"days": 7}


async def test_instructions_are_sent_as_json(app: ScriptedApp, client: MangaClient) -> None:
    await client.regenerate(GENERATION_ID, "panel", 0, "下から, in the rain")

    assert json.loads(app.calls[0].body) == {"instructions": "下から, in the rain"}
    assert app.calls[0].headers["Content-Type"] == "application/json"


@every_change
@pytest.mark.parametrize(
    ("status", "headers", "wait_s"),
    [(429, {"Retry_After": "12"}, 12), (503, {"Retry_After": "12"}, 12), (409, {}, None)],
)
async def test_refused_change_is_not_repeated(
    app: ScriptedApp, client: MangaClient, change: Change, status: int, headers: dict[str, str], wait_s: float | None
) -> None:
    app.changes.append(refusal(status, **headers))
    with pytest.raises(Refused, match="Not now") as refused:
        await change(client)

    assert (refused.value.status, refused.value.code, refused.value.retry_after_s) == (status, "not-now", wait_s)
    assert len(app.calls) == 1


@every_change
@pytest.mark.parametrize(
    "turn", [Turn(b"{", "unanswered", status=202), Turn(b"{", "broken", status=202)], ids=["unanswered", "broken"]
)
async def test_change_without_a_complete_answer_may_have_been_received(
    app: ScriptedApp, client: MangaClient, change: Change, turn: Turn
) -> None:
    app.changes.append(turn)
    with pytest.raises(ConnectionLost, match="may have received") as lost:
        await change(client)

    assert not isinstance(lost.value, Unreachable)
    assert lost.value.generation_id == GENERATION_ID
    assert len(app.calls) == 1


@every_change
async def test_change_of_an_unreachable_app_is_unreachable(unused_url: str, change: Change) -> None:
    async with MangaClient(unused_url) as client:
        with pytest.raises(Unreachable, match=unused_url):
            await change(client)


@every_change
async def test_unknown_answer_to_a_change_is_protocol_broken(
    app: ScriptedApp, client: MangaClient, change: Change
) -> None:
    app.changes.append(Turn(b"<h1>Welcome</h1>", headers={"Content-Type": "text/html"}))
    with pytest.raises(ProtocolBroken):
        await change(client)


async def test_ids_are_quoted_in_paths() -> None:
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path.decode())
        return httpx.Response(404, json={"error": "No such generation.", "code": "not-found"})

    evil = "../x?y"
    async with MangaClient("http://app/base", transport=httpx.MockTransport(answer)) as client:
        for call in (
            client.generation(evil),
            anext(client.follow(evil)),
            client.cancel(evil),
            client.delete(evil),
            client.export(evil, "pdf"),
        ):
            with pytest.raises(Refused):
                await call

    quoted = "..%2Fx%3Fy"
    path = f"/base/api/generations/{quoted}"
    stream = f"/base/api/generate-manga-stream/{quoted}?after=0"
    assert paths == [path, stream, f"{path}/cancel", path, f"{path}/export?format=pdf"]
