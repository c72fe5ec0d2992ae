"""A client of the app that notes when each line of a stream came."""

import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Literal, TypedDict, cast

import aiohttp

START_PATH = "/api/generate-manga-stream"
STORY = "Mira met Jon at the harbour. They waved. The boat left."

type Images = Literal["inline", "url"]


class UnexpectedAnswer(RuntimeError):
    """The app did not answer as it should, so that its times say nothing."""


class MessageData(TypedDict, total=False):
    """What the measurements look at in a message's `data`."""

    image: str
    panels: list[dict[str, object]]
    characters: list[dict[str, object]]


class Message(TypedDict, total=False):
    """What the measurements look at in a stream's message."""

    type: str
    seq: int
    index: int
    panelNumber: int
    message: str
    data: MessageData


@dataclass(slots=True)
class Reading:
    """One reader's stream. Times are of the monotonic clock, in seconds, which all processes of a machine share."""

    began_at_s: float
    generation_id: str = ""
    first_byte_at_s: float = 0
    received_bytes: int = 0
    lines: list[tuple[float, Message]] = field(default_factory=list[tuple[float, Message]])

    @property
    def whole_s(self) -> float:
        """From the request to the last line."""
        return self.lines[-1][0] - self.began_at_s

    def first_s(self, kind: str) -> float:
        """From the request to the first message of that type."""
        return next(at_s for at_s, message in self.lines if message.get("type") == kind) - self.began_at_s

    def of_type(self, kind: str) -> list[Message]:
        """Return the messages of that type."""
        return [message for _, message in self.lines if message.get("type") == kind]

    def check_complete(self) -> None:
        """Make sure that the stream had all its results, each once, and ended well.

        Raises:
            UnexpectedAnswer: it did not.
        """
        numbers = [message["seq"] for _, message in self.lines if "seq" in message]
        if numbers != list(range(1, len(numbers) + 1)) or self.lines[-1][1].get("type") != "complete":
            raise UnexpectedAnswer(f"Generation {self.generation_id} ended with {self.lines[-1:]} after {numbers}.")


def client_session(url: str) -> aiohttp.ClientSession:
    """Return a session for any number of streams; closing it is the caller's part."""
    return aiohttp.ClientSession(
        url, connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None), read_bufsize=2**20
    )


async def generate(session: aiohttp.ClientSession, images: Images = "url", story: str = STORY) -> Reading:
    """Start a generation and read it to its end.

    Raises:
        UnexpectedAnswer: it did not end well.
    """
    reading = Reading(time.monotonic())
    body = {"story": story, "style": "manga", "images": images}
    async with session.post(START_PATH, json=body) as answer:
        await _read(answer, reading)
    reading.check_complete()
    return reading


async def follow(
    session: aiohttp.ClientSession,
    generation_id: str,
    images: Images = "url",
    on_line: Callable[[], None] = lambda: None,
) -> Reading:
    """Read a generation from its beginning to its end; `on_line` is called with each line.

    Raises:
        UnexpectedAnswer: it did not end well.
    """
    reading = Reading(time.monotonic())
    async with session.get(f"{START_PATH}/{generation_id}", params={"images": images}) as answer:
        await _read(answer, reading, on_line)
    reading.check_complete()
    return reading


async def start_only(session: aiohttp.ClientSession) -> str:
    """Start a generation, leave its stream, and return its id."""
    async with session.post(START_PATH, json={"story": STORY, "style": "manga", "images": "url"}) as answer:
        answer.raise_for_status()
        return answer.headers["X-Generation-Id"]


async def _read(answer: aiohttp.ClientResponse, reading: Reading, on_line: Callable[[], None] = lambda: None) -> None:
    answer.raise_for_status()
    reading.generation_id = answer.headers["X-Generation-Id"]
    async for at_s, line in timed_lines(answer, reading):
        if line.strip():
            reading.lines.append((at_s, _message_in(line)))
            on_line()


async def timed_lines(answer: aiohttp.ClientResponse, reading: Reading) -> AsyncIterator[tuple[float, bytes]]:
    """Yield each complete line with the time at which its end came."""
    pending: list[bytes] = []
    async for piece in answer.content.iter_any():
        at_s = time.monotonic()
        reading.first_byte_at_s = reading.first_byte_at_s or at_s
        reading.received_bytes += len(piece)
        *complete, rest = piece.split(b"\n")
        for line in complete:
            yield at_s, b"".join([*pending, line])
            pending.clear()
        pending.append(rest)


def _message_in(line: bytes) -> Message:
    message = cast("Message", json.loads(line))
    data = message.get("data")
    if data is not None and data.get("image", "").startswith("data:"):
        # Only its size matters, and that is counted: a thousand streams' images are not kept.
        data["image"] = "data:"
    return message
