"""Reads streams within the test's process, with fakes of the engine and the storage."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, cast

from api.streaming.stream import StreamRequest, stream_lines
from api.streaming.tail import Tails
from shared.deps import Deps
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION

type JsonObject = dict[str, Any]


@dataclass(slots=True)
class Readers:
    """Opens streams of the generation, all in one process."""

    deps: Deps
    engine: FakeEngine
    tails: Tails = field(default_factory=Tails)

    def open(self, request: StreamRequest | None = None) -> AsyncGenerator[bytes]:
        """Open a stream. It starts when its first line is read."""
        lines = stream_lines(self.deps, self.engine, self.tails, request or StreamRequest(GENERATION))
        return cast("AsyncGenerator[bytes]", lines)

    async def read(self, request: StreamRequest | None = None) -> list[JsonObject]:
        """Return all messages of a stream, up to its end."""
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
    """Return the messages up to the one with this seq."""
    read: list[JsonObject] = []
    async for message in messages(lines):
        read.append(message)
        if message.get("seq") == seq:
            return read
    raise AssertionError(f"the stream ended before seq {seq}: {read}")


def results(read: list[JsonObject]) -> list[JsonObject]:
    """Return the result messages."""
    return [message for message in read if "seq" in message]


def seqs(read: list[JsonObject]) -> list[int]:
    """Return the seqs of the result messages, in order."""
    return [message["seq"] for message in results(read)]


async def read_until_retry(lines: AsyncGenerator[bytes]) -> list[JsonObject]:
    """Return the messages up to the first retrying error."""
    read: list[JsonObject] = []
    async for message in messages(lines):
        read.append(message)
        if message.get("step") == "retry":
            return read
    return read
