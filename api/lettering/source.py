"""The plan that the texts of a comic come from."""

import asyncio
from dataclasses import dataclass

from api.generations.languages import language_of
from api.generations.ledgers import find_run, full_ledger
from shared.deps import Deps
from shared.errors import LetteringIsDrawn, NotFound
from shared.lettering import source_of
from shared.models.http.requests import StoredRequest
from shared.models.ledger import Ledger
from shared.models.story import Plan
from shared.ports import Engine


@dataclass(frozen=True, slots=True)
class Lettered:
    """A comic whose lettering is text, as far as it is planned."""

    generation_id: str
    request: StoredRequest
    ledger: Ledger
    plan: Plan

    @property
    def source(self) -> str:
        """The digest of its title and texts, by which translations are found."""
        return source_of(self.plan)

    @property
    def language(self) -> str:
        """The language of its plan."""
        return language_of(self.plan)


async def find_lettered(deps: Deps, engine: Engine, generation_id: str) -> Lettered:
    """Return the comic with its texts.

    Raises:
        UnknownGeneration, Expired: there is no such generation.
        LetteringIsDrawn: its texts are drawn into the pictures.
        NotFound: its texts are not written yet.
    """
    run, request = await asyncio.gather(find_run(deps, engine, generation_id), deps.generations.request(generation_id))
    return await lettered_of(deps, generation_id, request, await full_ledger(deps.generations, run))


async def lettered_of(deps: Deps, generation_id: str, request: StoredRequest, ledger: Ledger) -> Lettered:
    """Return the comic with its texts, of this request and ledger.

    Raises:
        LetteringIsDrawn, NotFound: as `find_lettered`.
    """
    if request.lettering == "drawn":
        raise LetteringIsDrawn
    if ledger.panels is None:
        raise NotFound(
            "This generation has no texts yet. Wait until its stream has sent `chunks`, or retry it if it has ended."
        )
    return Lettered(generation_id, request, ledger, await deps.cached_generations.need_plan(generation_id, ledger.plan))
