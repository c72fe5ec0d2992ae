"""A faster reader for the timestamps in replayed histories.

The Durable SDK parses the ``Timestamp`` of every history event at every replay with a parser that guesses the format;
that is about two thirds of a replay's time. The host writes all of them in one format, so they are read as that, and
give the same values. An SDK without the name replaced here is left alone.
"""

import importlib
from datetime import datetime

from dateutil import tz

_MODULE = "azure.durable_functions.models.history.HistoryEvent"
_NAME = "dt_parse"


def read_timestamp(text: str) -> datetime:
    """``2026-01-02T03:04:05.678901Z`` as the SDK's own parser reads it."""
    return datetime.fromisoformat(text).replace(tzinfo=tz.UTC)


def speed_up_replays() -> None:
    """Have the SDK read timestamps with `read_timestamp`."""
    try:
        module = importlib.import_module(_MODULE)
    except ModuleNotFoundError:
        return  # an app without durable functions
    if hasattr(module, _NAME):
        setattr(module, _NAME, read_timestamp)
