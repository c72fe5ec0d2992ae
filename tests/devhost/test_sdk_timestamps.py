"""The faster reading of timestamps gives exactly what the SDK's own gives."""

from datetime import UTC, datetime

import pytest
from dateutil.parser import parse

from devhost.engine.clock import to_text
from devhost.worker.sdk_timestamps import read_timestamp


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
    ],
)
def test_value_is_the_parsers_own(moment: datetime) -> None:
    text = to_text(moment)
    mine, theirs = read_timestamp(text), parse(text)
    assert (mine, mine.utcoffset(), str(mine)) == (theirs, theirs.utcoffset(), str(theirs))
