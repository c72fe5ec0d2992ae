"""Reads a generation's stream to its end, over as many connections as it takes.

Invariants:
1. `after` is the `seq` of the last result handed out. A result is handed out only as `after + 1`, so none
   comes twice and none is left out; whatever breaks a connection, the next one asks for what follows `after`.
2. Only complete lines count: a torn one is fetched again.
3. The POST carries one Idempotency-Key in all its repetitions, so it starts at most one generation.
4. The end is a last message followed by the end of its connection: a generation that was taken up again
   has further results after an earlier `complete`. Where the connection broke, the app is asked.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from client.answers import GENERATION_ID_HEADER, is_passing, read_refusal, reason_of
from client.calls import generation_path
from client.errors import ConnectionLost, ProtocolBroken, Refused, Unreachable
from client.pace import Pace, Patience
from client.repeating import ComingBack, fault_of
from client.state import GenerationState
from shared.models.messages import StatusMessage, StreamMessage, is_last, sequence_of
from shared.models.story import ImageMode
from shared.ndjson import MEDIA_TYPE, from_line, split_lines

STREAM_PATH = "/api/generate-manga-stream"


class Line(NamedTuple):
    """A line as it was received, without its line feed, and what it says."""

    raw: bytes
    message: StreamMessage


@dataclass(frozen=True)
class StartRequest:
    """The POST that starts a generation: its JSON body and its idempotency key."""

    body: bytes
    idempotency_key: str


class _ConnectionEndedError(Exception):
    """One connection is over and the generation is not."""

    def __init__(self, reason: str, *, retry_after_s: float | None = None, announced: bool = False) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s
        self.announced = announced


class _BrokenAnswerError(_ConnectionEndedError):
    """It was over because of an answer that can't be understood."""


