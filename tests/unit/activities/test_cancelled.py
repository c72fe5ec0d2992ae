"""No step of a cancelled generation calls the model, whichever it is and however often it is tried."""

import pytest

from activities.analysis import analyze_story
from activities.characters import draw_character
from activities.chunking import chunk_story
from activities.panels import draw_panel
from activities.perform import Work, perform
from shared.deps import Deps
from shared.generations import Inputs
from tests.fakes.model import ScriptedModel
from tests.fakes.stories import GENERATION, analysis, panel, save_plan, step

INPUTS = Inputs(story="Mira rows out.", style="manga", no_dialogue=False)


@pytest.mark.parametrize(
    ("kind", "work"),
    [("analysis", analyze_story), ("chunks", chunk_story), ("character", draw_character), ("panel", draw_panel)],
)
async def test_a_cancelled_step_fails_for_good_without_a_call(
    deps: Deps, model: ScriptedModel, kind: str, work: Work
) -> None:
    if kind == "analysis":
        await deps.generations.save_inputs(GENERATION, INPUTS)
    else:
        await save_plan(deps, INPUTS, analysis("Mira"), *([panel(1), panel(2)] if kind == "panel" else []))
    await deps.generations.mark_cancelled(GENERATION)

    outcome = await perform(deps, step(kind).model_dump(mode="json", by_alias=True), work)

    assert outcome == {"outcome": "failed", "failure": "cancelled"}
    assert model.prompts == []
