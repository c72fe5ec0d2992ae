"""Telemetry on OpenTelemetry: the only module that imports its SDK and exporters.

It is imported only if the settings name an exporter. Nothing global is set: telemetry of other libraries is not
exported, and the host of this process keeps its own.
"""

import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, ConsoleLogRecordExporter, LogRecordExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.errors import NotConfigured
from shared.settings import Settings
from shared.telemetry.metrics import COUNTERS, HISTOGRAMS, Counter, Histogram
from shared.telemetry.opentelemetry_logs import LogHandler, attach
from shared.telemetry.port import ERROR_TYPE, Attributes, SpanKind
from shared.telemetry.port import Span as SpanPort

_SCOPE = "story-to-manga"
_W3C = TraceContextTextMapPropagator()
_KINDS: dict[SpanKind, trace.SpanKind] = {
    "server": trace.SpanKind.SERVER,
    "internal": trace.SpanKind.INTERNAL,
    "client": trace.SpanKind.CLIENT,
}
# How long the end of the process may wait for pending exports.
_FLUSH_MS = 2000


@dataclass(frozen=True, slots=True)
class Exporters:
    """The exporters of spans, metrics and logs."""

    spans: SpanExporter
    metrics: MetricExporter
    logs: LogRecordExporter


class OpenTelemetry:
    """Telemetry (`shared.telemetry.port`) by way of the exporters that the settings name.

    The trace id alone decides whether a trace is kept, so that all spans of a generation are kept or none, in any
    process. A caller's sampling decision is ignored, since the Functions host may reject every trace.
    """

    is_on = True

    def __init__(self, settings: Settings) -> None:
        resource = Resource({SERVICE_NAME: _SCOPE}).merge(OTELResourceDetector().detect())
        sampler = TraceIdRatioBased(settings.telemetry_sampling_ratio)
        self._tracers = TracerProvider(sampler=sampler, resource=resource, shutdown_on_exit=False)
        exporters = _exporters(settings, self._tracers)
        self._tracers.add_span_processor(BatchSpanProcessor(exporters.spans))
        self._meters = MeterProvider(
            [PeriodicExportingMetricReader(exporters.metrics)], resource, shutdown_on_exit=False
        )
        self._loggers = LoggerProvider(resource, shutdown_on_exit=False)
        self._loggers.add_log_record_processor(BatchLogRecordProcessor(exporters.logs))
        self._tracer = self._tracers.get_tracer(_SCOPE)
        meter = self._meters.get_meter(_SCOPE)
        self._counters = {
            known: meter.create_counter(known.name, unit=known.unit, description=known.description)
            for known in COUNTERS
        }
        self._histograms = {
            known: meter.create_histogram(
                known.name,
                unit=known.unit,
                description=known.description,
                explicit_bucket_boundaries_advisory=known.bounds,
            )
            for known in HISTOGRAMS
        }

    def log_handler(self) -> LogHandler:
        """Return the handler for log records; it flushes when logging is shut down."""
        return LogHandler(self._loggers.get_logger(_SCOPE), self.shut_down)

    def shut_down(self) -> None:
        """Flush pending exports, for a limited time."""
        flushing = [
            threading.Thread(target=provider.force_flush, args=(_FLUSH_MS,), daemon=True)
            for provider in (self._tracers, self._meters, self._loggers)
        ]
        for thread in flushing:
            thread.start()
        for thread in flushing:
            thread.join(_FLUSH_MS / 1000)

    @property
    def trace_parent(self) -> str | None:
        """See `Telemetry.trace_parent`."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get("traceparent")

    def span(
        self, name: str, attributes: Attributes, *, kind: SpanKind = "internal", parent: str | None = None
    ) -> AbstractContextManager[SpanPort]:
        """See `Telemetry.span`."""
        return self._span(name, attributes, kind, parent)

    @contextmanager
    def _span(self, name: str, attributes: Attributes, kind: SpanKind, parent: str | None) -> Generator[SpanPort]:
        context = None if parent is None else _W3C.extract({"traceparent": parent}, Context())
        with self._tracer.start_as_current_span(
            name,
            context,
            _KINDS[kind],
            dict(attributes),
            # An exception's text may come from outside; `fail` records its code.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield _Span(span)

    def note(self, attributes: Attributes) -> None:
        """See `Telemetry.note`."""
        trace.get_current_span().set_attributes(dict(attributes))

    def count(self, counter: Counter, attributes: Attributes, amount: float = 1) -> None:
        """See `Telemetry.count`."""
        self._counters[counter].add(amount, dict(attributes))

    def record(self, histogram: Histogram, value: float, attributes: Attributes) -> None:
        """See `Telemetry.record`."""
        self._histograms[histogram].record(value, dict(attributes))


class _Span:
    """A span (`shared.telemetry.port`) of OpenTelemetry."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def note(self, attributes: Attributes) -> None:
        self._span.set_attributes(dict(attributes))

    def fail(self, code: str) -> None:
        self._span.set_attribute(ERROR_TYPE, code)
        self._span.set_status(trace.StatusCode.ERROR)


def open_telemetry(settings: Settings) -> OpenTelemetry:
    """Return the telemetry that the settings ask for, with a handler for our log records.

    Raises:
        NotConfigured: the exporter's address is missing or invalid.
    """
    telemetry = OpenTelemetry(settings)
    # The Functions host exports a worker's logs too: exported twice, each line would be paid for twice.
    attach(telemetry.log_handler(), is_alone=settings.telemetry_exporter == "azure")
    return telemetry


def _exporters(settings: Settings, tracers: TracerProvider) -> Exporters:
    match settings.telemetry_exporter:
        case "azure":
            return _azure_exporters(settings, tracers)
        case "otlp":
            return _otlp_exporters(settings.otlp_endpoint)
        case "console" | "none":
            return Exporters(ConsoleSpanExporter(), ConsoleMetricExporter(), ConsoleLogRecordExporter())


def _otlp_exporters(endpoint: str) -> Exporters:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter  # noqa: PLC0415 - one of several
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    base = endpoint.rstrip("/")
    return Exporters(
        OTLPSpanExporter(endpoint=f"{base}/v1/traces"),
        OTLPMetricExporter(endpoint=f"{base}/v1/metrics"),
        OTLPLogExporter(endpoint=f"{base}/v1/logs"),
    )


def _azure_exporters(settings: Settings, tracers: TracerProvider) -> Exporters:
    from azure.monitor.opentelemetry.exporter import (  # noqa: PLC0415 - one of several
        AzureMonitorLogExporter,
        AzureMonitorMetricExporter,
        AzureMonitorTraceExporter,
    )

    secret = settings.application_insights
    if secret is None:
        raise NotConfigured(
            "TELEMETRY_EXPORTER is azure, but APPLICATIONINSIGHTS_CONNECTION_STRING is not set. Set it to the "
            "connection string of an Application Insights resource, or TELEMETRY_EXPORTER to none."
        )
    connection = secret.get_secret_value()
    try:
        return Exporters(
            AzureMonitorTraceExporter(connection_string=connection, tracer_provider=tracers),
            AzureMonitorMetricExporter(connection_string=connection),
            AzureMonitorLogExporter(connection_string=connection),
        )
    except ValueError:
        # Its text may quote the connection string.
        raise NotConfigured(
            "APPLICATIONINSIGHTS_CONNECTION_STRING is none. Copy it from the overview of the Application Insights "
            "resource, or set TELEMETRY_EXPORTER to none."
        ) from None
