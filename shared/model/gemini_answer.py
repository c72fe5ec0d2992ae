"""An answer of `generateContent`: what the app reads of it, whatever else is in it or is wrong with it. Pure.

The SDK's own classes are not used: one value that they do not know (the number of a new reason, a count that is a text)
makes them refuse the whole answer, and with it what was paid for.
Format: https://ai.google.dev/api/generate-content#generatecontentresponse
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pydantic import JsonValue

from shared.errors import ContentBlocked, UnusableAnswer
from shared.models.prices import IMAGE_SIZE, ImageSize, ModelPrice, usage_of_call
from shared.models.usage import Usage

# More than any model takes or writes in one call.
MAX_TOKENS_OF_CALL = 10_000_000

_OTHER = "OTHER"
_UNFINISHED = "MAX_TOKENS"
# Reasons to stop by which the content is refused. `OTHER` tells nothing: it counts only where there is no result.
BLOCKING_FINISHES: Mapping[str, str] = {
    "SAFETY": "SAFETY",
    "RECITATION": "RECITATION",
    "LANGUAGE": "LANGUAGE",
    "BLOCKLIST": "BLOCKLIST",
    "PROHIBITED_CONTENT": "PROHIBITED_CONTENT",
    "SPII": "SPII",
    "IMAGE_SAFETY": "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT": "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION": "IMAGE_RECITATION",
    "MODEL_ARMOR": "MODEL_ARMOR",
    "OTHER": _OTHER,
    "IMAGE_OTHER": _OTHER,
}
# Reasons by which there may be no result, worth one more try. Unknown ones are treated in the same way.
UNUSABLE_FINISHES = frozenset(
    {
        "FINISH_REASON_UNSPECIFIED",
        _UNFINISHED,
        "MALFORMED_FUNCTION_CALL",
        "MALFORMED_RESPONSE",
        "NO_IMAGE",
        "UNEXPECTED_TOOL_CALL",
        "TOO_MANY_TOOL_CALLS",
        "MISSING_THOUGHT_SIGNATURE",
        "ESCALATION",
        "PUP_LIMITED_DISABLED",
        "CONTINUATION",
    }
)
PROMPT_BLOCKS: Mapping[str, str] = {
    "BLOCKED_REASON_UNSPECIFIED": _OTHER,
    "SAFETY": "SAFETY",
    "OTHER": _OTHER,
    "BLOCKLIST": "BLOCKLIST",
    "PROHIBITED_CONTENT": "PROHIBITED_CONTENT",
    "IMAGE_SAFETY": "IMAGE_SAFETY",
    "MODEL_ARMOR": "MODEL_ARMOR",
    "JAILBREAK": "JAILBREAK",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the answer: a text or an image (base64), as the result or as a thought on the way to it."""

    text: str
    image: str
    is_thought: bool


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """The tokens of a call; all 0 if the model does not say, or says what can't be. `of_images` is None if not told."""

    read: int = 0
    written: int = 0
    thought: int = 0
    of_images: int | None = None


