"""HTTP requests as the app's handlers get them, without a server."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from azurefunctions.extensions.http.fastapi import Request

from api.limits.limits import Limits
from api.requests.call import Call
from api.streaming.poller import Pollers
from shared.deps import Deps
from shared.ports import Engine


@dataclass(slots=True)
class SentBody:
    """A body that arrives in pieces; `received` counts the pieces that were read."""

    pieces: list[bytes]
    received: int = field(default=0)

    async def receive(self) -> dict[str, object]:
        piece = self.pieces[self.received] if self.received < len(self.pieces) else b""
        self.received += 1
        return {"type": "http.request", "body": piece, "more_body": self.received < len(self.pieces)}


def http_request(
    body: SentBody | bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    query: str = "",
    path_params: Mapping[str, str] | None = None,
) -> Request:
    """Return a request."""
    sent = SentBody([body]) if isinstance(body, bytes) else body
    scope: dict[str, object] = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": query.encode(),
        "headers": list(_encoded((headers or {}).items())),
        "path_params": dict(path_params or {}),
    }
    return Request(scope, sent.receive)


def json_request(body: SentBody | bytes, **headers: str) -> Request:
    """Return a request with a JSON body."""
    return http_request(body, {"content-type": "application/json", **headers})


def call_of(deps: Deps, engine: Engine, request: Request) -> Call:
    """Return the call of an endpoint without a body."""
    return Call(deps, request, Limits(deps.settings, deps.blobs), Pollers(), engine)


def _encoded(headers: Iterable[tuple[str, str]]) -> Iterable[tuple[bytes, bytes]]:
    return ((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers)
