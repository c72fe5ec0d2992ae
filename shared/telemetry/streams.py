"""Telemetry of a reader's stream."""

import logging
from time import perf_counter
from typing import Literal

from shared.models.ledger import Phase
from shared.telemetry.metrics import DISCONNECTED, STREAM_DURATION
from shared.telemetry.port import Telemetry

_logger = logging.getLogger(__name__)

type StreamOutcome = Literal["completed", "handed-over", "disconnected"]


class StreamMeasure:
    """Measures how long a reader stays, and where it leaves."""

    def __init__(self, telemetry: Telemetry, generation_id: str) -> None:
        self._telemetry = telemetry
        self._generation_id = generation_id
        self._begun_s = perf_counter()

    def over(self, outcome: StreamOutcome, phase: Phase, seq: int) -> None:
        """Record how the stream ended, in which phase of the generation, and after which message.

        `handed-over`: the reader was asked to reconnect: its window closed, or the generation can't be followed.
        """
        self._telemetry.record(STREAM_DURATION, perf_counter() - self._begun_s, {"manga.outcome": outcome})
        if outcome == "disconnected":
            self._telemetry.count(DISCONNECTED, {"manga.phase": phase})
            _logger.info(
                "A reader disconnected",
                extra={
                    "action": "reader_disconnected",
                    "generation_id": self._generation_id,
                    "phase": phase,
                    "seq": seq,
                },
            )
