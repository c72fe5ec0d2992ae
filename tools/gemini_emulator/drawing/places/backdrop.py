"""The place behind the figures, built from the lines of places.txt."""

from pathlib import Path

from tools.gemini_emulator.drawing.ink.canvas import Point
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.drawing.ink.sketch import draw_sketch, load_lines, load_sketches
from tools.gemini_emulator.drawing.places.scenery import PAINTERS, Setting

_FOLDER = Path(__file__).parent
PLACES = load_lines(_FOLDER / "places.txt")
THINGS = load_sketches(_FOLDER / "things.txt")
# The picture's width that holds things at full size, in heights; they are smaller in narrow pictures.
FULL_WIDTH = 4 / 3


def draw_backdrop(pen: Pen, name: str, at: Setting) -> None:
    """Draw a place, or a part that several places share."""
    for line in PLACES[name]:
        part, *arguments = line.split()
        daytime, _, thing = part.rpartition("@")
        if daytime and (daytime == "night") != (at.daytime == "night"):
            continue
        if painter := PAINTERS.get(part):
            painter(pen, at, arguments)
        elif part in PLACES:
            draw_backdrop(pen, part, at)
        else:
            _draw_things(pen, at, thing, *arguments)


def _draw_things(pen: Pen, at: Setting, name: str, x: str, y: str, size: str) -> None:
    """Draw a thing once, in a row, or scattered."""
    unit = min(at.height, at.width / FULL_WIDTH) * float(size)
    points = _scattered(name, x, y, at) if x.startswith("*") else _row(name, x, y, at)
    for index, point in enumerate(points):
        growth = 1.0 + (at.chance(name, "size", index) - 0.5) * 0.5 if name.endswith("~") else 1.0
        draw_sketch(pen.at(*at.place(*point), unit * growth), THINGS[name.rstrip("~")], at.palette)


def _scattered(name: str, count: str, y: str, at: Setting) -> list[Point]:
    top, bottom = map(float, y.split(":"))
    return [
        (at.chance(name, "x", index), top + (bottom - top) * at.chance(name, "y", index))
        for index in range(int(count[1:]))
    ]


def _row(name: str, x: str, y: str, at: Setting) -> list[Point]:
    if "|" in x:
        x = x.split("|")[at.chance("side") < 0.5]  # noqa: PLR2004 - either side
    first, last, count = x.split(":") if ":" in x else (x, x, "1")
    spread = 0.6 / int(count) if name.endswith("~") else 0.0
    gap = (float(last) - float(first)) / max(1, int(count) - 1)
    shifts = [(at.chance(name, "x", index) - 0.5) * spread for index in range(int(count))]
    return [(float(first) + gap * index + shift, float(y)) for index, shift in enumerate(shifts)]
