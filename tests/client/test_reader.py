"""Streams that are cut, delayed, doubled and damaged: every result comes once, in order."""

import asyncio
import json
import socket
from collections.abc import Sequence

import httpx
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
    panel,
    panel_failed,
    reconnect,
    status,
    whole_comic,
)
from tests.client.scripted_app import ScriptedApp, Turn, refusal

REQUEST = GenerateMangaRequest(story="The lamp went out.", style="manga")
QUICK = Patience(idle_s=5, first_delay_s=0.0001, longest_delay_s=0.001, longest_retry_after_s=0.01)
SHORT: list[StreamMessage] = [analysis(1, ("Mira",)), status(), panel_failed(2, 0), complete(3, failed_panels=(0,))]


def lines_of(messages: Sequence[StreamMessage]) -> bytes:
    return b"".join(to_line(message) for message in messages)


def results(messages: Sequence[StreamMessage]) -> list[StreamMessage]:
    return [message for message in messages if sequence_of(message) is not None]


async def generate(app: ScriptedApp, patience: Patience = QUICK, key: str | None = None) -> list[StreamMessage]:
    async with MangaClient(app.url, key=key, patience=patience) as client:
        return [message async for message in client.generate(REQUEST)]


async def follow(app: ScriptedApp, after: int = 0, patience: Patience = QUICK) -> list[StreamMessage]:
    async with MangaClient(app.url, patience=patience) as client:
        return [message async for message in client.follow(GENERATION_ID, after)]


async def test_whole_stream_comes_as_typed_messages(app: ScriptedApp) -> None:
    app.messages = whole_comic()
    assert await generate(app, key="secret") == whole_comic()
    (call,) = app.calls
    assert json.loads(call.body) == json.loads(REQUEST.model_dump_json(by_alias=True))
    assert call.headers["x-functions-key"] == "secret"
    assert len(call.headers["Idempotency-Key"]) == 32


@pytest.mark.parametrize("end", ["well", "broken"])
async def test_stream_cut_at_every_byte_loses_and_doubles_nothing(app: ScriptedApp, end: str) -> None:
    messages: list[StreamMessage] = [panel_failed(1, 0), status(), critical(2)]
    app.messages = messages
    whole = lines_of(messages)
    async with MangaClient(app.url, patience=QUICK) as client:
        for cut in range(len(whole)):
            app.turns.append(Turn(whole[:cut], end="well" if end == "well" else "broken"))
            received = [message async for message in client.generate(REQUEST)]
            assert results(received) == results(messages), f"cut after byte {cut}"


async def test_comes_back_with_the_last_complete_seq(app: ScriptedApp) -> None:
    app.messages = whole_comic()
    torn = to_line(panel(5, 1))[:-1]
    app.turns.append(Turn(lines_of(whole_comic()[:4]) + torn, end="broken"))
    assert await generate(app) == whole_comic()
    post, get = app.calls
    assert post.method == "POST"
    assert (get.method, get.path) == ("GET", f"/api/generate-manga-stream/{GENERATION_ID}")
    assert get.query == {"after": "4"}


async def test_announced_reconnect_costs_no_wait(app: ScriptedApp) -> None:
    app.messages = whole_comic()
    app.turns.append(Turn(lines_of([*whole_comic()[:2], reconnect()])))
    news: list[ComingBack] = []
    slow = Patience(first_delay_s=3600)
    async with MangaClient(app.url, patience=slow, on_coming_back=news.append) as client:
        received = [message async for message in client.generate(REQUEST)]
    assert results(received) == whole_comic()
    assert [item.delay_s for item in news] == [0.0]


async def test_heartbeats_are_no_messages(app: ScriptedApp) -> None:
    app.turns.append(Turn(HEARTBEAT + HEARTBEAT.join(to_line(message) for message in SHORT) + HEARTBEAT))
    assert await generate(app) == SHORT


async def test_results_that_come_twice_are_given_once(app: ScriptedApp) -> None:
    app.turns.append(Turn(lines_of([SHORT[0], SHORT[0]]), end="broken"))
    app.turns.append(Turn(lines_of([SHORT[0], *SHORT])))
    assert await generate(app) == SHORT


