"""The second step: the story as panels."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from activities.lettering.planned_texts import FaceAnswers, TextAnswers, spoken_words, to_faces, to_texts
from activities.perform import Wanted
from shared.deps import Deps
from shared.model.prompts.chunking import chunking_prompt
from shared.model.prompts.lettering import language_to_ask_for
from shared.models.lettering import LetteringMode, dialogue_of
from shared.models.steps import StepRequest
from shared.models.story import (
    MAX_PANELS,
    MIN_PANELS,
    Character,
    Dialogue,
    Name,
    NeededText,
    PanelPlan,
    PlanModel,
    Setting,
    StoryBreakdown,
    Style,
    Term,
    cut_list,
)
from shared.ports import Answered, TextModel
from shared.text.matching import find_name

# How many names of a panel are compared with the known characters.
_MAX_NAMES = 20


class SilentPanelAnswer(PlanModel):
    """A panel of a comic without words."""

    panel_number: int = 0
    characters: Annotated[tuple[Name, ...], cut_list(_MAX_NAMES)] = ()
    scene_description: NeededText
    camera_angle: Term = ""
    visual_mood: Term = ""


class PanelAnswer(SilentPanelAnswer):
    """A panel that may have dialogue."""

    dialogue: Dialogue = None


class LetteredPanelAnswer(SilentPanelAnswer):
    """A panel of a comic whose texts are set over its pictures."""

    texts: TextAnswers = ()
    faces: FaceAnswers = ()


class SilentBreakdownAnswer(PlanModel):
    """What the model is asked for if the comic has no words."""

    panels: Annotated[
        tuple[SilentPanelAnswer, ...], Field(min_length=MIN_PANELS, max_length=MAX_PANELS), cut_list(MAX_PANELS)
    ]


class BreakdownAnswer(PlanModel):
    """What the model is asked for."""

    panels: Annotated[
        tuple[PanelAnswer, ...], Field(min_length=MIN_PANELS, max_length=MAX_PANELS), cut_list(MAX_PANELS)
    ]


class LetteredBreakdownAnswer(PlanModel):
    """What the model is asked for if the texts are set over the pictures."""

    panels: Annotated[
        tuple[LetteredPanelAnswer, ...], Field(min_length=MIN_PANELS, max_length=MAX_PANELS), cut_list(MAX_PANELS)
    ]


async def chunk_story(deps: Deps, step: StepRequest, wanted: Wanted) -> Answered[StoryBreakdown]:
    """Break the story of the step's generation down into panels."""
    analysis, request = await deps.generations.need_analysis(step.generation_id), wanted.request
    return await break_down(
        deps.text_model,
        request.story,
        analysis.characters,
        analysis.setting,
        request.style,
        no_dialogue=request.no_dialogue,
        language=language_to_ask_for(request.language, analysis.language),
        mode=request.lettering,
    )


async def break_down(
    model: TextModel,
    story: str,
    characters: Sequence[Character],
    setting: Setting,
    style: Style,
    *,
    no_dialogue: bool,
    language: str | None = None,
    mode: LetteringMode = "drawn",
) -> Answered[StoryBreakdown]:
    """Ask the model for the story as panels. `language` and `mode` as in the prompt (`chunking_prompt`).

    Raises:
        ModelError: there is no breakdown.
    """
    prompt = chunking_prompt(story, characters, setting, style, no_dialogue=no_dialogue, language=language, mode=mode)
    with_words = LetteredBreakdownAnswer if mode == "text" else BreakdownAnswer
    answer = await model.answer(prompt, SilentBreakdownAnswer if no_dialogue else with_words)
    known_names = [character.name for character in characters]
    return answer.map(lambda breakdown: to_breakdown(breakdown.panels, known_names, mode))


def to_breakdown(
    panels: Sequence[SilentPanelAnswer], known_names: Sequence[str], mode: LetteringMode = "drawn"
) -> StoryBreakdown:
    """Return the breakdown: panels numbered from 1, with known characters and spoken words only."""
    numbered = enumerate(panels, start=1)
    return StoryBreakdown(panels=tuple(_to_panel(panel, number, known_names, mode) for number, panel in numbered))


def _to_panel(panel: SilentPanelAnswer, number: int, known_names: Sequence[str], mode: LetteringMode) -> PanelPlan:
    plan = PanelPlan(
        panel_number=number,
        characters=_known(panel.characters, known_names),
        scene_description=panel.scene_description,
        dialogue=spoken_words(panel.dialogue, known_names) if isinstance(panel, PanelAnswer) else None,
        camera_angle=panel.camera_angle,
        visual_mood=panel.visual_mood,
    )
    if mode == "drawn":
        return plan
    is_lettered = isinstance(panel, LetteredPanelAnswer)
    texts = to_texts(panel.texts, known_names) if is_lettered else ()
    faces = to_faces(panel.faces, known_names) if is_lettered else ()
    return plan.model_copy(update={"texts": texts, "faces": faces, "dialogue": dialogue_of(texts)})


def _known(names: Sequence[str], known_names: Sequence[str]) -> tuple[str, ...]:
    """Return the names as the analysis spells them, each once; unknown names are dropped."""
    found = (find_name(name, known_names) for name in names)
    return tuple(dict.fromkeys(name for name in found if name is not None))
