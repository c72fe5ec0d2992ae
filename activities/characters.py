"""A character's sheet: how this character looks, for every panel to follow."""

import asyncio
from collections.abc import Sequence

from activities.perform import made_or_wanted, uploads
from shared.deps import Deps
from shared.errors import NotFound
from shared.generations import ImagePlace, NamedImage
from shared.matching import find_name
from shared.models.requests import StoredRequest
from shared.models.steps import StepDone, StepRequest
from shared.models.story import Character, Setting, Style
from shared.ports import Answered, Image, ImageModel
from shared.prompts.character import SHEET_ASPECT_RATIO, character_prompt
from shared.prompts.references import choose_references


async def draw_character(deps: Deps, step: StepRequest) -> StepDone:
    """Draw the sheet of the character with the step's index and store it."""
    generations = deps.generations
    place: ImagePlace = (step.generation_id, "character", step.index, step.version)
    analysis, wish = await asyncio.gather(
        generations.analysis(step.generation_id), generations.instructions(step.generation_id, step.instructions)
    )
    if analysis is None:
        raise NotFound(f"The analysis of generation {step.generation_id} is not there.")
    found = await made_or_wanted(deps, step, generations.image_usage(*place))
    if not isinstance(found, StoredRequest):
        return StepDone(used=found)
    references = await uploads(deps, step, "character", found.character_references)
    answered = await draw_sheet(
        deps.image_model, analysis.characters, step.index, analysis.setting, found.style, references, wish
    )
    await generations.keep_image(*place, answered.value, answered.used)
    return StepDone(used=answered.used)


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

    An upload with the character's name shows the character; any other shows no more than a style. Of more uploads than
    the model takes, the first ones are used.

    Raises:
        ModelError: there is no sheet.
    """
    character = characters[index]
    names = [known.name for known in characters]
    own = [upload for upload in uploads if find_name(upload.name, names) == character.name]
    chosen = choose_references(own, [upload for upload in uploads if upload not in own])
    prompt = character_prompt(
        character,
        setting,
        style,
        own_references=chosen.characters,
        style_references=chosen.objects,
        instructions=wish,
    )
    return await model.draw(prompt, SHEET_ASPECT_RATIO)
