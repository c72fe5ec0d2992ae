"""A protocol for telemetry; `shared.telemetry.opentelemetry` implements it.

No span or metric may contain users' texts or secrets: attributes are ids, kinds, numbers and codes.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Literal, Protocol

from shared.telemetry.metrics import Counter, Histogram

type Attributes = Mapping[str, str | int | float | bool]
type SpanKind = Literal["server", "internal", "client"]

GENERATION_ID = "manga.generation.id"
ERROR_TYPE = "error.type"


class Span(Protocol):
    """A span under way."""

    def note(self, attributes: Attributes) -> None:
        """Add attributes to the span."""
        ...

    def fail(self, code: str) -> None:
        """Mark the span as failed; `code` is one of `shared.errors`."""
        ...


class Telemetry(Protocol):
    """Records spans and metrics. No method raises or waits for the exporter."""

    @property
    def is_on(self) -> bool:
        """Whether telemetry is on: if not, costly values need not be computed."""
        ...

    @property
    def trace_parent(self) -> str | None:
        """The current span as a W3C `traceparent`, for work that continues elsewhere."""
        ...

    def span(
        self, name: str, attributes: Attributes, *, kind: SpanKind = "internal", parent: str | None = None
    ) -> AbstractContextManager[Span]:
        """Return a span, as a context manager.

        Its parent is the span with the given `traceparent`, or else the current span.
        """
        ...

    def note(self, attributes: Attributes) -> None:
        """Add attributes to the current span."""
        ...

    def count(self, counter: Counter, attributes: Attributes, amount: float = 1) -> None:
        """Add to a counter."""
        ...

    def record(self, histogram: Histogram, value: float, attributes: Attributes) -> None:
        """Add one value to a histogram, in its unit."""
        ...


class _NoSpan:
    """A span that records nothing."""

    def note(self, attributes: Attributes) -> None:
        del attributes

    def fail(self, code: str) -> None:
        del code


class NoTelemetry:
    """Telemetry that is off."""

    is_on = False
    trace_parent = None

    def span(
        self, name: str, attributes: Attributes, *, kind: SpanKind = "internal", parent: str | None = None
    ) -> AbstractContextManager[Span]:
        """See `Telemetry.span`."""
        del name, attributes, kind, parent
        return nullcontext(_NO_SPAN)

    def note(self, attributes: Attributes) -> None:
        """See `Telemetry.note`."""
        del attributes

    def count(self, counter: Counter, attributes: Attributes, amount: float = 1) -> None:
        """See `Telemetry.count`."""
        del counter, attributes, amount

    def record(self, histogram: Histogram, value: float, attributes: Attributes) -> None:
        """See `Telemetry.record`."""
        del histogram, value, attributes


_NO_SPAN = _NoSpan()
NO_TELEMETRY: Telemetry = NoTelemetry()
