"""The place behind the figures, built from the lines of places.txt."""

from pathlib import Path

from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.drawing.ink.sketch import draw_sketch, load_lines, load_sketches
from tools.gemini_emulator.drawing.places.scenery import PAINTERS, Setting
from tools.gemini_emulator.story.lexicon.places import PlaceKind

_FOLDER = Path(__file__).parent
PLACES: dict[PlaceKind, list[str]] = load_lines(_FOLDER / "places.txt")
THINGS = load_sketches(_FOLDER / "things.txt")
# The picture's width that holds things at full size, in heights; they are smaller in narrow pictures.
FULL_WIDTH = 4 / 3


def draw_backdrop(pen: Pen, kind: PlaceKind, at: Setting) -> None:
    """Draw a place."""
    for line in PLACES[kind]:
        name, *arguments = line.split()
        if painter := PAINTERS.get(name):
            painter(pen, at, arguments)
        elif at.is_dark or not name.startswith("night-"):
            _draw_things(pen, at, name, arguments)


def _draw_things(pen: Pen, at: Setting, name: str, arguments: list[str]) -> None:
    """Draw a thing, once or several times in a row."""
    x, y, size = arguments
    sketch = THINGS[name.rstrip("~")]
    unit = min(at.height, at.width / FULL_WIDTH) * float(size)
    places = _places(x, at)
    for index, place in enumerate(places):
        shift = growth = 0.0
        if name.endswith("~"):
            shift = (at.chance(name, "x", index) - 0.5) * 0.6 / len(places)
            growth = 0.5 * (at.chance(name, "size", index) - 0.5)
        corner = at.place(place + shift, float(y))
        draw_sketch(pen.at(*corner, unit * (1 + growth)), sketch, at.palette)


def _places(x: str, at: Setting) -> list[float]:
    """Read where things stand: `.5`, `.1:.9:4` for four in a row, `.2|.8` for one of two places."""
    if "|" in x:
        left, right = x.split("|")
        return [float(left if at.chance("side") < 0.5 else right)]  # noqa: PLR2004 - either side
    if ":" not in x:
        return [float(x)]
    first, last, count = x.split(":")
    steps = max(1, int(count) - 1)
    return [float(first) + (float(last) - float(first)) * step / steps for step in range(int(count))]
