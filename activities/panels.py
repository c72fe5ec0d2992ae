"""A panel: drawn with the sheets of its own cast only."""

import asyncio
from collections.abc import Mapping, Sequence

from activities.perform import Wanted
from activities.results import existing_image
from shared.deps import Deps
from shared.images.image import Image
from shared.model.prompts.panel import panel_aspect_ratio, panel_prompt
from shared.model.prompts.references import choose_references
from shared.models.prices import IMAGE_SIZE, ImageSize
from shared.models.step_ref import StepRef
from shared.models.steps import StepRequest
from shared.models.story import Aspect, PanelPlan, StoryAnalysis
from shared.ports import Answered, ImageModel, Prompt
from shared.storage.choices import read_choices
from shared.storage.generations import NamedImage


async def draw_panel(deps: Deps, step: StepRequest, wanted: Wanted) -> Answered[Image]:
    """Draw the panel with the step's index."""
    request = wanted.request
    analysis, panel = await _planned(deps, step)
    sheets = await _sheets(deps, step, analysis, panel)
    settings = await deps.generations.uploads(step.generation_id, "setting", request.setting_references)
    current = await existing_image(deps, step, wanted.from_version)
    chosen = choose_references(sheets, settings, with_current=current is not None)
    prompt = panel_prompt(
        panel,
        [character for character in analysis.characters if character.name in panel.characters],
        analysis.setting,
        request.style,
        no_dialogue=request.no_dialogue,
        sheets=chosen.characters,
        setting_references=chosen.objects,
        instructions=wanted.instructions,
        style_text=request.style_text,
        current=current,
        language=analysis.language,
        mode=request.lettering,
    )
    return await draw_framed(
        deps.image_model, prompt, panel, aspect=request.aspect, size=deps.drawn_size(request.image_size)
    )


async def _planned(deps: Deps, step: StepRequest) -> tuple[StoryAnalysis, PanelPlan]:
    plan = await deps.generations.need_plan(step.generation_id, step.plan)
    return plan.analysis, plan.chunks.panels[step.index]


async def draw_framed(
    model: ImageModel, prompt: Prompt, panel: PanelPlan, *, aspect: Aspect = "auto", size: ImageSize = IMAGE_SIZE
) -> Answered[Image]:
    """Ask the model for the panel, with the wanted aspect ratio or the one that suits its camera angle.

    Raises:
        ModelError: there is no image.
    """
    return await model.draw(prompt, panel_aspect_ratio(panel.camera_angle, aspect), size)


async def _sheets(deps: Deps, step: StepRequest, analysis: StoryAnalysis, panel: PanelPlan) -> Sequence[NamedImage]:
    """Return the sheets of the panel's cast; a character whose sheet failed is drawn by its description."""

    versions = await _versions(deps, step)

    async def load(index: int, name: str) -> NamedImage:
        blob = await deps.generations.image(
            StepRef(generation_id=step.generation_id, kind="character", index=index, version=versions[index])
        )
        return NamedImage(name, Image(blob.content, blob.media_type))

    return await asyncio.gather(
        *(
            load(index, character.name)
            for index, character in enumerate(analysis.characters)
            if character.name in panel.characters and index in versions
        )
    )


async def _versions(deps: Deps, step: StepRequest) -> Mapping[int, int]:
    """Return the version of each sheet that counts. In the first round there is nothing to choose from."""
    if not step.round:
        return step.sheets
    choices = await read_choices(deps.blobs, step.generation_id)
    return choices.chosen("character", step.sheets)
