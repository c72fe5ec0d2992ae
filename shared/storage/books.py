"""Which chapters a book has: a blob for each, whose notes have its place in the book.

A book is named by its first chapter. What its chapters have in common lies under the same prefix, and is removed with
the last of them.
"""

from dataclasses import dataclass
from datetime import datetime

from shared import names
from shared.models.base import WireModel
from shared.models.stored.chapters import StoredChapter
from shared.ports import BlobStore
from shared.storage.conditional import JSON

_PLACE = "place"


class _Place(WireModel):
    """A chapter's place, as it is listed."""

    ancestors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedChapter:
    """A chapter that began at that time; `ancestors` are the ids of all chapters before it."""

    generation_id: str
    ancestors: tuple[str, ...]
    began_at: datetime


class Books:
    """The books in storage. Every method raises StorageUnavailable if the storage does not answer."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    async def add(self, generation_id: str, chapter: StoredChapter) -> None:
        """List a chapter in its book. Its time is that of the first call."""
        name = names.chapter_blob(chapter.book, generation_id)
        place = _Place(ancestors=chapter.ancestors)
        await self._blobs.create(name, b"{}", JSON, {_PLACE: place.model_dump_json(by_alias=True)})

    async def chapters(self, book: str) -> list[ListedChapter]:
        """Return the listed chapters; some of them may be removed, or may not have begun."""
        listed: list[ListedChapter] = []
        async for blob in self._blobs.listed(names.book_prefix(book)):
            _, generation_id = names.chapter_of_blob(blob.name)
            if generation_id is not None:
                place = _Place.model_validate_json(blob.notes.get(_PLACE, "{}"))
                listed.append(ListedChapter(generation_id, place.ancestors, blob.written_at))
        return listed

    async def remove(self, book: str, generation_id: str) -> None:
        """Take a chapter from its book. With the last one goes what the chapters had in common."""
        await self._blobs.delete(names.chapter_blob(book, generation_id))
        others = [name async for name in self._blobs.names(names.book_prefix(book))]
        if not any(names.chapter_of_blob(name)[1] for name in others):
            for name in others:
                await self._blobs.delete(name)


def spending_blob_of(generation_id: str, chapter: StoredChapter | None) -> str:
    """Return the blob with the sum that a generation's limit applies to: the chapters of a text have one."""
    if chapter is None or chapter.first_of_text is None:
        return names.generation_spending_blob(generation_id)
    return names.text_spending_blob(chapter.book, chapter.first_of_text)
