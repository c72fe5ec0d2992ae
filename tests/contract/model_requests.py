"""Prompts of all kinds, as the app asks them of the model."""

from shared.images.check import check_image
from shared.images.image import Image
from shared.model.gemini import GeminiModel
from shared.model.prompts.analysis import analysis_prompt
from shared.model.prompts.chunking import chunking_prompt
from shared.model.prompts.panel import panel_prompt
from tests.support.fakes.stories import SETTING, analysis, character, named, panel
from tests.support.running_app import STORY

ANALYSIS = analysis_prompt(STORY, "manga")
PLAN = analysis("Mira", "Jon")
CHUNKING = chunking_prompt(STORY, PLAN.characters, PLAN.setting, "manga", no_dialogue=False)
PANEL = panel_prompt(
    panel(1, "Mira"),
    [character("Mira")],
    SETTING,
    "manga",
    no_dialogue=False,
    sheets=[named("Mira")],
    setting_references=[named("The pier")],
)


async def draw(model: GeminiModel) -> Image:
    """Return an image that can be decoded."""
    image = (await model.draw(PANEL, "1:1")).value
    assert check_image(image.content, 10_000_000) == image
    return image
