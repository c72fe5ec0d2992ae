"""Which version of an image counts: choices, and their storage."""

import asyncio
from dataclasses import replace

from shared.deps import Deps
from shared.models.ledger import ImageEntry, Ledger
from shared.storage.choices import NO_CHOICES, choose, chosen, read_choices
from tests.support.fakes.blobs import LostAnswers
from tests.support.fakes.stories import GENERATION, ref

TWICE = Ledger(
    entries=(
        ImageEntry(kind="panel", index=0, version=1),
        ImageEntry(kind="panel", index=1, version=1),
        ImageEntry(kind="panel", index=0, version=2),
    )
)


async def counting(deps: Deps, ledger: Ledger = TWICE) -> dict[int, int]:
    return chosen(ledger, await read_choices(deps.blobs, GENERATION), "panel")


async def test_newest_version_counts_without_a_choice(deps: Deps) -> None:
    assert await counting(deps) == {0: 2, 1: 1}


async def test_chosen_version_counts_for_its_image_only(deps: Deps) -> None:
    await choose(deps.blobs, ref("panel", 0, 1), newest=2)

    assert await counting(deps) == {0: 1, 1: 1}
    assert (await read_choices(deps.blobs, GENERATION)).chosen("character", {0: 2}) == {0: 2}


async def test_choice_holds_until_a_newer_version_is_drawn(deps: Deps) -> None:
    await choose(deps.blobs, ref("panel", 0, 1), newest=2)
    failed = TWICE.with_entry(ImageEntry(kind="panel", index=0, version=3, failure="model-busy"))
    drawn = failed.with_entry(ImageEntry(kind="panel", index=0, version=4))

    assert await counting(deps, failed) == {0: 1, 1: 1}
    assert await counting(deps, drawn) == {0: 4, 1: 1}

    await choose(deps.blobs, ref("panel", 0, 2), newest=4)
    assert await counting(deps, drawn) == {0: 2, 1: 1}


async def test_choosing_the_newest_version_takes_the_choice_back(deps: Deps) -> None:
    await choose(deps.blobs, ref("panel", 0, 1), newest=2)
    await choose(deps.blobs, ref("panel", 0, 2), newest=2)

    assert await read_choices(deps.blobs, GENERATION) == NO_CHOICES


async def test_repeated_choice_writes_nothing(deps: Deps) -> None:
    await choose(deps.blobs, ref("panel", 0, 2), newest=2)
    assert [blob async for blob in deps.blobs.listed("")] == []

    await choose(deps.blobs, ref("panel", 0, 1), newest=2)
    before = [blob.etag async for blob in deps.blobs.listed("")]
    await choose(deps.blobs, ref("panel", 0, 1), newest=2)

    assert [blob.etag async for blob in deps.blobs.listed("")] == before


async def test_concurrent_choices_of_different_images_are_all_kept(deps: Deps) -> None:
    await asyncio.gather(*(choose(deps.blobs, ref("panel", index, 1), newest=2) for index in range(4)))

    choices = await read_choices(deps.blobs, GENERATION)
    assert choices.chosen("panel", dict.fromkeys(range(4), 2)) == dict.fromkeys(range(4), 1)


async def test_choice_whose_answer_is_lost_is_kept(deps: Deps) -> None:
    blobs = LostAnswers(deps.blobs, lost=1)
    await choose(blobs, ref("panel", 0, 1), newest=2)

    assert await counting(replace(deps, blobs=deps.blobs)) == {0: 1, 1: 1}
    assert blobs.lost == 0


async def test_choices_are_removed_with_their_generation(deps: Deps) -> None:
    await choose(deps.blobs, ref("panel", 0, 1), newest=2)
    await deps.generations.delete(GENERATION)

    assert [blob async for blob in deps.blobs.listed("")] == []
