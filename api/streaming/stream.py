"""A generation as a stream of lines. The generation knows nothing of it: it can end at any byte and be opened again.

A line with an image is sent in pieces, so that no reader keeps an image in memory while it takes none.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from api.streaming import narration
from api.streaming.entry_steps import retried_of, steps_of
from api.streaming.lines import Lines
from api.streaming.rendering import Renderer
from api.streaming.tail import Snapshot, Sources, Tail, Tails
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


async def stream_lines(deps: Deps, engine: Engine, tails: Tails, request: StreamRequest) -> AsyncIterator[bytes]:
    """Yield the generation's lines until its end, or until the window closes and the reader has to come back.

    A line comes in one piece or more; only the last ends with a line feed.

    Raises:
        MangaError: a line can't be sent to its end. The response has to be cut off there.
    """
    reader = _Reader(deps, request)
    measure = StreamMeasure(deps.telemetry, request.generation_id)
    outcome: StreamOutcome = "disconnected"
    try:
        yield to_line(reader.greeting())
        sources = Sources(engine, deps.cached_generations, deps.settings.stream_poll_s)
        async with tails.follow(sources, request.generation_id) as tail:
            async for piece in reader.pieces(tail):
                yield piece
        outcome = "handed-over"
    except MangaError as exc:
        outcome = "handed-over"
        # The response has begun, so its status can't change any more: the reader comes back for an answer.
        _logger.warning(
            "A stream was handed over early",
            extra={"action": "stream_interrupted", "generation_id": request.generation_id, "code": exc.code},
            exc_info=exc.__cause__,
        )
        if reader.is_within_line:
            raise
        yield to_line(narration.come_back(request.generation_id, reader.seq))
    finally:
        # Whoever goes away after the last line has got everything.
        measure.over("completed" if reader.has_ended else outcome, reader.phase, reader.seq)


class _Reader:
    """One reader's place in a generation."""

    def __init__(self, deps: Deps, request: StreamRequest) -> None:
        self._settings = deps.settings
        self._images: ImageMode = request.images
        self._generation_id = request.generation_id
        self._told: set[tuple[str, ...]] = set()
        # Failed attempts that the reader was told of, by step; of a generation that has ended, it is told none.
        self._retries_told: dict[StepRef, int] = {}
        self._tells_retries = request.phase != "ended"
        self.phase: Phase = request.phase
        self.has_ended = False
        self.is_within_line = False
        self.seq = request.after

    def greeting(self) -> StatusMessage:
        return narration.greeting(self._generation_id, self.phase)

    async def pieces(self, tail: Tail) -> AsyncIterator[bytes]:
        clock = asyncio.get_running_loop().time
        closes_at = clock() + self._settings.stream_window_s
        snapshot = tail.snapshot
        while True:
            async for piece in self._news(tail.lines, snapshot):
                self.is_within_line = not piece.endswith(LINE_END)
                yield piece
                if not self.is_within_line and (self.has_ended or clock() >= closes_at):
                    break
            if self.has_ended:
                return
            remaining_s = closes_at - clock()
            if remaining_s <= 0 or snapshot.deleted:
                yield to_line(narration.come_back(self._generation_id, self.seq))
                return
            latest = await tail.changed(snapshot, min(self._settings.stream_heartbeat_s, remaining_s))
            if latest is snapshot:
                yield HEARTBEAT
            snapshot = latest

    async def _news(self, lines: Lines, snapshot: Snapshot) -> AsyncIterator[bytes]:
        """Yield what the reader does not have yet of a snapshot, in pieces."""
        renderer = lines.renderer
        ledger = snapshot.ledger
        self.phase = ledger.phase
        for step, failure in snapshot.retries.items():
            for message in await self._retry_messages(renderer, step, failure):
                yield to_line(message)
        if ledger.is_closed and self.seq > len(ledger.entries):
            self.seq = len(ledger.entries) - 1
        while self.seq < len(ledger.entries):
            for message in await self._retries_before(renderer, ledger, self.seq + 1):
                yield to_line(message)
            async for piece in lines.pieces(ledger, self.seq + 1, self._images):
                if piece.endswith(LINE_END):
                    self.seq += 1
                    self.has_ended = ledger.is_closed and self.seq == len(ledger.entries)
                yield piece
        if ledger.is_closed:
            self.has_ended = True
            return
        async for status in self._work_begun(renderer, ledger):
            yield to_line(status)

    async def _retries_before(self, renderer: Renderer, ledger: Ledger, seq: int) -> Sequence[StreamMessage]:
        """Return the messages of a retry that came and went between two polls: the result's entry knows of it."""
        retried, step = retried_of(ledger, seq), steps_of(ledger, self._generation_id)[seq - 1]
        if retried is None or step is None:
            return ()
        failure = FailureRecord(code=retried.code, attempts=retried.attempts - 1, wait_s=retried.wait_s)
        return await self._retry_messages(renderer, step, failure)

    async def _retry_messages(
        self, renderer: Renderer, step: StepRef, failure: FailureRecord
    ) -> Sequence[StreamMessage]:
        """Return the messages of a step's latest retry, unless the reader was told of it."""
        if not self._tells_retries or failure.attempts <= self._retries_told.get(step, 0):
            return ()
        self._retries_told[step] = failure.attempts
        return await renderer.retry_messages(step, failure)

    async def _work_begun(self, renderer: Renderer, ledger: Ledger) -> AsyncIterator[StatusMessage]:
        """Yield a status for each step that is under way and was not told of."""
        if ledger.phase == "characters":
            analysis = await renderer.analysis()
            if ledger.panels is None and self._tells_first("begun", "chunks"):
                yield narration.working_on(self._generation_id, "chunks")
            for index in ledger.untried("character"):
                if self._tells_first("begun", f"character {index}"):
                    name = narration.character_name(index, analysis)
                    yield narration.working_on(self._generation_id, "character", name)
        elif ledger.phase == "panels":
            for index in ledger.untried("panel"):
                if self._tells_first("begun", f"panel {index}"):
                    yield narration.working_on(self._generation_id, "panel", f"panel {index + 1}")

    def _tells_first(self, *news: str) -> bool:
        is_new = news not in self._told
        self._told.add(news)
        return is_new
