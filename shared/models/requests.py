"""What a client sends to start a generation, and the part of it that is kept with the generation."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictStr, field_validator

from shared.models.base import WireModel
from shared.models.story import ImageMode, Style

MAX_REFERENCES = 10
MAX_NAME_LENGTH = 120


class UploadedReference(WireModel):
    """An image that the client brings: `image` is a data URL, `name` says whom or what it shows."""

    id: StrictStr = ""
    name: Annotated[StrictStr, Field(min_length=1, max_length=MAX_NAME_LENGTH)]
    image: StrictStr
    file_name: StrictStr = ""


class GenerateMangaRequest(WireModel):
    """Body of `POST /api/generate-manga-stream`.

    The word limit is a setting, and images are decoded: both are checked by the API, beside this shape.
    """

    story: StrictStr
    style: Style
    no_dialogue: StrictBool = False
    uploaded_character_references: Annotated[tuple[UploadedReference, ...], Field(max_length=MAX_REFERENCES)] = ()
    uploaded_setting_references: Annotated[tuple[UploadedReference, ...], Field(max_length=MAX_REFERENCES)] = ()
    images: ImageMode = "inline"

    @field_validator("story")
    @classmethod
    def _story_is_not_blank(cls, story: str) -> str:
        if not story.strip():
            raise ValueError("The story is blank: write at least one sentence.")
        return story

    @field_validator("uploaded_character_references", "uploaded_setting_references", mode="before")
    @classmethod
    def _null_means_none_sent(cls, references: object) -> object:
        return () if references is None else references


class StoredReference(WireModel):
    """An uploaded image as it is kept: its name and the number of its blob."""

    name: str
    index: int


class StoredRequest(WireModel):
    """The inputs of a generation as they lie in storage; images are blobs of their own."""

    story: str
    style: Style
    no_dialogue: bool
    character_references: tuple[StoredReference, ...] = ()
    setting_references: tuple[StoredReference, ...] = ()
