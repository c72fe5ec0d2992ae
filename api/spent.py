"""What a generation has used: its results as its ledger counts them, its failures as their records tell.

Exact for every call whose answer came and was kept or noted, each counted once however often its step ran. It is a
lower bound where an answer never came (what a timeout cost, nobody tells), where a process died between an answer and
the write that keeps it, and for calls that a cancel overtook, unless a retry takes their results up.
"""

import asyncio

from shared.generations import Generations
from shared.ledger import CriticalEntry, Entry, ImageEntry, Ledger
from shared.models.steps import StepRequest
from shared.models.usage import Usage


async def used_by(generations: Generations, generation_id: str, ledger: Ledger) -> Usage:
    """Return what the generation used to come to this whole ledger.

    Raises:
        StorageUnavailable: the failures' records can't be read.
    """
    failed = [step for entry in ledger.entries if (step := _failed_step(generation_id, entry)) is not None]
    failures = await asyncio.gather(*map(generations.failure, failed))
    return sum((failure.used for failure in failures if failure is not None), ledger.used or Usage())


def _failed_step(generation_id: str, entry: Entry) -> StepRequest | None:
    match entry:
        case ImageEntry(failure=str()):
            return StepRequest(generation_id=generation_id, kind=entry.kind, index=entry.index, version=entry.version)
        case CriticalEntry():
            return StepRequest(generation_id=generation_id, kind=entry.step, version=entry.version)
        case _:
            return None
