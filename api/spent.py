"""What a generation has used: its results as its ledger counts them, its failures as their records tell.

Exact for every call whose answer came and was kept or noted, each counted once however often its step ran. It is a
lower bound where an answer never came (what a timeout cost, nobody tells), where a process died between an answer and
the write that keeps it, and for calls that a cancel overtook, unless a retry takes their results up.
"""

from collections.abc import Iterator

from shared.generations import Generations
from shared.ledger import CLOSING_ENTRIES, AnalysisEntry, ChunksEntry, CriticalEntry, ImageEntry, Ledger
from shared.models.steps import FIRST_VERSION, StepRequest
from shared.models.usage import Usage


async def used_by(generations: Generations, generation_id: str, ledger: Ledger) -> Usage:
    """Return what the generation used to come to this whole ledger.

    Raises:
        StorageUnavailable: the failures' records can't be read.
    """
    failures = await generations.used_by_failures(generation_id, list(_steps(generation_id, ledger)))
    return (ledger.used or Usage()) + failures


def _steps(generation_id: str, ledger: Ledger) -> Iterator[StepRequest]:
    """Yield the step behind each entry; a step for text has a version in each round."""
    version = FIRST_VERSION
    for entry in ledger.entries:
        match entry:
            case AnalysisEntry() | ChunksEntry():
                yield StepRequest(generation_id=generation_id, kind=entry.kind, version=version)
            case ImageEntry():
                yield StepRequest(
                    generation_id=generation_id, kind=entry.kind, index=entry.index, version=entry.version
                )
            case CriticalEntry():
                yield StepRequest(generation_id=generation_id, kind=entry.step, version=entry.version)
            case _:
                pass
        if isinstance(entry, CLOSING_ENTRIES):
            version += 1
