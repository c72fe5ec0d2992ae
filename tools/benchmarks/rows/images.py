"""Images of 2 MB, 20 generations at once: what is sent, and what the host holds in memory for it.

In flight are the images that open calls of the model carry, in their prompts and their answers, as the model counts
them; with images inline also one for each reader, whose line is being sent. Images by URL are fetched afterwards, one
by each reader at a time.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from tools.benchmarks.generation import Images, Reading, client_session, generate
from tools.benchmarks.report import Figure, Report
from tools.benchmarks.stack import AppOptions, host_pid, running_app, running_stub
from tools.benchmarks.usage import memory_peak, rss_bytes

_IMAGE_BYTES = 2_000_000
_GENERATIONS = 20
_LATENCY = ("--text-latency", "0.2", "--image-latency", "1", "--jitter", "0.5")
_MB = 1024 * 1024
_LIMIT = 1.5
_WHY = (
    "Below 1: the panels of a generation share its sheets, which are encoded while a request is sent. For a moment an "
    "answer is there as bytes, as text and as base64 before it is an image: the model's client makes it so."
)


@dataclass(frozen=True, slots=True)
class _Run:
    """What one way of sending images came to: received by the clients, and at most in the host's memory over rest."""

    sent_bytes: int
    peak_bytes: int
    in_flight_bytes: int
    fetching_peak_bytes: int


def measure() -> Report:
    """Generate with images by URL, each fetched once, and inline; each with a model and a host of its own."""
    by_url, inline = _run("url"), _run("inline")
    return Report(
        row="images",
        figures=[
            Figure("host's memory over rest ÷ images in flight, by URL", "", [_ratio(by_url)], _LIMIT),
            Figure("host's memory over rest ÷ images in flight, inline", "", [_ratio(inline)], _LIMIT),
            Figure(
                "the same while all fetch an image ÷ the images fetched at once",
                "",
                [by_url.fetching_peak_bytes / (_GENERATIONS * _IMAGE_BYTES)],
                _LIMIT,
            ),
            Figure("host's memory over rest, by URL", "MB", [by_url.peak_bytes / _MB]),
            Figure("host's memory over rest, while images are fetched", "MB", [by_url.fetching_peak_bytes / _MB]),
            Figure("host's memory over rest, inline", "MB", [inline.peak_bytes / _MB]),
            Figure("images in flight, by URL", "MB", [by_url.in_flight_bytes / _MB]),
            Figure("images in flight, inline", "MB", [inline.in_flight_bytes / _MB]),
            Figure("bytes sent inline ÷ by URL", "", [inline.sent_bytes / by_url.sent_bytes]),
            Figure("bytes sent by URL, a generation", "MB", [by_url.sent_bytes / _GENERATIONS / _MB]),
        ],
        notes=[_WHY],
    )


def _ratio(run: _Run) -> float:
    return run.peak_bytes / run.in_flight_bytes


def _run(images: Images) -> _Run:
    with (
        running_stub(*_LATENCY, "--image-bytes", str(_IMAGE_BYTES)) as model_url,
        running_app(AppOptions(model_url=model_url)) as stack,
    ):
        return asyncio.run(_measure(stack.url, model_url, host_pid(stack), images))


async def _measure(url: str, model_url: str, pid: int, images: Images) -> _Run:
    async with client_session(url) as session, client_session(model_url) as model:
        await generate(session, images)
        at_rest = rss_bytes(pid)
        with memory_peak(pid) as drawing:
            readings = await asyncio.gather(*(generate(session, images) for _ in range(_GENERATIONS)))
        async with model.get("/stub/figures") as answer:
            in_flight = int((await answer.json())["peakImageBytes"])
        after = rss_bytes(pid)
        with memory_peak(pid) as fetching:
            fetched = await asyncio.gather(*(_fetch(session, reading) for reading in readings if images == "url"))
    if images == "inline":
        in_flight += _GENERATIONS * _IMAGE_BYTES
    sent = sum(reading.received_bytes for reading in readings) + sum(fetched)
    return _Run(sent, drawing.rss_bytes - at_rest, in_flight, fetching.rss_bytes - after)


async def _fetch(session: aiohttp.ClientSession, reading: Reading) -> int:
    """Fetch a generation's images, one after another, and return how many bytes they have."""
    return sum([await _size(session, address) for address in _addresses(reading)])


def _addresses(reading: Reading) -> Sequence[str]:
    datas = [message.get("data", {}) for message in [*reading.of_type("character"), *reading.of_type("panel")]]
    return [data["image"] for data in datas if "image" in data]


async def _size(session: aiohttp.ClientSession, address: str) -> int:
    async with session.get(address) as answer:
        answer.raise_for_status()
        return len(await answer.read())
