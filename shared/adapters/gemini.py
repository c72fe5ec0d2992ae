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
from pydantic import BaseModel, ValidationError

from shared.adapters.attached_images import attached, send_attached
from shared.adapters.environment_proxy import proxy_for
from shared.adapters.gemini_refusals import error_of
from shared.errors import ContentBlocked, ModelError, ModelTimeout, ModelUnavailable, UnusableAnswer
from shared.images import NotAnImage, check_image
from shared.models.usage import Usage
from shared.ports import Answered, AspectRatio, Image, Prompt
from shared.prices import IMAGE_SIZE, ModelPrice, usage_of_call, utc_day
from shared.request_size import fit_images
from shared.settings import Settings

_GEMINI = "https://generativelanguage.googleapis.com"
_OK = 200
# An error of Google's has a few hundred bytes.
_MAX_ERROR_BYTES = 64 * 1024
# We declare no tools; left on, the SDK prepares for them and logs so with every call.
_NO_TOOLS = types.AutomaticFunctionCallingConfig(disable=True)


class _Keyless:
    """A model of the SDK that says at once that it has no keys.

    Before it takes an attribute, the SDK asks for each one whether it is a key, and asking a pydantic model that walks
    through all its fields: of what a call costs here that was about a third.
    """

    def __contains__(self, key: object) -> bool:
        return False


class _Config(_Keyless, types.GenerateContentConfig):
    pass


class _Content(_Keyless, types.Content):
    pass


class _Part(_Keyless, types.Part):
    pass


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
        config = _Config(
            system_instruction=prompt.rules,
            response_mime_type="application/json",
            response_json_schema=_schema_of(shape),
            automatic_function_calling=_NO_TOOLS,
        )
        model = self._settings.text_model
        response = await self._generate(model, prompt, config, self._settings.text_timeout_s)
        used = usage_of(response, self._price_of(model))
        with _charged(used):
            _raise_if_blocked(response)
            return Answered(_parsed(response, shape), used)

    async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio) -> Answered[Image]:
        """Ask the image model for a picture (see `ImageModel.draw`)."""
        config = _Config(
            system_instruction=prompt.rules,
            response_modalities=["IMAGE"],
            image_config=types.ImageConfig(aspect_ratio=aspect_ratio, image_size=IMAGE_SIZE),
            thinking_config=self._image_thinking(),
            automatic_function_calling=_NO_TOOLS,
        )
        model = self._settings.image_model
        prompt = await fit_images(prompt, self._settings.max_image_pixels)
        response = await self._generate(model, prompt, config, self._settings.image_timeout_s)
        used = usage_of(response, self._price_of(model))
        with _charged(used):
            _raise_if_blocked(response)
            return Answered(await self._checked(_image_of(response)), used)

    def _image_thinking(self) -> types.ThinkingConfig | None:
        level = self._settings.image_thinking
        if level == "unset":
            return None
        return types.ThinkingConfig(thinking_level=types.ThinkingLevel(level.upper()))

    def _price_of(self, model: str) -> ModelPrice | None:
        return self._settings.price_of(model, utc_day(self._now()))

    async def _checked(self, content: bytes) -> Image:
        try:
            return await asyncio.to_thread(check_image, content, self._settings.max_image_pixels)
        except NotAnImage:
            raise UnusableAnswer("the image does not decode") from None

    async def _generate(
        self, model: str, prompt: Prompt, config: types.GenerateContentConfig, timeout_s: float
    ) -> types.GenerateContentResponse:
        images = [labelled.image.content for labelled in prompt.images]
        models = self._open().aio.models
        with _charged(Usage(calls=1)), attached(images) as stand_ins:
            contents = _Content(role="user", parts=_parts(prompt, stand_ins))
            try:
                async with asyncio.timeout(timeout_s):
                    return await models.generate_content(model=model, contents=contents, config=config)
            except TimeoutError:
                raise ModelTimeout(f"no answer within {timeout_s:g} s") from None
            except (ValueError, AttributeError) as exc:
                # An answer that was cut short is no JSON; where Google sends the number of a reason that is newer than
                # the SDK, the SDK stumbles over it.
                raise UnusableAnswer(f"the answer can't be read ({type(exc).__name__})") from None
            except (aiohttp.ClientError, OSError) as exc:
                raise _map_transport_error(exc) from None

    def _open(self) -> genai.Client:
        if self._client is None:
            key = self._settings.require_model()
            server = self._settings.gemini_base_url or _GEMINI
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                proxy=proxy_for(server),
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


