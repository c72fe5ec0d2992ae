"""Saves and loads the ledger from within an orchestration, and retries while the storage does not answer."""

import azure.durable_functions as df

from orchestrators.context import Flow, OrchestrationContext
from shared.ledger import Ledger
from shared.models.steps import LedgerRequest
from shared.names import LOAD_LEDGER, SAVE_LEDGER

MAX_ATTEMPTS = 20
RETRY_INTERVAL_MS = 5000


def save_ledger(context: OrchestrationContext, ledger: Ledger) -> Flow[None]:
    """Save the ledger for the next round."""
    yield from _call(context, SAVE_LEDGER, LedgerRequest(generation_id=context.instance_id, ledger=ledger))


def load_ledger(context: OrchestrationContext) -> Flow[Ledger]:
    """Return the ledger that the last round saved."""
    saved = yield from _call(context, LOAD_LEDGER, LedgerRequest(generation_id=context.instance_id))
    return Ledger.model_validate(saved)


def _call(context: OrchestrationContext, activity: str, request: LedgerRequest) -> Flow[object]:
    payload = request.model_dump(mode="json", by_alias=True, exclude_none=True)
    retry_options = df.RetryOptions(RETRY_INTERVAL_MS, MAX_ATTEMPTS)
    return (yield context.call_activity_with_retry(activity, retry_options, payload))
