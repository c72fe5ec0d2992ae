"""Log records in telemetry have the stack of an error and its causes, but not their messages."""

import logging
import sys
from collections.abc import Callable
from typing import cast

import pytest
from opentelemetry._logs import Logger, LogRecord

from shared.telemetry.opentelemetry_logs import LogHandler


class Collected:
    """Stands in for OpenTelemetry's logger."""

    def __init__(self) -> None:
        self.records: list[LogRecord] = []

    def emit(self, record: LogRecord) -> None:
        self.records.append(record)


def _low() -> None:
    raise OSError("secret of the system")


def _explicit() -> None:
    try:
        _low()
    except OSError as exc:
        raise ValueError("secret of a person") from exc


def _implicit() -> None:
    try:
        _low()
    except OSError:
        raise ValueError("secret of a person")  # noqa: B904 - on purpose


def _suppressed() -> None:
    try:
        _low()
    except OSError:
        raise ValueError("secret of a person") from None


def _stack_of(fail: Callable[[], None]) -> str:
    collected = Collected()
    handler = LogHandler(cast("Logger", collected), lambda: None)
    try:
        fail()
    except ValueError:
        handler.emit(logging.LogRecord("api", logging.ERROR, __file__, 1, "failed", None, sys.exc_info()))
    (record,) = collected.records
    attributes = record.attributes or {}
    assert attributes["exception.type"] == "ValueError"
    return str(attributes["exception.stacktrace"])


@pytest.mark.parametrize("fail", [_explicit, _implicit])
def test_cause_follows_the_error(fail: Callable[[], None]) -> None:
    stack = _stack_of(fail)

    assert stack.index("ValueError") < stack.index("caused by OSError") < stack.index("in _low")
    assert "secret of" not in stack.replace('raise OSError("secret of the system")', "").replace(
        'raise ValueError("secret of a person")', ""
    )


def test_suppressed_cause_is_not_logged() -> None:
    assert "OSError" not in _stack_of(_suppressed).replace("except OSError", "").replace("raise OSError", "")