@dataclass(frozen=True, slots=True)
class GeminiAnswer:
    """What the model answered. Reasons are as Google writes them: a name, or a number for one that is new."""

    parts: Sequence[Part]
    finish_reason: str | None
    block_reason: str | None
    tokens: TokenCounts

    @property
    def text(self) -> str:
        """The text of the answer; if all of it is marked as thought, the thoughts' text."""
        return "".join(part.text for part in self.parts if not part.is_thought) or "".join(
            part.text for part in self.parts
        )

    @property
    def is_unfinished(self) -> bool:
        """Whether the model says that it had no room for more."""
        return self.finish_reason == _UNFINISHED

    def images(self) -> Iterator[bytes]:
        """Yield the encoded images, the one to prefer first. Takes CPU time: call it on a thread.

        The rule: results before thoughts. Of several results the first is preferred, since models send further ones as
        variants; of several thoughts the last, since each draft improves on those before it
        (https://ai.google.dev/gemini-api/docs/image-generation#thinking-process).
        """
        with_image = [part for part in self.parts if part.image]
        results = [part for part in with_image if not part.is_thought]
        thoughts = [part for part in reversed(with_image) if part.is_thought]
        for part in (*results, *thoughts):
            try:
                # Reads either alphabet, with padding or without.
                yield base64.urlsafe_b64decode(f"{part.image}==")
            except binascii.Error:
                continue

    def used(self, price: ModelPrice | None, image_size: ImageSize = IMAGE_SIZE) -> Usage:
        """Return what the call used; `image_size` is the one that was asked for.

        Where the model does not tell what its output tokens are, those of an answer with an image are the image's.
        """
        tokens = self.tokens
        with_image = [part for part in self.parts if part.image]
        images = sum(not part.is_thought for part in with_image) or min(1, len(with_image))
        of_images = tokens.of_images if tokens.of_images is not None else tokens.written if images else 0
        return usage_of_call(
            price,
            input_tokens=tokens.read,
            output_tokens=tokens.written + tokens.thought,
            image_tokens=min(of_images, tokens.written),
            images=images,
            image_size=image_size,
        )

    def raise_if_blocked(self) -> None:
        """Raise ContentBlocked if the prompt or the answer was refused for its content."""
        if self.block_reason is not None:
            raise ContentBlocked(PROMPT_BLOCKS.get(self.block_reason, _OTHER))
        block = BLOCKING_FINISHES.get(self.finish_reason or "")
        if block is not None and block != _OTHER:
            raise ContentBlocked(block)

    def without_result(self, detail: str) -> ContentBlocked | UnusableAnswer:
        """Return the error of an answer in which there is no usable result; `detail` says what is wrong with it."""
        block = BLOCKING_FINISHES.get(self.finish_reason or "")
        if block is not None:
            return ContentBlocked(block)
        if self.finish_reason in {None, "STOP"}:
            return UnusableAnswer(detail)
        # An unknown reason is the provider's text, which is not repeated.
        known = (
            self.finish_reason if self.finish_reason in UNUSABLE_FINISHES else "a reason that this app does not know"
        )
        return UnusableAnswer(f"finished with {known}; {detail}")


def parse_answer(body: str) -> GeminiAnswer:
    """Read the body of an answer. Takes CPU time: call it on a thread.

    Raises:
        UnusableAnswer: it is no JSON object, or nested too deeply.
    """
    try:
        value: JsonValue = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise UnusableAnswer(f"the answer can't be read ({type(exc).__name__})") from None
    if not isinstance(value, dict):
        raise UnusableAnswer("the answer is no JSON object")
    candidates = [_object(candidate) for candidate in _list(value.get("candidates"))]
    # Only one is asked for; of several, the first with content.
    candidate = next((each for each in candidates if _parts(each)), candidates[0] if candidates else {})
    return GeminiAnswer(
        parts=_parts(candidate),
        finish_reason=_reason(candidate.get("finishReason")),
        block_reason=_reason(_object(value.get("promptFeedback")).get("blockReason")),
        tokens=_tokens(_object(value.get("usageMetadata"))),
    )


def _parts(candidate: Mapping[str, JsonValue]) -> Sequence[Part]:
    parts = [_object(part) for part in _list(_object(candidate.get("content")).get("parts"))]
    return [
        Part(
            text=_text(part.get("text")),
            image=_text(_object(part.get("inlineData")).get("data")),
            is_thought=part.get("thought") is True,
        )
        for part in parts
    ]


def _tokens(counted: Mapping[str, JsonValue]) -> TokenCounts:
    details = [_object(item) for item in _list(counted.get("candidatesTokensDetails"))]
    of_images = [item.get("tokenCount", 0) for item in details if item.get("modality") == "IMAGE"]
    counts = [
        *(counted.get(name, 0) for name in ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")),
        *of_images,
    ]
    if not all(_is_count(count) for count in counts):
        return TokenCounts()
    read, written, thought, *of_images = cast("list[int]", counts)
    return TokenCounts(read, written, thought, sum(of_images) if details else None)


def _is_count(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_TOKENS_OF_CALL


def _reason(value: JsonValue) -> str | None:
    return None if value is None else str(value)


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _object(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}
