"""Choosing the version of an image that counts: what is accepted, and what follows the choice."""

import pytest

from api.export.exporter import Exporter
from api.generations.versions import choose_version
from shared.deps import Deps
from shared.errors import InvalidInput, MangaError, NotFound, UnknownGeneration
from shared.models.ledger import ImageEntry, Ledger
from shared.models.step_ref import ImageKind
from shared.storage.choices import NO_CHOICES, chosen, read_choices
from shared.storage.lifecycle import Lifecycle
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.lifecycles import GONE, set_record
from tests.support.fakes.stories import GENERATION, image, ref
from tests.unit.api.drawn_story import LAST_SEQ, ledger
from tests.unit.api.generations.changing import contents

TWICE = ledger(
    LAST_SEQ,
    ImageEntry(kind="panel", index=0, version=2),
    ImageEntry(kind="panel", index=0, version=3, failure="model-busy"),
    ImageEntry(kind="character", index=0, version=2),
)


@pytest.fixture
async def redrawn(drawn: Deps, engine: FakeEngine) -> Deps:
    """A generation whose first panel and first character were drawn twice; the panel failed once more."""
    await drawn.generations.keep_image(ref("panel", 0, 2), image("yellow"))
    await drawn.generations.keep_image(ref("character", 0, 2), image("pink"))
    engine.show(GENERATION, TWICE, "completed")
    return drawn


async def choose(deps: Deps, engine: FakeEngine, version: int, kind: ImageKind = "panel", index: int = 0) -> None:
    await choose_version(deps, engine, GENERATION, kind, index, version)


async def counting(deps: Deps, known: Ledger = TWICE) -> dict[int, int]:
    return chosen(known, await read_choices(deps.blobs, GENERATION), "panel")


async def test_earlier_version_counts_after_it_was_chosen(redrawn: Deps, engine: FakeEngine) -> None:
    for _ in range(2):
        await choose(redrawn, engine, 1)
        assert await counting(redrawn) == {0: 1, 1: 1}

    await choose(redrawn, engine, 2)
    assert await counting(redrawn) == {0: 2, 1: 1}


async def test_version_can_be_chosen_while_the_generation_runs(redrawn: Deps, engine: FakeEngine) -> None:
    running = TWICE.reopened()
    engine.show(GENERATION, running, "running")

    await choose(redrawn, engine, 1)

    assert await counting(redrawn, running) == {0: 1, 1: 1}


@pytest.mark.parametrize("version", [3, 4, 9999])
async def test_version_that_is_not_drawn_is_refused_by_its_field(
    redrawn: Deps, engine: FakeEngine, version: int
) -> None:
    before = await contents(redrawn)

    with pytest.raises(InvalidInput, match="These are: 1, 2") as refused:
        await choose(redrawn, engine, version)

    assert [problem.field for problem in refused.value.problems] == ["version"]
    assert await contents(redrawn) == before


async def test_image_that_is_not_drawn_yet_has_no_version(redrawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(4))

    with pytest.raises(InvalidInput, match="No version of panel 1 is drawn yet"):
        await choose(redrawn, engine, 1, index=1)


@pytest.mark.parametrize("kind", ["panel", "character"])
async def test_image_that_is_not_planned_is_not_found(redrawn: Deps, engine: FakeEngine, kind: ImageKind) -> None:
    with pytest.raises(NotFound, match="there are 2"):
        await choose(redrawn, engine, 1, kind, 2)


async def test_unknown_generation_is_not_found(deps: Deps, engine: FakeEngine) -> None:
    with pytest.raises(UnknownGeneration):
        await choose(deps, engine, 1)


@pytest.mark.parametrize(("record", "error"), GONE)
async def test_nothing_is_chosen_for_a_removed_generation(
    redrawn: Deps, engine: FakeEngine, record: Lifecycle, error: type[MangaError]
) -> None:
    await set_record(redrawn, record)

    with pytest.raises(error):
        await choose(redrawn, engine, 1)

    assert await read_choices(redrawn.blobs, GENERATION) == NO_CHOICES


@pytest.mark.parametrize("kind", ["panel", "character"])
async def test_export_has_the_chosen_version_and_another_etag(
    redrawn: Deps, engine: FakeEngine, kind: ImageKind
) -> None:
    async def export() -> tuple[str, bytes | None]:
        exported = await Exporter().export(redrawn, engine, GENERATION, "zip")
        return exported.etag, exported.content

    newest = await export()
    await choose(redrawn, engine, 1, kind)
    first = await export()
    await choose(redrawn, engine, 2, kind)

    assert first[0] != newest[0]
    assert first[1] != newest[1]
    assert await export() == newest
