"""A generation as lines: what a reader gets, when the response ends, and how to come back."""

import asyncio
import dataclasses
from contextlib import aclosing
from typing import Any, Literal

import pytest

from api.streaming import pace
from api.streaming.stream import StreamRequest
from api.streaming.tail import Sources, Tail
from shared.deps import Deps
from shared.errors import (
    BLOCK_REASONS,
    EngineUnavailable,
    FinalModelError,
    MangaError,
    ModelBusy,
    RetryableModelError,
    StorageUnavailable,
)
from shared.images.data_urls import from_data_url
from shared.images.image import Image
from shared.models.ledger import CancelledEntry, CompleteEntry, CriticalEntry, ImageEntry, Ledger
from shared.models.retried import Retried
from shared.models.steps import FailureRecord
from shared.ports import Run, RunState
from shared.storage.cached_blobs import BlobCache
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.pictures import png
from tests.support.fakes.stories import GENERATION, ref, step
from tests.unit.api.drawn_story import COLOURS, LAST_SEQ, ledger, store_results
from tests.unit.api.reading import Readers, messages, read_until_retry, read_until_seq, results, seqs


def window(deps: Deps, seconds: float) -> Deps:
    """Return the dependencies with another length of responses."""
    return dataclasses.replace(deps, settings=deps.settings.model_copy(update={"stream_window_s": seconds}))


async def test_the_first_line_leaves_before_anything_is_asked_of_the_engine_or_the_storage(
    deps: Deps, engine: FakeEngine
) -> None:
    blobs = SwitchedBlobs(deps.blobs, down=True)
    engine.down = True

    async with aclosing(Readers(dataclasses.replace(deps, blobs=blobs), engine).open()) as lines:
        first = await anext(lines)

    assert b'"type":"status","step":"analysis"' in first
    assert engine.calls == 0


async def test_results_are_numbered_without_a_gap_and_complete_comes_last(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(), "completed")

    read = await readers.read()

    assert seqs(read) == list(range(1, LAST_SEQ + 1))
    assert read[-1] == {"generationId": GENERATION, "type": "complete", "seq": LAST_SEQ, "totalPanels": 2}


async def test_every_message_names_its_generation(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(), "completed")

    assert {message["generationId"] for message in await readers.read()} == {GENERATION}


@pytest.mark.parametrize("after", range(LAST_SEQ + 1))
async def test_a_reader_gets_what_comes_after_its_cursor(readers: Readers, after: int) -> None:
    readers.engine.show(GENERATION, ledger(), "completed")

    assert results(await readers.read_after(after)) == results(await readers.read())[after:]


@pytest.mark.parametrize("after", range(LAST_SEQ))
async def test_a_reader_of_a_running_generation_gets_what_comes_after_its_cursor(readers: Readers, after: int) -> None:
    """`after` is behind, at, or beyond what is there so far: one beyond waits."""
    readers.engine.show(GENERATION, ledger(3))

    async with aclosing(readers.open(StreamRequest(GENERATION, after=after))) as lines:
        await anext(lines)
        there = [await anext(messages(lines)) for _ in range(3 - after)]
        readers.engine.show(GENERATION, ledger(), "completed")
        rest = [message async for message in messages(lines)]

    assert seqs(there + rest) == list(range(after + 1, LAST_SEQ + 1))


async def test_a_cursor_beyond_the_end_is_answered_with_the_end(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(), "completed")

    (last,) = results(await readers.read_after(LAST_SEQ + 5))

    assert (last["type"], last["seq"]) == ("complete", LAST_SEQ)


@pytest.mark.parametrize("state", ["running", "completed"])
async def test_a_cursor_at_the_end_ends_at_once(readers: Readers, state: RunState) -> None:
    """A run is still reported as running for a moment after its ledger was closed."""
    readers.engine.show(GENERATION, ledger(), state)

    read = await asyncio.wait_for(readers.read_after(LAST_SEQ), 10)

    assert results(read) == []
    assert "reconnect" not in {message["step"] for message in read}


async def test_a_silent_stream_sends_blank_lines(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(1))

    async with aclosing(readers.open()) as lines:
        await read_until_seq(lines, 1)
        while (line := await anext(lines)).strip():
            assert b'"status"' in line

    assert line == b"\n"


