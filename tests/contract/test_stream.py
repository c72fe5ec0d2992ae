"""The stream over HTTP: CONTRACT §1 to §3, line by line."""

import asyncio
import base64
import io
import os
import signal
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import PIL.Image
import pytest

from tests.support.contract_check import JsonObject
from tests.support.running_app import BODY, START, STORY, Received, RunningApp, read_messages, received, until


@pytest.fixture(scope="module")
def finished(session_app: RunningApp) -> Received:
    """A complete generation."""
    session_app.emulator.reset()
    return session_app.generate()


@contextmanager
def model_paused(app: RunningApp) -> Generator[None]:
    """Let no model call end."""
    assert app.stack.emulator is not None
    pid = app.stack.emulator.child.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def picture_of(content: bytes) -> PIL.Image.Image:
    """Return the decoded picture."""
    picture = PIL.Image.open(io.BytesIO(content))
    picture.load()
    return picture


def without_image(message: JsonObject) -> JsonObject:
    """Return the message without its image."""
    data = message.get("data")
    return {**message, "data": {**data, "image": None}} if isinstance(data, dict) and "image" in data else message


def images_of(read: Received) -> list[str]:
    """Return the images of all messages that have one."""
    return [message["data"]["image"] for message in read.results if message["type"] in {"character", "panel"}]


def test_headers_say_what_the_stream_is_and_where_to_resume(finished: Received) -> None:
    assert finished.headers["content-type"] == "application/x-ndjson"
    assert finished.headers["cache-control"] == "no-cache"
    assert finished.headers["x-content-type-options"] == "nosniff"
    assert finished.headers["content-location"] == f"{START}/{finished.generation_id}"


def test_generation_has_all_messages_in_order(finished: Received) -> None:
    kinds = [message["type"] for message in finished.results]
    characters = len(finished.one("analysis")["data"]["characters"])
    panels = len(finished.one("chunks")["data"]["panels"])

    assert finished.messages[0]["type"] == "status"
    assert kinds[0] == "analysis"
    assert kinds[-1] == "complete"
    assert kinds.count("character") == characters
    assert kinds.count("panel") == panels
    assert finished.last["totalPanels"] == panels
    assert {message["generationId"] for message in finished.messages} == {finished.generation_id}


def test_first_line_is_sent_before_the_model_answers_and_a_reader_that_leaves_stops_nothing(app: RunningApp) -> None:
    with model_paused(app), app.reading() as messages:
        first = next(messages)
        state = app.state(first["generationId"])

    assert (first["type"], first["step"]) == ("status", "analysis")
    assert (state["status"], state["phase"], state["lastSeq"]) == ("running", "analysis", 0)
    assert app.follow(first["generationId"]).last["type"] == "complete"


def test_panel_is_sent_while_others_are_still_drawn(app: RunningApp) -> None:
    app.emulator.fail({"kind": "panel", "subject": "2", "fault": "slow", "seconds": 2})

    with app.reading() as messages:
        panel = until(messages, "panel")
        underway = [call for call in app.emulator.of() if call["finishedS"] is None]
        until(messages, "complete")

    assert panel["panelNumber"] == 0
    assert [(call["kind"], call["subject"]) for call in underway] == [("panel", "2")]


def test_images_by_url_can_be_cached_for_ever(app: RunningApp, finished: Received) -> None:
    for address in images_of(finished):
        answer = app.http.get(address)
        etag = answer.headers["etag"]
        again = app.http.get(address, headers={"If-None-Match": etag})

        assert picture_of(answer.content).format in {"PNG", "JPEG"}
        assert answer.headers["content-type"] == f"image/{picture_of(answer.content).format}".lower()
        assert "immutable" in answer.headers["cache-control"]
        assert "max-age=31536000" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert etag.startswith('"')
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)


def test_inline_images_are_the_same_bytes_as_those_by_url(app: RunningApp, finished: Received) -> None:
    inline = app.follow(finished.generation_id, images="inline")

    for whole, address in zip(images_of(inline), images_of(finished), strict=True):
        header, _, content = whole.partition(",")
        assert header == "data:image/png;base64"
        assert base64.b64decode(content, validate=True) == app.http.get(address).content
    assert [*map(without_image, inline.results)] == [*map(without_image, finished.results)]


