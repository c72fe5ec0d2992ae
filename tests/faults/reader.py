"""A reader whose connections are cut at given bytes, and that returns with its last complete `seq`.

It shares no code with the app or its client, so it does not have the same bugs.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import httpx

from tests.faults.findings import Finding, FindingKind
from tests.faults.schedule import GenerationPlan, ImageMode, ReaderPlan
from tests.support.contract_check import JsonObject, has_number, is_end, parse
from tests.support.running_app import START

#: What a host that dies, or that can't reach its storage, may answer: come back later.
PASSING_STATUS = {502, 503}
_COME_BACK_S = 0.1


class Reader:
    """One reading of one generation, over as many connections as it takes."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        plan: ReaderPlan,
        generation: GenerationPlan,
        *,
        generation_id: str | None = None,
        on_result: Callable[[], None] = lambda: None,
    ) -> None:
        """Without an id, the reader starts the generation itself, under one idempotency key in all repetitions."""
        self._http = http
        self._plan = plan
        self._generation = generation
        self._on_result = on_result
        self._cuts_ahead = list(plan.cuts_after_bytes)
        self._key = f"soak-{generation.mark}-{generation.model_seed}"
        self.generation_id = generation_id
        self.results: list[JsonObject] = []
        self.messages: list[JsonObject] = []
        self.findings: list[Finding] = []
        self.cuts = 0
        self.connections = 0

    @property
    def images(self) -> ImageMode:
        """How this reader wants images."""
        return self._plan.images

    @property
    def has_ended(self) -> bool:
        """Whether the generation's last message has come."""
        return bool(self.results) and is_end(self.results[-1])

    async def read(self) -> None:
        """Read to the end over as many connections as it takes; a line that is no message ends the reading."""
        while not self.has_ended:
            try:
                comes_back_at_once = await self._read_connection()
            except httpx.TransportError:
                comes_back_at_once = False
            except (AssertionError, ValueError, LookupError) as error:
                self._found("contract", f"a line that is no message: {error!r}")
                return
            if not comes_back_at_once and not self.has_ended:
                await asyncio.sleep(_COME_BACK_S)

    async def _read_connection(self) -> bool:
        """Read one connection and tell whether to come back without a pause."""
        self.connections += 1
        async with self._request() as response:
            if not response.is_success:
                await self._refused(response)
                return False
            self._identified(response.headers.get("x-generation-id"))
            async for line in _lines(self._pieces(response)):
                self._take(line)
            return True

    def _request(self) -> AbstractAsyncContextManager[httpx.Response]:
        if self.generation_id is None:
            body = {"story": self._generation.story, "style": "manga", "images": self._plan.images}
            return self._http.stream("POST", START, json=body, headers={"Idempotency-Key": self._key})
        query: dict[str, str | int] = {"after": len(self.results), "images": self._plan.images}
        return self._http.stream("GET", f"{START}/{self.generation_id}", params=query)

    async def _refused(self, response: httpx.Response) -> None:
        await response.aread()
        if response.status_code not in PASSING_STATUS:
            self._found(
                "refused", f"{response.request.method} was answered {response.status_code}: {response.text[:300]}"
            )

    def _identified(self, generation_id: str | None) -> None:
        if generation_id is None:
            self._found("contract", "a stream without X-Generation-Id")
        elif self.generation_id not in {None, generation_id}:
            self._found(
                "doubled", f"a second generation for one Idempotency-Key: {self.generation_id}, {generation_id}"
            )
        else:
            self.generation_id = generation_id

    async def _pieces(self, response: httpx.Response) -> AsyncIterator[bytes]:
        """Yield the bytes up to the next cut, exactly."""
        left = self._cuts_ahead.pop(0) if self._cuts_ahead else None
        async for piece in response.aiter_raw():
            if left is not None and len(piece) >= left:
                self.cuts += 1
                yield piece[:left]
                return
            left = None if left is None else left - len(piece)
            yield piece

    def _take(self, line: bytes) -> None:
        message = parse(line)
        self.messages.append(message)
        if message.get("generationId") != self.generation_id:
            self._found("contract", f"a message of another generation: {str(message)[:200]}")
        if not has_number(message):
            return
        expected, seq = len(self.results) + 1, message["seq"]
        if seq < expected:
            self._found("doubled", f"result {seq} came again after {expected - 1}")
            return
        if seq > expected:
            self._found("lost", f"result {seq} came where {expected} was due")
        self.results.append(message)
        self._on_result()

    def _found(self, kind: FindingKind, text: str) -> None:
        """Record a finding, unless it is recorded already."""
        finding = Finding(kind, self.generation_id or self._generation.mark, text)
        if finding not in self.findings:
            self.findings.append(finding)


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the complete lines; a last one that was cut is dropped."""
    pending = b""
    async for piece in pieces:
        *lines, pending = (pending + piece).split(b"\n")
        for line in lines:
            if line.strip():
                yield line
