"""The usage in the last message: what results and failures used, up to that message."""

from api.streaming.renderer import Renderer
from shared.deps import Deps
from shared.models.ledger import ChunksEntry, CompleteEntry, CriticalEntry, ImageEntry, Ledger
from shared.models.messages import CompleteMessage
from shared.models.steps import FailureRecord
from shared.models.usage import Usage, UsageReport
from tests.support.fakes.stories import GENERATION, step
from tests.unit.api.drawn_story import LAST_SEQ, ledger

RESULTS = Usage(calls=6, input_tokens=600, images=4, price_micros=300_000)
FAILURE = Usage(calls=2, input_tokens=50, price_micros=75)


async def usage_at(deps: Deps, known: Ledger, seq: int) -> UsageReport | None:
    message = await Renderer(deps.generations, GENERATION).message(known, seq)
    assert isinstance(message, CompleteMessage)
    return message.usage


async def test_usage_has_results_and_the_failures_of_every_step_in_the_ledger(deps: Deps) -> None:
    second_chunks, not_in_ledger = step("chunks").model_copy(update={"version": 2}), step("panel", 1)
    for failed in (step("chunks"), second_chunks, step("panel", 0), step("character", 0), not_in_ledger):
        await deps.generations.save_failure(failed, FailureRecord(code="model-busy", used=FAILURE))
    first_round = ledger(2, CriticalEntry(step="chunks", failure="model-busy"))
    known = (
        first_round.reopened()
        .with_entry(ChunksEntry(), panels=2)
        .with_entry(ImageEntry(kind="panel", index=0))
        .with_entry(ImageEntry(kind="character", index=0, failure="retries-exhausted"))
        .closed(CompleteEntry(used=RESULTS))
    )

    assert await usage_at(deps, known, known.last_seq) == UsageReport.of(
        RESULTS + FAILURE + FAILURE + FAILURE + FAILURE
    )


async def test_later_round_does_not_change_the_usage_of_an_earlier_one(deps: Deps) -> None:
    first_round = ledger(LAST_SEQ - 1, CompleteEntry(used=RESULTS))
    redone = first_round.with_entry(ImageEntry(kind="panel", index=0, version=2))
    known = redone.closed(CompleteEntry(used=RESULTS + FAILURE))

    assert await usage_at(deps, known, LAST_SEQ) == UsageReport.of(RESULTS)
    assert await usage_at(deps, known, known.last_seq) == UsageReport.of(RESULTS + FAILURE)
