"""A telemetry collector for tests: it accepts OTLP over HTTP on loopback and stores what it gets."""

import gzip
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from tests.support.loopback import QuietHandler, serving

# What Application Insights answers with; OTLP's answer is empty.
ACCEPTED = b'{"itemsReceived": 1, "itemsAccepted": 1, "errors": []}'

type Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Span:
    """A span as it was exported; ids are hex, and a root's `parent_id` is empty."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    failed: bool
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Log:
    """A log record as it was exported."""

    body: str
    trace_id: str
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Point:
    """A metric's value for some attributes: a counter's sum, or how many values a histogram has and their sum."""

    metric: str
    attributes: Mapping[str, Value]
    count: float
    sum: float


@dataclass(slots=True)
class Collector:
    """What was sent so far."""

    url: str = ""
    bodies: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])

    def take(self, path: str, body: bytes) -> None:
        """Keep one export."""
        self.bodies.append((path, body))

    def spans(self) -> list[Span]:
        """Return all spans."""
        return [
            Span(
                span.name,
                span.trace_id.hex(),
                span.span_id.hex(),
                span.parent_span_id.hex(),
                span.status.code == span.status.STATUS_CODE_ERROR,
                _attributes(span.attributes),
            )
            for body in self._sent_to("/v1/traces")
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def logs(self) -> list[Log]:
        """Return all log records."""
        return [
            Log(record.body.string_value, record.trace_id.hex(), _attributes(record.attributes))
            for body in self._sent_to("/v1/logs")
            for resource in ExportLogsServiceRequest.FromString(body).resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
        ]

    def points(self, metric: str) -> list[Point]:
        """Return the latest values of a metric: each export has all values since the process began."""
        latest: dict[tuple[tuple[str, Value], ...], Point] = {}
        for body in self._sent_to("/v1/metrics"):
            for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                for scope in resource.scope_metrics:
                    for told in scope.metrics:
                        for point in _points(told) if told.name == metric else ():
                            latest[tuple(sorted(point.attributes.items()))] = point
        return list(latest.values())

    def total(self, metric: str, **attributes: Value) -> float:
        """Return how many were counted with these attributes; a name's dots are written as `_`."""
        return sum(
            point.count
            for point in self.points(metric)
            if all(
                {name.replace(".", "_"): value for name, value in point.attributes.items()}.get(wanted) == value
                for wanted, value in attributes.items()
            )
        )

    def everything(self) -> bytes:
        """Return all bytes that were sent: protobuf writes texts as they are."""
        return b"\n".join(body for _, body in self.bodies)

    def _sent_to(self, path: str) -> list[bytes]:
        return [body for sent_to, body in list(self.bodies) if sent_to == path]


def _points(metric: Metric) -> Iterator[Point]:
    for point in metric.sum.data_points:
        value = point.as_double if point.HasField("as_double") else point.as_int
        yield Point(metric.name, _attributes(point.attributes), value, value)
    for point in metric.histogram.data_points:
        yield Point(metric.name, _attributes(point.attributes), point.count, point.sum)


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, Value]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Value:
    match value.WhichOneof("value"):
        case "int_value":
            return value.int_value
        case "double_value":
            return value.double_value
        case "bool_value":
            return value.bool_value
        case _:
            return value.string_value


@contextmanager
def running_collector() -> Generator[Collector]:
    """Listen on a free port of loopback."""
    collector = Collector()

    class Handler(QuietHandler):
        def reply(self) -> None:
            body = self.read_body()
            collector.take(self.path, gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.answer(200, ACCEPTED if self.path.startswith("/v2") else b"")

    with serving(Handler) as collector.url:
        yield collector
