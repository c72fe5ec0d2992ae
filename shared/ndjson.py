"""Newline-delimited JSON: messages to lines, and bytes that come in any pieces to messages."""

from collections.abc import AsyncIterable, AsyncIterator

from shared.models.messages import STREAM_MESSAGE, StreamMessage

MEDIA_TYPE = "application/x-ndjson"
LINE_END = b"\n"
HEARTBEAT = LINE_END


def to_line(message: StreamMessage) -> bytes:
    """Return the message as one UTF-8 line, its line feed included."""
    return STREAM_MESSAGE.dump_json(message, by_alias=True, exclude_none=True) + LINE_END


def from_line(line: bytes) -> StreamMessage | None:
    """Return the line's message, or None for a heartbeat.

    Raises:
        pydantic.ValidationError: the line is no message of the contract.
    """
    return STREAM_MESSAGE.validate_json(line) if line.strip() else None


async def split_lines(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Yield the complete lines, without their line feed; a last line that was cut is dropped."""
    pending: list[bytes] = []
    async for piece in pieces:
        *complete, rest = piece.split(LINE_END)
        for line in complete:
            pending.append(line)
            yield b"".join(pending)
            pending.clear()
        if rest:
            pending.append(rest)
