"""A client of the app that records when each line of a stream arrives."""

import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypedDict, cast

import aiohttp

START_PATH = "/api/generate-manga-stream"
STORY = "Mira met Jon at the harbour. They waved. The boat left."

type Images = Literal["inline", "url"]


class UnexpectedAnswer(RuntimeError):
    """The app did not answer as it should, so its times mean nothing."""


class Message(TypedDict, total=False):
    """The fields of a stream's message that the measurements use."""

    type: str
    seq: int


class Reference(TypedDict):
    """An uploaded reference image."""

    name: str
    image: str


@dataclass(slots=True)
class Reading:
    """One reader's stream. Times are monotonic seconds."""

    began_at_s: float
    generation_id: str = ""
    lines: list[tuple[float, Message]] = field(default_factory=list[tuple[float, Message]])

    @property
    def total_s(self) -> float:
        """Time from the request to the last line."""
        return self.lines[-1][0] - self.began_at_s

    @property
    def first_line_s(self) -> float:
        """Time from the request to the first line."""
        return self.lines[0][0] - self.began_at_s

    @property
    def first_panel_s(self) -> float:
        """Time from the request to the first panel."""
        return next(at_s for at_s, message in self.lines if message.get("type") == "panel") - self.began_at_s

    def check_complete(self) -> None:
        """Check that the stream had every result once and ended with `complete`.

        Raises:
            UnexpectedAnswer: it did not.
        """
        numbers = [message["seq"] for _, message in self.lines if "seq" in message]
        if numbers != list(range(1, len(numbers) + 1)) or self.lines[-1][1].get("type") != "complete":
            raise UnexpectedAnswer(f"Generation {self.generation_id} ended with {self.lines[-1:]} after {numbers}.")


def client_session(url: str) -> aiohttp.ClientSession:
    """Return a session for any number of streams; the caller closes it."""
    return aiohttp.ClientSession(
        url, connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None), read_bufsize=2**20
    )


async def generate(session: aiohttp.ClientSession, images: Images = "url") -> Reading:
    """Start a generation and read it to its end.

    Raises:
        UnexpectedAnswer: it did not end with `complete`.
    """
    reading = Reading(time.monotonic())
    async with session.post(START_PATH, json={"story": STORY, "style": "manga", "images": images}) as answer:
        await _read(answer, reading)
    return reading


async def follow(
    session: aiohttp.ClientSession, generation_id: str, on_line: Callable[[], None] = lambda: None
) -> Reading:
    """Read a generation from its beginning to its end; `on_line` is called for each line.

    Raises:
        UnexpectedAnswer: it did not end with `complete`.
    """
    reading = Reading(time.monotonic())
    async with session.get(f"{START_PATH}/{generation_id}", params={"images": "url"}) as answer:
        await _read(answer, reading, on_line)
    return reading


async def start_only(session: aiohttp.ClientSession, references: Sequence[Reference] = ()) -> str:
    """Start a generation, close its stream, and return its id."""
    body = {"story": STORY, "style": "manga", "images": "url", "uploadedSettingReferences": references}
    async with session.post(START_PATH, json=body) as answer:
        answer.raise_for_status()
        return answer.headers["X-Generation-Id"]


async def _read(answer: aiohttp.ClientResponse, reading: Reading, on_line: Callable[[], None] = lambda: None) -> None:
    answer.raise_for_status()
    reading.generation_id = answer.headers["X-Generation-Id"]
    async for line in _lines(answer):
        if line.strip():
            reading.lines.append((time.monotonic(), cast("Message", json.loads(line))))
            on_line()
    reading.check_complete()


async def _lines(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """Yield each complete line, however long it is."""
    pending: list[bytes] = []
    async for piece in answer.content.iter_any():
        *complete, rest = piece.split(b"\n")
        for line in complete:
            yield b"".join([*pending, line])
            pending.clear()
        pending.append(rest)
