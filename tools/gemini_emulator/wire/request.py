"""A `generateContent` request as it arrives, with the parts of the format that the emulator reads."""

import base64
import binascii
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator
from pydantic.alias_generators import to_camel

from tools.gemini_emulator.wire.errors import invalid_argument, unknown_fields


class _WireModel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)


class InlineData(_WireModel):
    """An image or other file inside the request; `data` is base64."""

    mime_type: str
    data: str

    @field_validator("data")
    @classmethod
    def _decodes(cls, data: str) -> str:
        try:
            # Google's clients send the URL-safe alphabet; plain base64 is accepted too.
            base64.b64decode(data.translate(str.maketrans("-_", "+/")), validate=True)
        except binascii.Error as error:
            raise ValueError("Base64 decoding failed") from error
        return data

    @property
    def content(self) -> bytes:
        return base64.b64decode(self.data.translate(str.maketrans("-_", "+/")))

    @property
    def size(self) -> int:
        return len(self.data.rstrip("=")) * 3 // 4


class Part(_WireModel):
    """One piece of a message: text or a file."""

    text: str | None = None
    inline_data: InlineData | None = None


class Content(_WireModel):
    """A message: its parts, from the user or the model."""

    role: Literal["user", "model", "system", "function"] | None = None
    parts: tuple[Part, ...] = ()


class ImageConfig(_WireModel):
    """Image settings; `aspect_ratio` is `W:H`."""

    aspect_ratio: str | None = None
    image_size: str | None = None


class ThinkingConfig(_WireModel):
    """The thinking level, and whether the answer includes the thoughts."""

    include_thoughts: bool = False
    thinking_level: str | None = None


class GenerationConfig(_WireModel):
    """Settings for the answer."""

    response_mime_type: str | None = None
    response_schema: dict[str, JsonValue] | None = None
    response_json_schema: dict[str, JsonValue] | None = None
    response_modalities: tuple[str, ...] = ()
    image_config: ImageConfig | None = None
    thinking_config: ThinkingConfig | None = None
    candidate_count: int | None = None
    max_output_tokens: int | None = None

    @property
    def answer_schema(self) -> dict[str, JsonValue] | None:
        """The response schema, from either of its two fields."""
        return self.response_schema or self.response_json_schema


class GenerateContentRequest(_WireModel):
    """The body of `models/{model}:generateContent`."""

    contents: tuple[Content, ...] = Field(default=(), validate_default=True)
    system_instruction: Content | None = None
    generation_config: GenerationConfig = GenerationConfig()

    @field_validator("contents")
    @classmethod
    def _are_given(cls, contents: tuple[Content, ...]) -> tuple[Content, ...]:
        if not any(content.parts for content in contents):
            raise ValueError("contents are not specified")
        return contents

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for content in self.contents for part in content.parts)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(part.text for part in self.parts if part.text)

    @property
    def images(self) -> tuple[InlineData, ...]:
        return tuple(part.inline_data for part in self.parts if part.inline_data)

    def wants_image(self, model: str) -> bool:
        """Return whether the answer must be an image: requested, or the only kind that the model produces."""
        modalities = {modality.upper() for modality in self.generation_config.response_modalities}
        return "IMAGE" in modalities if modalities else any(word in model for word in ("image", "banana"))


# Reported in June 2026: v1 has no image settings. Reports about other fields differ.
FIELDS_NOT_IN_V1 = {"response_modalities": "responseModalities", "image_config": "imageConfig"}


def parse_request(body: bytes, version: str) -> GenerateContentRequest:
    """Read a request body for a version of the API.

    Raises:
        GoogleError: the body is not JSON, or not a request; the message names the broken field.
    """
    try:
        request = GenerateContentRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "request"
        raise invalid_argument(f"* GenerateContentRequest.{where}: {first['msg']}") from error
    sent = request.generation_config.model_fields_set
    if version == "v1" and (unknown := tuple(name for field, name in FIELDS_NOT_IN_V1.items() if field in sent)):
        raise unknown_fields(unknown, "generation_config")
    return request
