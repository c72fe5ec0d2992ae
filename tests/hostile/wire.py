"""Requests as bytes, to send what no HTTP library would send."""

import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from tests.support.patience import patience_s

PATIENCE_S = patience_s(30)

# Placeholders for what is known only when the app runs; they are used in headers, never in bodies.
GENERATION = "<generation>"
LETTERED = "<lettered-generation>"
KEY = "<key>"
SYSTEM_KEY = "<system-key>"
OTHER_FUNCTIONS_KEY = "<other-functions-key>"

type Host = Literal["open", "limited"]


@dataclass(frozen=True, slots=True)
class HostileInput:
    """A request, and the refusal that it must get.

    `code` None means that the host itself answers, before the app. `fields` are the broken fields that must be
    named, if any. `host` is which of the two hosts is asked. `on_azure` is the real host's status where it
    is another, "none" if it gives no answer (`docs/devhost.md`).
    """

    name: str
    request: bytes
    status: int
    code: str | None
    fields: tuple[str, ...] = ()
    host: Host = "open"
    on_azure: int | Literal["none"] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that came whole; header names are in lower case. `rest` is what came behind it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    rest: bytes


def request(method: str, target: str, *headers: str, body: bytes = b"", key: str | None = KEY) -> bytes:
    """Return a request with these header lines; nothing about its body is added to them."""
    of_key = [] if key is None else [f"x-functions-key: {key}"]
    head = [f"{method} {target} HTTP/1.1", "Host: manga.example", "Connection: close", *of_key, *headers]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def get(target: str, *headers: str, key: str | None = KEY) -> bytes:
    """Return a GET request."""
    return request("GET", target, *headers, key=key)


def post(target: str, content: object, *headers: str, key: str | None = KEY) -> bytes:
    """Return a POST request with JSON; bytes are sent as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    announced = ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return request("POST", target, *announced, *headers, body=body, key=key)


def exchange(url: str, sent: bytes) -> Answer:
    """Send a request and return its answer, and what the server sends after it."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname or "", address.port or 80), timeout=PATIENCE_S) as connection:
        connection.sendall(sent)
        with connection.makefile("rb") as received:
            status = int(received.readline().split()[1])
            headers = {name.lower(): value for name, value in http.client.parse_headers(received).items()}
            # Without a length the answer ends with the connection.
            length = 0 if sent.startswith(b"HEAD ") else int(headers.get("content-length", "-1"))
            body = received.read(length)
            # Nothing more will be sent: a server that waits for the rest of a body need not.
            connection.shutdown(socket.SHUT_WR)
            return Answer(status, headers, body, received.read())
