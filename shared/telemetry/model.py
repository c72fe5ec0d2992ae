"""Telemetry of model calls: a span, the duration, the usage and the cost."""

from collections.abc import Awaitable
from time import perf_counter

from pydantic import BaseModel

from shared.errors import ModelError
from shared.images.image import Image
from shared.models.prices import IMAGE_SIZE, ImageSize
from shared.models.usage import MICROS_PER_DOLLAR, Usage
from shared.ports import (
    Answered,
    AspectRatio,
    ImageModel,
    Prompt,
    TextModel,
)
from shared.telemetry.metrics import MODEL_COST, MODEL_DURATION, MODEL_IMAGES, MODEL_TOKENS, MODEL_UNPRICED
from shared.telemetry.port import ERROR_TYPE, Attributes, Span, Telemetry

_OPERATION = "generate_content"


class MeasuredTextModel:
    """TextModel (`shared.ports`) that records its calls under the model's name."""

    def __init__(self, model: TextModel, name: str, telemetry: Telemetry) -> None:
        self._model = model
        self._calls = _Calls(name, telemetry)

    async def answer[Answer: BaseModel](self, prompt: Prompt, shape: type[Answer]) -> Answered[Answer]:
        """See `TextModel.answer`."""
        return await self._calls.measured(self._model.answer(prompt, shape))


class MeasuredImageModel:
    """ImageModel (`shared.ports`) that records its calls under the model's name."""

    def __init__(self, model: ImageModel, name: str, telemetry: Telemetry) -> None:
        self._model = model
        self._calls = _Calls(name, telemetry)

    async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio, size: ImageSize = IMAGE_SIZE) -> Answered[Image]:
        """See `ImageModel.draw`."""
        return await self._calls.measured(self._model.draw(prompt, aspect_ratio, size))


class _Calls:
    """Records calls of one model, with the names of https://opentelemetry.io/docs/specs/semconv/gen-ai/."""

    def __init__(self, model: str, telemetry: Telemetry) -> None:
        self._name = f"{_OPERATION} {model}"
        self._telemetry = telemetry
        self._about = {
            "gen_ai.operation.name": _OPERATION,
            "gen_ai.provider.name": "gcp.gemini",
            "gen_ai.request.model": model,
        }

    async def measured[Value](self, call: Awaitable[Answered[Value]]) -> Answered[Value]:
        begun_s = perf_counter()
        with self._telemetry.span(self._name, self._about, kind="client") as span:
            try:
                answered = await call
            except ModelError as exc:
                span.fail(exc.code)
                self._record(span, begun_s, exc.used, {ERROR_TYPE: exc.code})
                raise
            self._record(span, begun_s, answered.used, {})
            return answered

    def _record(self, span: Span, begun_s: float, used: Usage, outcome: Attributes) -> None:
        telemetry, about = self._telemetry, self._about
        telemetry.record(MODEL_DURATION, perf_counter() - begun_s, {**about, **outcome})
        if not used.calls:
            return  # the model refused the call, which costs nothing
        span.note({"gen_ai.usage.input_tokens": used.input_tokens, "gen_ai.usage.output_tokens": used.output_tokens})
        telemetry.record(MODEL_TOKENS, used.input_tokens, {**about, "gen_ai.token.type": "input"})
        telemetry.record(MODEL_TOKENS, used.output_tokens, {**about, "gen_ai.token.type": "output"})
        telemetry.count(MODEL_IMAGES, about, used.images)
        telemetry.count(MODEL_COST, about, used.price_micros / MICROS_PER_DOLLAR)
        telemetry.count(MODEL_UNPRICED, about, used.unpriced_calls)
