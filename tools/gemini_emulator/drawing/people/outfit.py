"""Clothes on a body: trunk, skirt, scarf and bags. Units are head heights, from the hips."""

from dataclasses import dataclass

from tools.gemini_emulator.drawing.ink.canvas import Point
from tools.gemini_emulator.drawing.ink.curves import smooth, smooth_closed
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.drawing.ink.sketch import draw_sketch
from tools.gemini_emulator.drawing.people.look import Look
from tools.gemini_emulator.drawing.people.sketches import WORN

# Where garments end that are longer than a shirt, below the hips.
LONG_HEMS = {"coat": 0.75, "robe": 1.75, "dress": 0.85}
SHORT_HEM, SEATED_HEM = 0.08, 0.22


@dataclass(frozen=True, slots=True)
class Trunk:
    """Half widths and length of the trunk."""

    shoulder: float
    waist: float
    hip: float
    length: float


def trunk_of(look: Look) -> Trunk:
    shoulder = {"child": 0.36, "teen": 0.43, "adult": 0.46 if look.is_female else 0.54, "old": 0.46}[look.age]
    shoulder += 0.07 * look.has("broad")
    waist = shoulder * (0.76 if look.is_female and look.age != "child" else 0.88)
    return Trunk(shoulder, waist, shoulder * 0.9, look.heads * (0.3 if look.age == "child" else 0.315))


def draw_torso(pen: Pen, look: Look, trunk: Trunk, *, is_seated: bool) -> None:
    """Draw the trunk in its clothes, with everything that hangs from the neck."""
    top = -trunk.length
    hem = min(LONG_HEMS.get(look.top, SHORT_HEM), SEATED_HEM if is_seated else 9)
    flare = trunk.hip * (1.28 if look.top in LONG_HEMS else 1)
    right = [(0.14, top - 0.02), (trunk.shoulder * 0.72, top + 0.03), (trunk.shoulder, top + 0.16)]
    right += [(trunk.waist, top * 0.4), (flare, hem)]
    body = smooth_closed([*((-x, y) for x, y in right), (0, hem + 0.04), *reversed(right)], 4)
    pen.shape(body, look.top_colour)
    edge = [(-trunk.shoulder * 0.98, top + 0.2), (-trunk.waist * 0.98, top * 0.4), (-flare * 0.97, hem - 0.02)]
    inner: list[Point] = [(x * 0.65, y) for x, y in reversed(edge)]
    pen.fill([*smooth(edge, 4), *smooth(inner, 4)], look.top_colour.darker(0.82))
    neck = pen.at(0, top)
    garment = {"coat": "jacket"}.get(look.top, look.top)
    for name in ("stripes", garment, "backpack", "satchel"):
        if name == garment or look.has(name):
            draw_sketch(neck, WORN[name], look.palette)
    pen.line(body)
    if look.has("scarf"):
        draw_sketch(neck, WORN["scarf"], look.palette)


def draw_skirt(pen: Pen, look: Look, trunk: Trunk) -> None:
    width = trunk.hip * 1.55
    pen.shape([(-trunk.hip, -0.12), (trunk.hip, -0.12), (width, 0.62), (-width, 0.62)], look.bottom_colour)
    for part in (-0.6, -0.2, 0.2, 0.6):
        pen.line([(trunk.hip * part, 0.0), (width * part, 0.6)], 0.7)
