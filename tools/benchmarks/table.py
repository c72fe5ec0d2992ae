"""The figures as a table for people."""

from collections.abc import Iterator, Sequence

from tools.benchmarks.report import Figure, Report

_NAME_WIDTH = 62
_HEAD = f"{'':<{_NAME_WIDTH}}{'min':>9}{'median':>9}{'max':>9}  {'limit':<9}verdict"


def table_of(reports: Sequence[Report]) -> str:
    """Return all figures, row by row, with what is missed explained below its row."""
    return "\n".join(line for report in reports for line in [*_lines(report), ""])


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.row:<{_NAME_WIDTH}}{_HEAD[_NAME_WIDTH:]}"
    for figure in report.figures:
        spread = figure.spread
        values = "".join(f"{_short(value):>9}" for value in (spread.smallest, spread.median, spread.largest))
        yield f"  {_name(figure):<{_NAME_WIDTH - 2}}{values}  {_limit(figure)}".rstrip()
    if report.profile:
        whole = sum(report.profile.values())
        parts = sorted(report.profile.items(), key=lambda part: -part[1])
        yield "  CPU: " + ", ".join(f"{name} {cost:.0f} ms ({cost / whole:.0%})" for name, cost in parts if cost > 0)
    for note in report.notes:
        yield f"  {note}"


def _name(figure: Figure) -> str:
    return f"{figure.name}, {figure.unit}" if figure.unit else figure.name


def _limit(figure: Figure) -> str:
    if figure.limit is None:
        return ""
    limit = f"{'≤' if figure.bound == 'at most' else '≥'} {_short(figure.limit)}"
    return f"{limit:<9}{figure.verdict}"


def _short(value: float) -> str:
    """Return three digits of the value, or all that lie before the point."""
    if abs(value) >= 100:  # noqa: PLR2004 - three digits before the point
        return f"{value:,.0f}"
    return f"{value:.3g}"
