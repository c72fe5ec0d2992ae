"""The charts as PNG files, and one over all rows: how each figure stands to its limit."""

# matplotlib says of much that it takes only that it takes something.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from tools.benchmarks.report import Chart, Figure, Report

_WIDTH_IN, _HEIGHT_IN, _BAR_IN = 9, 5, 0.34
_REACHED, _MISSED = "tab:green", "tab:red"

mpl.use("Agg")


def draw(reports: Sequence[Report], out: Path) -> None:
    """Write `<row>-<number>.png` for each chart, and `limits.png`."""
    for report in reports:
        for number, chart in enumerate(report.charts, start=1):
            canvas = Canvas((_WIDTH_IN, _HEIGHT_IN), layout="constrained")
            _draw_chart(canvas.subplots(), chart)
            canvas.savefig(out / f"{report.row}-{number}.png")
    limited = [(report.row, figure) for report in reports for figure in report.figures if figure.limit]
    if limited:
        canvas = Canvas((_WIDTH_IN, 1 + _BAR_IN * len(limited)), layout="constrained")
        _draw_limits(canvas.subplots(), limited)
        canvas.savefig(out / "limits.png")


def _draw_chart(axes: Axes, chart: Chart) -> None:
    for name, points in chart.series.items():
        xs, ys = [x for x, _ in points], [y for _, y in points]
        if chart.kind == "steps":
            axes.step(xs, ys, where="post", label=name)
        else:
            axes.plot(xs, ys, marker="o", markersize=3, label=name)
    axes.set(title=chart.title, xlabel=chart.x_label, ylabel=chart.y_label)
    axes.set_ylim(bottom=0)
    axes.legend()


def _draw_limits(axes: Axes, limited: Sequence[tuple[str, Figure]]) -> None:
    """Each figure as a share of its limit (up to 1 it is reached), with a line from its smallest to its largest."""
    for place, (_, figure) in enumerate(limited):
        spread = figure.spread
        shares = sorted(_share(figure, value) for value in (spread.smallest, spread.largest))
        colour = _REACHED if figure.verdict == "reached" else _MISSED
        axes.barh(place, _share(figure, spread.median), color=colour)
        axes.plot(shares, [place, place], color="black", linewidth=1)
    axes.axvline(1, color="black", linestyle="--")
    axes.set_yticks(range(len(limited)), [f"{row}: {figure.name}" for row, figure in limited], fontsize=7)
    axes.invert_yaxis()
    axes.set_xlabel("share of the limit (its inverse where the limit is a minimum)")


def _share(figure: Figure, value: float) -> float:
    limit = figure.limit or 1
    return value / limit if figure.bound == "at most" else limit / max(value, limit / 100)
