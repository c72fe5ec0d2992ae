"""No step of a cancelled generation calls the model, whichever it is and however often it is tried."""

import pytest

from activities.analysis import ANALYZE_STORY
from activities.characters import DRAW_CHARACTER
from activities.chunking import CHUNK_STORY
from activities.panels import DRAW_PANEL
from activities.perform import Activity, perform
from shared.deps import Deps
from shared.storage.generations import Inputs
from shared.storage.lifecycle import Cancelling
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.model import ScriptedModel
from tests.support.fakes.stories import GENERATION, analysis, panel, payload, save_plan

INPUTS = Inputs(story="Mira rows out.", style="manga", no_dialogue=False)


@pytest.mark.parametrize(
    ("kind", "activity"),
    [("analysis", ANALYZE_STORY), ("chunks", CHUNK_STORY), ("character", DRAW_CHARACTER), ("panel", DRAW_PANEL)],
)
async def test_a_cancelled_step_fails_for_good_without_a_call[Made](
    deps: Deps, model: ScriptedModel, kind: str, activity: Activity[Made]
) -> None:
    if kind == "analysis":
        await deps.generations.save_inputs(GENERATION, INPUTS)
    else:
        await save_plan(deps, INPUTS, analysis("Mira"), *([panel(1), panel(2)] if kind == "panel" else []))
    await set_record(deps, Cancelling(round=0, at=deps.utc_now()))

    outcome = await perform(deps, payload(kind), activity)

    assert outcome == {"outcome": "failed", "failure": "cancelled"}
    assert model.prompts == []
