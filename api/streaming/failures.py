"""The failed attempts of a generation's steps, polled from storage for those who watch it."""

from collections.abc import Mapping

from api.streaming.entry_steps import steps_of
from shared.models.ledger import Ledger
from shared.models.step_ref import StepRef
from shared.models.steps import FailureRecord
from shared.storage.generations import Generations


class FailurePoller:
    """Reads the failure records of one generation; each only once, unless it has changed."""

    def __init__(self, generations: Generations, generation_id: str) -> None:
        self._generations = generations
        self._generation_id = generation_id
        self._read: dict[StepRef, tuple[str, FailureRecord]] = {}

    async def poll(self) -> None:
        """Read what is new.

        Raises:
            StorageUnavailable: the storage does not answer.
        """
        async for step, etag in self._generations.failures(self._generation_id):
            if step in self._read and self._read[step][0] == etag:
                continue
            if record := await self._generations.failure(step):
                self._read[step] = etag, record

    def retries(self, ledger: Ledger) -> Mapping[StepRef, FailureRecord]:
        """Return the records of steps that are tried again in the ledger's round and have no outcome in it yet."""
        ended = set(steps_of(ledger, self._generation_id))
        return {
            step: record
            for step, (_, record) in self._read.items()
            if record.will_retry and record.round == ledger.round and step not in ended
        }
