"""No step of a cancelled generation calls the model, on any attempt."""

import pytest

from activities.analysis import analyze_story
from activities.characters import draw_character
from activities.chunking import chunk_story
from activities.panels import draw_panel
from activities.perform import Make, perform
from shared.deps import Deps
from shared.models.step_ref import StepKind
from shared.storage.generations import Inputs
from shared.storage.lifecycle import Cancelling
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.model import ScriptedModel
from tests.support.fakes.stories import GENERATION, analysis, panel, payload, save_plan

INPUTS = Inputs(story="Mira rows out.", style="manga", no_dialogue=False)


@pytest.mark.parametrize(
    ("kind", "make"),
    [("analysis", analyze_story), ("chunks", chunk_story), ("character", draw_character), ("panel", draw_panel)],
)
async def test_cancelled_step_fails_without_a_call(
    deps: Deps, model: ScriptedModel, kind: StepKind, make: Make
) -> None:
    if kind == "analysis":
        await deps.generations.save_inputs(GENERATION, INPUTS)
    else:
        await save_plan(deps, INPUTS, analysis("Mira"), *([panel(1), panel(2)] if kind == "panel" else []))
    await set_record(deps, Cancelling(round=0, at=deps.utc_now()))

    outcome = await perform(deps, payload(kind), make)

    assert outcome == {"outcome": "failed", "failure": "cancelled"}
    assert model.prompts == []
