"""Searches answers, logs, engine state and storage for texts that must not be there."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import httpx

from tests.support.running_app import INSTANCES
from tools.devstack.stack import Stack

_EVERYTHING = {"showHistory": "true", "showHistoryOutput": "true", "showInput": "true"}


@dataclass(slots=True)
class Answers:
    """All answers that a client gets, with their headers."""

    received: list[bytes] = field(default_factory=list[bytes])
    refused: list[bytes] = field(default_factory=list[bytes])

    def note(self, response: httpx.Response) -> None:
        """Keep an answer's head and body; for httpx's event hooks."""
        body = response.read()
        head = "\r\n".join(f"{name}: {value}" for name, value in response.headers.items()).encode()
        (self.received if response.is_success else self.refused).append(head + b"\r\n\r\n" + body)


def engine_views(http: httpx.Client) -> bytes:
    """Return all that the durable engine's API shows of all runs: status, input, output and history."""
    listed = http.get(INSTANCES).raise_for_status()
    ids = [str(run["instanceId"]) for run in listed.json()]
    views = [http.get(f"{INSTANCES}/{instance_id}", params=_EVERYTHING).content for instance_id in ids]
    return b"\n".join([listed.content, *views])


def engine_files(stack: Stack) -> bytes:
    """Return the bytes in which the engine keeps its state: devhost's database, or queues and tables of the storage."""
    storage = stack.storage_data
    places = (
        stack.host_data.glob("durable.sqlite*"),
        storage.glob("__azurite_db_[qt]*.json"),
        (storage / "__queuestorage__").glob("*"),
    )
    return _contents(chain(*places))


def logs(stack: Stack) -> bytes:
    """Return what the host has logged."""
    assert stack.host is not None
    assert stack.host.log is not None
    return stack.host.log.read_bytes()


def blob_index(storage: Path) -> bytes:
    """Return the names, types and metadata of all blobs, from the files of a storage that was stopped."""
    return _contents(storage.glob("__azurite_db_blob*.json"))


def blob_contents(storage: Path) -> bytes:
    """Return the contents of all blobs."""
    return _contents((storage / "__blobstorage__").iterdir())


def _contents(files: Iterable[Path]) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(files))


def found(secrets: Mapping[str, str], places: Mapping[str, bytes]) -> list[str]:
    """Return which secrets are in which places, as they are or in another of their forms."""
    return [
        f"{name} in {place}"
        for name, secret in secrets.items()
        for place, content in places.items()
        if any(form in content for form in _forms(secret))
    ]


def quoted(text: str, length: int, places: Mapping[str, bytes]) -> list[str]:
    """Return the first piece of a text, of this many characters, that each of the places has, if one does."""
    pieces = [text[start : start + length].encode() for start in range(len(text) - length + 1)]
    assert pieces, "the text is shorter than a piece of it may be"
    firsts = ((place, next((piece for piece in pieces if piece in content), None)) for place, content in places.items())
    return [f"{piece!r} in {place}" for place, piece in firsts if piece is not None]


def _forms(secret: str) -> Iterator[bytes]:
    """Yield the ways in which a text may be written down."""
    yield secret.encode()
    yield json.dumps(secret)[1:-1].encode()
    yield quote(secret, safe="").encode()
    # Base64 of it has one of three forms inside a longer text; the first and last characters depend on what is beside.
    for shift in range(3):
        yield base64.b64encode(b"\0" * shift + secret.encode())[4 if shift else 0 : -4]