# Every reason to stop that is no normal end. Blocks are final; the others are worth one more try.
BLOCKING_FINISHES: dict[types.FinishReason, str] = {
    types.FinishReason.SAFETY: "SAFETY",
    types.FinishReason.RECITATION: "RECITATION",
    types.FinishReason.LANGUAGE: "LANGUAGE",
    types.FinishReason.BLOCKLIST: "BLOCKLIST",
    types.FinishReason.PROHIBITED_CONTENT: "PROHIBITED_CONTENT",
    types.FinishReason.SPII: "SPII",
    types.FinishReason.IMAGE_SAFETY: "IMAGE_SAFETY",
    types.FinishReason.IMAGE_PROHIBITED_CONTENT: "IMAGE_PROHIBITED_CONTENT",
    types.FinishReason.IMAGE_RECITATION: "IMAGE_RECITATION",
    types.FinishReason.MODEL_ARMOR: "MODEL_ARMOR",
    types.FinishReason.OTHER: "OTHER",
    types.FinishReason.IMAGE_OTHER: "OTHER",
}
UNUSABLE_FINISHES: frozenset[types.FinishReason] = frozenset(
    {
        types.FinishReason.FINISH_REASON_UNSPECIFIED,
        types.FinishReason.MAX_TOKENS,
        types.FinishReason.MALFORMED_FUNCTION_CALL,
        types.FinishReason.MALFORMED_RESPONSE,
        types.FinishReason.NO_IMAGE,
        types.FinishReason.UNEXPECTED_TOOL_CALL,
        types.FinishReason.TOO_MANY_TOOL_CALLS,
        types.FinishReason.MISSING_THOUGHT_SIGNATURE,
        types.FinishReason.ESCALATION,
        types.FinishReason.PUP_LIMITED_DISABLED,
        types.FinishReason.CONTINUATION,
    }
)
PROMPT_BLOCKS: dict[types.BlockedReason, str] = {
    types.BlockedReason.BLOCKED_REASON_UNSPECIFIED: "OTHER",
    types.BlockedReason.SAFETY: "SAFETY",
    types.BlockedReason.OTHER: "OTHER",
    types.BlockedReason.BLOCKLIST: "BLOCKLIST",
    types.BlockedReason.PROHIBITED_CONTENT: "PROHIBITED_CONTENT",
    types.BlockedReason.IMAGE_SAFETY: "IMAGE_SAFETY",
    types.BlockedReason.MODEL_ARMOR: "MODEL_ARMOR",
    types.BlockedReason.JAILBREAK: "JAILBREAK",
}


def _raise_if_blocked(response: types.GenerateContentResponse) -> None:
    feedback = response.prompt_feedback
    if feedback is not None and feedback.block_reason is not None:
        raise ContentBlocked(PROMPT_BLOCKS.get(feedback.block_reason, "OTHER"))
    if not response.candidates:
        raise UnusableAnswer("no candidate in the answer")
    reason = response.candidates[0].finish_reason
    if reason is None or reason is types.FinishReason.STOP:
        return
    if reason in BLOCKING_FINISHES:
        raise ContentBlocked(BLOCKING_FINISHES[reason])
    # The SDK makes a member of its own for a reason that it does not know; that one is not in the table.
    name = reason.value if reason in UNUSABLE_FINISHES else "a reason that this app does not know"
    raise UnusableAnswer(f"finished with {name}")


def usage_of(response: types.GenerateContentResponse, price: ModelPrice | None) -> Usage:
    """Return what an answer used: tokens as the model counts them, and the finished images that are in it.

    Where the model does not tell what its output tokens are, those of an answer with an image are the image's.
    """
    counted = response.usage_metadata or types.GenerateContentResponseUsageMetadata()
    written = counted.candidates_token_count or 0
    images = sum(part.inline_data is not None and not part.thought for part in _answer_parts(response))
    details = counted.candidates_tokens_details
    if details:
        of_images = sum(item.token_count or 0 for item in details if item.modality is types.MediaModality.IMAGE)
    else:
        of_images = written if images else 0
    return usage_of_call(
        price,
        input_tokens=counted.prompt_token_count or 0,
        output_tokens=written + (counted.thoughts_token_count or 0),
        image_tokens=of_images,
        images=images,
    )


@contextmanager
def _charged(used: Usage) -> Generator[None]:
    """Let an error tell what its call used."""
    try:
        yield
    except ModelError as exc:
        exc.used = used
        raise


def _parsed[Answer: BaseModel](response: types.GenerateContentResponse, shape: type[Answer]) -> Answer:
    try:
        return shape.model_validate_json(_text_of(response))
    except ValidationError as exc:
        faults = ", ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in exc.errors())
        raise UnusableAnswer(f"not a {shape.__name__}: {faults}") from None


def _parts(prompt: Prompt, stand_ins: Sequence[bytes]) -> list[types.Part]:
    """Return the prompt's parts, with a stand-in for the content of each image (see `attached_images`)."""
    parts: list[types.Part] = []
    for labelled, stand_in in zip(prompt.images, stand_ins, strict=True):
        parts.append(_Part.from_text(text=labelled.label))
        parts.append(_Part.from_bytes(data=stand_in, mime_type=labelled.image.media_type))
    return [*parts, _Part.from_text(text=prompt.task)]


def _answer_parts(response: types.GenerateContentResponse) -> Sequence[types.Part]:
    content = response.candidates[0].content if response.candidates else None
    return (content.parts or ()) if content is not None else ()


def _text_of(response: types.GenerateContentResponse) -> str:
    text = "".join(part.text for part in _answer_parts(response) if part.text and not part.thought)
    if not text:
        raise UnusableAnswer("no text in the answer")
    return text


def _image_of(response: types.GenerateContentResponse) -> bytes:
    """Return the first image: image models answer with text and drafts of thought beside it."""
    for part in _answer_parts(response):
        if part.inline_data is not None and part.inline_data.data and not part.thought:
            return part.inline_data.data
    raise UnusableAnswer("no image in the answer")
