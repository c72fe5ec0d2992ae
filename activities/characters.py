"""A character's sheet: how this character looks, for every panel to follow."""

import asyncio
from collections.abc import Sequence

from activities.perform import before_model_call
from shared.deps import Deps
from shared.errors import NotFound
from shared.generations import NamedImage
from shared.matching import find_name
from shared.models.steps import StepDone, StepRequest
from shared.models.story import Character, Setting, StoryAnalysis, Style
from shared.ports import Answered, Image, ImageModel
from shared.prompts.character import SHEET_ASPECT_RATIO, character_prompt


async def draw_character(deps: Deps, step: StepRequest) -> StepDone:
    """Draw the sheet of the character with the step's index and store it."""
    used, analysis = await asyncio.gather(
        deps.generations.image_usage(step.generation_id, "character", step.index, step.version),
        deps.generations.analysis(step.generation_id),
    )
    if used is None:
        answered = await _draw(deps, step, analysis)
        used = answered.used
        await deps.generations.keep_image(
            step.generation_id, "character", step.index, step.version, answered.value, used
        )
    return StepDone(used=used)


async def _draw(deps: Deps, step: StepRequest, analysis: StoryAnalysis | None) -> Answered[Image]:
    if analysis is None:
        raise NotFound(f"The analysis of generation {step.generation_id} is not there.")
    generations = deps.generations
    wish = await generations.instructions(step.generation_id, step.instructions)
    request = await before_model_call(deps, step)
    uploads = [await generations.upload(step.generation_id, "character", ref) for ref in request.character_references]
    if uploads:
        await before_model_call(deps, step)  # reading them took its time
    return await draw_sheet(
        deps.image_model, analysis.characters, step.index, analysis.setting, request.style, uploads, wish
    )


async def draw_sheet(
    model: ImageModel,
    characters: Sequence[Character],
    index: int,
    setting: Setting,
    style: Style,
    uploads: Sequence[NamedImage],
    wish: str | None = None,
) -> Answered[Image]:
    """Ask the model for the sheet of the character at `index`.

    An upload with the character's name shows the character; any other shows no more than a style.

    Raises:
        ModelError: there is no sheet.
    """
    character = characters[index]
    names = [known.name for known in characters]
    own = [upload for upload in uploads if find_name(upload.name, names) == character.name]
    prompt = character_prompt(
        character,
        setting,
        style,
        own_references=own,
        style_references=[upload for upload in uploads if upload not in own],
        instructions=wish,
    )
    return await model.draw(prompt, SHEET_ASPECT_RATIO)
