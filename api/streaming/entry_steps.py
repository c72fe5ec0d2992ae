"""The step that each entry of a ledger is the result of."""

from shared.models.ledger import CLOSING_ENTRIES, AnalysisEntry, ChunksEntry, CriticalEntry, ImageEntry, Ledger
from shared.models.retried import Retried
from shared.models.steps import FIRST_VERSION
from shared.names import StepKey


def step_keys(ledger: Ledger) -> list[StepKey | None]:
    """Return the step of each entry of a full ledger, in order; None for an entry that ends a round.

    The version of a text step is that of its round.
    """
    keys: list[StepKey | None] = []
    round_version = FIRST_VERSION
    for entry in ledger.entries:
        match entry:
            case AnalysisEntry() | ChunksEntry():
                keys.append((entry.kind, 0, round_version))
            case ImageEntry():
                keys.append((entry.kind, entry.index, entry.version))
            case CriticalEntry():
                keys.append((entry.step, 0, entry.version))
            case _:
                keys.append(None)
        round_version += isinstance(entry, CLOSING_ENTRIES)
    return keys


def retried_of(ledger: Ledger, seq: int) -> Retried | None:
    """Return how often the step of this entry was tried, if more than once."""
    match ledger.entries[seq - 1]:
        case AnalysisEntry() | ChunksEntry() | ImageEntry() | CriticalEntry() as entry:
            return entry.retried
        case _:
            return None