async def test_no_silence_is_longer_than_the_heartbeat(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    changed = Tail.changed

    async def noted(tail: Tail, since: object, timeout_s: float) -> object:
        waits.append(timeout_s)
        return await changed(tail, since, timeout_s)  # pyright: ignore[reportArgumentType] - handed through

    monkeypatch.setattr(Tail, "changed", noted)
    readers.engine.show(GENERATION, ledger(1))

    async with aclosing(readers.open()) as lines:
        while (await anext(lines)).strip():
            continue

    assert waits
    assert max(waits) <= readers.deps.settings.stream_heartbeat_s


async def test_the_window_closes_with_the_cursor_to_come_back_with(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(3))
    hurried = Readers(window(readers.deps, 0.3), readers.engine)

    read = await hurried.read()
    readers.engine.show(GENERATION, ledger(), "completed")
    rest = await readers.read_after(3)

    assert (read[-1]["type"], read[-1]["step"]) == ("status", "reconnect")
    assert "after=3" in read[-1]["message"]
    assert seqs(read) == [1, 2, 3]
    assert seqs(rest) == list(range(4, LAST_SEQ + 1))


async def test_however_short_the_window_a_reader_gets_on(readers: Readers) -> None:
    """Storage may be so slow that one image takes all of a window."""
    readers.engine.show(GENERATION, ledger(LAST_SEQ - 1))
    hurried = Readers(window(readers.deps, 1e-6), readers.engine)
    sources = Sources(hurried.engine, hurried.deps.generations, 0.01)

    async with hurried.tails.follow(sources, GENERATION) as tail:
        await tail.changed(tail.snapshot, 10)
        read = [await hurried.read_after(after) for after in range(LAST_SEQ - 1)]

    assert [seqs(one) for one in read] == [[seq] for seq in range(1, LAST_SEQ)]
    assert {one[-1]["step"] for one in read} == {"reconnect"}


async def test_readers_share_one_poller(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(), "completed")

    all_read = await asyncio.gather(*(readers.read() for _ in range(20)))

    assert readers.engine.calls == 1
    assert all(read == all_read[0] for read in all_read)


async def test_the_engine_is_unavailable_in_mid_stream_so_the_reader_comes_back(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(3))

    async with aclosing(readers.open()) as lines:
        await read_until_seq(lines, 3)
        readers.engine.down = True
        rest = [message async for message in messages(lines)]
    readers.engine.down = False
    readers.engine.show(GENERATION, ledger(), "completed")

    assert rest[-1]["step"] == "reconnect"
    assert "after=3" in rest[-1]["message"]
    assert seqs(await readers.read_after(3)) == list(range(4, LAST_SEQ + 1))


async def test_the_storage_is_unavailable_in_mid_stream_so_the_reader_comes_back(readers: Readers) -> None:
    blobs = SwitchedBlobs(readers.deps.blobs)
    switched = Readers(dataclasses.replace(readers.deps, blobs=blobs), readers.engine)
    readers.engine.show(GENERATION, ledger(3))

    async with aclosing(switched.open()) as lines:
        await read_until_seq(lines, 3)
        blobs.down = True
        readers.engine.show(GENERATION, ledger(), "completed")
        rest = [message async for message in messages(lines)]

    assert rest[-1]["step"] == "reconnect"
    assert "after=3" in rest[-1]["message"]


async def test_a_result_that_is_gone_from_storage_ends_the_response_but_not_with_a_broken_line(
    readers: Readers,
) -> None:
    readers.engine.show(GENERATION, ledger(4, ImageEntry(kind="panel", index=0, version=7)))

    read = await readers.read()

    assert seqs(read) == [1, 2, 3, 4]
    assert read[-1]["step"] == "reconnect"


async def test_a_status_that_is_no_ledger_ends_the_response_cleanly(readers: Readers) -> None:
    readers.engine.show(GENERATION, Ledger())
    run = readers.engine.runs_by_id[GENERATION]
    readers.engine.runs_by_id[GENERATION] = dataclasses.replace(run, custom_status={"entries": "none of ours"})

    assert (await readers.read())[-1]["step"] == "reconnect"


async def test_a_generation_that_the_engine_does_not_know_yet_is_waited_for(readers: Readers) -> None:
    async with aclosing(readers.open()) as lines:
        await anext(lines)
        assert await anext(lines) == b"\n"
        readers.engine.show(GENERATION, ledger(), "completed")
        rest = [message async for message in messages(lines)]

    assert seqs(rest) == list(range(1, LAST_SEQ + 1))


async def test_a_generation_that_is_deleted_while_it_is_followed_ends_the_response(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(3))

    async with aclosing(readers.open()) as lines:
        await read_until_seq(lines, 3)
        del readers.engine.runs_by_id[GENERATION]
        rest = [message async for message in messages(lines)]

    assert rest[-1]["step"] == "reconnect"


@pytest.mark.parametrize(("state", "end"), [("terminated", "cancelled"), ("failed", "critical")])
@pytest.mark.parametrize("after", [0, 2])
async def test_a_run_that_stopped_without_an_end_of_its_own_gets_one(
    readers: Readers, state: RunState, end: str, after: int
) -> None:
    readers.engine.show(GENERATION, ledger(3), state)

    read = await readers.read_after(after)

    assert seqs(read) == list(range(after + 1, 5))
    assert (read[-1]["type"], read[-1]["step"]) == ("error", end)
    assert "retrying" not in read[-1]


async def test_a_step_that_the_comic_cannot_do_without_ends_it(readers: Readers) -> None:
    await readers.deps.generations.save_failure(step("chunks"), FailureRecord(code="model-busy"))
    readers.engine.show(GENERATION, ledger(2, CriticalEntry(step="chunks", failure="retries-exhausted")), "completed")

    last = (await readers.read())[-1]

    assert (last["type"], last["step"], last["code"], last["seq"]) == ("error", "critical", "model-busy", 3)
    assert ModelBusy.reason in last["message"]


def retry_messages(read: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message for message in read if message.get("retrying") or message.get("step") == "retry"]


def retried_panel(code: str = "model-busy", wait_s: int | None = None) -> ImageEntry:
    return ImageEntry(kind="panel", index=1, retried=Retried(attempts=2, code=code, wait_s=wait_s))


async def test_retry_is_told_once_with_its_reason_and_without_a_seq(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "FAILURES_INTERVAL_S", 0.01)
    await readers.deps.generations.save_failure(step("panel", 1), FailureRecord(code="model-busy", will_retry=True))
    readers.engine.show(GENERATION, ledger(4))

    async with aclosing(readers.open()) as lines:
        read = await read_until_retry(lines)
        readers.engine.show(GENERATION, ledger(4, retried_panel()))
        read += await read_until_seq(lines, 5)

    error, status = retry_messages(read)
    assert (error["type"], error["step"], error["retrying"], error["code"]) == ("error", "panel", True, "model-busy")
    assert ModelBusy.reason in error["message"]
    assert (status["type"], status["message"]) == ("status", "Retrying panel 2...")
    assert "seq" not in error
    assert "seq" not in status


async def test_retry_between_two_polls_is_told_right_before_the_result(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(4))

    async with aclosing(readers.open()) as lines:
        await read_until_seq(lines, 4)
        readers.engine.show(GENERATION, ledger(4, retried_panel()))
        read = await read_until_seq(lines, 5)

    error, status, panel = read[-3:]
    assert (error["retrying"], error["code"], error["index"]) == (True, "model-busy", 1)
    assert status["message"] == "Retrying panel 2..."
    assert (panel["type"], panel["panelNumber"]) == ("panel", 1)


async def test_wait_between_two_polls_is_told_with_its_seconds(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(4))

    async with aclosing(readers.open()) as lines:
        await read_until_seq(lines, 4)
        readers.engine.show(GENERATION, ledger(4, retried_panel("model-rate-limited", wait_s=4)))
        read = await read_until_seq(lines, 5)

    error, _, _ = read[-3:]
    assert (error["code"], error["waitSeconds"]) == ("model-rate-limited", 4)
    assert "after 4 seconds" in error["message"]


@pytest.mark.parametrize("kind", ["analysis", "chunks"])
async def test_retry_is_told_before_the_generation_ends_early(
    readers: Readers, kind: Literal["analysis", "chunks"]
) -> None:
    end = CriticalEntry(step=kind, failure="model-timeout", retried=Retried(attempts=2, code="model-busy"))
    readers.engine.show(GENERATION, ledger(2))

    async with aclosing(readers.open()) as lines:
        await read_until_seq(lines, 2)
        readers.engine.show(GENERATION, ledger(2, end), "completed")
        read = [message async for message in messages(lines)]

    assert [message["step"] for message in read[-3:]] == [kind, "retry", "critical"]


async def test_reader_of_an_ended_generation_is_told_of_no_retry(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(4, retried_panel()), "completed")

    read = await readers.read(StreamRequest(GENERATION, phase="ended"))

    assert seqs(read)
    assert retry_messages(read) == []


async def test_failure_of_a_step_that_has_its_result_is_not_told(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "FAILURES_INTERVAL_S", 0.01)
    await readers.deps.generations.save_failure(step("analysis"), FailureRecord(code="model-busy", will_retry=True))
    await readers.deps.generations.save_failure(step("panel", 1), FailureRecord(code="model-busy", will_retry=True))
    readers.engine.show(GENERATION, ledger(4))

    async with aclosing(readers.open()) as lines:
        read = await read_until_retry(lines)

    assert [message["message"] for message in retry_messages(read)][1:] == ["Retrying panel 2..."]


async def test_wait_that_the_model_asked_for_is_told_with_its_seconds(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "FAILURES_INTERVAL_S", 0.01)
    wait = FailureRecord(code="model-rate-limited", will_retry=True, waits=1, wait_s=37)
    await readers.deps.generations.save_failure(step("panel", 1), wait)
    readers.engine.show(GENERATION, ledger(4))

    async with aclosing(readers.open()) as lines:
        read = await read_until_retry(lines)

    error, _ = retry_messages(read)
    assert (error["retrying"], error["code"], error["waitSeconds"]) == (True, "model-rate-limited", 37)
    assert "panel 2 is tried again after 37 seconds" in error["message"]


async def test_failure_of_an_earlier_round_is_not_told(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FAILURES_INTERVAL_S", 0.01)
    save_failure = readers.deps.generations.save_failure
    await save_failure(step("panel", 0), FailureRecord(code="model-busy", will_retry=True))
    await save_failure(step("panel", 1), FailureRecord(code="model-busy", will_retry=True, round=1))
    readers.engine.show(GENERATION, ledger(3, CancelledEntry()).reopened())

    async with aclosing(readers.open()) as lines:
        read = await read_until_retry(lines)

    assert [message["message"] for message in retry_messages(read)][1:] == ["Retrying panel 2..."]


async def test_failure_is_not_told_beside_its_result(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FAILURES_INTERVAL_S", 0.01)
    await readers.deps.generations.save_failure(step("panel", 1), FailureRecord(code="model-busy", will_retry=True))
    readers.engine.show(GENERATION, ledger(4))

    async with aclosing(readers.open()) as lines:
        await read_until_retry(lines)
        monkeypatch.setattr(pace, "FAILURES_INTERVAL_S", 60)
        readers.engine.show(GENERATION, ledger(4, retried_panel()))
        await read_until_seq(lines, 5)
        async with aclosing(readers.open(StreamRequest(GENERATION, after=5))) as late:
            readers.engine.show(GENERATION, ledger(4, retried_panel(), CompleteEntry()), "completed")
            read = [message async for message in messages(late)]

    assert retry_messages(read) == []


def _every_code() -> list[FailureRecord]:
    pending: list[type[MangaError]] = [RetryableModelError, FinalModelError]
    codes: set[str] = set()
    while pending:
        error = pending.pop()
        pending += error.__subclasses__()
        codes.add(error.code)
    plain = [FailureRecord(code=code) for code in sorted(codes)]
    return [*plain, *(FailureRecord(code="content-blocked", block=block) for block in BLOCK_REASONS)]


@pytest.mark.parametrize("failure", _every_code(), ids=lambda failure: failure.block or failure.code)
async def test_a_failure_is_told_in_plain_words_that_name_what_failed(readers: Readers, failure: FailureRecord) -> None:
    await readers.deps.generations.save_failure(step("panel", 1), failure)
    readers.engine.show(GENERATION, ledger(4, ImageEntry(kind="panel", index=1, failure=failure.code)))

    async with aclosing(readers.open()) as lines:
        told = (await read_until_seq(lines, 5))[-1]

    assert (told["type"], told["step"], told["index"], told["code"]) == ("error", "panel", 1, failure.code)
    assert "retrying" not in told
    assert "panel 2" in told["message"]
    assert not any(word in told["message"] for word in BLOCK_REASONS)
    assert "_" not in told["message"].replace("GEMINI_API_KEY", "").replace("GEMINI_TEXT_MODEL", "").replace(
        "GEMINI_IMAGE_MODEL", ""
    )


async def test_failed_parts_are_counted_at_the_end(readers: Readers) -> None:
    failed_character = ImageEntry(kind="character", index=0, failure="content-blocked")
    failed_panel = ImageEntry(kind="panel", index=1, failure="content-blocked")
    drawn = ImageEntry(kind="panel", index=0)
    end = ledger(7).entries[-1]
    readers.engine.show(GENERATION, ledger(3, failed_character, failed_panel, drawn, end), "completed")

    last = (await readers.read())[-1]

    assert (last["totalPanels"], last["failedPanels"], last["failedCharacters"]) == (2, [1], [0])


async def test_images_are_sent_whole_or_as_addresses_and_all_else_is_the_same(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(), "completed")

    inline = results(await readers.read())
    by_url = results(await readers.read(StreamRequest(GENERATION, images="url")))

    for whole, address in zip(inline, by_url, strict=True):
        if whole["type"] in {"character", "panel"}:
            index = whole["index"] if whole["type"] == "character" else whole["panelNumber"]
            path = f"/api/generations/{GENERATION}/images/{whole['type']}s/{index}/1"
            assert from_data_url(whole["data"].pop("image")) == png(colour=COLOURS[whole["type"], index])
            assert address["data"].pop("image") == path
        assert whole == address


async def test_the_work_under_way_is_told_by_name(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(1))

    async with aclosing(readers.open()) as lines:
        await read_until_seq(lines, 1)
        news = [await anext(messages(lines)) for _ in range(3)]

    assert [one["message"] for one in news] == ["Breaking down story...", "Creating Mira...", "Creating Jon..."]


async def test_line_that_breaks_off_ends_the_stream_with_an_error_and_can_be_read_again(
    deps: Deps, engine: FakeEngine
) -> None:
    """Whatever came behind half a line would be taken for the rest of it."""
    await store_results(deps)
    large = Image(bytes(200_000), "image/png")
    await deps.generations.keep_image(ref("panel", 1, 2), large)
    engine.show(GENERATION, ledger(LAST_SEQ - 1, ImageEntry(kind="panel", index=1, version=2)))
    blobs = SwitchedBlobs(deps.blobs)
    readers = Readers(dataclasses.replace(deps, blobs=blobs, blob_cache=BlobCache(max_bytes=0)), engine)

    read: list[bytes] = []

    async def read_all() -> None:
        async with aclosing(readers.open(StreamRequest(GENERATION, after=LAST_SEQ - 1))) as pieces:
            async for piece in pieces:
                read.append(piece)
                blobs.down = not piece.endswith(b"\n")

    with pytest.raises(StorageUnavailable):
        await read_all()
    blobs.down = False
    async with aclosing(readers.open(StreamRequest(GENERATION, after=LAST_SEQ - 1))) as pieces:
        (again,) = results(await read_until_seq(pieces, LAST_SEQ))

    assert b"reconnect" not in b"".join(read)
    assert not read[-1].endswith(b"\n")
    assert from_data_url(again["data"]["image"]) == large.content


async def test_cause_of_a_stream_that_ends_early_is_logged(deps: Deps, caplog: pytest.LogCaptureFixture) -> None:
    class Away(FakeEngine):
        async def run(self, instance_id: str) -> Run | None:
            del instance_id
            raise EngineUnavailable("away") from ConnectionRefusedError("port 1")

    await Readers(deps, Away()).read()

    (record,) = (record for record in caplog.records if record.name == "api.streaming.stream")
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ConnectionRefusedError)
