"""A comic by the app's activities: the same 18 steps, with the same storage and the same client of the model."""

import asyncio
from collections.abc import Coroutine

from pydantic import JsonValue

from activities.analysis import analyze_story
from activities.characters import draw_character
from activities.chunking import chunk_story
from activities.panels import draw_panel
from activities.perform import Make, perform
from shared.deps import Deps
from shared.models.step_ref import StepKind
from shared.models.steps import STEP_OUTCOME, StepDone, StepFailed, StepRequest
from shared.names import new_generation_id
from shared.storage.generations import Inputs
from tools.benchmarks.generation import STORY


async def make_comic(deps: Deps) -> None:
    """Make one comic.

    Raises:
        RuntimeError: one of its steps failed.
    """
    comic = _Comic(deps, new_generation_id())
    await deps.cached_generations.save_inputs(comic.id, Inputs(STORY, "manga", no_dialogue=False))
    characters = await comic.step(analyze_story, "analysis")
    sheets = dict.fromkeys(range(characters), 1)
    panels, *_ = await asyncio.gather(
        comic.step(chunk_story, "chunks"), *(comic.step(draw_character, "character", index) for index in sheets)
    )
    await asyncio.gather(*(comic.step(draw_panel, "panel", index, sheets) for index in range(panels)))


class _Comic:
    def __init__(self, deps: Deps, generation_id: str) -> None:
        self._deps = deps
        self.id = generation_id

    def step(
        self, make: Make, kind: StepKind, index: int = 0, sheets: dict[int, int] | None = None
    ) -> Coroutine[None, None, int]:
        """Return the work on a step, which returns how many further steps it calls for."""
        request = StepRequest(generation_id=self.id, kind=kind, index=index, sheets=sheets or {})
        return self._count(make, request.model_dump(mode="json", by_alias=True, exclude_none=True))

    async def _count(self, make: Make, payload: dict[str, JsonValue]) -> int:
        outcome = STEP_OUTCOME.validate_python(await perform(self._deps, payload, make))
        match outcome:
            case StepDone():
                return outcome.count or 0
            case StepFailed():
                raise RuntimeError(f"A step of comic {self.id} failed: {outcome.failure}.")
