"""Calls with a single JSON answer: their paths, their retries, and the errors that they raise."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from client.answers import read_refusal
from client.errors import ConnectionLost, ProtocolBroken, Unreachable
from client.retries import ComingBack, Patience, Retries, reason_of
from client.state import GenerationState
from shared.models.http.estimate import GenerationEstimate
from shared.models.http.requests import GenerateMangaRequest

STREAM_PATH = "/api/generate-manga-stream"


def generation_path(generation_id: str) -> str:
    """Return a generation's path; the id is quoted, so it can't lead to another one."""
    return f"/api/generations/{quote(generation_id, safe='')}"


class Calls:
    """Calls one app. Lookups are retried within the patience; calls that change a generation are sent once."""

    def __init__(
        self, http: httpx.AsyncClient, patience: Patience, on_coming_back: Callable[[ComingBack], None]
    ) -> None:
        self._http = http
        self._patience = patience
        self._on_coming_back = on_coming_back
        self._timeout = httpx.Timeout(patience.answer_s, connect=patience.connect_s)

    async def look_up[Answer: BaseModel](
        self, path: str, shape: type[Answer], parameters: Mapping[str, str], generation_id: str = ""
    ) -> Answer:
        """Return the answer to a GET request as `shape`.

        Raises:
            ProtocolBroken: the answer does not have this shape.
            Refused: the app answered with an error.
            Unreachable: nothing answers at the URL.
            ConnectionLost: the connection kept breaking.
        """
        request = self._http.build_request("GET", path, params=parameters, timeout=self._timeout)
        return self._read(await self._repeat(request, generation_id), shape)

    async def state(self, generation_id: str) -> GenerationState:
        """Return a generation's state; raises as `look_up`."""
        return await self.look_up(generation_path(generation_id), GenerationState, {}, generation_id)

    async def estimate(self, request: GenerateMangaRequest) -> GenerationEstimate:
        """Return an estimate of a generation; raises as `look_up`.

        An older app without estimates may have started the generation: its answer is ProtocolBroken.
        """
        body = request.model_dump(mode="json", by_alias=True)
        parameters = {"estimate": "true"}
        sent = self._http.build_request("POST", STREAM_PATH, json=body, params=parameters, timeout=self._timeout)
        return self._read(await self._repeat(sent), GenerationEstimate)

    async def cancel_start(self, idempotency_key: str) -> None:
        """Cancel the generation of a start, even if the start has not arrived yet; raises as `look_up`."""
        headers = {"Idempotency-Key": idempotency_key}
        path = f"{STREAM_PATH}/cancel"
        await self._repeat(self._http.build_request("POST", path, json={}, headers=headers, timeout=self._timeout))

    async def change(
        self, method: str, generation_id: str, action: str = "", *, body: dict[str, str] | None = None
    ) -> httpx.Response:
        """Return the answer to a call that changes a generation; `body` is sent as JSON.

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

    async def change_state(
        self, method: str, generation_id: str, action: str = "", *, body: dict[str, str] | None = None
    ) -> GenerationState:
        """Return the state that answers a change; raises as `change`, and ProtocolBroken."""
        return self._read(await self.change(method, generation_id, action, body=body), GenerationState)

    async def delete(self, generation_id: str) -> None:
        """Delete a generation; raises as `change`, and ProtocolBroken when the answer does not confirm it."""
        response = await self.change("DELETE", generation_id)
        if response.status_code != HTTPStatus.NO_CONTENT:
            raise ProtocolBroken(f"{self._http.base_url} does not confirm a deletion as this app does.")

    async def _repeat(self, request: httpx.Request, generation_id: str = "") -> httpx.Response:
        retries = Retries(str(self._http.base_url), self._patience, self._on_coming_back)
        return await retries.until_answered(lambda: self._send(request), generation_id)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        response = await self._http.send(request)
        if not response.is_success:
            raise await read_refusal(response)
        return response

    def _read[Answer: BaseModel](self, response: httpx.Response, shape: type[Answer]) -> Answer:
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            path = response.request.url.path
            raise ProtocolBroken(f"{self._http.base_url} does not answer {path} as this app does.") from error
