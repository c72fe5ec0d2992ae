"""A `generateContent` answer: candidates, usage, and the reasons why there may be no content."""

import base64
import hashlib
from dataclasses import dataclass, replace

from pydantic import JsonValue

from tools.gemini_emulator.wire.request import GenerateContentRequest
from tools.gemini_emulator.wire.thinking import Thinking

# https://ai.google.dev/gemini-api/docs/tokens and /docs/media-resolution: about 4 characters a token, and 1120 tokens
# for an image that is read. Of one that is drawn, /docs/pricing says how many make up its price.
CHARACTERS_PER_TOKEN = 4
TOKENS_PER_IMAGE_READ = 1120
TOKENS_PER_IMAGE_DRAWN = {"1K": 1120, "2K": 1680, "4K": 3780}


@dataclass(frozen=True, slots=True)
class TextPart:
    """Text in an answer, or a thought about it."""

    text: str
    is_thought: bool = False


@dataclass(frozen=True, slots=True)
class ImagePart:
    """An image in an answer, or a draft of it."""

    content: bytes
    mime_type: str = "image/png"
    is_thought: bool = False


type AnswerPart = TextPart | ImagePart


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of the model: content with a finish reason, or a blocked prompt.

    `finish_reason` None means that there is no candidate at all. `usage` replaces the token counts.
    """

    parts: tuple[AnswerPart, ...] = ()
    finish_reason: str | int | None = "STOP"
    block_reason: str | int | None = None
    finish_message: str | None = None
    usage: dict[str, JsonValue] | None = None


def answer_body(
    answer: Answer, request: GenerateContentRequest, model: str, call_number: int, thinking: Thinking
) -> dict[str, JsonValue]:
    body: dict[str, JsonValue] = {
        "usageMetadata": _usage(answer, request, thinking) if answer.usage is None else answer.usage,
        "modelVersion": model,
        "responseId": hashlib.sha256(f"{model}/{call_number}".encode()).hexdigest()[:22],
    }
    if answer.block_reason is not None:
        body["promptFeedback"] = {"blockReason": answer.block_reason}
    elif answer.finish_reason is not None:
        body["candidates"] = [_candidate(answer, answer.finish_reason)]
    return body


def with_thoughts(answer: Answer) -> Answer:
    """Return the answer with thoughts in front: a text, and a draft of each image."""
    drafts = tuple(replace(part, is_thought=True) for part in answer.parts if isinstance(part, ImagePart))
    return replace(answer, parts=(TextPart("**Considering the request**", is_thought=True), *drafts, *answer.parts))


def count_tokens(request: GenerateContentRequest) -> int:
    """Return the size of a prompt in tokens, roughly."""
    system = request.system_instruction.parts if request.system_instruction else ()
    characters = sum(len(part.text or "") for part in (*system, *request.parts))
    return characters // CHARACTERS_PER_TOKEN + 1 + len(request.images) * TOKENS_PER_IMAGE_READ


def _candidate(answer: Answer, finish_reason: str | int) -> dict[str, JsonValue]:
    candidate: dict[str, JsonValue] = {"finishReason": finish_reason, "index": 0}
    if answer.parts:
        candidate["content"] = {"role": "model", "parts": [_part(part) for part in answer.parts]}
    if answer.finish_message:
        candidate["finishMessage"] = answer.finish_message
    return candidate


def _part(part: AnswerPart) -> dict[str, JsonValue]:
    thought: dict[str, JsonValue] = {"thought": True} if part.is_thought else {}
    match part:
        case TextPart(text):
            return {"text": text, **thought}
        case ImagePart(content, mime_type):
            return {"inlineData": {"mimeType": mime_type, "data": base64.b64encode(content).decode()}, **thought}


def _usage(answer: Answer, request: GenerateContentRequest, thinking: Thinking) -> dict[str, JsonValue]:
    """Return the tokens by kind; what is 0 is left out, as in Google's JSON."""
    prompt, read = count_tokens(request), len(request.images) * TOKENS_PER_IMAGE_READ
    parts = [part for part in answer.parts if not part.is_thought]
    text = sum(len(part.text) // CHARACTERS_PER_TOKEN + 1 for part in parts if isinstance(part, TextPart))
    drawn = sum(_tokens_drawn(request) for part in parts if isinstance(part, ImagePart))
    thoughts = thinking.tokens if parts else 0
    usage: dict[str, JsonValue] = {
        "promptTokenCount": prompt,
        "promptTokensDetails": _by_modality(prompt - read, read),
        "totalTokenCount": prompt + text + drawn + thoughts,
    }
    if text + drawn:
        usage["candidatesTokenCount"] = text + drawn
    if drawn:
        usage["candidatesTokensDetails"] = _by_modality(text, drawn)
    if thoughts:
        usage["thoughtsTokenCount"] = thoughts
    return usage


def _by_modality(text: int, image: int) -> list[JsonValue]:
    counts = {"TEXT": text, "IMAGE": image}
    return [{"modality": modality, "tokenCount": count} for modality, count in counts.items() if count]


def _tokens_drawn(request: GenerateContentRequest) -> int:
    image_config = request.generation_config.image_config
    return TOKENS_PER_IMAGE_DRAWN.get((image_config and image_config.image_size) or "1K", 1120)
