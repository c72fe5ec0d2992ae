"""The failed attempts of a generation's steps, polled from storage for those who watch it."""

from collections.abc import Mapping

from api.streaming.entry_steps import step_keys
from shared.models.ledger import Ledger
from shared.models.steps import FailureRecord, StepRequest
from shared.names import StepKey
from shared.storage.generations import Generations


class FailurePoller:
    """Reads the failure records of one generation; each only once, unless it has changed."""

    def __init__(self, generations: Generations, generation_id: str) -> None:
        self._generations = generations
        self._generation_id = generation_id
        self._read: dict[StepKey, tuple[str, FailureRecord]] = {}

    async def poll(self) -> None:
        """Read what is new.

        Raises:
            StorageUnavailable: the storage does not answer.
        """
        async for key, etag in self._generations.failures(self._generation_id):
            if key in self._read and self._read[key][0] == etag:
                continue
            if record := await self._generations.failure(StepRequest.of(self._generation_id, key)):
                self._read[key] = etag, record

    def retries(self, ledger: Ledger) -> Mapping[StepKey, FailureRecord]:
        """Return the records of steps that are tried again in the ledger's round and have no outcome in it yet."""
        ended = set(step_keys(ledger))
        return {
            key: record
            for key, (_, record) in self._read.items()
            if record.will_retry and record.round == ledger.round and key not in ended
        }