async def test_result_that_was_left_out_is_fetched(app: ScriptedApp) -> None:
    app.messages = whole_comic()
    app.turns.append(Turn(lines_of([analysis(1), panel(3, 0)])))
    assert await generate(app) == whole_comic()
    assert app.calls[-1].query == {"after": "1"}


async def test_damaged_line_is_fetched_again(app: ScriptedApp) -> None:
    app.messages = whole_comic()
    app.turns.append(Turn(lines_of(whole_comic()[:1]) + b'{"type":"chunks",\n' + lines_of(whole_comic()[2:])))
    assert await generate(app) == whole_comic()


async def test_busy_app_is_asked_again(app: ScriptedApp) -> None:
    app.messages = SHORT
    app.turns.extend([refusal(503, Retry_After="0"), refusal(429, Retry_After="0"), refusal(503)])
    news: list[ComingBack] = []
    async with MangaClient(app.url, patience=QUICK, on_coming_back=news.append) as client:
        assert [message async for message in client.generate(REQUEST)] == SHORT
    assert [item.delay_s for item in news][:2] == [0.0, 0.0]
    assert news[1].reason == "the app answered 429: Not now."


@pytest.mark.parametrize("status_code", [429, 503])
async def test_reader_waits_as_long_as_the_app_asks_it_to(app: ScriptedApp, status_code: int) -> None:
    app.turns.append(refusal(status_code, Retry_After="60"))
    asked = asyncio.get_running_loop().create_future()
    async with MangaClient(app.url, on_coming_back=asked.set_result) as client:
        reading = asyncio.ensure_future(anext(client.generate(REQUEST)))
        news = await asked
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
    assert news == ComingBack(f"the app answered {status_code}: Not now.", 60)
    assert len(app.calls) == 1


async def test_limit_that_lasts_longer_than_the_patience_is_told_at_once(app: ScriptedApp) -> None:
    app.turns.append(refusal(429, '{"error": "100 a day.", "code": "daily-limit"}', Retry_After="4000"))
    with pytest.raises(Refused, match="100 a day") as refused:
        await generate(app, Patience())
    assert (refused.value.status, refused.value.code, refused.value.retry_after_s) == (429, "daily-limit", 4000)
    assert len(app.calls) == 1


async def test_lost_post_is_repeated_with_the_same_key_and_body(app: ScriptedApp) -> None:
    app.messages = SHORT
    app.turns.extend([Turn(end="unanswered"), Turn(end="unanswered")])
    assert await generate(app) == SHORT
    assert [call.method for call in app.calls] == ["POST"] * 3
    assert len({(call.headers["Idempotency-Key"], call.body) for call in app.calls}) == 1


async def test_each_generation_has_a_key_of_its_own_unless_one_is_given(app: ScriptedApp) -> None:
    app.messages = SHORT
    async with MangaClient(app.url, patience=QUICK) as client:
        for key in (None, None, "mine"):
            _ = [message async for message in client.generate(REQUEST, key)]
    first, second, third = (call.headers["Idempotency-Key"] for call in app.calls)
    assert first != second
    assert third == "mine"


async def test_post_cut_before_its_first_line_goes_on_with_the_id_of_the_header(app: ScriptedApp) -> None:
    app.messages = SHORT
    app.turns.append(Turn(b"", end="broken"))
    assert await generate(app) == SHORT
    assert [call.method for call in app.calls] == ["POST", "GET"]


async def test_silent_stream_is_left_and_opened_again(app: ScriptedApp) -> None:
    app.messages = SHORT
    app.turns.append(Turn(lines_of(SHORT[:1]), end="silent"))
    received = await generate(app, Patience(idle_s=0.2, first_delay_s=0.001))
    assert results(received) == results(SHORT)
    assert app.calls[-1].query == {"after": "1"}


async def test_end_is_kept_although_the_connection_stays_open(app: ScriptedApp) -> None:
    app.turns.append(Turn(lines_of(SHORT), end="silent"))
    app.state = '{"status": "completed", "lastSeq": 3}'
    assert await generate(app, Patience(idle_s=0.2)) == SHORT


