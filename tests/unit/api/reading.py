"""Reads streams in the test's own process, with a fake engine."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, cast

from api.streaming.poller import Pollers
from api.streaming.stream import StreamRequest, stream_lines
from shared.deps import Deps
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION

type JsonObject = dict[str, Any]


@dataclass(slots=True)
class Readers:
    """Opens streams of the generation that share their pollers, as in one process."""

    deps: Deps
    engine: FakeEngine
    pollers: Pollers = field(default_factory=Pollers)

    def open(self, request: StreamRequest | None = None) -> AsyncGenerator[bytes]:
        """Open a stream; nothing happens before its first line is asked for."""
        lines = stream_lines(self.deps, self.engine, self.pollers, request or StreamRequest(GENERATION))
        return cast("AsyncGenerator[bytes]", lines)

    async def read(self, request: StreamRequest | None = None) -> list[JsonObject]:
        """Return all messages of a stream that ends by itself."""
        async with aclosing(self.open(request)) as lines:
            return [message async for message in messages(lines)]

    async def read_after(self, after: int) -> list[JsonObject]:
        """Return all messages after a cursor."""
        return await self.read(StreamRequest(GENERATION, after=after))


async def messages(pieces: AsyncIterator[bytes]) -> AsyncIterator[JsonObject]:
    """Yield a stream's messages, without its heartbeats. A line may come in several pieces."""
    line = b""
    async for piece in pieces:
        line += piece
        assert b"\n" not in piece[:-1]
        if line.endswith(b"\n"):
            if line.strip():
                yield json.loads(line)
            line = b""
    assert not line, "the stream ended within a line"


async def read_until_seq(lines: AsyncIterator[bytes], seq: int) -> list[JsonObject]:
    """Return the messages up to the one with this number."""
    return await _read_until(lines, "seq", seq)


async def read_until_retry(lines: AsyncIterator[bytes]) -> list[JsonObject]:
    """Return the messages up to the one that says what is retried."""
    return await _read_until(lines, "step", "retry")


async def _read_until(lines: AsyncIterator[bytes], field: str, value: int | str) -> list[JsonObject]:
    read: list[JsonObject] = []
    async for message in messages(lines):
        read.append(message)
        if message.get(field) == value:
            return read
    raise AssertionError(f"the stream ended before a message with the {field} {value}: {read}")


def results(read: list[JsonObject]) -> list[JsonObject]:
    """Return the messages that have a number."""
    return [message for message in read if "seq" in message]


def seqs(read: list[JsonObject]) -> list[int]:
    """Return the numbers, in the order in which they came."""
    return [message["seq"] for message in results(read)]
