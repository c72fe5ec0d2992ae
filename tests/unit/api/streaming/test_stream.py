"""A generation as a stream of lines: what a reader gets, when the response ends, and how to reconnect."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from api.streaming.poller import Poller
from api.streaming.stream import StreamRequest
from shared.deps import Deps
from shared.errors import EngineUnavailable, ModelBusy, StorageUnavailable
from shared.images.data_urls import from_data_url
from shared.images.image import Image
from shared.models.ledger import CriticalEntry, ImageEntry
from shared.models.steps import FailureRecord
from shared.ports import Run, RunState
from shared.storage.cached_blobs import BlobCache
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION, ref, step
from tests.unit.api.drawn_story import LAST_SEQ, ledger, store_results
from tests.unit.api.reading import Readers, messages, read_until_seq, results, seqs


def with_window(deps: Deps, seconds: float) -> Deps:
    """Return the dependencies with another stream window."""
    return dataclasses.replace(deps, settings=deps.settings.model_copy(update={"stream_window_s": seconds}))


# --- messages -------------------------------------------------------------------------------------------------------


async def test_first_line_is_sent_before_anything_is_read(deps: Deps, engine: FakeEngine) -> None:
    blobs = SwitchedBlobs(deps.blobs, down=True)
    engine.down = True

    async with aclosing(Readers(dataclasses.replace(deps, blobs=blobs), engine).open()) as lines:
        first = await anext(lines)

    assert b'"type":"status","step":"analysis"' in first
    assert engine.calls == 0


async def test_result_messages_are_numbered_without_a_gap_and_complete_is_last(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(), "completed")

    read = await readers.read()

    assert seqs(read) == list(range(1, LAST_SEQ + 1))
    assert read[-1] == {"generationId": GENERATION, "type": "complete", "seq": LAST_SEQ, "totalPanels": 2}
    assert {message["generationId"] for message in read} == {GENERATION}


async def test_complete_counts_what_failed(readers: Readers) -> None:
    failed_character = ImageEntry(kind="character", index=0, failure="content-blocked")
    failed_panel = ImageEntry(kind="panel", index=1, failure="content-blocked")
    end = ledger().entries[-1]
    known = ledger(3, failed_character, failed_panel, ImageEntry(kind="panel", index=0), end)
    readers.engine.show(GENERATION, known, "completed")

    last = (await readers.read())[-1]

    assert (last["totalPanels"], last["failedPanels"], last["failedCharacters"]) == (2, [1], [0])


async def test_running_steps_are_announced_once_by_name(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(1))

    async with aclosing(readers.open()) as lines:
        await read_until_seq(lines, 1)
        statuses = [await anext(messages(lines)) for _ in range(3)]
        readers.engine.show(GENERATION, ledger(2))
        read = await read_until_seq(lines, 2)
        readers.engine.show(GENERATION, ledger(3))
        read += await read_until_seq(lines, 3)

    texts = [status["message"] for status in statuses]
    assert texts == ["Breaking down story...", "Creating Mira...", "Creating Jon..."]
    assert [message["type"] for message in read] == ["character", "chunks"]


@pytest.mark.parametrize(("state", "end"), [("terminated", "cancelled"), ("failed", "critical")])
@pytest.mark.parametrize("after", [0, 2])
async def test_run_that_stopped_without_a_closing_entry_gets_one(
    readers: Readers, state: RunState, end: str, after: int
) -> None:
    readers.engine.show(GENERATION, ledger(3), state)

    read = await readers.read_after(after)

    assert seqs(read) == list(range(after + 1, 5))
    assert (read[-1]["type"], read[-1]["step"]) == ("error", end)
    assert "retrying" not in read[-1]


async def test_failed_chunking_is_critical_and_ends_the_stream(readers: Readers) -> None:
    await readers.deps.generations.save_failure(step("chunks"), FailureRecord(code="model-busy"))
    readers.engine.show(GENERATION, ledger(2, CriticalEntry(step="chunks", failure="retries-exhausted")), "completed")

    last = (await readers.read())[-1]

    assert (last["type"], last["step"], last["code"], last["seq"]) == ("error", "critical", "model-busy", 3)
    assert ModelBusy.reason in last["message"]


# --- the cursor -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", range(LAST_SEQ + 1))
async def test_reader_gets_the_results_after_its_cursor(readers: Readers, after: int) -> None:
    readers.engine.show(GENERATION, ledger(), "completed")

    assert results(await readers.read_after(after)) == results(await readers.read())[after:]


@pytest.mark.parametrize("after", range(LAST_SEQ))
async def test_cursor_may_be_ahead_of_a_running_generation(readers: Readers, after: int) -> None:
    readers.engine.show(GENERATION, ledger(3))

    async with aclosing(readers.open(StreamRequest(GENERATION, after=after))) as lines:
        await anext(lines)
        read = [await anext(messages(lines)) for _ in range(3 - after)]
        readers.engine.show(GENERATION, ledger(), "completed")
        read += [message async for message in messages(lines)]

    assert seqs(read) == list(range(after + 1, LAST_SEQ + 1))


async def test_cursor_beyond_the_end_is_answered_with_the_end(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(), "completed")

    (last,) = results(await readers.read_after(LAST_SEQ + 5))

    assert (last["type"], last["seq"]) == ("complete", LAST_SEQ)


@pytest.mark.parametrize("state", ["running", "completed"])
async def test_cursor_at_the_end_closes_the_stream(readers: Readers, state: RunState) -> None:
    """A run is still reported as running for a moment after its ledger was closed."""
    readers.engine.show(GENERATION, ledger(), state)

    read = await asyncio.wait_for(readers.read_after(LAST_SEQ), 10)

    assert results(read) == []
    assert "reconnect" not in {message["step"] for message in read}


# --- heartbeat and stream window ------------------------------------------------------------------------------------


async def test_heartbeats_are_sent_at_the_configured_interval(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeouts: list[float] = []
    wait_for_change = Poller.wait_for_change

    async def noted(poller: Poller, since: object, timeout_s: float) -> object:
        timeouts.append(timeout_s)
        return await wait_for_change(poller, since, timeout_s)  # pyright: ignore[reportArgumentType] - passed through

    monkeypatch.setattr(Poller, "wait_for_change", noted)
    readers.engine.show(GENERATION, ledger(1))

    async with aclosing(readers.open()) as lines:
        await read_until_seq(lines, 1)
        while (line := await anext(lines)).strip():
            assert b'"status"' in line

    assert line == b"\n"
    assert max(timeouts) <= readers.deps.settings.stream_heartbeat_s


async def test_response_ends_with_the_stream_window_and_the_cursor_for_reconnecting(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(3))

    read = await Readers(with_window(readers.deps, 0.3), readers.engine).read()
    readers.engine.show(GENERATION, ledger(), "completed")
    rest = await readers.read_after(3)

    assert (read[-1]["type"], read[-1]["step"]) == ("status", "reconnect")
    assert "after=3" in read[-1]["message"]
    assert seqs(read) == [1, 2, 3]
    assert seqs(rest) == list(range(4, LAST_SEQ + 1))


async def test_each_response_sends_at_least_one_result_however_short_the_window(readers: Readers) -> None:
    """Storage may be so slow that one image takes a whole window."""
    readers.engine.show(GENERATION, ledger(LAST_SEQ - 1))
    hurried = Readers(with_window(readers.deps, 1e-6), readers.engine)

    async with hurried.pollers.follow(hurried.deps, hurried.engine, GENERATION) as poller:
        await poller.wait_for_change(poller.snapshot, 10)
        read = [await hurried.read_after(after) for after in range(LAST_SEQ - 1)]

    assert [seqs(one) for one in read] == [[seq] for seq in range(1, LAST_SEQ)]
    assert {one[-1]["step"] for one in read} == {"reconnect"}


# --- something is unavailable ---------------------------------------------------------------------------------------


async def test_readers_share_one_poller(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(), "completed")

    all_read = await asyncio.gather(*(readers.read() for _ in range(20)))

    assert readers.engine.calls == 1
    assert all(read == all_read[0] for read in all_read)


async def take_engine_down(readers: Readers, _blobs: SwitchedBlobs) -> None:
    readers.engine.down = True


async def take_storage_down(readers: Readers, blobs: SwitchedBlobs) -> None:
    blobs.down = True
    readers.engine.show(GENERATION, ledger(), "completed")


async def lose_a_result(readers: Readers, _blobs: SwitchedBlobs) -> None:
    readers.engine.show(GENERATION, ledger(3, ImageEntry(kind="panel", index=0, version=7)))


async def show_no_ledger(readers: Readers, _blobs: SwitchedBlobs) -> None:
    run = readers.engine.runs_by_id[GENERATION]
    readers.engine.runs_by_id[GENERATION] = dataclasses.replace(run, custom_status={"entries": "unknown"})


async def delete_run(readers: Readers, _blobs: SwitchedBlobs) -> None:
    del readers.engine.runs_by_id[GENERATION]


@pytest.mark.parametrize("interrupt", [take_engine_down, take_storage_down, lose_a_result, show_no_ledger, delete_run])
async def test_interrupted_stream_ends_with_a_complete_line_and_the_cursor_for_reconnecting(
    readers: Readers, interrupt: Callable[[Readers, SwitchedBlobs], Awaitable[None]]
) -> None:
    blobs = SwitchedBlobs(readers.deps.blobs)
    switched = Readers(dataclasses.replace(readers.deps, blobs=blobs), readers.engine)
    readers.engine.show(GENERATION, ledger(3))

    async with aclosing(switched.open()) as lines:
        await read_until_seq(lines, 3)
        await interrupt(readers, blobs)
        rest = [message async for message in messages(lines)]
    readers.engine.down = blobs.down = False
    readers.engine.show(GENERATION, ledger(), "completed")

    assert seqs(rest) == []
    assert rest[-1]["step"] == "reconnect"
    assert "after=3" in rest[-1]["message"]
    assert seqs(await readers.read_after(3)) == list(range(4, LAST_SEQ + 1))


async def test_reader_waits_for_a_run_that_the_engine_does_not_know_yet(readers: Readers) -> None:
    async with aclosing(readers.open()) as lines:
        await anext(lines)
        assert await anext(lines) == b"\n"
        readers.engine.show(GENERATION, ledger(), "completed")
        rest = [message async for message in messages(lines)]

    assert seqs(rest) == list(range(1, LAST_SEQ + 1))


async def test_line_that_breaks_off_ends_the_stream_with_an_error_and_can_be_read_again(
    deps: Deps, engine: FakeEngine
) -> None:
    """A client would take anything that follows half a line for the rest of it."""
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


async def test_cause_of_an_interrupted_stream_is_logged(deps: Deps, caplog: pytest.LogCaptureFixture) -> None:
    class UnavailableEngine(FakeEngine):
        async def run(self, instance_id: str) -> Run | None:
            raise EngineUnavailable(instance_id) from ConnectionRefusedError("port 1")

    await Readers(deps, UnavailableEngine()).read()

    (record,) = (record for record in caplog.records if record.name == "api.streaming.stream")
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ConnectionRefusedError)
