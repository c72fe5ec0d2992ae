"""The chapters of a generation's book, as its state shows them."""

import asyncio
from collections.abc import Sequence
from typing import Literal

from api.generations.ledgers import full_ledger, status_of
from shared.chapters.chain import LinkedChapter, read_chain
from shared.deps import Deps
from shared.models.base import WireModel
from shared.models.http.admin import GenerationStatus
from shared.models.stored.chapters import StoredChapter, WaitingChapter
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
    if len(chain.begun) == 1 and chain.begun[0].number == 1 and not chain.waiting:
        # Nothing of it is read again: most generations are alone.
        return ()
    states = await asyncio.gather(*(_state_of(deps, engine, each) for each in chain.begun))
    waiting = _waiting(chain.waiting_numbers(), chain.waiting)
    if states[-1] is None and len(chain.begun) > 1:
        waiting = await _waiting_again(deps, *chain.begun[-2:])
    chapters = (*(state for state in states if state is not None), *waiting)
    return chapters if len(chapters) > 1 or chain.begun[0].number > 1 else ()


async def _state_of(deps: Deps, engine: Engine, chapter: LinkedChapter) -> ChapterState | None:
    """Return a chapter's state; None for one that the engine does not know (yet)."""
    run = await engine.run(chapter.generation_id)
    if run is None:
        return None
    ledger = await full_ledger(deps.generations, run)
    return ChapterState(number=chapter.number, id=chapter.generation_id, title=ledger.title, status=status_of(ledger))


async def _waiting_again(deps: Deps, before: LinkedChapter, interrupted: LinkedChapter) -> tuple[ChapterState, ...]:
    """Return the chapters that wait after one, when the start of the next was interrupted: that one waits as well."""
    waiting = await deps.generations.waiting(before.generation_id)
    if not any(chapter.id == interrupted.generation_id for chapter in waiting):
        # A client's start. Until it is repeated, or swept, there is no such chapter.
        return ()
    return _waiting(range(interrupted.number, interrupted.number + len(waiting)), waiting)


def _waiting(numbers: range, waiting: Sequence[WaitingChapter]) -> tuple[ChapterState, ...]:
    return tuple(
        ChapterState(number=number, id=chapter.id, title=None, status="waiting")
        for number, chapter in zip(numbers, waiting, strict=True)
    )
