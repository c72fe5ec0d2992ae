"""The trace context that the extension puts into the history when host.json turns distributed tracing on.

The ids are random: no spans are exported here.
"""

import secrets
from dataclasses import dataclass, replace

_SPAN_ID_BYTES = 8
_TRACE_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Span:
    """One span of a trace, with the W3C `traceparent` of its parent."""

    trace_id: str
    span_id: str
    parent: str

    def of_instance(self, at: str) -> dict[str, object]:
        """Return the `ParentTraceContext` of an ExecutionStarted event."""
        return {
            "TraceParent": self.parent,
            "TraceState": None,
            "Id": self.traceparent,
            "SpanId": self.span_id,
            "ActivityStartTime": at.removesuffix("Z") + "+00:00",
        }

    def of_activity(self) -> dict[str, object]:
        """Return the `ParentTraceContext` of a TaskScheduled event."""
        return {
            "TraceParent": self.traceparent,
            "TraceState": None,
            "Id": None,
            "SpanId": None,
            "ActivityStartTime": None,
        }

    @property
    def traceparent(self) -> str:
        """The W3C `traceparent` of this span."""
        return f"00-{self.trace_id}-{self.span_id}-00"

    def child(self) -> "Span":
        """Return a new span below this one."""
        return replace(self, span_id=secrets.token_hex(_SPAN_ID_BYTES), parent=self.traceparent)


def new_span(traceparent: str | None = None) -> Span:
    """Return a span below the one that a W3C `traceparent` names; without a valid one, a new trace."""
    parts = (traceparent or "").split("-")
    if traceparent is None or len(parts) != len(("version", "trace", "span", "flags")):
        trace_id = secrets.token_hex(_TRACE_ID_BYTES)
        traceparent = f"00-{trace_id}-{secrets.token_hex(_SPAN_ID_BYTES)}-00"
    else:
        trace_id = parts[1]
    return Span(trace_id, secrets.token_hex(_SPAN_ID_BYTES), traceparent)


def span_of_event(context: object) -> Span | None:
    """Return the span that an ExecutionStarted event's `ParentTraceContext` describes."""
    match context:
        case {"Id": str(own), "TraceParent": str(parent)}:
            _, trace_id, span_id, _ = own.split("-")
            return Span(trace_id, span_id, parent)
        case _:
            return None
