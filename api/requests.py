"""Reading requests: bounded bodies, typed values, every broken field named."""

import asyncio
import hashlib
import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Literal

from azurefunctions.extensions.http.fastapi import Request
from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, from_json

from api.limits.body_budget import Room
from shared.errors import FieldProblem, InvalidInput, RequestTooLarge, UnknownGeneration, UnsupportedMediaType
from shared.images.check import ImageLimits
from shared.models.http.requests import InputLimits, RegenerateRequest
from shared.models.story import ImageMode
from shared.names import is_generation_id
from shared.settings import Settings

_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,200}")
READ_TIMEOUT_S = 120
# Smaller ones are many and quick: they wait for no large one, and take nothing of the budget.
_LARGE_BODY_BYTES = 64 * 1024
# RFC 9110 §8.4.1: what a body is said to be that was not packed.
_UNPACKED = "identity"
_IMAGE_FIELDS = ("uploadedCharacterReferences", "uploadedSettingReferences", "characterReferences")
_IMAGE_MODE: TypeAdapter[ImageMode] = TypeAdapter(Literal["inline", "url"])


def check_body_headers(request: Request, settings: Settings) -> None:
    """Refuse what a request's headers already tell of its body, before anything is spent on it.

    Raises:
        UnsupportedMediaType: it does not say that it is JSON, or it is packed.
        RequestTooLarge: it has more bytes than allowed.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType("The body has to be JSON: send it with the header Content-Type: application/json.")
    if request.headers.get("content-encoding", _UNPACKED).lower() != _UNPACKED:
        raise UnsupportedMediaType("The body has to be plain JSON: send it without a Content-Encoding.")
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > settings.max_request_bytes:
        raise _too_large(settings.max_request_bytes)


async def read_json(request: Request, settings: Settings, room: Room) -> JsonValue:
    """Return the body, parsed. It is refused as soon as it is known to be too large.

    Raises:
        UnsupportedMediaType, RequestTooLarge: see `check_body_headers`.
        Busy: there is no memory for it (see `BodyBudget`).
        InvalidInput: it is no JSON, or does not arrive.
    """
    check_body_headers(request, settings)
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            body = await _read_bounded(request, settings.max_request_bytes, room)
    except TimeoutError as exc:
        raise InvalidInput(f"The body did not arrive within {READ_TIMEOUT_S} s: send smaller images.") from exc
    if len(body) > _LARGE_BODY_BYTES:
        return await _in_few_threads(_parsed, body)
    return await asyncio.to_thread(_parsed, body)


def _parsed(body: bytearray) -> JsonValue:
    try:
        # UTF-8 only, without NaN, half a character (a lone surrogate) or thousands of levels.
        return from_json(body.removeprefix(BOM_UTF8), allow_inf_nan=False)
    except ValueError as exc:
        raise InvalidInput("The body is no valid JSON: check its quotes, commas and encoding (UTF-8).") from exc


async def _read_bounded(request: Request, max_bytes: int, room: Room) -> bytearray:
    body, taken_bytes = bytearray(), 0
    async for chunk in request.stream():
        if len(body) + len(chunk) > max_bytes:
            raise _too_large(max_bytes)
        body += chunk
        if len(body) > _LARGE_BODY_BYTES:
            await room.take(len(body) - taken_bytes)
            taken_bytes = len(body)
    room.end_receiving()
    return body


def _too_large(max_bytes: int) -> RequestTooLarge:
    return RequestTooLarge(f"The body is too large: at most {max_bytes} bytes are accepted. Send smaller images.")


# Large bodies and their images take CPU time, and an image four bytes a pixel: few at once, off the event loop.
_FEW_THREADS = ThreadPoolExecutor(2, thread_name_prefix="request-body")


async def _in_few_threads[**Arguments, Result](
    work: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_FEW_THREADS, partial(work, *args, **kwargs))


async def parse_body[Model: BaseModel](shape: type[Model], body: JsonValue, settings: Settings) -> Model:
    """Return a body as the given shape, with its images normalized.

    Raises:
        InvalidInput: naming every broken field.
    """
    limits = _limits(settings)
    if not _brings_images(body):
        return await asyncio.to_thread(parse, shape, body, limits)
    return await _in_few_threads(parse, shape, body, limits)


async def digest_of(body: JsonValue) -> str:
    """Return a digest of a body that is the same for the same JSON, however it is written."""
    return await asyncio.to_thread(_digest, body)


def _digest(body: JsonValue) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _brings_images(body: JsonValue) -> bool:
    return isinstance(body, dict) and any(body.get(field) for field in _IMAGE_FIELDS)


def _limits(settings: Settings) -> InputLimits:
    return InputLimits(
        max_story_words=settings.max_story_words,
        max_story_characters=settings.max_story_characters,
        images=ImageLimits(settings.max_image_bytes, settings.max_image_pixels),
    )


async def parse_regenerate_request(request: Request, settings: Settings, room: Room) -> RegenerateRequest:
    """Return what is wished for when an image is made again; a request without a body wishes for nothing.

    Raises:
        UnsupportedMediaType, RequestTooLarge, InvalidInput: see `read_json`.
    """
    if request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers:
        return RegenerateRequest()
    body = await read_json(request, settings, room)
    return await parse_body(RegenerateRequest, body, settings)


def parse[Model: BaseModel](shape: type[Model], value: JsonValue, limits: InputLimits) -> Model:
    """Return the value as the given shape.

    Raises:
        InvalidInput: naming every broken field.
    """
    try:
        return shape.model_validate(value, context=limits)
    except ValidationError as exc:
        faults = exc.errors(include_url=False, include_input=False)
        raise _invalid(
            *(FieldProblem(_path(fault["loc"]), _advice(fault)) for fault in faults if not _follows_from(fault, faults))
        ) from exc


def _follows_from(fault: ErrorDetails, faults: list[ErrorDetails]) -> bool:
    """Tell whether a list is called too short only because items of it are broken."""
    depth = len(fault["loc"])
    return fault["type"] == "too_short" and any(
        len(other["loc"]) > depth and other["loc"][:depth] == fault["loc"] for other in faults
    )


# The validator's kinds of faults, in words for whoever wrote the request.
_ADVICE: dict[str, str] = {
    "missing": "It is missing.",
    "string_type": "It has to be a text.",
    "bool_type": "It has to be true or false.",
    "int_type": "It has to be a whole number.",
    "literal_error": "It has to be {expected}.",
    "tuple_type": "It has to be a list.",
    "model_type": "It has to be an object.",
    "string_too_short": "It has too few characters: at least {min_length} are needed.",
    "string_too_long": "It has too many characters: at most {max_length} are accepted.",
    "too_short": "It has too few items: at least {min_length} are needed.",
    "too_long": "It has too many items: at most {max_length} are accepted.",
    "greater_than_equal": "It has to be at least {ge}.",
    "less_than_equal": "It has to be at most {le}.",
}


def _advice(fault: ErrorDetails) -> str:
    """Return what is wrong as a sentence; our own validators have written theirs themselves."""
    advice = _ADVICE.get(fault["type"])
    if advice is not None:
        return advice.format_map(fault.get("ctx", {}))
    message = fault["msg"].removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."


def parse_after(request: Request) -> int:
    """Return the cursor `after`: the last `seq` that the reader has (0: none).

    Raises:
        InvalidInput: it is no whole number from 0.
    """
    text = request.query_params.get("after", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004 - far beyond any seq
        raise _invalid(
            FieldProblem("after", "It has to be a whole number from 0: the seq of the last message you have.")
        )
    return int(text)


def parse_images(request: Request) -> ImageMode:
    """Return how images are sent.

    Raises:
        InvalidInput: it is neither `inline` nor `url`.
    """
    try:
        return _IMAGE_MODE.validate_python(request.query_params.get("images", "inline"))
    except ValidationError as exc:
        raise _invalid(FieldProblem("images", "It has to be inline or url.")) from exc


def parse_estimate(request: Request) -> bool:
    """Tell whether only an estimate is asked for.

    Raises:
        InvalidInput: it is neither `true` nor `false`.
    """
    text = request.query_params.get("estimate", "false")
    if text not in {"true", "false"}:
        raise _invalid(FieldProblem("estimate", "It has to be true or false."))
    return text == "true"


def parse_idempotency_key(request: Request) -> str | None:
    """Return the Idempotency-Key, if one was sent.

    Raises:
        InvalidInput: it is not 1 to 200 visible ASCII characters.
    """
    key = request.headers.get("idempotency-key")
    if key is not None and _IDEMPOTENCY_KEY.fullmatch(key) is None:
        raise _invalid(FieldProblem("Idempotency-Key", "It has to be 1 to 200 visible ASCII characters."))
    return key


def need_idempotency_key(request: Request) -> str:
    """Return the Idempotency-Key.

    Raises:
        InvalidInput: none was sent, or it is not 1 to 200 visible ASCII characters.
    """
    key = parse_idempotency_key(request)
    if key is None:
        raise _invalid(FieldProblem("Idempotency-Key", "Send the key of the start that is to be cancelled."))
    return key


def generation_id_of(request: Request) -> str:
    """Return the generation that the path names.

    Raises:
        UnknownGeneration: the text can be no generation's id.
    """
    generation_id = request.path_params["id"]
    if not is_generation_id(generation_id):
        raise UnknownGeneration
    return generation_id


def _path(location: tuple[int | str, ...]) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return path.removeprefix(".") or "body"


def _invalid(*problems: FieldProblem) -> InvalidInput:
    fields = ", ".join(dict.fromkeys(problem.field for problem in problems))
    return InvalidInput(f"The request was not accepted; correct {fields}. {problems[0].message}", problems)
