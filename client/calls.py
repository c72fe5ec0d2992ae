"""Calls that the app answers at once: their addresses, and the errors that become of failing ones."""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from client.answers import read_refusal
from client.errors import ConnectionLost, ProtocolBroken, Unreachable
from client.pace import Pace, Patience
from client.repeating import ComingBack, fault_of, until_answered
from client.state import GenerationState
from shared.models.http.estimate import GenerationEstimate
from shared.models.http.requests import GenerateMangaRequest


def generation_path(generation_id: str) -> str:
    """Return a generation's address; whatever the id is, it can't leave its place in it."""
    return f"/api/generations/{quote(generation_id, safe='')}"


class Calls:
    """Asks one app. Look-ups are repeated within the patience; what changes a generation is sent once."""

    def __init__(
        self, http: httpx.AsyncClient, patience: Patience, on_coming_back: Callable[[ComingBack], None]
    ) -> None:
        self._http = http
        self._patience = patience
        self._on_coming_back = on_coming_back
        self._timeout = httpx.Timeout(patience.answer_s, connect=patience.connect_s)

    async def look[Answer: BaseModel](
        self, path: str, shape: type[Answer], parameters: Mapping[str, str], generation_id: str = ""
    ) -> Answer:
        """Return what stands at an address of the app, as `shape`.

        Raises:
            ProtocolBroken: what stands there is something else.
            Refused: the app said no.
            Unreachable: nothing answers at the URL.
            ConnectionLost: the connection broke, again and again.
        """
        request = self._http.build_request("GET", path, params=parameters, timeout=self._timeout)
        return self._read(await self._repeat(request, generation_id), shape)

    async def change(
        self, method: str, generation_id: str, action: str = "", *, body: dict[str, str] | None = None
    ) -> httpx.Response:
        """Return the answer to a call that changes a generation; `body` goes as JSON.

        Raises:
            Refused: the app said no.
            Unreachable: nothing answers at the URL, and nothing was asked.
            ConnectionLost: the connection broke, and whether the app has heard the call is not known.
        """
        path = generation_path(generation_id) + action
        request = self._http.build_request(method, path, json=body, timeout=self._timeout)
        try:
            return await self._send(request)
        except httpx.RequestError as error:
            raise self._lost(error, generation_id) from error

    async def change_state(
        self, method: str, generation_id: str, action: str = "", *, body: dict[str, str] | None = None
    ) -> GenerationState:
        """Return the state that a change is answered with; raises as `change`, and ProtocolBroken."""
        return self._read(await self.change(method, generation_id, action, body=body), GenerationState)

    async def cancel_start(self, idempotency_key: str) -> None:
        """Cancel what a start has begun, or will begin when it arrives; raises as `look`."""
        headers = {"Idempotency-Key": idempotency_key}
        path = "/api/generate-manga-stream/cancel"
        request = self._http.build_request("POST", path, json={}, headers=headers, timeout=self._timeout)
        await self._repeat(request, "")

    async def state(self, generation_id: str) -> GenerationState:
        """Return a generation's state; raises as `look`."""
        return await self.look(generation_path(generation_id), GenerationState, {}, generation_id)

    async def estimate(self, request: GenerateMangaRequest) -> GenerationEstimate:
        """Return what a generation would take; raises as `look`.

        An app that makes no estimates may have started the generation: its answer is ProtocolBroken.
        """
        body = request.model_dump(mode="json", by_alias=True)
        path, parameters = "/api/generate-manga-stream", {"estimate": "true"}
        asked = self._http.build_request("POST", path, json=body, params=parameters, timeout=self._timeout)
        return self._read(await self._repeat(asked, ""), GenerationEstimate)

    async def remove(self, generation_id: str) -> None:
        """Delete a generation; raises as `change`, and ProtocolBroken when the answer does not confirm it."""
        response = await self.change("DELETE", generation_id)
        if response.status_code != HTTPStatus.NO_CONTENT:
            raise ProtocolBroken(f"{self._http.base_url} does not confirm a deletion as this app does.")

    async def _repeat(self, request: httpx.Request, generation_id: str) -> httpx.Response:
        pace = Pace(self._patience, time.monotonic)
        try:
            return await until_answered(lambda: self._send(request), pace, self._on_coming_back)
        except httpx.RequestError as error:
            raise self._lost(error, generation_id) from error

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

    def _lost(self, error: httpx.RequestError, generation_id: str) -> ConnectionLost:
        message = f"No answer from {self._http.base_url}: {fault_of(error)}."
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return Unreachable(message, generation_id=generation_id, after=0)
        heard = f"{message} It may have heard the call all the same."
        return ConnectionLost(heard, generation_id=generation_id, after=0)
