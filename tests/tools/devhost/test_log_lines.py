"""Log lines with the extra fields of a record."""

import json
import logging

from tools.devhost.log_lines import StructuredLine

FORMAT = "%(levelname)s %(name)s: %(message)s"


def record(extra: dict[str, object] | None = None, exc_info: object = None) -> logging.LogRecord:
    made = logging.getLogger("app").makeRecord("app", logging.INFO, "f", 1, "said %s", ("so",), None, extra=extra)
    made.exc_info = (ValueError, ValueError("why"), None) if exc_info else None
    return made


def test_log_line_ends_with_the_extra_fields_as_json() -> None:
    line = StructuredLine(FORMAT).format(record({"action": "x", "index": 3}))

    head, _, fields = line.partition(" {")
    assert head == "INFO app: said so"
    assert json.loads("{" + fields) == {"action": "x", "index": 3}


def test_record_without_extra_fields_is_only_the_log_line() -> None:
    assert StructuredLine(FORMAT).format(record()) == "INFO app: said so"


def test_exception_follows_the_extra_fields() -> None:
    lines = StructuredLine(FORMAT).format(record({"action": "x"}, exc_info=True)).splitlines()

    assert lines[0] == 'INFO app: said so {"action": "x"}'
    assert lines[-1] == "ValueError: why"
