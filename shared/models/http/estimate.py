"""The estimate of a generation, before it is started."""

from typing import Annotated, Literal

from pydantic import Field

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


class Likely(WireModel):
    """The lowest and the highest number that are likely."""

    min: int
    max: int


class EstimatedChapter(WireModel):
    """A chapter that the story would be cut into, with the words that it begins with."""

    number: int
    words: int
    first_words: str


class GenerationEstimate(WireModel):
    """What a story will take. `max` holds as long as no attempt fails.

    `likely_panels` is the usual range for a story of this length, and left out once the number is known. `calls` are
    calls of the model; `price` is None if the price of a configured model is not known. `is_free`: the model is a
    stand-in that costs nothing. `chapters` are those of `chapters: "auto"`; all other figures are then those of all
    chapters together.
    """

    words: int
    panels: Counted
    likely_panels: Annotated[Likely | None, Field(exclude_if=lambda likely: likely is None)] = None
    characters: Counted
    calls: Counted
    minutes: Measured
    price: Measured | None
    is_free: bool = False
    currency: Literal["USD"] = "USD"
    chapters: tuple[EstimatedChapter, ...] = ()
