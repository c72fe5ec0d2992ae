"""The second step: the story as panels."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from activities.perform import Wanted
from shared.deps import Deps
from shared.model.prompts.chunking import chunking_prompt
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

_QUOTES = '"“”„«»「」『』'


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
    )


async def break_down(
    model: TextModel,
    story: str,
    characters: Sequence[Character],
    setting: Setting,
    style: Style,
    *,
    no_dialogue: bool,
) -> Answered[StoryBreakdown]:
    """Ask the model for the story as panels.

    Raises:
        ModelError: there is no breakdown.
    """
    prompt = chunking_prompt(story, characters, setting, style, no_dialogue=no_dialogue)
    answer = await model.answer(prompt, SilentBreakdownAnswer if no_dialogue else BreakdownAnswer)
    known_names = [character.name for character in characters]
    return answer.map(lambda breakdown: to_breakdown(breakdown.panels, known_names))


def to_breakdown(panels: Sequence[SilentPanelAnswer], known_names: Sequence[str]) -> StoryBreakdown:
    """Return the breakdown: panels numbered from 1, with known characters and spoken words only."""
    return StoryBreakdown(
        panels=tuple(
            PanelPlan(
                panel_number=number,
                characters=_known(panel.characters, known_names),
                scene_description=panel.scene_description,
                dialogue=spoken_words(panel.dialogue, known_names) if isinstance(panel, PanelAnswer) else None,
                camera_angle=panel.camera_angle,
                visual_mood=panel.visual_mood,
            )
            for number, panel in enumerate(panels, start=1)
        )
    )


def spoken_words(dialogue: str | None, known_names: Sequence[str]) -> str | None:
    """Return the spoken words, without speakers' names and quotation marks; None if there are none."""
    if dialogue is None:
        return None
    speakers = "|".join(re.escape(name) for name in sorted(known_names, key=len, reverse=True))
    speaker = re.compile(rf"^\s*(?:{speakers})\s*[:\uff1a]\s*", re.IGNORECASE)
    lines = (speaker.sub("", line) for line in dialogue.splitlines())
    words = " ".join(line.strip().strip(_QUOTES).strip() for line in lines).strip()
    return words or None


def _known(names: Sequence[str], known_names: Sequence[str]) -> tuple[str, ...]:
    """Return the names as the analysis spells them, each once; unknown names are dropped."""
    found = (find_name(name, known_names) for name in names)
    return tuple(dict.fromkeys(name for name in found if name is not None))
