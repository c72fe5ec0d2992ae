"""The chapters of one book that a generation belongs with, in their order."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from shared.deps import Deps
from shared.models.stored.chapters import StoredChapter, WaitingChapter
from shared.storage.books import Books, ListedChapter
from shared.storage.lifecycle import Lifecycle, is_gone


@dataclass(frozen=True, slots=True)
class LinkedChapter:
    """A chapter that has begun; `number` counts from 1."""

    generation_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The chapters that have begun and are not removed, and those that wait after the last one."""

    begun: Sequence[LinkedChapter]
    waiting: Sequence[WaitingChapter] = ()

    def waiting_numbers(self) -> range:
        """Return the numbers of the waiting chapters."""
        first = self.begun[-1].number + 1
        return range(first, first + len(self.waiting))


async def read_chain(deps: Deps, generation_id: str, chapter: StoredChapter | None) -> Chain:
    """Return the chapters before the generation, itself, and those after it; `chapter` is its place in its book.

    Several chapters may continue the same one. Then those after it are the ones that lead to the latest.
    """
    place = chapter or StoredChapter(book=generation_id, number=1)
    listed = await Books(deps.blobs).chapters(place.book)
    ids = (*place.ancestors, generation_id, *_after(generation_id, listed))
    # One without a record has never begun: its start was interrupted.
    records = await asyncio.gather(*(deps.lifecycles.read(each) for each in ids))
    begun = [
        LinkedChapter(each, number)
        for number, (each, record) in enumerate(zip(ids, records, strict=True), start=1)
        if each == generation_id or _has_begun(record)
    ]
    return Chain(begun, await deps.generations.waiting(begun[-1].generation_id))


def _has_begun(record: Lifecycle | None) -> bool:
    return record is not None and not is_gone(record)


def _after(generation_id: str, listed: Sequence[ListedChapter]) -> Sequence[str]:
    descendants = [chapter for chapter in listed if generation_id in chapter.ancestors]
    if not descendants:
        return ()
    # Of two that began in the same second, the one that is further on.
    latest = max(descendants, key=lambda chapter: (chapter.began_at, len(chapter.ancestors)))
    return (*latest.ancestors[latest.ancestors.index(generation_id) + 1 :], latest.generation_id)
