"""Streams that are cut, delayed, repeated or damaged: every result arrives once and in order."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from client import (
    ComingBack,
    ConnectionLost,
    Line,
    MangaClient,
    Patience,
    Problem,
    ProtocolBroken,
    Refused,
    Unreachable,
)
from shared.models.http.requests import GenerateMangaRequest
from shared.models.messages import StreamMessage, sequence_of
from shared.ndjson import HEARTBEAT, to_line
from tests.client.comics import (
    GENERATION_ID,
    analysis,
    chunks,
    complete,
    critical,
    lines_of,
    panel,
    panel_failed,
    reconnect,
    status,
    whole_comic,
)
from tests.client.conftest import QUICK
from tests.client.scripted_app import ScriptedApp, Turn, refusal

REQUEST = GenerateMangaRequest(story="The lamp went out.", style="manga")
SHORT: list[StreamMessage] = [analysis(1, ("Mira",)), status(), panel_failed(2, 0), complete(3, failed_panels=(0,))]
RETRIED = [*SHORT, panel(4, 0), complete(5)]
RUNNING = '{"status": "running", "lastSeq": 3}'
COMPLETED = '{"status": "completed", "lastSeq": 3}'


def results(messages: Sequence[StreamMessage]) -> list[StreamMessage]:
    return [message for message in messages if sequence_of(message) is not None]


async def generate(client: MangaClient) -> list[StreamMessage]:
    return [message async for message in client.generate(REQUEST)]


async def generate_with(app: ScriptedApp, patience: Patience) -> list[StreamMessage]:
    async with MangaClient(app.url, patience=patience) as client:
        return await generate(client)


async def follow(client: MangaClient, after: int = 0) -> list[StreamMessage]:
    return [message async for message in client.follow(GENERATION_ID, after)]


async def test_stream_yields_typed_messages(app: ScriptedApp, client: MangaClient) -> None:
    app.messages = whole_comic()
    assert await generate(client) == whole_comic()
    (call,) = app.calls
    assert json.loads(call.body) == json.loads(REQUEST.model_dump_json(by_alias=True))
    assert call.headers["x-functions-key"] == "secret"
    assert len(call.headers["Idempotency-Key"]) == 32


@pytest.mark.parametrize("end", ["complete", "broken"])
async def test_stream_cut_at_any_byte_loses_and_repeats_nothing(
    app: ScriptedApp, client: MangaClient, end: str
) -> None:
    app.messages = messages = [panel_failed(1, 0), status(), critical(2)]
    whole = lines_of(messages)
    for cut in range(len(whole)):
        app.turns.append(Turn(whole[:cut], end="complete" if end == "complete" else "broken"))
        assert results(await generate(client)) == results(messages), f"cut after byte {cut}"


async def test_reconnect_asks_for_results_after_the_last_complete_line(app: ScriptedApp, client: MangaClient) -> None:
    app.messages = whole_comic()
    torn = to_line(panel(5, 1))[:-1]
    app.turns.append(Turn(lines_of(whole_comic()[:4]) + torn, end="broken"))
    assert await generate(client) == whole_comic()
    post, get = app.calls
    assert post.method == "POST"
    assert (get.method, get.path) == ("GET", f"/api/generate-manga-stream/{GENERATION_ID}")
    assert get.query == {"after": "4"}


async def test_announced_reconnect_is_immediate(app: ScriptedApp, reported: list[ComingBack]) -> None:
    app.messages = whole_comic()
    app.turns.append(Turn(lines_of([*whole_comic()[:2], reconnect()])))
    slow = Patience(first_delay_s=3600)
    async with MangaClient(app.url, patience=slow, on_coming_back=reported.append) as client:
        assert results(await generate(client)) == whole_comic()
    assert [retry.delay_s for retry in reported] == [0.0]


@pytest.mark.parametrize(
    "turns",
    [
        [Turn(HEARTBEAT + HEARTBEAT.join(to_line(message) for message in SHORT) + HEARTBEAT)],
        [Turn(lines_of([SHORT[0], SHORT[0]]), end="broken"), Turn(lines_of([SHORT[0], *SHORT]))],
    ],
    ids=["heartbeats", "repeated results"],
)
async def test_heartbeats_and_repeated_results_are_skipped(
    app: ScriptedApp, client: MangaClient, turns: list[Turn]
) -> None:
    app.turns.extend(turns)
    assert await generate(client) == SHORT


@pytest.mark.parametrize(
    "lines",
    [
        lines_of([analysis(1), panel(3, 0)]),
        lines_of([analysis(1)]) + b'{"type":"chunks",\n' + lines_of(whole_comic()[2:]),
    ],
    ids=["skipped", "damaged"],
)
async def test_missing_result_is_fetched(app: ScriptedApp, client: MangaClient, lines: bytes) -> None:
    app.messages = whole_comic()
    app.turns.append(Turn(lines))
    assert await generate(client) == whole_comic()
    assert app.calls[-1].query == {"after": "1"}


@pytest.mark.parametrize("status_code", [429, 503])
async def test_reader_honours_retry_after(app: ScriptedApp, status_code: int) -> None:
    app.turns.append(refusal(status_code, Retry_After="60"))
    waiting = asyncio.get_running_loop().create_future()
    async with MangaClient(app.url, on_coming_back=waiting.set_result) as client:
        reading = asyncio.ensure_future(anext(client.generate(REQUEST)))
        retry = await waiting
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
    assert retry == ComingBack(f"the app answered {status_code}: Not now.", 60)
    assert len(app.calls) == 1


async def test_unanswered_start_is_repeated_with_the_same_key_and_body(app: ScriptedApp, client: MangaClient) -> None:
    app.messages = SHORT
    app.turns.extend([Turn(end="unanswered"), Turn(end="unanswered")])
    assert await generate(client) == SHORT
    assert [call.method for call in app.calls] == ["POST"] * 3
    assert len({(call.headers["Idempotency-Key"], call.body) for call in app.calls}) == 1


async def test_each_generation_has_its_own_key_unless_one_is_given(app: ScriptedApp, client: MangaClient) -> None:
    app.messages = SHORT
    for key in (None, None, "mine"):
        _ = [message async for message in client.generate(REQUEST, key)]
    first, second, third = (call.headers["Idempotency-Key"] for call in app.calls)
    assert first != second
    assert third == "mine"


async def test_start_cut_before_its_first_line_is_followed_by_the_id_of_its_header(
    app: ScriptedApp, client: MangaClient
) -> None:
    app.messages = SHORT
    app.turns.append(Turn(b"", end="broken"))
    request = REQUEST.model_copy(update={"images": "url"})
    assert [message async for message in client.generate(request)] == SHORT
    assert [call.method for call in app.calls] == ["POST", "GET"]
    assert app.calls[-1].query == {"after": "0", "images": "url"}


async def test_silent_stream_is_reopened(app: ScriptedApp) -> None:
    app.messages = SHORT
    app.turns.append(Turn(lines_of(SHORT[:1]), end="silent"))
    assert results(await generate_with(app, replace(QUICK, idle_s=0.2))) == results(SHORT)
    assert app.calls[-1].query == {"after": "1"}


async def test_last_message_is_the_end_even_if_the_connection_stays_open(app: ScriptedApp) -> None:
    app.turns.append(Turn(lines_of(SHORT), end="silent"))
    app.state = COMPLETED
    assert await generate_with(app, replace(QUICK, idle_s=0.2)) == SHORT


@pytest.mark.parametrize(
    ("turn", "state"),
    [
        (Turn(lines_of(RETRIED[:-1])), RUNNING),
        (Turn(lines_of(RETRIED[:-1]), end="broken"), RUNNING),
        (Turn(lines_of(SHORT), end="broken"), RUNNING),
        (Turn(lines_of(SHORT), end="broken"), '{"status": "completed", "lastSeq": 5}'),
        (Turn(lines_of([*SHORT, reconnect()])), RUNNING),
    ],
    ids=["cut later", "broken later", "broken, running", "broken, completed", "end of the window"],
)
async def test_results_after_an_earlier_end_are_read(
    app: ScriptedApp, client: MangaClient, turn: Turn, state: str
) -> None:
    app.messages = RETRIED
    app.state = state
    app.turns.append(turn)
    assert results(await follow(client)) == results(RETRIED)


@pytest.mark.parametrize("state", ["[]", COMPLETED])
async def test_connection_that_breaks_after_the_end_is_not_reopened(
    app: ScriptedApp, client: MangaClient, state: str
) -> None:
    app.state = state
    app.turns.append(Turn(lines_of(SHORT), end="broken"))
    assert await follow(client) == SHORT
    assert len(app.stream_calls()) == 1


async def test_critical_error_is_an_end(app: ScriptedApp, client: MangaClient) -> None:
    app.messages = [critical(1)]
    assert await generate(client) == [critical(1)]


async def test_following_a_finished_generation_from_its_end_yields_no_results(
    app: ScriptedApp, client: MangaClient
) -> None:
    app.messages = SHORT
    app.state = COMPLETED
    assert await follow(client, after=3) == [status()]
    assert len(app.stream_calls()) == 1


async def test_following_from_the_middle_yields_the_rest(app: ScriptedApp, client: MangaClient) -> None:
    app.messages = whole_comic()
    assert await follow(client, after=5) == whole_comic()[5:]
    assert app.calls[0].query == {"after": "5"}


async def test_refusal_has_status_code_and_fields(app: ScriptedApp, client: MangaClient) -> None:
    body = {"error": "Fix it.", "code": "invalid-input", "details": [{"field": "story", "message": "is blank"}]}
    app.turns.append(refusal(400, json.dumps(body)))
    with pytest.raises(Refused, match="Fix it") as refused:
        await generate(client)
    assert (refused.value.status, refused.value.code) == (400, "invalid-input")
    assert refused.value.details == (Problem("story", "is blank"),)
    assert len(app.calls) == 1


async def test_refusal_of_a_proxy_has_its_text(app: ScriptedApp, client: MangaClient) -> None:
    app.turns.append(refusal(403, "<h1>Go\naway</h1>"))
    with pytest.raises(Refused, match="<h1>Go away</h1>") as refused:
        await generate(client)
    assert refused.value.code == "http-403"


async def test_lost_connection_says_where_to_resume(app: ScriptedApp) -> None:
    app.turns.append(Turn(lines_of(SHORT[:1]), end="broken"))
    app.turns.extend([Turn(end="unanswered")] * 1000)
    with pytest.raises(ConnectionLost, match="no answer for") as lost:
        await generate_with(app, replace(QUICK, lost_after_s=0.1))
    assert (lost.value.generation_id, lost.value.after) == (GENERATION_ID, 1)
    assert not isinstance(lost.value, Unreachable)


async def test_stream_without_results_is_given_up(app: ScriptedApp) -> None:
    app.turns.extend([Turn(lines_of([status()]))] * 1000)
    with pytest.raises(ConnectionLost, match="no result for too long"):
        await generate_with(app, Patience(first_delay_s=0.01, longest_delay_s=0.01, stalled_after_s=0.1))


@pytest.mark.parametrize(
    "turn",
    [Turn(b'{"type":"surprise","seq":1}\n'), Turn(b"<html>", headers={"Content-Type": "text/html"})],
    ids=["unknown message", "web page"],
)
async def test_unreadable_answers_are_given_up(app: ScriptedApp, client: MangaClient, turn: Turn) -> None:
    app.turns.extend([turn] * 10)
    with pytest.raises(ProtocolBroken):
        await generate(client)
    assert len(app.calls) == QUICK.broken_limit


async def test_lines_are_yielded_as_received(app: ScriptedApp, client: MangaClient) -> None:
    raw = b'{ "type":"status" ,"step":"panel","message":"\\u00e9","generationId":"g","more":1}'
    app.turns.append(Turn(raw + b"\n" + lines_of(SHORT)))
    lines: list[Line] = [line async for line in client.starting(REQUEST).lines()]
    assert lines[0].raw == raw
    assert b"".join(line.raw + b"\n" for line in lines[1:]) == lines_of(SHORT)


async def test_state_is_typed(app: ScriptedApp, client: MangaClient) -> None:
    progress = {"panels": {"done": 2, "failed": 1, "total": 3}}
    app.state = json.dumps(
        {"status": "completed", "phase": "ended", "title": "Night", "lastSeq": 9, "progress": progress}
    )
    state = await client.generation(GENERATION_ID)
    assert state.is_over
    assert (state.title, state.last_seq, state.progress.panels.failed) == ("Night", 9, 1)


async def test_unreadable_state_is_protocol_broken(app: ScriptedApp, client: MangaClient) -> None:
    app.state = "[]"
    with pytest.raises(ProtocolBroken):
        await client.generation(GENERATION_ID)


async def test_estimate_sends_the_whole_request(app: ScriptedApp, client: MangaClient) -> None:
    app.estimates.append(refusal(400))
    with pytest.raises(Refused):
        await client.estimate(GenerateMangaRequest(story="The lamp went out.", style="comic"))

    (call,) = app.calls
    assert (call.method, call.path, call.query) == ("POST", "/api/generate-manga-stream", {"estimate": "true"})
    assert json.loads(call.body)["style"] == "comic"
    assert call.headers["x-functions-key"] == "secret"


async def test_results_keep_their_order_over_many_windows(app: ScriptedApp, client: MangaClient) -> None:
    messages = [analysis(1), chunks(2), *(panel(3 + index, index) for index in range(12)), complete(15)]
    app.messages = messages
    app.turns.extend(Turn(lines_of([*messages[index : index + 1], reconnect()])) for index in range(14))
    assert results(await generate(client)) == messages
    assert [call.query.get("after") for call in app.calls] == [None, *(str(seq) for seq in range(1, 15))]