@pytest.mark.parametrize("end", ["well", "broken"])
async def test_results_after_an_earlier_end_are_read_on(app: ScriptedApp, end: str) -> None:
    retried = [*SHORT, panel(4, 0), complete(5)]
    app.messages = retried
    app.turns.append(Turn(lines_of(retried[:-1]), end="well" if end == "well" else "broken"))
    assert results(await follow(app)) == results(retried)


@pytest.mark.parametrize("state", ['{"status": "running", "lastSeq": 3}', '{"status": "completed", "lastSeq": 5}'])
async def test_break_right_after_an_earlier_end_loses_nothing(app: ScriptedApp, state: str) -> None:
    app.messages = retried = [*SHORT, panel(4, 0), complete(5)]
    app.state = state
    app.turns.append(Turn(lines_of(SHORT), end="broken"))
    assert results(await follow(app)) == results(retried)


async def test_window_that_closes_after_an_earlier_end_is_followed_by_the_next(app: ScriptedApp) -> None:
    app.messages = retried = [*SHORT, panel(4, 0), complete(5)]
    app.turns.append(Turn(lines_of([*SHORT, reconnect()])))
    assert results(await follow(app)) == results(retried)


@pytest.mark.parametrize("state", ["[]", '{"status": "completed", "lastSeq": 3}'])
async def test_end_stands_when_the_connection_breaks_after_it(app: ScriptedApp, state: str) -> None:
    app.state = state
    app.turns.append(Turn(lines_of(SHORT), end="broken"))
    assert await follow(app) == SHORT
    assert len(app.stream_calls()) == 1


async def test_critical_end_is_an_end(app: ScriptedApp) -> None:
    app.messages = [critical(1)]
    assert await generate(app) == [critical(1)]


async def test_following_from_the_end_of_a_finished_generation_gives_nothing(app: ScriptedApp) -> None:
    app.messages = SHORT
    app.state = '{"status": "completed", "lastSeq": 3}'
    assert await follow(app, after=3) == [status()]
    assert len(app.stream_calls()) == 1


async def test_following_from_the_middle_asks_for_the_rest(app: ScriptedApp) -> None:
    app.messages = whole_comic()
    assert await follow(app, after=5) == whole_comic()[5:]
    assert app.calls[0].query == {"after": "5"}


async def test_url_images_are_asked_for_when_coming_back(app: ScriptedApp) -> None:
    app.messages = SHORT
    app.turns.append(Turn(b"", end="broken"))
    async with MangaClient(app.url, patience=QUICK) as client:
        request = REQUEST.model_copy(update={"images": "url"})
        assert [message async for message in client.generate(request)] == SHORT
    assert app.calls[-1].query == {"after": "0", "images": "url"}


async def test_refusal_names_status_code_and_fields(app: ScriptedApp) -> None:
    body = {"error": "Fix it.", "code": "invalid-input", "details": [{"field": "story", "message": "is blank"}]}
    app.turns.append(refusal(400, json.dumps(body)))
    with pytest.raises(Refused, match="Fix it") as refused:
        await generate(app)
    assert (refused.value.status, refused.value.code) == (400, "invalid-input")
    assert refused.value.details == (Problem("story", "is blank"),)
    assert len(app.calls) == 1


async def test_refusal_of_a_proxy_is_told_in_its_words(app: ScriptedApp) -> None:
    app.turns.append(refusal(403, "<h1>Go\naway</h1>"))
    with pytest.raises(Refused, match="<h1>Go away</h1>") as refused:
        await generate(app)
    assert refused.value.code == "http-403"


async def test_app_that_stays_busy_is_given_up_with_its_own_answer(app: ScriptedApp) -> None:
    app.turns.extend([refusal(503)] * 20)
    with pytest.raises(Refused, match="Not now"):
        await generate(app, Patience(first_delay_s=0.01, longest_delay_s=0.01, unreachable_after_s=0, lost_after_s=0))


