"""The whole generation: analysis; then chunking and all characters; then all panels.

Each step is a child orchestration (`orchestrators.step`) that returns a value whether it succeeds or fails.
Each outcome becomes an entry of the ledger, in the order of arrival, which gives it its `seq`.

A retry or a redo starts the orchestration of an ended generation again with the same id: the history starts from
scratch, so that it stays small, and the saved ledger is loaded.
"""

from collections.abc import Sequence
from itertools import batched

from orchestrators.context import Flow, OrchestrationContext, Output, Task
from orchestrators.ledger_storage import begin_next_chapter, load_ledger, save_ledger
from shared.errors import Cancelled, MangaError
from shared.models.ledger import (
    CLOSING_ENTRIES,
    AnalysisEntry,
    CancelledEntry,
    ChunksEntry,
    ClosingEntry,
    CompleteEntry,
    CriticalEntry,
    ImageEntry,
    Ledger,
)
from shared.models.step_ref import ImageKind, StepKind
from shared.models.steps import STEP_OUTCOME, MakeAgain, MangaInput, StepFailed, StepOutcome, StepRequest
from shared.names import CANCEL_EVENT, STEP_ORCHESTRATOR, step_instance_id

# How many saved entries a status repeats, so that a reader who was away for a moment needs nothing else.
SAVED_ENTRIES_SHOWN = 10
# In these versions a cancelled step was recorded like any other failure.
_WITHOUT_RECORDS = {None, "1.0"}


def run_manga(context: OrchestrationContext) -> Flow[Output]:
    """Do the work that the input (MangaInput) asks for; return its outcome. The results are in the ledger."""
    request = MangaInput.model_validate(context.get_input())
    generation = _Generation(context, request.parallel_steps, request.trace_parent)
    if request.resumed and not (yield from generation.load(request.round)):
        return {"outcome": "unwanted"}
    generation.publish()
    if isinstance(request.work, MakeAgain):
        yield from generation.make_again(request.work)
    else:
        yield from generation.make_missing()
    return (yield from generation.end(is_followed=request.is_followed))


