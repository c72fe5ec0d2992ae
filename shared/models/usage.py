"""The usage of model calls: counted, added up and reported."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field

from shared.models.base import WireModel
from shared.models.step_ref import StepKind

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


def total(used: Iterable[Usage]) -> Usage:
    """Return the sum."""
    return sum(used, Usage())


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


class PartCost(WireModel):
    """What the calls of a part used; `tokens` are those of input and output together. `price` as in UsageReport."""

    calls: int
    tokens: int
    input_tokens: int
    output_tokens: int
    images: int
    price: float | None

    @classmethod
    def of(cls, used: Usage) -> Self:
        """Return the cost of what was used."""
        report = UsageReport.of(used)
        return cls(
            calls=report.calls,
            tokens=report.input_tokens + report.output_tokens,
            input_tokens=report.input_tokens,
            output_tokens=report.output_tokens,
            images=report.images,
            price=report.price,
        )


class CostParts(WireModel):
    """The parts of a generation's cost; the calls of failed attempts belong to the part that they were made for.

    `lettering` is that of translations.
    """

    story: PartCost
    script: PartCost
    characters: PartCost
    panels: PartCost
    # Omitted without one, as before there were translations.
    lettering: Annotated[PartCost | None, Field(exclude_if=lambda cost: cost is None)] = None


class CostReport(PartCost):
    """What a generation has cost so far, in total and by part.

    `is_free`: nothing was paid, since the model is a stand-in.
    """

    currency: Literal["USD"] = "USD"
    is_free: bool = False
    parts: CostParts

    @classmethod
    def by_step(cls, used: Mapping[StepKind, Usage], *, is_free: bool) -> Self:
        """Return the cost of what was used for each kind of step."""

        def part(kind: StepKind) -> PartCost:
            return PartCost.of(used.get(kind, Usage()))

        parts = CostParts(
            story=part("analysis"),
            script=part("chunks"),
            characters=part("character"),
            panels=part("panel"),
            lettering=part("lettering") if used.get("lettering", Usage()).calls else None,
        )
        whole = PartCost.of(total(used.values()))
        return cls(**whole.model_dump(), is_free=is_free and whole.price == 0, parts=parts)
