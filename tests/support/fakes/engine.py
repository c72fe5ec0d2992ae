"""An engine whose orchestrations are what the test says they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import JsonValue

from shared.errors import EngineUnavailable
from shared.models.ledger import Ledger
from shared.models.step_ref import StepRef
from shared.models.steps import StepProgress
from shared.names import step_instance_id
from shared.ports import Run, RunPage, RunQuery, RunState

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class FakeEngine:
    """Engine. `calls` counts what it was asked; `down` makes it unavailable."""

    runs_by_id: dict[str, Run] = field(default_factory=dict[str, Run])
    started: list[tuple[str, str, JsonValue]] = field(default_factory=list[tuple[str, str, JsonValue]])
    events: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    calls: int = 0
    down: bool = False

    def show(self, generation_id: str, ledger: Ledger, state: RunState = "running") -> None:
        """Let the generation's run have this ledger."""
        self.runs_by_id[generation_id] = Run(generation_id, state, ledger.to_status(), NOW, NOW)

    def show_step(self, generation_id: str, progress: StepProgress) -> None:
        """Let a step's run be under way."""
        instance_id = step_instance_id(StepRef(generation_id=generation_id, kind=progress.kind, index=progress.index))
        status = progress.model_dump(mode="json", by_alias=True)
        self.runs_by_id[instance_id] = Run(instance_id, "running", status, NOW, NOW)

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        self._answer()
        known = self.runs_by_id.get(instance_id)
        if known is not None and not known.is_over:
            return False
        self.started.append((orchestrator, instance_id, start_input))
        self.runs_by_id[instance_id] = Run(instance_id, "pending", None, NOW, NOW)
        return True

    async def run(self, instance_id: str) -> Run | None:
        self._answer()
        return self.runs_by_id.get(instance_id)

    async def runs(self, prefix: str) -> Sequence[Run]:
        self._answer()
        return [run for key, run in self.runs_by_id.items() if key.startswith(prefix)]

    async def runs_page(self, query: RunQuery, token: str | None = None) -> RunPage:
        self._answer()
        matching = [
            run
            for key, run in sorted(self.runs_by_id.items())
            if key.startswith(query.prefix)
            and key > (token or "")
            and run.state in (query.states or {run.state})
            and (query.created_after is None or run.created_at >= query.created_after)
            and (query.created_before is None or run.created_at <= query.created_before)
        ]
        page = matching[: query.limit]
        return RunPage(page, page[-1].instance_id if len(matching) > len(page) else None)

    async def raise_event(self, instance_id: str, event: str) -> None:
        self._answer()
        self.events.append((instance_id, event))

    async def terminate(self, instance_id: str, reason: str) -> None:
        self._answer()
        self.events.append((instance_id, f"terminated: {reason}"))
        run = self.runs_by_id.get(instance_id)
        if run is not None and not run.is_over:
            self.runs_by_id[instance_id] = replace(run, state="terminated")

    async def purge(self, instance_id: str) -> None:
        self._answer()
        self.runs_by_id.pop(instance_id, None)

    def _answer(self) -> None:
        self.calls += 1
        if self.down:
            raise EngineUnavailable("The durable engine does not answer.")
