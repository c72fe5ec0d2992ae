"""Start, cancel, redo, edit, translate, share, delete, crash and read in random orders, against the app's own code.

A failure names its seed: `Sequence(seed).run()` does the same again, on every machine.
"""

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager

import pytest

from activities.results import find_result
from shared.deps import Deps
from shared.models.ledger import ImageEntry, Ledger
from shared.models.step_ref import ImageKind
from shared.models.steps import StepRequest
from shared.models.stored.lettering import LetteringEdit
from shared.names import lettering_edit_blob
from shared.storage.leases import StepLeases
from shared.storage.lettering import Letterings
from shared.storage.lifecycle import Lifecycles
from tests.explorer.sequence import Sequence, Violation
from tests.support.fakes.memory_blobs import MemoryBlobs

BATCHES, SEQUENCES = 4, 5000


@pytest.mark.timeout(600)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_guarantees_hold_in_every_sequence(batch: int, record_property: Callable[[str, object], None]) -> None:
    seeds = range(batch * SEQUENCES, (batch + 1) * SEQUENCES)
    record_property("summary", f"Explorer: sequences of the seeds {seeds.start} to {seeds.stop - 1}.")
    run(seeds)


def run(seeds: Iterable[int]) -> None:
    for seed in seeds:
        Sequence(seed).run()


def without_reading_the_record(patch: pytest.MonkeyPatch) -> None:
    async def wanted(_lifecycles: Lifecycles, _step: StepRequest) -> None:
        return None

    patch.setattr(Lifecycles, "wanted", wanted)


def without_leases(patch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def held(_leases: StepLeases, _step: StepRequest, _find: object) -> AsyncGenerator[None]:
        yield None

    patch.setattr(StepLeases, "held", held)


def with_removed_generations_served(patch: pytest.MonkeyPatch) -> None:
    def let_pass(_record: object) -> None:
        pass

    patch.setattr("api.generations.images.refuse_gone", let_pass)


def with_redos_that_complete_a_cancelled_comic(patch: pytest.MonkeyPatch) -> None:
    # No end of an earlier round is found.
    patch.setattr("orchestrators.manga.CLOSING_ENTRIES", ())


def with_outdated_images_that_count(patch: pytest.MonkeyPatch) -> None:
    def counts(_entry: object, _kind: str) -> bool:
        return False

    patch.setattr("shared.models.ledger._outdates", counts)


def with_unrecorded_drawings_of_the_plan_before(patch: pytest.MonkeyPatch) -> None:
    def next_version(ledger: Ledger, kind: ImageKind, index: int) -> int:
        images = [entry for entry in ledger.entries if isinstance(entry, ImageEntry)]
        return 1 + max((each.version for each in images if (each.kind, each.index) == (kind, index)), default=0)

    patch.setattr(Ledger, "next_version", next_version)


def with_edits_of_texts_that_overwrite_each_other(patch: pytest.MonkeyPatch) -> None:
    async def save(
        letterings: Letterings, generation_id: str, language: str, panel_key: str, edit: LetteringEdit, _before: object
    ) -> bool:
        content = edit.model_dump_json(by_alias=True, exclude_none=True).encode()
        name = lettering_edit_blob(generation_id, language, panel_key)
        await letterings._blobs.replace(name, content, "text/json")  # pyright: ignore[reportPrivateUsage]
        return True

    patch.setattr(Letterings, "save_edit", save)


def with_translations_that_nobody_finds(patch: pytest.MonkeyPatch) -> None:
    async def find(deps: Deps, step: StepRequest) -> object:
        return None if step.kind == "lettering" else await find_result(deps, step)

    patch.setattr("activities.perform.find_result", find)


def with_texts_that_stay(patch: pytest.MonkeyPatch) -> None:
    delete = MemoryBlobs.delete

    async def delete_others(blobs: MemoryBlobs, name: str) -> None:
        if "/lettering/" not in name:
            await delete(blobs, name)

    patch.setattr(MemoryBlobs, "delete", delete_others)


@pytest.mark.parametrize(
    "plant",
    [
        without_reading_the_record,
        without_leases,
        with_removed_generations_served,
        with_redos_that_complete_a_cancelled_comic,
        with_outdated_images_that_count,
        with_unrecorded_drawings_of_the_plan_before,
        with_edits_of_texts_that_overwrite_each_other,
        with_translations_that_nobody_finds,
        with_texts_that_stay,
    ],
)
def test_planted_bug_is_found(monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]) -> None:
    plant(monkeypatch)

    with pytest.raises(Violation, match="seed"):
        run(range(SEQUENCES))


def test_seed_gives_the_same_sequence_again() -> None:
    first, second = Sequence(7), Sequence(7)
    first.run()
    second.run()

    assert first.log == second.log != []
