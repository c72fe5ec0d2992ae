"""Saving and loading the ledger from within an orchestration, with patience: the storage may be away for a while."""

from datetime import timedelta

from orchestrators.context import Flow, OrchestrationContext
from shared.ledger import Ledger
from shared.models.steps import LedgerRequest
from shared.names import LOAD_LEDGER, SAVE_LEDGER

ATTEMPTS = 20
INTERVAL_S = 5


def save_ledger(context: OrchestrationContext, ledger: Ledger) -> Flow[None]:
    """Keep the ledger where the next round finds it."""
    yield from _call(context, SAVE_LEDGER, LedgerRequest(generation_id=context.instance_id, ledger=ledger))


def load_ledger(context: OrchestrationContext) -> Flow[Ledger]:
    """Return the ledger that the last round has saved."""
    saved = yield from _call(context, LOAD_LEDGER, LedgerRequest(generation_id=context.instance_id))
    return Ledger.model_validate(saved)


def _call(context: OrchestrationContext, activity: str, request: LedgerRequest) -> Flow[object]:
    """Call the activity until it succeeds.

    With a timer of its own: the built-in retry must not be followed by further work (see `orchestrators.step`).
    """
    payload = request.model_dump(mode="json", by_alias=True, exclude_none=True)
    for _ in range(ATTEMPTS - 1):
        try:
            return (yield context.call_activity(activity, payload))
        except Exception:  # noqa: BLE001 - the SDK raises a failed activity as a bare Exception
            yield context.create_timer(context.current_utc_datetime + timedelta(seconds=INTERVAL_S))
    return (yield context.call_activity(activity, payload))
