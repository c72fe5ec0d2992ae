"""Sweeps the books: takes out what crashes have left of chapters, and what is left of books without chapters."""

from collections.abc import AsyncIterator
from datetime import datetime

from maintenance.budget import Budget
from shared.deps import Deps
from shared.names import chapter_of_blob
from shared.ports import ListedBlob
from shared.storage.lifecycle import is_gone


async def sweep_books(deps: Deps, budget: Budget, section: str, left_before: datetime) -> int:
    """Remove the listing of chapters that never began or are removed; return how many things were removed."""
    removed = 0
    async for blobs in _books(deps, section):
        if budget.is_used_up:
            break
        # What was written recently may belong to a chapter that is about to begin.
        if all(blob.written_at < left_before for blob in blobs):
            removed += await _sweep(deps, budget, blobs)
    return removed


async def _sweep(deps: Deps, budget: Budget, blobs: list[ListedBlob]) -> int:
    left: list[ListedBlob] = []
    has_chapter = False
    for blob in blobs:
        _, generation_id = chapter_of_blob(blob.name)
        record = generation_id and await deps.lifecycles.read(generation_id)
        if generation_id is not None and record and not is_gone(record):
            has_chapter = True
        elif generation_id is not None:
            left.append(blob)
    due = left if has_chapter else blobs
    taken = budget.take(len(due))
    for blob in due[:taken]:
        await deps.blobs.delete_unchanged(blob.etag, blob.name)
    return taken


async def _books(deps: Deps, section: str) -> AsyncIterator[list[ListedBlob]]:
    """Yield the blobs of each book."""
    blobs: list[ListedBlob] = []
    async for blob in deps.blobs.listed(section):
        if blobs and chapter_of_blob(blobs[0].name)[0] != chapter_of_blob(blob.name)[0]:
            yield blobs
            blobs = []
        blobs.append(blob)
    if blobs:
        yield blobs
