"""The chapters of a generation's book, as its state shows them."""

import asyncio
from typing import Literal

from api.generations.ledgers import full_ledger, status_of
from shared.chapters.chain import Chain, LinkedChapter, read_chain
from shared.deps import Deps
from shared.models.base import WireModel
from shared.models.chapters import StoredChapter
from shared.models.http.admin import GenerationStatus
from shared.ports import Engine

type ChapterStatus = GenerationStatus | Literal["waiting"]


class ChapterState(WireModel):
    """A chapter of the book; `number` counts from 1. One that is `waiting` begins when the one before completes."""

    number: int
    id: str
    title: str | None
    status: ChapterStatus


async def read_chapters(
    deps: Deps, engine: Engine, generation_id: str, chapter: StoredChapter | None
) -> tuple[ChapterState, ...]:
    """Return the chapters before the generation, itself, and those after it; none if it is alone."""
    chain = await read_chain(deps, generation_id, chapter)
    if not chain.is_book:
        return ()
    begun = await asyncio.gather(*(_state_of(deps, engine, each) for each in chain.begun))
    return (*(state for state in begun if state is not None), *_waiting(chain))


async def _state_of(deps: Deps, engine: Engine, chapter: LinkedChapter) -> ChapterState | None:
    """Return a chapter's state; None for one that the engine does not know (yet)."""
    run = await engine.run(chapter.generation_id)
    if run is None:
        return None
    ledger = await full_ledger(deps.generations, run)
    return ChapterState(number=chapter.number, id=chapter.generation_id, title=ledger.title, status=status_of(ledger))


def _waiting(chain: Chain) -> tuple[ChapterState, ...]:
    return tuple(
        ChapterState(number=number, id=waiting.id, title=None, status="waiting")
        for number, waiting in zip(chain.waiting_numbers(), chain.waiting, strict=True)
    )
