"""A step's lease: one copy at a time holds it, until it is released or expires."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from shared.errors import StorageUnavailable
from shared.names import lease_blob
from shared.ports import BlobStore
from shared.storage.azure_blobs import AzureBlobStore
from shared.storage.leases import Lease, StepLeases
from tests.support.fakes.blobs import LostAnswers, SwitchedBlobs
from tests.support.fakes.stories import ref, step

STEP = step("panel", 3)
BLOB = lease_blob(ref("panel", 3, 1))
LEASE_S = 30.0
_PROMPTLY_S = 10


@dataclass(slots=True)
class Clock:
    """A manual clock."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Copy:
    """A copy of the step. `find` returns `result`, and sets `looked`."""

    leases: StepLeases
    looked: asyncio.Event
    result: str | None = None

    async def find(self) -> str | None:
        self.looked.set()
        return self.result

    async def work(self) -> str:
        """Run the step: return the existing result, or make one."""
        async with self.leases.held(STEP, self.find) as found:
            return found or "made"


@pytest.fixture(autouse=True)
def short_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.storage.leases._POLL_S", 0.01)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def copy_of(blobs: BlobStore, clock: Clock, lease_s: float = LEASE_S) -> Copy:
    return Copy(StepLeases(blobs, clock, lease_s), asyncio.Event())


async def stored(blobs: AzureBlobStore) -> Lease | None:
    blob = await blobs.read(BLOB)
    return blob and Lease.model_validate_json(blob.content)


async def renewed(blobs: AzureBlobStore, clock: Clock) -> None:
    """Advance the clock, and wait until the lease is renewed beyond that time."""
    clock.now += 100
    async with asyncio.timeout(_PROMPTLY_S):
        while True:
            lease = await stored(blobs)
            if lease is not None and lease.until > clock.now:
                return
            await asyncio.sleep(0)


@pytest.fixture
async def held(blobs: AzureBlobStore, clock: Clock) -> AsyncIterator[AsyncExitStack]:
    """A lease that another process holds and never renews during a test; closing it releases the lease."""
    async with AsyncExitStack() as stack:
        other = copy_of(blobs, clock, lease_s=LEASE_S)
        assert await stack.enter_async_context(other.leases.held(STEP, other.find)) is None
        yield stack


async def test_lease_is_held_while_the_step_runs_and_released_afterwards(blobs: AzureBlobStore, clock: Clock) -> None:
    copy = copy_of(blobs, clock)

    async with copy.leases.held(STEP, copy.find) as found:
        lease = await stored(blobs)

    assert found is None
    assert not copy.looked.is_set()
    assert lease is not None
    assert lease.until == clock.now + LEASE_S
    assert await stored(blobs) is None


async def test_failing_step_releases_its_lease(blobs: AzureBlobStore, clock: Clock) -> None:
    copy = copy_of(blobs, clock)

    with pytest.raises(ZeroDivisionError):
        async with copy.leases.held(STEP, copy.find):
            raise ZeroDivisionError

    assert await stored(blobs) is None


async def test_different_steps_do_not_wait_for_each_other(
    blobs: AzureBlobStore, clock: Clock, held: AsyncExitStack
) -> None:
    copy = copy_of(blobs, clock)
    for other in (step("panel", 4), step("character", 3), STEP.model_copy(update={"version": 2})):
        async with copy.leases.held(other, copy.find) as found:
            assert found is None
    assert not copy.looked.is_set()


async def test_second_copy_waits_and_finds_the_result(
    blobs: AzureBlobStore, clock: Clock, held: AsyncExitStack
) -> None:
    second = copy_of(blobs, clock)
    working = asyncio.create_task(second.work())
    await asyncio.wait_for(second.looked.wait(), _PROMPTLY_S)
    assert not working.done()

    second.result = "theirs"

    assert await asyncio.wait_for(working, _PROMPTLY_S) == "theirs"
    assert await stored(blobs) is not None


async def test_second_copy_runs_after_the_first_failed(
    blobs: AzureBlobStore, clock: Clock, held: AsyncExitStack
) -> None:
    second = copy_of(blobs, clock)
    working = asyncio.create_task(second.work())
    await asyncio.wait_for(second.looked.wait(), _PROMPTLY_S)

    await held.aclose()

    assert await asyncio.wait_for(working, _PROMPTLY_S) == "made"


async def test_second_copy_takes_over_an_expired_lease(
    blobs: AzureBlobStore, clock: Clock, held: AsyncExitStack
) -> None:
    second = copy_of(blobs, clock)
    clock.now += LEASE_S - 1
    working = asyncio.create_task(second.work())
    await asyncio.wait_for(second.looked.wait(), _PROMPTLY_S)
    assert not working.done()

    clock.now += 1

    assert await asyncio.wait_for(working, _PROMPTLY_S) == "made"


