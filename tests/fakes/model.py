"""A scripted model: answers what it is told to, remembers what it was asked, and fails when the script runs out."""

from dataclasses import dataclass, field

from pydantic import BaseModel

from shared.errors import ModelError
from shared.ports import AspectRatio, Image, Prompt
from tests.fakes.pictures import png


@dataclass(slots=True)
class ScriptedModel:
    """TextModel and ImageModel. A text answer is what the model would send as JSON."""

    answers: list[dict[str, object] | ModelError] = field(default_factory=list[dict[str, object] | ModelError])
    images: list[Image | ModelError] = field(default_factory=list[Image | ModelError])
    prompts: list[Prompt] = field(default_factory=list[Prompt])
    aspect_ratios: list[AspectRatio] = field(default_factory=list[AspectRatio])

    async def answer[Answer: BaseModel](self, prompt: Prompt, shape: type[Answer]) -> Answer:
        self.prompts.append(prompt)
        answer = self.answers.pop(0)
        if isinstance(answer, ModelError):
            raise answer
        return shape.model_validate(answer)

    async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio) -> Image:
        self.prompts.append(prompt)
        self.aspect_ratios.append(aspect_ratio)
        image = self.images.pop(0) if self.images else Image(png(), "image/png")
        if isinstance(image, ModelError):
            raise image
        return image
