"""Changes of one generation that are asked for at the same time: one wins, the others leave nothing behind."""

import asyncio
from collections.abc import Sequence

import httpx
import pytest

from tests.support.running_app import START, STORY, RunningApp, read_messages, until

BLOCKED_PANEL = {"kind": "panel", "subject": "1", "fault": "finish", "reason": "IMAGE_SAFETY"}
TIMES = 5


async def at_once(client: httpx.AsyncClient, *requests: tuple[str, str]) -> Sequence[int]:
    """Send the requests at the same time; return their statuses."""
    answers = await asyncio.gather(*(client.request(method, path) for method, path in requests))
    return [answer.status_code for answer in answers]


def generation_with_a_gap(app: RunningApp) -> str:
    app.emulator.fail(BLOCKED_PANEL)
    generation_id = app.generate().generation_id
    app.emulator.fail()
    return generation_id


def images_of(app: RunningApp, generation_id: str) -> Sequence[str]:
    links = app.state(generation_id)["links"]["images"]
    return [path for kind in ("characters", "panels") for path in links[kind] if path]


@pytest.mark.parametrize("change", ["retry", "panels/0/regenerate", "cancel"])
async def test_a_delete_beside_another_change_leaves_nothing_alive(app: RunningApp, change: str) -> None:
    async with app.client() as client:
        for _ in range(TIMES):
            generation_id = generation_with_a_gap(app)
            images = images_of(app, generation_id)
            path = f"/api/generations/{generation_id}"

            changed, deleted = await at_once(client, ("POST", f"{path}/{change}"), ("DELETE", path))

            assert deleted == 204
            assert changed in {202, 404, 409}
            addresses = [path, f"{START}/{generation_id}", f"{path}/export?format=zip", *images]
            assert {app.http.get(address).status_code for address in addresses} == {404}
            assert [app.http.post(f"{path}/{what}").status_code for what in ("retry", "cancel")] == [404, 404]
            assert [name for name in app.runs() if generation_id in name] == []


async def test_of_many_deletes_one_is_carried_out(app: RunningApp) -> None:
    generation_id = app.generate().generation_id

    async with app.client() as client:
        statuses = await at_once(client, *[("DELETE", f"/api/generations/{generation_id}")] * 4)

    assert sorted(statuses) == [204, 404, 404, 404]


async def test_a_refused_retry_does_not_undo_a_cancel(app: RunningApp) -> None:
    async with app.client() as client:
        for _ in range(TIMES):
            app.emulator.delay(text=0, image=0)
            generation_id = generation_with_a_gap(app)
            app.emulator.delay(text=0, image=0.5)
            path = f"/api/generations/{generation_id}"
            assert (await client.post(f"{path}/retry")).status_code == 202

            statuses = await at_once(client, ("POST", f"{path}/cancel"), *[("POST", f"{path}/retry")] * 3)

            assert statuses[0] == 202
            assert app.follow(generation_id, earlier_ends=1).last["step"] == "cancelled"
            assert (await client.post(f"{path}/cancel")).status_code == 202


def test_an_image_that_is_drawn_again_after_a_cancel_does_not_complete_the_comic(app: RunningApp) -> None:
    app.emulator.delay(text=0, image=0.3)
    with app.reading() as messages:
        generation_id = str(until(messages, lambda message: message["type"] == "character")["generationId"])
        app.http.post(f"/api/generations/{generation_id}/cancel")
        list(messages)

    assert app.http.post(f"/api/generations/{generation_id}/characters/0/regenerate").status_code == 202

    assert app.follow(generation_id, earlier_ends=1).last["step"] == "cancelled"
    assert app.state(generation_id)["status"] == "cancelled"


