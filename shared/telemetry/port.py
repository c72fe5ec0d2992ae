"""What the app tells of itself while it works, as a small protocol; `shared.telemetry.opentelemetry` has the real one.

Nothing that is told may hold what people wrote or what opens a door: attributes are ids, kinds, numbers and codes.
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
    """A piece of work under way."""

    def note(self, attributes: Attributes) -> None:
        """Let the span carry these attributes too."""
        ...

    def fail(self, code: str) -> None:
        """Let the span be a failed one; `code` is one of `shared.errors`."""
        ...


class Telemetry(Protocol):
    """Where spans and figures go. No method raises, and none waits for whoever receives them."""

    @property
    def is_on(self) -> bool:
        """Whether anybody gets what is told; what is costly to find out need not be found out otherwise."""
        ...

    @property
    def trace_parent(self) -> str | None:
        """The span that is under way here, as a W3C `traceparent`, for work that goes on elsewhere."""
        ...

    def span(
        self, name: str, attributes: Attributes, *, kind: SpanKind = "internal", parent: str | None = None
    ) -> AbstractContextManager[Span]:
        """Return a span that lasts as long as it is entered.

        It is below the one whose `traceparent` is given, or else below the one that is under way here.
        """
        ...

    def note(self, attributes: Attributes) -> None:
        """Let the span that is under way here carry these attributes too."""
        ...

    def count(self, counter: Counter, attributes: Attributes, amount: float = 1) -> None:
        """Add to a counter."""
        ...

    def record(self, histogram: Histogram, value: float, attributes: Attributes) -> None:
        """Add one value to a histogram, in its unit."""
        ...


class _NoSpan:
    """A span that nobody looks at."""

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
