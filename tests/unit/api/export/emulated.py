"""Comics that the model emulator has drawn, in this process."""

from collections.abc import Sequence
from pathlib import Path

from api.export.comic.comic import Comic, Panel, Portrait
from shared.images.image import Image
from shared.model.prompts.character import SHEET_ASPECT_RATIO, character_prompt
from shared.model.prompts.chunking import chunking_prompt
from shared.model.prompts.panel import panel_aspect_ratio, panel_prompt
from shared.models.lettering import LetteringMode
from shared.models.story import DIRECTIONS, PanelPlan, StoryAnalysis, StoryBreakdown, Style
from shared.ports import Prompt
from tests.support.fakes.stories import GENERATION
from tests.unit.api.export.comics import CREATED_AT
from tools.gemini_emulator.drawing.pictures import draw_character_sheet, draw_panel, picture_size
from tools.gemini_emulator.prompt import Prompt as ReadPrompt
from tools.gemini_emulator.prompt import read_prompt
from tools.gemini_emulator.story.analysis import analyse
from tools.gemini_emulator.story.chunking import chunk
from tools.gemini_emulator.wire.request import GenerateContentRequest

EXAMPLES = Path(__file__).parents[4] / "examples"


def emulated_comic(
    story: str, style: Style, panels: Sequence[tuple[int, str]] = (), *, title: str | None = None
) -> Comic:
    """Return the comic of an example story.

    `panels` are numbers of planned panels (from 1) and their camera angles; without them, it is the whole plan.
    """
    analysis, plans = emulated_plan(story, style)
    if title is not None:
        analysis = analysis.model_copy(update={"title": title})
    if panels:
        plans = tuple(plans[number - 1].model_copy(update={"camera_angle": angle}) for number, angle in panels)
    return Comic(
        id=GENERATION,
        style=style,
        direction=DIRECTIONS[style],
        created_at=CREATED_AT,
        analysis=analysis,
        breakdown=None,
        panels=tuple(Panel(plan, emulated_panel(plan, analysis, style)) for plan in plans),
        cast=tuple(
            Portrait(
                number,
                character.name,
                _png(
                    draw_character_sheet(
                        _read(character_prompt(character, analysis.setting, style, (), ())),
                        picture_size(SHEET_ASPECT_RATIO, SHEET_ASPECT_RATIO),
                    )
                ),
            )
            for number, character in enumerate(analysis.characters, 1)
        ),
        language="en",
        model="gemini-nano-banana-2.1",
    )


def emulated_plan(story: str, style: Style) -> tuple[StoryAnalysis, tuple[PanelPlan, ...]]:
    """Return the analysis and the planned panels of an example story."""
    text = (EXAMPLES / f"{story}.txt").read_text()
    analysis = StoryAnalysis.model_validate(analyse(text, style))
    prompt = chunking_prompt(text, analysis.characters, analysis.setting, style, no_dialogue=False)
    return analysis, StoryBreakdown.model_validate(chunk(_read(prompt))).panels


def emulated_panel(plan: PanelPlan, analysis: StoryAnalysis, style: Style, mode: LetteringMode = "drawn") -> Image:
    """Return the picture of a panel; the words of its plan are in it if lettering is drawn."""
    cast = [character for character in analysis.characters if character.name in plan.characters]
    prompt = panel_prompt(
        plan, cast, analysis.setting, style, no_dialogue=False, sheets=(), setting_references=(), mode=mode
    )
    return _png(draw_panel(_read(prompt), picture_size(panel_aspect_ratio(plan.camera_angle), "4:3")))


def _read(prompt: Prompt) -> ReadPrompt:
    request = GenerateContentRequest.model_validate({"contents": [{"role": "user", "parts": [{"text": prompt.task}]}]})
    return read_prompt(request, "a text model")


def _png(content: bytes) -> Image:
    return Image(content, "image/png")
