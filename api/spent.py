"""What a generation has used: its results as its ledger counts them, its failures as their records tell.

Exact for every call whose answer came and was kept or noted, each counted once however often its step ran. It is a
lower bound where an answer never came (what a timeout cost, nobody tells), where a process died between an answer and
the write that keeps it, and for calls that a cancel overtook, unless a retry takes their results up.
"""

from api.entry_steps import step_keys
from shared.generations import Generations
from shared.ledger import Ledger
from shared.models.steps import StepRequest
from shared.models.usage import Usage


async def used_by(generations: Generations, generation_id: str, ledger: Ledger) -> Usage:
    """Return what the generation used to come to this whole ledger.

    Raises:
        StorageUnavailable: the failures' records can't be read.
    """
    steps = [
        StepRequest(generation_id=generation_id, kind=kind, index=index, version=version)
        for kind, index, version in filter(None, step_keys(ledger))
    ]
    failures = await generations.used_by_failures(generation_id, steps)
    return (ledger.used or Usage()) + failures
