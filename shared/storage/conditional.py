"""Conditional writes of JSON blobs."""

from shared.ports import BlobStore

JSON = "application/json"


async def write_unchanged(blobs: BlobStore, name: str, etag: str | None, content: bytes) -> str | None:
    """Replace the JSON blob that has this entity tag, or create it if that is None; return the new tag.

    Return None, with nothing stored, if the blob has changed, is gone, or was created meanwhile.
    """
    if etag is None:
        return await blobs.create(name, content, JSON)
    return await blobs.replace_unchanged(etag, name, content, JSON)
