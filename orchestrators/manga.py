"""The whole generation: analysis; then chunking and all characters; then all panels.

Each step is a child orchestration (`orchestrators.step`) that returns a value whether it succeeds or fails.
Each outcome becomes one entry of the ledger, in the order in which the outcomes come: that gives it its `seq`.
"""

from collections.abc import Sequence
from itertools import batched

from orchestrators.context import Flow, OrchestrationContext, Output, Task
from shared.errors import MangaError
from shared.ledger import AnalysisEntry, ChunksEntry, CompleteEntry, CriticalEntry, ImageEntry, Ledger
from shared.models.steps import STEP_OUTCOME, MangaInput, StepFailed, StepOutcome, StepRequest
from shared.names import STEP_ORCHESTRATOR, ItemKind, step_instance_id


def run_manga(context: OrchestrationContext) -> Flow[Output]:
    """Run a generation (input: MangaInput) and return its outcome; its results are in the ledger."""
    generation = _Generation(context)
    generation.publish()
    yield from generation.run([generation.step("analysis")])
    yield from generation.run([generation.step("chunks"), *generation.steps_of("character")])
    generation.begin_panels()
    yield from generation.run(generation.steps_of("panel"))
    generation.complete()
    return generation.output()


class _Generation:
    """The ledger as it grows, published with every change; once it is closed, nothing more is begun."""

    def __init__(self, context: OrchestrationContext) -> None:
        self._context = context
        self._parallel_steps = MangaInput.model_validate(context.get_input()).parallel_steps
        self._ledger = Ledger()

    def publish(self) -> None:
        self._context.set_custom_status(self._ledger.to_status())

    def output(self) -> Output:
        return {"outcome": self._ledger.entries[-1].kind, "messages": len(self._ledger.entries)}

    def step(self, kind: str, index: int = 0) -> StepRequest:
        sheets = self._ledger.drawn("character") if kind == "panel" else {}
        return StepRequest.model_validate(
            {"generation_id": self._context.instance_id, "kind": kind, "index": index, "sheets": sheets}
        )

    def steps_of(self, kind: ItemKind) -> list[StepRequest]:
        count = self._ledger.characters if kind == "character" else self._ledger.panels
        return [self.step(kind, index) for index in range(count or 0)]

    def run(self, steps: Sequence[StepRequest]) -> Flow[None]:
        """Run the steps side by side, at most `parallel_steps` at once, and record each outcome as it comes.

        More steps than that run in waves. To start a further one whenever one ends would look better, but the
        extension awaits the actions of an orchestration one after another: it holds each such latecomer back
        until the one before it has ended, so that the tail would run one by one.
        """
        for wave in batched(steps, self._parallel_steps, strict=False):
            running = {self._start(request): request for request in wave if not self._ledger.is_closed}
            while running and not self._ledger.is_closed:
                yield self._context.task_any(list(running))
                for task in [task for task in running if task.is_completed]:
                    self._record(running.pop(task), _outcome_of(task))

    def begin_panels(self) -> None:
        if not self._ledger.is_closed:
            self._ledger = self._ledger.model_copy(update={"phase": "panels"})
            self.publish()

    def complete(self) -> None:
        if not self._ledger.is_closed:
            self._ledger = self._ledger.with_entry(CompleteEntry(), phase="ended")
            self.publish()

    def _start(self, request: StepRequest) -> Task:
        instance_id = step_instance_id(request.generation_id, request.kind, request.index, request.version)
        payload = request.model_dump(mode="json", by_alias=True)
        return self._context.call_sub_orchestrator(STEP_ORCHESTRATOR, payload, instance_id)

    def _record(self, request: StepRequest, outcome: StepOutcome) -> None:
        if not self._ledger.is_closed:
            self._ledger = _with_outcome(self._ledger, request, outcome)
            self.publish()


def _with_outcome(ledger: Ledger, request: StepRequest, outcome: StepOutcome) -> Ledger:
    failure = outcome.failure if isinstance(outcome, StepFailed) else None
    count = None if isinstance(outcome, StepFailed) else outcome.count
    match request.kind:
        case "character" | "panel":
            entry = ImageEntry(kind=request.kind, index=request.index, version=request.version, failure=failure)
            return ledger.with_entry(entry)
        case "analysis" | "chunks" if failure is not None:
            return ledger.with_entry(CriticalEntry(step=request.kind, failure=failure), phase="ended")
        case "analysis":
            title = None if isinstance(outcome, StepFailed) else outcome.title
            return ledger.with_entry(AnalysisEntry(), phase="characters", title=title, characters=count)
        case "chunks":
            return ledger.with_entry(ChunksEntry(), panels=count)


def _outcome_of(task: Task) -> StepOutcome:
    """A step returns a value either way; one that raised all the same was broken by a fault in this app."""
    if isinstance(task.result, Exception):
        return StepFailed(failure=MangaError.code)
    return STEP_OUTCOME.validate_python(task.result)
