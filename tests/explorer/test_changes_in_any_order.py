"""Start, cancel, retry, redo, choose, edit, share, delete, crash and read in random orders, against the app's own code.

A failure names its seed: `Sequence(seed).run()` does the same again, on every machine.
"""

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager

import pytest

from shared.models.ledger import ImageEntry, Ledger
from shared.models.step_ref import ImageKind
from shared.models.steps import StepRequest
from shared.storage.leases import StepLeases
from shared.storage.lifecycle import Lifecycles
from tests.explorer.sequence import Sequence, Violation

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


@pytest.mark.parametrize(
    "plant",
    [
        without_reading_the_record,
        without_leases,
        with_removed_generations_served,
        with_redos_that_complete_a_cancelled_comic,
        with_outdated_images_that_count,
        with_unrecorded_drawings_of_the_plan_before,
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
