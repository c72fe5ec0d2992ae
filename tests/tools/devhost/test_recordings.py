"""devhost answers the recorded requests as the real host did.

It compares the status, whether the body is empty, and the media type. If the host itself answered, it also compares
the headers that its callers use and the structure of the body.
"""

import http.client
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel, TypeAdapter

from tests.support.running_app import RunningApp, running_app
from tools.devstack.stack import Stack, StackOptions

ROOT = Path(__file__).resolve().parents[3]
RECORDINGS = ROOT / "tests" / "recordings"
DOCS = ROOT / "docs" / "devhost.md"
PATIENCE_S = 30
#: The generation of the recordings, which had ended.
GENERATION = "629cb8bf98fd35c050b93cd9365f8821"
#: Must be present, with any value.
HEADERS_OF_THE_HOST = ("location", "retry-after", "x-ms-continuation-token", "www-authenticate")
#: By name of the recording: the status that devhost returns, and why it differs from the recorded one.
DIFFERENCES: Mapping[str, tuple[int, str]] = {
    "a body longer than announced to be accepted, unfinished": (
        413,
        "An answer that the app gives before it has read the body is sent at once; the real host waits for the body.",
    ),
    "chunks, unfinished": (500, "A body that stops is given up after 5 s, with or without an announced length."),
    "a chunk size that is none": (400, "The parser refuses it before the app is asked. The client is at fault."),
    "two content types": (400, "The parser (aiohttp) refuses a second Content-Type."),
    "an invocation id made up": (
        400,
        "The header is replaced, so the app answers as if it had not been sent. The real host never answers.",
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The compared parts of an answer."""

    status: int
    is_empty: bool
    media_type: str | None
    headers: tuple[str, ...]
    """The names of the host's own headers that it has."""
    form: tuple[str, ...]
    """The names in a JSON body of the host, in order, as far as both are known; of a JSON text, the text."""


class RecordedRequest(BaseModel):
    method: str
    path: str
    headers: list[str]
    body: str


class RecordedAnswer(BaseModel):
    line: str
    headers: dict[str, str]
    body: str


class Recording(BaseModel):
    """A request with the answer of the real host."""

    name: str
    request: RecordedRequest
    answer: RecordedAnswer

    @property
    def is_of_the_host(self) -> bool:
        """Whether the host itself answered, not the app."""
        return self.answer.headers.get("Server") == "Kestrel"

    def expected(self) -> Answer:
        """Return the answer that devhost should give."""
        headers = {name.lower(): value for name, value in self.answer.headers.items()}
        status = int(self.answer.line.split()[1])
        return compared(status, headers, self.answer.body, of_host=self.is_of_the_host)


def load(name: str) -> list[Recording]:
    return TypeAdapter(list[Recording]).validate_json((RECORDINGS / name).read_bytes())


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app, as it was recorded: keys are not checked."""
    with Stack(StackOptions(tmp_path_factory.mktemp("stack"))) as stack, running_app(stack) as running:
        yield running


@pytest.fixture(scope="module")
def app_with_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    options = StackOptions(tmp_path_factory.mktemp("stack"), keys_enforced=True)
    with Stack(options) as stack, running_app(stack) as running:
        yield running


def test_recorded_requests_get_the_recorded_answers(app: RunningApp) -> None:
    marks = {GENERATION: app.generate().generation_id}

    assert differences(app.url, load("http.json"), marks) == {}


def test_recorded_keys_get_the_recorded_answers(app_with_keys: RunningApp) -> None:
    keys = app_with_keys.stack.keys()
    marks = {"<master>": keys.master, "<function>": keys.default, "<engine>": keys.durable_task, "<wrong>": "x" * 56}
    app_with_keys.http.post(  # the recorded engine had instances
        "/runtime/webhooks/durabletask/orchestrators/none", headers={"x-functions-key": keys.master}
    ).raise_for_status()

    assert differences(app_with_keys.url, load("http-keys.json"), marks) == {}


def test_documentation_lists_all_differences() -> None:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", DOCS.read_text(), re.MULTILINE)
    described = {name: (status, reason) for name, status, reason in rows}

    assert described.items() >= {name: (str(status), reason) for name, (status, reason) in DIFFERENCES.items()}.items()


def test_every_difference_names_a_recording() -> None:
    assert DIFFERENCES.keys() <= {recording.name for recording in load("http.json")}


def differences(url: str, recordings: list[Recording], marks: Mapping[str, str]) -> dict[str, object]:
    """Send every request; return, by name and path, the expected and the actual answers."""
    found: dict[str, object] = {}
    for recording in recordings:
        given = send(url, recording, marks)
        if recording.name in DIFFERENCES:
            is_as_expected = given.status == DIFFERENCES[recording.name][0]
        else:
            expected = recording.expected()
            is_as_expected = replace(given, form=given.form[: len(expected.form)]) == expected
        if not is_as_expected:
            found[f"{recording.name}: {recording.request.path}"] = (recording.answer, given)
    return found


def send(url: str, recording: Recording, marks: Mapping[str, str]) -> Answer:
    """Send the request over a new socket, as the recorder did."""
    address = urlsplit(url)
    with socket.create_connection((str(address.hostname), address.port or 80), timeout=PATIENCE_S) as connection:
        connection.sendall(request_bytes(recording.request, marks))
        response = http.client.HTTPResponse(connection, method=recording.request.method)
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return compared(response.status, headers, response.read().decode(), of_host=recording.is_of_the_host)


def request_bytes(request: RecordedRequest, marks: Mapping[str, str]) -> bytes:
    path = request.path
    if cut := re.fullmatch(r"(/x+)\.\.\. \((\d+) characters\)", path):
        path = "/" + "x" * (int(cut[2]) - 1)
    lines = [f"{request.method} {path} HTTP/1.1", "Host: manga.example", "Connection: close", *request.headers]
    if request.body and not any(line.startswith(("Content-Length", "Transfer-Encoding")) for line in lines):
        lines.append(f"Content-Length: {len(request.body)}")
    text = "\r\n".join([*lines, "", request.body])
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text.encode()


def compared(status: int, headers: Mapping[str, str], body: str, *, of_host: bool) -> Answer:
    return Answer(
        status,
        is_empty=not body,
        media_type=headers.get("content-type"),
        headers=tuple(name for name in HEADERS_OF_THE_HOST if name in headers) if of_host else (),
        form=form_of(body) if of_host else (),
    )


def form_of(body: str) -> tuple[str, ...]:
    """Return the names in a JSON body up to an instance's input, which is the app's. Recorded bodies may be cut."""
    if body.startswith('"'):
        return (body,)
    return tuple(re.findall(r'"(\w+)":', body.partition('"input"')[0]))
