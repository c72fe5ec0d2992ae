"""A character's sheet: the reference drawing that all panels follow."""

from collections.abc import Sequence

from activities.perform import Wanted
from activities.results import existing_image
from shared.deps import Deps
from shared.images.image import Image
from shared.model.prompts.character import SHEET_ASPECT_RATIO, character_prompt
from shared.model.prompts.references import choose_references
from shared.models.prices import IMAGE_SIZE, ImageSize
from shared.models.steps import StepRequest
from shared.models.story import Character, Setting, Style
from shared.models.usage import Usage
from shared.ports import Answered, ImageModel
from shared.storage.generations import NamedImage
from shared.text.matching import find_name


async def draw_character(deps: Deps, step: StepRequest, wanted: Wanted) -> Answered[Image]:
    """Draw the sheet of the character with the step's index; that of a known character is copied."""
    analysis = await deps.generations.need_analysis(step.generation_id, step.plan)
    if not wanted.is_again:
        copy = await _known_sheet(deps, step, wanted, analysis.characters[step.index])
        if copy is not None:
            return Answered(copy, Usage())
    references = await deps.generations.uploads(step.generation_id, "character", wanted.request.character_references)
    return await draw_sheet(
        deps.image_model,
        analysis.characters,
        step.index,
        analysis.setting,
        wanted.request.style,
        references,
        wanted.instructions,
        style_text=wanted.request.style_text,
        size=deps.drawn_size(wanted.request.image_size),
        current=await existing_image(deps, step, wanted.from_version),
    )


async def _known_sheet(deps: Deps, step: StepRequest, wanted: Wanted, character: Character) -> Image | None:
    """Return the sheet of an earlier chapter, unless the character was changed since, or none was drawn."""
    chapter = wanted.request.chapter
    sheet = chapter.sheet_of(character) if chapter else None
    return None if sheet is None else await deps.generations.known_sheet(step.generation_id, sheet)


async def draw_sheet(
    model: ImageModel,
    characters: Sequence[Character],
    index: int,
    setting: Setting,
    style: Style,
    uploads: Sequence[NamedImage],
    instructions: str | None = None,
    *,
    style_text: str | None = None,
    size: ImageSize = IMAGE_SIZE,
    current: Image | None = None,
) -> Answered[Image]:
    """Ask the model for the sheet of the character at `index`, or for a changed `current` one.

    An upload with the character's name shows the character; others are used for their style only. If there are more
    uploads than the model takes, the first ones are used.

    Raises:
        ModelError: there is no sheet.
    """
    character = characters[index]
    names = [known.name for known in characters]
    own = [upload for upload in uploads if find_name(upload.name, names) == character.name]
    chosen = choose_references(
        own, [upload for upload in uploads if upload not in own], with_current=current is not None
    )
    prompt = character_prompt(
        character,
        setting,
        style,
        own_references=chosen.characters,
        style_references=chosen.objects,
        instructions=instructions,
        style_text=style_text,
        current=current,
    )
    return await model.draw(prompt, SHEET_ASPECT_RATIO, size)
