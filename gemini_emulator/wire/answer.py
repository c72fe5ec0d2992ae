"""A `generateContent` answer: candidates, usage, and the reasons why there may be no content."""

import base64
import hashlib
from dataclasses import dataclass

from pydantic import JsonValue

from gemini_emulator.wire.request import GenerateContentRequest

# https://ai.google.dev/gemini-api/docs/tokens: about 4 characters a token, 258 tokens for a small image,
# and 1290 tokens for an image that is generated.
CHARACTERS_PER_TOKEN = 4
TOKENS_PER_IMAGE_READ = 258
TOKENS_PER_IMAGE_DRAWN = 1290


@dataclass(frozen=True, slots=True)
class TextPart:
    """Text in an answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """An image in an answer."""

    content: bytes
    mime_type: str = "image/png"


type AnswerPart = TextPart | ImagePart


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model answers: content that ends for a reason, or a prompt that was blocked.

    `finish_reason` None means that there is no candidate at all.
    """

    parts: tuple[AnswerPart, ...] = ()
    finish_reason: str | None = "STOP"
    block_reason: str | None = None
    finish_message: str | None = None


def answer_body(answer: Answer, request: GenerateContentRequest, model: str, call_number: int) -> dict[str, JsonValue]:
    """Return the JSON body of an answer."""
    body: dict[str, JsonValue] = {
        "usageMetadata": _usage(answer, request),
        "modelVersion": model,
        "responseId": hashlib.sha256(f"{model}/{call_number}".encode()).hexdigest()[:22],
    }
    if answer.block_reason is not None:
        body["promptFeedback"] = {"blockReason": answer.block_reason}
    elif answer.finish_reason is not None:
        body["candidates"] = [_candidate(answer, answer.finish_reason)]
    return body


def count_tokens(request: GenerateContentRequest) -> int:
    """Return the size of a prompt in tokens, roughly."""
    system = request.system_instruction.parts if request.system_instruction else ()
    characters = sum(len(part.text or "") for part in (*system, *request.parts))
    return characters // CHARACTERS_PER_TOKEN + 1 + len(request.images) * TOKENS_PER_IMAGE_READ


def _candidate(answer: Answer, finish_reason: str) -> dict[str, JsonValue]:
    candidate: dict[str, JsonValue] = {"finishReason": finish_reason, "index": 0}
    if answer.parts:
        candidate["content"] = {"role": "model", "parts": [_part(part) for part in answer.parts]}
    if answer.finish_message:
        candidate["finishMessage"] = answer.finish_message
    return candidate


def _part(part: AnswerPart) -> dict[str, JsonValue]:
    match part:
        case TextPart(text):
            return {"text": text}
        case ImagePart(content, mime_type):
            return {"inlineData": {"mimeType": mime_type, "data": base64.b64encode(content).decode()}}


def _usage(answer: Answer, request: GenerateContentRequest) -> dict[str, JsonValue]:
    images = len(request.images) * TOKENS_PER_IMAGE_READ
    prompt = count_tokens(request)
    details: list[JsonValue] = [{"modality": "TEXT", "tokenCount": prompt - images}]
    if images:
        details.append({"modality": "IMAGE", "tokenCount": images})
    usage: dict[str, JsonValue] = {"promptTokenCount": prompt, "promptTokensDetails": details}
    written = sum(_tokens(part) for part in answer.parts)
    if written:
        usage["candidatesTokenCount"] = written
    usage["totalTokenCount"] = prompt + written
    return usage


def _tokens(part: AnswerPart) -> int:
    if isinstance(part, ImagePart):
        return TOKENS_PER_IMAGE_DRAWN
    return len(part.text) // CHARACTERS_PER_TOKEN + 1
