"""What a client sends to start a generation, and the part of it that is kept with the generation."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictStr, ValidationInfo

from shared.images import ImageLimits, clean_image, from_data_url, to_data_url
from shared.models.base import WireModel
from shared.models.story import ImageMode, Style
from shared.plain_text import plain_text

MAX_REFERENCES = 10
MAX_NAME_LENGTH = 120
MAX_LABEL_LENGTH = 500
MAX_INSTRUCTIONS_LENGTH = 1000
# The format by which the API's description names a text that has to be an image.
IMAGE_DATA_URL = "image-data-url"


@dataclass(frozen=True, slots=True)
class InputLimits:
    """Limits that are settings. As a validation's context they are held to; without one only the shape is checked."""

    max_story_words: int
    images: ImageLimits


def _is_a_story(story: str, info: ValidationInfo) -> str:
    words = len(story.split())
    if not plain_text(story):
        raise ValueError("The story is blank: write at least one sentence.")
    if isinstance(info.context, InputLimits) and words > info.context.max_story_words:
        limit = info.context.max_story_words
        raise ValueError(f"The story has {words} words: at most {limit} are accepted, so shorten it.")
    return story


def _is_a_name(name: str) -> str:
    if not plain_text(name):
        raise ValueError("It is blank: say whom or what it shows.")
    return name


def _is_an_image(image: str, info: ValidationInfo) -> str:
    if isinstance(info.context, InputLimits):
        return to_data_url(clean_image(from_data_url(image), info.context.images))
    return image


# With InputLimits as the validation's context, the word limit holds, and images have to decode: what is kept of them
# is their pixels, encoded anew. What a schema can say of that, it says to whoever reads the API's description.
type Story = Annotated[
    StrictStr,
    AfterValidator(_is_a_story),
    Field(description="Not blank; words are runs of non-space.", json_schema_extra={"pattern": r"\S"}),
]
type ImageDataUrl = Annotated[
    StrictStr,
    AfterValidator(_is_an_image),
    Field(
        description="A PNG, JPEG or WebP image as a data URL.",
        json_schema_extra={"format": IMAGE_DATA_URL, "pattern": "^data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/]+=*$"},
    ),
]
type GivenName = Annotated[StrictStr, Field(min_length=1, max_length=MAX_NAME_LENGTH), AfterValidator(_is_a_name)]


class UploadedReference(WireModel):
    """An image that the client brings: `image` is a data URL, `name` says whom or what it shows."""

    id: Annotated[StrictStr, Field(max_length=MAX_LABEL_LENGTH)] = ""
    name: GivenName
    image: ImageDataUrl
    file_name: Annotated[StrictStr, Field(max_length=MAX_LABEL_LENGTH)] = ""


def _none_sent(references: object) -> object:
    return () if references is None else references


type GivenReferences = Annotated[tuple[UploadedReference, ...], Field(max_length=MAX_REFERENCES)]
type UploadedReferences = Annotated[
    GivenReferences, BeforeValidator(_none_sent, json_schema_input_type=GivenReferences | None)
]


class GenerateMangaRequest(WireModel):
    """Body of `POST /api/generate-manga-stream`."""

    story: Story
    style: Style
    no_dialogue: StrictBool = False
    uploaded_character_references: UploadedReferences = ()
    uploaded_setting_references: UploadedReferences = ()
    images: ImageMode = "inline"


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
