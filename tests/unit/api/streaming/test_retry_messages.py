"""The messages of a retry: an error with `retrying`, and a status. They have no seq."""

from contextlib import aclosing
from typing import Literal

import pytest

from api.streaming.stream import StreamRequest
from shared.errors import ModelBusy
from shared.models.ledger import (
    AnalysisEntry,
    CancelledEntry,
    ChunksEntry,
    CompleteEntry,
    CriticalEntry,
    ImageEntry,
    Ledger,
)
from shared.models.retried import Retried
from shared.models.steps import FailureRecord
from shared.models.story import Plan, StoryBreakdown
from tests.support.fakes.stories import GENERATION, analysis, panel, step
from tests.unit.api.drawn_story import ledger
from tests.unit.api.reading import JsonObject, Readers, messages, read_until_retry, read_until_seq, seqs

BUSY = FailureRecord(code="model-busy", will_retry=True)


@pytest.fixture
def failures_polled_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.streaming.poller.FAILURES_INTERVAL_S", 0.01)


def retry_messages(read: list[JsonObject]) -> list[JsonObject]:
    return [message for message in read if message.get("retrying") or message.get("step") == "retry"]


def retried_panel(code: str = "model-busy", wait_s: int | None = None) -> ImageEntry:
    return ImageEntry(kind="panel", index=1, retried=Retried(attempts=2, code=code, wait_s=wait_s))


@pytest.mark.usefixtures("failures_polled_often")
async def test_retry_is_reported_once_with_its_reason_and_without_a_seq(readers: Readers) -> None:
    await readers.deps.generations.save_failure(step("panel", 1), BUSY)
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


@pytest.mark.usefixtures("failures_polled_often")
async def test_wait_that_the_model_asked_for_is_reported_in_seconds(readers: Readers) -> None:
    wait = FailureRecord(code="model-rate-limited", will_retry=True, waits=1, wait_s=37)
    await readers.deps.generations.save_failure(step("panel", 1), wait)
    readers.engine.show(GENERATION, ledger(4))

    async with aclosing(readers.open()) as lines:
        error, _ = retry_messages(await read_until_retry(lines))

    assert (error["retrying"], error["code"], error["waitSeconds"]) == (True, "model-rate-limited", 37)
    assert "panel 2 will be retried in 37 seconds" in error["message"]


@pytest.mark.parametrize(("code", "wait_s"), [("model-busy", None), ("model-rate-limited", 4)])
async def test_retry_between_two_polls_is_reported_right_before_the_result(
    readers: Readers, code: str, wait_s: int | None
) -> None:
    readers.engine.show(GENERATION, ledger(4))

    async with aclosing(readers.open()) as lines:
        await read_until_seq(lines, 4)
        readers.engine.show(GENERATION, ledger(4, retried_panel(code, wait_s)))
        read = await read_until_seq(lines, 5)

    error, status, panel = read[-3:]
    assert (error["retrying"], error["code"], error["index"]) == (True, code, 1)
    assert error.get("waitSeconds") == wait_s
    assert status["message"] == "Retrying panel 2..."
    assert (panel["type"], panel["panelNumber"]) == ("panel", 1)


@pytest.mark.parametrize("kind", ["analysis", "chunks"])
async def test_retry_is_reported_before_a_critical_error(readers: Readers, kind: Literal["analysis", "chunks"]) -> None:
    end = CriticalEntry(step=kind, failure="model-timeout", retried=Retried(attempts=2, code="model-busy"))
    readers.engine.show(GENERATION, ledger(2))

    async with aclosing(readers.open()) as lines:
        await read_until_seq(lines, 2)
        readers.engine.show(GENERATION, ledger(2, end), "completed")
        read = [message async for message in messages(lines)]

    assert [message["step"] for message in read[-3:]] == [kind, "retry", "critical"]


async def test_retries_of_an_ended_generation_are_not_reported(readers: Readers) -> None:
    readers.engine.show(GENERATION, ledger(4, retried_panel()), "completed")

    read = await readers.read(StreamRequest(GENERATION, phase="ended"))

    assert seqs(read)
    assert retry_messages(read) == []


async def test_retry_of_an_earlier_plan_is_reported_with_the_names_of_that_plan(readers: Readers) -> None:
    plan = Plan(analysis=analysis("Mira"), chunks=StoryBreakdown(panels=(panel(1), panel(2))))
    await readers.deps.generations.save_plan(GENERATION, "5eed", plan)
    before = ImageEntry(kind="character", index=1, retried=Retried(attempts=2, code="model-busy"))
    edit = AnalysisEntry(plan="5eed", count_before=2), ChunksEntry(plan="5eed", count_before=2)
    known = ledger(3, before, CompleteEntry(stopped_after="plan"), *edit, CompleteEntry(stopped_after="plan"))
    readers.engine.show(GENERATION, known.model_copy(update={"characters": 1}).reopened())

    async with aclosing(readers.open()) as lines:
        read = await read_until_seq(lines, 8)

    assert retry_messages(read)[1]["message"] == "Retrying character generation for Jon..."


@pytest.mark.usefixtures("failures_polled_often")
@pytest.mark.parametrize(
    ("other", "panels_round", "known"),
    [("analysis", 0, ledger(4)), ("panel", 1, ledger(3, CancelledEntry()).reopened())],
    ids=["has its result", "of an earlier round"],
)
async def test_failure_that_does_not_delay_anything_is_not_reported(
    readers: Readers, other: Literal["analysis", "panel"], panels_round: int, known: Ledger
) -> None:
    await readers.deps.generations.save_failure(step(other, 0), BUSY)
    await readers.deps.generations.save_failure(step("panel", 1), BUSY.model_copy(update={"round": panels_round}))
    readers.engine.show(GENERATION, known)

    async with aclosing(readers.open()) as lines:
        read = await read_until_retry(lines)

    assert [message["message"] for message in retry_messages(read)][1:] == ["Retrying panel 2..."]


@pytest.mark.usefixtures("failures_polled_often")
async def test_polled_failure_is_not_reported_to_a_reader_that_has_the_result(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await readers.deps.generations.save_failure(step("panel", 1), BUSY)
    readers.engine.show(GENERATION, ledger(4))

    async with aclosing(readers.open()) as lines:
        await read_until_retry(lines)
        monkeypatch.setattr("api.streaming.poller.FAILURES_INTERVAL_S", 60)
        readers.engine.show(GENERATION, ledger(4, retried_panel()))
        await read_until_seq(lines, 5)
        async with aclosing(readers.open(StreamRequest(GENERATION, after=5))) as late:
            readers.engine.show(GENERATION, ledger(4, retried_panel(), CompleteEntry()), "completed")
            read = [message async for message in messages(late)]

    assert retry_messages(read) == []
