"""What is said of an operation. Paths, statuses and texts are in the tables; schemas come from the models."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, JsonValue

from shared.errors import MangaError

type Method = Literal["get", "post", "delete"]
type JsonObject = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Lines:
    """A body of messages of the stream, one a line."""


@dataclass(frozen=True, slots=True)
class Data:
    """A body that is no JSON: `schema` says what it is."""

    schema: Mapping[str, JsonValue]


type Content = type[BaseModel] | Lines | Data


@dataclass(frozen=True, slots=True)
class Header:
    """A header of an answer; `is_always_sent` with every answer that it is listed for."""

    name: str
    description: str
    schema: Mapping[str, JsonValue]
    is_always_sent: bool = True


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of the request beside its body."""

    name: str
    where: Literal["path", "query", "header"]
    description: str
    schema: Mapping[str, JsonValue]
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is no error: its contents by media type (none: it has no body), and its headers."""

    status: int
    description: str
    contents: Mapping[str, Content]
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One function of the app that answers HTTP requests.

    `errors` are what it can be refused with beyond what holds for all operations, for all that are limited, and for
    all with a body. `body` is the model that its body is parsed as. `needs_key`: it asks for a key if the app's setting
    wants any; `needs_admin_key`: it asks for the master key in any case.
    """

    function: str
    method: Method
    path: str
    summary: str
    answers: tuple[Answer, ...]
    errors: tuple[type[MangaError], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: type[BaseModel] | None = None
    is_body_required: bool = True
    is_limited: bool = False
    needs_key: bool = True
    needs_admin_key: bool = False
