"""Which generations are past their retention: one mark a generation, which decides between purging and going on.

Whoever purges a generation and whoever goes on with it (a retry, a redo, a start under an old key) first writes the
mark, each on the condition that nobody has written it in between. So a generation is either kept whole, with a mark
that is new, or gone whole: once its mark says so, nobody goes on with it, and a purge that was broken off is finished
by the next. The mark outlives the generation: by it, an id that is purged is told from one that never was.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from shared import names
from shared.errors import Expired, StorageUnavailable
from shared.models.base import WireModel
from shared.ports import BlobStore

_JSON = "application/json"
# Every failed try means that somebody else's succeeded.
_TRIES = 10


class ExpiryMark(WireModel):
    """What was decided last of a generation, and when."""

    expired: bool
    at: datetime


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class ExpiryMarks:
    """The marks in storage. Every method raises StorageUnavailable when storage does not answer."""

    def __init__(self, blobs: BlobStore, now: Callable[[], datetime] = utc_now) -> None:
        self._blobs = blobs
        self._now = now

    async def is_expired(self, generation_id: str) -> bool:
        """Tell whether the generation is purged, or is being purged."""
        blob = await self._blobs.read(names.expiry_blob(generation_id))
        return blob is not None and ExpiryMark.model_validate_json(blob.content).expired

    async def refuse_expired(self, generation_id: str) -> None:
        """Make sure that the generation is not purged.

        Raises:
            Expired: it is.
        """
        if await self.is_expired(generation_id):
            raise Expired

    async def keep(self, generation_id: str) -> None:
        """Decide that the generation is gone on with: it is not purged for another time of retention.

        Raises:
            Expired: it is purged.
        """
        if not await self._decide(generation_id, expired=False, unless_kept_since=None):
            raise Expired

    async def expire(self, generation_id: str, unless_kept_since: datetime) -> bool:
        """Decide that the generation is purged; False if somebody has decided to go on with it since that time."""
        return await self._decide(generation_id, expired=True, unless_kept_since=unless_kept_since)

    async def forget(self, generation_id: str) -> None:
        """Remove the generation's mark."""
        await self._blobs.delete(names.expiry_blob(generation_id))

    async def _decide(self, generation_id: str, *, expired: bool, unless_kept_since: datetime | None) -> bool:
        """Write the mark, unless the other decision stands; tell whether it is as wanted."""
        name = names.expiry_blob(generation_id)
        for _ in range(_TRIES):
            blob = await self._blobs.read(name)
            mark = ExpiryMark.model_validate_json(blob.content) if blob else None
            if mark is not None and mark.expired:
                return expired
            if mark is not None and unless_kept_since is not None and mark.at >= unless_kept_since:
                return False
            content = ExpiryMark(expired=expired, at=self._now()).model_dump_json(by_alias=True).encode()
            if blob is None:
                written = await self._blobs.create(name, content, _JSON)
            else:
                written = await self._blobs.replace_unchanged(blob.etag, name, content, _JSON)
            if written is not None:
                return True
        raise StorageUnavailable("The storage of this app is too busy right now. Try again in a few seconds.")