async def test_a_refused_redo_stores_nothing(app: RunningApp) -> None:
    app.emulator.delay(text=0, image=0.5)
    with app.reading() as messages:
        generation_id = str(until(messages, lambda message: message["type"] == "chunks")["generationId"])
        wish = {"instructions": "in the unmistakable rain"}
        refused = app.http.post(f"/api/generations/{generation_id}/panels/0/regenerate", json=wish)
        list(messages)

    assert refused.status_code == 409
    assert not any("unmistakable" in content for content in await app.texts())


@pytest.mark.parametrize("is_cancelled_first", [True, False])
async def test_a_start_and_its_cancel_by_key_at_the_same_time_cost_nothing_after_the_cancel_is_answered(
    app: RunningApp, is_cancelled_first: bool
) -> None:
    app.emulator.delay(text=0.3, image=0)
    calls = app.emulator.calls()["total"]
    async with app.client() as client:
        for number in range(TIMES):
            key = {"Idempotency-Key": f"race-{is_cancelled_first}-{number}"}
            start = client.post(START, json={"story": STORY, "style": "manga"}, headers=key)
            cancel = client.post(f"{START}/cancel", headers=key)
            if is_cancelled_first:
                cancelled, started = await asyncio.gather(cancel, start)
            else:
                started, cancelled = await asyncio.gather(start, cancel)

            assert cancelled.status_code == 202
            assert started.status_code in {200, 409}
            if started.status_code == 200:
                assert '"step":"cancelled"' in started.text.splitlines()[-1]
            else:
                assert started.json()["code"] == "start-cancelled"
    # Those that were in flight; none of them is followed by another.
    assert app.emulator.calls()["total"] - calls <= TIMES


async def test_a_start_that_arrives_after_its_cancel_begins_nothing(app: RunningApp) -> None:
    runs, calls = app.runs(), app.emulator.calls()["total"]
    key = {"Idempotency-Key": "cancelled-before"}
    answers = [app.http.post(f"{START}/cancel", headers=key) for _ in range(2)]

    refused = app.http.post(START, json={"story": STORY, "style": "manga"}, headers=key)

    assert [(answer.status_code, answer.json()) for answer in answers] == [(202, {"id": None})] * 2
    assert (refused.status_code, refused.json()["code"]) == (409, "start-cancelled")
    assert (app.runs(), app.emulator.calls()["total"]) == (runs, calls)


async def test_a_running_generation_is_cancelled_by_the_key_of_its_start(app: RunningApp) -> None:
    app.emulator.delay(text=0, image=0.3)
    key = {"Idempotency-Key": "cancelled-later"}
    async with (
        app.client() as client,
        client.stream("POST", START, json={"story": STORY, "style": "manga", "images": "url"}, headers=key) as response,
    ):
        messages = read_messages(response)
        first = await anext(messages)
        answers = [await client.post(f"{START}/cancel", headers=key) for _ in range(2)]
        last = [message async for message in messages][-1]

    assert [answer.json() for answer in answers] == [{"id": first["generationId"]}] * 2
    assert (last["type"], last["step"]) == ("error", "cancelled")


def test_a_cancel_without_a_key_names_the_header(app: RunningApp) -> None:
    refused = app.http.post(f"{START}/cancel")

    assert refused.status_code == 400
    assert [problem["field"] for problem in refused.json()["details"]] == ["Idempotency-Key"]


async def test_one_key_sent_many_times_while_its_generation_is_deleted_leaves_at_most_one(app: RunningApp) -> None:
    before = set(app.runs())
    key = {"Idempotency-Key": "again-and-again"}
    first = app.generate(headers=key).generation_id
    body = {"story": STORY, "style": "manga", "images": "url"}

    async with app.client() as client:
        answers = await asyncio.gather(
            client.delete(f"/api/generations/{first}"), *(client.post(START, json=body, headers=key) for _ in range(4))
        )

    assert answers[0].status_code == 204
    started = {answer.headers["x-generation-id"] for answer in answers[1:] if answer.status_code == 200} - {first}
    assert len(started) <= 1
    assert {name for name in app.runs() if ":" not in name} - before == started
    assert app.generate(headers=key).generation_id not in before
