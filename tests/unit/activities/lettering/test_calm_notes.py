"""Panels of comics whose lettering is text are stored with their calm maps, and so are copies of them."""

from dataclasses import replace

import pytest

from activities.panels import draw_panel
from activities.perform import perform
from activities.results import copy_images
from shared.deps import Deps
from shared.images.calm import measure
from shared.images.image import Image
from shared.models.steps import CopyRequest, ImageCopy
from shared.storage.generations import Inputs
from tests.support.fakes.model import USED, ScriptedModel
from tests.support.fakes.pictures import noise
from tests.support.fakes.stories import GENERATION, analysis, panel, payload, ref, save_plan

INPUTS = Inputs(story="Mira rows out.", style="manga", no_dialogue=False, lettering="text")
DRAWN = Image(noise("PNG", 240), "image/png")


@pytest.fixture
async def planned(deps: Deps, model: ScriptedModel) -> Deps:
    await save_plan(deps, INPUTS, analysis("Mira"), panel(1), panel(2))
    model.images.append(DRAWN)
    return deps


async def test_calm_map_is_stored_with_the_panel_and_its_usage(planned: Deps) -> None:
    await perform(planned, payload("panel"), draw_panel)

    assert await planned.generations.measured(ref("panel")) == measure(DRAWN)
    assert await planned.generations.result_usage(ref("panel")) == USED


async def test_copy_of_a_panel_keeps_it(planned: Deps) -> None:
    await perform(planned, payload("panel"), draw_panel)
    copy = ImageCopy(kind="panel", index=0, version=1, to_index=1, to_version=3)

    await copy_images(planned, CopyRequest(generation_id=GENERATION, copies=(copy,)).model_dump(mode="json"))

    assert await planned.generations.measured(ref("panel", 1, 3)) == measure(DRAWN)


async def test_image_that_does_not_decode_is_kept_without_one(planned: Deps, model: ScriptedModel) -> None:
    model.images[0] = Image(DRAWN.content[:500], "image/png")

    outcome = await perform(planned, payload("panel"), draw_panel)

    assert outcome["outcome"] == "done"
    assert await planned.generations.measured(ref("panel")) is None


@pytest.mark.parametrize("inputs", [replace(INPUTS, lettering="drawn"), replace(INPUTS, no_dialogue=True)])
async def test_other_comics_have_none(deps: Deps, inputs: Inputs) -> None:
    await save_plan(deps, inputs, analysis("Mira"), panel(1), panel(2))

    await perform(deps, payload("panel"), draw_panel)

    assert await deps.generations.measured(ref("panel")) is None


async def test_image_that_is_not_stored_has_none(planned: Deps) -> None:
    assert await planned.generations.measured(ref("panel", 1)) is None
