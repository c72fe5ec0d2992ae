"""JSON bodies: bounded in size, memory and time, and parsed off the event loop."""

import asyncio
import hashlib
import json
from codecs import BOM_UTF8
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from azurefunctions.extensions.http.fastapi import Request
from pydantic import BaseModel, JsonValue
from pydantic_core import from_json

from api.limits.body_budget import Room
from api.requests.validation import validate
from shared.errors import InvalidInput, RequestTooLarge, UnsupportedMediaType
from shared.images.check import ImageLimits
from shared.models.http.requests import InputLimits
from shared.settings import Settings

READ_TIMEOUT_S = 120
# Small bodies are frequent and fast: they don't wait for large ones, and don't use the budget.
_LARGE_BODY_BYTES = 64 * 1024
_IMAGE_FIELDS = ("uploadedCharacterReferences", "uploadedSettingReferences", "characterReferences")
# Large bodies and images need CPU time, and an image takes four bytes per pixel: only two at a time.
_FEW_THREADS = ThreadPoolExecutor(2, thread_name_prefix="request-body")


def has_body(request: Request) -> bool:
    """Tell whether the headers announce a body."""
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def check_body_headers(request: Request, settings: Settings) -> None:
    """Refuse a body by its headers, before anything is spent on it.

    Raises:
        UnsupportedMediaType: it is not declared as JSON, or it is compressed.
        RequestTooLarge: it has more bytes than allowed.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType("The body has to be JSON: send it with the header Content-Type: application/json.")
    # RFC 9110 §8.4.1
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("The body has to be plain JSON: send it without a Content-Encoding.")
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > settings.max_request_bytes:
        raise _too_large(settings.max_request_bytes)


async def read_json(request: Request, settings: Settings, room: Room) -> JsonValue:
    """Return the body's JSON.

    Raises:
        RequestTooLarge: it has more bytes than allowed. The rest of it is not read.
        Busy: there is no memory for it (see `BodyBudget`).
        InvalidInput: it is not JSON, or does not arrive in time.
    """
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            body = await _read_bounded(request, settings.max_request_bytes, room)
    except TimeoutError as exc:
        raise InvalidInput(f"The body did not arrive within {READ_TIMEOUT_S} s: send smaller images.") from exc
    return await _off_the_loop(len(body) > _LARGE_BODY_BYTES, _parse, body)


async def validate_body[Model: BaseModel](model: type[Model], body: JsonValue, settings: Settings) -> Model:
    """Return a body as a model, with its images normalized.

    Raises:
        InvalidInput: names every invalid field.
    """
    limits = InputLimits(
        max_story_words=settings.max_story_words,
        max_story_characters=settings.max_story_characters,
        images=ImageLimits(settings.max_image_bytes, settings.max_image_pixels),
        max_book_words=settings.max_book_words,
    )
    has_images = isinstance(body, dict) and any(body.get(field) for field in _IMAGE_FIELDS)
    return await _off_the_loop(has_images, validate, model, body, limits)


async def digest_of(body: JsonValue) -> str:
    """Return a digest of the JSON; the order of keys and white space make no difference."""
    return await asyncio.to_thread(_digest, body)


def _digest(body: JsonValue) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _parse(body: bytearray) -> JsonValue:
    try:
        # Accepts UTF-8 only, and refuses NaN, lone surrogates and thousands of levels.
        return from_json(body.removeprefix(BOM_UTF8), allow_inf_nan=False)
    except ValueError as exc:
        raise InvalidInput("The body is not valid JSON: check its quotes, commas and encoding (UTF-8).") from exc


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


async def _off_the_loop[*Arguments, Result](
    is_heavy: bool, work: Callable[[*Arguments], Result], *args: *Arguments
) -> Result:
    """Run the work on another thread: heavy work on one of a few, all other on any."""
    executor = _FEW_THREADS if is_heavy else None
    return await asyncio.get_running_loop().run_in_executor(executor, partial(work, *args))