class GenerationReader:
    """One reading of one generation; `generation_id` and `after` can be looked at while it runs."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        start: StartRequest | str,
        *,
        after: int = 0,
        images: ImageMode = "inline",
        patience: Patience | None = None,
        on_coming_back: Callable[[ComingBack], None] = lambda _: None,
    ) -> None:
        """`start` is what starts a generation, or the id of one that was started before."""
        self.generation_id = start if isinstance(start, str) else None
        self.after = after
        self._start = start
        self._http = http
        self._images = images
        self._pace = Pace(patience or Patience(), time.monotonic)
        self._on_coming_back = on_coming_back
        self._seen_last = False

    async def lines(self) -> AsyncGenerator[Line]:
        """Yield every line that carries a message, until the generation's end.

        Raises:
            Refused: the app said no.
            ConnectionLost: there was no way back within the patience.
            ProtocolBroken: the answers can't be understood.
        """
        while True:
            try:
                async with aclosing(self._connection()) as lines:
                    async for line in lines:
                        yield line
                if self._seen_last or await self._is_over():
                    return
                ended = _ConnectionEndedError("the stream ended before its last message")
            except httpx.RequestError as error:
                ended = _ConnectionEndedError(fault_of(error))
                ended.__cause__ = error
            except _ConnectionEndedError as reason:
                ended = reason
            if self._seen_last and not ended.announced and not await self._is_taken_up_again():
                return
            await self._wait_after(ended)

    async def _wait_after(self, ended: _ConnectionEndedError) -> None:
        self._give_up_if_due(ended)
        delay_s = self._pace.next_delay_s(retry_after_s=ended.retry_after_s, announced=ended.announced)
        self._on_coming_back(ComingBack(str(ended), delay_s))
        await asyncio.sleep(delay_s)

    def _give_up_if_due(self, ended: _ConnectionEndedError) -> None:
        if isinstance(ended, _BrokenAnswerError) and self._pace.is_broken():
            raise ProtocolBroken(f"{self._http.base_url} does not answer as this app does: {ended}.") from ended
        if self._pace.is_stalled():
            raise self._lost("no result came for too long", ended)
        refused_for_long = self._pace.is_too_long(ended.retry_after_s)
        if (refused_for_long or self._pace.is_lost()) and isinstance(ended.__cause__, Refused):
            raise ended.__cause__
        if self._pace.is_lost():
            raise self._lost(f"nothing was heard for {self._pace.silent_s:.0f} s", ended)

    def _lost(self, what: str, ended: _ConnectionEndedError) -> ConnectionLost:
        error_type = ConnectionLost if self._pace.ever_heard else Unreachable
        message = f"Gave up on {self._http.base_url}: {what} ({ended})."
        error = error_type(message, generation_id=self.generation_id, after=self.after)
        error.__cause__ = ended
        return error

    async def _connection(self) -> AsyncGenerator[Line]:
        async with self._request() as response:
            await self._accept(response)
            async with aclosing(self._new_lines(response)) as lines:
                async for line in lines:
                    yield line

    def _request(self) -> AbstractAsyncContextManager[httpx.Response]:
        if isinstance(self._start, StartRequest) and self.generation_id is None:
            headers = {"Content-Type": "application/json", "Idempotency-Key": self._start.idempotency_key}
            return self._http.stream("POST", STREAM_PATH, headers=headers, content=self._start.body)
        params: dict[str, str | int] = {"after": self.after}
        if self._images != "inline":
            params["images"] = self._images
        return self._http.stream("GET", f"{STREAM_PATH}/{quote(self.generation_id or '', safe='')}", params=params)

    async def _accept(self, response: httpx.Response) -> None:
        if response.status_code != HTTPStatus.OK:
            refusal = await read_refusal(response)
            if not is_passing(refusal):
                raise refusal
            self._pace.meet()
            raise _ConnectionEndedError(reason_of(refusal), retry_after_s=refusal.retry_after_s) from refusal
        if not response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            raise _BrokenAnswerError(f"its answer is no {MEDIA_TYPE}")
        self._pace.hear()
        self.generation_id = self.generation_id or response.headers.get(GENERATION_ID_HEADER) or None

    async def _new_lines(self, response: httpx.Response) -> AsyncGenerator[Line]:
        async for raw in split_lines(self._pieces(response)):
            message = _parse(raw)
            if message is None or not self._is_new(message):
                continue
            self.generation_id = self.generation_id or message.generation_id
            yield Line(raw, message)
            if isinstance(message, StatusMessage) and message.step == "reconnect":
                raise _ConnectionEndedError("the stream's window is over", announced=True)

    async def _pieces(self, response: httpx.Response) -> AsyncIterator[bytes]:
        async for piece in response.aiter_bytes():
            self._pace.hear()
            yield piece
            if self._pace.is_stalled():
                raise _ConnectionEndedError("only heartbeats and passing news came")

    def _is_new(self, message: StreamMessage) -> bool:
        seq = sequence_of(message)
        if seq is None:
            return True
        if seq <= self.after:
            return False
        if seq > self.after + 1:
            raise _BrokenAnswerError(f"result {seq} came where {self.after + 1} was due")
        self.after = seq
        self._seen_last = is_last(message)
        self._pace.progress()
        return True

    async def _is_over(self) -> bool:
        """Ask whether a stream without anything new was the whole of what is left."""
        if self.after == 0:
            return False
        state = await self._ask_state()
        return state is not None and self._has_all_of(state)

    async def _is_taken_up_again(self) -> bool:
        """Ask whether results follow the last message; the end stands when the app can't tell."""
        try:
            state = await self._ask_state()
        except (httpx.RequestError, _BrokenAnswerError):
            return False
        return state is not None and not self._has_all_of(state)

    def _has_all_of(self, state: GenerationState) -> bool:
        return state.is_over and state.last_seq <= self.after

    async def _ask_state(self) -> GenerationState | None:
        if self.generation_id is None:
            return None
        response = await self._http.get(generation_path(self.generation_id))
        if response.status_code != HTTPStatus.OK:
            return None
        try:
            return GenerationState.model_validate_json(response.content)
        except ValidationError as error:
            raise _BrokenAnswerError("its account of the generation can't be read") from error


def _parse(raw: bytes) -> StreamMessage | None:
    try:
        return from_line(raw)
    except ValidationError as error:
        shown = raw[:80].decode(errors="replace")
        raise _BrokenAnswerError(f"a line is no message of the stream: {shown!r}") from error
