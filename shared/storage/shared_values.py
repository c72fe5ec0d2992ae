"""Small values in storage that several instances change concurrently, with conditional writes."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import JsonValue, TypeAdapter

from shared.ports import BlobStore
from shared.storage.conditional import until_written, write_unchanged

_VALUE: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])
# Many instances change the same value; so many failed tries in a row mean that something is wrong.
_TRIES = 50


@dataclass(frozen=True, slots=True)
class _Known:
    etag: str
    value: dict[str, JsonValue]


type Change = Callable[[dict[str, JsonValue]], Awaitable[dict[str, JsonValue] | None]]


class SharedValues:
    """JSON objects by blob name, changed one change at a time.

    Changes of one name by this process are queued; conflicts with other instances are found by the entity tag. The last
    known value is remembered, so that most changes take a single write.
    """

    def __init__(self, blobs: BlobStore, remembered: int = 1000) -> None:
        self._blobs = blobs
        self._remembered = remembered
        self._known: dict[str, _Known] = {}
        self._queues: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def change(self, name: str, change: Change) -> None:
        """Replace the value by what `change` returns for it ({} if there is none yet); None leaves it as it is.

        `change` may be called several times, each time with a newer value.

        Raises:
            StorageUnavailable: the storage does not answer, or others keep changing the value.
        """
        async with self._queues[name]:
            try:
                await self._change(name, change)
            finally:
                self._forget_some()

    async def read(self, name: str) -> dict[str, JsonValue]:
        """Return the value as it is in storage now; {} if there is none.

        Raises:
            StorageUnavailable: the storage does not answer.
        """
        async with self._queues[name]:
            known = await self._read(name)
            if known is None:
                self._known.pop(name, None)
                return {}
            self._known[name] = known
            return known.value

    def last_seen(self, name: str) -> dict[str, JsonValue]:
        """Return the value as this process last saw it, or {}. Makes no request."""
        known = self._known.get(name)
        return known.value if known else {}

    async def _change(self, name: str, change: Change) -> None:
        # Most values that this process has not seen do not exist: creating them takes a single request.
        known = self._known.get(name)

        async def attempt() -> bool | None:
            nonlocal known
            wanted = await change(known.value if known else {})
            if wanted is None or await self._write(name, known, wanted):
                return True
            known = await self._read(name)
            return None

        await until_written(attempt, _TRIES)

    async def _read(self, name: str) -> _Known | None:
        blob = await self._blobs.read(name)
        return blob and _Known(blob.etag, _VALUE.validate_json(blob.content))

    async def _write(self, name: str, known: _Known | None, value: dict[str, JsonValue]) -> bool:
        etag = await write_unchanged(self._blobs, name, known and known.etag, _VALUE.dump_json(value))
        if etag is None:
            self._known.pop(name, None)
            return False
        self._known[name] = _Known(etag, value)
        return True

    def _forget_some(self) -> None:
        while len(self._known) > self._remembered:
            del self._known[next(iter(self._known))]
        for name in [name for name, queue in self._queues.items() if not queue.locked()][: -self._remembered]:
            del self._queues[name]
