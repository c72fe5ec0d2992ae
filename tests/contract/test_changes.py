"""Cancel, retry, redo and delete over HTTP, with the real engine, the real storage and readers beside."""

import pytest

from shared.names import deletion_blob, lifecycle_blob
from tests.support.contract_check import JsonObject
from tests.support.running_app import RunningApp, until

BLOCKED_PANEL = {"kind": "panel", "subject": "1", "fault": "finish", "reason": "IMAGE_SAFETY"}


def change(app: RunningApp, generation_id: str, what: str, body: JsonObject | None = None) -> int:
    return app.http.post(f"/api/generations/{generation_id}/{what}", json=body).status_code


def calls(app: RunningApp) -> int:
    return int(app.emulator.calls()["total"])


def test_a_cancelled_generation_ends_for_its_readers_and_no_call_starts_after_it(app: RunningApp) -> None:
    app.emulator.delay(text=0, image=0.4)
    with app.reading() as messages:
        first = until(messages, lambda message: message["type"] == "character")
        generation_id = str(first["generationId"])
        assert change(app, generation_id, "cancel") == 202
        after_cancel = calls(app)
        last = list(messages)[-1]

    assert (last["type"], last["step"]) == ("error", "cancelled")
    assert change(app, generation_id, "cancel") == 202
    assert app.state(generation_id)["status"] == "cancelled"
    assert app.follow(generation_id).last == last
    assert calls(app) == after_cancel


def test_a_cancelled_generation_is_finished_by_a_retry_without_paying_for_anything_twice(app: RunningApp) -> None:
    app.emulator.delay(text=0, image=0.2)
    with app.reading() as messages:
        generation_id = str(until(messages, lambda message: message["type"] == "character")["generationId"])
        change(app, generation_id, "cancel")
        list(messages)

    assert change(app, generation_id, "retry") == 202
    finished = app.follow(generation_id, earlier_ends=1)

    assert finished.last["type"] == "complete"
    progress = app.state(generation_id)["progress"]
    assert calls(app) == 2 + progress["characters"]["total"] + progress["panels"]["total"]


def test_a_retry_makes_only_what_failed_and_goes_on_with_the_next_seq(app: RunningApp) -> None:
    app.emulator.fail(BLOCKED_PANEL)
    first = app.generate()
    app.emulator.fail()
    made = calls(app)

    assert change(app, first.generation_id, "retry") == 202
    again = app.follow(first.generation_id, earlier_ends=1)

    assert again.results[: len(first.results)] == first.results
    assert [message["type"] for message in again.results[len(first.results) :]] == ["panel", "complete"]
    assert "failedPanels" not in again.last
    assert calls(app) == made + 1


def test_nothing_to_retry_is_a_conflict(app: RunningApp) -> None:
    assert change(app, app.generate().generation_id, "retry") == 409


def test_a_redo_is_a_further_message_and_the_version_before_stays(app: RunningApp) -> None:
    first = app.generate()
    old = first.of("panel")[0]

    wish = {"instructions": "from below, in the rain"}
    assert change(app, first.generation_id, f"panels/{old['panelNumber']}/regenerate", wish) == 202
    new = app.follow(first.generation_id, after=len(first.results)).one("panel")

    assert (new["version"], new["seq"]) == (2, len(first.results) + 1)
    images = [app.http.get(str(message["data"]["image"])) for message in (old, new)]
    assert [image.status_code for image in images] == [200, 200]
    assert images[0].content != images[1].content
    assert "from below, in the rain" in str(app.emulator.calls(full=True)["calls"][-1])


def test_a_character_is_made_again_by_its_index(app: RunningApp) -> None:
    first = app.generate()

    assert change(app, first.generation_id, "characters/1/regenerate") == 202

    assert app.follow(first.generation_id, after=len(first.results)).one("character")["index"] == 1


def test_two_redos_at_once_are_one_redo_and_a_conflict(app: RunningApp) -> None:
    first = app.generate()
    app.emulator.delay(text=0, image=0.5)

    answers = [change(app, first.generation_id, f"panels/{index}/regenerate") for index in range(2)]

    assert answers == [202, 409]
    assert app.follow(first.generation_id, earlier_ends=1).last["type"] == "complete"


@pytest.mark.parametrize("what", ["panels/99/regenerate", "panels/x/regenerate", "covers/0/regenerate"])
def test_what_is_not_there_is_not_made_again(app: RunningApp, what: str) -> None:
    assert change(app, app.generate().generation_id, what) == 404


async def test_delete_leaves_nothing_but_the_record_that_it_is_gone_and_frees_the_key(app: RunningApp) -> None:
    generation = app.generate(headers={"Idempotency-Key": "once"})
    generation_id = generation.generation_id

    assert app.http.delete(f"/api/generations/{generation_id}").status_code == 204

    left = [name for name in await app.blobs() if generation_id in name]
    assert left == [deletion_blob(generation_id), lifecycle_blob(generation_id)]
    assert [name for name in app.runs() if generation_id in name] == []
    assert app.http.get(f"/api/generations/{generation_id}").status_code == 404
    assert app.http.delete(f"/api/generations/{generation_id}").status_code == 404
    assert app.generate(headers={"Idempotency-Key": "once"}).generation_id != generation_id


def test_a_generation_that_is_deleted_while_it_runs_is_gone_for_its_readers_and_the_engine(app: RunningApp) -> None:
    app.emulator.delay(text=0, image=0.5)
    with app.reading() as messages:
        generation_id = str(until(messages, lambda message: message["type"] == "chunks")["generationId"])
        assert app.http.delete(f"/api/generations/{generation_id}").status_code == 204
        rest = list(messages)

    assert rest[-1]["step"] in {"reconnect", "cancelled"}
    assert app.http.get(f"/api/generate-manga-stream/{generation_id}").status_code == 404
    assert [name for name in app.runs() if generation_id in name] == []
