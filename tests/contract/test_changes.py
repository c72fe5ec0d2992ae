"""Cancel, retry, redo and delete over HTTP, with the real engine, the real storage and readers."""

from shared.names import deletion_blob, lifecycle_blob
from tests.support.running_app import BLOCKED_PANEL, START, RunningApp, broken_fields, refusal, until


def test_cancelled_generation_ends_for_its_readers_and_no_call_starts_after_it(app: RunningApp) -> None:
    app.emulator.delay(image=0.4)
    with app.reading() as messages:
        generation_id = str(until(messages, "character")["generationId"])
        assert app.change(generation_id, "cancel") == 202
        calls_before = app.emulator.count()
        last = list(messages)[-1]

    assert (last["type"], last["step"]) == ("error", "cancelled")
    assert app.change(generation_id, "cancel") == 202
    assert app.state(generation_id)["status"] == "cancelled"
    assert app.follow(generation_id).last == last
    assert app.emulator.count() == calls_before


def test_retry_finishes_a_cancelled_generation_without_paying_for_anything_twice(app: RunningApp) -> None:
    app.emulator.delay(image=0.2)
    generation_id = app.cancelled_at("character")

    assert app.change(generation_id, "retry") == 202

    assert app.follow(generation_id, earlier_ends=1).last["type"] == "complete"
    progress = app.state(generation_id)["progress"]
    assert app.emulator.count() == 2 + progress["characters"]["total"] + progress["panels"]["total"]


def test_retry_makes_and_adds_only_what_failed_and_continues_with_the_next_seq(app: RunningApp) -> None:
    app.emulator.fail(BLOCKED_PANEL)
    first = app.generate()
    app.emulator.fail()
    calls_before = app.emulator.count()

    assert app.change(first.generation_id, "retry") == 202
    again = app.follow(first.generation_id, earlier_ends=1)

    assert again.results[: len(first.results)] == first.results
    assert [message["type"] for message in again.results[len(first.results) :]] == ["panel", "complete"]
    assert "failedPanels" not in again.last
    assert first.last["usage"]["calls"] == calls_before
    assert again.last["usage"]["calls"] == calls_before + 1 == app.emulator.count()
    assert again.last["usage"]["images"] == len(again.of("character")) + len(again.of("panel"))


def test_redo_adds_a_message_and_keeps_the_version_before(app: RunningApp) -> None:
    first = app.generate()
    old = first.of("panel")[0]

    instructions = {"instructions": "from below, in the rain"}
    assert app.change(first.generation_id, f"panels/{old['panelNumber']}/regenerate", instructions) == 202
    new = app.follow(first.generation_id, after=len(first.results)).one("panel")

    assert (new["version"], new["seq"]) == (2, len(first.results) + 1)
    images = [app.http.get(str(message["data"]["image"])) for message in (old, new)]
    assert [image.status_code for image in images] == [200, 200]
    assert images[0].content != images[1].content
    assert "from below, in the rain" in app.emulator.prompts()[-1]


def test_chosen_version_counts_everywhere_until_a_newer_one_is_drawn(app: RunningApp) -> None:
    first = app.generate()
    generation_id = first.generation_id
    assert app.change(generation_id, "panels/0/regenerate", {"instructions": "at night"}) == 202
    app.follow(generation_id, after=len(first.results))
    address, export = f"/api/generations/{generation_id}", {"format": "png"}
    newest = app.http.get(f"{address}/export", params=export)
    assert app.state(generation_id)["images"]["panels"][0] == {"versions": [1, 2], "version": 2}

    for _ in range(2):
        answer = app.http.put(f"{address}/panels/0/version", json={"version": 1})
        assert answer.status_code == 200
        assert answer.json()["images"]["panels"][0] == {"versions": [1, 2], "version": 1}
        assert answer.json()["links"]["images"]["panels"][0] == f"{address}/images/panels/0/1"

    older = app.http.get(f"{address}/export", params=export, headers={"If-None-Match": newest.headers["etag"]})
    assert older.status_code == 200
    assert older.content != newest.content

    assert broken_fields(app.http.put(f"{address}/panels/0/version", json={"version": 3})) == ["version"]
    assert broken_fields(app.http.put(f"{address}/panels/0/version", json={"version": "1"})) == ["version"]
    refusal(app.http.put(f"{address}/panels/99/version", json={"version": 1}), 404, "not-found")
    assert app.state(generation_id)["images"]["panels"][0]["version"] == 1

    seq = app.state(generation_id)["lastSeq"]
    assert app.change(generation_id, "panels/0/regenerate") == 202
    app.follow(generation_id, after=seq)
    assert app.state(generation_id)["images"]["panels"][0] == {"versions": [1, 2, 3], "version": 3}


def test_character_is_drawn_again_and_another_redo_is_refused_meanwhile(app: RunningApp) -> None:
    first = app.generate()
    generation_id = first.generation_id

    app.emulator.delay(image=0.5)
    assert app.change(generation_id, "characters/1/regenerate") == 202
    assert app.change(generation_id, "panels/0/regenerate") == 409

    redone = app.follow(generation_id, after=len(first.results))
    assert redone.one("character")["index"] == 1
    assert redone.last["type"] == "complete"


async def test_delete_leaves_only_the_record_of_the_deletion_and_frees_the_key(app: RunningApp) -> None:
    generation_id = app.generate(headers={"Idempotency-Key": "once"}).generation_id

    assert app.delete(generation_id) == 204

    left = [name for name in await app.blobs() if generation_id in name]
    assert left == [deletion_blob(generation_id), lifecycle_blob(generation_id)]
    assert app.runs(generation_id) == []
    assert app.delete(generation_id) == 404
    assert app.generate(headers={"Idempotency-Key": "once"}).generation_id != generation_id


def test_delete_of_a_running_generation_ends_its_readers_and_its_runs(app: RunningApp) -> None:
    app.emulator.delay(image=0.5)
    with app.reading() as messages:
        generation_id = str(until(messages, "chunks")["generationId"])
        assert app.delete(generation_id) == 204
        rest = list(messages)

    assert rest[-1]["step"] in {"reconnect", "cancelled"}
    assert app.http.get(f"{START}/{generation_id}").status_code == 404
    assert app.runs(generation_id) == []