class _Generation:
    """The ledger, published with every change. Once it is about to be closed, nothing more is started."""

    def __init__(self, context: OrchestrationContext, parallel_steps: int, trace_parent: str | None) -> None:
        self._context = context
        self._parallel_steps = parallel_steps
        self._trace_parent = trace_parent
        self._ledger = Ledger()
        self._round = 0
        self._saved_entries = 0
        self._closing: ClosingEntry | None = None
        self._cancelled = context.wait_for_external_event(CANCEL_EVENT)

    def load(self, round_: int | None) -> Flow[bool]:
        """Load the ledger of the previous round; return False if this round is no longer wanted."""
        saved = yield from load_ledger(self._context, round_)
        if saved is None:
            return False
        self._ledger = saved.reopened()
        self._round = saved.round
        self._saved_entries = len(saved.entries)
        return True

    def end(self, *, is_followed: bool) -> Flow[Output]:
        """Close and save the ledger, begin the next chapter if one follows, and only then publish the end."""
        closed = self._ledger if self._ledger.is_closed else self._ledger.closed(self._closing or self._end_of_work())
        saved = yield from save_ledger(self._context, closed)
        if saved is None:
            return {"outcome": "unwanted"}
        self._ledger = saved
        if is_followed and isinstance(saved.entries[-1], CompleteEntry):
            yield from begin_next_chapter(self._context)
        self.publish()
        return {"outcome": saved.entries[-1].kind, "messages": len(saved.entries)}

    def publish(self) -> None:
        first_seq = max(1, self._saved_entries + 1 - SAVED_ENTRIES_SHOWN)
        self._context.set_custom_status(self._ledger.to_status(first_seq))

    def make_missing(self) -> Flow[None]:
        if self._ledger.characters is None:
            yield from self._run([self._step("analysis")])
        text = [] if self._ledger.panels is not None else [self._step("chunks")]
        yield from self._run([*text, *self._missing("character")])
        self._begin_panels()
        yield from self._run(self._missing("panel"))

    def make_again(self, work: MakeAgain) -> Flow[None]:
        step = self._step(work.kind, work.index)
        yield from self._run([step.model_copy(update={"instructions": work.instructions})])

    def _end_of_work(self) -> ClosingEntry:
        """Return the closing entry of a round without an error.

        A redo does not complete a generation that ended early before.
        """
        before = [entry for entry in self._ledger.entries if isinstance(entry, CLOSING_ENTRIES)]
        if before and not self._ledger.is_all_tried:
            return before[-1]
        return CompleteEntry(used=self._ledger.used)

    @property
    def _is_ending(self) -> bool:
        return self._closing is not None or self._ledger.is_closed

    def _begin_panels(self) -> None:
        if not self._is_ending:
            self._ledger = self._ledger.model_copy(update={"phase": "panels"})
            self.publish()

    def _missing(self, kind: ImageKind) -> list[StepRequest]:
        return [self._step(kind, index) for index in self._ledger.missing(kind)]

    def _step(self, kind: StepKind, index: int = 0) -> StepRequest:
        is_image = kind in {"character", "panel"}
        return StepRequest(
            generation_id=self._context.instance_id,
            kind=kind,
            index=index,
            version=self._ledger.next_version("panel" if kind == "panel" else "character", index)
            if is_image
            else self._round + 1,
            sheets=self._ledger.drawn("character") if kind == "panel" else {},
            trace_parent=self._trace_parent,
            round=self._round,
        )

    def _run(self, steps: Sequence[StepRequest]) -> Flow[None]:
        """Run the steps in parallel, at most `parallel_steps` at once, and record each outcome as it arrives.

        More steps than that run in waves. Starting the next step whenever one ends would be faster in theory, but the
        extension awaits the actions of an orchestration one after another: each later step would wait for the one
        before it, so that the last ones would run one by one.
        """
        for wave in batched(steps, self._parallel_steps, strict=False):
            running = {self._start(request): request for request in wave if not self._is_ending}
            while running and not self._is_ending:
                yield self._context.task_any([*running, self._cancelled])
                for task in [task for task in running if task.is_completed]:
                    outcome = _outcome_of(task)
                    yield from self._record(running.pop(task), outcome)
                if self._cancelled.is_completed:
                    self._closing = self._closing or CancelledEntry()

    def _start(self, request: StepRequest) -> Task:
        instance_id = step_instance_id(request, self._round)
        payload = request.model_dump(mode="json", by_alias=True, exclude_none=True)
        return self._context.call_sub_orchestrator(STEP_ORCHESTRATOR, payload, instance_id)

    def _record(self, request: StepRequest, outcome: StepOutcome) -> Flow[None]:
        if self._is_ending:
            return
        if isinstance(outcome, StepFailed):
            self._closing = self._end_by(request, outcome)
            if self._closing is not None:
                return
        elif outcome.ended_before:
            # Version 1.0 returned this for a generation that was started a second time after its end.
            self._ledger = (yield from load_ledger(self._context)) or self._ledger
            self.publish()
            return
        self._ledger = _with_outcome(self._ledger, request, outcome)
        self.publish()

    def _end_by(self, request: StepRequest, failed: StepFailed) -> ClosingEntry | None:
        """Return the closing entry if the generation can't continue after this failure."""
        if failed.failure == Cancelled.code and self._context.version not in _WITHOUT_RECORDS:
            return CancelledEntry()
        match request.kind:
            case "analysis" | "chunks":
                return CriticalEntry(
                    step=request.kind, version=request.version, failure=failed.failure, retried=failed.retried
                )
            case "character" | "panel":
                return None


def _with_outcome(ledger: Ledger, request: StepRequest, outcome: StepOutcome) -> Ledger:
    ledger = ledger if isinstance(outcome, StepFailed) else ledger.with_used(outcome.used)
    failure = outcome.failure if isinstance(outcome, StepFailed) else None
    count = None if isinstance(outcome, StepFailed) else outcome.count
    retried = outcome.retried
    match request.kind:
        case "character" | "panel":
            entry = ImageEntry(
                kind=request.kind, index=request.index, version=request.version, failure=failure, retried=retried
            )
            return ledger.with_entry(entry)
        case "analysis":
            title, language = (None, None) if isinstance(outcome, StepFailed) else (outcome.title, outcome.language)
            entry = AnalysisEntry(retried=retried)
            return ledger.with_entry(entry, phase="characters", title=title, language=language, characters=count)
        case "chunks":
            return ledger.with_entry(ChunksEntry(retried=retried), panels=count)


def _outcome_of(task: Task) -> StepOutcome:
    """Return the outcome of a step. One that raised has a bug: steps return failures as values."""
    if isinstance(task.result, Exception):
        return StepFailed(failure=MangaError.code)
    return STEP_OUTCOME.validate_python(task.result)
