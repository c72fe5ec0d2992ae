"""A scripted model: it gives the answers of its script, records its prompts, and fails when the script ends."""

from dataclasses import dataclass, field

from pydantic import BaseModel

from shared.errors import ModelError
from shared.images.image import Image
from shared.models.prices import ImageSize
from shared.models.usage import Usage
from shared.ports import Answered, AspectRatio, Prompt
from tests.support.fakes.pictures import png

USED = Usage(calls=1, input_tokens=100, output_tokens=20, price_micros=500)


@dataclass(slots=True)
class ScriptedModel:
    """TextModel and ImageModel. A text answer is what the model would send as JSON; each call has `used` as much."""

    answers: list[dict[str, object] | ModelError] = field(default_factory=list[dict[str, object] | ModelError])
    images: list[Image | ModelError] = field(default_factory=list[Image | ModelError])
    prompts: list[Prompt] = field(default_factory=list[Prompt])
    used: Usage = USED
    aspect_ratios: list[AspectRatio] = field(default_factory=list[AspectRatio])
    sizes: list[ImageSize] = field(default_factory=list[ImageSize])

    async def answer[Answer: BaseModel](self, prompt: Prompt, shape: type[Answer]) -> Answered[Answer]:
        self.prompts.append(prompt)
        answer = self.answers.pop(0)
        if isinstance(answer, ModelError):
            raise answer
        return Answered(shape.model_validate(answer), self.used)

    async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio, size: ImageSize = "1K") -> Answered[Image]:
        self.prompts.append(prompt)
        self.aspect_ratios.append(aspect_ratio)
        self.sizes.append(size)
        image = self.images.pop(0) if self.images else Image(png(), "image/png")
        if isinstance(image, ModelError):
            raise image
        return Answered(image, self.used)
