"""What a client sends to start a generation, and the part of it that is kept with the generation."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StrictBool, StrictStr, ValidationInfo, field_validator

from shared.images import check_image, from_data_url
from shared.models.base import WireModel
from shared.models.story import ImageMode, Style

MAX_REFERENCES = 10
MAX_NAME_LENGTH = 120
MAX_INSTRUCTIONS_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class InputLimits:
    """Limits that are settings. As a validation's context they are held to; without one only the shape is checked."""

    max_story_words: int
    max_image_pixels: int


class UploadedReference(WireModel):
    """An image that the client brings: `image` is a data URL, `name` says whom or what it shows."""

    id: StrictStr = ""
    name: Annotated[StrictStr, Field(min_length=1, max_length=MAX_NAME_LENGTH)]
    image: StrictStr
    file_name: StrictStr = ""

    @field_validator("image")
    @classmethod
    def _image_decodes(cls, image: str, info: ValidationInfo) -> str:
        if isinstance(info.context, InputLimits):
            check_image(from_data_url(image), info.context.max_image_pixels)
        return image


class GenerateMangaRequest(WireModel):
    """Body of `POST /api/generate-manga-stream`.

    With InputLimits as the validation's context, the word limit holds and images have to decode.
    """

    story: StrictStr
    style: Style
    no_dialogue: StrictBool = False
    uploaded_character_references: Annotated[tuple[UploadedReference, ...], Field(max_length=MAX_REFERENCES)] = ()
    uploaded_setting_references: Annotated[tuple[UploadedReference, ...], Field(max_length=MAX_REFERENCES)] = ()
    images: ImageMode = "inline"

    @field_validator("story")
    @classmethod
    def _story_has_words_but_not_too_many(cls, story: str, info: ValidationInfo) -> str:
        words = len(story.split())
        if not words:
            raise ValueError("The story is blank: write at least one sentence.")
        if isinstance(info.context, InputLimits) and words > info.context.max_story_words:
            limit = info.context.max_story_words
            raise ValueError(f"The story has {words} words: at most {limit} are accepted, so shorten it.")
        return story

    @field_validator("uploaded_character_references", "uploaded_setting_references", mode="before")
    @classmethod
    def _null_means_none_sent(cls, references: object) -> object:
        return () if references is None else references


class RegenerateRequest(WireModel):
    """Body of the `regenerate` addresses: what should be different this time."""

    instructions: Annotated[StrictStr, Field(min_length=1, max_length=MAX_INSTRUCTIONS_LENGTH)] | None = None


class StoredReference(WireModel):
    """An uploaded image as it is kept: its name and the number of its blob."""

    name: str
    index: int


class StoredRequest(WireModel):
    """The inputs of a generation as they lie in storage; images are blobs of their own.

    `claim` names the blob of the idempotency key that the generation was started under.
    """

    story: str
    style: Style
    no_dialogue: bool
    claim: str | None = None
    character_references: tuple[StoredReference, ...] = ()
    setting_references: tuple[StoredReference, ...] = ()
