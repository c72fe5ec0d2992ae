"""The expected size of a model call, before it is made. Pure.

These are guesses for reservations and estimates. The model's answer has the real usage.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.models.prices import IMAGE_SIZE, ImageSize, ModelPrice, usage_of_call
from shared.models.usage import Usage
from shared.ports import Prompt
from shared.settings import ImageThinking

# https://ai.google.dev/gemini-api/docs/tokens: about 4 characters a token; fewer in scripts without spaces.
_CHARACTERS_PER_TOKEN = 3
# For an image in a prompt; 1120 is also the count of an image of the image model's own size.
_TOKENS_PER_IMAGE = 1120
# A breakdown of 15 panels has about 2000 tokens of JSON, and about as many for thinking.
_WRITTEN_TOKENS = 4000
# The image model's thinking tokens by level; its default is medium.
_THOUGHT_TOKENS_OF_IMAGE: Mapping[ImageThinking, int] = {"minimal": 300, "medium": 1200, "high": 2500, "unset": 1200}


@dataclass(frozen=True, slots=True)
class CallSize:
    """The tokens and images of a call."""

    input_tokens: int
    output_tokens: int
    images: int = 0
    image_size: ImageSize = IMAGE_SIZE

    def priced(self, price: ModelPrice | None) -> Usage:
        """Return the expected usage."""
        return usage_of_call(
            price,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            images=self.images,
            image_size=self.image_size,
        )


def text_call(characters: int) -> CallSize:
    """Return the size of a call that answers with JSON, from its prompt's length."""
    return CallSize(characters // _CHARACTERS_PER_TOKEN, _WRITTEN_TOKENS)


def image_call(
    characters: int, images_shown: int, thinking: ImageThinking, image_size: ImageSize = IMAGE_SIZE
) -> CallSize:
    """Return the size of a call that draws, from its prompt's length, its reference images and the thinking level.

    `image_size` is that of the image that is drawn; a reference image has as many tokens in any size.
    """
    input_tokens = characters // _CHARACTERS_PER_TOKEN + images_shown * _TOKENS_PER_IMAGE
    return CallSize(input_tokens, _THOUGHT_TOKENS_OF_IMAGE[thinking], images=1, image_size=image_size)


def characters_of(prompt: Prompt) -> int:
    """Return the length of a prompt's texts."""
    return len(prompt.rules) + len(prompt.task) + sum(len(labelled.label) for labelled in prompt.images)
