"""The worker's HTTP server, as the streaming extension makes it for this app."""

import azurefunctions.extensions.http.fastapi.web as extension
from azurefunctions.extensions.http.fastapi import Request, Response
from starlette.types import Message, Scope

from api.streaming.slow_readers import MAX_PIECE_BYTES
from api.worker_server import fix_worker_server


async def test_responses_are_sent_in_small_pieces() -> None:
    fix_worker_server()
    server = extension.FastAPI()

    async def answer(request: Request) -> Response:
        del request
        return Response(bytes(3 * MAX_PIECE_BYTES))

    server.add_api_route("/{path:path}", answer)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "GET", "path": "/a\nb", "headers": [], "query_string": b""}
    await server(scope, receive, send)

    assert [len(message.get("body", b"")) for message in sent] == [0, *[MAX_PIECE_BYTES] * 3]
