"""How much memory a worker needs for as many activities as host.json lets it run at once.

Each is a panel of another generation, with six references that had 4 MB when they were uploaded.
"""

import asyncio
import json
from collections.abc import Mapping

import aiohttp

from tools.benchmarks.comics_api import making_took_s
from tools.benchmarks.generation import client_session
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import AppOptions, running_app, running_program, running_stub
from tools.benchmarks.usage import memory_peak, rss_bytes
from tools.devstack.stack import REPOSITORY

_LATENCY = ("--image-latency", "3", "--image-bytes", "2000000")
_FEWER = (1, 5, 10)
_ROUNDS = 3
_MB = 1024 * 1024
# An instance of 2,048 MB, less the real host's 300 MB and a fifth of it as room.
_LIMIT_MB = 1340


def measure() -> Report:
    """Draw different numbers of panels at once, in a process of their own."""
    with (
        running_stub(*_LATENCY) as model_url,
        running_app(AppOptions(model_url=model_url)) as stack,
        running_program("The panels", "tools.benchmarks.panels_alone", environ=stack.host_environ()) as panels,
    ):
        return asyncio.run(_measure(panels.url, panels.pid))


async def _measure(url: str, pid: int) -> Report:
    host = json.loads((REPOSITORY / "host.json").read_text())
    most = int(host["extensions"]["durableTask"]["maxConcurrentActivityFunctions"])
    async with client_session(url) as panels:
        await making_took_s(panels, 1)
        rest_mb = rss_bytes(pid) / _MB
        peaks_mb = {count: [await _peak_mb(panels, pid, count) for _ in range(_ROUNDS)] for count in (*_FEWER, most)}
    return _report(rest_mb, peaks_mb, most)


async def _peak_mb(panels: aiohttp.ClientSession, pid: int, count: int) -> float:
    with memory_peak(pid) as peak:
        await making_took_s(panels, count)
    return peak.rss_bytes / _MB


def _report(rest_mb: float, peaks_mb: Mapping[int, list[float]], most: int) -> Report:
    return Report(
        row="activity-memory",
        figures=[
            Figure("worker at rest", "MB", [rest_mb]),
            *(Figure(f"worker with {count} running", "MB", peaks_mb[count]) for count in _FEWER),
            Figure(f"worker with {most} running, as host.json allows", "MB", peaks_mb[most], _LIMIT_MB),
            Figure("for each running activity", "MB", [(peak - rest_mb) / most for peak in peaks_mb[most]]),
        ],
    )
