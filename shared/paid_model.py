"""A model whose calls are paid for: they are added up, those that fail included."""

from collections.abc import Awaitable

from pydantic import BaseModel

from shared.errors import ModelError
from shared.models.usage import Usage
from shared.ports import Answered, AspectRatio, Image, ImageModel, Prompt, TextModel


class PaidModel:
    """TextModel and ImageModel (`shared.ports`) in front of others. `used` is what calls have used since it was set."""

    def __init__(self, text_model: TextModel, image_model: ImageModel) -> None:
        self._text_model = text_model
        self._image_model = image_model
        self.used = Usage()

    async def answer[Answer: BaseModel](self, prompt: Prompt, shape: type[Answer]) -> Answered[Answer]:
        """See `TextModel.answer`."""
        return await self._counted(self._text_model.answer(prompt, shape))

    async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio) -> Answered[Image]:
        """See `ImageModel.draw`."""
        return await self._counted(self._image_model.draw(prompt, aspect_ratio))

    async def _counted[Value](self, call: Awaitable[Answered[Value]]) -> Answered[Value]:
        try:
            answered = await call
        except ModelError as exc:
            self.used += exc.used
            raise
        self.used += answered.used
        return answered
