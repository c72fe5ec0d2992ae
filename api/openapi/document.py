"""The OpenAPI document (https://spec.openapis.org/oas/v3.1.1), built from the declarations of the endpoints."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from pydantic import JsonValue

from api.endpoint import Answer, Content, Data, Endpoint, Header, Lines
from api.errors import status_of_kind
from api.openapi import headers
from api.openapi.schemas import JsonObject, Schemas
from api.requests.parameters import GENERATION_ID, Parameter
from shared.errors import (
    BudgetExhausted,
    Busy,
    EngineUnavailable,
    Expired,
    InvalidInput,
    MangaError,
    NotConfigured,
    NotFound,
    RateLimited,
    RequestTooLarge,
    StorageUnavailable,
    UnsupportedMediaType,
)
from shared.models.http.error_answer import ErrorAnswer

VERSION = "0.1.0"
_DESCRIPTION = (
    "A story becomes a manga or a comic. Starting a generation streams its messages, one per line. A client can leave "
    "the stream and come back at any time, with the `seq` of the last message. Errors are `{error, code, details?}`: a "
    "sentence for people, and a stable code for programs."
)
_KEYS: JsonObject = {
    "keyInHeader": {"type": "apiKey", "in": "header", "name": "x-functions-key"},
    "keyInQuery": {"type": "apiKey", "in": "query", "name": "code"},
}
_EITHER_KEY: list[JsonValue] = [{"keyInHeader": []}, {"keyInQuery": []}]
# Sent by the platform, without a body. For a valid key of a lower level it sends 401 or 403, depending on the path.
_ANSWERED_BY_THE_PLATFORM: dict[str, JsonValue] = {
    "401": {"description": "No key or a wrong key: send the app's function key or its master key."},
    "403": {"description": "A valid key of a lower level: send the app's master key."},
}


# The errors that endpoints have in common.
_OF_ALL: tuple[type[MangaError], ...] = (NotConfigured, MangaError)
_OF_LIMITED: tuple[type[MangaError], ...] = (RateLimited, StorageUnavailable)
_WITH_BODY: tuple[type[MangaError], ...] = (InvalidInput, RequestTooLarge, UnsupportedMediaType, Busy)
_WITH_ENGINE: tuple[type[MangaError], ...] = (StorageUnavailable, EngineUnavailable)
_OF_GENERATION: tuple[type[MangaError], ...] = (NotFound, Expired)


def documented(endpoints: Iterable[Endpoint]) -> list[Endpoint]:
    """Return the endpoints that are in the document."""
    return [endpoint for endpoint in endpoints if endpoint.answers]


def errors_of(endpoint: Endpoint) -> tuple[type[MangaError], ...]:
    """Return all kinds of errors that the endpoint can answer with, without duplicates."""
    kinds = (
        *(_WITH_BODY if endpoint.body is not None else ()),
        *(_OF_LIMITED if endpoint.limited_as is not None else ()),
        *(_OF_GENERATION if GENERATION_ID in endpoint.parameters else ()),
        *endpoint.errors,
        # The open endpoint with the engine is the health check: an outage is no error there.
        *(_WITH_ENGINE if endpoint.uses_engine and endpoint.key != "none" else ()),
        *_OF_ALL,
    )
    return tuple(dict.fromkeys(kinds))


def describe(endpoints: Iterable[Endpoint], *, keys_wanted: bool) -> JsonObject:
    """Return the document. Without `keys_wanted` only the administrator's endpoints need a key."""
    described = documented(endpoints)
    requests = (endpoint.body for endpoint in described if endpoint.body is not None)
    contents = (
        content for endpoint in described for answer in endpoint.answers for content in answer.contents.values()
    )
    schemas = Schemas(requests, (content for content in contents if isinstance(content, type)))
    paths: defaultdict[str, JsonObject] = defaultdict(dict)
    for endpoint in described:
        needs_key = endpoint.key == "admin" or (keys_wanted and endpoint.key == "function")
        paths[endpoint.path][endpoint.method] = _operation(endpoint, schemas, needs_key)
    return {
        "openapi": "3.1.1",
        "info": {"title": "Story to manga", "version": VERSION, "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "paths": {**paths},
        "components": {"schemas": {**schemas.components}, "securitySchemes": _KEYS},
    }


def _operation(endpoint: Endpoint, schemas: Schemas, needs_key: bool) -> JsonObject:
    described: JsonObject = {
        "operationId": endpoint.function,
        "summary": endpoint.summary,
        "responses": _answers(endpoint, schemas, needs_key),
        "security": _EITHER_KEY if needs_key else [],
    }
    if endpoint.parameters:
        described["parameters"] = [_parameter(parameter) for parameter in endpoint.parameters]
    if endpoint.body is not None:
        content: JsonObject = {"application/json": {"schema": schemas.of_request(endpoint.body)}}
        described["requestBody"] = {"content": content, "required": endpoint.is_body_required}
    return described


def _parameter(parameter: Parameter[object]) -> JsonObject:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.description,
        "required": parameter.is_required,
        "schema": {**parameter.schema},
    }


