"""The metrics, by name. Units are those of UCUM, as in OpenTelemetry; docs/telemetry.md explains them.

Each metric is recorded in one place, with attributes of few values; details of one generation are in its trace.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counter:
    """A metric that only grows."""

    name: str
    unit: str
    description: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """A distribution of values, counted by bucket; `bounds` are those of the buckets."""

    name: str
    unit: str
    description: str
    bounds: tuple[float, ...]


_MINUTES = (1.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 300.0, 600.0)
_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0)
_TOKENS = tuple(float(4**power) for power in range(14))

STARTED = Counter("manga.generations.started", "{generation}", "Generations that were set to work")
ENDED = Counter("manga.generations", "{generation}", "Generations that ended, by outcome")
DURATION = Histogram("manga.generation.duration", "s", "From the start of a generation to its first end", _MINUTES)
FIRST_PANEL = Histogram("manga.time_to_first_panel", "s", "From the start of a generation to its first panel", _MINUTES)
ERRORS = Counter("manga.errors", "{error}", "Attempts of steps that failed, by the error's code")
RETRIES = Counter("manga.retries", "{retry}", "Further attempts of steps that had failed, by outcome")
REFUSALS = Counter("manga.requests.refused", "{request}", "Requests that were answered with an error, by its code")
STREAM_DURATION = Histogram("manga.stream.duration", "s", "How long a reader's stream lasted", _MINUTES)
DISCONNECTED = Counter("manga.readers.disconnected", "{reader}", "Readers who went away before the end, by phase")

MODEL_DURATION = Histogram("gen_ai.client.operation.duration", "s", "How long a call of the model took", _SECONDS)
MODEL_TOKENS = Histogram("gen_ai.client.token.usage", "{token}", "Tokens that a call of the model used", _TOKENS)
MODEL_IMAGES = Counter("manga.model.images", "{image}", "Images that the model drew")
MODEL_COST = Counter("manga.model.cost", "USD", "What calls of the model cost by the price table")
MODEL_UNPRICED = Counter("manga.model.unpriced_calls", "{call}", "Calls of models that the price table does not know")

COUNTERS = (STARTED, ENDED, ERRORS, RETRIES, REFUSALS, DISCONNECTED, MODEL_IMAGES, MODEL_COST, MODEL_UNPRICED)
HISTOGRAMS = (DURATION, FIRST_PANEL, STREAM_DURATION, MODEL_DURATION, MODEL_TOKENS)
