"""A generation's record: changed with optimistic locking, and read before a step calls the model."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.deps import Deps
from shared.errors import Cancelled, Expired, MangaError, StorageUnavailable
from shared.models.steps import MakeAgain, StepRequest
from shared.names import lifecycle_blob, old_expiry_blob
from shared.storage.lifecycle import Cancelling, Deleted, Deleting, Ended, Lifecycle, Running, is_gone, refuse_gone
from tests.support.fakes.blobs import LostAnswers
from tests.support.fakes.engine import NOW
from tests.support.fakes.lifecycles import GONE, set_record
from tests.support.fakes.stories import GENERATION, step

RECORDS: list[Lifecycle] = [
    Running(at=NOW),
    Running(round=2, work=MakeAgain(kind="panel", index=3), wish="at night", at=NOW),
    Cancelling(round=1, at=NOW),
    Ended(round=1, cancelled=True, at=NOW),
    Deleting(reason="deleted", at=NOW),
    Deleted(reason="expired", at=NOW),
]


def without_token(record: Lifecycle | None) -> Lifecycle | None:
    return record and record.model_copy(update={"token": ""})


def unchanged(record: Lifecycle | None) -> Lifecycle:
    assert record is not None
    return record


def of_round(round_: int) -> StepRequest:
    return step("panel").model_copy(update={"round": round_})


@pytest.mark.parametrize("record", RECORDS)
async def test_record_survives_a_round_trip(deps: Deps, record: Lifecycle) -> None:
    written = await deps.lifecycles.change(GENERATION, lambda _: record)

    assert await deps.lifecycles.read(GENERATION) == written
    assert without_token(written) == record


async def test_generation_without_a_record_has_none(deps: Deps) -> None:
    assert await deps.lifecycles.read(GENERATION) is None


async def test_unchanged_record_is_not_written_again(deps: Deps) -> None:
    await set_record(deps, Running(at=NOW))
    before = await deps.blobs.read(lifecycle_blob(GENERATION))

    await deps.lifecycles.change(GENERATION, unchanged)

    assert await deps.blobs.read(lifecycle_blob(GENERATION)) == before


async def test_refused_change_writes_nothing(deps: Deps) -> None:
    def refuse(_: Lifecycle | None) -> Lifecycle:
        raise Cancelled

    with pytest.raises(Cancelled):
        await deps.lifecycles.change(GENERATION, refuse)

    assert not await deps.blobs.exists(lifecycle_blob(GENERATION))


@pytest.mark.parametrize("before", [None, Running(at=NOW)])
async def test_only_one_concurrent_change_wins_and_the_others_see_its_record(
    deps: Deps, before: Lifecycle | None
) -> None:
    if before is not None:
        await set_record(deps, before)
    seen: list[Lifecycle | None] = []

    def cancel(record: Lifecycle | None) -> Lifecycle:
        seen.append(without_token(record))
        return record if isinstance(record, Cancelling) else Cancelling(round=0, at=NOW)

    records = await asyncio.gather(*(deps.lifecycles.change(GENERATION, cancel) for _ in range(8)))

    assert len({record.token for record in records}) == 1
    assert seen.count(Cancelling(round=0, at=NOW)) == 7


@pytest.mark.parametrize("before", [None, Ended(round=0, at=NOW)])
async def test_write_with_a_lost_response_is_not_repeated(deps: Deps, before: Lifecycle | None) -> None:
    if before is not None:
        await set_record(deps, before)
    lost = replace(deps, blobs=LostAnswers(deps.blobs))

    def next_round(record: Lifecycle | None) -> Lifecycle:
        return Running(round=record.round + 1 if isinstance(record, Running | Ended) else 0, at=NOW)

    written = await lost.lifecycles.change(GENERATION, next_round)

    assert without_token(written) == Running(round=0 if before is None else 1, at=NOW)
    assert await deps.lifecycles.read(GENERATION) == written


async def test_change_gives_up_if_others_keep_changing_the_record(deps: Deps) -> None:
    class Busy(LostAnswers):
        async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
            await self.store.replace(name, RECORDS[0].model_dump_json(by_alias=True).encode(), media_type)
            return await super().replace_unchanged(blob_etag, name, content, media_type)

    await set_record(deps, Running(at=NOW))

    with pytest.raises(StorageUnavailable, match="too busy"):
        await replace(deps, blobs=Busy(deps.blobs)).lifecycles.change(GENERATION, lambda _: Ended(round=0, at=NOW))


async def old_mark(deps: Deps, *, expired: bool) -> None:
    mark = json.dumps({"expired": expired, "at": "2025-12-01T00:00:00Z"}).encode()
    await deps.blobs.create(old_expiry_blob(GENERATION), mark, "application/json")


async def test_marker_of_an_earlier_version_means_expired(deps: Deps) -> None:
    await old_mark(deps, expired=True)

    assert await deps.lifecycles.read(GENERATION) == Deleted(reason="expired", at=datetime(2025, 12, 1, tzinfo=UTC))
    with pytest.raises(Expired):
        await deps.lifecycles.refuse_gone(GENERATION)
    with pytest.raises(Expired):
        await deps.lifecycles.change(GENERATION, lambda record: refuse_gone(record) or Running(at=NOW))


async def test_marker_of_a_continued_generation_is_ignored(deps: Deps) -> None:
    await old_mark(deps, expired=False)

    assert await deps.lifecycles.read(GENERATION) is None


async def test_record_replaces_the_marker_of_an_earlier_version(deps: Deps) -> None:
    await old_mark(deps, expired=False)
    await set_record(deps, Running(round=1, at=NOW))

    assert without_token(await deps.lifecycles.read(GENERATION)) == Running(round=1, at=NOW)


async def test_step_of_the_running_round_is_wanted(deps: Deps) -> None:
    await set_record(deps, Running(round=2, wish="at night", at=NOW))

    assert without_token(await deps.lifecycles.wanted(of_round(2))) == Running(round=2, wish="at night", at=NOW)


async def test_step_of_a_generation_without_a_record_is_wanted(deps: Deps) -> None:
    assert await deps.lifecycles.wanted(of_round(0)) is None


async def test_step_of_a_round_started_by_a_rolled_back_app_without_records_is_wanted(deps: Deps) -> None:
    await set_record(deps, Ended(round=1, at=NOW))

    assert await deps.lifecycles.wanted(of_round(2)) is None


@pytest.mark.parametrize(
    "record", [Running(round=1, at=NOW), Running(round=3, at=NOW), Cancelling(round=2, at=NOW), Ended(round=2, at=NOW)]
)
async def test_step_of_a_round_that_is_not_running_is_cancelled(deps: Deps, record: Lifecycle) -> None:
    await set_record(deps, record)

    with pytest.raises(Cancelled):
        await deps.lifecycles.wanted(of_round(2))


@pytest.mark.parametrize(("record", "error"), GONE)
async def test_step_of_a_removed_generation_is_refused(deps: Deps, record: Lifecycle, error: type[MangaError]) -> None:
    await set_record(deps, record)

    assert is_gone(record)
    with pytest.raises(error):
        await deps.lifecycles.wanted(of_round(0))
    with pytest.raises(error):
        await deps.lifecycles.refuse_gone(GENERATION)


@pytest.mark.parametrize("record", [None, *RECORDS[:4]])
def test_other_generations_are_not_refused(record: Lifecycle | None) -> None:
    assert not is_gone(record)
    refuse_gone(record)


def test_cancelling_record_keeps_the_work_but_not_the_instructions() -> None:
    running = Running(round=2, work=MakeAgain(kind="panel", index=3), wish="at night", at=NOW)

    assert running.cancelling(NOW) == Cancelling(round=2, work=running.work, at=NOW)


async def test_forgotten_record_is_gone(deps: Deps) -> None:
    await set_record(deps, Deleted(reason="deleted", at=NOW))

    await deps.lifecycles.forget(GENERATION)

    assert await deps.lifecycles.read(GENERATION) is None
