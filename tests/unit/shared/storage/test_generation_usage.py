"""The total usage of a generation: every paid call counts once, whether or not its result was kept."""

from shared.deps import Deps
from shared.models.steps import FailureRecord
from shared.models.story import StoryBreakdown
from shared.models.usage import Usage, total
from tests.support.fakes.stories import GENERATION, analysis, image, panel, ref, step

ONE = Usage(calls=1, input_tokens=10, output_tokens=3, price_micros=7)
IMAGE = Usage(calls=1, images=1, price_micros=100)
FAILURE = Usage(calls=2, input_tokens=20)


async def test_usage_of_results_and_failures_is_added_up_without_a_ledger(deps: Deps) -> None:
    generations = deps.generations
    await generations.keep_text(GENERATION, analysis("Mira"), ONE)
    await generations.keep_text(GENERATION, StoryBreakdown(panels=(panel(1), panel(2))), ONE)
    await generations.keep_image(ref("panel", 0, 1), image(), IMAGE)
    await generations.keep_image(ref("panel", 0, 2), image(), IMAGE)
    await generations.save_failure(step("panel", 1), FailureRecord(code="model-busy", used=FAILURE))

    assert await generations.used(GENERATION) == {"analysis": ONE, "chunks": ONE, "panel": IMAGE + IMAGE + FAILURE}


async def test_paid_answers_that_were_not_kept_count_too(deps: Deps) -> None:
    for _ in range(2):
        await deps.generations.keep_text(GENERATION, analysis("Mira"), ONE)
        await deps.generations.keep_text(GENERATION, StoryBreakdown(panels=(panel(1), panel(2))), ONE)
        await deps.generations.keep_image(ref("panel", 0, 1), image(), IMAGE)

    assert await deps.generations.used(GENERATION) == {
        "analysis": ONE + ONE,
        "chunks": ONE + ONE,
        "panel": IMAGE + IMAGE,
    }


async def test_paid_answers_that_an_earlier_version_did_not_keep_count_too(deps: Deps) -> None:
    for number, used in enumerate((ONE, IMAGE)):
        notes = {"used": used.model_dump_json(by_alias=True)}
        await deps.blobs.create(f"{GENERATION}/unkept/000000000000000{number}", b"", "text/plain", notes)

    assert await deps.generations.used(GENERATION) == {"analysis": ONE, "panel": IMAGE}


async def test_failed_attempts_count_for_their_kind_of_step(deps: Deps) -> None:
    for kind in ("analysis", "chunks", "character", "panel"):
        await deps.generations.save_failure(step(kind), FailureRecord(code="model-busy", used=FAILURE))

    assert await deps.generations.used(GENERATION) == dict.fromkeys(
        ("analysis", "chunks", "character", "panel"), FAILURE
    )


async def test_results_without_recorded_usage_count_as_nothing(deps: Deps) -> None:
    await deps.blobs.create(f"{GENERATION}/panels/0/1", image().content, "image/png")

    assert total((await deps.generations.used(GENERATION)).values()) == Usage()


async def test_other_generations_are_not_counted(deps: Deps) -> None:
    await deps.generations.keep_image(ref("panel", generation_id="f" * 32), image(), IMAGE)

    assert total((await deps.generations.used(GENERATION)).values()) == Usage()
