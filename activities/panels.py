"""A panel: drawn with its own cast's sheets, and no others."""

import asyncio
from collections.abc import Sequence

from activities.perform import made_or_wanted, uploads
from shared.deps import Deps
from shared.errors import NotFound
from shared.generations import ImagePlace, NamedImage
from shared.models.requests import StoredRequest
from shared.models.steps import StepDone, StepRequest
from shared.models.story import PanelPlan, StoryAnalysis
from shared.ports import Answered, Image, ImageModel, Prompt
from shared.prompts.panel import panel_aspect_ratio, panel_prompt
from shared.prompts.references import choose_references


async def draw_panel(deps: Deps, step: StepRequest) -> StepDone:
    """Draw the panel with the step's index and store it."""
    generations = deps.generations
    place: ImagePlace = (step.generation_id, "panel", step.index, step.version)
    analysis, panel = await _planned(deps, step)
    sheets, wish = await asyncio.gather(
        _sheets(deps, step, analysis, panel), generations.instructions(step.generation_id, step.instructions)
    )
    found = await made_or_wanted(deps, step, generations.image_usage(*place))
    if not isinstance(found, StoredRequest):
        return StepDone(used=found)
    chosen = choose_references(sheets, await uploads(deps, step, "setting", found.setting_references))
    prompt = panel_prompt(
        panel,
        [character for character in analysis.characters if character.name in panel.characters],
        analysis.setting,
        found.style,
        no_dialogue=found.no_dialogue,
        sheets=chosen.characters,
        setting_references=chosen.objects,
        instructions=wish,
    )
    answered = await draw_framed(deps.image_model, prompt, panel)
    await generations.keep_image(*place, answered.value, answered.used)
    return StepDone(used=answered.used)


async def _planned(deps: Deps, step: StepRequest) -> tuple[StoryAnalysis, PanelPlan]:
    analysis, breakdown = await asyncio.gather(
        deps.generations.analysis(step.generation_id), deps.generations.breakdown(step.generation_id)
    )
    if analysis is None or breakdown is None:
        raise NotFound(f"The plan of generation {step.generation_id} is not there.")
    return analysis, breakdown.panels[step.index]


async def draw_framed(model: ImageModel, prompt: Prompt, panel: PanelPlan) -> Answered[Image]:
    """Ask the model for the panel, in the frame that suits its camera angle.

    Raises:
        ModelError: there is no image.
    """
    return await model.draw(prompt, panel_aspect_ratio(panel.camera_angle))


async def _sheets(deps: Deps, step: StepRequest, analysis: StoryAnalysis, panel: PanelPlan) -> Sequence[NamedImage]:
    """Return the sheets of the panel's cast; a character whose sheet failed is drawn by its description."""

    async def load(index: int, name: str) -> NamedImage:
        blob = await deps.generations.image(step.generation_id, "character", index, step.sheets[index])
        return NamedImage(name, Image(blob.content, blob.media_type))

    return await asyncio.gather(
        *(
            load(index, character.name)
            for index, character in enumerate(analysis.characters)
            if character.name in panel.characters and index in step.sheets
        )
    )
