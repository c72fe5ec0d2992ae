"""The running app as its clients see it. Every stream that is read is checked against the contract, twice."""

import json
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import httpx

from shared.ndjson import from_line
from shared.settings import load_settings
from shared.storage.azure_blobs import AzureBlobStore
from tests.support.contract_check import JsonObject, check_stream, has_number, messages_of, parse
from tests.support.emulator_control import EmulatorControl
from tests.support.patience import patience_s
from tools.devstack.stack import Stack

STORY = 'Mira walked along the harbour. "The boat is gone," said Jon. Mira laughed and ran to the water.'
# As many words as a story may have: it becomes as many panels as a comic may have.
LONGEST_STORY = " ".join(
    " ".join(
        f"Mira and Jon walked to harbour number {number} and asked the keeper about the boat." for number in range(40)
    ).split()[:500]
)
MOST_PANELS = 15
START = "/api/generate-manga-stream"
PATIENCE_S = patience_s(60)


@dataclass(frozen=True, slots=True)
class Received:
    """A response that was read to its end."""

    status: int
    headers: Mapping[str, str]
    messages: list[JsonObject]

    @property
    def generation_id(self) -> str:
        """The generation that was streamed."""
        return self.headers["x-generation-id"]

    @property
    def results(self) -> list[JsonObject]:
        """The messages that are numbered."""
        return [message for message in self.messages if has_number(message)]

    @property
    def last(self) -> JsonObject:
        """The message that the response ended with."""
        return self.messages[-1]

    def of(self, kind: str) -> list[JsonObject]:
        """Return the messages of a type."""
        return [message for message in self.messages if message["type"] == kind]

    def one(self, kind: str) -> JsonObject:
        """Return the only message of a type."""
        (message,) = self.of(kind)
        return message


@dataclass(slots=True)
class RunningApp:
    """A stack's app, its model emulator and its storage."""

    stack: Stack
    emulator: EmulatorControl
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.stack.url, trust_env=False, timeout=PATIENCE_S)

    @property
    def url(self) -> str:
        """Where the app is."""
        return self.stack.url

    def close(self) -> None:
        """Close the connections."""
        self.http.close()
        self.emulator.close()

    def generate(self, story: str = STORY, *, headers: Mapping[str, str] | None = None, **fields: object) -> Received:
        """Start a generation and read its stream to the end; images are sent as addresses unless asked for."""
        body = {"story": story, "style": "manga", "images": "url", **fields}
        response = self.http.post(START, json=body, headers=headers)
        return received(response)

    def follow(self, generation_id: str, after: int = 0, images: str = "url", earlier_ends: int = 0) -> Received:
        """Read a generation's stream to the end; one that was gone on with has earlier ends in it."""
        query: dict[str, str | int] = {"after": after, "images": images}
        return received(self.http.get(f"{START}/{generation_id}", params=query), after=after, earlier_ends=earlier_ends)

    @contextmanager
    def reading(self, story: str = STORY, **fields: object) -> Generator[Iterator[JsonObject]]:
        """Start a generation and read its messages one by one; leaving hangs up."""
        body = {"story": story, "style": "manga", "images": "url", **fields}
        with self.http.stream("POST", START, json=body) as response:
            assert response.status_code == 200
            yield (parse(line.encode()) for line in response.iter_lines() if line.strip())

    def state(self, generation_id: str) -> JsonObject:
        """Return what is told of a generation."""
        return cast("JsonObject", self.http.get(f"/api/generations/{generation_id}").raise_for_status().json())

    def runs(self) -> list[str]:
        """Return the ids of all orchestrations that the engine knows."""
        answer = self.http.get("/runtime/webhooks/durabletask/instances").raise_for_status().json()
        return sorted(run["instanceId"] for run in answer)

    async def blobs(self) -> list[str]:
        """Return the names of all that is stored."""
        assert self.stack.azurite is not None
        store = AzureBlobStore(load_settings({"AzureWebJobsStorage": self.stack.azurite.connection}))
        try:
            return sorted([name async for name in store.names("")])
        finally:
            await store.close()

    async def texts(self) -> list[str]:
        """Return the content of all that is stored as text."""
        assert self.stack.azurite is not None
        store = AzureBlobStore(load_settings({"AzureWebJobsStorage": self.stack.azurite.connection}))
        try:
            blobs = [await store.read(name) async for name in store.names("")]
        finally:
            await store.close()
        return [blob.content.decode() for blob in blobs if blob and not blob.media_type.startswith("image/")]

    def client(self) -> httpx.AsyncClient:
        """Return a client for several readers at once."""
        return httpx.AsyncClient(base_url=self.stack.url, trust_env=False, timeout=PATIENCE_S)


def received(response: httpx.Response, *, after: int = 0, earlier_ends: int = 0) -> Received:
    """Return a whole response, held to the contract by the app's own models and by a check that knows none of them."""
    assert response.status_code == 200, response.text
    for line in response.content.splitlines():
        from_line(line)
    messages = messages_of(response.content)
    check_stream(messages, after=after, earlier_ends=earlier_ends)
    return Received(response.status_code, response.headers, messages)


async def read_messages(response: httpx.Response) -> AsyncIterator[JsonObject]:
    """Yield a response's messages as they come."""
    async for line in response.aiter_lines():
        if line.strip():
            yield parse(line.encode())


def until(messages: Iterator[JsonObject], wanted: Callable[[JsonObject], bool]) -> JsonObject:
    """Return the first message that is wanted."""
    seen: list[Any] = []
    for message in messages:
        if wanted(message):
            return message
        seen.append(json.dumps(message)[:200])
    raise AssertionError(f"the stream ended without it: {seen}")


@contextmanager
def running_app(stack: Stack) -> Generator[RunningApp]:
    """Connect to a stack that has an emulator."""
    assert stack.emulator is not None
    app = RunningApp(stack, EmulatorControl(stack.emulator.url))
    yield app
    app.close()
