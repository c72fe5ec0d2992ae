"""What an orchestration does besides its steps: it keeps the ledger, copies images, and begins the next chapter.

Each call is retried while the storage or the engine does not answer.
"""

from collections.abc import Sequence
from typing import Annotated

import azure.durable_functions as df
from pydantic import Field, TypeAdapter

from orchestrators.context import Flow, OrchestrationContext
from shared.models.base import WireModel
from shared.models.ledger import ClosingEntry, Ledger
from shared.models.steps import COPIES, CopyRequest, ImageCopy, LedgerRequest, NextChapterRequest
from shared.names import BEGIN_NEXT_CHAPTER, COPY_IMAGES, LOAD_LEDGER, SAVE_LEDGER

MAX_ATTEMPTS = 20
RETRY_INTERVAL_MS = 5000

_CLOSING: TypeAdapter[ClosingEntry] = TypeAdapter(Annotated[ClosingEntry, Field(discriminator="kind")])


def save_ledger(context: OrchestrationContext, ledger: Ledger) -> Flow[Ledger | None]:
    """End the round with the closed ledger, and return the saved one: the round may have been cancelled meanwhile.

    None if the generation is removed.
    """
    saved = yield from _call(context, SAVE_LEDGER, LedgerRequest(generation_id=context.instance_id, ledger=ledger))
    if isinstance(saved, bool):
        # The result of an earlier version's activity.
        return ledger
    if saved is None:
        return None
    return ledger.model_copy(update={"entries": (*ledger.entries[:-1], _CLOSING.validate_python(saved))})


def load_ledger(context: OrchestrationContext, round_: int | None = None) -> Flow[Ledger | None]:
    """Return the ledger of the last round; None if this round is over, or the generation removed."""
    request = LedgerRequest(generation_id=context.instance_id, round=round_)
    saved = yield from _call(context, LOAD_LEDGER, request)
    return None if saved is None else Ledger.model_validate(saved)


def copy_images(context: OrchestrationContext, copies: Sequence[ImageCopy]) -> Flow[tuple[ImageCopy, ...]]:
    """Copy images of the generation; return the copies that exist now."""
    if not copies:
        return ()
    request = CopyRequest(generation_id=context.instance_id, copies=tuple(copies))
    return COPIES.validate_python((yield from _call(context, COPY_IMAGES, request)))


def begin_next_chapter(context: OrchestrationContext) -> Flow[None]:
    """Begin the chapter that waits after this generation. If that fails for good, it waits for a retry."""
    try:
        yield from _call(context, BEGIN_NEXT_CHAPTER, NextChapterRequest(generation_id=context.instance_id))
    except Exception:  # noqa: BLE001 - the SDK raises a failed activity as a bare Exception
        # The generation itself is complete.
        return


def _call(context: OrchestrationContext, activity: str, request: WireModel) -> Flow[object]:
    payload = request.model_dump(mode="json", by_alias=True, exclude_none=True)
    retry_options = df.RetryOptions(RETRY_INTERVAL_MS, MAX_ATTEMPTS)
    return (yield context.call_activity_with_retry(activity, retry_options, payload))
