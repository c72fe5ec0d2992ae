"""The model behind google-genai: the only module that imports that SDK, and the only one that holds the key.

The SDK's own retries are off: the orchestration owns retries. Left alone the SDK calls again, some seconds later,
after a connection fault, which may be a second paid call; with retry options of one attempt it does not.
Offline, the same client talks to an emulator through GOOGLE_GEMINI_BASE_URL.

Every answer with another status than 200 is turned into our error before the SDK sees it: the SDK loses the status of
an error whose body it can't read, and aiohttp would follow a redirect with the key in its headers.
"""

import asyncio
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from functools import cache

import aiohttp
from google import genai
from google.genai import types
from pydantic import BaseModel

from shared.errors import ModelError, ModelTimeout, ModelUnavailable, UnusableAnswer
from shared.images.check import NotAnImage, check_image
from shared.images.image import Image
from shared.model.answer_json import read_answer
from shared.model.attached_images import attached, send_attached
from shared.model.gemini_answer import GeminiAnswer, parse_answer
from shared.model.gemini_refusals import error_of
from shared.model.request_size import fit_images
from shared.models.prices import IMAGE_SIZE, ImageSize, ModelPrice, utc_day
from shared.models.usage import Usage
from shared.outside.bounded_answer import BoundedAnswer, answers_up_to
from shared.ports import Answered, AspectRatio, Prompt
from shared.settings import Settings

_OK = 200
# An error of Google's has a few hundred bytes.
_MAX_ERROR_BYTES = 64 * 1024
# A plan has some 10 KiB; an image of 4K, as base64 in JSON, up to 30 MiB, and thinking models send drafts beside it.
MAX_TEXT_ANSWER_BYTES = 4 * 1024 * 1024
MAX_IMAGE_ANSWER_BYTES = 40 * 1024 * 1024
# We declare no tools; left on, the SDK prepares for them and logs so with every call.
_NO_TOOLS = types.AutomaticFunctionCallingConfig(disable=True)


