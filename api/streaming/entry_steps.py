"""The step that each entry of a ledger is the result of."""

from shared.models.ledger import CLOSING_ENTRIES, AnalysisEntry, ChunksEntry, CriticalEntry, ImageEntry, Ledger
from shared.models.retried import Retried
from shared.models.step_ref import StepRef
from shared.models.steps import FIRST_VERSION


def steps_of(ledger: Ledger, generation_id: str) -> list[StepRef | None]:
    """Return the step of each entry of a full ledger, in order; None for an end of a round and for an edited text.

    The version of a text step is that of its round.
    """
    steps: list[StepRef | None] = []
    round_version = FIRST_VERSION
    for entry in ledger.entries:
        match entry:
            case AnalysisEntry(plan=None) | ChunksEntry(plan=None):
                steps.append(StepRef(generation_id=generation_id, kind=entry.kind, version=round_version))
            case ImageEntry() | CriticalEntry():
                steps.append(entry.ref(generation_id))
            case _:
                steps.append(None)
        round_version += isinstance(entry, CLOSING_ENTRIES)
    return steps


def retried_of(ledger: Ledger, seq: int) -> Retried | None:
    """Return how often the step of this entry was tried, if more than once."""
    match ledger.entries[seq - 1]:
        case AnalysisEntry() | ChunksEntry() | ImageEntry() | CriticalEntry() as entry:
            return entry.retried
        case _:
            return None