async def test_only_one_of_two_copies_takes_an_expired_lease(
    blobs: AzureBlobStore, clock: Clock, held: AsyncExitStack
) -> None:
    clock.now += LEASE_S
    copies = [copy_of(blobs, clock) for _ in range(2)]
    may_end = asyncio.Event()
    working: set[int] = set()

    async def work(number: int) -> None:
        async with copies[number].leases.held(STEP, copies[number].find):
            working.add(number)
            await may_end.wait()

    both = asyncio.gather(work(0), work(1))
    # A copy looks for a result only after it has found the lease taken.
    looked = [asyncio.create_task(copy.looked.wait()) for copy in copies]
    await asyncio.wait(looked, timeout=_PROMPTLY_S, return_when=asyncio.FIRST_COMPLETED)

    assert len(working) == 1
    may_end.set()
    await asyncio.wait_for(both, _PROMPTLY_S)
    assert working == {0, 1}
    for task in looked:
        task.cancel()


async def test_lease_is_renewed_while_the_step_runs(blobs: AzureBlobStore, clock: Clock) -> None:
    copy = copy_of(blobs, clock, lease_s=0.03)

    async with copy.leases.held(STEP, copy.find):
        for _ in range(3):
            await renewed(blobs, clock)


async def test_lease_is_renewed_after_storage_was_unavailable(blobs: AzureBlobStore, clock: Clock) -> None:
    switched = Counted(blobs)
    copy = copy_of(switched, clock, lease_s=0.03)

    async with copy.leases.held(STEP, copy.find):
        switched.down = True
        await asyncio.wait_for(switched.has_failed.wait(), _PROMPTLY_S)
        switched.down = False
        await renewed(blobs, clock)


class Counted(SwitchedBlobs):
    """BlobStore that sets an event when a renewal has failed."""

    def __init__(self, store: BlobStore) -> None:
        super().__init__(store)
        self.has_failed = asyncio.Event()

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        if self.down:
            self.has_failed.set()
        return await super().replace_unchanged(blob_etag, name, content, media_type)


async def test_lost_lease_is_logged_and_not_changed(
    blobs: AzureBlobStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    copy = copy_of(blobs, clock, lease_s=0.03)
    theirs = Lease(holder="other", until=clock.now)

    async with copy.leases.held(STEP, copy.find):
        (renewing,) = [task for task in asyncio.all_tasks() if task.get_name() == f"lease-{BLOB}"]
        await blobs.replace(BLOB, theirs.model_dump_json().encode(), "application/json")
        await asyncio.wait_for(renewing, _PROMPTLY_S)

    assert caplog.messages == ["A step's lease was lost"]
    assert await stored(blobs) == theirs


async def test_lease_of_another_copy_is_not_released(blobs: AzureBlobStore, clock: Clock) -> None:
    copy = copy_of(blobs, clock)
    theirs = Lease(holder="other", until=clock.now)

    async with copy.leases.held(STEP, copy.find):
        await blobs.replace(BLOB, theirs.model_dump_json().encode(), "application/json")

    assert await stored(blobs) == theirs


async def test_lease_is_held_if_the_response_to_the_write_is_lost(blobs: AzureBlobStore, clock: Clock) -> None:
    copy = copy_of(LostAnswers(blobs), clock)

    assert await asyncio.wait_for(copy.work(), _PROMPTLY_S) == "made"
    assert not copy.looked.is_set()
    assert await stored(blobs) is None


async def test_expired_lease_is_taken_over_if_the_response_to_the_write_is_lost(
    blobs: AzureBlobStore, clock: Clock, held: AsyncExitStack
) -> None:
    clock.now += LEASE_S
    copy = copy_of(LostAnswers(blobs), clock)

    assert await asyncio.wait_for(copy.work(), _PROMPTLY_S) == "made"
    assert await stored(blobs) is None


async def test_lease_is_kept_if_the_response_to_a_renewal_is_lost(
    blobs: AzureBlobStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    lost = LostAnswers(blobs, lost=0)
    copy = copy_of(lost, clock, lease_s=0.03)

    async with copy.leases.held(STEP, copy.find):
        lost.lost = 1
        for _ in range(3):
            await renewed(blobs, clock)
    assert not lost.lost

    assert caplog.messages == []
    assert await stored(blobs) is None


async def test_step_fails_if_its_lease_cannot_be_taken(blobs: AzureBlobStore, clock: Clock) -> None:
    with pytest.raises(StorageUnavailable):
        await copy_of(SwitchedBlobs(blobs, down=True), clock).work()


async def test_failed_release_does_not_fail_the_step(
    blobs: AzureBlobStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    switched = SwitchedBlobs(blobs)
    copy = copy_of(switched, clock)

    async with copy.leases.held(STEP, copy.find):
        switched.down = True

    assert caplog.messages == ["A step's lease was not released"]
