"""The administrator's list of generations."""

from collections.abc import Mapping

from api.generations.ledgers import full_ledger, status_of
from shared.deps import Deps
from shared.models.http.admin import AdminGeneration, AdminGenerations, GenerationStatus, ItemCounts, StepFailure
from shared.models.ledger import BrokenEntry, CriticalEntry, Entry, ImageEntry, Ledger
from shared.models.step_ref import ImageKind, StepRef
from shared.models.steps import RETRIES_EXHAUSTED
from shared.models.usage import UsageReport, total
from shared.names import is_generation_id
from shared.ports import OVER, UNDER_WAY, Engine, Run, RunQuery, RunState
from shared.storage.generations import Generations

_STATES: Mapping[GenerationStatus, frozenset[RunState]] = {
    # After its ledger is closed, a run is under way for a moment longer.
    "running": UNDER_WAY,
    "completed": OVER | UNDER_WAY,
    "failed": OVER | UNDER_WAY,
    "cancelled": OVER | UNDER_WAY,
}
# The engine lists steps too, a dozen for each generation, so a page of this list takes several of its pages.
_ENGINE_PAGES = 40


async def list_generations(
    deps: Deps, engine: Engine, status: GenerationStatus | None, limit: int, token: str | None
) -> AdminGenerations:
    """Return at most `limit` generations after the token. There may be fewer although more follow.

    An unknown token finds none.
    """
    query = RunQuery(limit=limit, states=_STATES[status] if status else frozenset())
    found: list[AdminGeneration] = []
    for _ in range(_ENGINE_PAGES):
        page = await engine.runs_page(query, token)
        some = [await describe(deps.generations, run) for run in page.runs if is_generation_id(run.instance_id)]
        wanted = [each for each in some if status in {None, each.status}]
        if len(found) + len(wanted) > limit:
            # The next request reads this page of the engine again.
            return AdminGenerations(generations=tuple(found), next_token=token)
        found += wanted
        token = page.next_token
        if token is None or len(found) == limit:
            break
    return AdminGenerations(generations=tuple(found), next_token=token)


async def describe(generations: Generations, run: Run) -> AdminGeneration:
    """Return a summary of the generation of a run."""
    ledger = await full_ledger(generations, run)
    used = total((await generations.used(run.instance_id)).values())
    return AdminGeneration(
        id=run.instance_id,
        status=status_of(ledger),
        phase=ledger.phase,
        rounds=ledger.round,
        characters=_counts(ledger, "character", ledger.characters),
        panels=_counts(ledger, "panel", ledger.panels),
        failures=await failures_of(generations, run.instance_id, ledger),
        created_at=run.created_at,
        updated_at=run.updated_at,
        finished_at=run.updated_at if ledger.is_closed else None,
        usage=UsageReport.of(used) if used.calls else None,
    )


async def failures_of(generations: Generations, generation_id: str, ledger: Ledger) -> tuple[StepFailure, ...]:
    """Return every failed step, in the order of the ledger, with the code of its last attempt."""
    failed = [step for entry in ledger.entries if (step := _failed_step(generation_id, entry)) is not None]
    return tuple(
        [
            StepFailure(step=step.kind_in_round, index=step.index, code=await _code(generations, step, code))
            for step, code in failed
        ]
    )


def _failed_step(generation_id: str, entry: Entry) -> tuple[StepRef, str] | None:
    match entry:
        case ImageEntry(failure=str(code)) | CriticalEntry(failure=code):
            return entry.ref(generation_id), code
        case _:
            return None


async def _code(generations: Generations, step: StepRef, code: str) -> str:
    """Return the failure's code; if all attempts failed, the ledger does not have it, but the failure record does."""
    record = await generations.failure(step) if code == RETRIES_EXHAUSTED else None
    return record.code if record else code


def is_critical(ledger: Ledger) -> bool:
    """Tell whether the generation ended with a critical error."""
    return ledger.is_closed and isinstance(ledger.entries[-1], CriticalEntry | BrokenEntry)


def _counts(ledger: Ledger, kind: ImageKind, total: int | None) -> ItemCounts:
    return ItemCounts(done=len(ledger.drawn(kind)), failed=len(ledger.failed(kind)), total=total)
