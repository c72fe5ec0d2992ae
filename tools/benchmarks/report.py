"""Results of a row: figures, each with its limit if it has one, and the table of all of them."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

type Bound = Literal["at most", "at least"]

_NAME_WIDTH = 62
_COLUMNS = f"{'min':>9}{'median':>9}{'max':>9}  {'limit':<9}result"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: a value for each round, in `unit` (none for a ratio). The median has to meet the limit, if any."""

    name: str
    unit: str
    values: Sequence[float]
    limit: float | None = None
    bound: Bound = "at most"

    @property
    def median(self) -> float:
        """The median of all rounds."""
        return statistics.median(self.values)

    @property
    def meets_limit(self) -> bool:
        """Whether there is no limit, or the median meets it."""
        if self.limit is None:
            return True
        return self.median <= self.limit if self.bound == "at most" else self.median >= self.limit


@dataclass(frozen=True, slots=True)
class Report:
    """A row's result; `notes` are printed below its figures."""

    row: str
    figures: Sequence[Figure]
    notes: Sequence[str] = ()

    @property
    def meets_limits(self) -> bool:
        """Whether every figure meets its limit."""
        return all(figure.meets_limit for figure in self.figures)

    def to_json(self) -> dict[str, object]:
        """Return the report as JSON values."""
        figures = [
            {**asdict(figure), "median": figure.median, "meetsLimit": figure.meets_limit} for figure in self.figures
        ]
        return {**asdict(self), "figures": figures}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the suite: its name, what it measures in a few words, and the function that measures it."""

    name: str
    about: str
    measure: Callable[[], Report]


def table_of(reports: Sequence[Report]) -> str:
    """Return all figures as a table, row by row."""
    return "\n".join(line for report in reports for line in [*_lines(report), ""])


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.row:<{_NAME_WIDTH}}{_COLUMNS}"
    for figure in report.figures:
        name = f"{figure.name}, {figure.unit}" if figure.unit else figure.name
        values = "".join(f"{_short(value):>9}" for value in (min(figure.values), figure.median, max(figure.values)))
        yield f"  {name:<{_NAME_WIDTH - 2}}{values}  {_limit(figure)}".rstrip()
    for note in report.notes:
        yield f"  {note}"


def _limit(figure: Figure) -> str:
    if figure.limit is None:
        return ""
    limit = f"{'≤' if figure.bound == 'at most' else '≥'} {_short(figure.limit)}"
    return f"{limit:<9}{'met' if figure.meets_limit else 'missed'}"


def _short(value: float) -> str:
    """Format a value with three significant digits, or all digits before the decimal point."""
    if abs(value) >= 100:  # noqa: PLR2004 - three digits
        return f"{value:,.0f}"
    return f"{value:.3g}"
