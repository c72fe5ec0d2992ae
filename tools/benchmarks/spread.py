"""Several values of one figure, and what is said of them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """The smallest, the middle and the largest of some values."""

    smallest: float
    median: float
    largest: float


def spread_of(values: Sequence[float]) -> Spread:
    """Return the values' spread.

    Raises:
        ValueError: there are none.
    """
    if not values:
        raise ValueError("There are no values to take a spread of.")
    return Spread(min(values), statistics.median(values), max(values))


def ratios(values: Sequence[float], baselines: Sequence[float]) -> list[float]:
    """Divide each round's value by the baseline of the same round."""
    return [value / baseline for value, baseline in zip(values, baselines, strict=True)]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
