"""Exports our log records by OpenTelemetry: their `extra` fields become searchable attributes."""

import logging
import traceback
from collections.abc import Callable, Iterator

from opentelemetry._logs import Logger, LogRecord, SeverityNumber

# The packages whose records are exported: records of libraries may contain anything.
OURS = ("activities", "api", "maintenance", "shared")
_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SEVERITIES = (
    (logging.CRITICAL, SeverityNumber.FATAL),
    (logging.ERROR, SeverityNumber.ERROR),
    (logging.WARNING, SeverityNumber.WARN),
    (logging.INFO, SeverityNumber.INFO),
)


class LogHandler(logging.Handler):
    """Exports records with the trace that they belong to."""

    def __init__(self, logger: Logger, at_the_end: Callable[[], None]) -> None:
        super().__init__()
        self._logger = logger
        self._at_the_end = at_the_end

    def emit(self, record: logging.LogRecord) -> None:
        """Export one record."""
        try:
            self._logger.emit(
                LogRecord(
                    timestamp=int(record.created * 1e9),
                    severity_text=record.levelname,
                    severity_number=_severity(record.levelno),
                    body=record.getMessage(),
                    attributes={"logger.name": record.name, **_extras(record), **_exception(record)},
                )
            )
        except Exception:  # noqa: BLE001 - as in all handlers: logging must not fail the work
            self.handleError(record)

    def close(self) -> None:
        """Flush; `logging.shutdown` calls this when the process ends."""
        self._at_the_end()
        super().close()


def attach(handler: logging.Handler, *, is_alone: bool) -> None:
    """Add the handler to our loggers; with `is_alone`, records go to no other handler."""
    for name in OURS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        logger.propagate = not is_alone


def _severity(level: int) -> SeverityNumber:
    return next((number for least, number in _SEVERITIES if level >= least), SeverityNumber.DEBUG)


def _extras(record: logging.LogRecord) -> dict[str, str | int | float | bool]:
    return {
        name: value
        for name, value in vars(record).items()
        if name not in _OWN_FIELDS and isinstance(value, str | int | float | bool)
    }


def _exception(record: logging.LogRecord) -> dict[str, str]:
    """Return the stack traces of an exception and its causes, without their texts, which may come from users."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return {}
    chain = [error, *_causes(error)]
    stacks = (f"{type(each).__name__}\n{''.join(traceback.format_tb(each.__traceback__))}" for each in chain)
    return {"exception.type": type(error).__name__, "exception.stacktrace": "caused by ".join(stacks)}


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield what the error was raised from, its direct cause first."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield cause
        yield from _causes(cause)
