"""The Durable SDK, spared work that it does over and over, which would be most of a replay's time and of a status's.

It parses each timestamp with a parser that guesses the format; the host writes all of them in one, so they are read as
that, and give the same values. And it makes the same tuple type anew for each replay. An SDK without the names that are
replaced here is left alone.
"""

import importlib
from collections import namedtuple
from datetime import datetime
from functools import cache

from dateutil import tz

_MODELS = "azure.durable_functions.models"


def read_timestamp(text: str) -> datetime:
    """``2026-01-02T03:04:05.678901Z`` as the SDK's own parser reads it."""
    return datetime.fromisoformat(text).replace(tzinfo=tz.UTC)


def speed_up_sdk() -> None:
    """Replace what is slow in the SDK, if the app has it."""
    _replace("history.HistoryEvent", "dt_parse", read_timestamp)
    _replace("DurableOrchestrationStatus", "dt_parse", read_timestamp)
    _replace("TaskOrchestrationExecutor", "namedtuple", cache(namedtuple))


def _replace(module_name: str, name: str, value: object) -> None:
    try:
        module = importlib.import_module(f"{_MODELS}.{module_name}")
    except ModuleNotFoundError:
        return  # an app without durable functions
    if hasattr(module, name):
        setattr(module, name, value)