async def test_connection_lost_tells_where_to_go_on(app: ScriptedApp) -> None:
    app.turns.append(Turn(lines_of(SHORT[:1]), end="broken"))
    app.turns.extend([Turn(end="unanswered")] * 100)
    impatient = Patience(first_delay_s=0.01, longest_delay_s=0.01, lost_after_s=0.1)
    with pytest.raises(ConnectionLost, match="nothing was heard") as lost:
        await generate(app, impatient)
    assert (lost.value.generation_id, lost.value.after) == (GENERATION_ID, 1)
    assert not isinstance(lost.value, Unreachable)


async def test_stream_without_results_is_given_up_although_it_lives(app: ScriptedApp) -> None:
    app.turns.extend([Turn(lines_of([status()]))] * 1000)
    with pytest.raises(ConnectionLost, match="no result came for too long"):
        await generate(app, Patience(first_delay_s=0.01, longest_delay_s=0.01, stalled_after_s=0.1))


async def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        patience = Patience(first_delay_s=0.01, longest_delay_s=0.01, unreachable_after_s=0.05)
        async with MangaClient(url, patience=patience) as client:
            with pytest.raises(Unreachable, match=url):
                await anext(client.generate(REQUEST))
            with pytest.raises(Unreachable, match=url):
                await client.generation(GENERATION_ID)


@pytest.mark.parametrize(
    "turn",
    [Turn(b'{"type":"surprise","seq":1}\n'), Turn(b"<html>", headers={"Content-Type": "text/html"})],
    ids=["unknown message", "web page"],
)
async def test_answers_of_something_else_are_given_up(app: ScriptedApp, turn: Turn) -> None:
    app.turns.extend([turn] * 10)
    with pytest.raises(ProtocolBroken):
        await generate(app)
    assert len(app.calls) == QUICK.broken_limit


async def test_lines_are_given_as_they_were_received(app: ScriptedApp) -> None:
    raw = b'{ "type":"status" ,"step":"panel","message":"\\u00e9","generationId":"g","more":1}'
    app.turns.append(Turn(raw + b"\n" + lines_of(SHORT)))
    async with MangaClient(app.url, patience=QUICK) as client:
        lines: list[Line] = [line async for line in client.starting(REQUEST).lines()]
    assert lines[0].raw == raw
    assert b"".join(line.raw + b"\n" for line in lines[1:]) == lines_of(SHORT)


async def test_state_of_a_generation_is_typed(app: ScriptedApp) -> None:
    app.state = json.dumps(
        {
            "status": "completed",
            "phase": "ended",
            "title": "Night",
            "lastSeq": 9,
            "progress": {"panels": {"done": 2, "failed": 1, "total": 3}},
        }
    )
    async with MangaClient(app.url) as client:
        state = await client.generation(GENERATION_ID)
    assert state.is_over
    assert (state.title, state.last_seq, state.progress.panels.failed) == ("Night", 9, 1)


async def test_state_that_can_not_be_read_breaks_the_protocol(app: ScriptedApp) -> None:
    app.state = "[]"
    async with MangaClient(app.url) as client:
        with pytest.raises(ProtocolBroken):
            await client.generation(GENERATION_ID)


async def test_id_can_not_leave_its_place_in_the_address() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(404, json={"error": "No such generation.", "code": "not-found"})

    async with MangaClient("http://app/base", transport=httpx.MockTransport(answer)) as client:
        with pytest.raises(Refused):
            await client.generation("../x?y")
        with pytest.raises(Refused):
            await anext(client.follow("../x?y"))
    assert asked == ["/base/api/generations/..%2Fx%3Fy", "/base/api/generate-manga-stream/..%2Fx%3Fy?after=0"]


async def test_reading_on_after_chunks_keeps_order_over_many_windows(app: ScriptedApp) -> None:
    messages = [analysis(1), chunks(2), *(panel(3 + index, index) for index in range(12)), complete(15)]
    app.messages = messages
    app.turns.extend(Turn(lines_of([*messages[index : index + 1], reconnect()])) for index in range(14))
    assert results(await generate(app)) == messages
    assert [call.query.get("after") for call in app.calls] == [None, *(str(seq) for seq in range(1, 15))]
