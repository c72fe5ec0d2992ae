"""What a generation is going to take, told before anything is started."""

from typing import Literal

from shared.models.base import WireModel


class Counted(WireModel):
    """A number of things: at least, probably, at most."""

    min: int
    expected: int
    max: int


class Measured(WireModel):
    """An amount: at least, probably, at most."""

    min: float
    expected: float
    max: float


class GenerationEstimate(WireModel):
    """What a story is going to take. `max` holds as long as no attempt fails and is made again.

    `calls` are calls of the model; `price` is None if the price of a configured model is not known.
    """

    words: int
    panels: Counted
    characters: Counted
    calls: Counted
    minutes: Measured
    price: Measured | None
    currency: Literal["USD"] = "USD"
