"""Conditional writes of JSON blobs."""

from collections.abc import Awaitable, Callable

from shared.errors import StorageUnavailable
from shared.ports import BlobStore

JSON = "application/json"
# Each failed try means that another change succeeded.
_TRIES = 10


async def write_unchanged(blobs: BlobStore, name: str, etag: str | None, content: bytes) -> str | None:
    """Replace the JSON blob that has this entity tag, or create it if that is None; return the new tag.

    Return None, with nothing stored, if the blob has changed, is gone, or was created meanwhile.
    """
    if etag is None:
        return await blobs.create(name, content, JSON)
    return await blobs.replace_unchanged(etag, name, content, JSON)


async def until_written[Result](attempt: Callable[[], Awaitable[Result | None]], tries: int = _TRIES) -> Result:
    """Return the result of the first successful attempt. One returns None if the blob changed after it was read.

    Raises:
        StorageUnavailable: others keep changing the blob.
    """
    for _ in range(tries):
        result = await attempt()
        if result is not None:
            return result
    raise StorageUnavailable("The storage of this app is too busy right now. Try again in a few seconds.")
