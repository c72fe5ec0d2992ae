"""What a generation has used, put together from its ledger and the records of its failures."""

from api.streaming.spent import used_by
from shared.deps import Deps
from shared.models.ledger import ChunksEntry, CompleteEntry, CriticalEntry, ImageEntry
from shared.models.steps import FailureRecord
from shared.models.usage import Usage
from tests.support.fakes.stories import GENERATION, image, ref, step
from tests.unit.api.drawn_story import LAST_SEQ, ledger
from tests.unit.api.reading import Readers

RESULTS = Usage(calls=6, input_tokens=600, images=4, price_micros=300_000)
FAILURE = Usage(calls=2, input_tokens=50, price_micros=75)


async def test_what_failures_used_is_added_to_what_results_used(deps: Deps) -> None:
    await deps.generations.save_failure(step("panel", 1), FailureRecord(code="model-busy", used=FAILURE))
    failed = ImageEntry(kind="panel", index=1, failure="retries-exhausted")
    known = ledger(4, failed).with_used(RESULTS)

    assert await used_by(deps.generations, GENERATION, known) == RESULTS + FAILURE


async def test_a_step_that_succeeded_in_the_end_and_a_text_step_of_a_later_round_count_too(deps: Deps) -> None:
    again = step("chunks").model_copy(update={"version": 2})
    for failed in (step("panel", 0), again, step("panel", 1)):
        await deps.generations.save_failure(failed, FailureRecord(code="model-busy", used=FAILURE))
    known = ledger(2, CriticalEntry(step="chunks", failure="model-busy"))
    known = known.reopened().with_entry(ChunksEntry(), panels=2).with_entry(ImageEntry(kind="panel", index=0))

    assert await used_by(deps.generations, GENERATION, known) == FAILURE + FAILURE


async def test_a_step_that_ended_the_generation_counts_too(deps: Deps) -> None:
    await deps.generations.save_failure(step("chunks"), FailureRecord(code="content-blocked", used=FAILURE))
    known = ledger(2, CriticalEntry(step="chunks", failure="content-blocked"))

    assert await used_by(deps.generations, GENERATION, known) == FAILURE


async def test_a_generation_from_before_uses_were_counted_has_used_nothing(deps: Deps) -> None:
    assert await used_by(deps.generations, GENERATION, ledger()) == Usage()


async def test_the_last_message_tells_what_was_used_until_it_whatever_came_after(readers: Readers) -> None:
    known = ledger(LAST_SEQ - 1, CompleteEntry(used=RESULTS)).with_used(RESULTS)
    later = known.with_entry(ImageEntry(kind="panel", index=0, version=2)).with_used(FAILURE)
    ended = later.closed(CompleteEntry(used=later.used))
    await readers.deps.generations.keep_image(ref("panel", 0, 2), image())
    readers.engine.show(GENERATION, ended, "completed")

    first, last = (message for message in await readers.read() if message["type"] == "complete")

    told = {"inputTokens": 600, "outputTokens": 0, "images": 4, "currency": "USD"}
    assert first["usage"] == {"calls": 6, "price": 0.3, **told}
    assert last["usage"] == {"calls": 8, "price": 0.300075, **told, "inputTokens": 650}