def _answers(endpoint: Endpoint, schemas: Schemas, needs_key: bool) -> JsonObject:
    answers: JsonObject = {}
    for status, kinds in sorted(_by_status(endpoint).items()):
        answers[str(status)] = _error(status, kinds, schemas)
    for answer in endpoint.answers:
        described = _answer(answer, endpoint, schemas)
        refused = answers.get(str(answer.status))
        answers[str(answer.status)] = described if not isinstance(refused, dict) else _either(described, refused)
    if needs_key:
        answers |= _ANSWERED_BY_THE_PLATFORM
    return dict(sorted(answers.items()))


def _by_status(endpoint: Endpoint) -> dict[int, list[type[MangaError]]]:
    kinds: defaultdict[int, list[type[MangaError]]] = defaultdict(list)
    for kind in errors_of(endpoint):
        kinds[status_of_kind(kind)].append(kind)
    return kinds


def _error(status: int, kinds: list[type[MangaError]], schemas: Schemas) -> JsonObject:
    codes: list[JsonValue] = [kind.code for kind in kinds]
    schema: JsonObject = {
        "allOf": [schemas.of_answer(ErrorAnswer), {"properties": {"code": {"enum": codes}}}],
    }
    sent: tuple[Header, ...] = ()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        sent = _over_limit_headers(kinds)
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        sent = (headers.RETRY_AFTER,)
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}.",
        "headers": _headers(sent),
        "content": {"application/json": {"schema": schema}},
    }


def _over_limit_headers(kinds: list[type[MangaError]]) -> tuple[Header, ...]:
    """Return the headers of a 429. Those of the rate limit are not sent if a budget is exhausted."""
    if any(issubclass(kind, BudgetExhausted) for kind in kinds):
        return (headers.RETRY_AFTER, *headers.WITHIN_LIMIT)
    return headers.OVER_LIMIT


def _answer(answer: Answer, endpoint: Endpoint, schemas: Schemas) -> JsonObject:
    is_counted = endpoint.limited_as is not None and answer.status < HTTPStatus.BAD_REQUEST
    described: JsonObject = {
        "description": answer.description,
        "headers": _headers((*answer.headers, *(headers.WITHIN_LIMIT if is_counted else ()))),
    }
    if answer.contents:
        contents: JsonObject = {}
        for media_type, content in answer.contents.items():
            contents[media_type] = _content(content, schemas)
        described["content"] = contents
    return described


def _content(content: Content, schemas: Schemas) -> JsonObject:
    match content:
        case Lines():
            return {"schema": _lines(schemas)}
        case Data(schema):
            return {"schema": {**schema}} if schema else {}
        case model:
            return {"schema": schemas.of_answer(model)}


def _lines(schemas: Schemas) -> JsonObject:
    """OpenAPI 3.1 can't describe a sequence of JSON values, so this gives the schema of each line."""
    return {
        "type": "string",
        "description": "JSON in UTF-8, one message per line; a blank line is a heartbeat.",
        "contentMediaType": "application/json",
        "contentSchema": schemas.of_message,
    }


def _headers(sent: tuple[Header, ...]) -> JsonObject:
    return {
        header.name: {
            "description": header.description,
            "required": header.is_always_sent,
            "schema": {**header.schema},
        }
        for header in sent
    }


def _either(answer: JsonObject, refusal: JsonObject) -> JsonObject:
    """Return one description of two answers that have the same status."""
    schemas = [_json_schema(answer), _json_schema(refusal)]
    return {
        "description": f"{answer['description']} Or {refusal['description']}",
        "headers": answer["headers"],
        "content": {"application/json": {"schema": {"anyOf": schemas}}},
    }


def _json_schema(answer: Mapping[str, JsonValue]) -> JsonValue:
    content = answer["content"]
    described = content.get("application/json") if isinstance(content, dict) else None
    return described.get("schema") if isinstance(described, dict) else None
