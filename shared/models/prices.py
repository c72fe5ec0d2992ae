"""What model calls cost, by a table of prices per model, image size and date. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.models.usage import MICROS_PER_DOLLAR, Usage

type Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]
type ImageSize = Literal["1K", "2K", "4K"]

#: The size of images unless a start asks for another one.
IMAGE_SIZE: ImageSize = "1K"
IMAGE_SIZES: tuple[ImageSize, ...] = ("1K", "2K", "4K")
# The most pixels that an image of a size has: https://ai.google.dev/gemini-api/docs/image-generation#aspect_ratios
PIXELS_OF_SIZE: Mapping[ImageSize, int] = {"1K": 1_150_000, "2K": 4_600_000, "4K": 18_000_000}


class ModelPrice(BaseModel):
    """A model's prices in US dollars.

    Input tokens include the images of a prompt. Output tokens are text and thinking; an image's own tokens are paid for
    by `per_image`: one price, or one for each size that the model makes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    input_per_million: Dollars
    output_per_million: Dollars
    per_image: Dollars | dict[ImageSize, Dollars] = 0

    def of_image(self, size: ImageSize) -> float | None:
        """Return the price of an image of that size, or None if it is not known."""
        return self.per_image.get(size) if isinstance(self.per_image, dict) else self.per_image

    @property
    def sizes(self) -> tuple[ImageSize, ...]:
        """The sizes of images that the model makes: those that have a price, or all if there is one price for all."""
        return tuple(size for size in IMAGE_SIZES if self.of_image(size) is not None)


FREE = ModelPrice(input_per_million=0, output_per_million=0)


@dataclass(frozen=True, slots=True)
class DatedPrice:
    """A price and its first day (UTC)."""

    since: date
    price: ModelPrice


type PriceTable = Mapping[str, tuple[DatedPrice, ...]]


def _always(price: ModelPrice) -> tuple[DatedPrice, ...]:
    return (DatedPrice(date.min, price),)


# The paid standard tier by https://ai.google.dev/gemini-api/docs/pricing, read in November 2026. The prices of a
# model are in the order of their dates. They change: check them before you rely on them, and set MODEL_PRICES.
DEFAULT_PRICES: PriceTable = {
    "gemini-3.8-flash": (
        DatedPrice(date.min, ModelPrice(input_per_million=0.75, output_per_million=3.75)),
        DatedPrice(date(2027, 1, 1), ModelPrice(input_per_million=1.5, output_per_million=7.5)),
    ),
    "gemini-3.5-flash": _always(ModelPrice(input_per_million=1.5, output_per_million=9)),
    "gemini-nano-banana-2.1": _always(
        ModelPrice(input_per_million=1.5, output_per_million=7.5, per_image={"1K": 0.0336, "2K": 0.0504, "4K": 0.1134})
    ),
    "gemini-3.1-flash-lite-image": _always(
        ModelPrice(input_per_million=0.25, output_per_million=1.5, per_image={"1K": 0.0336})
    ),
    "gemini-3-pro-image": _always(
        ModelPrice(input_per_million=2, output_per_million=12, per_image={"1K": 0.134, "2K": 0.134, "4K": 0.24})
    ),
}


def default_price(model: str, day: date) -> ModelPrice | None:
    """Return the model's price on that day by the built-in table, or None if it is not in the table."""
    prices = [dated.price for dated in DEFAULT_PRICES.get(model, ()) if dated.since <= day]
    return prices[-1] if prices else None


def utc_day(seconds: float) -> date:
    """Return the day (UTC) of a moment in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).date()


def usage_of_call(
    price: ModelPrice | None,
    *,
    input_tokens: int,
    output_tokens: int,
    image_tokens: int = 0,
    images: int = 0,
    image_size: ImageSize = IMAGE_SIZE,
) -> Usage:
    """Return what one call used and what it cost; `image_tokens` are those of the output that make up its images."""
    counted = Usage(calls=1, input_tokens=input_tokens, output_tokens=output_tokens, images=images)
    of_image = price.of_image(image_size) if price is not None and images else 0
    if price is None or of_image is None:
        return counted.model_copy(update={"unpriced_calls": 1})
    # Dollars for a million tokens are millionths of a dollar for one.
    micros = (
        input_tokens * price.input_per_million
        + (output_tokens - image_tokens) * price.output_per_million
        + images * of_image * MICROS_PER_DOLLAR
    )
    return counted.model_copy(update={"price_micros": round(micros)})
