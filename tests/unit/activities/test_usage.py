"""The usage of steps: each paid call is reported once, however often the step runs."""

import dataclasses
from collections.abc import Mapping

import pytest
from pydantic import JsonValue

from activities.analysis import analyze_story
from activities.panels import draw_panel
from activities.perform import AttemptFailed, Make, perform
from shared.deps import Deps
from shared.errors import ContentBlocked, ModelError, ModelRateLimited, StorageUnavailable, UnusableAnswer
from shared.models.steps import STEP_OUTCOME, StepDone
from shared.models.usage import Usage
from shared.names import result_blob
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.model import USED, ScriptedModel
from tests.support.fakes.stories import GENERATION, image, payload, ref, step
from tests.unit.activities.test_text_steps import INPUTS, analysis_answer

IMAGE = result_blob(ref("panel", 0, 1))
PAID = Usage(calls=1, input_tokens=7, price_micros=70)


def costing(error: ModelError, used: Usage = PAID) -> ModelError:
    error.used = used
    return error


async def used_by(deps: Deps, make: Make, waited_s: JsonValue = 0) -> Usage | None:
    request = {**payload("analysis" if make is analyze_story else "panel"), "waitedS": waited_s}
    outcome = STEP_OUTCOME.validate_python(await perform(deps, request, make))
    assert isinstance(outcome, StepDone)
    return outcome.used


async def test_existing_image_is_returned_with_its_usage(planned: Deps, model: ScriptedModel) -> None:
    first, again = await used_by(planned, draw_panel), await used_by(planned, draw_panel)

    assert first == again == USED
    assert len(model.prompts) == 1


async def test_existing_text_is_returned_with_its_usage(deps: Deps, model: ScriptedModel) -> None:
    await deps.generations.save_inputs(GENERATION, INPUTS)
    model.answers.append(analysis_answer("Mira"))

    assert await used_by(deps, analyze_story) == await used_by(deps, analyze_story) == USED


async def test_result_stored_without_usage_has_no_usage(planned: Deps) -> None:
    await planned.blobs.create(f"{GENERATION}/panels/0/1", image().content, "image/png")

    assert await used_by(planned, draw_panel) == Usage()


async def noted(deps: Deps) -> Usage:
    return await deps.generations.used_by_failures([step("panel")])


async def test_usage_of_failed_attempts_is_recorded_separately(planned: Deps, model: ScriptedModel) -> None:
    model.images += [costing(UnusableAnswer("no image")), costing(ModelRateLimited(2), Usage(calls=1))]
    with pytest.raises(AttemptFailed):
        await perform(planned, payload("panel"), draw_panel)
    waits = await perform(planned, payload("panel"), draw_panel)
    assert waits["outcome"] == "waits"

    assert await used_by(planned, draw_panel, waited_s=waits["wait_s"]) == USED
    assert await noted(planned) == PAID + Usage(calls=1)


async def test_usage_of_a_block_is_in_its_failure_record(planned: Deps, model: ScriptedModel) -> None:
    model.images.append(costing(ContentBlocked("SAFETY")))

    await perform(planned, payload("panel"), draw_panel)

    failure = await planned.generations.failure(step("panel"))
    assert failure is not None
    assert (failure.code, failure.used) == ("content-blocked", PAID)


async def test_step_succeeds_if_storage_fails_right_after_its_result_was_stored(
    planned: Deps, model: ScriptedModel
) -> None:
    class GoneAfterwards(SwitchedBlobs):
        is_stored = False

        async def create(
            self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
        ) -> str | None:
            self.is_stored = name == IMAGE
            return await super().create(name, content, media_type, notes)

        async def notes(self, name: str) -> Mapping[str, str] | None:
            if self.is_stored:
                raise StorageUnavailable("gone")
            return await super().notes(name)

    assert await used_by(dataclasses.replace(planned, blobs=GoneAfterwards(planned.blobs)), draw_panel) == USED
    assert await noted(planned) == Usage()
    assert len(model.prompts) == 1


async def test_usage_of_an_answer_that_could_not_be_stored_is_recorded(planned: Deps, model: ScriptedModel) -> None:
    class Forgetful(SwitchedBlobs):
        async def create(
            self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
        ) -> str | None:
            if name == IMAGE:
                raise StorageUnavailable("gone")
            return await super().create(name, content, media_type, notes)

    with pytest.raises(AttemptFailed):
        await used_by(dataclasses.replace(planned, blobs=Forgetful(planned.blobs)), draw_panel)

    assert await used_by(planned, draw_panel) == USED
    assert await noted(planned) == USED
    assert len(model.prompts) == 2
