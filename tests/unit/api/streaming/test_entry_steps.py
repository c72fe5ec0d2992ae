"""The step that each entry of a ledger is the result of."""

from api.streaming.entry_steps import retried_of, steps_of
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
from tests.support.fakes.stories import GENERATION, ref

RETRIED = Retried(attempts=2, code="model-busy")


def test_text_step_has_the_version_of_its_round_and_an_image_has_its_own() -> None:
    ledger = Ledger(
        entries=(
            AnalysisEntry(),
            CriticalEntry(step="chunks", version=1, failure="model-busy"),
            ChunksEntry(),
            ImageEntry(kind="panel", index=2, version=4),
            CancelledEntry(),
            ImageEntry(kind="panel", index=2, version=5),
            CompleteEntry(),
        )
    )

    assert steps_of(ledger, GENERATION) == [
        ref("analysis", 0, 1),
        ref("chunks", 0, 1),
        ref("chunks", 0, 2),
        ref("panel", 2, 4),
        None,
        ref("panel", 2, 5),
        None,
    ]


def test_attempts_are_known_of_retried_steps() -> None:
    ledger = Ledger(
        entries=(AnalysisEntry(retried=RETRIED), ChunksEntry(), ImageEntry(kind="panel", index=0, retried=RETRIED))
    )

    assert [retried_of(ledger, seq) for seq in (1, 2, 3)] == [RETRIED, None, RETRIED]
