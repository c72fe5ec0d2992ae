"""The status and error messages of the stream: all of their texts are here."""

from typing import Literal

from shared.errors import public_reason
from shared.models.ledger import Phase
from shared.models.messages import ErrorMessage, StatusMessage
from shared.models.step_ref import RoundStepKind, StepRef
from shared.models.steps import FailureRecord
from shared.models.story import StoryAnalysis


def step_title(kind: RoundStepKind, index: int, analysis: StoryAnalysis | None) -> str:
    """Return a step's display name, such as `panel 3` or `character generation for Mira`."""
    match kind:
        case "analysis":
            return "story analysis"
        case "chunks":
            return "story chunking"
        case "character":
            return f"character generation for {character_name(index, analysis)}"
        case "panel":
            return f"panel {index + 1}"


def character_name(index: int, analysis: StoryAnalysis | None) -> str:
    """Return the character's name."""
    return analysis.characters[index].name if analysis is not None else f"character {index + 1}"


def working_on(generation_id: str, kind: RoundStepKind, subject: str = "") -> StatusMessage:
    """Return the status of a kind of step that has begun."""
    message = {
        "analysis": "Analyzing story...",
        "chunks": "Breaking down story...",
        "character": f"Creating {subject}...",
        "panel": f"Generating {subject}...",
    }[kind]
    return StatusMessage(generation_id=generation_id, step=kind, message=message)


def first_status(generation_id: str, phase: Phase) -> StatusMessage:
    """Return the first message of a response, which is sent before anything is read."""
    match phase:
        case "analysis":
            return working_on(generation_id, "analysis")
        case "characters":
            return working_on(generation_id, "character", "characters")
        case "panels":
            return working_on(generation_id, "panel", "panels")
        case "ended":
            return StatusMessage(generation_id=generation_id, step="panel", message="Here are the results.")


def reconnect(generation_id: str, last_seq: int) -> StatusMessage:
    """Return the status that tells the reader to reconnect."""
    return StatusMessage(
        generation_id=generation_id,
        step="reconnect",
        message=f"This response ends here. To read on, reconnect with after={last_seq}.",
    )


def retry_messages(
    step: StepRef, failure: FailureRecord, analysis: StoryAnalysis | None
) -> tuple[ErrorMessage, StatusMessage]:
    """Return the two messages of a retry: the error, and which step is retried."""
    title = step_title(step.kind_in_round, step.index, analysis)
    return (
        ErrorMessage(
            generation_id=step.generation_id,
            step=step.kind_in_round,
            message=_failed_attempt(title, failure),
            retrying=True,
            code=failure.code,
            index=step.index if step.is_image else None,
            wait_seconds=failure.wait_s,
        ),
        StatusMessage(generation_id=step.generation_id, step="retry", message=f"Retrying {title}..."),
    )


def _failed_attempt(title: str, failure: FailureRecord) -> str:
    if failure.wait_s is not None:
        return f"The model is busy: {title} will be retried in {failure.wait_s} seconds."
    attempt = "First attempt" if failure.attempts == 1 else f"Attempt {failure.attempts}"
    return f"{attempt} failed for {title}: {public_reason(failure.code, failure.block)}."


def item_failed(
    seq: int, step: StepRef, code: str, failure: FailureRecord | None, analysis: StoryAnalysis | None
) -> ErrorMessage:
    """Return the final error of a character or a panel; the generation continues without it."""
    what = character_name(step.index, analysis) if step.kind == "character" else f"panel {step.index + 1}"
    return ErrorMessage(
        generation_id=step.generation_id,
        seq=seq,
        step=step.kind_in_round,
        message=f"Failed to generate {what}: {_reason(failure, code)}.",
        code=failure.code if failure else code,
        index=step.index,
    )


def critical(seq: int, step: StepRef, code: str, failure: FailureRecord | None) -> ErrorMessage:
    """Return the end of a generation that can't continue after a failed step."""
    title = step_title(step.kind_in_round, 0, None).capitalize()
    text = f"{title} failed: {_reason(failure, code)}. The generation has stopped; retry it once the problem is solved."
    return _end(step.generation_id, seq, "critical", failure.code if failure else code, text)


def cancelled(generation_id: str, seq: int) -> ErrorMessage:
    """Return the end of a generation that was cancelled."""
    text = "This generation was cancelled. Finished results are kept."
    return _end(generation_id, seq, "cancelled", "cancelled", text)


def broken(generation_id: str, seq: int) -> ErrorMessage:
    """Return the end of a generation whose orchestration failed."""
    text = "The generation stopped because of a fault in this app. Finished results are kept."
    return _end(generation_id, seq, "critical", "internal-error", text)


def _end(generation_id: str, seq: int, step: Literal["critical", "cancelled"], code: str, message: str) -> ErrorMessage:
    return ErrorMessage(generation_id=generation_id, seq=seq, step=step, code=code, message=message)


def _reason(failure: FailureRecord | None, code: str) -> str:
    return public_reason(failure.code, failure.block) if failure else public_reason(code)
