"""A whole generation beside the model calls that it can't do without, and beside the original system's way.

Four characters, twelve panels; a text takes the model 1 s, an image 4 s. No way of making the comic is faster than its
longest chain of calls: analysis, one character (the plan of panels is there before), one panel, together 9 s. The
original's client made one call after another: 1 + 1 + 4 * 4 + 12 * 4 = 66 s.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from tools.benchmarks.generation import Message, Reading, UnexpectedAnswer, client_session, generate
from tools.benchmarks.report import Chart, Figure, Report
from tools.benchmarks.rows.one_after_another import make_comic
from tools.benchmarks.spread import ratios
from tools.benchmarks.stack import AppOptions, running_app

TEXT_S, IMAGE_S = 1, 4
CHARACTERS, PANELS = 4, 12
CRITICAL_PATH_S = TEXT_S + IMAGE_S + IMAGE_S
STORY = (Path(__file__).resolve().parents[1] / "stories" / "treasure.txt").read_text()
_LATENCY = ("--text-latency", str(TEXT_S), "--image-latency", str(IMAGE_S))
# The sequence takes over a minute and hardly varies: it has every other round only.
_ROUNDS, _ROUNDS_A_SEQUENCE = 4, 2
# Polls of up to 0.8 s are part of it, where nothing else has changed for seconds.
_LIMIT, _SEQUENCE_LIMIT = 1.12, 6


def measure() -> Report:
    """Make the comic three ways in turn."""
    with running_app(AppOptions(emulator_arguments=_LATENCY)) as stack:
        if stack.emulator is None:
            raise RuntimeError("The model emulator does not run.")
        return asyncio.run(_measure(stack.url, stack.emulator.url))


async def _measure(app_url: str, model_url: str) -> Report:
    ours: list[Reading] = []
    bare_s: list[float] = []
    sequence_s: list[float] = []
    async with client_session(app_url) as app, client_session(model_url) as model:
        _check_size(await generate(app, "inline", STORY))
        for number in range(_ROUNDS):
            bare_s.append(await _duration_s(lambda: _bare_critical_path(model)))
            ours.append(await generate(app, "inline", STORY))
            if number % _ROUNDS_A_SEQUENCE == 0:
                sequence_s.append(await _duration_s(lambda: make_comic(app, STORY)))
    whole_s = [reading.whole_s for reading in ours]
    first_s = [reading.first_s("panel") for reading in ours]
    nominal_s = [float(CRITICAL_PATH_S)] * _ROUNDS
    return Report(
        row="end-to-end",
        figures=[
            Figure("end to end ÷ critical path of the model calls (9 s)", "", ratios(whole_s, nominal_s), _LIMIT),
            Figure("first panel ÷ critical path to it (9 s)", "", ratios(first_s, nominal_s), _LIMIT),
            Figure(
                "one step after another ÷ end to end",
                "",
                ratios(sequence_s, whole_s[::_ROUNDS_A_SEQUENCE]),
                _SEQUENCE_LIMIT,
                "at least",
            ),
            Figure("end to end ÷ the bare calls, made directly beside it", "", ratios(whole_s, bare_s)),
            Figure("end to end", "s", whole_s),
            Figure("first panel", "s", first_s),
            Figure("the critical path's calls, made directly", "s", bare_s),
            Figure("one step after another, through the single-step endpoints", "s", sequence_s),
        ],
        charts=[_progress(ours[-1])],
    )


def _check_size(reading: Reading) -> None:
    characters, panels = len(reading.of_type("character")), len(reading.of_type("panel"))
    if (characters, panels) != (CHARACTERS, PANELS):
        raise UnexpectedAnswer(f"The story came to {characters} characters and {panels} panels: another size is meant.")


async def _duration_s(work: Callable[[], Awaitable[object]]) -> float:
    began_at_s = time.monotonic()
    await work()
    return time.monotonic() - began_at_s


async def _bare_critical_path(model: aiohttp.ClientSession) -> None:
    """Call the model as often, in as many waves, and do nothing else."""
    await _call(model, "text")
    await asyncio.gather(_call(model, "text"), *(_call(model, "image") for _ in range(CHARACTERS)))
    await asyncio.gather(*(_call(model, "image") for _ in range(PANELS)))


async def _call(model: aiohttp.ClientSession, kind: str) -> None:
    config = {"responseModalities": ["IMAGE"]} if kind == "image" else {}
    body = {"contents": [{"role": "user", "parts": [{"text": "Two friends meet."}]}], "generationConfig": config}
    name = "gemini-nano-banana-2.1" if kind == "image" else "gemini-3.8-flash"
    async with model.post(
        f"/v1beta/models/{name}:generateContent", data=json.dumps(body), headers={"x-goog-api-key": "offline"}
    ) as answer:
        answer.raise_for_status()
        await answer.read()


def _progress(reading: Reading) -> Chart:
    shown = [(at_s - reading.began_at_s, message) for at_s, message in reading.lines if _is_result(message)]
    points = [(0.0, 0.0), *((at_s, float(count)) for count, (at_s, _) in enumerate(shown, start=1))]
    ideal = [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (5.0, 6.0), (9.0, 19.0)]
    return Chart(
        "Results on the client as time goes by",
        "seconds since the request",
        "results",
        {"the app": points, "no time but the model's": ideal},
        "steps",
    )


def _is_result(message: Message) -> bool:
    return "seq" in message
