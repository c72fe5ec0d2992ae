"""Reads a generation's stream to its end, over as many connections as necessary.

Invariants:
1. `after` is the `seq` of the last result yielded. Only result `after + 1` is yielded next, so no result is repeated or
   skipped; after any interruption, the next connection asks for the results after `after`.
2. Only complete lines count; a partial line is fetched again.
3. All attempts of the POST carry the same Idempotency-Key, so it starts at most one generation.
4. The end is a last message followed by the end of its connection: a generation that was retried has further results
   after an earlier `complete`. If the connection broke there, the client asks the app.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from client.answers import read_refusal
from client.calls import STREAM_PATH, generation_path
from client.errors import Refused
from client.retries import Failure, Interrupted, Retries, UnreadableAnswer, is_passing
from client.state import GenerationState
from shared.models.messages import StatusMessage, StreamMessage, is_last, sequence_of
from shared.models.story import ImageMode
from shared.ndjson import MEDIA_TYPE, from_line, split_lines

_GENERATION_ID_HEADER = "X-Generation-Id"


class Line(NamedTuple):
    """A line as received, without its line feed, and its message."""

    raw: bytes
    message: StreamMessage


@dataclass(frozen=True)
class StartRequest:
    """The POST that starts a generation: its JSON body and its idempotency key."""

    body: bytes
    idempotency_key: str


class GenerationReader:
    """Reads one generation; `generation_id` and `after` are current at any time."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        retries: Retries,
        start: StartRequest | str,
        after: int,
        images: ImageMode,
    ) -> None:
        """`start` starts a generation, or is the id of an earlier one."""
        self.generation_id = start if isinstance(start, str) else None
        self.after = after
        self._start = start
        self._http = http
        self._images = images
        self._retries = retries
        self._seen_last = False

    async def lines(self) -> AsyncGenerator[Line]:
        """Yield every line that carries a message, until the generation's end.

        Raises:
            Refused: the app answered with an error.
            ConnectionLost: the stream could not be resumed within the patience.
            ProtocolBroken: the answers can't be understood.
        """
        while True:
            try:
                async with aclosing(self._connection()) as lines:
                    async for line in lines:
                        yield line
                if self._seen_last or await self._is_over():
                    return
                failure: Failure = Interrupted("the stream ended before its last message")
            except (httpx.RequestError, Refused, Interrupted) as error:
                if isinstance(error, Refused) and not is_passing(error):
                    raise
                failure = error
            is_announced = isinstance(failure, Interrupted) and failure.announced
            if self._seen_last and not is_announced and not await self._has_more():
                return
            await self._retries.wait_after(failure, self.generation_id, self.after)

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
            raise await read_refusal(response)
        if not response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            raise UnreadableAnswer(f"its answer is not {MEDIA_TYPE}")
        self._retries.note_activity()
        self.generation_id = self.generation_id or response.headers.get(_GENERATION_ID_HEADER) or None

    async def _new_lines(self, response: httpx.Response) -> AsyncGenerator[Line]:
        async for raw in split_lines(self._pieces(response)):
            message = _parse(raw)
            if message is None or not self._is_new(message):
                continue
            self.generation_id = self.generation_id or message.generation_id
            yield Line(raw, message)
            if isinstance(message, StatusMessage) and message.step == "reconnect":
                raise Interrupted("the stream's window is over", announced=True)

    async def _pieces(self, response: httpx.Response) -> AsyncIterator[bytes]:
        async for piece in response.aiter_bytes():
            self._retries.note_activity()
            yield piece
            if self._retries.is_stalled():
                raise Interrupted("only heartbeats and progress messages came")

    def _is_new(self, message: StreamMessage) -> bool:
        seq = sequence_of(message)
        if seq is None:
            return True
        if seq <= self.after:
            return False
        if seq > self.after + 1:
            raise UnreadableAnswer(f"result {seq} came instead of {self.after + 1}")
        self.after = seq
        self._seen_last = is_last(message)
        self._retries.note_result()
        return True

    async def _is_over(self) -> bool:
        """Ask the app whether a stream without new results was complete."""
        if self.after == 0:
            return False
        state = await self._state()
        return state is not None and self._has_all_of(state)

    async def _has_more(self) -> bool:
        """Ask the app whether results follow the last message; if it can't answer, there are none."""
        try:
            state = await self._state()
        except (httpx.RequestError, UnreadableAnswer):
            return False
        return state is not None and not self._has_all_of(state)

    def _has_all_of(self, state: GenerationState) -> bool:
        return state.is_over and state.last_seq <= self.after

    async def _state(self) -> GenerationState | None:
        if self.generation_id is None:
            return None
        response = await self._http.get(generation_path(self.generation_id))
        if response.status_code != HTTPStatus.OK:
            return None
        try:
            return GenerationState.model_validate_json(response.content)
        except ValidationError as error:
            raise UnreadableAnswer("the state of the generation can't be read") from error


def _parse(raw: bytes) -> StreamMessage | None:
    try:
        return from_line(raw)
    except ValidationError as error:
        shown = raw[:80].decode(errors="replace")
        raise UnreadableAnswer(f"a line is not a message of the stream: {shown!r}") from error
