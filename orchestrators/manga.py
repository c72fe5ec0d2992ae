"""The whole generation: analysis; then chunking and all characters; then all panels.

Each step is a child orchestration (`orchestrators.step`) that returns a value whether it succeeds or fails.
Each outcome becomes an entry of the ledger, in the order of arrival, which gives it its `seq`.

A retry or a redo starts the orchestration of an ended generation again with the same id: the history starts from
scratch, so that it stays small, and the saved ledger is loaded.
"""

from collections.abc import Sequence
from itertools import batched

from orchestrators.context import Flow, OrchestrationContext, Output, Task
from orchestrators.ledger_storage import begin_next_chapter, copy_images, load_ledger, save_ledger
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
from shared.models.steps import (
    STEP_OUTCOME,
    ImageCopy,
    MakeAgain,
    MakeMissing,
    MangaInput,
    Move,
    ReplacePlan,
    StepFailed,
    StepOutcome,
    StepRequest,
    Work,
)
from shared.models.story import StopAfter
from shared.names import CANCEL_EVENT, STEP_ORCHESTRATOR, step_instance_id

# How many saved entries a status repeats, so that a reader who was away for a moment needs nothing else.
SAVED_ENTRIES_SHOWN = 10
# In these versions a cancelled step was recorded like any other failure.
_WITHOUT_RECORDS = {None, "1.0"}


def run_manga(context: OrchestrationContext) -> Flow[Output]:
    """Do the work that the input (MangaInput) asks for; return its outcome. The results are in the ledger."""
    request = MangaInput.model_validate(context.get_input())
    generation = _Generation(context, request)
    if request.resumed and not (yield from generation.load(request.round)):
        return {"outcome": "unwanted"}
    generation.publish()
    match request.work:
        case MakeMissing():
            yield from generation.make_missing()
        case MakeAgain() as again:
            yield from generation.make_again(again)
        case ReplacePlan() as edited:
            yield from generation.replace_plan(edited)
    # An edit is free, and a redo costs one image: neither may begin a whole chapter. A retry does.
    is_followed = request.is_followed and isinstance(request.work, MakeMissing)
    return (yield from generation.end(is_followed=is_followed))


def _stop_after(work: Work) -> StopAfter | None:
    """Return after what the round stops: nothing is drawn in one with an edited plan."""
    match work:
        case MakeMissing():
            return work.stop_after
        case MakeAgain():
            return None
        case ReplacePlan():
            return "plan"


class _Generation:
    """The ledger, published with every change. Once it is about to be closed, nothing more is started."""

    def __init__(self, context: OrchestrationContext, request: MangaInput) -> None:
        self._context = context
        self._parallel_steps = request.parallel_steps
        self._trace_parent = request.trace_parent
        self._stop_after: StopAfter | None = _stop_after(request.work)
        self._ledger = Ledger(stop_after=self._stop_after)
        self._round = 0
        self._saved_entries = 0
        self._closing: ClosingEntry | None = None
        self._cancelled = context.wait_for_external_event(CANCEL_EVENT)

    def load(self, round_: int | None) -> Flow[bool]:
        """Load the ledger of the previous round; return False if this round is no longer wanted."""
        saved = yield from load_ledger(self._context, round_)
        if saved is None:
            return False
        self._ledger = saved.reopened(self._stop_after)
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
        last = saved.entries[-1]
        if is_followed and isinstance(last, CompleteEntry) and last.stopped_after is None:
            yield from begin_next_chapter(self._context)
        self.publish()
        return {"outcome": last.kind, "messages": len(saved.entries)}

    def publish(self) -> None:
        first_seq = max(1, self._saved_entries + 1 - SAVED_ENTRIES_SHOWN)
        self._context.set_custom_status(self._ledger.to_status(first_seq))

    def make_missing(self) -> Flow[None]:
        if self._ledger.characters is None:
            yield from self._run([self._step("analysis")])
        text = [] if self._ledger.panels is not None else [self._step("chunks")]
        if self._stop_after is not None:
            yield from self._run(text)
            return
        yield from self._run([*text, *self._missing("character")])
        self._begin_panels()
        yield from self._run(self._missing("panel"))

    def make_again(self, work: MakeAgain) -> Flow[None]:
        step = self._step(work.kind, work.index)
        yield from self._run([step.model_copy(update={"instructions": work.instructions})])

    def replace_plan(self, work: ReplacePlan) -> Flow[None]:
        """Use an edited plan. Its images are copied first: a round that fails at that has changed nothing."""
        edited = _with_plan(self._ledger, work)
        copied = yield from copy_images(self._context, _copies(edited, work.moves))
        for copy in copied:
            edited = edited.with_entry(ImageEntry(kind=copy.kind, index=copy.to_index, version=copy.to_version))
        self._ledger = edited
        self.publish()

    def _end_of_work(self) -> ClosingEntry:
        """Return the closing entry of a round without an error.

        A redo does not complete a generation that ended early before.
        """
        if self._stop_after is not None:
            return CompleteEntry(used=self._ledger.used, stopped_after=self._stop_after if self._lacks_images else None)
        before = [entry for entry in self._ledger.entries if isinstance(entry, CLOSING_ENTRIES)]
        if not before or self._ledger.is_all_tried:
            return CompleteEntry(used=self._ledger.used)
        if isinstance(before[-1], CompleteEntry):
            return before[-1].model_copy(update={"used": self._ledger.used})
        return before[-1]

    @property
    def _lacks_images(self) -> bool:
        return bool(self._ledger.missing("character") or self._ledger.missing("panel"))

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
            plan=self._ledger.plan,
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
            case "character" | "panel" | "lettering":
                return None


def _with_plan(ledger: Ledger, work: ReplacePlan) -> Ledger:
    analysis = AnalysisEntry(plan=work.plan, outdated=work.outdated_characters, count_before=ledger.characters)
    chunks = ChunksEntry(plan=work.plan, outdated=work.outdated_panels, count_before=ledger.panels)
    edited = ledger.with_entry(analysis, title=work.title, language=work.language, characters=work.characters)
    return edited.with_entry(chunks, panels=work.panels)


def _copies(ledger: Ledger, moves: Sequence[Move]) -> list[ImageCopy]:
    return [ImageCopy(**dict(move), to_version=ledger.next_version(move.kind, move.to_index)) for move in moves]


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
        case "lettering":
            # A translation runs beside the rounds.
            return ledger


def _outcome_of(task: Task) -> StepOutcome:
    """Return the outcome of a step. One that raised has a bug: steps return failures as values."""
    if isinstance(task.result, Exception):
        return StepFailed(failure=MangaError.code)
    return STEP_OUTCOME.validate_python(task.result)
