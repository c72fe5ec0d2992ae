"""Any failure in the model adapter becomes a model error with its cause."""

import pytest
from pydantic import BaseModel

from shared.errors import MangaError, ModelBusy, NotConfigured, UnusableAnswer
from shared.images.image import Image
from shared.model import gemini
from shared.model.lazy import LazyModel
from shared.models.prices import ImageSize
from shared.ports import Answered, AspectRatio, Prompt
from shared.settings import Settings, load_settings

PROMPT = Prompt(rules="", task="")


class Shape(BaseModel):
    """An answer."""


def failing_model(monkeypatch: pytest.MonkeyPatch, error: Exception) -> LazyModel:
    """Return a model whose adapter fails on each call."""

    class Failing:
        def __init__(self, settings: Settings) -> None:
            del settings

        async def answer(self, prompt: Prompt, shape: type[BaseModel]) -> Answered[BaseModel]:
            del prompt, shape
            raise error

        async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio, size: ImageSize = "1K") -> Answered[Image]:
            del prompt, aspect_ratio, size
            raise error

    monkeypatch.setattr(gemini, "GeminiModel", Failing)
    return LazyModel(load_settings({}))


@pytest.mark.parametrize("error", [KeyError("text"), TypeError(), RecursionError(), IndexError(), MemoryError()])
@pytest.mark.parametrize("draws", [False, True])
async def test_unexpected_exception_becomes_unusable_answer_with_its_cause(
    monkeypatch: pytest.MonkeyPatch, error: Exception, *, draws: bool
) -> None:
    model = failing_model(monkeypatch, error)

    with pytest.raises(UnusableAnswer) as raised:
        await (model.draw(PROMPT, "1:1") if draws else model.answer(PROMPT, Shape))

    assert raised.value.__cause__ is error
    assert raised.value.used.calls == 1
    assert "text" not in str(raised.value)


@pytest.mark.parametrize("error", [ModelBusy(), NotConfigured("GEMINI_API_KEY is missing.")])
async def test_own_errors_are_raised_unchanged(monkeypatch: pytest.MonkeyPatch, error: MangaError) -> None:
    with pytest.raises(MangaError) as raised:
        await failing_model(monkeypatch, error).draw(PROMPT, "1:1")

    assert raised.value is error
