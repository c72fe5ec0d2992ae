"""Shares: one link for each generation, revoked by one write, and nothing left after a crash that opens anything."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from shared.deps import Deps
from shared.errors import StorageUnavailable
from shared.names import SHARES, share_blob
from shared.ports import BlobStore
from shared.storage.generations import Generations
from shared.storage.shares import Shares
from tests.support.fakes.blobs import BlobCall, ForwardingBlobs, LostAnswers, SwitchedBlobs
from tests.support.fakes.engine import NOW
from tests.support.fakes.stories import GENERATION
from tests.unit.maintenance.stored import Killed, Life, MortalBlobs

LATER = NOW + timedelta(days=30)


@dataclass(slots=True)
class Counting(ForwardingBlobs):
    """BlobStore that counts its reads."""

    reads: list[BlobCall] = field(default_factory=list[BlobCall])

    async def around[Answer](self, call: BlobCall, name: str, forward: Callable[[], Awaitable[Answer]]) -> Answer:
        self.reads.append(call)
        return await forward()


@dataclass(slots=True)
class Revoked(LostAnswers):
    """LostAnswers whose share is removed by a revocation, which has not removed its pointer yet: `pointers`."""

    pointers: list[str] = field(default_factory=list[str])

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        etag = await LostAnswers.create(self, name, content, media_type, notes)
        if etag is None:
            self.pointers = [name async for name in self.names(SHARES)]
            await self.delete(share_blob(GENERATION))
        return etag


def shares(blobs: BlobStore, days: float = 0) -> Shares:
    """Return the shares as they are after so many days."""
    return Shares(blobs, lambda: NOW + timedelta(days=days))


async def pointers(deps: Deps) -> list[str]:
    return [name async for name in deps.blobs.names(SHARES)]


async def test_token_opens_its_generation(deps: Deps) -> None:
    made = await shares(deps.blobs).make(GENERATION, None, LATER)

    assert len(bytes.fromhex(made.token)) == 16
    assert await shares(deps.blobs).find(made.token) == GENERATION
    assert await shares(deps.blobs).read(GENERATION) == made


async def test_list_of_blobs_gives_no_token_away(deps: Deps) -> None:
    made = await shares(deps.blobs).make(GENERATION, None, LATER)

    assert not [name async for name in deps.blobs.names("") if made.token in name]


async def test_share_that_is_asked_for_again_is_the_same(deps: Deps) -> None:
    first = await shares(deps.blobs).make(GENERATION, 7, LATER)

    assert await shares(deps.blobs, 1).make(GENERATION, None, LATER + timedelta(days=1)) == first
    assert await shares(deps.blobs, 1).make(GENERATION, 7, LATER + timedelta(days=1)) == first


async def test_other_days_change_the_expiry_and_keep_the_link(deps: Deps) -> None:
    first = await shares(deps.blobs).make(GENERATION, 7, NOW + timedelta(days=7))
    longer = await shares(deps.blobs).make(GENERATION, 9, NOW + timedelta(days=9))

    assert (longer.token, longer.expires) == (first.token, NOW + timedelta(days=9))
    assert await shares(deps.blobs, 8).find(first.token) == GENERATION
    assert len(await pointers(deps)) == 1


async def test_expired_link_opens_nothing_and_a_new_share_has_another_one(deps: Deps) -> None:
    first = await shares(deps.blobs).make(GENERATION, None, LATER)
    later = shares(deps.blobs, 30)

    assert await later.read(GENERATION) is None
    assert await later.find(first.token) is None

    second = await later.make(GENERATION, None, LATER + timedelta(days=30))
    assert second.token != first.token
    assert await later.find(second.token) == GENERATION
    assert await later.find(first.token) is None
    assert len(await pointers(deps)) == 1


async def test_revoked_link_opens_nothing_and_leaves_nothing(deps: Deps) -> None:
    made = await shares(deps.blobs).make(GENERATION, None, LATER)
    for _ in range(2):
        await shares(deps.blobs).revoke(GENERATION)

        assert await shares(deps.blobs).find(made.token) is None
        assert [name async for name in deps.blobs.names("")] == []


async def test_revoked_link_whose_pointer_is_left_does_not_open_the_next_share(deps: Deps) -> None:
    revoked = await shares(deps.blobs).make(GENERATION, None, LATER)
    # A crash before the pointer was removed.
    await deps.blobs.delete(share_blob(GENERATION))
    made = await shares(deps.blobs).make(GENERATION, None, LATER)

    assert len(await pointers(deps)) == 2
    assert await shares(deps.blobs).find(revoked.token) is None
    assert await shares(deps.blobs).find(made.token) == GENERATION


async def test_concurrent_requests_make_one_link(deps: Deps) -> None:
    made = await asyncio.gather(*(shares(deps.blobs).make(GENERATION, None, LATER) for _ in range(5)))

    assert len({share.token for share in made}) == 1
    assert await shares(deps.blobs).find(made[0].token) == GENERATION
    assert len(await pointers(deps)) == 1


@pytest.mark.parametrize("lost", [1, 2])
async def test_share_whose_answer_is_lost_opens_its_generation(deps: Deps, lost: int) -> None:
    made = await shares(LostAnswers(deps.blobs, lost=lost)).make(GENERATION, None, LATER)

    assert await shares(deps.blobs).find(made.token) == GENERATION
    assert len(await pointers(deps)) == 1


async def test_share_that_is_revoked_while_it_is_made_gets_another_link(deps: Deps) -> None:
    blobs = Revoked(deps.blobs)
    made = await shares(blobs).make(GENERATION, None, LATER)
    for pointer in blobs.pointers:
        await blobs.delete(pointer)

    assert await shares(deps.blobs).find(made.token) == GENERATION
    assert len(await pointers(deps)) == 1


@pytest.mark.parametrize("writes", range(3))
async def test_crash_while_sharing_leaves_no_link_that_leads_nowhere(deps: Deps, writes: int) -> None:
    with suppress(Killed):
        await shares(MortalBlobs(deps.blobs, Life(writes))).make(GENERATION, None, LATER)

    left = await shares(deps.blobs).read(GENERATION)
    assert left is None or await shares(deps.blobs).find(left.token) == GENERATION

    made = await shares(deps.blobs).make(GENERATION, None, LATER)
    assert await shares(deps.blobs).find(made.token) == GENERATION
    assert left is None or made == left


@pytest.mark.parametrize("writes", range(3))
async def test_crash_while_revoking_leaves_the_link_alive_or_dead(deps: Deps, writes: int) -> None:
    made = await shares(deps.blobs).make(GENERATION, None, LATER)
    with suppress(Killed):
        await shares(MortalBlobs(deps.blobs, Life(writes))).revoke(GENERATION)

    is_alive = await shares(deps.blobs).read(GENERATION) is not None
    assert is_alive == (writes == 0)
    assert (await shares(deps.blobs).find(made.token) is not None) == is_alive

    await shares(deps.blobs).revoke(GENERATION)
    assert await shares(deps.blobs).find(made.token) is None


@pytest.mark.parametrize("writes", range(4))
async def test_crash_while_a_shared_generation_is_removed_leaves_no_pointer_after_the_next_try(
    deps: Deps, writes: int
) -> None:
    await shares(deps.blobs).make(GENERATION, None, LATER)
    with suppress(Killed):
        await Generations(MortalBlobs(deps.blobs, Life(writes))).delete(GENERATION)

    await deps.generations.delete(GENERATION)
    assert [name async for name in deps.blobs.names("")] == []


async def test_unknown_and_revoked_tokens_take_the_same_requests(deps: Deps) -> None:
    revoked = await shares(deps.blobs).make(GENERATION, None, LATER)
    await shares(deps.blobs).revoke(GENERATION)
    interrupted = await shares(deps.blobs).make("f" * 32, None, LATER)
    await deps.blobs.delete(share_blob("f" * 32))

    asked: list[list[BlobCall]] = []
    for token in ("0" * 32, revoked.token, interrupted.token, "", "é/../\ud800"):
        blobs = Counting(deps.blobs)
        assert await shares(blobs).find(token) is None
        asked.append(blobs.reads)

    assert asked == [["read", "read"]] * 5


async def test_only_pointers_that_open_nothing_are_left_over(deps: Deps) -> None:
    await shares(deps.blobs).make(GENERATION, None, LATER)
    (live,) = await pointers(deps)
    await shares(deps.blobs).make("f" * 32, None, LATER)
    await deps.blobs.delete(share_blob("f" * 32))

    left = [name for name in await pointers(deps) if await shares(deps.blobs).is_left(name)]

    assert len(left) == 1
    assert live not in left
    assert await shares(deps.blobs, 30).is_left(live)


async def test_storage_that_is_away_is_told(deps: Deps) -> None:
    with pytest.raises(StorageUnavailable):
        await shares(SwitchedBlobs(deps.blobs, down=True)).find("0" * 32)
