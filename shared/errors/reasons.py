"""Why a step failed, in words for the person who waits for it."""

from collections.abc import Iterator

from shared.errors.app import (
    Cancelled,
    DailyBudgetExhausted,
    GenerationBudgetExhausted,
    NotConfigured,
    StorageUnavailable,
)
from shared.errors.model import BLOCK_REASONS, ContentBlocked, ModelError
from shared.models.steps import RETRIES_EXHAUSTED


def _subclasses(error: type[ModelError]) -> Iterator[type[ModelError]]:
    for child in error.__subclasses__():
        yield child
        yield from _subclasses(child)


_REASONS = {error.code: error.reason for error in _subclasses(ModelError) if "code" in vars(error)} | {
    GenerationBudgetExhausted.code: "the spending limit of this story is reached",
    DailyBudgetExhausted.code: "the daily spending limit of this app is reached; retry after midnight UTC",
    Cancelled.code: "the generation was cancelled first",
    StorageUnavailable.code: "the storage of this app could not be reached",
    NotConfigured.code: "a setting of this app is missing; the operator finds its name in the log",
    # No record says why the attempts failed: the storage was away, or they broke off. It may have been the model.
    RETRIES_EXHAUSTED: "all attempts failed; the operator of this app finds the reason in the log",
}


def public_reason(code: str, block: str | None = None) -> str:
    """Return a failure's reason as a clause, from its stable code (and the block's reason)."""
    if code == ContentBlocked.code:
        return BLOCK_REASONS.get(block or "OTHER", BLOCK_REASONS["OTHER"])
    return _REASONS.get(code, "something went wrong in this app")
