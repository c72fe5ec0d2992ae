"""Generations beside the critical path of their model calls.

A text takes the model 4 s and an image 8 s, as in the measurements on the real host (docs/real-platform.md). The
critical path is analysis, one character and one panel: 20 s, for the first panel as for the whole comic.
"""

import asyncio
from collections.abc import Sequence
from functools import cache

from tools.benchmarks.generation import Reading, client_session, generate
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import running_app, running_stub

_TEXT_S, _IMAGE_S = 4, 8
_CRITICAL_PATH_S = _TEXT_S + _IMAGE_S + _IMAGE_S
_ROUNDS = 4
_LIMIT = 1.12
_FIRST_LINE_LIMIT_MS = 500


def measure_first_panel() -> Report:
    """Report when the first line and the first panel arrived."""
    first_lines_ms = [1000 * reading.first_line_s for reading in _readings()]
    first_panels_s = [reading.first_panel_s for reading in _readings()]
    return Report(
        "first-panel",
        [
            Figure("first line of the stream", "ms", first_lines_ms, _FIRST_LINE_LIMIT_MS),
            Figure("first panel ÷ critical path (20 s)", "", [s / _CRITICAL_PATH_S for s in first_panels_s], _LIMIT),
            Figure("first panel", "s", first_panels_s),
        ],
    )


def measure_total() -> Report:
    """Report when the last line arrived."""
    totals_s = [reading.total_s for reading in _readings()]
    return Report(
        "end-to-end",
        [
            Figure("generation ÷ critical path (20 s)", "", [s / _CRITICAL_PATH_S for s in totals_s], _LIMIT),
            Figure("generation", "s", totals_s),
        ],
    )


@cache
def _readings() -> Sequence[Reading]:
    """Make some generations, once for both rows."""
    with running_stub("--text-latency", str(_TEXT_S), "--image-latency", str(_IMAGE_S)) as model_url:  # noqa: SIM117
        with running_app(model_url) as stack:
            return asyncio.run(_generate(stack.url))


async def _generate(url: str) -> Sequence[Reading]:
    async with client_session(url) as session:
        return [await generate(session, "inline") for _ in range(_ROUNDS)]
