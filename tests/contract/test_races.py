"""Changes of one generation at the same time: one wins, the others leave nothing behind."""

import asyncio
from collections.abc import Sequence

import httpx
import pytest

from tests.support.running_app import (
    BLOCKED_PANEL,
    BODY,
    START,
    RunningApp,
    read_messages,
    refusal,
    until,
)

REPETITIONS = 3


async def at_once(client: httpx.AsyncClient, *requests: tuple[str, str]) -> Sequence[int]:
    """Send the requests at the same time; return their statuses."""
    answers = await asyncio.gather(*(client.request(method, path) for method, path in requests))
    return [answer.status_code for answer in answers]


def generation_with_a_failed_panel(app: RunningApp) -> str:
    app.emulator.fail(BLOCKED_PANEL)
    generation_id = app.generate().generation_id
    app.emulator.fail()
    return generation_id


def images_of(app: RunningApp, generation_id: str) -> Sequence[str]:
    links = app.state(generation_id)["links"]["images"]
    return [path for kind in ("characters", "panels") for path in links[kind] if path]


@pytest.mark.parametrize("change", ["retry", "panels/0/regenerate", "cancel"])
async def test_delete_during_another_change_removes_everything(app: RunningApp, change: str) -> None:
    async with app.client() as client:
        for _ in range(REPETITIONS):
            generation_id = generation_with_a_failed_panel(app)
            images = images_of(app, generation_id)
            path = f"/api/generations/{generation_id}"

            changed, deleted = await at_once(client, ("POST", f"{path}/{change}"), ("DELETE", path))

            assert deleted == 204
            assert changed in {202, 404, 409}
            addresses = [path, f"{START}/{generation_id}", f"{path}/export?format=zip", *images]
            assert {app.http.get(address).status_code for address in addresses} == {404}
            assert [app.change(generation_id, what) for what in ("retry", "cancel")] == [404, 404]
            assert app.runs(generation_id) == []


async def test_one_of_many_deletes_is_carried_out(app: RunningApp) -> None:
    generation_id = app.generate().generation_id

    async with app.client() as client:
        statuses = await at_once(client, *[("DELETE", f"/api/generations/{generation_id}")] * 4)

    assert sorted(statuses) == [204, 404, 404, 404]


async def test_refused_retry_does_not_undo_a_cancel(app: RunningApp) -> None:
    async with app.client() as client:
        for _ in range(REPETITIONS):
            app.emulator.delay()
            generation_id = generation_with_a_failed_panel(app)
            app.emulator.delay(image=0.5)
            path = f"/api/generations/{generation_id}"
            assert app.change(generation_id, "retry") == 202

            statuses = await at_once(client, ("POST", f"{path}/cancel"), *[("POST", f"{path}/retry")] * 3)

            assert statuses[0] == 202
            assert app.follow(generation_id, earlier_ends=1).last["step"] == "cancelled"
            assert app.change(generation_id, "cancel") == 202


def test_redo_after_a_cancel_does_not_complete_the_generation(app: RunningApp) -> None:
    app.emulator.delay(image=0.3)
    generation_id = app.cancelled_at("character")

    assert app.change(generation_id, "characters/0/regenerate") == 202

    assert app.follow(generation_id, earlier_ends=1).last["step"] == "cancelled"
    assert app.state(generation_id)["status"] == "cancelled"


async def test_refused_redo_stores_nothing(app: RunningApp) -> None:
    app.emulator.delay(image=0.5)
    with app.reading() as messages:
        generation_id = str(until(messages, "chunks")["generationId"])
        refused = app.change(generation_id, "panels/0/regenerate", {"instructions": "in the unmistakable rain"})
        list(messages)

    assert refused == 409
    assert not any("unmistakable" in content for content in await app.texts())


@pytest.mark.parametrize("is_cancelled_first", [True, False])
async def test_start_and_its_cancel_by_key_at_the_same_time_cost_nothing_after_the_cancel(
    app: RunningApp, is_cancelled_first: bool
) -> None:
    app.emulator.delay(text=0.3)
    async with app.client() as client:
        for number in range(REPETITIONS):
            key = {"Idempotency-Key": f"race-{is_cancelled_first}-{number}"}
            start = client.post(START, json=BODY, headers=key)
            cancel = client.post(f"{START}/cancel", headers=key)
            if is_cancelled_first:
                cancelled, started = await asyncio.gather(cancel, start)
            else:
                started, cancelled = await asyncio.gather(start, cancel)

            assert cancelled.status_code == 202
            if started.status_code == 200:
                assert '"step":"cancelled"' in started.text.splitlines()[-1]
            else:
                refusal(started, 409, "start-cancelled")
    # At most the calls that were under way when the cancel came; no other call follows.
    assert app.emulator.count() <= REPETITIONS


async def test_start_that_arrives_after_its_cancel_begins_nothing(app: RunningApp) -> None:
    runs = app.runs()
    key = {"Idempotency-Key": "cancelled-before"}
    answers = [app.http.post(f"{START}/cancel", headers=key) for _ in range(2)]

    refusal(app.http.post(START, json=BODY, headers=key), 409, "start-cancelled")

    assert [(answer.status_code, answer.json()) for answer in answers] == [(202, {"id": None})] * 2
    assert (app.runs(), app.emulator.count()) == (runs, 0)


async def test_running_generation_is_cancelled_by_the_key_of_its_start(app: RunningApp) -> None:
    app.emulator.delay(image=0.3)
    key = {"Idempotency-Key": "cancelled-later"}
    async with app.client() as client, client.stream("POST", START, json=BODY, headers=key) as response:
        messages = read_messages(response)
        first = await anext(messages)
        answers = [await client.post(f"{START}/cancel", headers=key) for _ in range(2)]
        last = [message async for message in messages][-1]

    assert [answer.json() for answer in answers] == [{"id": first["generationId"]}] * 2
    assert (last["type"], last["step"]) == ("error", "cancelled")


async def test_key_that_is_sent_many_times_during_a_delete_starts_at_most_one_generation(app: RunningApp) -> None:
    before = set(app.runs())
    key = {"Idempotency-Key": "again-and-again"}
    first = app.generate(headers=key).generation_id

    async with app.client() as client:
        answers = await asyncio.gather(
            client.delete(f"/api/generations/{first}"), *(client.post(START, json=BODY, headers=key) for _ in range(4))
        )

    assert answers[0].status_code == 204
    started = {answer.headers["x-generation-id"] for answer in answers[1:] if answer.status_code == 200} - {first}
    assert len(started) <= 1
    assert {name for name in app.runs() if ":" not in name} - before == started
    assert app.generate(headers=key).generation_id not in before
