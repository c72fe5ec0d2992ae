"""Log lines: the message, followed by the record's extra fields as JSON."""

import json
import logging

_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class StructuredLine(logging.Formatter):
    """A record as a line that ends with its extra fields, such as `{"action": "…", "generation_id": "…"}`."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's name
        """Return the record's line, without an exception's lines, which come below it."""
        fields = {name: value for name, value in vars(record).items() if name not in _OWN_FIELDS}
        line = super().formatMessage(record)
        return f"{line} {json.dumps(fields, ensure_ascii=False, default=str)}" if fields else line
