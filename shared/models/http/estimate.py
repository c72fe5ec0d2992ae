"""The estimate of a generation, before it is started."""

from typing import Literal

from shared.models.base import WireModel


class Counted(WireModel):
    """A number: minimum, expected and maximum."""

    min: int
    expected: int
    max: int


class Measured(WireModel):
    """An amount: minimum, expected and maximum."""

    min: float
    expected: float
    max: float


class GenerationEstimate(WireModel):
    """What a story will take. `max` holds as long as no attempt fails.

    `calls` are calls of the model; `price` is None if the price of a configured model is not known. `is_free`: the
    model is an emulator, which draws test pictures for nothing.
    """

    words: int
    panels: Counted
    characters: Counted
    calls: Counted
    minutes: Measured
    price: Measured | None
    currency: Literal["USD"] = "USD"
    is_free: bool = False
