"""The running app as its clients see it. Every stream that is read is checked against the contract, twice."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import httpx

from shared.ndjson import from_line
from shared.settings import load_settings
from shared.storage.azure_blobs import AzureBlobStore
from tests.support.contract_check import JsonObject, check_stream, has_number, messages_of, parse
from tests.support.emulator_control import EmulatorControl
from tests.support.patience import patience_s
from tests.support.unlimited import NO_LIMITS
from tools.devstack.stack import Stack, StackOptions

STORY = 'Mira walked along the harbour. "The boat is gone," said Jon. Mira laughed and ran to the water.'
# As many words as a story may have: it becomes as many panels as a comic may have.
LONGEST_STORY = " ".join(
    " ".join(
        f"Mira and Jon walked to harbour number {number} and asked the keeper about the boat." for number in range(40)
    ).split()[:500]
)
MOST_PANELS = 15
START = "/api/generate-manga-stream"
INSTANCES = "/runtime/webhooks/durabletask/instances"
BODY: JsonObject = {"story": STORY, "style": "manga", "images": "url"}
UNKNOWN_ID = "0" * 32
# A rule for the model emulator.
BLOCKED_PANEL = {"kind": "panel", "subject": "1", "fault": "finish", "reason": "IMAGE_SAFETY"}
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
        """The result messages, which have a `seq`."""
        return [message for message in self.messages if has_number(message)]

    @property
    def retries(self) -> list[tuple[JsonObject, JsonObject]]:
        """The two progress messages about each attempt that is made again."""
        pairs = zip(self.messages, self.messages[1:], strict=False)
        return [(error, status) for error, status in pairs if error.get("retrying")]

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
        return received(self.http.post(START, json={**BODY, "story": story, **fields}, headers=headers))

    def follow(self, generation_id: str, after: int = 0, images: str = "url", earlier_ends: int = 0) -> Received:
        """Read a generation's stream to the end; one that had a retry or a redo has earlier ends in it."""
        query: dict[str, str | int] = {"after": after, "images": images}
        return received(self.http.get(f"{START}/{generation_id}", params=query), after=after, earlier_ends=earlier_ends)

    @contextmanager
    def reading(self) -> Generator[Iterator[JsonObject]]:
        """Start a generation and read its messages one by one; leaving closes the connection."""
        with self.http.stream("POST", START, json=BODY) as response:
            assert response.status_code == 200
            yield (parse(line.encode()) for line in response.iter_lines() if line.strip())

    def cancelled_at(self, kind: str) -> str:
        """Start a generation, cancel it when the first message of a type has come, and return its id."""
        with self.reading() as messages:
            generation_id = str(until(messages, kind)["generationId"])
            assert self.change(generation_id, "cancel") == 202
            assert list(messages)[-1]["step"] == "cancelled"
        return generation_id

    def change(self, generation_id: str, what: str, body: JsonObject | None = None) -> int:
        """Ask for a cancel, a retry or a redo, and return the answer's status."""
        return self.http.post(f"/api/generations/{generation_id}/{what}", json=body).status_code

    def delete(self, generation_id: str) -> int:
        """Ask for the deletion of a generation, and return the answer's status."""
        return self.http.delete(f"/api/generations/{generation_id}").status_code

    def state(self, generation_id: str) -> JsonObject:
        """Return the state of a generation."""
        return cast("JsonObject", self.http.get(f"/api/generations/{generation_id}").raise_for_status().json())

    def runs(self, of_generation: str = "") -> list[str]:
        """Return the ids of all orchestrations that the engine knows, or of a generation's."""
        return [name for name in runs_of(self.http) if of_generation in name]

    async def blobs(self) -> list[str]:
        """Return the names of all that is stored."""
        async with store_of(self.stack) as store:
            return sorted([name async for name in store.names("")])

    async def texts(self) -> list[str]:
        """Return the content of all that is stored as text."""
        async with store_of(self.stack) as store:
            blobs = [await store.read(name) async for name in store.names("")]
        return [blob.content.decode() for blob in blobs if blob and not blob.media_type.startswith("image/")]

    def kill_host(self) -> None:
        """End the host as a crash would."""
        assert self.stack.host is not None
        self.stack.host.kill()

    def client(self) -> httpx.AsyncClient:
        """Return a client for several readers at once."""
        return httpx.AsyncClient(base_url=self.stack.url, trust_env=False, timeout=PATIENCE_S)


def received(response: httpx.Response, *, after: int = 0, earlier_ends: int = 0) -> Received:
    """Return a whole response, checked by the app's own models and by a check that shares no code with them."""
    assert response.status_code == 200, response.text
    for line in response.content.splitlines():
        from_line(line)
    messages = messages_of(response.content)
    check_stream(messages, after=after, earlier_ends=earlier_ends)
    return Received(response.status_code, response.headers, messages)


def refusal(answer: httpx.Response, status: int, code: str) -> JsonObject:
    """Return the body of a refusal: it has the fields of an error, and no word of the app's code or of other servers.

    The servers of `outside_world` mark their words with RAW.
    """
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = cast("JsonObject", answer.json())
    assert body["code"] == code
    assert body["error"].endswith(".")
    allowed = {"error", "code", "details", *(["errorType"] if code == "content-blocked" else [])}
    assert set(body) <= allowed
    assert not [word for word in ("Traceback", "RAW") if word in answer.text]
    return body


def broken_fields(answer: httpx.Response) -> list[str]:
    """Return the fields that a refusal of invalid input names, each with a sentence."""
    details = refusal(answer, 400, "invalid-input")["details"]
    assert all(problem["message"].endswith(".") for problem in details)
    return [problem["field"] for problem in details]


def runs_of(http: httpx.Client) -> list[str]:
    """Return the ids of all orchestrations that a host's engine knows."""
    return sorted(run["instanceId"] for run in http.get(INSTANCES).raise_for_status().json())


async def read_messages(response: httpx.Response) -> AsyncIterator[JsonObject]:
    """Yield a response's messages as they come."""
    async for line in response.aiter_lines():
        if line.strip():
            yield parse(line.encode())


def until(messages: Iterator[JsonObject], kind: str) -> JsonObject:
    """Return the first message of a type."""
    seen: list[str] = []
    for message in messages:
        if message["type"] == kind:
            return message
        seen.append(json.dumps(message)[:200])
    raise AssertionError(f"the stream ended without a message of type {kind}: {seen}")


@asynccontextmanager
async def store_of(stack: Stack) -> AsyncGenerator[AzureBlobStore]:
    """Connect to a stack's storage, past the app."""
    assert stack.azurite is not None
    store = AzureBlobStore(load_settings({"AzureWebJobsStorage": stack.azurite.connection}))
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def running_app(stack: Stack) -> Generator[RunningApp]:
    """Connect to a stack that has an emulator."""
    assert stack.emulator is not None
    app = RunningApp(stack, EmulatorControl(stack.emulator.url))
    yield app
    app.close()


@contextmanager
def started_app(folder: Path, **settings: str) -> Generator[RunningApp]:
    """Start a stack without rate limits, whose host may be killed."""
    with Stack(StackOptions(folder, settings={**NO_LIMITS, **settings})) as stack, running_app(stack) as app:
        yield app
