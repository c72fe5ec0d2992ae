"""A character's sheet: how this character looks, for every panel to follow."""

import asyncio

from activities.perform import before_model_call
from shared.deps import Deps
from shared.errors import NotFound
from shared.matching import find_name
from shared.models.requests import StoredRequest
from shared.models.steps import StepDone, StepRequest
from shared.models.story import Character
from shared.ports import Prompt
from shared.prompts.character import SHEET_ASPECT_RATIO, character_prompt


async def draw_character(deps: Deps, step: StepRequest) -> StepDone:
    """Draw the sheet of the character with the step's index and store it."""
    if not await deps.generations.has_image(step.generation_id, "character", step.index, step.version):
        prompt = await _prompt(deps, step)
        await before_model_call(deps, step)
        image = await deps.image_model.draw(prompt, SHEET_ASPECT_RATIO)
        await deps.generations.keep_image(step.generation_id, "character", step.index, step.version, image)
    return StepDone()


async def _prompt(deps: Deps, step: StepRequest) -> Prompt:
    generations = deps.generations
    request, analysis = await asyncio.gather(
        generations.request(step.generation_id), generations.analysis(step.generation_id)
    )
    if analysis is None:
        raise NotFound(f"The analysis of generation {step.generation_id} is not there.")
    character = analysis.characters[step.index]
    uploads = await asyncio.gather(
        *(generations.upload(step.generation_id, "character", ref) for ref in request.character_references)
    )
    own = _own_names(character, request, [known.name for known in analysis.characters])
    return character_prompt(
        character,
        analysis.setting,
        request.style,
        own_references=[upload for upload in uploads if upload.name in own],
        style_references=[upload for upload in uploads if upload.name not in own],
        instructions=await generations.instructions(step.generation_id, step.instructions),
    )


def _own_names(character: Character, request: StoredRequest, names: list[str]) -> set[str]:
    """Return the uploads' names that mean this character; any other upload only shows a style."""
    return {ref.name for ref in request.character_references if find_name(ref.name, names) == character.name}
