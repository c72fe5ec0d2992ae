"""Calls that the app answers at once: their addresses, and the errors that become of failing ones."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from client.answers import read_refusal
from client.errors import ConnectionLost, ProtocolBroken, Unreachable
from client.state import GenerationState
from shared.models.estimate import GenerationEstimate
from shared.models.requests import GenerateMangaRequest


def generation_path(generation_id: str) -> str:
    """Return a generation's address; whatever the id is, it can't leave its place in it."""
    return f"/api/generations/{quote(generation_id, safe='')}"


class Calls:
    """Asks one app, each time once: a call that was not heard is the caller's to repeat."""

    def __init__(self, http: httpx.AsyncClient, answer_s: float, connect_s: float) -> None:
        self._http = http
        self._timeout = httpx.Timeout(answer_s, connect=connect_s)

    async def send(
        self, method: str, generation_id: str, action: str = "", *, body: dict[str, str] | None = None
    ) -> httpx.Response:
        """Return the answer to a call below a generation's address; `body` goes as JSON.

        Raises:
            Refused: the app said no.
            Unreachable: nothing answers at the URL, and nothing was asked.
            ConnectionLost: the connection broke, and whether the app has heard the call is not known.
        """
        return await self._send(method, generation_path(generation_id) + action, generation_id, body=body)

    async def look[Answer: BaseModel](self, path: str, shape: type[Answer], parameters: Mapping[str, str]) -> Answer:
        """Return what stands at an address of the app, as `shape`.

        Raises:
            ProtocolBroken: what stands there is something else.
            Refused, Unreachable, ConnectionLost: as `send`.
        """
        response = await self._send("GET", path, "", parameters=parameters)
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            raise ProtocolBroken(f"{self._http.base_url} does not answer {path} as this app does.") from error

    async def _send(
        self,
        method: str,
        path: str,
        generation_id: str,
        *,
        body: Mapping[str, object] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        try:
            response = await self._http.request(method, path, json=body, params=parameters, timeout=self._timeout)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            message = f"No answer from {self._http.base_url}: {fault_of(error)}."
            raise Unreachable(message, generation_id=generation_id, after=0) from error
        except httpx.RequestError as error:
            message = (
                f"No answer from {self._http.base_url}: {fault_of(error)}. It may have heard the call all the same."
            )
            raise ConnectionLost(message, generation_id=generation_id, after=0) from error
        if not response.is_success:
            raise await read_refusal(response)
        return response

    async def state(
        self, method: str, generation_id: str, action: str = "", *, body: dict[str, str] | None = None
    ) -> GenerationState:
        """Return the state that a call is answered with.

        Raises:
            ProtocolBroken: the answer is none.
            Refused, Unreachable, ConnectionLost: as `send`.
        """
        response = await self.send(method, generation_id, action, body=body)
        try:
            return GenerationState.model_validate_json(response.content)
        except ValidationError as error:
            message = f"{self._http.base_url} does not tell of a generation as this app does."
            raise ProtocolBroken(message) from error

    async def estimate(self, request: GenerateMangaRequest) -> GenerationEstimate:
        """Return what a generation would take.

        Raises:
            ProtocolBroken: the answer is no estimate; an app that makes none may have started the generation.
            Refused, Unreachable, ConnectionLost: as `send`.
        """
        body = request.model_dump(mode="json", by_alias=True)
        path, parameters = "/api/generate-manga-stream", {"estimate": "true"}
        response = await self._send("POST", path, "", body=body, parameters=parameters)
        try:
            return GenerationEstimate.model_validate_json(response.content)
        except ValidationError as error:
            message = f"{self._http.base_url} does not estimate as this app does."
            raise ProtocolBroken(message) from error

    async def remove(self, generation_id: str) -> None:
        """Delete a generation.

        Raises:
            ProtocolBroken: the answer is not the one to a deletion.
            Refused, Unreachable, ConnectionLost: as `send`.
        """
        response = await self.send("DELETE", generation_id)
        if response.status_code != HTTPStatus.NO_CONTENT:
            raise ProtocolBroken(f"{self._http.base_url} does not confirm a deletion as this app does.")


def fault_of(error: httpx.RequestError) -> str:
    """Return in words why no answer came, or not all of it."""
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return f"no connection: {error or type(error).__name__}"
        case httpx.TimeoutException():
            return "nothing came for too long"
        case _:
            return f"the connection broke: {str(error) or type(error).__name__}"
