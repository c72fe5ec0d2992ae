"""The app's metrics over a window of time, computed from the engine's runs and their ledgers."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from api.admin.overview import failures_of, is_critical
from api.generations.ledgers import full_ledger, status_of
from shared.deps import Deps
from shared.models.http.admin import AdminMetrics, Durations, StatusCounts
from shared.models.step_ref import StepRef
from shared.models.steps import StepProgress
from shared.names import generation_of, step_instance_id
from shared.ports import Engine, Run, RunQuery

# About a thousand generations with their steps.
MAX_RUNS = 20_000
_PAGE = 500


@dataclass(slots=True)
class _Runs:
    """A generation's own run, and those of its steps by their ids."""

    main: Run | None = None
    steps: dict[str, Run] = field(default_factory=dict[str, Run])


@dataclass(slots=True)
class _Tally:
    """The counts over all generations."""

    statuses: Counter[str] = field(default_factory=Counter[str])
    incomplete: int = 0
    critical: int = 0
    errors: Counter[str] = field(default_factory=Counter[str])
    retries: int = 0
    first_panel: list[timedelta] = field(default_factory=list[timedelta])
    total: list[timedelta] = field(default_factory=list[timedelta])


async def measure(deps: Deps, engine: Engine, until: datetime, window: timedelta) -> AdminMetrics:
    """Return the metrics of the generations that were started or restarted in the window before `until`."""
    since = until - window
    generations, truncated = await _runs_since(engine, since)
    tally = _Tally()
    for runs in generations:
        if runs.main is not None:
            await _count(deps, tally, runs.main, runs.steps)
    counts = tally.statuses
    ended = counts["completed"] + counts["failed"]
    return AdminMetrics(
        since=since,
        until=until,
        generations=StatusCounts.model_validate({**counts, "incomplete": tally.incomplete}),
        completion_rate=round(counts["completed"] / ended, 4) if ended else None,
        critical_errors=tally.critical,
        errors_by_type=dict(sorted(tally.errors.items())),
        retries=tally.retries,
        time_to_first_panel=_durations(tally.first_panel),
        total_time=_durations(tally.total),
        truncated=truncated,
    )


async def _runs_since(engine: Engine, since: datetime) -> tuple[Sequence[_Runs], bool]:
    """Return the runs created since then, by generation, and whether there are more than were read."""
    by_generation: defaultdict[str, _Runs] = defaultdict(_Runs)
    read, token = 0, None
    while True:
        page = await engine.runs_page(RunQuery(limit=_PAGE, created_after=since), token)
        for run in page.runs:
            generation = generation_of(run.instance_id)
            if generation is None:
                continue
            if generation == run.instance_id:
                by_generation[generation].main = run
            else:
                by_generation[generation].steps[run.instance_id] = run
        read += len(page.runs)
        token = page.next_token
        if token is None or read >= MAX_RUNS:
            return list(by_generation.values()), token is not None


async def _count(deps: Deps, tally: _Tally, main: Run, steps: dict[str, Run]) -> None:
    ledger = await full_ledger(deps.generations, main)
    status = status_of(ledger)
    tally.statuses[status] += 1
    lacks_images = bool(ledger.missing("character") or ledger.missing("panel"))
    tally.incomplete += status == "completed" and ledger.stopped_after is None and lacks_images
    tally.critical += is_critical(ledger)
    for failure in await failures_of(deps.generations, main.instance_id, ledger):
        tally.errors[failure.code] += 1
    tally.retries += sum(_attempts(step) - 1 for step in steps.values())
    if ledger.round > 1 or (ledger.round == 1 and not ledger.is_closed) or ledger.stopped_after is not None:
        return
    refs = (StepRef(generation_id=main.instance_id, kind="panel", index=index) for index in ledger.drawn("panel"))
    panels = (steps.get(step_instance_id(ref)) for ref in refs)
    if drawn := [panel.updated_at for panel in panels if panel is not None]:
        tally.first_panel.append(min(drawn) - main.created_at)
    if status == "completed" and main.is_over:
        tally.total.append(main.updated_at - main.created_at)


def _attempts(step: Run) -> int:
    return StepProgress.model_validate(step.custom_status).attempt if step.custom_status else 1


def _durations(measured: Sequence[timedelta]) -> Durations:
    """Return quantiles by the nearest rank, so that each is a measured time."""
    if not measured:
        return Durations(count=0)
    times = sorted(round(duration.total_seconds(), 3) for duration in measured)

    def quantile(percent: int) -> float:
        return times[max(0, -(-len(times) * percent // 100) - 1)]

    return Durations(count=len(times), p50_s=quantile(50), p95_s=quantile(95), max_s=times[-1])
