"""What calls of the model cost, by a table of prices per model. Pure."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.models.usage import MICROS_PER_DOLLAR, Usage

type Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ModelPrice(BaseModel):
    """A model's prices in US dollars. An image's tokens are paid for by `per_image`, not as output."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    input_per_million: Dollars
    output_per_million: Dollars
    per_image: Dollars = 0


type Prices = Mapping[str, ModelPrice]

# The paid tier by https://ai.google.dev/gemini-api/docs/pricing, as it was told in October 2026; an image is one of
# about a million pixels. Prices change: whoever relies on them checks them and sets MODEL_PRICES.
DEFAULT_PRICES: Prices = {
    "gemini-3.5-flash": ModelPrice(input_per_million=1.5, output_per_million=9),
    "gemini-3.1-flash-image": ModelPrice(input_per_million=0.5, output_per_million=3, per_image=0.067),
}


def usage_of_call(
    price: ModelPrice | None, *, input_tokens: int, output_tokens: int, image_tokens: int = 0, images: int = 0
) -> Usage:
    """Return what one call used and what it cost; `image_tokens` are those of the output that make up its images."""
    counted = Usage(calls=1, input_tokens=input_tokens, output_tokens=output_tokens, images=images)
    if price is None:
        return counted.model_copy(update={"unpriced_calls": 1})
    # Dollars for a million tokens are millionths of a dollar for one.
    micros = (
        input_tokens * price.input_per_million
        + (output_tokens - image_tokens) * price.output_per_million
        + images * price.per_image * MICROS_PER_DOLLAR
    )
    return counted.model_copy(update={"price_micros": round(micros)})
