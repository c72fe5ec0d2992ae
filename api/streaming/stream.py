"""A response that streams a generation's messages as lines.

The generation does not depend on it: a response may be cut off at any byte, and the reader reconnects. A line with an
image is sent in pieces, so that a slow reader does not keep a whole image in memory.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from api.streaming import texts
from api.streaming.entry_steps import retried_of, steps_of
from api.streaming.lines import Lines
from api.streaming.poller import Poller, Pollers, Snapshot
from api.streaming.renderer import Renderer
from shared.deps import Deps
from shared.errors import MangaError
from shared.models.ledger import Ledger, Phase
from shared.models.messages import StatusMessage, StreamMessage
from shared.models.step_ref import StepRef
from shared.models.steps import FailureRecord
from shared.models.story import ImageMode
from shared.ndjson import HEARTBEAT, LINE_END, to_line
from shared.ports import Engine
from shared.telemetry.streams import StreamMeasure, StreamOutcome

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """What a reader asks for: the messages after `after`, and how images are sent."""

    generation_id: str
    after: int = 0
    images: ImageMode = "inline"
    phase: Phase = "analysis"


async def stream_lines(deps: Deps, engine: Engine, pollers: Pollers, request: StreamRequest) -> AsyncIterator[bytes]:
    """Yield the generation's lines until it ends, or until the stream window closes and the reader has to reconnect.

    A line comes in one piece or more; only the last ends with a line feed.

    Raises:
        MangaError: a line can't be completed. The response has to be cut off there.
    """
    reader = _Reader(deps, request)
    measure = StreamMeasure(deps.telemetry, request.generation_id)
    outcome: StreamOutcome = "disconnected"
    try:
        yield to_line(texts.first_status(request.generation_id, request.phase))
        async with pollers.follow(deps, engine, request.generation_id) as poller:
            async for piece in reader.pieces(poller):
                yield piece
        outcome = "handed-over"
    except MangaError as exc:
        outcome = "handed-over"
        # The status code is sent already; the answer to the reader's next request tells what is wrong.
        _logger.warning(
            "A stream was handed over early",
            extra={"action": "stream_interrupted", "generation_id": request.generation_id, "code": exc.code},
            exc_info=exc.__cause__,
        )
        if reader.is_within_line:
            raise
        yield to_line(texts.reconnect(request.generation_id, reader.seq))
    finally:
        # A reader that leaves after the last line has received everything.
        measure.over("completed" if reader.has_ended else outcome, reader.phase, reader.seq)


class _Reader:
    """What one reader has received so far, and what it has to be sent next."""

    def __init__(self, deps: Deps, request: StreamRequest) -> None:
        self._settings = deps.settings
        self._images: ImageMode = request.images
        self._generation_id = request.generation_id
        self._announced: set[str] = set()
        # The latest failed attempt that was reported, by step. Nobody needs those of a generation that has ended.
        self._reported_attempts: dict[StepRef, int] = {}
        self._reports_retries = request.phase != "ended"
        self.phase: Phase = request.phase
        self.has_ended = False
        self.is_within_line = False
        self.seq = request.after

    async def pieces(self, poller: Poller) -> AsyncIterator[bytes]:
        clock = asyncio.get_running_loop().time
        closes_at = clock() + self._settings.stream_window_s
        snapshot = poller.snapshot
        while True:
            async for piece in self._unread(poller.lines, snapshot):
                self.is_within_line = not piece.endswith(LINE_END)
                yield piece
                if not self.is_within_line and (self.has_ended or clock() >= closes_at):
                    break
            if self.has_ended:
                return
            remaining_s = closes_at - clock()
            if remaining_s <= 0 or snapshot.deleted:
                yield to_line(texts.reconnect(self._generation_id, self.seq))
                return
            latest = await poller.wait_for_change(snapshot, min(self._settings.stream_heartbeat_s, remaining_s))
            if latest is snapshot:
                yield HEARTBEAT
            snapshot = latest

    async def _unread(self, lines: Lines, snapshot: Snapshot) -> AsyncIterator[bytes]:
        """Yield what the reader has not received yet, in pieces."""
        ledger = snapshot.ledger
        self.phase = ledger.phase
        for step, failure in snapshot.retries.items():
            for message in await self._retry_messages(lines.renderer, ledger, step, failure):
                yield to_line(message)
        if ledger.is_closed and self.seq > len(ledger.entries):
            # A cursor beyond the end is answered with the end.
            self.seq = len(ledger.entries) - 1
        while self.seq < len(ledger.entries):
            for message in await self._missed_retry(lines.renderer, ledger, self.seq + 1):
                yield to_line(message)
            async for piece in lines.pieces(ledger, self.seq + 1, self._images):
                if piece.endswith(LINE_END):
                    self.seq += 1
                    self.has_ended = ledger.is_closed and self.seq == len(ledger.entries)
                yield piece
        if ledger.is_closed:
            self.has_ended = True
            return
        for message in await self._begun_steps(lines.renderer, ledger):
            yield to_line(message)

    async def _missed_retry(self, renderer: Renderer, ledger: Ledger, seq: int) -> Sequence[StreamMessage]:
        """Return the messages of a retry that began and ended between two polls, from the entry of its result."""
        retried, step = retried_of(ledger, seq), steps_of(ledger, self._generation_id)[seq - 1]
        if retried is None or step is None:
            return ()
        failure = FailureRecord(code=retried.code, attempts=retried.attempts - 1, wait_s=retried.wait_s)
        # The step's character may have another place, or none, in a later plan.
        return await self._retry_messages(renderer, ledger.until(seq), step, failure)

    async def _retry_messages(
        self, renderer: Renderer, ledger: Ledger, step: StepRef, failure: FailureRecord
    ) -> Sequence[StreamMessage]:
        """Return the messages of a step's latest retry, unless they were sent before."""
        if not self._reports_retries or failure.attempts <= self._reported_attempts.get(step, 0):
            return ()
        self._reported_attempts[step] = failure.attempts
        return await renderer.retry_messages(ledger, step, failure)

    async def _begun_steps(self, renderer: Renderer, ledger: Ledger) -> Sequence[StreamMessage]:
        """Return a status for each running step, unless it was sent before."""
        begun: list[StatusMessage] = []
        if ledger.phase == "characters" and ledger.panels is None:
            begun.append(texts.working_on(self._generation_id, "chunks"))
        if ledger.stop_after is not None:
            pass
        elif ledger.phase == "characters":
            analysis = await renderer.analysis(ledger)
            names = (texts.character_name(index, analysis) for index in ledger.untried("character"))
            begun += [texts.working_on(self._generation_id, "character", name) for name in names]
        elif ledger.phase == "panels":
            panels = (f"panel {index + 1}" for index in ledger.untried("panel"))
            begun += [texts.working_on(self._generation_id, "panel", panel) for panel in panels]
        unsent = [status for status in begun if status.message not in self._announced]
        self._announced.update(status.message for status in unsent)
        return unsent
