"""What an endpoint is: all that the app needs to answer it, and all that the OpenAPI document says about it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import BaseModel, JsonValue

from api.requests.call import Call
from api.requests.parameters import Parameter, check_parameters
from shared.errors import MangaError

type Method = Literal["get", "post", "put", "delete", "options"]
#: `function`: needs a key unless HTTP_AUTH_LEVEL is `anonymous`. `admin`: always needs the master key.
type KeyLevel = Literal["function", "admin", "none"]
type Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Lines:
    """A body of stream messages, one per line."""


@dataclass(frozen=True, slots=True)
class Data:
    """A body that has no model; `schema` describes it."""

    schema: Mapping[str, JsonValue]


type Content = type[BaseModel] | Lines | Data

# In OpenAPI 3.1 the media type alone describes raw bytes.
BYTES = Data({})
IMAGES: Mapping[str, Content] = {"image/png": BYTES, "image/jpeg": BYTES, "image/webp": BYTES}


@dataclass(frozen=True, slots=True)
class Header:
    """A response header; `is_always_sent` refers to the answers that list it."""

    name: str
    description: str
    schema: Mapping[str, JsonValue]
    is_always_sent: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer other than an error: its content for each media type (empty: no body), and its headers."""

    status: int
    description: str
    contents: Mapping[str, Content]
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One HTTP function of the app.

    `limited_as` is the name of the rate limit that counts its requests. `errors` leaves out the errors that all
    endpoints share, and those that follow from other fields: rate limit, body, generation id and engine. An endpoint
    without `answers` is not in the OpenAPI document.
    """

    function: str
    method: Method
    path: str
    handle: Handler
    summary: str = ""
    answers: tuple[Answer, ...] = ()
    errors: tuple[type[MangaError], ...] = ()
    parameters: tuple[Parameter[object], ...] = ()
    body: type[BaseModel] | None = None
    is_body_required: bool = True
    limited_as: str | Callable[[Request], str] | None = None
    key: KeyLevel = "function"
    uses_engine: bool = False

    def limit_of(self, request: Request) -> str | None:
        """Return the name of the rate limit that counts this request, or None."""
        return self.limited_as(request) if callable(self.limited_as) else self.limited_as

    async def answer(self, call: Call) -> Response:
        """Check the parameters and answer the request."""
        check_parameters(self.parameters, call.request)
        return await self.handle(call)
