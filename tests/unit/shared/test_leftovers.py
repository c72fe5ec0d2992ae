"""What is saved of a generation behind its delete goes; everything else stays."""

import asyncio
from dataclasses import replace

import pytest

from shared.deps import Deps
from shared.generations import Generations, Inputs
from shared.leftovers import Leftovers
from shared.ports import BlobStore
from tests.fakes.blobs import SwitchedBlobs
from tests.fakes.stories import GENERATION, image

INPUTS = Inputs(story="A cat.", style="manga", no_dialogue=False)
_PROMPTLY_S = 10


@pytest.fixture
def leftovers() -> Leftovers:
    return Leftovers(look_after_s=0)


async def stored(deps: Deps) -> list[str]:
    return [name async for name in deps.blobs.names("")]


async def test_what_was_saved_behind_a_delete_is_removed(deps: Deps, leftovers: Leftovers) -> None:
    await deps.generations.keep_image(GENERATION, "panel", 3, 1, image())

    leftovers.look_soon(deps.generations, GENERATION)
    await leftovers.looked()

    assert await stored(deps) == []


async def test_a_generation_that_is_there_stays_whole(deps: Deps, leftovers: Leftovers) -> None:
    await deps.generations.save_inputs(GENERATION, INPUTS)
    await deps.generations.keep_image(GENERATION, "panel", 3, 1, image())

    leftovers.look_soon(deps.generations, GENERATION)
    await leftovers.looked()

    assert len(await stored(deps)) == 2


async def test_what_is_saved_during_a_look_is_looked_at_as_well(deps: Deps, leftovers: Leftovers) -> None:
    generations = HeldLook(deps.blobs)

    leftovers.look_soon(generations, GENERATION)
    await asyncio.wait_for(generations.looking.wait(), _PROMPTLY_S)
    await deps.generations.keep_image(GENERATION, "panel", 3, 1, image())
    leftovers.look_soon(generations, GENERATION)
    generations.go_on.set()
    await leftovers.looked()

    assert generations.looks == 2
    assert await stored(deps) == []


async def test_steps_that_end_together_share_a_look(deps: Deps, leftovers: Leftovers) -> None:
    generations = HeldLook(deps.blobs)
    generations.go_on.set()

    for _ in range(12):
        leftovers.look_soon(generations, GENERATION)
    await leftovers.looked()

    assert generations.looks == 1


async def test_a_storage_that_is_away_keeps_it_from_looking_and_breaks_nothing(
    deps: Deps, leftovers: Leftovers, caplog: pytest.LogCaptureFixture
) -> None:
    away = replace(deps, blobs=SwitchedBlobs(deps.blobs, down=True))

    leftovers.look_soon(away.generations, GENERATION)
    await leftovers.looked()

    assert caplog.messages == ["Whether a generation was deleted is not known"]


class HeldLook(Generations):
    """Generations of which the first look tells nothing, and that only when it may go on."""

    def __init__(self, blobs: BlobStore) -> None:
        super().__init__(blobs)
        self.looks = 0
        self.looking = asyncio.Event()
        self.go_on = asyncio.Event()

    async def is_deleted(self, generation_id: str) -> bool:
        self.looks += 1
        if self.looks > 1:
            return await super().is_deleted(generation_id)
        self.looking.set()
        await self.go_on.wait()
        return False
