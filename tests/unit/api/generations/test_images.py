"""Reading a drawn image by its address."""

import pytest

from api.generations.images import read_image
from shared.deps import Deps
from shared.errors import MangaError, NotFound, UnknownGeneration
from shared.names import result_blob
from shared.storage.lifecycle import Ended, Lifecycle
from tests.support.fakes.engine import NOW
from tests.support.fakes.lifecycles import GONE, set_record
from tests.support.fakes.stories import image, ref
from tests.unit.api.drawn_story import COLOURS, store_results


@pytest.fixture
async def drawn(deps: Deps) -> Deps:
    await store_results(deps)
    return deps


@pytest.mark.parametrize("record", [None, Ended(round=0, at=NOW)])
async def test_image_is_returned(drawn: Deps, record: Lifecycle | None) -> None:
    if record is not None:
        await set_record(drawn, record)

    blob = await read_image(drawn, ref("panel", 1))

    assert blob.content == image(COLOURS["panel", 1]).content


@pytest.mark.parametrize(("record", "error"), GONE)
async def test_image_of_a_removed_generation_is_not_found_although_it_is_still_stored(
    drawn: Deps, record: Lifecycle, error: type[MangaError]
) -> None:
    await set_record(drawn, record)

    with pytest.raises(error):
        await read_image(drawn, ref("panel", 1))

    assert await drawn.blobs.exists(result_blob(ref("panel", 1, 1)))


async def test_unknown_image_is_not_found(drawn: Deps) -> None:
    with pytest.raises(NotFound, match=r"^This generation has no version 2 of panel 1 \(panels count from 0\)\.$"):
        await read_image(drawn, ref("panel", 1, 2))
    with pytest.raises(UnknownGeneration):
        await read_image(drawn, ref("panel", 1, generation_id="e" * 32))
