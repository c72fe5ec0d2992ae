"""Sends single calls and reads their JSON answers."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from client.answers import read_refusal
from client.errors import ConnectionLost, ProtocolBroken, Unreachable
from client.retries import Retries, reason_of

STREAM_PATH = "/api/generate-manga-stream"


def generation_path(generation_id: str) -> str:
    """Return a generation's path; the id is quoted, so it can't lead to another one."""
    return f"/api/generations/{quote(generation_id, safe='')}"


class Calls:
    """Calls one app."""

    def __init__(self, http: httpx.AsyncClient, timeout: httpx.Timeout, new_retries: Callable[[], Retries]) -> None:
        self._http = http
        self._timeout = timeout
        self._new_retries = new_retries

    async def repeat(
        self,
        method: str,
        path: str,
        *,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        generation_id: str | None = None,
    ) -> httpx.Response:
        """Send a call that changes nothing, or that may be repeated, until it is answered.

        Raises:
            Refused: the app answered with an error.
            Unreachable: nothing answers at the URL.
            ConnectionLost: the connection kept breaking.
        """
        request = self._http.build_request(
            method, path, params=parameters, headers=headers, json=body, timeout=self._timeout
        )
        return await self._new_retries().until_answered(lambda: self._send(request), generation_id)

    async def change(
        self, method: str, generation_id: str, action: str = "", *, body: Mapping[str, str | int] | None = None
    ) -> httpx.Response:
        """Send a call that changes a generation, once.

        Raises:
            Refused: the app answered with an error.
            Unreachable: nothing answers at the URL, so nothing was sent.
            ConnectionLost: the connection broke; the app may have received the call.
        """
        path = generation_path(generation_id) + action
        request = self._http.build_request(method, path, json=body, timeout=self._timeout)
        try:
            return await self._send(request)
        except httpx.RequestError as error:
            message = f"No answer from {self._http.base_url}: {reason_of(error)}."
            if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                raise Unreachable(message, generation_id=generation_id, after=0) from error
            message += " The app may have received the request."
            raise ConnectionLost(message, generation_id=generation_id, after=0) from error

    async def _send(self, request: httpx.Request) -> httpx.Response:
        response = await self._http.send(request)
        if not response.is_success:
            raise await read_refusal(response)
        return response


def read[Answer: BaseModel](response: httpx.Response, shape: type[Answer]) -> Answer:
    """Return an answer as `shape`.

    Raises:
        ProtocolBroken: the answer does not have this shape.
    """
    try:
        return shape.model_validate_json(response.content)
    except ValidationError as error:
        raise ProtocolBroken(f"{response.request.url} does not answer as this app does.") from error
