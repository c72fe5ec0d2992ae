"""What a generation had used when it told its end: the same for ever, whatever is made of it later.

Its results count as its ledger has them, its failures as their records tell. `Generations.used` is what it has used
altogether, with the calls that a cancel or an early end overtook.
"""

from api.streaming.entry_steps import steps_of
from shared.models.ledger import Ledger
from shared.models.usage import Usage
from shared.storage.generations import Generations


async def used_by(generations: Generations, generation_id: str, ledger: Ledger) -> Usage:
    """Return what the generation had used when this was its whole ledger.

    Raises:
        StorageUnavailable: the failures' records can't be read.
    """
    steps = [step for step in steps_of(ledger, generation_id) if step is not None]
    failures = await generations.used_by_failures(steps)
    return (ledger.used or Usage()) + failures
