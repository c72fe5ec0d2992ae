"""What is faster in the SDK gives exactly what the SDK's own gives."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from dateutil.parser import parse

from tools.devhost.engine.clock import to_text
from tools.devhost.worker.faster_sdk import read_timestamp


@pytest.mark.parametrize(
    "text",
    [
        to_text(datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)),
        to_text(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        to_text(datetime(1, 1, 1, tzinfo=UTC)),
        "2026-01-02T03:04:05Z",
    ],
)
def test_value_is_the_parsers_own(text: str) -> None:
    mine, theirs = read_timestamp(text), parse(text)
    assert (mine, mine.utcoffset(), str(mine)) == (theirs, theirs.utcoffset(), str(theirs))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("history.HistoryEvent", "dt_parse"),
        ("DurableOrchestrationStatus", "dt_parse"),
        ("TaskOrchestrationExecutor", "namedtuple"),
    ],
)
def test_the_sdk_still_has_what_is_replaced(module: str, name: str) -> None:
    """It is left alone without; then this would be dead code, and a replay as slow as before."""
    assert hasattr(import_module(f"azure.durable_functions.models.{module}"), name)
