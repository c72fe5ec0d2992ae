"""The model's adapter, imported when it is first needed.

Its SDK takes about a second to import: indexing the app goes without it, and so does a process that only serves
HTTP. The import runs on a thread, since the first activity shares the event loop with streams; a platform that warms
instances up has it done before the first request.
"""

import asyncio
import importlib
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import BaseModel

from shared.errors import MangaError, UnusableAnswer
from shared.images.image import Image
from shared.models.prices import IMAGE_SIZE, ImageSize
from shared.models.usage import Usage
from shared.ports import Answered, AspectRatio, Prompt
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.model.gemini import GeminiModel

_ADAPTER = "shared.model.gemini"


def preload_model() -> None:
    """Import the adapter now."""
    importlib.import_module(_ADAPTER)


class LazyModel:
    """TextModel and ImageModel (`shared.ports`) on Gemini."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model: GeminiModel | None = None
        self._loading = asyncio.Lock()

    async def answer[Answer: BaseModel](self, prompt: Prompt, shape: type[Answer]) -> Answered[Answer]:
        """See `TextModel.answer`."""
        model = await self._load()
        with _mapped_faults():
            return await model.answer(prompt, shape)

    async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio, size: ImageSize = IMAGE_SIZE) -> Answered[Image]:
        """See `ImageModel.draw`."""
        model = await self._load()
        with _mapped_faults():
            return await model.draw(prompt, aspect_ratio, size)

    async def _load(self) -> "GeminiModel":
        async with self._loading:
            if self._model is not None:
                return self._model
            gemini = await asyncio.to_thread(importlib.import_module, _ADAPTER)
            model: GeminiModel = gemini.GeminiModel(self._settings)
            self._model = model
            return model


@contextmanager
def _mapped_faults() -> Generator[None]:
    """Turn an exception that the adapter does not expect into a ModelError: the SDK fails so on an odd answer."""
    try:
        yield
    except MangaError:
        raise
    except Exception as exc:
        error = UnusableAnswer(f"the answer can't be read ({type(exc).__name__})")
        error.used = Usage(calls=1)
        raise error from exc
