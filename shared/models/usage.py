"""The usage of model calls: counted, added up and reported."""

from typing import Literal, Self

from shared.models.base import WireModel

MICROS_PER_DOLLAR = 1_000_000


class Usage(WireModel):
    """What calls used, and what they cost by that day's price table, in millionths of a US dollar.

    `output_tokens` include thinking and, if the model counts them so, the tokens of images. `unpriced_calls` are those
    of models that are not in the table: their price is not part of `price_micros`.
    """

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    images: int = 0
    price_micros: int = 0
    unpriced_calls: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            images=self.images + other.images,
            price_micros=self.price_micros + other.price_micros,
            unpriced_calls=self.unpriced_calls + other.unpriced_calls,
        )


class UsageReport(WireModel):
    """A generation's usage, as clients see it.

    `price` is None if a model without a known price was called.
    """

    calls: int
    input_tokens: int
    output_tokens: int
    images: int
    price: float | None = None
    currency: Literal["USD"] = "USD"

    @classmethod
    def of(cls, used: Usage) -> Self:
        """Return the report of what was used."""
        return cls(
            calls=used.calls,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
            images=used.images,
            price=None if used.unpriced_calls else used.price_micros / MICROS_PER_DOLLAR,
        )
