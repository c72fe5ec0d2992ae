"""What a row of the suite has found: figures with their limits, charts, and where the time went."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from tools.benchmarks.spread import Spread, spread_of

type Bound = Literal["at most", "at least"]
type Verdict = Literal["reached", "missed", "no limit"]
type Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: a value for each round, in `unit` (none for a ratio). The median is held to the limit, if any."""

    name: str
    unit: str
    values: Sequence[float]
    limit: float | None = None
    bound: Bound = "at most"

    @property
    def spread(self) -> Spread:
        """The values' spread."""
        return spread_of(self.values)

    @property
    def verdict(self) -> Verdict:
        """Whether the median keeps the limit."""
        if self.limit is None:
            return "no limit"
        median = self.spread.median
        keeps = median <= self.limit if self.bound == "at most" else median >= self.limit
        return "reached" if keeps else "missed"


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines or steps through points, one series a name."""

    title: str
    x_label: str
    y_label: str
    series: Mapping[str, Points]
    kind: Literal["lines", "steps"] = "lines"


@dataclass(frozen=True, slots=True)
class Report:
    """A row's result. `profile` is CPU milliseconds by part of the program; `notes` are sentences for the table."""

    row: str
    figures: Sequence[Figure]
    charts: Sequence[Chart] = ()
    profile: Mapping[str, float] = field(default_factory=dict[str, float])
    notes: Sequence[str] = ()

    @property
    def is_reached(self) -> bool:
        """Whether no limit is missed."""
        return all(figure.verdict != "missed" for figure in self.figures)

    def to_json(self) -> dict[str, object]:
        """Return the report as JSON values, each figure with its spread and its verdict."""
        return {
            **asdict(self),
            "figures": [
                {**asdict(figure), "spread": asdict(figure.spread), "verdict": figure.verdict}
                for figure in self.figures
            ],
        }


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the suite: what it measures, in a few words, and how."""

    name: str
    about: str
    measure: Callable[[], Report]