def test_images_are_inline_by_default(app: RunningApp) -> None:
    response = app.http.post(START, json={"story": STORY, "style": "comic"})

    assert all(image.startswith("data:image/png;base64,") for image in images_of(received(response)))


def test_reader_after_the_end_gets_what_comes_after_its_cursor(app: RunningApp, finished: Received) -> None:
    for after in range(len(finished.results)):
        assert app.follow(finished.generation_id, after).results == finished.results[after:]


async def test_reader_of_a_running_generation_gets_what_comes_after_its_cursor(app: RunningApp) -> None:
    app.emulator.fail({"kind": "panel", "fault": "slow", "seconds": 1})

    async with app.client() as client:
        async with client.stream("POST", START, json=BODY) as response:
            messages = read_messages(response)
            read = [await anext(messages) for _ in range(2)]
            path = f"{START}/{read[0]['generationId']}"
            others = [client.get(path, params={"after": after, "images": "url"}) for after in range(7)]
            answers = asyncio.gather(*others)
            read += [message async for message in messages]
        results = [message for message in read if "seq" in message]
        followed = [received(answer, after=after) for after, answer in enumerate(await answers)]

    assert len(results) == 7
    assert [one.results for one in followed] == [results[after:] for after in range(7)]


async def test_concurrent_readers_get_the_same(app: RunningApp) -> None:
    with model_paused(app), app.reading() as messages:
        generation_id = next(messages)["generationId"]

    async with app.client() as client:
        path = f"{START}/{generation_id}"
        answers = await asyncio.gather(*(client.get(path, params={"images": "url"}) for _ in range(5)))

    read = [received(answer).results for answer in answers]
    assert all(one == read[0] for one in read)


def test_state_of_a_generation(app: RunningApp, finished: Received) -> None:
    state = app.state(finished.generation_id)

    assert state["id"] == finished.generation_id
    assert (state["status"], state["phase"]) == ("completed", "ended")
    assert state["title"] == finished.one("analysis")["data"]["title"]
    assert state["language"] == finished.one("analysis")["data"]["language"] == "en"
    assert state["progress"]["panels"] == {"done": 2, "failed": 0, "total": 2}
    assert state["progress"]["characters"] == {"done": 2, "failed": 0, "total": 2}
    assert state["lastSeq"] == finished.last["seq"]
    assert state["createdAt"] <= state["finishedAt"]
    assert all(
        app.http.get(address).status_code == 200
        for address in (*state["links"]["images"]["panels"], *state["links"]["images"]["characters"])
    )
    assert app.http.get(state["links"]["self"]).json() == state


def test_health(app: RunningApp) -> None:
    answer = app.http.get("/api/health")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "dependencies": {"storage": "ok", "engine": "ok", "model": "ok"}}


async def test_concurrent_starts_with_one_key_are_one_generation(app: RunningApp) -> None:
    async def send(client: httpx.AsyncClient) -> Received:
        return received(await client.post(START, json=BODY, headers={"Idempotency-Key": "eight-at-once"}))

    async with app.client() as client:
        read = await asyncio.gather(*(send(client) for _ in range(8)))
        read.append(await send(client))

    assert len({one.generation_id for one in read}) == 1
    assert all(one.results == read[0].results for one in read)
    characters, panels = len(read[0].of("character")), len(read[0].of("panel"))
    assert app.emulator.count() == 2 + characters + panels


def test_independent_steps_run_at_the_same_time(app: RunningApp) -> None:
    app.emulator.delay(text=1, image=2)
    story = " ".join(f"{name} ran along the pier and called." for name in ("Mira", "Jon", "Ada", "Tom") * 3)

    read = app.generate(story)

    panels, characters = app.emulator.of("panel"), app.emulator.of("character")
    (chunking,) = app.emulator.of("chunking")
    assert len(panels) == read.last["totalPanels"]
    assert max(call["startedS"] for call in panels) < min(call["finishedS"] for call in panels)
    assert all(call["startedS"] < chunking["finishedS"] for call in characters)
    assert all(chunking["startedS"] < call["finishedS"] for call in characters)