class GeminiModel:
    """TextModel and ImageModel (`shared.ports`) on the Gemini API."""

    def __init__(self, settings: Settings, now: Callable[[], float] = time.time) -> None:
        """`now` gives the seconds since 1970: the day of a call decides its price."""
        self._settings = settings
        self._now = now
        self._client: genai.Client | None = None
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        session, self._session, self._client = self._session, None, None
        if session is not None:
            await session.close()

    async def answer[Answer: BaseModel](self, prompt: Prompt, shape: type[Answer]) -> Answered[Answer]:
        """Ask the text model for JSON of the given shape (see `TextModel.answer`)."""
        config = types.GenerateContentConfig(
            system_instruction=prompt.rules,
            response_mime_type="application/json",
            response_json_schema=_schema_of(shape),
            automatic_function_calling=_NO_TOOLS,
            should_return_http_response=True,
        )
        model = self._settings.text_model
        answer = await self._generate(model, prompt, config, self._settings.text_timeout_s, MAX_TEXT_ANSWER_BYTES)
        used = answer.used(self._price_of(model))
        with _charged(used):
            answer.raise_if_blocked()
            return Answered(await asyncio.to_thread(_plan_of, answer, shape), used)

    async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio, size: ImageSize = IMAGE_SIZE) -> Answered[Image]:
        """Ask the image model for a picture (see `ImageModel.draw`)."""
        config = types.GenerateContentConfig(
            system_instruction=prompt.rules,
            response_modalities=["IMAGE"],
            image_config=types.ImageConfig(aspect_ratio=aspect_ratio, image_size=size),
            thinking_config=self._image_thinking(),
            automatic_function_calling=_NO_TOOLS,
            should_return_http_response=True,
        )
        model = self._settings.image_model
        prompt = await fit_images(prompt, self._settings.max_image_pixels)
        answer = await self._generate(model, prompt, config, self._settings.image_timeout_s, MAX_IMAGE_ANSWER_BYTES)
        used = answer.used(self._price_of(model), size)
        with _charged(used):
            answer.raise_if_blocked()
            return Answered(await asyncio.to_thread(_image_of, answer, self._settings.max_image_pixels), used)

    def _image_thinking(self) -> types.ThinkingConfig | None:
        level = self._settings.image_thinking
        if level == "unset":
            return None
        return types.ThinkingConfig(thinking_level=types.ThinkingLevel(level.upper()))

    def _price_of(self, model: str) -> ModelPrice | None:
        return self._settings.price_of(model, utc_day(self._now()))

    async def _generate(
        self, model: str, prompt: Prompt, config: types.GenerateContentConfig, timeout_s: float, max_bytes: int
    ) -> GeminiAnswer:
        try:
            with _charged(Usage(calls=1)):
                body = await self._call(model, prompt, config, timeout_s, max_bytes)
                return await asyncio.to_thread(parse_answer, body)
        except aiohttp.ClientConnectorError as exc:
            # Nothing was sent, so it does not count as a call.
            raise ModelUnavailable(f"no connection ({type(exc).__name__})") from exc

    async def _call(
        self, model: str, prompt: Prompt, config: types.GenerateContentConfig, timeout_s: float, max_bytes: int
    ) -> str:
        """Call the model and return the body of its answer."""
        images = [labelled.image.content for labelled in prompt.images]
        models = self._open().aio.models
        with attached(images) as placeholders, answers_up_to(max_bytes):
            contents = types.Content(role="user", parts=_parts(prompt, placeholders))
            try:
                async with asyncio.timeout(timeout_s):
                    response = await models.generate_content(model=model, contents=contents, config=config)
            except TimeoutError:
                raise ModelTimeout(f"no answer within {timeout_s:g} s") from None
            except ValueError as exc:
                raise UnusableAnswer(f"the answer can't be read ({type(exc).__name__})") from None
            except aiohttp.ClientConnectorError:
                raise
            except (aiohttp.ClientError, OSError) as exc:
                raise _map_transport_error(exc) from None
        return (response.sdk_http_response and response.sdk_http_response.body) or ""

    def _open(self) -> genai.Client:
        if self._client is None:
            key = self._settings.require_model()
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                trust_env=True,
                response_class=BoundedAnswer,
                middlewares=[self._raise_refusals, send_attached],
            )
            self._client = genai.Client(
                api_key=key.get_secret_value(),
                vertexai=False,
                http_options=types.HttpOptions(
                    base_url=self._settings.gemini_base_url,
                    api_version=self._settings.gemini_api_version,
                    aiohttp_client=self._session,
                    retry_options=types.HttpRetryOptions(attempts=1),
                ),
            )
        return self._client

    async def _raise_refusals(
        self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Return an answer of status 200, and raise our error for any other (a middleware of the session)."""
        response = await send(request)
        if response.status == _OK:
            return response
        raise error_of(response.status, response.headers, await _start_of_body(response), self._now())


async def _start_of_body(response: aiohttp.ClientResponse) -> bytes:
    """Return as much of the body as an error can have. One that breaks off is returned as far as it came."""
    body = bytearray()
    try:
        with suppress(aiohttp.ClientError):
            while len(body) < _MAX_ERROR_BYTES and (piece := await response.content.read(_MAX_ERROR_BYTES)):
                body += piece
    finally:
        response.release()
    return bytes(body)


@cache
def _schema_of(shape: type[BaseModel]) -> dict[str, object]:
    """Return the JSON schema that an answer has to keep to; nobody changes it."""
    return shape.model_json_schema(by_alias=True)


def _map_transport_error(error: aiohttp.ClientError | OSError) -> ModelError:
    if isinstance(error, aiohttp.ServerTimeoutError):
        return ModelTimeout("the connection timed out")
    if isinstance(error, aiohttp.ClientPayloadError):
        return UnusableAnswer("the answer was cut short")
    return ModelUnavailable(f"the connection failed ({type(error).__name__})")


@contextmanager
def _charged(used: Usage) -> Generator[None]:
    """Let an error tell what its call used."""
    try:
        yield
    except ModelError as exc:
        exc.used = used
        raise


def _parts(prompt: Prompt, placeholders: Sequence[bytes]) -> list[types.Part]:
    """Return the prompt's parts, with a placeholder for the content of each image (see `attached_images`)."""
    parts: list[types.Part] = []
    for labelled, placeholder in zip(prompt.images, placeholders, strict=True):
        parts.append(types.Part.from_text(text=labelled.label))
        parts.append(types.Part.from_bytes(data=placeholder, mime_type=labelled.image.media_type))
    return [*parts, types.Part.from_text(text=prompt.task)]


def _plan_of[Answer: BaseModel](answer: GeminiAnswer, shape: type[Answer]) -> Answer:
    try:
        return read_answer(answer.text, shape, is_cut_off=answer.is_unfinished)
    except UnusableAnswer as exc:
        raise answer.without_result(str(exc)) from None


def _image_of(answer: GeminiAnswer, max_pixels: int) -> Image:
    """Return the preferred image of those that decode (see `GeminiAnswer.images`)."""
    detail = "no image in the answer"
    for content in answer.images():
        try:
            return check_image(content, max_pixels)
        except NotAnImage:
            detail = "the image does not decode"
    raise answer.without_result(detail)
