"""What a client sends to start a generation, and the part of it that is stored."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticKnownError

from shared.images.check import ImageLimits, accepted_media_type
from shared.images.data_urls import from_data_url, to_data_url
from shared.images.image import Image
from shared.images.normalized import normalize_image
from shared.models.base import WireModel
from shared.models.lettering import LetteringMode
from shared.models.prices import IMAGE_SIZE, ImageSize
from shared.models.stored.chapters import StoredChapter
from shared.models.story import MAX_NAME_LENGTH, Aspect, ImageMode, StopAfter, Style
from shared.names import is_generation_id
from shared.text.clean import clean, one_line
from shared.text.language import TAG_PATTERN, language_tag
from shared.text.words import describe_excess, is_blank

MAX_REFERENCES = 10
MAX_LABEL_LENGTH = 500
MAX_INSTRUCTIONS_LENGTH = 1000
MAX_STYLE_TEXT_LENGTH = 300
# The format by which the API's description names a text that has to be an image.
IMAGE_DATA_URL = "image-data-url"


@dataclass(frozen=True, slots=True)
class InputLimits:
    """Limits from the settings, as the context of a validation; without them only the shape is checked."""

    max_story_words: int
    max_story_characters: int
    images: ImageLimits
    max_book_words: int = 3000

    def of_story(self, *, is_cut: bool) -> tuple[int, int]:
        """Return how many words and characters a story may have; one that is cut into chapters may have more."""
        if not is_cut:
            return self.max_story_words, self.max_story_characters
        chapters = math.ceil(self.max_book_words / self.max_story_words)
        return self.max_book_words, self.max_story_characters * chapters


def not_blank(message: str, cleaned: Callable[[str], str] = clean) -> AfterValidator:
    """Return a validator that refuses a blank text with the message, and cleans any other."""

    def check(text: str) -> str:
        if is_blank(text):
            raise ValueError(message)
        return cleaned(text)

    return AfterValidator(check)


def _check_length(story: str, info: ValidationInfo) -> str:
    limits: object = info.context
    if not isinstance(limits, InputLimits):
        return story
    is_cut = info.data.get("chapters") == "auto"
    excess = describe_excess(story, *limits.of_story(is_cut=is_cut))
    if excess is not None:
        raise ValueError(f"The story has {excess}, so shorten it.")
    return story


def _check_id(text: str) -> str:
    if not is_generation_id(text):
        raise ValueError("It has to be the id of a generation: 32 of the characters 0-9 and a-f.")
    return text


def _known_language(language: str) -> str:
    tag = language_tag(language)
    if tag is None:
        raise ValueError("It names no language: send a BCP 47 tag such as en, pt-BR or ja.")
    return tag


def _read_image(value: object, info: ValidationInfo) -> Image:
    if isinstance(value, Image):
        return value
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    content = from_data_url(value)
    if isinstance(info.context, InputLimits):
        return normalize_image(content, info.context.images)
    return Image(content, accepted_media_type(content))


# With InputLimits as the validation's context, the story is held to its limits, and images are decoded and normalized.
# The JSON schemas say as much of that as they can, for readers of the API's description.
type Story = Annotated[
    StrictStr,
    AfterValidator(_check_length),
    not_blank("The story is blank: write at least one sentence."),
    Field(
        description="Not blank. Words are counted as Unicode segments them (UAX #29); in scripts without spaces a word "
        "is 2 letters of Han or kana, or 4 of Thai, Lao, Khmer or Myanmar. Characters are code points.",
        json_schema_extra={"pattern": r"\S"},
    ),
]
type GivenImage = Annotated[
    Image,
    PlainValidator(_read_image),
    PlainSerializer(to_data_url, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "format": IMAGE_DATA_URL,
            "description": "A PNG, JPEG or WebP image as a data URL with base64. The file decides, not the media type; "
            "URL-safe base64, missing padding, line breaks and percent-encoding are read too.",
        }
    ),
]
type GivenName = Annotated[
    StrictStr,
    Field(min_length=1, max_length=MAX_NAME_LENGTH),
    not_blank("It is blank: say whom or what it shows.", one_line),
]
type Label = Annotated[StrictStr, Field(max_length=MAX_LABEL_LENGTH), AfterValidator(one_line)]


class UploadedReference(WireModel):
    """An upload: `name` says whom or what it shows; `image` is a data URL in JSON."""

    id: Label = ""
    name: GivenName
    image: GivenImage
    file_name: Label = ""


def _none_sent(references: object) -> object:
    return () if references is None else references


type GivenReferences = Annotated[tuple[UploadedReference, ...], Field(max_length=MAX_REFERENCES)]
type UploadedReferences = Annotated[
    GivenReferences, BeforeValidator(_none_sent, json_schema_input_type=GivenReferences | None)
]


# A blank one counts as none.
type StyleText = Annotated[
    Annotated[StrictStr, Field(max_length=MAX_STYLE_TEXT_LENGTH)] | None,
    AfterValidator(lambda text: None if text is None else one_line(text) or None),
]


type GivenGenerationId = Annotated[
    StrictStr, AfterValidator(_check_id), Field(json_schema_extra={"pattern": "^[0-9a-f]{32}$"})
]


type GivenLanguage = Annotated[
    StrictStr, AfterValidator(_known_language), Field(json_schema_extra={"pattern": TAG_PATTERN})
]


class GenerateMangaRequest(WireModel):
    """Body of `POST /api/generate-manga-stream`.

    `style_text` refines the style; `aspect` is the shape of the panels; `image_size` is that of all images.
    `continues`: this is the chapter after that generation. `chapters` of `auto`: the story may be longer, and is cut
    into chapters (`shared.text.chapters`), which are drawn one after another. `lettering` of `text`: the model draws no
    writing, and the texts are set over the pictures. `language` is that of title, dialogue and narration; without one,
    it is the story's.
    """

    # Before the story, whose limit depends on it.
    chapters: Literal["auto"] | None = None
    story: Story
    style: Style
    no_dialogue: StrictBool = False
    uploaded_character_references: UploadedReferences = ()
    uploaded_setting_references: UploadedReferences = ()
    images: ImageMode = "inline"
    stop_after: Annotated[
        StopAfter | None,
        Field(description="`plan`: only the texts are made. Read and edit them, then draw them with `retry`."),
    ] = None
    style_text: StyleText = None
    aspect: Aspect = "auto"
    image_size: ImageSize = IMAGE_SIZE
    continues: GivenGenerationId | None = None
    lettering: LetteringMode = "drawn"
    language: GivenLanguage | None = None


type Origin = Literal["nothing", "current"]


class RegenerateRequest(WireModel):
    """Body of the `regenerate` endpoints: what should be different this time.

    `from` is what the image is drawn from: `nothing`, or the `current` one, in which only that is changed.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"from": {"const": "current"}}, "required": ["from"]},
            "then": {"properties": {"instructions": {"type": "string"}}, "required": ["instructions"]},
        }
    )

    # Validated before the instructions, which may need it.
    origin: Annotated[Origin, Field(alias="from")] = "nothing"
    instructions: (
        Annotated[
            StrictStr,
            Field(min_length=1, max_length=MAX_INSTRUCTIONS_LENGTH),
            not_blank("It is blank: say what should be different, or leave it out."),
        ]
        | None
    ) = Field(default=None, validate_default=True)

    @field_validator("instructions")
    @classmethod
    def _say_what_to_change(cls, instructions: str | None, info: ValidationInfo) -> str | None:
        if instructions is None and info.data.get("origin") == "current":
            raise ValueError("It is missing: say what to change in the current image.")
        return instructions


class VersionRequest(WireModel):
    """Body of the `version` endpoint: the version of the image that is to count."""

    version: Annotated[StrictInt, Field(ge=1, le=9999)]


class StoredReference(WireModel):
    """An upload as it is stored: its name and the number of its blob."""

    name: str
    index: int


class StoredRequest(WireModel):
    """The inputs of a generation as they are stored; each upload has its own blob.

    `claim` names the blob of the idempotency key that the generation was started with. `stop_after`: the client wants
    to read the plan before anything is drawn. `chapter` is set for those that continue another one, or that another one
    is to follow.
    """

    story: str
    style: Style
    no_dialogue: bool
    claim: str | None = None
    stop_after: StopAfter | None = None
    character_references: tuple[StoredReference, ...] = ()
    setting_references: tuple[StoredReference, ...] = ()
    style_text: str | None = None
    aspect: Aspect = "auto"
    image_size: ImageSize = IMAGE_SIZE
    chapter: StoredChapter | None = None
    lettering: LetteringMode = "drawn"
    language: str | None = None
