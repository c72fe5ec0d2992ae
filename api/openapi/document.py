"""The document: the table of operations put into OpenAPI's words (https://spec.openapis.org/oas/v3.1.1)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from pydantic import BaseModel, JsonValue

from api.errors import status_of_kind
from api.openapi import headers
from api.openapi.operation import Answer, Content, Data, Header, JsonObject, Lines, Operation, Parameter
from api.openapi.operations import OPERATIONS, errors_of
from api.openapi.schemas import Schemas
from shared.errors import BudgetExhausted, MangaError
from shared.models.http.error_answer import ErrorAnswer

VERSION = "0.1.0"
_DESCRIPTION = (
    "A story becomes a manga or a comic. Starting a generation streams it, one message a line; the "
    "stream can be left and come back to at any time with the `seq` of the last message. Errors are "
    "`{error, code, details?}`: a sentence for people, and a stable code for programs."
)
_KEYS: JsonObject = {
    "keyInHeader": {"type": "apiKey", "in": "header", "name": "x-functions-key"},
    "keyInQuery": {"type": "apiKey", "in": "query", "name": "code"},
}
_EITHER_KEY: list[JsonValue] = [{"keyInHeader": []}, {"keyInQuery": []}]
# Without a body. The platform's own addresses answer 403 to a valid key of a lower level, its functions 401.
_ANSWERED_BY_THE_PLATFORM: dict[str, JsonValue] = {
    "401": {"description": "No key, or one that does not open this: send the app's function key or its master key."},
    "403": {"description": "A valid key of a lower level: send the app's master key."},
}


def describe(*, keys_wanted: bool) -> JsonObject:
    """Return the document. Without `keys_wanted` all but the administrator's operations are open."""
    schemas = Schemas(_request_models(), _answer_models())
    return {
        "openapi": "3.1.1",
        "info": {"title": "Story to manga", "version": VERSION, "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "paths": {**_by_path(keys_wanted, schemas)},
        "components": {"schemas": {**schemas.components}, "securitySchemes": _KEYS},
    }


def _by_path(keys_wanted: bool, schemas: Schemas) -> dict[str, JsonObject]:
    paths: defaultdict[str, JsonObject] = defaultdict(dict)
    for operation in OPERATIONS:
        paths[operation.path][operation.method] = _operation(
            operation, schemas, _is_guarded(operation, keys_wanted=keys_wanted)
        )
    return paths


def _is_guarded(operation: Operation, *, keys_wanted: bool) -> bool:
    return operation.needs_admin_key or (keys_wanted and operation.needs_key)


def _request_models() -> Iterator[type[BaseModel]]:
    return (operation.body for operation in OPERATIONS if operation.body is not None)


def _answer_models() -> Iterator[type[BaseModel]]:
    contents = (
        content for operation in OPERATIONS for answer in operation.answers for content in answer.contents.values()
    )
    return (content for content in contents if isinstance(content, type))


def _operation(operation: Operation, schemas: Schemas, needs_key: bool) -> JsonObject:
    described: JsonObject = {
        "operationId": operation.function,
        "summary": operation.summary,
        "responses": _answers(operation, schemas, needs_key),
        "security": _EITHER_KEY if needs_key else [],
    }
    if operation.parameters:
        described["parameters"] = [_parameter(parameter) for parameter in operation.parameters]
    if operation.body is not None:
        content: JsonObject = {"application/json": {"schema": schemas.of_request(operation.body)}}
        described["requestBody"] = {"content": content, "required": operation.is_body_required}
    return described


def _parameter(parameter: Parameter) -> JsonObject:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.description,
        "required": parameter.is_required,
        "schema": {**parameter.schema},
    }


def _answers(operation: Operation, schemas: Schemas, needs_key: bool) -> JsonObject:
    answers: JsonObject = {}
    for status, kinds in sorted(_by_status(operation).items()):
        answers[str(status)] = _error(status, kinds, schemas)
    for answer in operation.answers:
        described = _answer(answer, operation, schemas)
        refused = answers.get(str(answer.status))
        answers[str(answer.status)] = described if not isinstance(refused, dict) else _either(described, refused)
    if needs_key:
        answers |= _ANSWERED_BY_THE_PLATFORM
    return dict(sorted(answers.items()))


def _by_status(operation: Operation) -> dict[int, list[type[MangaError]]]:
    kinds: defaultdict[int, list[type[MangaError]]] = defaultdict(list)
    for kind in errors_of(operation):
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
    """Return what a 429 carries: a budget is no count of requests."""
    if any(issubclass(kind, BudgetExhausted) for kind in kinds):
        return (headers.RETRY_AFTER, *headers.WITHIN_LIMIT)
    return headers.OVER_LIMIT


def _answer(answer: Answer, operation: Operation, schemas: Schemas) -> JsonObject:
    is_counted = operation.is_limited and answer.status < HTTPStatus.BAD_REQUEST
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
    """OpenAPI 3.1 has no words for a body that is a sequence, so each line's schema stands as the text's content."""
    return {
        "type": "string",
        "description": "JSON, one message a line (UTF-8, ended by a line feed); a blank line is a heartbeat.",
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
    """Return two answers of one status as one: its body is either's."""
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
