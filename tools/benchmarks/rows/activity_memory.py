"""Memory of the host with as many panels in progress as host.json allows.

The generations have six reference images each, which had 4 MB when they were uploaded.
"""

import asyncio
import base64
import json

import aiohttp

from tools.benchmarks.generation import Reference, client_session, follow, generate, start_only
from tools.benchmarks.model_stub import png
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import host_pid, running_app, running_stub
from tools.benchmarks.usage import memory_peak, rss_bytes
from tools.devstack.stack import REPOSITORY

_LATENCY = ("--image-latency", "3", "--image-bytes", "2000000")
_REFERENCES, _UPLOAD_BYTES = 6, 4_000_000
_MAX_REQUEST_BYTES = 50_000_000
_MB = 1024 * 1024
# An instance of 2,048 MB, less the real host's 300 MB and a fifth of it as room.
_LIMIT_MB = 1340


def measure() -> Report:
    """Start as many generations as there may be activities: their panels are drawn at the same time."""
    with (
        running_stub(*_LATENCY) as model_url,
        running_app(model_url, settings={"MAX_REQUEST_BYTES": str(_MAX_REQUEST_BYTES)}) as stack,
    ):
        return asyncio.run(_measure(stack.url, host_pid(stack)))


async def _measure(url: str, pid: int) -> Report:
    host = json.loads((REPOSITORY / "host.json").read_text())
    most = int(host["extensions"]["durableTask"]["maxConcurrentActivityFunctions"])
    async with client_session(url) as session:
        await generate(session)
        at_rest_mb = rss_bytes(pid) / _MB
        with memory_peak(pid) as peak:
            await _draw(session, most)
    peak_mb = peak.rss_bytes / _MB
    return Report(
        "activity-memory",
        [
            Figure("host at rest", "MB", [at_rest_mb]),
            Figure(f"host with {most} activities, as host.json allows", "MB", [peak_mb], _LIMIT_MB),
            Figure("for each activity", "MB", [(peak_mb - at_rest_mb) / most]),
        ],
    )


async def _draw(session: aiohttp.ClientSession, generations: int) -> None:
    image = "data:image/png;base64," + base64.b64encode(png(_UPLOAD_BYTES)).decode()
    references = [Reference(name=f"Place {number}", image=image) for number in range(_REFERENCES)]
    ids = [await start_only(session, references) for _ in range(generations)]
    await asyncio.gather(*(follow(session, one) for one in ids))
